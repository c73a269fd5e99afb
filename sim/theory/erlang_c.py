"""Erlang C, M/M/n: everybody waits as long as it takes.

Sources: A. K. Erlang (1917); R. B. Cooper (1981), "Introduction to Queueing Theory", 2nd ed., section 3.4.
Units: seconds and contacts per second (any one unit of time, used throughout, gives the same answer in it).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.theory import checks
from sim.theory.erlang_b import blocking
from sim.theory.figures import QueueFigures
from sim.theory.search import least_integer


def erlang_c(agents: int, arrival_rate: float, mean_service: float, awt: float = 20.0) -> QueueFigures:
    """Long-run figures of a queue that nobody leaves: p_wait, service level, ASA (mean_wait), occupancy.

    Formula: with a = arrival_rate * mean_service and B Erlang's loss probability,
    p_wait = n B / (n - a (1 - B)), P(wait > t) = p_wait exp(-(n - a) t / mean_service).
    With a >= n there is no long run: p_wait 1, mean wait infinite, service level 0, occupancy 1.
    Units: seconds, contacts per second. Errors: ValueError for numbers out of range.
    """
    checks.whole(agents=agents)
    checks.not_negative(arrival_rate=arrival_rate, awt=awt)
    checks.positive(mean_service=mean_service)
    p_wait = waiting_probability(agents, arrival_rate * mean_service)
    stable = arrival_rate * mean_service < agents
    mean_wait = p_wait * mean_wait_of_those_who_wait(agents, arrival_rate, mean_service) if p_wait else 0.0
    within = 1.0 - wait_beyond(agents, arrival_rate, mean_service, awt)
    return QueueFigures(
        agents=agents,
        arrival_rate=arrival_rate,
        mean_service=mean_service,
        awt=awt,
        p_wait=p_wait,
        p_delay_virtual=p_wait,
        mean_wait=mean_wait,
        mean_wait_served=mean_wait,
        mean_queue=arrival_rate * mean_wait if arrival_rate else 0.0,
        occupancy=arrival_rate * mean_service / agents if stable else 1.0,
        sl_of_offered=within,
        sl_of_answered=within,
        sl_excluding_short_abandons=within,
        sl_abandons_counted_as_met=within,
        sl_virtual=within,
    )


def waiting_probability(agents: int, offered_load: float) -> float:
    """Probability that a contact waits, at `offered_load` erlangs; 1 at or above one erlang an agent."""
    if offered_load >= agents:
        return 1.0
    p_block = blocking(agents, offered_load)
    return agents * p_block / (agents - offered_load * (1.0 - p_block))


def mean_wait_of_those_who_wait(agents: int, arrival_rate: float, mean_service: float) -> float:
    """Mean wait given a wait, mean_service / (n - a); infinite when the queue never settles."""
    spare = agents - arrival_rate * mean_service
    return mean_service / spare if spare > 0.0 else math.inf


def wait_beyond(agents: int, arrival_rate: float, mean_service: float, wait: float) -> float:
    """P(wait > `wait`), the tail of the waiting time of all contacts."""
    scale = mean_wait_of_those_who_wait(agents, arrival_rate, mean_service)
    return waiting_probability(agents, arrival_rate * mean_service) * math.exp(-wait / scale)


def wait_quantile(agents: int, arrival_rate: float, mean_service: float, share: float) -> float:
    """Wait that a share of all contacts does not exceed: 0 up to 1 - p_wait, then exponential.

    Formula: max(0, ln(p_wait / (1 - share))) mean_service / (n - a); infinite when never settled.
    Errors: ValueError unless 0 <= share < 1.
    """
    if not 0.0 <= share < 1.0:
        raise ValueError(f"share must be at least 0 and below 1, not {share}")
    p_wait = waiting_probability(agents, arrival_rate * mean_service)
    if p_wait <= 1.0 - share:
        return 0.0
    scale = mean_wait_of_those_who_wait(agents, arrival_rate, mean_service)
    return math.log(p_wait / (1.0 - share)) * scale


def least_agents(arrival_rate: float, mean_service: float, service_level: float, awt: float = 20.0) -> int:
    """Least agents who answer at least a share `service_level` within `awt` seconds.

    Errors: ValueError unless 0 < service_level < 1 and the rates are in range.
    """
    checks.target(service_level=service_level)
    return _least(
        arrival_rate,
        mean_service,
        lambda n: 1.0 - wait_beyond(n, arrival_rate, mean_service, awt) >= service_level,
    )


def least_agents_for_asa(arrival_rate: float, mean_service: float, mean_wait: float) -> int:
    """Least agents whose mean wait over all contacts (ASA) is at most `mean_wait` seconds.

    Errors: ValueError unless mean_wait > 0 and the rates are in range.
    """
    checks.positive(mean_wait=mean_wait)
    return _least(
        arrival_rate,
        mean_service,
        lambda n: erlang_c(n, arrival_rate, mean_service).mean_wait <= mean_wait,
    )


def _least(arrival_rate: float, mean_service: float, meets: Callable[[int], bool]) -> int:
    checks.not_negative(arrival_rate=arrival_rate)
    checks.positive(mean_service=mean_service)
    load = arrival_rate * mean_service
    # Halfin and Whitt (1981): the answer lies some square roots of the load above the load.
    return least_integer(meets, lowest=math.floor(load) + 1, guess=math.ceil(load + math.sqrt(load)))
