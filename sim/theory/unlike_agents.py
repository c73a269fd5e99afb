"""M/M/n+G with agents of unlike speed, under routing to the longest idle, a random idle or the fastest idle.

Longest idle and random routing give the same product form: which agents are busy depends on their rates
alone. Fastest first has no closed form, and its chain over all sets of busy agents is solved.
Sources: H. Gumbel (1960), "Waiting lines with heterogeneous servers", Operations Research 8 (random
choice); R. Gopalakrishnan, S. Doroudi, A. R. Ward and A. Wierman (2016), "Routing and staffing when servers
are strategic", Operations Research 64 (policies by idle time, such as longest idle, share that law). Once
all are busy, only their total rate counts: see `virtual_wait`.
Units: seconds and contacts per second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sim.theory import checks
from sim.theory.chain import long_run
from sim.theory.figures import QueueFigures
from sim.theory.impatient_queue import Callers
from sim.theory.patience import Patience, Times
from sim.theory.virtual_wait import virtual_wait

PickAgent = Literal["longest_idle", "random", "fastest"]
_MOST_IN_CHAIN = 12


@dataclass(frozen=True, slots=True)
class UnlikeFigures:
    """The queue's figures, and the share of time that each agent is busy, in the order given."""

    queue: QueueFigures
    busy: tuple[float, ...]


def unlike_agents(
    mean_services: Sequence[float],
    arrival_rate: float,
    patience: Patience,
    awt: float = 20.0,
    *,
    pick_agent: PickAgent = "longest_idle",
) -> UnlikeFigures:
    """Exact figures of one queue before agents with mean handle times `mean_services`.

    Formula: with x_i = arrival_rate * mean_services[i], a set A of busy agents (not all) has weight
    (n - |A|)! / n! prod_{i in A} x_i under longest idle and random routing; fastest first by its chain.
    Units: seconds, contacts per second; `mean_service` of the answer is n divided by the total rate.
    Errors: ValueError for numbers out of range, and for more than 12 agents under fastest first.
    """
    checks.whole(least=1, agents=len(mean_services))
    checks.positive(arrival_rate=arrival_rate)
    checks.not_negative(awt=awt)
    for mean in mean_services:
        checks.positive(mean_services=mean)
    loads = arrival_rate * np.asarray(mean_services, dtype=float)
    if pick_agent == "fastest":
        odds_free, busy_if_free = _fastest_first(loads)
    elif pick_agent in ("longest_idle", "random"):
        odds_free, busy_if_free = _any_idle(loads)
    else:
        raise ValueError(f"pick_agent must be longest_idle, random or fastest, not {pick_agent!r}")
    agents = len(mean_services)
    total_rate = math.fsum(1.0 / mean for mean in mean_services)
    wait = virtual_wait(odds_free, total_rate, arrival_rate, patience, (awt,))
    figures = Callers(arrival_rate, patience, 0.0, awt, awt).figures(agents, agents / total_rate, wait)
    p_free, p_delay = (wait.p_free, wait.p_delay) if wait else (0.0, 1.0)
    busy = tuple(float(p_delay + p_free * share) for share in busy_if_free)
    return UnlikeFigures(replace(figures, occupancy=math.fsum(busy) / agents), busy)


def _any_idle(loads: Times) -> tuple[float, Times]:
    """Odds that somebody is free in the room without a queue, and each one's busy share given that.

    The weights are elementary symmetric polynomials of the loads, built up agent by agent as logarithms.
    """
    n = loads.size
    log_orders = np.array([math.lgamma(n - k + 1) for k in range(n + 1)])
    log_all = log_orders + _log_symmetric(loads)
    log_free = np.logaddexp.reduce(log_all[:-1])
    shares: dict[float, float] = {}
    for load in set(loads.tolist()):
        others = np.delete(loads, int(np.argmax(loads == load)))
        log_with = math.log(load) + _log_symmetric(others)[: n - 1] + log_orders[1:-1]
        shares[load] = math.exp(np.logaddexp.reduce(log_with) - log_free) if n > 1 else 0.0
    return math.exp(log_free - log_all[-1]), np.array([shares[load] for load in loads.tolist()])


def _log_symmetric(loads: Times) -> Times:
    """Logarithms of the elementary symmetric polynomials e_0..e_n of the loads, (n + 1,)."""
    logs = np.full(loads.size + 1, -np.inf)
    logs[0] = 0.0
    for load in loads:
        logs[1:] = np.logaddexp(logs[1:], math.log(load) + logs[:-1])
    return logs


def _fastest_first(loads: Times) -> tuple[float, Times]:
    """The same two figures by the chain over sets of busy agents, bit i of the state for agent i."""
    n = loads.size
    if n > _MOST_IN_CHAIN:
        raise ValueError(f"fastest first is solved for at most {_MOST_IN_CHAIN} agents, not {n}")
    order = [int(i) for i in np.argsort(loads, kind="stable")]

    def moves(state: tuple[int]) -> Iterator[tuple[tuple[int], float]]:
        busy = state[0]
        idle = [i for i in order if not busy >> i & 1]
        if idle:
            yield (busy | 1 << idle[0],), 1.0
        for i in range(n):
            if busy >> i & 1:
                yield (busy ^ 1 << i,), 1.0 / float(loads[i])

    law = long_run((0,), moves)
    everybody = (1 << n) - 1
    p_full = law.mean(lambda s: s[0] == everybody)
    p_free = law.mean(lambda s: s[0] != everybody)
    busy = [law.mean(lambda s, i=i: s[0] != everybody and s[0] >> i & 1) / p_free for i in range(n)]  # type: ignore[misc]
    return p_free / p_full, np.array(busy)
