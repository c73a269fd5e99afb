"""Centers as Ciw has them, simulated by it, and what its records say.

Ciw: G. I. Palmer, V. A. Knight, P. R. Harper and A. L. Hawa (2019), "Ciw: An open-source discrete event simulation
library", Journal of Simulation 13(1).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

ciw = pytest.importorskip("ciw", reason='Ciw is not installed: pip install "tightrope[oracles]"')

CENTER = 1
"""The node with the agents."""


class Call(NamedTuple):
    """What Ciw has recorded of one attempt."""

    kind: str
    arrived: float
    waited: float
    answered: bool


def calls(network: Any, seed: int, until: float) -> list[Call]:
    """All attempts at the center in one run, those that are still there at the end left out."""
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(until)
    return [
        Call(str(row.customer_class), row.arrival_date, row.waiting_time, row.record_type == "service")
        for row in simulation.get_all_records()
        if row.node == CENTER and row.record_type in ("service", "renege")
    ]


def lognormal(mean_s: float, cv: float) -> Any:
    """A lognormal time by its mean and coefficient of variation; Ciw takes mean and deviation of the logarithm."""
    variance = math.log1p(cv**2)
    return ciw.dists.Lognormal(math.log(mean_s) - 0.5 * variance, math.sqrt(variance))


class TriesAgain(ciw.routing.Leave):  # type: ignore[misc,name-defined]
    """Whoever is served leaves; whoever gives up goes to another node with some probability, and leaves else."""

    def __init__(self, probability: float, node: int) -> None:
        self.probability, self.to = probability, node

    def next_node_for_jockeying(self, ind: Any) -> Any:
        return self.simulation.nodes[self.to if random.random() < self.probability else -1]


# ---------------------------------------------------------------- figures

WITHIN_S = 20.0
FIGURES: Mapping[str, Callable[[Call], tuple[float, float]]] = {
    "p_wait": lambda call: (call.waited > 0.0, 1.0),
    "p_abandon": lambda call: (not call.answered, 1.0),
    "mean_wait": lambda call: (call.waited, 1.0),
    "mean_wait_served": lambda call: (call.waited * call.answered, call.answered),
    "sl_of_offered": lambda call: (call.answered and call.waited <= WITHIN_S, 1.0),
}
"""Each figure as what one call adds to a sum, and to the sum that is divided by."""


class Ratio(NamedTuple):
    """A figure with its standard error."""

    mean: float
    standard_error: float


def ratio(runs: Sequence[Sequence[Call]], figure: str) -> Ratio:
    """Sum over sum of independent runs; standard error by the residuals x - R y of each run."""
    sums: NDArray[np.float64] = np.array([np.sum([FIGURES[figure](call) for call in run], axis=0) for run in runs])
    top, bottom = sums.T
    mean = top.sum() / bottom.sum()
    error = np.std(top - mean * bottom, ddof=1) * math.sqrt(len(runs)) / bottom.sum()
    return Ratio(float(mean), float(error))
