"""Evidence: what independent observations say of a figure, and its interval, which leans where they lean.

Days are skewed: a few bad Mondays make the mean wait. Student's interval around the mean of few such days then fails
on one side only, far more often than it says (docs/performance.md). So limits are taken after a transformation that
removes the skewness to first order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.measure.bins import Floats

LEAST = 10
"""Observations from which their skewness is taken into account; fewer hardly show any."""


class Estimate(NamedTuple):
    """Estimates of the same shape: nan where there is nothing to say (0/0; limits of fewer than 2 replications)."""

    mean: Floats
    low: Floats
    high: Floats
    half_width: Floats
    """half of what lies between the limits, which need not be as far from the mean on both sides"""
    replications: Floats
    """those in which the figure is defined"""


class Evidence(NamedTuple):
    """Figures as known from n independent observations each; arrays of the same shape."""

    mean: Floats
    error: Floats
    """standard error of the mean; nan where there is none"""
    skewness: Floats
    """that of the observations: sum d³ / n / (sum d² / n)^1.5 with d their distances from the mean"""
    observations: Floats

    def estimate(self, confidence: float) -> Estimate:
        """With limits mean - s T, T = 3 w / (c² + c + 1), c = cbrt(1 + g w), w = ± t / sqrt(n) - g / (6 n).

        s = error sqrt(n), g the skewness times sqrt(n (n - 1)) / (n - 2), t Student's with n - 1 degrees of freedom.
        T solves T + g T² / 3 + g² T³ / 27 + g / (6 n) = ± t / sqrt(n), whose left side has no skewness to first
        order. Without skewness these are mean ± t error. Source: Hall 1992, On the removal of skewness by
        transformation, Journal of the Royal Statistical Society B 54, 221-228; t and the corrected g are ours.
        """
        n = self.observations
        with np.errstate(invalid="ignore", divide="ignore"):
            reach, scale, g = t_quantile(confidence, n - 1.0) / np.sqrt(n), self.error * np.sqrt(n), self._g()
            high, low = (self.mean - scale * _straight(w - g / (6.0 * n), g) for w in (-reach, reach))
        return Estimate(self.mean, low, high, (high - low) / 2.0, n)

    def at_least(self, value: Floats | float) -> Floats:
        """How sure it is that the truth is not below a value, 0 to 1: the confidence of a lower limit that lies there.

        nan where there is no error. Without spread it is 1 or 0.
        """
        from scipy.special import stdtr

        with np.errstate(invalid="ignore", divide="ignore"):
            sure = np.where(self.mean >= value, 1.0, 0.0)
            told = stdtr(np.maximum(self.observations - 1.0, 1.0), self._score(value))
        return np.where(np.isnan(self.error), np.nan, np.where(self.error > 0.0, told, sure))

    def p(self) -> Floats:
        """How probable a mean at least as far from 0 is if the truth is 0, two-sided; 1 where nothing differs, 0 where
        everything differs alike, nan where there is no error. Below 1 - confidence just where the limits leave out 0.
        """
        from scipy.special import stdtr

        with np.errstate(invalid="ignore", divide="ignore"):
            told = 2.0 * stdtr(np.maximum(self.observations - 1.0, 1.0), -np.abs(self._score(0.0)))
        alike = np.where(self.mean == 0.0, 1.0, 0.0)
        return np.where(np.isnan(self.error), np.nan, np.where(self.error > 0.0, told, alike))

    def times(self, sign: float) -> Evidence:
        """That of the figures with the other sign if it is -1."""
        return self._replace(mean=sign * self.mean, skewness=sign * self.skewness)

    def _score(self, value: Floats | float) -> Floats:
        """What is Student's t with n - 1 degrees of freedom if the truth is that value."""
        n, g = self.observations, self._g()
        t = (self.mean - value) / (self.error * np.sqrt(n))
        return np.asarray(np.sqrt(n) * (t + g * t**2 / 3.0 + g**2 * t**3 / 27.0 + g / (6.0 * n)))

    def _g(self) -> Floats:
        n = np.maximum(self.observations, LEAST)
        return np.where(self.observations >= LEAST, self.skewness * np.sqrt(n * (n - 1.0)) / (n - 2.0), 0.0)


def evidence_of(distances: Floats, mean: Floats, observations: Floats) -> Evidence:
    """That of distances d from the mean, shape (observations, ...), of which those that are 0 may say nothing.

    error² = sum d² / (n (n - 1)), n the observations, at most as many as there are distances.
    """
    squares = np.square(distances).sum(axis=0)
    cubes = np.einsum("i...,i...,i...->...", distances, distances, distances)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(squares / (observations * (observations - 1.0)))
    error = np.where(observations > 1, error, np.nan)
    return Evidence(mean, error, skewness(squares, cubes, observations), observations)


def skewness(squares: Floats, cubes: Floats, observations: Floats) -> Floats:
    """From sums of squared and cubed distances; 0 where nothing differs, and never more than n observations can have,
    (n - 2) / sqrt(n - 1)."""
    known = (squares > 1e-200) & (observations > 1)  # below, cubes are not numbers any more
    n = np.where(known, observations, 2.0)
    found = np.divide(cubes / n, (squares / n) ** 1.5, out=np.zeros(np.shape(squares)), where=known)
    most = (n - 2.0) / np.sqrt(n - 1.0)
    return np.asarray(np.clip(found, -most, most))


def t_quantile(confidence: float, freedom: Floats) -> Floats:
    """Two-sided quantile of Student's t; nan where there is no degree of freedom."""
    from scipy.special import stdtrit  # 0.1 s to import, and needed only for the final tables

    known = np.maximum(freedom, 1)
    return np.where(freedom >= 1, stdtrit(known, 0.5 + confidence / 2.0), np.nan)


def _straight(w: Floats, g: Floats) -> Floats:
    """T of w = T + g T² / 3 + g² T³ / 27, which is ((1 + g T / 3)³ - 1) / g."""
    c = np.cbrt(1.0 + g * w)
    return np.asarray(3.0 * w / (c * c + c + 1.0))
