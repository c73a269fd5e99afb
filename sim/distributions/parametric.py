"""Distributions given by a few parameters: constant, exponential, lognormal, gamma, Erlang, Weibull, never."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from sim.distributions.kind import FloatArray, Kind, as_array, hazard_of
from sim.units import WHOLE, PositiveSeconds, Seconds


class Constant(Kind):
    """Always the same duration."""

    kind: Literal["constant"]
    value_s: Seconds = Field(description="The duration, in seconds.")

    @property
    def mean(self) -> float:
        """The value itself."""
        return self.value_s

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """The value, in the shape of `u`."""
        return np.full(np.shape(u), self.value_s)

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """1 before the value, 0 from it on."""
        return np.where(as_array(t) < self.value_s, 1.0, 0.0)


class Exponential(Kind):
    """Memoryless durations: P(T > t) = exp(-t / mean)."""

    kind: Literal["exponential"]
    mean_s: PositiveSeconds = Field(description="Mean, in seconds.")

    @property
    def mean(self) -> float:
        """mean_s."""
        return self.mean_s

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """-mean ln(1 - u)."""
        return self.mean_s * hazard_of(u)

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """exp(-t / mean)."""
        return np.exp(-as_array(t) / self.mean_s)


class Lognormal(Kind):
    """ln T is normal. Given by mean and coefficient of variation, or by median and sigma of ln T.

    sigma^2 = ln(1 + cv^2), mu = ln(median) = ln(mean) - sigma^2 / 2.
    """

    kind: Literal["lognormal"]
    mean_s: PositiveSeconds | None = Field(default=None, description="Mean, in seconds; goes with cv.")
    cv: Annotated[float, Field(strict=True, ge=0, le=100)] | None = Field(
        default=None, description="Coefficient of variation (standard deviation / mean); goes with mean_s."
    )
    median_s: PositiveSeconds | None = Field(default=None, description="Median, in seconds; goes with sigma.")
    sigma: Annotated[float, Field(strict=True, ge=0, le=10)] | None = Field(
        default=None, description="Standard deviation of ln T; goes with median_s."
    )

    @model_validator(mode="after")
    def _one_pair(self) -> Self:
        given = {name for name in ("mean_s", "cv", "median_s", "sigma") if getattr(self, name) is not None}
        if given not in ({"mean_s", "cv"}, {"median_s", "sigma"}):
            got = ", ".join(sorted(given)) or "neither"
            raise ValueError(f"needs mean_s and cv, or median_s and sigma, got {got}")
        return self

    @property
    def log_sd(self) -> float:
        """Standard deviation of ln T."""
        if self.sigma is not None:
            return self.sigma
        return math.sqrt(math.log1p((self.cv or 0.0) ** 2))

    @property
    def log_mean(self) -> float:
        """Mean of ln T (T in seconds)."""
        if self.median_s is not None:
            return math.log(self.median_s)
        return math.log(self.mean_s or math.nan) - self.log_sd**2 / 2

    @property
    def mean(self) -> float:
        """exp(mu + sigma^2 / 2)."""
        return self.mean_s if self.mean_s is not None else math.exp(self.log_mean + self.log_sd**2 / 2)

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """exp(mu + sigma z(u)) with z the standard normal quantile."""
        from scipy.special import ndtri

        if self.log_sd == 0:
            return np.full(np.shape(u), math.exp(self.log_mean))
        return np.asarray(np.exp(self.log_mean + self.log_sd * ndtri(as_array(u))))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Phi((mu - ln t) / sigma)."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):
            ahead = self.log_mean - np.log(as_array(t))
        if self.log_sd == 0:
            return np.where(ahead > 0, 1.0, 0.0)
        return np.asarray(ndtr(ahead / self.log_sd))


class _GammaShaped(Kind):
    """Gamma with `_shape` a and mean m: scale m / a."""

    mean_s: PositiveSeconds = Field(description="Mean, in seconds.")

    @property
    def shape(self) -> float:
        """Gamma shape a; the scale is mean / a."""
        raise TypeError(f"{type(self).__name__} has no shape")

    @property
    def mean(self) -> float:
        """mean_s."""
        return self.mean_s

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """(m / a) times the inverse of the regularised incomplete gamma function P(a, .) at u."""
        from scipy.special import gammaincinv

        return np.asarray(gammaincinv(self.shape, as_array(u)) * (self.mean_s / self.shape))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Q(a, a t / m), the regularised upper incomplete gamma function."""
        from scipy.special import gammaincc

        return np.asarray(gammaincc(self.shape, as_array(t) * (self.shape / self.mean_s)))


class Gamma(_GammaShaped):
    """Gamma durations with mean and coefficient of variation: shape 1 / cv^2."""

    kind: Literal["gamma"]
    cv: Annotated[float, Field(strict=True, ge=0.01, le=30)] = Field(
        description="Coefficient of variation (standard deviation / mean)."
    )

    @property
    def shape(self) -> float:
        """1 / cv^2."""
        return 1 / self.cv**2


class Erlang(_GammaShaped):
    """Sum of `phases` equal exponential phases; 1 phase is the exponential."""

    kind: Literal["erlang"]
    phases: Annotated[int, Field(strict=True, ge=1, le=1000), WHOLE] = Field(description="Number of phases.")

    @property
    def shape(self) -> float:
        """The number of phases."""
        return float(self.phases)


class Weibull(Kind):
    """P(T > t) = exp(-(t / scale)^shape); shape below 1: who waited long goes on waiting."""

    kind: Literal["weibull"]
    scale_s: PositiveSeconds = Field(description="Scale, in seconds: 63 % end before it.")
    shape: Annotated[float, Field(strict=True, ge=0.05, le=100)] = Field(description="Shape; 1 is exponential.")

    @property
    def mean(self) -> float:
        """scale Gamma(1 + 1 / shape)."""
        return self.scale_s * math.gamma(1 + 1 / self.shape)

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """scale (-ln(1 - u))^(1 / shape)."""
        return np.asarray(self.scale_s * hazard_of(u) ** (1 / self.shape))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """exp(-(t / scale)^shape)."""
        return np.asarray(np.exp(-((as_array(t) / self.scale_s) ** self.shape)))


class Never(Kind):
    """Never ends: endless patience."""

    kind: Literal["never"]

    @property
    def mean(self) -> float:
        """Infinity."""
        return math.inf

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """Infinity, in the shape of `u`."""
        return np.full(np.shape(u), np.inf)

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """1 at all times."""
        return np.ones(np.shape(t))
