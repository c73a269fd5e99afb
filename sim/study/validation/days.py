"""Cases whose rates or staff change in time: days from empty to empty, and a wave that comes again and again.

Numbers as in tests/theory/cases.json, where it says which programs have simulated these days before. A day's totals are
set against the contacts expected of it. The staff of the last period stay until everybody has left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.record import Outcome
from sim.study.validation import measures as m
from sim.study.validation.case import Case, Raw, exponential, team
from sim.study.validation.measures import Measure, Sums
from sim.study.validation.reference import Reference, printed
from sim.study.validation.view import View
from sim.theory.day import Day, DayFigures, day_figures
from sim.theory.day_of_people import day_of_people
from sim.theory.sinusoid import sinusoid
from sim.units import DAY, HOUR, MINUTE, format_clock

AGENTS = (4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4)
PER_HOUR = (100.0, 150.0, 150.0, 180.0, 200.0, 150.0, 150.0, 150.0, 120.0, 100.0, 80.0, 70.0, 60.0)
OPENS = 8 * HOUR
PEOPLE = (
    "Staff are a number there: while more are busy than are on duty, nobody takes the next caller. Here they are "
    "people: who goes home finishes the call, the others go on. Exact figures are of our rule (0.9 % less waiting); "
    "P_CALLCC_... is the day under theirs."
)


def cases() -> list[Case]:
    """All of them."""
    return [
        thirteen_hours("CALLCC_10", "Gamma day factor of shape 10", 10.0, days=4, strata=8),
        thirteen_hours("CALLCC_400", "Gamma day factor of shape 400", 400.0, days=32),
        thirteen_hours("CALLCC_B1", "no day factor", math.inf, days=32),
        eight_hours(
            "MMC_fin",
            "everybody stays",
            wait=printed(0.099, 0.045, 0.001).times(MINUTE),
            good=printed(1816.158, 57.043, 0.001),
            occupancy=printed(0.695, 0.023, 0.001),
        ),
        eight_hours(
            "MMCAb_fin",
            "patience a minute",
            mean_patience=60.0,
            lost=printed(58.609, 15.295, 0.001),
            good=printed(1906.008, 35.828, 0.001),
            occupancy=printed(0.675, 0.019, 0.001),
        ),
        eight_hours(
            "MMCBlk_fin",
            "17 lines",
            lines=17,
            blocked=printed(18.655, 9.831, 0.001),
            good=printed(1854.284, 42.176, 0.001),
            occupancy=printed(0.689, 0.021, 0.001),
        ),
        wave(),
    ]


def thirteen_hours(name: str, what: str, day_factor_shape: float, **more: Any) -> Case:
    """The day of SSJ's CallCenter example: rates and staff change by the hour, one in ten balks.

    There staff are a number, here they are people: `day_of_people` says what that changes. `originals` has the day
    with staff as a number.
    """
    day = call_center_day(day_factor_shape)
    what = f"13 hours, 4 to 8 agents, {what}"
    return whole_day(name, what, day, day_of_people, counts_of(day), quick_days=3, differs=PEOPLE, **more)


def call_center_day(day_factor_shape: float) -> Day:
    """Rates, staff and callers of that day."""
    return Day(
        AGENTS,
        [rate / HOUR for rate in PER_HOUR],
        period=HOUR,
        mean_service=100.0,
        mean_patience=1000.0,
        balk=0.1,
        day_factor_shape=day_factor_shape,
    )


def eight_hours(
    name: str, what: str, mean_patience: float = math.inf, lines: int | None = None, **elsewhere: Reference
) -> Case:
    """The day of the ContactCenters examples MMC, MMCAb and MMCBlocked; printed counts are of 2,016 expected contacts.

    "Number of contacts in target": answered after less than 20 s.
    """
    day = Day([12], [4.2 / MINUTE], 8 * HOUR, mean_service=120.0, mean_patience=mean_patience, lines=lines)
    expected = expected_contacts(day)
    shares = {
        name: reference.times(1.0 / expected) if name in ("lost", "blocked", "good") else reference
        for name, reference in elsewhere.items()
    }
    return whole_day(
        name,
        f"8 hours, 12 agents, {what}",
        day,
        day_figures,
        {**counts_of(day), "good": answered_in_time},
        days=10,
        quick_days=3,
        elsewhere={name: (reference,) for name, reference in shares.items()},
    )


def expected_contacts(day: Day) -> float:
    """Of a day."""
    return day.period * math.fsum(day.arrival_rates)


def counts_of(day: Day) -> dict[str, Measure]:
    """What is counted over a day, as a share or mean of the expected contacts; the names are also theory's."""
    counts: dict[str, Measure] = {"arrivals": offered, "wait": waited}
    if day.mean_patience < math.inf:
        counts["lost"] = lost
    if day.lines is not None:
        counts["blocked"] = m.p_block
    return counts


def whole_day(
    name: str,
    what: str,
    day: Day,
    figures: Callable[[Day], DayFigures],
    counts: Mapping[str, Measure],
    *,
    days: int,
    **more: Any,
) -> Case:
    """Days that start and end empty; totals are per expected contact."""
    hours = (OPENS, OPENS + len(day.agents) * day.period)
    expected = expected_contacts(day)
    scheduled = day.period * sum(day.agents)

    def exact() -> Mapping[str, float]:
        found = figures(day)
        totals = {"arrivals": found.arrivals, "wait": found.total_wait, "lost": found.lost, "blocked": found.blocked}
        return {**{key: totals[key] / expected for key in counts if key in totals}, "occupancy": found.occupancy}

    return Case(
        **{
            "name": name,
            "theory": figures.__module__.rpartition(".")[2],
            "what": what,
            "scenario": scenario_of(day),
            "measures": {
                **{key: per_expected(count, expected) for key, count in counts.items()},
                "occupancy": lambda view: (view.agent_seconds(*m.BUSY), scheduled * _days(view)),
            },
            "exact": exact,
            "chief": "wait",
            "days": days,
            "hours": hours,
            **more,
        }
    )


def per_expected(count: Measure, expected: float) -> Measure:
    """What is counted, per contact expected of so many a day."""
    return lambda view: (count(view)[0], expected * _days(view))


def scenario_of(day: Day) -> Raw:
    """The scenario of a day that theory knows."""
    step = int(day.period / MINUTE)
    opens, closes = format_clock(OPENS), format_clock(OPENS + len(day.agents) * day.period)
    until_midnight = int((DAY - OPENS) / day.period)
    on_duty = [*day.agents, *[day.agents[-1]] * (until_midnight - len(day.agents))]
    arrivals = {
        "kind": "rates",
        "per_hour": [rate * HOUR for rate in day.arrival_rates],
        "interval_min": step,
        "start": opens,
        "day_factor_shape": day.day_factor_shape,
    }
    patience = {"kind": "never"} if day.mean_patience == math.inf else exponential(day.mean_patience)
    calls = {
        "open": f"{opens}-{closes}",
        "arrivals": arrivals,
        "talk": exponential(day.mean_service),
        "patience": patience,
        "balk": day.balk,
        "trunks": day.lines,
    }
    staffing = {"start": opens, "interval_min": step, "agents": on_duty}
    return {"queues": {"calls": calls}, "teams": {"team": {"skills": {"calls": 1}, "staffing": staffing}}}


def offered(view: View) -> Sums:
    """Contacts."""
    return float(len(view.contacts)), 1.0


def waited(view: View) -> Sums:
    """Seconds waited by everybody."""
    return float(view.wait.sum()), 1.0


def lost(view: View) -> Sums:
    """Contacts that balked or gave up."""
    return float(np.count_nonzero(view.left_by(Outcome.BALKED, Outcome.ABANDONED))), 1.0


def served(view: View) -> Sums:
    """Contacts answered."""
    return float(np.count_nonzero(view.left_by(Outcome.HANDLED))), 1.0


def answered_in_time(view: View) -> Sums:
    """Contacts answered within the threshold."""
    return m.sl_of_offered(view)[0], 1.0


def _days(view: View) -> float:
    return float(view.window.days or 1)


EIGHTHS = (1, 2, 3, 4, 8)
"""Of a wave; the crest is at 2. At 6 hardly anybody waits (0.013), too few to have a normal mean."""


def wave() -> Case:
    """A rate that swings like a sine with a period of eight hours; a scenario knows it by the minute."""
    agents, mean_rate, amplitude, period = 18, 4.0 / MINUTE, 1.5 / MINUTE, 8 * HOUR
    mean_s, patience_s = 240.0, MINUTE / 0.3
    counted = (m.p_wait, m.p_abandon, m.mean_wait, m.occupancy)
    edges = 2.0 * np.pi / period * MINUTE * np.arange(1441)
    mean_of_sine = -np.diff(np.cos(edges)) / np.diff(edges)

    def exact() -> Mapping[str, float]:
        found = sinusoid(agents, mean_rate, amplitude, period, mean_s, patience_s)
        plain = {measure.__name__: float(getattr(found, measure.__name__)) for measure in counted}
        return {**plain, **{f"queue_at_{k}/8": found.mean_queue(period * k / 8.0) for k in EIGHTHS}}

    def queue_at(k: int) -> Measure:
        def measure(view: View) -> Sums:
            times = np.arange(view.window.from_s + period * k / 8.0, view.window.to_s, period)
            before = np.searchsorted(view.queues["at"], times, side="right") - 1
            return float(view.queues["length"][before].sum()), float(len(times))

        return measure

    return Case(
        name="MTMNM_a",
        theory="sinusoid",
        what="18 agents, a rate of 4 plus or minus 1.5 a minute in waves of 8 hours",
        scenario={
            "queues": {
                "calls": {
                    "arrivals": {
                        "kind": "rates",
                        "per_hour": ((mean_rate + amplitude * mean_of_sine) * HOUR).tolist(),
                        "interval_min": 1,
                    },
                    "talk": exponential(mean_s),
                    "patience": exponential(patience_s),
                }
            },
            "teams": {"team": team(agents, {"calls": 1})},
        },
        measures={
            **{measure.__name__: measure for measure in counted},
            **{f"queue_at_{k}/8": queue_at(k) for k in EIGHTHS},
        },
        exact=exact,
        days=5,
        quick_days=2,
        cut_s=period,  # two minutes are the longest relaxation time, and whole waves are to be left
    )
