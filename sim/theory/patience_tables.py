"""The tabulated laws of patience: piecewise hazard, empirical steps, quantiles. Times in seconds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.theory.patience import Times


@dataclass(frozen=True, slots=True)
class PiecewiseHazard:
    """Give-up rate per_s[i] from from_s[i] on; from_s starts at 0 and the last rate holds for good."""

    from_s: Sequence[float]
    per_s: Sequence[float]
    _steps: tuple[Times, Times, Times, Times] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        start, hazard = np.asarray(self.from_s, dtype=float), np.asarray(self.per_s, dtype=float)
        ascends = start.size > 0 and start[0] == 0.0 and bool((np.diff(start) > 0.0).all())
        if not ascends or start.size != hazard.size:
            raise ValueError("from_s must start at 0 and ascend, with one per_s for each")
        if not (np.isfinite(start).all() and np.isfinite(hazard).all() and (hazard >= 0.0).all()):
            raise ValueError("from_s and per_s must be finite, per_s at least 0")
        spans = np.diff(start)
        cumulative = np.concatenate([[0.0], np.cumsum(hazard[:-1] * spans)])
        lived = np.exp(-cumulative[:-1]) * _decayed(hazard[:-1], spans)
        area = np.concatenate([[0.0], np.cumsum(lived)])
        object.__setattr__(self, "_steps", (start, hazard, cumulative, area))

    @property
    def kinks(self) -> tuple[float, ...]:
        return tuple(float(t) for t in self.from_s[1:])

    def _exponent(self, x: Times) -> Times:
        start, hazard, cumulative, _ = self._steps
        i = np.searchsorted(start, x, side="right") - 1
        with np.errstate(invalid="ignore"):
            return cumulative[i] + np.where(hazard[i] > 0.0, hazard[i] * (x - start[i]), 0.0)

    def survival(self, x: Times) -> Times:
        return np.exp(-self._exponent(x))

    def gone(self, x: Times) -> Times:
        return -np.expm1(-self._exponent(x))

    def mean_until(self, x: Times) -> Times:
        start, hazard, cumulative, area = self._steps
        i = np.searchsorted(start, x, side="right") - 1
        return area[i] + np.exp(-cumulative[i]) * _decayed(hazard[i], x - start[i])


@dataclass(frozen=True, slots=True)
class Empirical:
    """One of `values_s`, with the given weights (equal without): the step distribution of a sample."""

    values_s: Sequence[float]
    weights: Sequence[float] | None = None
    _steps: tuple[Times, Times, Times, Times] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weights = self.weights if self.weights is not None else [1.0] * len(self.values_s)
        check_weights(weights, len(self.values_s))
        values, where = np.unique(np.asarray(self.values_s, dtype=float), return_inverse=True)
        if not np.isfinite(values).all() or values[0] < 0.0:
            raise ValueError("values_s must be finite and at least 0")
        share = np.bincount(where, weights=np.asarray(weights, dtype=float))
        gone = np.concatenate([[0.0], np.cumsum(share)]) / share.sum()
        left = np.concatenate([np.cumsum(share[::-1])[::-1], [0.0]]) / share.sum()
        steps = np.concatenate([[0.0], values])
        area = np.concatenate([[0.0], np.cumsum(left[:-1] * np.diff(steps))])
        object.__setattr__(self, "_steps", (steps, gone, left, area))

    @property
    def kinks(self) -> tuple[float, ...]:
        return tuple(float(t) for t in self._steps[0][1:] if t > 0.0)

    def _last_step(self, x: Times) -> NDArray[np.intp]:
        return np.maximum(np.searchsorted(self._steps[0], x, side="right") - 1, 0)

    def survival(self, x: Times) -> Times:
        return self._steps[2][self._last_step(x)]

    def gone(self, x: Times) -> Times:
        return self._steps[1][self._last_step(x)]

    def mean_until(self, x: Times) -> Times:
        steps, _, left, area = self._steps
        i = self._last_step(x)
        return area[i] + np.where(left[i] > 0.0, left[i] * (np.minimum(x, steps[-1]) - steps[i]), 0.0)


@dataclass(frozen=True, slots=True)
class Quantiles:
    """The values at the given shares, linear in between: at = [0, ..., 1], values_s not descending."""

    at: Sequence[float]
    values_s: Sequence[float]
    _steps: tuple[Times, Times, Times] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        share, value = np.asarray(self.at, dtype=float), np.asarray(self.values_s, dtype=float)
        if share.size < 2 or share.size != value.size or share[0] != 0.0 or share[-1] != 1.0:
            raise ValueError("at must run from 0 to 1, with one of values_s for each")
        if (np.diff(share) < 0.0).any() or (np.diff(value) < 0.0).any() or value[0] < 0.0:
            raise ValueError("at and values_s must not descend, values_s be at least 0")
        # Where several shares have one value there is a jump: the survival after it counts from there on.
        times = np.concatenate([[0.0], value])
        left = 1.0 - np.concatenate([[0.0], share])
        area = np.concatenate([[0.0], np.cumsum(0.5 * (left[:-1] + left[1:]) * np.diff(times))])
        object.__setattr__(self, "_steps", (times, left, area))

    @property
    def kinks(self) -> tuple[float, ...]:
        return tuple(float(t) for t in np.unique(self._steps[0]) if t > 0.0)

    def survival(self, x: Times) -> Times:
        times, left, _ = self._steps
        i = np.clip(np.searchsorted(times, x, side="right") - 1, 0, times.size - 2)
        span = times[i + 1] - times[i]
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(span > 0.0, np.minimum((x - times[i]) / span, 1.0), 1.0)
        return np.asarray(left[i] + part * (left[i + 1] - left[i]))

    def gone(self, x: Times) -> Times:
        return 1.0 - self.survival(x)

    def mean_until(self, x: Times) -> Times:
        times, left, area = self._steps
        capped = np.minimum(x, times[-1])
        i = np.clip(np.searchsorted(times, capped, side="right") - 1, 0, times.size - 2)
        return np.asarray(area[i] + 0.5 * (left[i] + self.survival(capped)) * (capped - times[i]))


def check_weights(weights: Sequence[float], size: int) -> None:
    """Raises ValueError unless there are `size` >= 1 finite weights of at least 0, not all 0."""
    fine = len(weights) == size and size > 0 and all(math.isfinite(w) and w >= 0.0 for w in weights)
    if not fine or math.fsum(weights) <= 0.0:
        raise ValueError("weights must be finite, at least 0, not all 0, and one for each value")


def _decayed(rate: Times, time: Times) -> Times:
    """Integral of exp(-rate s) over s from 0 to time; time itself at rate 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rate > 0.0, -np.expm1(-rate * time) / rate, time)
