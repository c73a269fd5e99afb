"""One difference between two runs: its interval, how sure it is, and what it would take to be surer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.measure.evidence import t_quantile
from sim.study.variants import Figures, Floats

BETTER, WORSE, HIGHER, LOWER, UNTOLD = "better", "worse", "higher", "lower", "cannot tell"
MOST_MORE = 1_000_000
"""replications beyond which nobody would wait for a verdict"""


class Difference(NamedTuple):
    """How far a KPI of one run is above that of another."""

    mean: float
    low: float
    high: float
    """limits of an interval for this KPI alone"""
    p: float
    """of a difference at least this large if there were none; nan where nothing can be said"""
    replications: int
    """pairs, or the smaller of two numbers of replications"""
    deviation: float
    """standard deviation of the difference of one replication of each; where replications were drawn together, that of
    independent ones of which as many would say as much"""
    reduction: float
    """variance of such a difference between independent replications over that between pairs; nan where unpaired"""


def paired(one: Figures, base: Figures, confidence: float) -> Difference:
    """The difference of runs of the same replications; see `Figures.less` for the interval."""
    strata, one, base = one.strata, one.batches(), base.batches()
    known, n = one.known_less(base), len(one.tops)
    found = known.estimate(confidence)
    variance = n * float(known.error[0]) ** 2
    apart = _variance(one) + _variance(base)
    reduction = apart / variance if variance > 0.0 else math.nan
    mean, low, high = (float(part[0]) for part in (found.mean, found.low, found.high))
    return Difference(mean, low, high, float(known.p()[0]), n * strata, math.sqrt(strata * variance), reduction)


def unpaired(one: Figures, base: Figures, confidence: float) -> Difference:
    """The difference of independent runs: limits ± t se, se² = s1²/n1 + s2²/n2, each s² by the delta method.

    Degrees of freedom se⁴ / (s1⁴/(n1²(n1-1)) + s2⁴/(n2²(n2-1))). Source: Welch 1947, Biometrika 34, 28-35.
    """
    strata, one, base = (one.strata, base.strata), one.batches(), base.batches()
    sizes = (len(one.tops), len(base.tops))
    used = min(size * together for size, together in zip(sizes, strata, strict=True))
    parts = [_variance(each) / n for each, n in zip((one, base), sizes, strict=True)]
    mean = float(one.mean()[0] - base.mean()[0])
    squared = sum(parts)
    least = sum(part**2 / (n - 1.0) for part, n in zip(parts, sizes, strict=True))
    freedom = squared**2 / least if least > 0.0 else float(min(sizes) - 1)
    error = math.sqrt(squared)
    half = float(t_quantile(confidence, np.array(freedom))) * error
    deviation = math.sqrt(strata[0] * _variance(one) + strata[1] * _variance(base))
    p = p_value(mean, error, freedom)
    return Difference(mean, mean - half, mean + half, p, used, deviation, math.nan)


def linear(figures: Figures) -> Floats:
    """What each replication adds to a ratio of sums, to first order: (x - R y) / mean y."""
    bottom = figures.bottoms.mean(axis=0)
    rest = figures.tops - figures.mean() * figures.bottoms
    return np.asarray(np.divide(rest, bottom, out=np.zeros_like(rest), where=bottom > 0.0))


def _variance(figures: Figures) -> float:
    return float(np.square(linear(figures)).sum()) / (len(figures.tops) - 1)


def p_value(mean: float, error: float, freedom: float) -> float:
    """Of Student's t, two-sided: 1 where nothing differs, 0 where everything differs alike."""
    from scipy.special import stdtr

    if math.isnan(mean) or math.isnan(error):
        return math.nan
    if mean == 0.0 or error == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    return 2.0 * float(stdtr(freedom, -abs(mean) / error))


def holm(p: Sequence[float]) -> list[float]:
    """p-values adjusted so that all verdicts hold together: largest of (m - k + 1) p(k) up to each, at most 1.

    nan (nothing to test) stays, and does not count. Source: Holm 1979, Scandinavian Journal of Statistics 6, 65-70.
    """
    order = sorted((k for k in range(len(p)) if not math.isnan(p[k])), key=lambda k: p[k])
    adjusted, largest = [math.nan] * len(p), 0.0
    for rank, k in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p[k]))
        adjusted[k] = largest
    return adjusted


def verdict(mean: float, p: float, level: float, direction: int) -> str:
    """What a difference means for a planner."""
    if math.isnan(p) or p > level or mean == 0.0:
        return UNTOLD
    if direction == 0:
        return HIGHER if mean > 0.0 else LOWER
    return BETTER if mean * direction > 0.0 else WORSE


def still_needed(difference: Difference, level: float) -> float | None:
    """Replications of each run that are still to be made until a difference as large as it seems is told.

    n = (t s / |d|)² less those that there are, t the two-sided quantile of that level with n - 1 degrees of freedom;
    then the chance of being told is about one half. None where there is no difference, inf beyond `MOST_MORE`.
    """
    if not difference.deviation > 0.0 or difference.mean == 0.0 or math.isnan(difference.mean):
        return None
    ratio = difference.deviation / abs(difference.mean)

    def told(n: int) -> bool:
        return n >= (float(t_quantile(1.0 - level, np.array(n - 1.0))) * ratio) ** 2

    least, most = difference.replications, difference.replications + MOST_MORE
    if not told(most):
        return math.inf
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if told(middle) else (middle, most)
    return float(most - difference.replications)
