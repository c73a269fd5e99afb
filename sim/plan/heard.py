"""Heard: how long callers are willing to wait who are told how many stand ahead, drawn before the clock starts.

A caller's mark is the same whatever is heard: the uniform number u by which patience is drawn. What is heard
multiplies the hazard of hanging up by m at every moment, so that P(patience > t) = S(t) ** m, and patience is the law's
quantile at 1 - (1 - u) ** (1 / m) (proportional hazards: Cox 1972, JRSS B 34).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Distribution
from sim.draws import Keys, Purpose, uniform
from sim.plan.attempts import Attempts
from sim.record import Heard, Notice, Rows, rows
from sim.scenario import Scenario

Floats = NDArray[np.float64]
SURE = np.nextafter(1.0, 0.0)
"""the largest number below 1: quantiles are of numbers below it"""


class Hearing(NamedTuple):
    """What the callers of one queue may hear, and what their patience is drawn from."""

    patience: Distribution
    hazard: tuple[float, ...]
    """what each of the queue's notices multiplies the hazard with; () where nothing is told"""


def hearings(scenario: Scenario) -> tuple[Hearing, ...]:
    """Those of a scenario, by queue."""
    return tuple(
        Hearing(queue.patience, () if queue.told_place is None else queue.told_place.hazard)
        for queue in scenario.queues.values()
    )


def most_notices(scenario: Scenario) -> int:
    """How many notices the queue has that has the most."""
    return max(len(own.hazard) for own in hearings(scenario))


def notices(scenario: Scenario) -> tuple[Rows, NDArray[np.int64]]:
    """(`Notice` rows by queue, where those of each begin and end, shape (queues + 1,))."""
    told = [() if queue.told_place is None else queue.told_place.ahead for queue in scenario.queues.values()]
    table = rows(Notice, sum(map(len, told)))
    table["ahead"] = [ahead for own in told for ahead in own]
    return table, np.cumsum([0, *map(len, told)])


def heard(told: tuple[Hearing, ...], tried: Attempts) -> Rows:
    """`Heard` rows: as many beside each of these attempts as the queue with the most notices has."""
    most = max(len(own.hazard) for own in told)
    table = rows(Heard, most * len(tried.keys))
    if most:
        places = table["patience"].reshape(-1, most)
        for q, own in enumerate(told):
            at = np.flatnonzero(tried.queue == q)
            for step, patience in enumerate(patience_of_hearers(own, tried.keys[at])):
                places[at, step] = patience
    return table


def patience_of_hearers(own: Hearing, keys: Keys) -> list[Floats]:
    """Seconds of patience of the callers with these keys after each notice."""
    u = uniform(keys, Purpose.PATIENCE)
    return [own.patience.quantile(np.minimum(-np.expm1(np.log1p(-u) / m), SURE)) for m in own.hazard]
