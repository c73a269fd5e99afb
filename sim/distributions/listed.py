"""Distributions given by lists: hazards by piece, observed values, quantiles."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from sim.distributions.kind import (
    FloatArray,
    Kind,
    Weight,
    as_array,
    hazard_of,
    rising,
    same_length,
    some_weight,
)
from sim.units import Seconds, Share

SecondsOrNever = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=True, json_schema_extra={"unit": "seconds"})]
Hazard = Annotated[float, Field(strict=True, ge=0, le=1e6, json_schema_extra={"unit": "events a second"})]


class PiecewiseHazard(Kind):
    """Hazard constant between given times: P(T > t) = exp(-integral of the hazard to t).

    A last hazard of 0 means that whoever got that far never ends (mean inf).
    """

    kind: Literal["piecewise_hazard"]
    from_s: tuple[Seconds, ...] = Field(
        min_length=1,
        max_length=100_000,
        description="Where each piece begins, in seconds; the first is 0, rising.",
    )
    per_s: tuple[Hazard, ...] = Field(
        min_length=1,
        max_length=100_000,
        description="Hazard in each piece, per second; the last goes on for ever.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        same_length("from_s", self.from_s, "per_s", self.per_s)
        if self.from_s[0] != 0:
            raise ValueError(f"needs from_s to begin with 0, got {self.from_s[0]:g}")
        rising("from_s", self.from_s)
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
        target = hazard_of(u)
        piece = np.maximum(np.searchsorted(summed, target, side="left") - 1, 0)
        # At u = 0 exactly, or at an edge, leading pieces without hazard are not yet passed.
        with np.errstate(divide="ignore", invalid="ignore"):
            beyond = (target - summed[piece]) / rate[piece]
        return np.asarray(start[piece] + np.where(target > summed[piece], beyond, 0.0))

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """exp(-H(t)) with H the hazard summed to t."""
        start, rate, summed = self._edges()
        at = as_array(t)
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
        default=None,
        max_length=1_000_000,
        description="Weight of each value; default all equal; scaled to add to 1.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.weights is not None:
            same_length("values_s", self.values_s, "weights", self.weights)
            some_weight(self.weights)
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
        return np.asarray(values[np.minimum(np.searchsorted(upto, as_array(u), side="right"), last)])

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Share of weight on values > t."""
        values, upto = self._steps()
        return np.asarray(1.0 - np.concatenate(([0.0], upto))[np.searchsorted(values, as_array(t), side="right")])


class Quantiles(Kind):
    """A distribution given by some of its quantiles, linear in between."""

    kind: Literal["quantiles"]
    at: tuple[Share, ...] = Field(min_length=2, max_length=100_000, description="Probabilities, rising from 0 to 1.")
    values_s: tuple[Seconds, ...] = Field(
        min_length=2,
        max_length=100_000,
        description="The value at each probability, in seconds, never falling.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        same_length("at", self.at, "values_s", self.values_s)
        if self.at[0] != 0 or self.at[-1] != 1:
            raise ValueError(f"needs at to go from 0 to 1, got {self.at[0]:g} to {self.at[-1]:g}")
        rising("at", self.at)
        for index, (low, high) in enumerate(pairwise(self.values_s), start=1):
            if high < low:
                raise ValueError(f"needs values_s that never fall, got {low:g} then {high:g} (entry {index})")
        return self

    @property
    def mean(self) -> float:
        """Integral of the quantile function (trapezoids)."""
        return float(np.trapezoid(self.values_s, self.at))

    def quantile(self, u: npt.ArrayLike) -> FloatArray:
        """Linear interpolation between the given quantiles."""
        return np.asarray(np.interp(as_array(u), self.at, self.values_s), dtype=np.float64)

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """1 - P(T <= t), where a flat piece of the quantile function is a jump."""
        at, values, t = np.array(self.at), np.array(self.values_s), as_array(t)
        above = np.searchsorted(values, t, side="right")
        low, high = np.maximum(above - 1, 0), np.minimum(above, len(values) - 1)
        span = values[high] - values[low]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(span > 0, (t - values[low]) / span, 0.0)
        upto = at[low] + share * (at[high] - at[low])
        return np.asarray(1.0 - np.where(above == 0, 0.0, np.where(above == len(values), 1.0, upto)))
