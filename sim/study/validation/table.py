"""The outcome of a validation as text: a table of figures, and one line about all of them."""

from __future__ import annotations

from collections.abc import Sequence

from sim.study.validation.check import BOUND, Checked, Comparison

HEADING = (
    f"{'(times in seconds)':24}{'simulated':>12}{'std error':>11}{'':>9}{'exact':>12}{'difference':>13}\n"
    f"{'':24}{'':>12}{'':>11}{'':>9}{'':>12}{'in std errors':>13}"
)


def block(checked: Checked) -> str:
    """A case's figures, a line each."""
    case = checked.case
    head = f"{case.name}: {case.what}\n  [{case.theory}; {case.replications} runs, {checked.contacts:,} contacts]"
    return "\n".join([head, *map(_line, checked.figures)])


def _line(row: Comparison) -> str:
    relative = f"({100.0 * row.standard_error / abs(row.exact):.2g} %)" if row.exact else ""
    mark = "" if row.holds else "  <-- beyond 4" if row.difference == row.difference else "  <-- not measured"
    return (
        f"  {row.figure:24}{row.simulated:>12.6g}{row.standard_error:>11.2g}{relative:>9}{row.exact:>12.6g}"
        f"{row.difference:>+13.2f}{mark}"
    )


def closing(rows: Sequence[Comparison]) -> str:
    """How many figures there are, the largest difference, and whether chance explains the large ones."""
    worst = max(rows, key=lambda row: abs(row.difference))
    lines = [
        f"{len(rows)} figures; largest difference {worst.difference:+.2f} standard errors"
        f" ({worst.case} {worst.figure})"
    ]
    for bound in (2.0, 3.0, BOUND):
        seen = sum(abs(row.difference) > bound for row in rows)
        chance = sum(row.chance_beyond(bound) for row in rows)
        lines.append(f"beyond {bound:.0f}: {seen}, by chance {chance:.2g}")
    return "; ".join(lines)
