"""The parametric laws of patience, named as in a scenario's `patience: {kind: ...}`; times in seconds.

`patience_law("lognormal", mean_s=390, cv=1.2)` makes one by name, tabulated laws included.
Each E[min(T, x)] is the textbook limited expected value (S. A. Klugman, H. H. Panjer and G. E. Willmot,
"Loss Models", appendix A).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.theory import checks
from sim.theory.patience import Exponential, Never, Patience, Times, ZeroOr, around
from sim.theory.patience_tables import Empirical, PiecewiseHazard, Quantiles, check_weights


@dataclass(frozen=True, slots=True)
class Constant:
    """Everybody waits exactly `value_s`."""

    value_s: float

    def __post_init__(self) -> None:
        checks.positive(value_s=self.value_s)

    @property
    def kinks(self) -> tuple[float, ...]:
        return (self.value_s,)

    def survival(self, x: Times) -> Times:
        return np.where(x < self.value_s, 1.0, 0.0)

    def gone(self, x: Times) -> Times:
        return np.where(x < self.value_s, 0.0, 1.0)

    def mean_until(self, x: Times) -> Times:
        return np.minimum(x, self.value_s)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Lognormal by mean and coefficient of variation (sd / mean)."""

    mean_s: float
    cv: float

    def __post_init__(self) -> None:
        checks.positive(mean_s=self.mean_s, cv=self.cv)

    @classmethod
    def from_median(cls, median_s: float, sigma: float) -> Lognormal:
        """The law whose logarithm has mean ln(median_s) and standard deviation sigma."""
        checks.positive(median_s=median_s, sigma=sigma)
        return cls(median_s * math.exp(0.5 * sigma**2), math.sqrt(math.expm1(sigma**2)))

    @property
    def kinks(self) -> tuple[float, ...]:
        return around(self.mean_s, self.mean_s * self.cv) if self.cv < 1.0 else ()

    def _z(self, x: Times) -> tuple[Times, float]:
        sigma = math.sqrt(math.log1p(self.cv**2))
        with np.errstate(divide="ignore"):
            return (np.log(x / self.mean_s) + 0.5 * sigma**2) / sigma, sigma

    def survival(self, x: Times) -> Times:
        return _normal_cdf(-self._z(x)[0])

    def gone(self, x: Times) -> Times:
        return _normal_cdf(self._z(x)[0])

    def mean_until(self, x: Times) -> Times:
        z, sigma = self._z(x)
        beyond = _normal_cdf(-z)
        return self.mean_s * _normal_cdf(z - sigma) + np.where(beyond > 0.0, x, 0.0) * beyond


@dataclass(frozen=True, slots=True)
class Gamma:
    """Gamma by mean and coefficient of variation; the shape is 1 / cv^2."""

    mean_s: float
    cv: float

    def __post_init__(self) -> None:
        checks.positive(mean_s=self.mean_s, cv=self.cv)

    @property
    def kinks(self) -> tuple[float, ...]:
        return around(self.mean_s, self.mean_s * self.cv) if self.cv < 1.0 else ()

    def _scaled(self, x: Times) -> tuple[float, Times]:
        return self.cv**-2, x / (self.mean_s * self.cv**2)

    def survival(self, x: Times) -> Times:
        from scipy.special import gammaincc

        return np.asarray(gammaincc(*self._scaled(x)))

    def gone(self, x: Times) -> Times:
        from scipy.special import gammainc

        return np.asarray(gammainc(*self._scaled(x)))

    def mean_until(self, x: Times) -> Times:
        from scipy.special import gammainc

        shape, scaled = self._scaled(x)
        beyond = self.survival(x)
        below = np.asarray(self.mean_s * gammainc(shape + 1.0, scaled))
        return below + np.where(beyond > 0.0, x, 0.0) * beyond


def erlang(mean_s: float, phases: int) -> Gamma:
    """Sum of `phases` exponential times with the same mean, `mean_s` together."""
    checks.whole(least=1, phases=phases)
    return Gamma(mean_s, 1.0 / math.sqrt(phases))


@dataclass(frozen=True, slots=True)
class Weibull:
    """P(T > x) = exp(-(x / scale_s)^shape)."""

    scale_s: float
    shape: float

    def __post_init__(self) -> None:
        checks.positive(scale_s=self.scale_s, shape=self.shape)

    @property
    def kinks(self) -> tuple[float, ...]:
        return around(self.scale_s, self.scale_s / self.shape) if self.shape > 1.0 else ()

    def _exponent(self, x: Times) -> Times:
        with np.errstate(over="ignore"):
            return np.asarray((x / self.scale_s) ** self.shape)

    def survival(self, x: Times) -> Times:
        return np.exp(-self._exponent(x))

    def gone(self, x: Times) -> Times:
        return -np.expm1(-self._exponent(x))

    def mean_until(self, x: Times) -> Times:
        from scipy.special import gammainc

        mean = self.scale_s * math.gamma(1.0 + 1.0 / self.shape)
        below = np.asarray(mean * gammainc(1.0 + 1.0 / self.shape, self._exponent(x)))
        beyond = self.survival(x)
        return below + np.where(beyond > 0.0, x, 0.0) * beyond


@dataclass(frozen=True, slots=True)
class Hyperexponential:
    """A mixture of exponential laws: with probability weights[i] the mean is means_s[i]."""

    weights: Sequence[float]
    means_s: Sequence[float]

    def __post_init__(self) -> None:
        check_weights(self.weights, len(self.means_s))
        for mean in self.means_s:
            checks.positive(means_s=mean)

    @property
    def kinks(self) -> tuple[float, ...]:
        return ()

    def _mix(self, part: Callable[[Exponential], Times]) -> Times:
        parts = [w * part(Exponential(m)) for w, m in zip(self.weights, self.means_s, strict=True)]
        return np.asarray(sum(parts) / math.fsum(self.weights))

    def survival(self, x: Times) -> Times:
        return self._mix(lambda law: law.survival(x))

    def gone(self, x: Times) -> Times:
        return self._mix(lambda law: law.gone(x))

    def mean_until(self, x: Times) -> Times:
        return self._mix(lambda law: law.mean_until(x))


def _lognormal(
    mean_s: float | None = None,
    cv: float | None = None,
    median_s: float | None = None,
    sigma: float | None = None,
) -> Lognormal:
    if mean_s is not None and cv is not None and median_s is None and sigma is None:
        return Lognormal(mean_s, cv)
    if median_s is not None and sigma is not None and mean_s is None and cv is None:
        return Lognormal.from_median(median_s, sigma)
    raise ValueError("lognormal takes mean_s and cv, or median_s and sigma")


_KINDS: dict[str, Callable[..., Patience]] = {
    "never": Never,
    "constant": Constant,
    "exponential": Exponential,
    "lognormal": _lognormal,
    "gamma": Gamma,
    "erlang": erlang,
    "weibull": Weibull,
    "hyperexponential": Hyperexponential,
    "piecewise_hazard": PiecewiseHazard,
    "empirical": Empirical,
    "quantiles": Quantiles,
    "zero_or": ZeroOr,
}


def patience_law(kind: str, **parameters: Any) -> Patience:
    """The law of patience of that kind; parameters as in a scenario (seconds).

    Errors: ValueError for an unknown kind or a parameter out of range, TypeError for one that is unknown.
    """
    if kind not in _KINDS:
        raise ValueError(f"unknown kind of patience {kind!r}; one of {', '.join(_KINDS)}")
    return _KINDS[kind](**parameters)


def _normal_cdf(z: Times) -> Times:
    from scipy.special import ndtr

    return np.asarray(ndtr(z))
