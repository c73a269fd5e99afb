"""Predictions held against what happened: groups of hours, bands, errors, coverage."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Flags, Floats
from sim.calibrate.fits.everything import Fitted
from sim.calibrate.held_out import HeldOut
from sim.calibrate.hourly import HOURS, SECONDS, Groups, Hourly

BAND = 0.90
LEAST = 10.0
"""contacts from which a single hour is judged"""
ALL = "all queues"
LEVELS = ("hour", "hour of the week", "hour of the day")
"""what is compared: every single hour; the means over the days of each weekday's hours; those of each hour of day"""


def groups_of(fitted: Fitted, held: HeldOut) -> dict[str, Groups]:
    """By level, the groups of hours; hours while everything is closed, or that are not known, are in none."""
    hour = np.tile(np.arange(HOURS), len(held.days))
    weekday = np.repeat([date.weekday() for date in held.dates], HOURS)
    opened = np.zeros((7, HOURS), dtype=bool)
    for queue in fitted.queues:
        opened |= fitted.calendar.open_slots(queue).reshape(7, HOURS, -1).any(axis=2)
    found = {
        "hour": (np.arange(len(hour)), len(hour)),
        "hour of the week": (weekday * HOURS + hour, 7 * HOURS),
        "hour of the day": (hour, HOURS),
    }
    inside = opened[weekday, hour] & ~held.unknown
    return {level: Groups(np.where(inside, number, -1), count) for level, (number, count) in found.items()}


def band(values: Floats, share: float = BAND) -> tuple[Floats, Floats]:
    """Bounds between which another replication lies with this probability; axis 0 are the replications.

    Quantiles at places p (n + 1) (Weibull's), so that the truth, were it one more draw, is inside with that chance.
    """
    tail = (1.0 - share) / 2.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # hours without any contact
        low, high = np.nanquantile(values, [tail, 1.0 - tail], axis=0, method="weibull")
    return low, high


def scores_of(
    held: HeldOut, predicted: dict[str, Hourly], queues: tuple[str, ...], levels: dict[str, Groups],
    widening: dict[tuple[str, str], tuple[Floats, Floats]],
) -> pl.DataFrame:  # fmt: skip
    """Errors and coverage by level, KPI, method and queue; the columns are those of `Trust.scores`.

    Errors and correlation of single hours are those of the replications' median; `predicted` is their mean.
    """
    actual = held.actual
    rows = []
    for level, group in levels.items():
        weight = actual.summed("offered", group)[0]
        for kpi in held.kpis:
            truth = actual.ratio(kpi, group)[0]
            for method, sums in predicted.items():
                guess = sums.ratio(kpi, group, pooled=True)[0]
                point = _points(sums, kpi, group, guess) if level == "hour" else guess
                narrow = band_of(sums, kpi, group)
                factors = widening.get((method, kpi)) if level == "hour" else None  # learnt on single hours only
                wide = None if narrow is None else stretched(narrow, factors, kpi)
                for number, queue in enumerate((ALL, *queues)):
                    if kpi == "occupancy" and number:
                        continue
                    used = (weight[number] >= LEAST) & np.isfinite(truth[number]) & np.isfinite(guess[number])
                    figures = _errors(truth[number][used], point[number][used], weight[number][used])
                    if used.any():
                        figures["predicted"] = float(np.average(guess[number][used], weights=weight[number][used]))
                    figures["coverage"] = None if wide is None else _inside(truth[number], wide, number, used)
                    figures["narrow"] = (
                        None if narrow is None else _inside(truth[number], (narrow[0], narrow[2]), number, used)
                    )
                    rows.append({"level": level, "queue": queue, "kpi": kpi, "method": method, **figures})
    return pl.DataFrame(rows, infer_schema_length=None)


def _points(sums: Hourly, kpi: str, group: Groups, mean: Floats) -> Floats:
    """What is predicted for single hours: the replications' median, which absolute errors ask for; else the mean.

    Source: Gneiting (2011), "Making and evaluating point forecasts", JASA 106.
    """
    if len(sums.sums) < 2:
        return mean
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # hours without any contact
        return np.asarray(np.nanmedian(sums.ratio(kpi, group), axis=0))


def band_of(sums: Hourly, kpi: str, group: Groups) -> tuple[Floats, Floats, Floats] | None:
    """(lower end, median, upper end) of a KPI over replications, by queue and group of hours; None for a formula."""
    if len(sums.sums) < 2:
        return None
    values = sums.ratio(kpi, group)
    values[:, np.isnan(values).mean(axis=0) > 0.5] = np.nan  # hours that hardly ever have a contact
    low, high = band(values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # hours without any contact
        return low, np.asarray(np.nanmedian(values, axis=0)), high


def stretched(
    limits: tuple[Floats, Floats, Floats], factors: tuple[Floats, Floats] | None, kpi: str
) -> tuple[Floats, Floats]:
    """A band (lower end, median, upper end) stretched on either side by queue and hour, within what the KPI can be."""
    low, middle, high = limits
    if factors is None:
        return low, high
    down, up = factors
    low, high = (middle - np.maximum(middle - low, floor_of(kpi)) * down,
                 middle + np.maximum(high - middle, floor_of(kpi)) * up)  # fmt: skip
    return np.maximum(low, 0.0), high if kpi in SECONDS else np.minimum(high, 1.0)


def floor_of(kpi: str) -> float:
    """Half of a band is not taken for narrower than that: a second, or one point."""
    return 1.0 if kpi in SECONDS else 0.01


def _inside(truth: Floats, limits: tuple[Floats, Floats], number: int, used: Flags) -> float | None:
    known = used & np.isfinite(limits[0][number])
    if not known.any():
        return None
    here = truth[known]
    return float(((here >= limits[0][number][known] - 1e-9) & (here <= limits[1][number][known] + 1e-9)).mean())


def _errors(truth: Floats, guess: Floats, weight: Floats) -> dict[str, Any]:
    """MAE (hours alike), WAPE (weighted by contacts), correlation, weighted means."""
    if len(truth) == 0:
        return {"hours": 0, **dict.fromkeys(("actual", "predicted", "mae", "wape", "correlation"))}
    off, mean = np.abs(guess - truth), float(truth @ weight / weight.sum())
    varies = len(truth) > 2 and float(truth.std()) > 0 and float(guess.std()) > 0
    return {
        "hours": len(truth),
        "actual": mean,
        "predicted": float(guess @ weight / weight.sum()),
        "mae": float(off.mean()),
        "wape": float(off @ weight / (truth @ weight)) if truth @ weight > 0 else None,
        "correlation": float(np.corrcoef(truth, guess)[0, 1]) if varies else None,
    }
