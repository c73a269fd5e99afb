"""Distributions made of others: mixtures of exponentials, and zero with a probability. And the union of all."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from sim.distributions.kind import FloatArray, Kind, Weight, as_array, hazard_of, same_length, some_weight
from sim.distributions.listed import Empirical, PiecewiseHazard, Quantiles
from sim.distributions.parametric import Constant, Erlang, Exponential, Gamma, Lognormal, Never, Weibull
from sim.units import PositiveSeconds, Share


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
        same_length("weights", self.weights, "means_s", self.means_s)
        some_weight(self.weights)
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
        target = hazard_of(u)
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
        return np.asarray((weights * np.exp(-as_array(t)[..., None] / means)).sum(axis=-1))


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
        at, p = as_array(u), self.probability_zero
        if p == 1:
            return np.zeros_like(at)
        rest = np.clip((at - p) / (1 - p), 0.0, np.nextafter(1.0, 0.0))
        return np.where(at < p, 0.0, self.then.quantile(np.where(at >= 1, 1.0, rest)))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """(1 - p) times the other's survival."""
        return np.asarray((1 - self.probability_zero) * self.then.survival(t))


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
