"""Teams whose staff are a number by period, as other simulators have them (see `staff_as_a_number`)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from sim.study.validation.case import Raw
from sim.units import DAY, MINUTE, format_clock

POLICIES = Path(__file__).with_name("staff_as_a_number.py")
"""Own routing policies, which keep to the number."""


def with_numbers(teams: Raw, on_duty: Sequence[Sequence[int]], start_s: float, period_s: float) -> Raw:
    """Teams whose staff are a number by period, and the policies that keep to it (see `staff_as_a_number`).

    Each team has people for as long as the day lasts; as many more come wherever its number rises.
    """
    until_midnight = int((DAY - start_s) / period_s)

    def staffing(numbers: Sequence[int]) -> Raw:
        listed = [*numbers, *[numbers[-1]] * (until_midnight - len(numbers))]
        return {"start": format_clock(start_s), "interval_min": int(period_s / MINUTE), "agents": listed}

    seats, people = {}, {}
    for (name, given), numbers in zip(teams.items(), on_duty, strict=True):
        rises = [max(0, b - a) for a, b in zip((0, *numbers), numbers, strict=False)]
        seats[f"number of {name}"] = {"skills": {}, "staffing": staffing(numbers)}
        people[name] = {**given, "staffing": staffing(list(accumulate(rises)))}
    return {
        "teams": {**seats, **people},
        "python": {
            "file": str(POLICIES),
            "beside": ["keep_floor"],
            "pick_agent": "first_team",
            "pick_contact": "longest_wait",
        },
    }
