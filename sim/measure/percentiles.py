"""Percentiles of waits over replications, from running sums of the wait histogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.measure.bins import Floats, Ints
from sim.measure.counts import Counts
from sim.measure.evidence import Estimate, t_quantile
from sim.measure.statistics import ROUNDING
from sim.measure.waits import ANSWERED, BINS, KINDS, PERCENTS, quantile

KEYS = tuple(f"{of}_p{percent}_s" for of in ("wait", "answer") for percent in PERCENTS)
"""Percentiles of the waits of all who queued, then of the answered."""
LABELS = tuple(f"Wait, {percent} % of {of}" for of in ("all queued", "answered") for percent in PERCENTS)
SHARES = np.array(PERCENTS) / 100.0


def histograms(counts: Counts, queues: int) -> Floats:
    """A replication's contacts by wait, shape (1 + queues, KINDS, BINS), the center first."""
    flat = np.zeros(queues * KINDS * BINS)
    flat[counts.wait_cells] = counts.wait_counts
    dense = flat.reshape(queues, KINDS, BINS)
    return np.concatenate([dense.sum(axis=0, keepdims=True), dense])


def running(histogram: Floats) -> Floats:
    """Numbers that waited no longer than each bin, of all queued and of the answered: (1 + queues, 2, BINS)."""
    chosen = np.stack([histogram.sum(axis=1), histogram[:, ANSWERED]], axis=1)
    return np.cumsum(chosen, axis=2)


def percentiles(cumulative: Floats) -> Floats:
    """The percentiles `PERCENTS` of each row of (1 + queues, 2, BINS), shape (1 + queues, 2, percents); nan of none."""
    flat = cumulative.reshape(-1, BINS)
    return np.stack([quantile(row, SHARES) for row in flat]).reshape(*cumulative.shape[:2], -1)


@dataclass
class Waits:
    """Running sums over replications of numbers within each wait, and of their squares and products.

    All are whole numbers, so (up to 2^53) they are exact and do not depend on the order of adding.
    """

    histogram: Floats
    """contacts by wait and kind, (1 + queues, KINDS, BINS)"""
    squares: Floats
    """of the number c that waited no longer than a bin, (1 + queues, 2, BINS)"""
    products: Floats
    """of c and the number n in all, likewise"""
    wholes: Floats
    """of n squared, (1 + queues, 2)"""
    defined: Floats
    """replications with n > 0, (1 + queues, 2)"""

    @classmethod
    def of(cls, queues: int) -> Self:
        """Of no replication yet."""
        scopes = 1 + queues
        return cls(
            np.zeros((scopes, KINDS, BINS)),
            np.zeros((scopes, 2, BINS)),
            np.zeros((scopes, 2, BINS)),
            np.zeros((scopes, 2)),
            np.zeros((scopes, 2)),
        )

    def add(self, histogram: Floats, cumulative: Floats) -> None:
        """Take in one replication."""
        whole = cumulative[:, :, -1]
        self.histogram += histogram
        self.squares += cumulative * cumulative
        self.products += cumulative * whole[:, :, None]
        self.wholes += whole * whole
        self.defined += whole > 0.0

    def merge(self, other: Waits) -> None:
        """Take in all that another has seen."""
        self.histogram += other.histogram
        self.squares += other.squares
        self.products += other.products
        self.wholes += other.wholes
        self.defined += other.defined

    def estimate(self, confidence: float) -> Estimate:
        """Percentiles of all contacts of all replications, shape (1 + queues, 2, percents), with Woodruff limits.

        The share F of contacts that waited no longer than the percentile q is a ratio of sums with a standard error
        (delta method over replications); the limits are the waits at which F has the values p ± t se. Where many
        contacts waited equally long, F jumps at q, and the larger of the errors before and after the jump counts.
        A limit past the last contact is the longest wait. Source: Woodruff 1952, JASA 47, 635-646.
        """
        cumulative = running(self.histogram)
        mean = percentiles(cumulative)
        low, high = np.full(mean.shape, np.nan), np.full(mean.shape, np.nan)
        for scope, of in np.argwhere(self.defined > 1.0):
            curve, freedom = cumulative[scope, of], self.defined[scope, of] - 1.0
            at = np.minimum(np.searchsorted(curve, SHARES * curve[-1]), BINS - 1)
            error = np.maximum(self._error(scope, of, curve, at), self._error(scope, of, curve, np.maximum(at - 1, 0)))
            reach = t_quantile(confidence, np.array([freedom])) * error
            low[scope, of] = quantile(curve, SHARES - reach)
            high[scope, of] = quantile(curve, SHARES + reach)
        counted = np.broadcast_to(self.defined[:, :, None], mean.shape)
        return Estimate(mean, low, high, (high - low) / 2.0, counted)

    def _error(self, scope: int, of: int, curve: Floats, at: Ints) -> Floats:
        """Standard error of the shares that waited no longer than the bins `at`."""
        share, d = curve[at] / curve[-1], self.defined[scope, of]
        squares = self.squares[scope, of, at] + share * share * self.wholes[scope, of]
        spread = squares - 2.0 * share * self.products[scope, of, at]
        spread[spread < ROUNDING * squares] = 0.0
        return np.asarray(np.sqrt(spread * d / (d - 1.0)) / curve[-1])
