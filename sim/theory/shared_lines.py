"""Several queues, each with agents of its own, before one set of lines: independent M/M/n queues, cut off together.

Source: a truncated reversible process keeps its law but for a factor, F. P. Kelly (1979), "Reversibility and Stochastic
Networks", section 1.6. Units: seconds and contacts per second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.theory import checks


@dataclass(frozen=True, slots=True)
class SharedLines:
    """Long-run figures of all the queues together."""

    p_block: float
    p_wait: float
    """of all offered contacts"""
    mean_wait: float
    """of those who get a line"""
    mean_queue: float
    occupancy: float


def shared_lines(agents: Sequence[int], rates: Sequence[float], mean_service: float, lines: int) -> SharedLines:
    """Figures of queues with so many agents and such rates, while no more than `lines` contacts are inside in all.

    Formula: P(n_1, n_2, ...) is in proportion to prod_q w_q(n_q), w_q(n) = prod_{i<=n} rate_q mean / min(i, agents_q),
    over sum n_q <= lines. Who comes sees that law (Poisson), and whoever finds all lines taken is blocked.
    Errors: ValueError unless every queue has an agent and a rate above 0, and there are as many lines as agents.
    """
    if not agents or len(agents) != len(rates):
        raise ValueError("agents and rates must have one entry for each queue, and at least one")
    for staff, rate in zip(agents, rates, strict=True):
        checks.whole(least=1, agents=staff)
        checks.positive(rate=rate)
    checks.positive(mean_service=mean_service)
    checks.whole(least=sum(agents), lines=lines)
    inside = np.arange(lines + 1)
    weights = [_weights(staff, rate * mean_service, lines) for staff, rate in zip(agents, rates, strict=True)]
    total = _together(weights, lines)
    mass, rate_in_all = float(total.sum()), float(sum(rates))
    waiting = busy = waits = 0.0
    for q, (staff, rate) in enumerate(zip(agents, rates, strict=True)):
        others = np.cumsum(_together(weights[:q] + weights[q + 1 :], lines))
        law = weights[q] * others[::-1] / mass  # of this queue's contacts, while the rest fit beside them
        waiting += float(law @ np.maximum(inside - staff, 0))
        busy += float(law @ np.minimum(inside, staff))
        not_full = np.append(others[::-1][1:], 0.0)  # the rest leave one line at least
        waits += rate * float((weights[q] * not_full)[staff:].sum()) / mass
    p_block = float(total[-1]) / mass
    return SharedLines(
        p_block=p_block,
        p_wait=waits / rate_in_all,
        mean_wait=waiting / (rate_in_all * (1.0 - p_block)),
        mean_queue=waiting,
        occupancy=busy / sum(agents),
    )


def _weights(agents: int, load: float, lines: int) -> NDArray[np.float64]:
    steps = load / np.minimum(np.arange(1, lines + 1), agents)
    weights = np.cumprod(np.append(1.0, steps))
    return np.asarray(weights / weights.max())


def _together(weights: Sequence[NDArray[np.float64]], lines: int) -> NDArray[np.float64]:
    """Weight of so many contacts in these queues together, 0 to lines."""
    total = np.zeros(lines + 1)
    total[0] = 1.0
    for each in weights:
        total = np.convolve(total, each)[: lines + 1]
    return total
