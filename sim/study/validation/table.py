"""The outcome of a validation as text: a table of figures, and what they say together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.study.validation.check import BOUND, Checked, Comparison

HEADING = (
    f"{'figure (times in seconds)':30}{'simulated':>11}{'standard error':>22}{'exact':>12}{'difference':>13}\n"
    f"{'':30}{'':>11}{'(of exact)':>22}{'':>12}{'/ std error':>13}"
)


def block(checked: Checked) -> str:
    """A case and its figures, a line each."""
    case = checked.case
    head = f"\n{case.name} ({case.theory}): {case.what}"
    size = f"  {case.replications} runs, {checked.contacts:,} contacts"
    return "\n".join([head, size, *map(line, checked.figures)])


def line(row: Comparison) -> str:
    """One figure."""
    relative = f"({100.0 * row.standard_error / abs(row.exact):.2g} %)" if row.exact else ""
    mark = "" if row.holds else "  not measured" if math.isnan(row.difference) else f"  beyond {BOUND:.0f}"
    return (
        f"  {row.figure:28}{row.simulated:>11.6g}{row.standard_error:>12.2g}{relative:>10}"
        f"{row.exact:>12.6g}{row.difference:>+13.2f}{mark}"
    )


def closing(checked: Sequence[Checked]) -> str:
    """How many figures there are, the largest difference, and how many of that size chance alone would bring."""
    rows = [row for case in checked for row in case.figures]
    contacts = sum(case.contacts for case in checked)
    worst = max(rows, key=lambda row: math.inf if math.isnan(row.difference) else abs(row.difference))
    beyond = ", ".join(_beyond(rows, bound) for bound in (2.0, 3.0, BOUND))
    wrong = sum(not row.holds for row in rows)
    verdict = f"{wrong} wrong" if wrong else f"all within {BOUND:.0f} standard errors"
    return (
        f"{len(rows)} figures, {contacts:,} contacts: {verdict}; largest difference {worst.difference:+.2f}"
        f" ({worst.case} {worst.figure}); {beyond}"
    )


def _beyond(rows: Sequence[Comparison], bound: float) -> str:
    seen = sum(abs(row.difference) > bound for row in rows)
    chance = sum(row.chance_beyond(bound) for row in rows)
    few = f"{chance:.0f}" if chance >= 1.0 else f"{chance:.1g}"
    return f"beyond {bound:.0f}: {seen} ({few} by chance)"
