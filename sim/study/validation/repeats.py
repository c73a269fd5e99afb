"""Cases of what people do that queueing theory knows: callers whose issue is not resolved call again."""

from __future__ import annotations

from collections.abc import Mapping

from sim.study.validation import measures as m
from sim.study.validation.case import RELAXATIONS, Case, exponential, poisson, team
from sim.theory.erlang_c import erlang_c
from sim.units import HOUR, MINUTE


def cases() -> list[Case]:
    """All of them."""
    return [unresolved()]


def unresolved() -> Case:
    """Three of four issues are resolved; all others call again an hour later. A Jackson network.

    Calls come at the external rate over FCR as if they were all new ones (the product form), and so many are on
    their way to call again as come in the mean time between two calls.
    """
    agents, external, fcr, mean_s, return_s = 21, 3.0 / MINUTE, 0.75, 240.0, HOUR
    counted = (m.total_rate, m.p_wait, m.mean_wait, m.sl_of_offered, m.occupancy, m.mean_in_orbit)
    names = {measure.__name__: measure for measure in counted}

    def exact() -> Mapping[str, float]:
        rate = external / fcr
        queue = erlang_c(agents, rate, mean_s, 20.0)
        away = {"total_rate": rate, "mean_in_orbit": (rate - external) * return_s}
        return {name: away[name] if name in away else getattr(queue, name) for name in names}

    return Case(
        name="FCR_75",
        theory="erlang_c",
        what="21 agents offered 12 erlangs of new issues, of which a quarter call again each time",
        scenario={
            "queues": {
                "calls": {
                    "arrivals": poisson(external),
                    "talk": exponential(mean_s),
                    "fcr": fcr,
                    "repeat": {"probability": 1.0, "delay": exponential(return_s)},
                    "redial": {"max_attempts": 1000},
                }
            },
            "teams": {"team": team(agents, {"calls": 1})},
            "behavior": {"people": True},
        },
        measures=names,
        exact=exact,
        chief="p_wait",
        days=6,
        quick_days=4,
        cut_s=RELAXATIONS * return_s / fcr,
    )
