"""What all peers simulate: two centers in which everything is exponential, so that the exact answer is known.

    erlang_a    M/M/100+M at load 102: one class of callers, one pool of agents
    two_skills  an N design: pool A answers class 1 only; pool B prefers class 2 and helps class 1

A run is a day of 24 hours that starts empty. Times are seconds, rates per second.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from sim.theory.erlang_a import erlang_a
from sim.theory.n_design import NDesign, n_design

HOUR_S, DAY_S = 3600.0, 86400.0
WITHIN_S = 18.0


class Center(NamedTuple):
    """Classes of callers and pools of agents."""

    name: str
    what: str
    rates: tuple[float, ...]
    """arrivals a second, by class"""
    patience_s: tuple[float, ...]
    """mean, by class"""
    agents: tuple[int, ...]
    """by pool"""
    asks: tuple[tuple[int, ...], ...]
    """by class: the pools that an arriving call asks, first choice first"""
    serves: tuple[tuple[int, ...], ...]
    """by pool: the classes from which a freed agent takes, first choice first"""
    talk_s: tuple[tuple[float, ...], ...]
    """mean, by class and pool"""

    @property
    def calls_a_day(self) -> float:
        """Expected."""
        return sum(self.rates) * DAY_S


ERLANG_A = Center(
    name="erlang_a",
    what="M/M/100+M: 100 agents, 49,000 calls a day",
    rates=(2040.0 / HOUR_S,),
    patience_s=(180.0,),
    agents=(100,),
    asks=((0,),),
    serves=((0,),),
    talk_s=((180.0,),),
)
TWO_SKILLS = Center(
    name="two_skills",
    what="N design: 14 and 16 agents, 9,600 calls a day of two classes",
    rates=(3.8 / 60.0, 2.9 / 60.0),
    patience_s=(200.0, 300.0),
    agents=(14, 16),
    asks=((0, 1), (1,)),
    serves=((0,), (1, 0)),
    talk_s=((240.0, 270.0), (float("nan"), 300.0)),
)
CENTERS = {center.name: center for center in (ERLANG_A, TWO_SKILLS)}


@cache
def exact(name: str) -> Mapping[str, float]:
    """The exact long-run figures of a center, by the names that `calls.measures` uses."""
    if name == ERLANG_A.name:
        (rate,), (patience_s,), (agents,) = ERLANG_A.rates, ERLANG_A.patience_s, ERLANG_A.agents
        known = erlang_a(agents, rate, ERLANG_A.talk_s[0][0], patience_s, WITHIN_S)
        return {
            "abandoned": known.p_abandon,
            "waited": known.p_wait,
            "mean wait s": known.mean_wait,
            "within 18 s": known.sl_of_offered,
        }
    two = TWO_SKILLS
    (a1, b1), (_, b2) = two.talk_s
    design = NDesign(*two.agents, (two.rates[0], two.rates[1]), a1, b1, b2, (two.patience_s[0], two.patience_s[1]))
    found = n_design(design)
    figures = {"abandoned": found.p_abandon, "waited": found.p_wait, "mean wait s": found.mean_wait}
    return {f"{figure} {c + 1}": pair[c] for figure, pair in figures.items() for c in (0, 1)}
