"""SimpleMSK of the ContactCenters project: several skills, periods and a busy day, as its authors define it.

Source: github.com/umontreal-simul/contactcenters (Apache-2.0), doc/examples/SimpleMSK.java and .res, 1,000 days.
"""

from __future__ import annotations

import numpy as np

from sim.record import Outcome
from sim.study.validation import measures as m
from sim.study.validation.case import PUBLISHED, Case, Raw, exponential, team
from sim.study.validation.days import OPENS, served
from sim.study.validation.measures import Measure, Sums
from sim.study.validation.numbers import with_numbers
from sim.study.validation.reference import printed, simulated
from sim.study.validation.view import Floats, View
from sim.units import DAY, HOUR, MINUTE, format_clock

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
        measures={"good": good, "served": served, "abandoned": gave_up, "occupancy_0": _occupancy_0, **in_target},
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
        chief="abandoned",
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


def gave_up(view: View) -> Sums:
    """Contacts that gave up."""
    return float(np.count_nonzero(view.left_by(Outcome.ABANDONED))), 1.0


def good(view: View) -> Sums:
    """Answered within the threshold, over answered and those who gave up later than that."""
    late = np.count_nonzero(view.left_by(Outcome.ABANDONED) & (view.wait >= view.within_s))
    return m.sl_of_offered(view)[0], served(view)[0] + float(late)


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
