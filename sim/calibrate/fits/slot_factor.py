"""Slot factor: whether busy intervals follow each other within a day, beyond what the day factor says."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calibrate.fits.counts import Counts
from sim.calibrate.fits.estimate import Z95, Estimate, Flags, Floats, unknown

GROUPS = 20
"""parts into which the days are put for the jackknife"""
LEAST_LAGS = 4
"""a sum of two terms is told from as many distances, and one more"""
LAGS = 48
"""longest distance between two intervals that is looked at"""
FAR = 0.93
"""largest lag-1 correlation: beyond, a day factor says the same"""
SURE = 2.5
"""a slot factor is fitted whose variance is this many standard errors above 0 or more"""


class SlotFit(NamedTuple):
    """Factors on intervals: exp of an AR(1) process with this sd and lag-1 correlation; mean 1."""

    sd: Estimate
    lag1: Estimate
    variance_se: float
    lags: Floats
    covariance: Floats
    """of two intervals' relative counts, by distance in intervals; Poisson noise taken off at 0"""
    fitted: Floats
    shared: Floats
    """each day's variance that slot factors alone give its total, by weekday (7,)"""
    shared_se: float


def fit_slot_factor(counts: Counts, open_slots: Flags) -> SlotFit:
    """The slot factor of a queue, by moments.

    With e = count / weekday's mean - 1, two intervals h apart on a day have covariance (1 + v) exp(s^2 r^h) - 1,
    about v + s^2 r^h; at h = 0 Poisson noise 1 / mean comes on top. (v, s^2, r) by least squares on the covariances
    at all lags, weighted by expected counts; standard errors by a jackknife over 20 groups of days. Left out
    where s^2 is less than 2.5 standard errors above 0. Source of the model: the scenario's `slot_factor`; Ibrahim,
    Ye, L'Ecuyer and Shen (2016), International Journal of Forecasting 32, review such correlation.
    """
    nothing = np.empty(0)
    parts = _parts(counts, open_slots)
    if parts is None:
        reason = "too few days or intervals to tell whether busy intervals follow each other"
        return SlotFit(unknown(reason), unknown(reason), 0.0, nothing, nothing, nothing, np.zeros(7), 0.0)
    lags, above, below = parts
    covariance = above.sum(axis=0) / below.sum(axis=0)
    weight = np.sqrt(below.sum(axis=0))
    found = _least_squares(lags, covariance, weight)
    groups = min(GROUPS, len(above))
    member = np.arange(len(above)) % groups
    dropped = np.array(
        [
            _least_squares(lags, *_without(above[member != g], below[member != g], weight), found)
            for g in range(groups)
        ]
    )
    se = np.sqrt((groups - 1) / groups * ((dropped - dropped.mean(axis=0)) ** 2).sum(axis=0))
    v, s2, r = found
    fitted = v + s2 * r**lags
    n = len(above)
    if s2 <= SURE * se[1] or s2 < 1e-4:
        reason = f"none: its variance {s2:.4f} is not above chance (se {se[1]:.4f}; {n} days)"
        return SlotFit(
            Estimate(0.0, 0.0, float(np.sqrt(s2 + Z95 * se[1])), None, n, reason),
            unknown("no slot factor"), float(se[1]), lags, covariance, fitted, np.zeros(7), 0.0,
        )  # fmt: skip
    note = f"{n} days; covariances between intervals at {len(lags)} lags, jackknife over {groups} groups of days"
    sd = float(np.sqrt(s2))
    half = Z95 * float(se[1]) / (2.0 * sd)
    shares = np.array([_shared(counts, open_slots, day, s2, r) for day in range(7)])
    spread = [np.mean([_shared(counts, open_slots, day, t, q) for day in range(7)]) for _, t, q in dropped]
    shared_se = float(np.sqrt((groups - 1) / groups * np.sum((np.array(spread) - np.mean(spread)) ** 2)))
    return SlotFit(
        Estimate(sd, max(0.0, sd - half), sd + half, half / Z95, n, note),
        Estimate(float(r), max(-0.99, r - Z95 * se[2]), min(0.999, r + Z95 * se[2]), float(se[2]), n, note),
        float(se[1]), lags, covariance, fitted, shares, shared_se,
    )  # fmt: skip


def _parts(counts: Counts, open_slots: Flags) -> tuple[Floats, Floats, Floats] | None:
    """(lags, each day's sums of m_s m_t e_s e_t and of m_s m_t by lag), corrected for the means having been fitted.

    Without lags at which no day has two intervals with contacts.
    """
    above, below = [], []
    most = int(open_slots.sum(axis=1).max()) - 1
    lags = min(LAGS, most)
    if lags < LEAST_LAGS:
        return None
    for day in range(7):
        own = counts.n[counts.weekday == day][:, open_slots[day]]
        days, slots = own.shape
        if days < 2 or slots < 2:
            continue
        mean = own.mean(axis=0)
        off = own - mean  # m e
        correct = days / (days - 1.0)
        rows = np.zeros((days, lags + 1))
        for h in range(min(lags + 1, slots)):
            rows[:, h] = (off[:, : slots - h] * off[:, h:]).sum(axis=1) * correct
        rows[:, 0] -= mean.sum()
        weight = np.array([(mean[: slots - h] * mean[h:]).sum() if h < slots else 0.0 for h in range(lags + 1)])
        above.append(rows)
        below.append(np.tile(weight, (days, 1)))
    if not above or sum(len(one) for one in above) < 10:
        return None
    rows, weights = np.concatenate(above), np.concatenate(below)
    known = weights.sum(axis=0) > 0.0
    if known.sum() <= LEAST_LAGS:
        return None
    return np.flatnonzero(known).astype(np.float64), rows[:, known], weights[:, known]


def _without(above: Floats, below: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Covariances of fewer days and their weights, those of all days; 0 at lags that these days do not have."""
    whole = below.sum(axis=0)
    known = whole > 0.0
    return above.sum(axis=0) / np.where(known, whole, np.inf), np.where(known, weight, 0.0)


def _least_squares(lags: Floats, covariance: Floats, weight: Floats, start: Floats | None = None) -> Floats:
    from scipy.optimize import least_squares

    scale = max(float(np.abs(covariance).max()), 1e-6)

    def off(p: Floats) -> Floats:
        return np.asarray(weight * (covariance - p[0] - p[1] * p[2] ** lags) / scale)

    far = float(covariance[-4:].mean())
    near = max(float(covariance[0]) - far, 1e-4 * scale)
    starts = [np.array([far, near, 0.6])] if start is None else [start]
    bounds = ([-np.inf, 0.0, 0.0], [np.inf, np.inf, FAR])
    for one in starts:
        one[1:] = np.clip(one[1:], [1e-9, 1e-3], [np.inf, FAR - 0.01])
    best = min((least_squares(off, one, bounds=bounds, x_scale=[scale, scale, 0.3]) for one in starts),
               key=lambda one: float(one.cost))  # fmt: skip
    return np.asarray(best.x)


def _shared(counts: Counts, open_slots: Flags, day: int, s2: float, r: float) -> float:
    """Variance of a day's total, relative to its mean squared, that slot factors alone give."""
    own = counts.n[counts.weekday == day][:, open_slots[day]]
    if not own.size or own.sum() == 0:
        return 0.0
    mean = own.mean(axis=0)
    at = np.flatnonzero(open_slots[day])
    apart = np.abs(at[:, None] - at[None, :])
    return float(mean @ np.expm1(s2 * r**apart) @ mean / mean.sum() ** 2)
