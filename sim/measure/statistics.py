"""Statistics: estimates over replications, with intervals.

A replication is one independent observation. A ratio is the ratio of the sums over replications, never the mean of
the replications' ratios, and its error comes from the delta method; a count is a ratio to 1. A replication whose bottom
is 0 has nothing to say about a ratio and is not counted. How an error becomes an interval: `sim.measure.evidence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.measure.bins import Floats
from sim.measure.evidence import Estimate, Evidence, skewness

ROUNDING = 1e-13
"""A spread below this share of the squares it is the difference of is rounding, not spread."""
LEANING = 1e-9
"""The same for cubes: of a smaller spread, which way it leans is rounding."""


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
    """Running sums of tops x and bottoms y, and of powers of what they differ from the first ones, for many ratios.

    Differences from the first replication instead of plain powers, so that a small spread around a large mean is not
    lost to rounding (Chan, Golub and LeVeque 1983, The American Statistician 37, 242-247, "shifted data").
    """

    n: int
    """replications seen"""
    defined: Floats
    """those with y > 0"""
    x: Floats
    y: Floats
    u: Floats
    v: Floats
    """sums of u = x - first x and v = y - first y, and below of their products"""
    uu: Floats
    uv: Floats
    vv: Floats
    uuu: Floats
    uuv: Floats
    uvv: Floats
    vvv: Floats
    first_x: Floats
    first_y: Floats
    """those of the first replication"""

    @classmethod
    def of_shape(cls, shape: tuple[int, ...]) -> Self:
        """Moments of nothing yet."""
        return cls(0, *(np.zeros(shape) for _ in range(14)))

    def add(self, x: Floats, y: Floats) -> None:
        """Take in one replication."""
        self.defined += y > 0.0
        self.x += x
        self.y += y
        if self.n:
            u, v = x - self.first_x, y - self.first_y
            uu, vv = u * u, v * v
            self.u += u
            self.v += v
            self.uu += uu
            self.uv += u * v
            self.vv += vv
            self.uuu += uu * u
            self.uuv += uu * v
            self.uvv += vv * u
            self.vvv += vv * v
        else:
            self.first_x, self.first_y = np.array(x, np.float64), np.array(y, np.float64)
        self.n += 1

    def merge(self, other: Moments) -> None:
        """Take in all that another has seen."""
        if not other.n:
            return
        if not self.n:
            self.first_x, self.first_y = other.first_x, other.first_y
        n, a, b = other.n, other.first_x - self.first_x, other.first_y - self.first_y
        self.u += other.u + n * a
        self.v += other.v + n * b
        self.uu += other.uu + a * (2.0 * other.u + n * a)
        self.uv += other.uv + a * other.v + b * (other.u + n * a)
        self.vv += other.vv + b * (2.0 * other.v + n * b)
        self.uuu += other.uuu + a * (3.0 * other.uu + a * (3.0 * other.u + n * a))
        self.vvv += other.vvv + b * (3.0 * other.vv + b * (3.0 * other.v + n * b))
        self.uuv += other.uuv + a * (2.0 * other.uv + a * other.v) + b * (other.uu + a * (2.0 * other.u + n * a))
        self.uvv += other.uvv + b * (2.0 * other.uv + b * other.u) + a * (other.vv + b * (2.0 * other.v + n * b))
        self.defined += other.defined
        self.x += other.x
        self.y += other.y
        self.n += n

    def evidence(self) -> Evidence:
        """Ratios of sums R = sum x / sum y, and what their replications' d = x - R y say of their errors:

        se² = k/(k-1) sum d² / (sum y)², k = replications with y > 0, and the skewness of d.
        Source: Law 2015, Simulation Modeling and Analysis, 9.5; Cochran 1977, Sampling Techniques, 6.4.
        """
        n, known = max(self.n, 1), self.defined > 0
        r = np.divide(self.x, self.y, out=np.full(self.x.shape, np.nan), where=known)
        u, v = self.u / n, self.v / n
        xx, xy, yy = self.uu - u * self.u, self.uv - u * self.v, self.vv - v * self.v
        squares = xx + r * r * yy
        rest = squares - 2.0 * r * xy
        # d = u - R v less its mean; so are its cubes, from those of u and v
        mean, second = u - r * v, self.uu - r * (2.0 * self.uv - r * self.vv)
        third = self.uuu - r * (3.0 * self.uuv - r * (3.0 * self.uvv - r * self.vvv))
        cubes = third - mean * (3.0 * second - 2.0 * n * mean * mean)
        cubes = np.where(rest < LEANING * squares, 0.0, cubes)
        rest = np.where(rest < ROUNDING * squares, 0.0, rest)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.sqrt(self.defined / (self.defined - 1.0) * rest) / self.y
        error = np.where(self.defined > 1, error, np.nan)
        return Evidence(r, error, skewness(rest, cubes, self.defined), self.defined)

    def estimate(self, confidence: float) -> Estimate:
        """Ratios of sums with their intervals."""
        return self.evidence().estimate(confidence)


def moments_of(x: Floats, y: Floats) -> Moments:
    """The moments of replications that are all at hand, shape (replications, ...)."""
    moments = Moments.of_shape(x.shape[1:])
    for top, bottom in zip(x, y, strict=True):
        moments.add(top, bottom)
    return moments
