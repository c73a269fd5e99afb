"""The textbook beside it: each hour as a stationary Erlang-A of its own, with the log's constants."""
from __future__ import annotations

import math

from sim.scenario import Scenario
from sim.theory.erlang_a import erlang_a


def mean_patience_s(actual: dict[str, float]) -> float:
    """Mean patience of all callers as one exponential law: seconds waited for each hang-up."""
    return actual["wait_s"] / actual["abandoned"]


def mean_wrap_s(scenario: Scenario) -> float:
    """Mean wrap-up, the same in every queue of this scenario."""
    wrap = next(iter(scenario.queues.values())).wrap
    assert wrap is not None
    return float(wrap.mean)


def erlang_a_hour(actual: dict[str, float], wrap_s: float, patience_s: float) -> dict[str, float]:
    """P(wait), mean waits and abandonment of an hour, from its row of actual.csv.

    Arrivals a day in this hour, service and wrap-up as logged, all agents alike; between two whole numbers of agents
    the figures of both are mixed.
    """
    rate = actual["offered"] / actual["days"] / 3600
    service = actual["handle_s"] / actual["handle_recorded"] + wrap_s
    low = math.floor(actual["agents"])
    part = actual["agents"] - low
    found = [erlang_a(number, rate, service, patience_s) for number in (low, low + 1)]

    def mixed(name: str) -> float:
        return (1 - part) * getattr(found[0], name) + part * getattr(found[1], name)

    return {"p_wait": mixed("p_wait"), "wait_s": mixed("mean_wait"), "answered_wait_s": mixed("mean_wait_served"),
            "abandonment": mixed("p_abandon")}
