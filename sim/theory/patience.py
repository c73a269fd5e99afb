"""Laws of patience: how long a caller waits before giving up, by survival function.

The formulas of `impatient_queue` need three functions of a law, all of arrays of times x >= 0 (seconds):
`survival(x)` = P(patience > x), `gone(x)` = P(patience <= x) (given apart, so that small probabilities keep
their digits) and `mean_until(x)` = E[min(patience, x)], plus the times where they jump, bend or fall steeply.
The parametric laws stand in `patience_laws`; here are the two that everything needs, the modifiers, and
`Survival`, which makes a law of any survival function.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.theory import checks

Times = NDArray[np.float64]


class Patience(Protocol):
    """What a law of patience must offer; x are seconds of waiting, at least 0."""

    @property
    def kinks(self) -> tuple[float, ...]:
        """Times where the survival function jumps, bends or falls steeply: integrals are broken there."""

    def survival(self, x: Times) -> Times:
        """P(patience > x)."""

    def gone(self, x: Times) -> Times:
        """P(patience <= x)."""

    def mean_until(self, x: Times) -> Times:
        """E[min(patience, x)], the integral of the survival function from 0 to x; x may be infinite."""


@dataclass(frozen=True, slots=True)
class Never:
    """Nobody gives up."""

    @property
    def kinks(self) -> tuple[float, ...]:
        return ()

    def survival(self, x: Times) -> Times:
        return np.ones_like(x)

    def gone(self, x: Times) -> Times:
        return np.zeros_like(x)

    def mean_until(self, x: Times) -> Times:
        return x


@dataclass(frozen=True, slots=True)
class Exponential:
    """Patience exp(mean): the give-up rate 1/mean is the same at any moment of the wait."""

    mean_s: float

    def __post_init__(self) -> None:
        checks.positive(mean_s=self.mean_s)

    @property
    def kinks(self) -> tuple[float, ...]:
        return ()

    def survival(self, x: Times) -> Times:
        return np.exp(-x / self.mean_s)

    def gone(self, x: Times) -> Times:
        return -np.expm1(-x / self.mean_s)

    def mean_until(self, x: Times) -> Times:
        return -self.mean_s * np.expm1(-x / self.mean_s)


@dataclass(frozen=True, slots=True)
class ZeroOr:
    """With `probability_zero` no patience at all, otherwise patience of the law `then`."""

    probability_zero: float
    then: Patience

    def __post_init__(self) -> None:
        checks.probability(probability_zero=self.probability_zero)

    @property
    def kinks(self) -> tuple[float, ...]:
        return self.then.kinks

    def survival(self, x: Times) -> Times:
        return (1.0 - self.probability_zero) * self.then.survival(x)

    def gone(self, x: Times) -> Times:
        return self.probability_zero + (1.0 - self.probability_zero) * self.then.gone(x)

    def mean_until(self, x: Times) -> Times:
        if self.probability_zero == 1.0:
            return np.zeros_like(x)
        return (1.0 - self.probability_zero) * self.then.mean_until(x)


@dataclass(frozen=True, slots=True)
class Capped:
    """The lesser of a law and a fixed time: everybody still waiting at `at_s` leaves then (a message)."""

    law: Patience
    at_s: float

    def __post_init__(self) -> None:
        checks.positive(at_s=self.at_s)

    @property
    def kinks(self) -> tuple[float, ...]:
        return (*(kink for kink in self.law.kinks if kink < self.at_s), self.at_s)

    def survival(self, x: Times) -> Times:
        return np.where(x < self.at_s, self.law.survival(x), 0.0)

    def gone(self, x: Times) -> Times:
        return np.where(x < self.at_s, self.law.gone(x), 1.0)

    def mean_until(self, x: Times) -> Times:
        return self.law.mean_until(np.minimum(x, self.at_s))


@dataclass(frozen=True, slots=True)
class Survival:
    """Patience with any survival function (vectorised, 1 at most, never rising) and its kinks.

    A function that falls steeply somewhere needs kinks there too (see `around`), or digits are lost.

    Formula: E[min(T, x)] by Gauss-Legendre (16 points) on panels that halve towards 0 and break at the
    kinks: about 1e-13 relative where the function is smooth between kinks. `mean_s`, when given, is the
    mean, else the integral is taken up to where the survival falls below 1e-18 (infinite if it never does).
    """

    function: Callable[[Times], Times]
    kinks: tuple[float, ...] = ()
    mean_s: float | None = None

    def survival(self, x: Times) -> Times:
        return np.asarray(self.function(x), dtype=np.float64)

    def gone(self, x: Times) -> Times:
        return 1.0 - self.survival(x)

    def mean_until(self, x: Times) -> Times:
        wanted = np.asarray(x, dtype=np.float64)
        finite = wanted[np.isfinite(wanted)]
        result = np.full(wanted.shape, np.nan)
        if finite.size < wanted.size:
            result[~np.isfinite(wanted)] = self._mean()
        if finite.size:
            result[np.isfinite(wanted)] = self._integral(finite)
        return result

    def _integral(self, x: Times) -> Times:
        most = float(x.max())
        if most == 0.0:
            return np.zeros_like(x)
        inside = [kink for kink in self.kinks if 0.0 < kink < most]
        edges = np.unique(np.concatenate([[0.0], x, inside, most * 0.5 ** np.arange(60)]))
        nodes, weights = gauss_panels(edges)
        per_panel = (weights * self.survival(nodes)).reshape(edges.size - 1, -1).sum(axis=1)
        upto = np.concatenate([[0.0], np.cumsum(per_panel)])
        return upto[np.searchsorted(edges, x)]

    def _mean(self) -> float:
        if self.mean_s is not None:
            return self.mean_s
        reach = 2.0 ** np.arange(-60.0, 200.0)
        over = self.survival(reach) < 1e-18
        return float(self._integral(reach[over][:1])[0]) if over.any() else math.inf


def around(center: float, width: float) -> tuple[float, ...]:
    """Kinks for a fall of about `width` at `center`: doubling steps to either side, up to 64 widths."""
    steps = [0.5 * 2.0**k for k in range(8)]
    kinks = [center + width * step for step in (*(-s for s in reversed(steps)), 0.0, *steps)]
    return tuple(kink for kink in kinks if kink > 0.0)


@functools.cache
def _legendre(points: int) -> tuple[Times, Times]:
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return nodes, weights


def gauss_panels(edges: Times, points: int = 16) -> tuple[Times, Times]:
    """Nodes and weights of Gauss-Legendre on every panel between ascending edges, (panels * points,)."""
    nodes, weights = _legendre(points)
    half = 0.5 * np.diff(edges)
    middle = 0.5 * (edges[:-1] + edges[1:])
    return (middle[:, None] + half[:, None] * nodes).ravel(), (half[:, None] * weights).ravel()
