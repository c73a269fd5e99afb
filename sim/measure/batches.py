"""Batches: running moments of replications that were drawn together, a batch one observation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from sim.measure.bins import Floats
from sim.measure.evidence import Estimate
from sim.measure.statistics import Moments


@dataclass
class Batches:
    """Moments of the sums over batches; of a batch that is not whole yet only its sums are kept.

    A batch is `size` replications in a row from a multiple of `size` on. With size 1 these are the moments of the
    replications themselves.
    """

    size: int
    whole: Moments
    seen: Floats
    """replications of whole batches with y > 0; not kept with size 1"""
    waiting: dict[int, list[Floats]] = field(default_factory=dict)
    """by batch that is not whole: how many replications of it there are, shape (); sums of x, y and of y > 0"""

    @classmethod
    def of_shape(cls, shape: tuple[int, ...], size: int) -> Self:
        """Moments of nothing yet."""
        return cls(size, Moments.of_shape(shape), np.zeros(shape))

    def add(self, x: Floats, y: Floats, replication: int) -> None:
        """Take in one replication."""
        if self.size == 1:
            self.whole.add(x, y)
        else:
            self._add(replication // self.size, [np.ones(()), x, y, (y > 0.0).astype(np.float64)])

    def _add(self, batch: int, sums: list[Floats]) -> None:
        known = self.waiting.pop(batch, None)
        together = sums if known is None else [mine + theirs for mine, theirs in zip(known, sums, strict=True)]
        if together[0] < self.size:
            self.waiting[batch] = together
            return
        _, x, y, seen = together
        self.whole.add(x, y)
        self.seen += seen

    def merge(self, other: Batches) -> None:
        """Take in all that another has seen."""
        self.whole.merge(other.whole)
        self.seen += other.seen
        for batch, sums in other.waiting.items():
            self._add(batch, sums)

    def estimate(self, confidence: float) -> Estimate:
        """The ratios with their limits, as `Sampled.estimate` has them of the same replications without control."""
        if self.size == 1:
            return self.whole.estimate(confidence)
        if self.whole.n > 1:
            return self.whole.estimate(confidence)._replace(replications=self.seen.copy())
        sums = [sum((each[k] for each in self.waiting.values()), start) for k, start in
                ((1, self.whole.x), (2, self.whole.y), (3, self.seen))]  # fmt: skip
        x, y, seen = (np.asarray(each) for each in sums)
        ratio = np.divide(x, y, out=np.full(x.shape, np.nan), where=y > 0.0)
        none = np.full(x.shape, np.nan)
        return Estimate(ratio, none, none, none, seen)
