"""Spread: how the figures of a sweep's points vary together, since all points meet the same replications.

A busy day is busy at every point. So two points are told apart far better than either is known by itself, and what is
drawn or said of differences has to come from how both vary over the same replications.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.measure.evidence import Evidence, skewness
from sim.study.comparison.differences import linear
from sim.study.observed import Observed
from sim.study.sweeps.sweep import Sweep
from sim.study.variants import Figures, Floats

MOST_DRAWN = 4_000_000
"""draws times points, per KPI: 32 MB"""


class Gap(NamedTuple):
    """How far figures are above others, with paired limits; nan where nothing can be said."""

    mean: Floats
    low: Floats
    high: Floats

    @property
    def sure(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Whether the limits leave out 0."""
        return np.asarray((self.low > 0.0) | (self.high < 0.0))


class Spread(NamedTuple):
    """Some KPIs of all done points, and what each replication adds to their errors."""

    keys: tuple[str, ...]
    means: Floats
    """shape (kpis, points)"""
    parts: Floats
    """shape (kpis, replications, points): the error of a mean, replication by replication; se² of any combination of
    means is the sum over replications of the squares of the same combination of parts"""
    counts: Floats
    """replications of each point, shape (points,)"""
    confidence: float

    @classmethod
    def of(cls, sweep: Sweep, keys: Sequence[str]) -> Spread:
        """Of these KPIs, each once. parts = d / sqrt(n (n - 1)), d = (x - R y) / mean y of each replication.

        The delta method for ratios of sums, as in `Figures.less`; a replication that a point does not have adds
        nothing to its error, so points with more and fewer replications are paired over those that both have.
        """
        keys = tuple(dict.fromkeys(keys))
        seen = [_observed(point.observed).in_batches() for point in sweep.done]
        numbers = np.unique(np.concatenate([each.numbers for each in seen]))
        counts = np.array([len(each.numbers) for each in seen], np.float64)
        means, parts = np.empty((len(keys), len(seen))), np.zeros((len(keys), len(numbers), len(seen)))
        alike: dict[tuple[object, ...], list[int]] = {}
        for p, each in enumerate(seen):
            alike.setdefault((each.numbers.tobytes(), tuple(each.places())), []).append(p)
        for points in alike.values():  # those with the same replications all at once
            first, n = seen[points[0]], counts[points[0]]
            places = first.places()
            columns = [places[key] for key in keys]
            tops = np.stack([seen[p].figures.tops[:, columns] for p in points], axis=2).reshape(int(n), -1)
            bottoms = np.stack([seen[p].figures.bottoms[:, columns] for p in points], axis=2).reshape(int(n), -1)
            figures = Figures(tops, bottoms)
            means[:, points] = figures.mean().reshape(len(keys), -1)
            rows = np.searchsorted(numbers, first.numbers)
            scale = 1.0 / np.sqrt(n * (n - 1.0)) if n > 1 else np.nan
            own = (linear(figures) * scale).reshape(int(n), len(keys), -1)
            parts[:, rows[:, None], np.array(points)] = own.transpose(1, 0, 2)
        return cls(keys, means, parts, counts, sweep.confidence)

    def place(self, key: str) -> int:
        """Where a KPI stands in the arrays."""
        return self.keys.index(key)

    def against(self, point: int) -> Gap:
        """How far each KPI of each point is above that of one point; shape (kpis, points)."""
        return self.between(np.full(self.means.shape[1], point), np.arange(self.means.shape[1]))

    def between(self, first: np.ndarray[tuple[int], np.dtype[np.intp]] | Sequence[int],
                then: np.ndarray[tuple[int], np.dtype[np.intp]] | Sequence[int]) -> Gap:
        """How far KPIs at the points `then` are above those at `first`, pair by pair; shape (kpis, pairs)."""
        a, b = np.asarray(first, np.intp), np.asarray(then, np.intp)
        mean = self.means[:, b] - self.means[:, a]
        both = np.minimum(self.counts[a], self.counts[b])
        found = self._evidence(mean, self.parts[:, :, b] - self.parts[:, :, a], both).estimate(self.confidence)
        same = a == b
        return Gap(mean, np.where(same, mean, found.low), np.where(same, mean, found.high))

    def evidence(self) -> Evidence:
        """What is known of each KPI at each point by itself, shape (kpis, points)."""
        return self._evidence(self.means, self.parts, self.counts)

    def _evidence(self, means: Floats, parts: Floats, counts: Floats) -> Evidence:
        n = np.broadcast_to(counts, means.shape)
        squares, cubes = np.square(parts).sum(axis=1), np.einsum("krp,krp,krp->kp", parts, parts, parts)
        error = np.where(n > 1, np.sqrt(squares), np.nan)
        return Evidence(means, error, skewness(squares, cubes, n), n)

    def draws(self, wanted: int = 2000, seed: int = 1) -> Floats:
        """What the figures may be in truth, drawn together: shape (kpis, draws, points). Seeded.

        means + z parts / sqrt(c / f), z normal for each replication, c chi-squared with f = fewest replications - 1
        degrees of freedom, both shared by all KPIs and points of a draw. So every difference of two points is spread
        as Student's t with its paired standard error (without the skewness that the intervals have), and points that
        are the same in all replications stay the same in all draws. Many points get fewer draws, at least 200.
        """
        kpis, numbers, points = self.parts.shape
        count = int(np.clip(MOST_DRAWN // max(points, 1), min(200, wanted), wanted))
        random = np.random.default_rng(seed)
        freedom = max(float(self.counts.min()) - 1.0, 1.0)
        z = random.standard_normal((count, numbers)) / np.sqrt(random.chisquare(freedom, count) / freedom)[:, None]
        found = np.empty((kpis, count, points))
        for k in range(kpis):
            both = np.vstack([self.means[k], np.nan_to_num(self.parts[k])])
            own, back = np.unique(both, axis=1, return_inverse=True)
            found[k] = (own[0] + z @ own[1:])[:, back.ravel()]
        return found


def _observed(observed: Observed | None) -> Observed:
    assert observed is not None
    return observed
