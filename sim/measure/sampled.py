"""Sampled: what figures have to know of how replications were drawn, and estimates from rows of replications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sim.measure.bins import Floats, Ints
from sim.measure.control import controlled, powers
from sim.measure.evidence import Estimate
from sim.measure.statistics import moments_of

if TYPE_CHECKING:
    from sim import scenario as given


@dataclass(frozen=True, slots=True)
class Sampled:
    """How the replications of a scenario were drawn (`sampling` of the scenario)."""

    strata: int = 1
    """replications that are drawn together: `strata` in a row from a multiple of it on; 1 = each by itself"""
    first_calls: tuple[float, float] | None = None
    """mean and variance of the first calls of a replication; None = figures are not controlled"""

    @classmethod
    def of(cls, scenario: given.Scenario) -> Self:
        """That of a scenario; with a control only where arrivals vary."""
        asked = scenario.sampling
        if asked.control == "none":
            return cls(asked.strata)
        from sim.plan.expected import FirstCalls

        calls = FirstCalls.of(scenario)
        return cls(asked.strata, (calls.mean, calls.variance) if calls.variance > 0.0 else None)

    def estimate(
        self, tops: Floats, bottoms: Floats, numbers: Ints, first_calls: Floats | None, confidence: float
    ) -> Estimate:
        """Ratios of sums over replications, shape (replications, ...), with intervals.

        `numbers` are those of the replications, `first_calls` their first calls; None = do not control. Of a batch
        that is not whole nothing is counted, for its strata are not even; but where there are not two whole batches,
        the figures rest on all replications and have no interval.
        """
        rows = whole_batches(numbers, self.strata)
        if self.strata > 1 and len(rows) < 2 * self.strata:
            return _without_limits(moments_of(tops, bottoms).estimate(confidence))
        x, y = in_batches(tops[rows], self.strata), in_batches(bottoms[rows], self.strata)
        control = None
        if self.first_calls is not None and first_calls is not None:
            control = in_batches(powers(first_calls[rows], *self.first_calls), self.strata)
        found = moments_of(x, y).estimate(confidence) if control is None else controlled(x, y, control, confidence)
        if self.strata == 1:
            return found
        return found._replace(replications=(bottoms[rows] > 0.0).sum(axis=0).astype(np.float64))


def whole_batches(numbers: Ints, strata: int) -> Ints:
    """Where the replications of whole batches stand among these numbers, in order of number."""
    order = np.argsort(numbers, kind="stable")
    if strata == 1:
        return order
    batch = numbers[order] // strata
    _, which, sizes = np.unique(batch, return_inverse=True, return_counts=True)
    return np.asarray(order[sizes[which] == strata])


def in_batches(values: Floats, strata: int) -> Floats:
    """Sums over each `strata` rows."""
    if strata == 1:
        return values
    return np.asarray(values.reshape(-1, strata, *values.shape[1:]).sum(axis=1))


def _without_limits(found: Estimate) -> Estimate:
    none = np.full(np.shape(found.mean), np.nan)
    return found._replace(low=none, high=none, half_width=none)
