"""Cases whose rates or staff change in time: days from empty to empty, and a wave that comes again and again.

Numbers as in tests/theory/cases.json, where it says which programs have simulated these days before. A day's totals are
set against the contacts expected of it. The staff of the last period stay until everybody has left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from sim.record import Outcome
from sim.study.validation import measures as m
from sim.study.validation.case import Case, Raw, exponential, team
from sim.study.validation.measures import Measure, Sums
from sim.study.validation.view import View
from sim.theory.day import Day, DayFigures, day_figures
from sim.theory.day_of_people import day_of_people
from sim.theory.sinusoid import sinusoid
from sim.units import DAY, HOUR, MINUTE, format_clock

AGENTS = (4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4)
PER_HOUR = (100.0, 150.0, 150.0, 180.0, 200.0, 150.0, 150.0, 150.0, 120.0, 100.0, 80.0, 70.0, 60.0)
OPENS = 8 * HOUR


def cases() -> list[Case]:
    """All of them."""
    return [
        thirteen_hours("CALLCC_10", "Gamma day factor of shape 10", 10.0),
        thirteen_hours("CALLCC_400", "Gamma day factor of shape 400", 400.0),
        thirteen_hours("CALLCC_B1", "no day factor", math.inf),
        eight_hours("MMC_fin", "everybody stays"),
        eight_hours("MMCAb_fin", "patience a minute", mean_patience=60.0),
        eight_hours("MMCBlk_fin", "17 lines", lines=17),
        wave(),
    ]


def thirteen_hours(name: str, what: str, day_factor_shape: float) -> Case:
    """The day of SSJ's CallCenter example: rates and staff change by the hour, one in ten balks.

    There staff are a number, here they are people: `day_of_people` says what that changes (0.9 % of the waits).
    """
    day = Day(
        AGENTS,
        [rate / HOUR for rate in PER_HOUR],
        period=HOUR,
        mean_service=100.0,
        mean_patience=1000.0,
        balk=0.1,
        day_factor_shape=day_factor_shape,
    )
    return whole_day(name, f"13 hours, 4 to 8 agents, {what}", day, day_of_people, days=32)


def eight_hours(name: str, what: str, mean_patience: float = math.inf, lines: int | None = None) -> Case:
    """The day of the ContactCenters examples MMC, MMCAb and MMCBlocked."""
    day = Day([12], [4.2 / MINUTE], 8 * HOUR, mean_service=120.0, mean_patience=mean_patience, lines=lines)
    return whole_day(name, f"8 hours, 12 agents, {what}", day, day_figures, days=10)


def whole_day(name: str, what: str, day: Day, theory: Callable[[Day], DayFigures], days: int) -> Case:
    """Days that start and end empty; totals are per expected contact."""
    hours = (OPENS, OPENS + len(day.agents) * day.period)
    expected = day.period * math.fsum(day.arrival_rates)
    scheduled = day.period * sum(day.agents)

    def per_expected(count: Measure) -> Measure:
        return lambda view: (count(view)[0], expected * _days(view))

    counts: dict[str, Measure] = {"arrivals": offered, "wait": waited}
    if day.mean_patience < math.inf:
        counts["lost"] = lost
    if day.lines is not None:
        counts["blocked"] = m.p_block

    def exact() -> Mapping[str, float]:
        found = theory(day)
        totals = {"arrivals": found.arrivals, "wait": found.total_wait, "lost": found.lost, "blocked": found.blocked}
        return {**{key: totals[key] / expected for key in counts}, "occupancy": found.occupancy}

    return Case(
        name=name,
        theory=theory.__module__.rpartition(".")[2],
        what=what,
        scenario=scenario_of(day),
        measures={
            **{key: per_expected(count) for key, count in counts.items()},
            "occupancy": lambda view: (view.agent_seconds(*m.BUSY), scheduled * _days(view)),
        },
        exact=exact,
        days=days,
        quick_days=3,
        hours=hours,
    )


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


def _days(view: View) -> float:
    return float(view.window.days or 1)


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
        return {**plain, "queue_at_crest": found.mean_queue(period / 4.0)}

    def queue_at_crest(view: View) -> Sums:
        times = np.arange(view.window.from_s + period / 4.0, view.window.to_s, period)
        before = np.searchsorted(view.queues["at"], times, side="right") - 1
        return float(view.queues["length"][before].sum()), float(len(times))

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
        measures={**{measure.__name__: measure for measure in counted}, "queue_at_crest": queue_at_crest},
        exact=exact,
        days=5,
        quick_days=2,
        cut_s=period,  # two minutes are the longest relaxation time, and whole waves are to be left
    )
