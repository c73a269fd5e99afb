"""Erlang A, M/M/n+M: callers with exponential patience; with balking, some who would wait leave at once.

Sources: C. Palm (1957), "Research on telephone traffic carried by full availability groups", Tele 1;
O. Garnett, A. Mandelbaum and M. Reiman (2002), "Designing a call center with impatient customers",
Manufacturing & Service Operations Management 4. Computed as the exponential case of `impatient_queue`.
Units: seconds and contacts per second.
"""

from __future__ import annotations

import math

from sim.theory import impatient_queue as general
from sim.theory.figures import Definition, QueueFigures
from sim.theory.patience import Exponential, Never, Patience


def erlang_a(
    agents: int,
    arrival_rate: float,
    mean_service: float,
    mean_patience: float,
    awt: float = 20.0,
    *,
    balk: float = 0.0,
    short_abandon: float | None = None,
) -> QueueFigures:
    """Long-run figures of a queue with exponential patience.

    Formula: `impatient_queue` with S(x) = exp(-x / mean_patience); p_abandon = mean_wait / mean_patience
    without balking. `balk` is the probability of leaving at once when all agents are busy;
    `mean_patience` may be infinite, which is Erlang C.
    Units: seconds, contacts per second; `short_abandon` (default awt) as in `impatient_queue`.
    Errors: ValueError for numbers out of range.
    """
    return general.impatient_queue(
        agents,
        arrival_rate,
        mean_service,
        _law(mean_patience),
        awt,
        balk=balk,
        short_abandon=short_abandon,
    )


def least_agents(
    arrival_rate: float,
    mean_service: float,
    mean_patience: float,
    service_level: float,
    awt: float = 20.0,
    *,
    definition: Definition = "of_offered",
    balk: float = 0.0,
    short_abandon: float | None = None,
) -> int:
    """Least agents (at least 1) whose service level, by the named definition, is `service_level` or more.

    Errors: ValueError unless 0 < service_level < 1 and the rates are in range.
    """
    return general.least_agents(
        arrival_rate,
        mean_service,
        _law(mean_patience),
        service_level,
        awt,
        definition=definition,
        balk=balk,
        short_abandon=short_abandon,
    )


def least_agents_for_abandonment(
    arrival_rate: float, mean_service: float, mean_patience: float, max_lost: float, *, balk: float = 0.0
) -> int:
    """Least agents (at least 1) who lose at most a share `max_lost` of contacts, abandoned and balked.

    Errors: ValueError unless 0 < max_lost < 1 and the rates are in range.
    """
    return general.least_agents_for_abandonment(arrival_rate, mean_service, _law(mean_patience), max_lost, balk=balk)


def _law(mean_patience: float) -> Patience:
    return Never() if mean_patience == math.inf else Exponential(mean_patience)
