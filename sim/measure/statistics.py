"""Statistics: estimates over replications, with intervals.

A replication is one independent observation. A ratio is the ratio of the sums over replications, never the mean of
the replications' ratios, and its interval comes from the delta method; a count is a ratio to 1, for which that is the
ordinary t interval. A replication whose bottom is 0 has nothing to say about a ratio and is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from sim.measure.bins import Floats

ROUNDING = 1e-13
"""A spread below this share of the squares it is the difference of is rounding, not spread."""


class Estimate(NamedTuple):
    """Estimates of the same shape: nan where there is nothing to say (0/0; limits of fewer than 2 replications)."""

    mean: Floats
    low: Floats
    high: Floats
    half_width: Floats
    replications: Floats
    """those in which the figure is defined"""


def t_quantile(confidence: float, freedom: Floats) -> Floats:
    """Two-sided quantile of Student's t; nan where there is no degree of freedom."""
    from scipy.special import stdtrit  # 0.1 s to import, and needed only for the final tables

    known = np.maximum(freedom, 1)
    return np.where(freedom >= 1, stdtrit(known, 0.5 + confidence / 2.0), np.nan)


def wilson(share: Floats, trials: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Wilson limits of a proportion; nan where there are no trials.

    Centre (p + z²/2n) / (1 + z²/n), half-width z sqrt(p(1-p)/n + z²/4n²) / (1 + z²/n). Unlike the t interval it
    keeps a width when all or none of a few trials succeed. Source: Wilson 1927, JASA 22, 209-212.
    """
    from scipy.special import ndtri

    z2 = float(ndtri(0.5 + confidence / 2.0)) ** 2
    n = np.where(trials > 0.0, trials, np.nan)
    centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n)
    half = np.sqrt(z2 * (share * (1.0 - share) / n + z2 / (4.0 * n * n))) / (1.0 + z2 / n)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


@dataclass
class Moments:
    """Running sums, and centred squares and products, of tops x and bottoms y, for many ratios at once.

    Squares are kept centred (Youngs and Cramer 1971; merged after Chan, Golub and LeVeque 1983), so that a small
    spread around a large mean is not lost to rounding.
    """

    n: int
    """replications seen"""
    defined: Floats
    """those with y > 0"""
    x: Floats
    y: Floats
    xx: Floats
    xy: Floats
    yy: Floats

    @classmethod
    def of_shape(cls, shape: tuple[int, ...]) -> Self:
        """Moments of nothing yet."""
        return cls(0, *(np.zeros(shape) for _ in range(6)))

    def add(self, x: Floats, y: Floats) -> None:
        """Take in one replication."""
        self.n += 1
        self.defined += y > 0.0
        self.x += x
        self.y += y
        if self.n > 1:
            dx, dy = self.n * x - self.x, self.n * y - self.y
            self._spread(dx, dy, 1.0 / (self.n * (self.n - 1.0)))

    def merge(self, other: Moments) -> None:
        """Take in all that another has seen."""
        if self.n and other.n:
            dx, dy = self.x / self.n - other.x / other.n, self.y / self.n - other.y / other.n
            self._spread(dx, dy, self.n * other.n / (self.n + other.n))
        self.n += other.n
        for mine, theirs in (
            (self.defined, other.defined),
            (self.x, other.x),
            (self.y, other.y),
            (self.xx, other.xx),
            (self.xy, other.xy),
            (self.yy, other.yy),
        ):
            mine += theirs  # in place

    def _spread(self, dx: Floats, dy: Floats, weight: float) -> None:
        self.xx += dx * dx * weight
        self.xy += dx * dy * weight
        self.yy += dy * dy * weight

    def estimate(self, confidence: float) -> Estimate:
        """Ratios of sums R = sum x / sum y with limits R ± t se, where

        se² = d/(d-1) sum (x - R y)² / (sum y)², t with d - 1 degrees of freedom, d = replications with y > 0.
        Source: Law 2015, Simulation Modeling and Analysis, 9.5; Cochran 1977, Sampling Techniques, 6.4.
        """
        known = self.defined > 0
        ratio = np.divide(self.x, self.y, out=np.full(self.x.shape, np.nan), where=known)
        squares = self.xx + ratio * ratio * self.yy
        rest = squares - 2.0 * ratio * self.xy
        rest = np.where(rest < ROUNDING * squares, 0.0, rest)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = self.defined / (self.defined - 1.0) * rest
            half = t_quantile(confidence, self.defined - 1) * np.sqrt(spread) / self.y
        half = np.where(self.defined > 1, half, np.nan)
        return Estimate(ratio, ratio - half, ratio + half, half, self.defined)


def moments_of(x: Floats, y: Floats) -> Moments:
    """The moments of replications that are all at hand, shape (replications, ...)."""
    moments = Moments.of_shape(x.shape[1:])
    for top, bottom in zip(x, y, strict=True):
        moments.add(top, bottom)
    return moments
