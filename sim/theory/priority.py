"""M/M/n with classes of non-preemptive priority, first come first served within a class.

Source: A. Cobham (1954), "Priority assignment in waiting line problems", Operations Research 2.
Units: seconds and contacts per second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.theory import checks
from sim.theory.erlang_c import waiting_probability


@dataclass(frozen=True, slots=True)
class PriorityFigures:
    """What each class sees in the long run; classes from the highest priority to the lowest."""

    p_wait: float
    """The same for every class: all find all agents busy equally often."""
    mean_waits: tuple[float, ...]
    occupancy: float


def priority(agents: int, arrival_rates: Sequence[float], mean_service: float) -> PriorityFigures:
    """P(wait) and the mean wait of every class, highest priority first; one mean handle time for all.

    Formula: mean_wait(k) = p_wait mean_service / n / ((1 - s(k-1)) (1 - s(k))), s(k) the occupancy due to
    the classes 1..k. A class with s(k) >= 1 waits without end, while those above it still do not.
    With all classes together at or above one erlang an agent, p_wait is 1.
    Units: seconds, contacts per second. Errors: ValueError for numbers out of range or no class at all.
    """
    checks.whole(least=1, agents=agents)
    checks.positive(mean_service=mean_service)
    if not arrival_rates:
        raise ValueError("arrival_rates must name at least one class")
    for rate in arrival_rates:
        checks.not_negative(arrival_rate=rate)
    p_wait = waiting_probability(agents, math.fsum(arrival_rates) * mean_service)
    waits, above = [], 0.0
    for rate in arrival_rates:
        upto = above + rate * mean_service / agents
        room = (1.0 - above) * (1.0 - upto) if upto < 1.0 else 0.0
        waits.append(p_wait * mean_service / agents / room if room else math.inf)
        above = upto
    return PriorityFigures(p_wait, tuple(waits), min(1.0, above))
