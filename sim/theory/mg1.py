"""M/G/1: one agent, any law of handle time, everybody waits.

Sources: F. Pollaczek (1930), "Ueber eine Aufgabe der Wahrscheinlichkeitstheorie", Mathematische Zeitschrift
32; A. Khinchine (1932). Units: seconds and contacts per second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.theory import checks


@dataclass(frozen=True, slots=True)
class SingleAgentFigures:
    """What a single agent's queue shows in the long run."""

    occupancy: float
    p_wait: float
    mean_wait: float
    mean_queue: float


def mg1(arrival_rate: float, mean_service: float, cv_service: float) -> SingleAgentFigures:
    """Occupancy and mean wait at one agent whose handle times have a given coefficient of variation.

    Formula: mean_wait = rho mean_service (1 + cv^2) / (2 (1 - rho)), infinite from rho = 1 on.
    Units: seconds, contacts per second. Errors: ValueError for numbers out of range.
    """
    checks.not_negative(arrival_rate=arrival_rate, cv_service=cv_service)
    checks.positive(mean_service=mean_service)
    rho = arrival_rate * mean_service
    if rho >= 1.0:
        return SingleAgentFigures(1.0, 1.0, math.inf, math.inf)
    mean_wait = rho * mean_service * (1.0 + cv_service**2) / (2.0 * (1.0 - rho))
    return SingleAgentFigures(rho, rho, mean_wait, arrival_rate * mean_wait)
