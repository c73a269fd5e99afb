"""Published models as their authors define them: CallCC, SimpleMSK and Telethon of the ContactCenters project.

Their inputs, programs and printed answers: github.com/umontreal-simul/contactcenters (Apache-2.0), doc/examples;
CallCenter of the SSJ tutorial: github.com/umontreal-simul/ssj. Printed are means and standard deviations over
replications. The figures called simulated come from another program, on the list with half-widths.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from sim.record import Outcome
from sim.study.validation import measures as m
from sim.study.validation.case import PUBLISHED, Case, Raw, exponential, team
from sim.study.validation.days import (
    OPENS,
    call_center_day,
    lost,
    offered,
    per_expected,
    scenario_of,
    waited,
    whole_day,
)
from sim.study.validation.measures import Measure, Sums
from sim.study.validation.reference import Reference, printed, simulated
from sim.study.validation.view import Floats, View
from sim.theory.day import day_figures
from sim.units import DAY, HOUR, MINUTE, format_clock

POLICIES = Path(__file__).with_name("staff_as_a_number.py")
"""Own routing policies, for staff as these models have them."""

Elsewhere = Mapping[str, Sequence[Reference]]


def cases() -> list[Case]:
    """All of them."""
    return [
        call_center(
            10.0,
            {
                "wait": (printed(11.834, 34.078, 0.001),),
                "lost": (printed(0.0342, 0.0608, 0.0001),),
                "good": (printed(0.853, 0.169, 0.001), simulated(0.854905, 0.000732)),
            },
        ),
        call_center(
            400.0,
            {
                "wait": (printed(4.713, 1.997, 0.001, days=10_000),),
                "lost": (printed(0.020, 0.0067, 0.001, days=10_000),),
                "good": (printed(0.925, 0.040, 0.001, days=10_000), simulated(0.924618, 0.000172)),
            },
        ),
        many_skills(),
        telethon(),
    ]


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


# --- CallCC -----------------------------------------------------------------------------------


def call_center(shape: float, elsewhere: Elsewhere) -> Case:
    """CallCC (shape 10) and SSJ's CallCenter (shape 400), all figures over the 1,660 contacts expected.

    "Good" are waits below 20 s, also of those who left in that time, and so of all who balk.
    """
    day = call_center_day(shape)
    given = scenario_of(day)
    return whole_day(
        f"P_CALLCC_{shape:.0f}",
        f"13 hours, 4 to 8 agents as a number, Gamma day factor of shape {shape:.0f}",
        day,
        day_figures,
        {"arrivals": offered, "wait": waited, "lost": lost, "good": waited_less},
        theory=PUBLISHED,
        scenario={**given, **with_numbers(given["teams"], [day.agents], OPENS, day.period)},
        elsewhere=elsewhere,
        days=1,
        replications=40,
        quick_replications=8,
        strata=8,
        differs="Run as its authors define it: staff are a number, kept by policies of its own. Waits are counted from "
        "arrival; good are all waits below 20 s, also of those who left; all is over the 1,660 expected contacts.",
    )


def waited_less(view: View) -> Sums:
    """Contacts that waited less than the threshold, however it ended."""
    return float(np.count_nonzero(view.wait < view.within_s)), 1.0


# --- SimpleMSK --------------------------------------------------------------------------------

PERIODS, PERIOD = 3, 2 * HOUR
PER_MIN = ((4.2, 5.3, 3.2), (5.1, 4.3, 4.8), (6.3, 5.2, 4.8))
"""Contacts a minute by type and period."""
SERVICE_PER_MIN, LEAVE_PER_MIN = (0.5, 0.6, 0.4), (0.3, 0.4, 0.2)
"""Rates of service and of leaving, by the period of arrival."""
GROUPS = ((12, 18, 9), (15, 20, 11))
SERVES = (((0, 1), (1, 1)), ((2, 1), (1, 2)))
"""What a group serves: type, and level as a contact sees it (type 1 looks for group 0 first)."""
IN_TARGET = (
    ((170.154, 93.722), (599.334, 83.392), (15.490, 27.520)),
    ((262.936, 134.377), (511.648, 86.571), (34.697, 55.230)),
    ((259.806, 155.150), (613.732, 99.046), (24.888, 44.327)),
)
"""Printed contacts in target by type and period: mean, standard deviation."""


def many_skills() -> Case:
    """SimpleMSK: three types, two groups, three periods of two hours, one Gamma factor over all rates of a day.

    Times are drawn when a contact arrives, by rates of that period: so each type and period is a queue of its own.
    """
    in_target = {f"good_type_{k}_period_{p}": _good_of(k * PERIODS + p) for k in range(3) for p in range(PERIODS)}
    return Case(
        name="P_SIMPLEMSK",
        theory=PUBLISHED,
        what="3 types, 2 groups of 9 to 20 agents as a number, Gamma day factor of shape 28.7",
        scenario={
            "queues": {_queue(k, p): _type_in_period(k, p) for k in range(3) for p in range(PERIODS)},
            **with_numbers(
                {f"group {g}": team(0, _skills(g)) for g in range(2)}, GROUPS, start_s=OPENS, period_s=PERIOD
            ),
        },
        measures={"good": _good, "served": _served, "abandoned": _gave_up, "occupancy_0": _occupancy_0, **in_target},
        elsewhere={
            "good": (printed(0.501, 0.128, 0.001), simulated(0.505788, 0.00106)),
            "served": (printed(4297.305, 437.605, 0.001), simulated(4284.76, 3.48)),
            "abandoned": (printed(910.335, 551.164, 0.001), simulated(898.28, 4.47)),
            "occupancy_0": (printed(0.881, 0.058, 0.001), simulated(0.878925, 0.00046)),
            **{
                f"good_type_{k}_period_{p}": (printed(*IN_TARGET[k][p], 0.001),)
                for k in range(3)
                for p in range(PERIODS)
            },
        },
        differs="Run as its authors define it: staff are a number, kept by policies of its own; service and patience "
        "depend on the period of arrival (a queue for each type and period); good = answered below 20 s over answered "
        "plus those who gave up at 20 s or later; occupancy of group 0 until the last contact has left, over its "
        "number and whoever is busy beyond it.",
        days=1,
        replications=40,
        quick_replications=6,
        strata=8,
        hours=(OPENS, DAY),
    )


def _queue(kind: int, period: int) -> str:
    return f"type {kind} period {period}"


def _type_in_period(kind: int, period: int) -> Raw:
    opens = OPENS + period * PERIOD
    return {
        "open": f"{format_clock(opens)}-{format_clock(opens + PERIOD)}",
        "arrivals": {"kind": "rates", "per_hour": 60.0 * PER_MIN[kind][period], "day_factor_shape": 28.7},
        "talk": exponential(MINUTE / SERVICE_PER_MIN[period]),
        "patience": exponential(MINUTE / LEAVE_PER_MIN[period]),
    }


def _skills(group: int) -> dict[str, int]:
    return {_queue(kind, p): level for kind, level in SERVES[group] for p in range(PERIODS)}


def _served(view: View) -> Sums:
    return float(np.count_nonzero(view.left_by(Outcome.HANDLED))), 1.0


def _gave_up(view: View) -> Sums:
    return float(np.count_nonzero(view.left_by(Outcome.ABANDONED))), 1.0


def _good(view: View) -> Sums:
    late = np.count_nonzero(view.left_by(Outcome.ABANDONED) & (view.wait >= view.within_s))
    return m.sl_of_offered(view)[0], _served(view)[0] + float(late)


def _good_of(queue: int) -> Measure:
    return lambda view: (m.sl_of_offered(view.of_queue(queue))[0], 1.0)


def _occupancy_0(view: View) -> Sums:
    """Busy time of group 0, over its number and whoever is busy beyond it, until the day's last contact is gone."""
    group = view.of_team(len(GROUPS)).states  # teams of numbers come first
    busy = group[np.isin(group["state"], m.BUSY)]
    closes = OPENS + PERIODS * PERIOD
    ends = max(closes, float(view.run["left"].max()))
    number = PERIOD * sum(GROUPS[0]) + GROUPS[0][-1] * (ends - closes)
    spent = float((busy["end"] - busy["start"]).sum())
    return spent, number + _beyond(busy["start"], busy["end"], GROUPS[0][-1], OPENS + 2 * PERIOD)


def _beyond(starts: Floats, ends: Floats, number: int, from_s: float) -> float:
    """Seconds that more than `number` are busy, times how many more, from a time on."""
    at = np.concatenate([np.maximum(starts, from_s), np.maximum(ends, from_s)])
    step = np.concatenate([np.ones(len(starts)), -np.ones(len(ends))])
    order = np.argsort(at, kind="stable")
    over = np.maximum(np.cumsum(step[order]) - number, 0.0)
    return float(over[:-1] @ np.diff(at[order]))


# --- Telethon ---------------------------------------------------------------------------------


def telethon() -> Case:
    """Telethon: five evenings of four hours; who has waited two minutes hears a message and is let go.

    At closing time agents finish and the queue is cleared. Printed are counts of a week, of which 1,000 are expected.
    """
    opens, hours, agents, a_day = 18 * HOUR, 4, 12, 200.0
    scheduled = agents * hours * HOUR

    def messages(view: View) -> Sums:
        return float(np.count_nonzero(view.left_by(Outcome.ABANDONED) & (view.wait >= 120.0))), 1.0

    def gave_up(view: View) -> Sums:
        return float(np.count_nonzero(view.left_by(Outcome.ABANDONED) & (view.wait < 120.0))), 1.0

    def cut_off(view: View) -> Sums:
        return float(np.count_nonzero(view.left_by(Outcome.INSIDE))), 1.0

    def good(view: View) -> Sums:
        return m.sl_of_offered(view)[0], 1.0

    def spent(view: View, until_s: float) -> Sums:
        busy = view.states[np.isin(view.states["state"], m.BUSY)]
        start = busy["start"] % DAY
        length = np.minimum(busy["end"] - busy["start"], until_s - start)
        return float(length.sum()), scheduled * float(view.window.days or 1)

    counts = {"served": _served, "abandoned": gave_up, "messages": messages, "cut_off": cut_off, "good": good}
    weekly = {
        "served": (printed(963.109, 27.984, 0.001), simulated(962.84, 0.37)),
        "abandoned": (printed(31.820, 10.437, 0.001), simulated(31.88, 0.14)),
        "messages": (printed(4.960, 2.973, 0.001), simulated(5.08, 0.04)),
        "cut_off": (printed(0.280, 0.718, 0.001),),
        "good": (printed(950.265, 27.173, 0.001),),
    }
    return Case(
        name="P_TELETHON",
        theory=PUBLISHED,
        what="5 evenings of 4 hours, 12 agents, 24 lines, patience of 2 minutes, a message after 2 minutes",
        scenario={
            "queues": {
                "donors": {
                    "open": f"{format_clock(opens)}-{format_clock(opens + hours * HOUR)}",
                    "at_close": "disconnect",
                    "arrivals": {"kind": "rates", "per_hour": 50.0},
                    "talk": exponential(600.0),
                    # A message ends the wait at two minutes: there the hazard is a million a second.
                    "patience": {"kind": "piecewise_hazard", "from_s": [0.0, 120.0], "per_s": [1.0 / 120.0, 1e6]},
                    "trunks": 24,
                }
            },
            "teams": {
                "volunteers": {
                    "skills": {"donors": 1},
                    "staffing": {"start": format_clock(opens), "interval_min": 60, "agents": [agents] * hours},
                }
            },
        },
        measures={
            **{name: per_expected(count, a_day) for name, count in counts.items()},
            "mean_wait_served": m.mean_wait_served,
            "occupancy_in_all": lambda view: spent(view, math.inf),
            "occupancy": lambda view: spent(view, opens + hours * HOUR),
        },
        elsewhere={
            **{name: [each.times(1e-3) for each in known] for name, known in weekly.items()},
            "mean_wait_served": (printed(0.036, 0.012, 0.001).times(MINUTE),),
            "occupancy_in_all": (printed(0.66772, 0.02650, 1e-5),),
            "occupancy": (printed(0.64049, 0.02499, 1e-5),),
        },
        chief="abandoned",
        differs="A message is patience that ends at two minutes, and does not hold the line. Weeks without weekends; "
        "counts are per expected contact (1,000 a week). Occupancy in all counts calls that end after closing time, "
        "over the scheduled hours, as Telethon does; the other one is TelethonOcc's.",
        days=150,
        quick_days=10,
        hours=(opens, opens + hours * HOUR),
        within_s=60.0,
    )
