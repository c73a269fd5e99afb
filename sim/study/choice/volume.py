"""Volume: how much of what could be had a set of points has, its share of a box (the hypervolume indicator)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.study.sweeps.pareto import efficient
from sim.study.variants import Floats


def share(points: Floats, worst: Floats, best: Floats) -> float:
    """The share of the box from `worst` to `best` that lies below one of the points, more being better in all.

    points of shape (points, kpis). 0: nothing better than the worst; 1: a point that is best in all.
    Source: Zitzler, Thiele 1999, Multiobjective evolutionary algorithms, IEEE Trans. Evolutionary Computation 3.
    """
    span = best - worst
    inside = np.clip((points - worst) / np.where(span > 0.0, span, 1.0), 0.0, 1.0)
    inside[:, span <= 0.0] = 1.0
    inside = inside[~np.isnan(inside).any(axis=1) & (inside > 0.0).all(axis=1)]
    return _volume(inside) if len(inside) else 0.0


def _volume(points: Floats) -> float:
    """Of the union of boxes from 0 to each point: slice by slice along the last KPI."""
    if points.shape[1] == 1:
        return float(points.max())
    points = points[efficient(points.T[:, None, :])[0]]
    points = points[np.argsort(-points[:, -1], kind="stable")]
    ends = np.append(points[1:, -1], 0.0)
    return sum(
        float(top - end) * _volume(points[: k + 1, :-1])
        for k, (top, end) in enumerate(zip(points[:, -1], ends, strict=True))
        if top > end
    )


def growth(points: Floats, counts: Sequence[bool], worst: Floats, best: Floats) -> Floats:
    """The share after each point, shape (points,); only those that count are taken in."""
    found, front, now = np.zeros(len(points)), np.empty((0, points.shape[1])), 0.0
    for k, point in enumerate(points):
        beaten = len(front) and bool((front >= point).all(axis=1).any())
        if counts[k] and not np.isnan(point).any() and not beaten:
            front = np.vstack([front, point])
            front = front[efficient(front.T[:, None, :])[0]]
            now = share(front, worst, best)
        found[k] = now
    return found
