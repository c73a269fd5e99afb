"""Control: figures corrected by what the number of arrivals was above or below its known expectation."""

from __future__ import annotations

import numpy as np

from sim.measure.bins import Floats
from sim.measure.evidence import Estimate, t_quantile
from sim.measure.statistics import ROUNDING, moments_of

LEAST = 10
"""Observations from which coefficients are fitted; with fewer the figures stay as they are."""


def powers(first_calls: Floats, mean: float, variance: float) -> Floats:
    """The controls of each replication, shape (replications, 2): z and z² - 1, both of mean 0.

    z = (first calls - mean) / standard deviation. The square because waiting rises ever faster with arrivals: a
    straight line leaves most of the variance where days differ much, and is biased with few replications.
    """
    z = (first_calls - mean) / np.sqrt(variance)
    return np.stack([z, z * z - 1.0], axis=1)


def controlled(x: Floats, y: Floats, control: Floats, confidence: float) -> Estimate:
    """Ratios of controlled sums, with limits; x and y of shape (observations, ...), control (observations, q).

    Sums are replaced by their regression on the controls, taken where these are at their mean of 0: with h the weights
    of the intercept (the first row of (Z'Z)^-1 Z', Z the controls beside a column of ones), R = h x / h y. Its
    error is se² = sum (h_i e_i / (1 - l_i))² / (h y)², e_i the residuals of x - R y, l_i their leverages; t with
    n - 1 - q degrees of freedom. The leverages (HC3) instead of one residual variance because days that are busier
    than expected also scatter more; that variance gives intervals which are too narrow (docs/performance.md).
    With fewer than `LEAST` observations, or controls that do not vary, the uncontrolled estimate.
    Sources: Lavenberg and Welch 1981, Management Science 27, 322-335 (control variates by regression); MacKinnon and
    White 1985, Journal of Econometrics 29, 305-325 (HC3).
    """
    n, q = control.shape
    design = np.column_stack([np.ones(n), control])
    if n < LEAST or np.linalg.matrix_rank(design) <= q:
        return moments_of(x, y).estimate(confidence)
    flat_x, flat_y = x.reshape(n, -1), y.reshape(n, -1)
    fit = np.linalg.pinv(design)
    leverage = np.einsum("ij,ji->i", design, fit)[:, None]
    bottom, seen = fit[0] @ flat_y, (flat_y > 0.0).sum(axis=0)
    known = (seen > q + 1) & (bottom > 0.0)
    ratio = np.divide(fit[0] @ flat_x, bottom, out=np.full(bottom.shape, np.nan), where=known)
    own = flat_x - np.where(known, ratio, 0.0) * flat_y
    rest = own - design @ (fit @ own)
    # What is left beside figures that arrivals explain wholly, or that never differ, is rounding.
    rest[:, np.square(rest).sum(axis=0) < ROUNDING * (np.square(flat_x).sum(axis=0))] = 0.0
    errors = np.square(fit[0][:, None] * rest / np.maximum(1.0 - leverage, 1e-9)).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = float(t_quantile(confidence, np.array(n - 1.0 - q))) * np.sqrt(errors) / bottom
    half = np.where(known, half, np.nan)
    plain = moments_of(flat_x, flat_y).estimate(confidence)  # where too few have the figure
    mean = np.where(known, ratio, plain.mean)
    half = np.where(known, half, plain.half_width)
    parts = (mean, mean - half, mean + half, half, seen.astype(np.float64))
    return Estimate(*(part.reshape(x.shape[1:]) for part in parts))
