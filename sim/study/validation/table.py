"""The outcome of a validation as text: a table of figures, and what they say together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.study.validation.check import Checked, Comparison
from sim.study.validation.family import ERROR_RATE, FAR, Verdict

HEADING = (
    f"{'figure (times in seconds)':30}{'simulated':>11}{'standard error':>19}{'reference':>12}{'std error':>11}"
    f"{'':12}{'difference':>11}\n"
    f"{'':30}{'':>11}{'(of simulated)':>19}{'':>12}{'':>11}{'':12}{'/ std error':>11}"
)


def block(checked: Checked) -> str:
    """A case and its figures, a line each."""
    case = checked.case
    head = f"\n{case.name} ({case.theory}): {case.what}"
    return "\n".join([head, f"  {runs(checked)}", *map(line, checked.figures)])


def runs(checked: Checked) -> str:
    """How much of a case was simulated."""
    case = checked.case
    days = f"{case.days} day{'s' if case.days > 1 else ''}"
    batches = f"{case.replications} batches of {case.strata} runs" if case.strata > 1 else f"{case.replications} runs"
    return f"{batches} of {days}, {checked.contacts:,} contacts"


def line(row: Comparison) -> str:
    """One figure."""
    relative = f"({100.0 * row.standard_error / abs(row.simulated):.2g} %)" if row.simulated else ""
    reference = row.reference
    error = f"{reference.error:.2g}" if reference.error else ""
    return (
        f"  {row.figure:28}{row.simulated:>11.6g}{row.standard_error:>9.2g}{relative:>10}"
        f"{reference.value:>12.6g}{error:>11}  {reference.source:10}{row.difference:>+11.2f}"
        f"{'  not measured' if math.isnan(row.difference) else ''}"
    )


def closing(checked: Sequence[Checked], verdict: Verdict) -> str:
    """What the figures say together, question by question."""
    contacts = sum(case.contacts for case in checked)
    return "\n".join([f"{verdict.figures} figures of {verdict.cases} cases, {contacts:,} contacts", *reasons(verdict)])


def reasons(verdict: Verdict) -> list[str]:
    """The three questions with their answers, and the outcome."""
    worst, shares = verdict.worst, verdict.shares
    return [
        f"worst: {worst.difference:+.2f} standard errors ({worst.case} {worst.figure}, {worst.reference.source});"
        f" chance: {_chance(verdict.p_largest)} (wrong at {shares.largest:g} or less)",
        f"many: {verdict.beyond} beyond {FAR:.0f}, {verdict.expected:.1f} expected;"
        f" chance of as many: {_chance(verdict.p_many)} (wrong at {shares.many:g} or less)",
        f"spread: {verdict.spread:.2f} over cases, 1 expected;"
        f" chance: {_chance(verdict.p_spread)} (wrong at {shares.spread:g} or less)",
        outcome(verdict),
    ]


def outcome(verdict: Verdict) -> str:
    """Whether the simulator holds, and if not, why."""
    if verdict.holds:
        return f"no more than chance allows (a right simulator fails one run in {1.0 / ERROR_RATE:.0f} at most)"
    why = []
    if verdict.wrong:
        named = ", ".join(f"{row.case} {row.figure}" for row in verdict.wrong[:5])
        more = f" and {len(verdict.wrong) - 5} more" if len(verdict.wrong) > 5 else ""
        why.append(f"{named}{more}")
    if verdict.too_many:
        why.append(f"too many beyond {FAR:.0f}")
    if verdict.odd_spread:
        why.append(f"cases scatter too {'widely' if verdict.spread > 1.0 else 'little'}")
    return f"wrong: {'; '.join(why)}"


def _chance(probability: float) -> str:
    return f"{probability:.2f}" if probability >= 0.01 else f"{probability:.1g}"
