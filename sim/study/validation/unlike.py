"""Cases of agents of unlike speed: six of twelve of a bank, under several rules of routing, and all teams of six.

Rates after N. Gans, N. Liu, A. Mandelbaum, H. Shen and H. Ye (2010), "Service times in call centers: agent
heterogeneity and learning with some operational consequences", section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations

import numpy as np

from sim.record import Outcome
from sim.study.validation import measures as m
from sim.study.validation.case import RELAXATIONS, Case, Raw, exponential, poisson, team
from sim.study.validation.designs import of_agent
from sim.study.validation.measures import Measure, Sums
from sim.study.validation.view import Bools, Floats, View
from sim.theory.patience import Exponential
from sim.theory.unlike_agents import PickAgent, unlike_agents
from sim.units import HOUR

SLOW_SIX, FAST_SIX = (3.86, 4.05, 4.59, 4.63, 4.65, 4.8), (4.83, 5.02, 5.38, 5.77, 6.27, 6.33)
"""Contacts an hour of each of the twelve."""
RATE, PATIENCE_S = 21.0 / HOUR, 0.5 * HOUR
PAPER_S = 58.8
"""The paper's mean wait of the answered for six equal agents: its figure 7 counts teams 20 % below or above."""


def cases() -> list[Case]:
    """All of them."""
    return [
        six("HET_slow6_liar", SLOW_SIX, "longest idle first", "longest_idle"),
        six("HET_slow6_random", SLOW_SIX, "a free one at random", "random"),
        six("HET_slow6_fsf", SLOW_SIX, "fastest first", "fastest"),
        six("HET_fast6_liar", FAST_SIX, "longest idle first", "longest_idle"),
        six("HET_fast6_fsf", FAST_SIX, "fastest first", "fastest"),
        all_teams(),
    ]


def six(name: str, rates_per_hour: Sequence[float], rule: str, pick_agent: PickAgent) -> Case:
    """Six agents of unlike speed under one rule of routing."""
    means = [HOUR / rate for rate in rates_per_hour]
    queue_figures = (m.p_wait, m.p_abandon, m.mean_wait, m.mean_wait_served)

    def exact() -> Mapping[str, float]:
        found = unlike_agents(means, RATE, Exponential(PATIENCE_S), pick_agent=pick_agent)
        busy = {f"busy_{i}": share for i, share in enumerate(found.busy, 1)}
        return {**{measure.__name__: getattr(found.queue, measure.__name__) for measure in queue_figures}, **busy}

    return Case(
        name=name,
        theory="unlike_agents",
        what=f"6 agents of unlike speed, {rule}",
        scenario={
            "queues": {"calls": _calls(means[-1])},
            "teams": {"team": _six(means, "calls")},
            "routing": {"pick_agent": pick_agent},
        },
        measures={
            **{measure.__name__: measure for measure in queue_figures},
            **{f"busy_{i + 1}": of_agent(i, m.occupancy) for i in range(6)},
        },
        exact=exact,
        days=48,
        quick_days=3,
        cut_s=RELAXATIONS * PATIENCE_S,
    )


def all_teams() -> Case:
    """All 924 teams of six out of the twelve, side by side, each before a queue of its own, in one center.

    Compared is the mean wait of the answered, over all teams and over those that theory puts 20 % below or above the
    paper's: there are 12.2 % and 19.8 % of them, where the paper drew 14 and 18 out of 100.
    """

    def exact() -> Mapping[str, float]:
        waits, answered = _exact_waits()
        return {name: float(np.average(waits[of], weights=answered[of])) for name, of in _groups().items()}

    def pooled(group: str) -> Measure:
        """Over the contacts that a group's teams have answered; queues are in the order of the teams."""

        def measure(view: View) -> Sums:
            of = _groups()[group][view.contacts["queue"]] & view.left_by(Outcome.HANDLED)
            return float(view.wait[of].sum()), float(np.count_nonzero(of))

        return measure

    teams = _teams()
    names = [f"team {number}" for number in range(1, len(teams) + 1)]
    return Case(
        name="HET_subsets",
        theory="unlike_agents",
        what="all 924 teams of 6 out of 12 unlike agents, side by side; waits of the answered",
        scenario={
            "queues": {name: _calls(means[-1]) for name, means in zip(names, teams, strict=True)},
            "teams": {name: _six(means, name) for name, means in zip(names, teams, strict=True)},
        },
        measures={group: pooled(group) for group in _groups()},
        exact=exact,
        days=2,
        quick_days=None,
        replications=10,
        cut_s=RELAXATIONS * PATIENCE_S,
    )


def _teams() -> list[list[float]]:
    """Mean handle times of every team of six."""
    return [[HOUR / rate for rate in chosen] for chosen in combinations(SLOW_SIX + FAST_SIX, 6)]


@cache
def _exact_waits() -> tuple[Floats, Floats]:
    """Mean wait of the answered, and the share answered, of every team."""
    found = [unlike_agents(means, RATE, Exponential(PATIENCE_S)).queue for means in _teams()]
    return np.array([queue.mean_wait_served for queue in found]), np.array([1.0 - queue.p_abandon for queue in found])


@cache
def _groups() -> dict[str, Bools]:
    """Which teams belong to a group, by their exact waits."""
    waits, _ = _exact_waits()
    return {"all_teams": waits > 0.0, "fast_teams": waits < 0.8 * PAPER_S, "slow_teams": waits > 1.2 * PAPER_S}


def _calls(mean_s: float) -> Raw:
    return {"arrivals": poisson(RATE), "talk": exponential(mean_s), "patience": exponential(PATIENCE_S)}


def _six(means: Sequence[float], queue: str) -> Raw:
    return team(6, {queue: 1}, handle_factors=[mean / means[-1] for mean in means])
