"""Tightrope beside Ciw, two simulations that share nothing: each figure within 4 standard errors of their difference.

Of the centers with no formula: general talks and patience, priorities among unlike classes, callers who come back, and
a day on which rates and staff rise by the hour.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from sim.study.validation import Case, Comparison, check
from sim.study.validation import measures as m
from sim.study.validation.case import exponential, poisson, team
from sim.study.validation.days import scenario_of
from sim.study.validation.designs import in_queue
from sim.study.validation.reference import Reference
from sim.theory.day import Day
from sim.units import DAY, HOUR
from tests.oracles.ciw_models import FIGURES, WITHIN_S, Call, TriesAgain, calls, ciw, lognormal, ratio

BOUND = 4.0
"""Standard errors of both that a figure may lie off."""
SEED = 2
CUT_S = 2 * HOUR
"""Cut off at both ends of a run, which is many times what a center of impatient callers remembers."""
MEASURES = {name: getattr(m, name) for name in FIGURES}


class Twin(NamedTuple):
    """A center in both programs."""

    case: Case
    network: Callable[[], Any]
    runs: int
    """of Ciw"""
    until: float
    """that a run of Ciw lasts"""
    cut_s: float = CUT_S
    kinds: Sequence[str] = ("Customer",)
    """Ciw's classes of calls, in the order of our queues"""


def law(mean_s: float, cv: float) -> dict[str, Any]:
    """A lognormal time as a scenario has it."""
    return {"kind": "lognormal", "mean_s": mean_s, "cv": cv}


def center(name: str, queues: Mapping[str, Any], agents: int, skills: Mapping[str, int]) -> Case:
    """A case without days that differ; figures of each queue where there are several."""
    each = {f"{name}_{q + 1}": in_queue(q, measure) for q in range(len(queues)) for name, measure in MEASURES.items()}
    return Case(
        name=name,
        theory="",
        what="",
        scenario={"queues": dict(queues), "teams": {"team": team(agents, skills)}},
        measures=each if len(queues) > 1 else MEASURES,
        days=2,
        replications=40,
        cut_s=CUT_S,
        within_s=WITHIN_S,
    )


def general() -> Twin:
    """G/G: lognormal talks and lognormal patience, 8 agents."""
    queue = {"arrivals": poisson(1 / 25.0), "talk": law(200.0, 1.2), "patience": law(150.0, 1.5)}

    def network() -> Any:
        return ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(1 / 25.0)],
            service_distributions=[lognormal(200.0, 1.2)],
            reneging_time_distributions=[lognormal(150.0, 1.5)],
            number_of_servers=[8],
        )

    return Twin(center("CIW_G", {"calls": queue}, 8, {"calls": 1}), network, 15, DAY)


def classes() -> Twin:
    """Urgent calls before others, of other lengths and other patience; 6 agents."""
    rates, talks, patience = (1 / 80.0, 1 / 45.0), (120.0, 240.0), (300.0, 180.0)
    names = ("a urgent", "b other")
    queues = {
        name: {"arrivals": poisson(rate), "talk": law(mean, 0.8), "patience": exponential(will)}
        for name, rate, mean, will in zip(names, rates, talks, patience, strict=True)
    }

    def network() -> Any:
        return ciw.create_network(
            arrival_distributions={n: [ciw.dists.Exponential(r)] for n, r in zip(names, rates, strict=True)},
            service_distributions={n: [lognormal(t, 0.8)] for n, t in zip(names, talks, strict=True)},
            reneging_time_distributions={
                n: [ciw.dists.Exponential(1 / p)] for n, p in zip(names, patience, strict=True)
            },
            priority_classes={name: level for level, name in enumerate(names)},
            number_of_servers=[6],
        )

    skills = {name: level for level, name in enumerate(names, 1)}
    return Twin(center("CIW_PRIO", queues, 6, skills), network, 15, DAY, kinds=names)


def again() -> Twin:
    """Of those who give up 60 % call again, after a lognormal time; talks are lognormal; 8 agents."""
    redial = {"after_abandon": 0.6, "delay": law(600.0, 1.0), "max_attempts": None}
    queue = {"arrivals": poisson(1 / 24.0), "talk": law(180.0, 1.2), "patience": exponential(120.0), "redial": redial}

    def network() -> Any:
        back = ciw.routing.NetworkRouting([TriesAgain(0.6, 2), ciw.routing.Direct(to=1)])
        return ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(1 / 24.0), None],
            service_distributions=[lognormal(180.0, 1.2), lognormal(600.0, 1.0)],
            reneging_time_distributions=[ciw.dists.Exponential(1 / 120.0), None],
            number_of_servers=[8, math.inf],
            routing=back,
        )

    return Twin(center("CIW_AGAIN", {"calls": queue}, 8, {"calls": 1}), network, 15, DAY)


def rising_day() -> Twin:
    """Four hours in which calls and agents become more by the hour, then closing time; all who wait are served.

    Ciw's own schedules send new servers beside old ones who are still busy. So there all eight are there from the
    start, and those who come later are kept busy until then by a job of their own, which goes first.
    """
    heads, per_hour = (4, 6, 7, 8), (90.0, 130.0, 150.0, 190.0)
    day = Day(list(heads), [rate / HOUR for rate in per_hour], HOUR, mean_service=150.0, mean_patience=200.0)
    scenario = scenario_of(day)
    scenario["queues"]["calls"] |= {"talk": law(150.0, 1.2), "patience": law(200.0, 0.7)}
    later = [HOUR * hour for hour in range(1, 4) for _ in range(heads[hour] - heads[hour - 1])]

    def network() -> Any:
        ends = [HOUR * hour for hour in range(1, 5)]
        never_again = [0.0] * len(later) + [math.inf]
        return ciw.create_network(
            arrival_distributions={
                "call": [ciw.dists.PoissonIntervals([r / HOUR for r in per_hour], ends, ends[-1])],
                "off": [ciw.dists.Sequential(never_again)],
            },
            service_distributions={"call": [lognormal(150.0, 1.2)], "off": [ciw.dists.Sequential(later)]},
            reneging_time_distributions={"call": [lognormal(200.0, 0.7)], "off": [None]},
            priority_classes={"off": 0, "call": 1},
            number_of_servers=[max(heads)],
        )

    case = Case(
        name="CIW_DAY", theory="", what="", scenario=scenario, measures=MEASURES, days=10, replications=40,
        hours=(8 * HOUR, 12 * HOUR), within_s=WITHIN_S,
    )  # fmt: skip
    return Twin(case, network, 90, 7 * HOUR, 0.0, ("call",))


TWINS = [general, classes, again, rising_day]


def theirs(twin: Twin) -> list[list[list[Call]]]:
    """Ciw's calls within the window, class by class and run by run."""
    runs = [calls(twin.network(), SEED + number, twin.until) for number in range(twin.runs)]
    last = twin.until - twin.cut_s
    return [
        [[call for call in run if call.kind == kind and twin.cut_s <= call.arrived < last] for run in runs]
        for kind in twin.kinds
    ]


def differences(found: list[list[list[Call]]], case: Case) -> list[Comparison]:
    """Our figures beside Ciw's; differences are in standard errors of both."""
    several = len(found) > 1
    elsewhere = {
        f"{figure}_{q + 1}" if several else figure: [Reference(*ratio(runs, figure), "simulated")]
        for q, runs in enumerate(found)
        for figure in FIGURES
    }
    (checked,) = check([replace(case, elsewhere=elsewhere)], "compiled", SEED)
    return checked.figures


def other(case: Case, path: Sequence[str], value: Any) -> Case:
    """The case with another value in its scenario."""
    scenario = copy.deepcopy(dict(case.scenario))
    part: Any = scenario
    for key in path[:-1]:
        part = part[key]
    assert part[path[-1]] != value
    part[path[-1]] = value
    return replace(case, scenario=scenario)


@pytest.mark.parametrize(
    ("make", "path", "value"),
    [
        (general, ("queues", "calls", "patience", "cv"), 0.5),
        (classes, ("teams", "team", "skills", "b other"), 1),
        (again, ("queues", "calls", "redial", "after_abandon"), 0.3),
        (rising_day, ("teams", "team", "staffing", "agents"), [4, 6, 8, 8] + [8] * 12),
    ],
    ids=lambda make: getattr(make, "__name__", ""),
)
def test_a_center_is_what_ciw_makes_of_it_and_another_is_not(
    make: Callable[[], Twin], path: Sequence[str], value: Any
) -> None:
    twin = make()
    ciws = theirs(twin)
    found = differences(ciws, twin.case)
    assert len(found) == len(twin.case.measures)
    assert [row for row in found if not abs(row.difference) <= BOUND] == []
    # Both are known well enough for 4 standard errors to mean something.
    assert all(row.together < 0.06 * row.reference.value for row in found)
    assert any(abs(row.difference) > BOUND for row in differences(ciws, other(twin.case, path, value)))
