"""Distributions of durations, each a frozen model that turns uniforms into seconds by inversion.

`Distribution` is the union of all kinds, told apart by `kind`. Each has `quantile(u)` (u in [0, 1), any shape),
`mean` and `survival(t)` = P(T > t). One uniform gives one variate, monotonically, which is what makes common
random numbers work. SciPy is imported inside the methods that need it: it costs more than all the rest.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.units import MAX_SECONDS, PositiveSeconds, Seconds, Share

FloatArray = npt.NDArray[np.float64]

PositiveNumber = Annotated[float, Field(strict=True, gt=0, le=1e6, json_schema_extra={"unit": "number"})]
Weight = Annotated[float, Field(strict=True, ge=0, le=1e15, json_schema_extra={"unit": "number"})]
SecondsOrNever = Annotated[
    float, Field(strict=True, ge=0, allow_inf_nan=True, json_schema_extra={"unit": "seconds"})
]
Hazard = Annotated[float, Field(strict=True, ge=0, le=1e6, json_schema_extra={"unit": "an event rate per second"})]


class Kind(BaseModel):
    """What all kinds share: given once, never changed, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @property
    def mean(self) -> float:
        """Mean in seconds (inf where some never end)."""
        raise TypeError(f"{type(self).__name__} has no mean")

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """Seconds t with P(T <= t) = u, elementwise, in the shape of `u` (values in [0, 1))."""
        raise TypeError(f"{type(self).__name__} has no quantile")

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """P(T > t) for t >= 0 in seconds, elementwise."""
        raise TypeError(f"{type(self).__name__} has no survival function")


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
        return np.where(_array(t) < self.value_s, 1.0, 0.0)


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
        return self.mean_s * _hazard_of(u)

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """exp(-t / mean)."""
        return np.exp(-_array(t) / self.mean_s)


class Lognormal(Kind):
    """ln T is normal. Given by mean and coefficient of variation, or by median and sigma of ln T.

    sigma^2 = ln(1 + cv^2), mu = ln(median) = ln(mean) - sigma^2 / 2.
    """

    kind: Literal["lognormal"]
    mean_s: PositiveSeconds | None = Field(None, description="Mean, in seconds; goes with cv.")
    cv: Annotated[float, Field(strict=True, ge=0, le=100)] | None = Field(
        None, description="Coefficient of variation (standard deviation / mean); goes with mean_s."
    )
    median_s: PositiveSeconds | None = Field(None, description="Median, in seconds; goes with sigma.")
    sigma: Annotated[float, Field(strict=True, ge=0, le=10)] | None = Field(
        None, description="Standard deviation of ln T; goes with median_s."
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
        return np.asarray(np.exp(self.log_mean + self.log_sd * ndtri(_array(u))))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Phi((mu - ln t) / sigma)."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):
            ahead = self.log_mean - np.log(_array(t))
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

        return np.asarray(gammaincinv(self.shape, _array(u)) * (self.mean_s / self.shape))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Q(a, a t / m), the regularised upper incomplete gamma function."""
        from scipy.special import gammaincc

        return np.asarray(gammaincc(self.shape, _array(t) * (self.shape / self.mean_s)))


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
    phases: Annotated[int, Field(strict=True, ge=1, le=1000)] = Field(description="Number of phases.")

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
        return np.asarray(self.scale_s * _hazard_of(u) ** (1 / self.shape))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """exp(-(t / scale)^shape)."""
        return np.asarray(np.exp(-((_array(t) / self.scale_s) ** self.shape)))


class Hyperexponential(Kind):
    """A mixture of exponentials: P(T > t) = sum_i w_i exp(-t / m_i), weights scaled to add to 1."""

    kind: Literal["hyperexponential"]
    weights: tuple[Weight, ...] = Field(
        min_length=1, max_length=100, description="Weight of each part; scaled to add to 1."
    )
    means_s: tuple[PositiveSeconds, ...] = Field(
        min_length=1, max_length=100, description="Mean of each part, in seconds."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _same_length("weights", self.weights, "means_s", self.means_s)
        _some_weight(self.weights)
        return self

    def _parts(self) -> tuple[FloatArray, FloatArray]:
        weights, means = np.array(self.weights), np.array(self.means_s)
        return weights[weights > 0] / weights.sum(), means[weights > 0]

    @property
    def mean(self) -> float:
        """sum_i w_i m_i."""
        weights, means = self._parts()
        return float(weights @ means)

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """The root t of ln P(T > t) = ln(1 - u), by Newton's method.

        ln P(T > t) is convex (the hazard of a mixture of exponentials falls), so from a start left of the root
        Newton's steps go right and never pass it. The start is the largest of two lower bounds: initial hazard
        for ever, and each part alone, P(T > t) >= w_i exp(-t / m_i).
        """
        weights, means = self._parts()
        target = _hazard_of(u)
        flat = np.atleast_1d(target).ravel()
        t = flat / float(weights @ (1 / means))
        for weight, mean in zip(weights, means, strict=True):
            np.maximum(t, mean * (flat + math.log(weight)), out=t)
        live = np.flatnonzero(np.isfinite(flat))
        for _ in range(200):
            if live.size == 0:
                break
            here = t[live]
            log_survival, hazard = self._log_survival(here, weights, means)
            step = (flat[live] + log_survival) / hazard
            t[live] = here + step
            live = live[np.abs(step) > 4e-16 * here]
        return np.asarray(t.reshape(target.shape))

    @staticmethod
    def _log_survival(t: FloatArray, weights: FloatArray, means: FloatArray) -> tuple[FloatArray, FloatArray]:
        """ln P(T > t) and the hazard at t, accurate at both ends (t near 0 and far in the tail)."""
        slowest = means.max()
        # Factoring out the slowest part keeps the tail from underflowing.
        terms = weights * np.exp(-t[:, None] * (1 / means - 1 / slowest))
        total = terms.sum(axis=1)
        tail = np.log(total) - t / slowest
        near = np.log1p(np.minimum((weights * np.expm1(-t[:, None] / means)).sum(axis=1), 0.0).clip(min=-0.9))
        return np.where(tail > -0.5, near, tail), (terms / means).sum(axis=1) / total

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """sum_i w_i exp(-t / m_i)."""
        weights, means = self._parts()
        return np.asarray((weights * np.exp(-_array(t)[..., None] / means)).sum(axis=-1))


class PiecewiseHazard(Kind):
    """Hazard constant between given times: P(T > t) = exp(-integral of the hazard to t).

    A last hazard of 0 means that whoever got that far never ends (mean inf).
    """

    kind: Literal["piecewise_hazard"]
    from_s: tuple[Seconds, ...] = Field(
        min_length=1, max_length=100_000, description="Where each piece begins, in seconds; the first is 0, rising."
    )
    per_s: tuple[Hazard, ...] = Field(
        min_length=1, max_length=100_000, description="Hazard in each piece, per second; the last goes on for ever."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _same_length("from_s", self.from_s, "per_s", self.per_s)
        if self.from_s[0] != 0:
            raise ValueError(f"needs from_s to begin with 0, got {self.from_s[0]:g}")
        _rising("from_s", self.from_s)
        return self

    def _edges(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Start of each piece, its hazard, and the hazard summed up to its start."""
        start, rate = np.array(self.from_s), np.array(self.per_s)
        return start, rate, np.concatenate(([0.0], np.cumsum(np.diff(start) * rate[:-1])))

    @property
    def mean(self) -> float:
        """Integral of P(T > t): sum over pieces of exp(-H_i) (1 - exp(-h_i L_i)) / h_i."""
        start, rate, summed = self._edges()
        length = np.append(np.diff(start), np.inf)
        total = 0.0
        for h, span, before in zip(rate, length, summed, strict=True):
            total += math.exp(-before) * (span if h == 0 else -math.expm1(-h * span) / h)
        return float(total)

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """start + (-ln(1 - u) - H) / h in the piece where the summed hazard H passes -ln(1 - u)."""
        start, rate, summed = self._edges()
        target = _hazard_of(u)
        piece = np.maximum(np.searchsorted(summed, target, side="left") - 1, 0)
        # At u = 0 exactly, or at an edge, leading pieces without hazard are not yet passed.
        with np.errstate(divide="ignore", invalid="ignore"):
            beyond = (target - summed[piece]) / rate[piece]
        return np.asarray(start[piece] + np.where(target > summed[piece], beyond, 0.0))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """exp(-H(t)) with H the hazard summed to t."""
        start, rate, summed = self._edges()
        at = _array(t)
        piece = np.maximum(np.searchsorted(start, at, side="right") - 1, 0)
        with np.errstate(invalid="ignore"):
            within = np.where(rate[piece] > 0, (at - start[piece]) * rate[piece], 0.0)
        return np.asarray(np.exp(-(summed[piece] + within)))


class Empirical(Kind):
    """The step distribution on listed values (a Kaplan-Meier estimate, or a sample); `.inf` = never ends."""

    kind: Literal["empirical"]
    values_s: tuple[SecondsOrNever, ...] = Field(
        min_length=1, max_length=1_000_000, description="The values, in seconds, in any order; .inf = never."
    )
    weights: tuple[Weight, ...] | None = Field(
        None, max_length=1_000_000, description="Weight of each value; default all equal; scaled to add to 1."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if any(math.isnan(value) for value in self.values_s):
            raise ValueError("needs values_s without NaN")
        if self.weights is not None:
            _same_length("values_s", self.values_s, "weights", self.weights)
            _some_weight(self.weights)
        return self

    def _steps(self) -> tuple[FloatArray, FloatArray]:
        """Sorted values and P(T <= value)."""
        values = np.array(self.values_s)
        weights = np.ones(len(values)) if self.weights is None else np.array(self.weights)
        order = np.argsort(values, kind="stable")
        summed = np.cumsum(weights[order])
        return values[order], summed / summed[-1]

    @property
    def mean(self) -> float:
        """Weighted mean of the values (inf if some never end)."""
        values, upto = self._steps()
        mass = np.diff(upto, prepend=0.0)
        return float(values[mass > 0] @ mass[mass > 0])

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """The first value with P(T <= value) > u, so that u on [0, 1) meets each value with its weight."""
        values, upto = self._steps()
        last = int(np.searchsorted(upto, 1.0, side="left"))
        return np.asarray(values[np.minimum(np.searchsorted(upto, _array(u), side="right"), last)])

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Share of weight on values > t."""
        values, upto = self._steps()
        return np.asarray(1.0 - np.concatenate(([0.0], upto))[np.searchsorted(values, _array(t), side="right")])


class Quantiles(Kind):
    """A distribution given by some of its quantiles, linear in between."""

    kind: Literal["quantiles"]
    at: tuple[Share, ...] = Field(
        min_length=2, max_length=100_000, description="Probabilities, rising from 0 to 1."
    )
    values_s: tuple[Seconds, ...] = Field(
        min_length=2, max_length=100_000, description="The value at each probability, in seconds, never falling."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _same_length("at", self.at, "values_s", self.values_s)
        if self.at[0] != 0 or self.at[-1] != 1:
            raise ValueError(f"needs at to go from 0 to 1, got {self.at[0]:g} to {self.at[-1]:g}")
        _rising("at", self.at)
        for index, (low, high) in enumerate(zip(self.values_s, self.values_s[1:], strict=False), start=1):
            if high < low:
                raise ValueError(f"needs values_s that never fall, got {low:g} then {high:g} (entry {index})")
        return self

    @property
    def mean(self) -> float:
        """Integral of the quantile function (trapezoids)."""
        return float(np.trapezoid(self.values_s, self.at))

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """Linear interpolation between the given quantiles."""
        return np.asarray(np.interp(_array(u), self.at, self.values_s), dtype=np.float64)

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """1 - P(T <= t), where a flat piece of the quantile function is a jump."""
        at, values, t = np.array(self.at), np.array(self.values_s), _array(t)
        above = np.searchsorted(values, t, side="right")
        low, high = np.maximum(above - 1, 0), np.minimum(above, len(values) - 1)
        span = values[high] - values[low]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(span > 0, (t - values[low]) / span, 0.0)
        upto = at[low] + share * (at[high] - at[low])
        return np.asarray(1.0 - np.where(above == 0, 0.0, np.where(above == len(values), 1.0, upto)))


class ZeroOr(Kind):
    """Zero with a probability, else drawn from another distribution."""

    kind: Literal["zero_or"]
    probability_zero: Share = Field(description="Probability of exactly 0 s.")
    then: Distribution = Field(description="The distribution otherwise.")

    @property
    def mean(self) -> float:
        """(1 - p) times the other's mean."""
        return 0.0 if self.probability_zero == 1 else (1 - self.probability_zero) * self.then.mean

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """0 for u < p, else the other's quantile at (u - p) / (1 - p)."""
        at, p = _array(u), self.probability_zero
        if p == 1:
            return np.zeros_like(at)
        rest = np.clip((at - p) / (1 - p), 0.0, np.nextafter(1.0, 0.0))
        return np.where(at < p, 0.0, self.then.quantile(np.where(at >= 1, 1.0, rest)))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """(1 - p) times the other's survival."""
        return np.asarray((1 - self.probability_zero) * self.then.survival(t))


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


Distribution = Annotated[
    Constant
    | Exponential
    | Lognormal
    | Gamma
    | Erlang
    | Weibull
    | Hyperexponential
    | PiecewiseHazard
    | Empirical
    | Quantiles
    | ZeroOr
    | Never,
    Field(discriminator="kind"),
]
"""Any kind of distribution; `kind` says which."""

ZeroOr.model_rebuild()


def _array(values: npt.ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def _hazard_of(u: npt.ArrayLike) -> FloatArray:
    """-ln(1 - u): the summed hazard at which a uniform u ends (inf at u = 1)."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log1p(-_array(u)))


def _same_length(name: str, values: tuple[float, ...], other: str, others: tuple[float, ...]) -> None:
    if len(values) != len(others):
        raise ValueError(f"needs as many entries in {name} as in {other}, got {len(values)} and {len(others)}")


def _some_weight(weights: tuple[float, ...]) -> None:
    if sum(weights) <= 0:
        raise ValueError("needs at least one weight above 0")


def _rising(name: str, values: tuple[float, ...]) -> None:
    for index, (low, high) in enumerate(zip(values, values[1:], strict=False), start=1):
        if high <= low:
            raise ValueError(f"needs {name} to rise from entry to entry, got {low:g} then {high:g} (entry {index})")
