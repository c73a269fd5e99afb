"""How long callers are willing to wait, from waits cut short by being answered, by how many stand ahead.

The bank told its callers their place in the queue: L. Brown and others (2005), "Statistical analysis of a telephone
call center", Journal of the American Statistical Association 100, section 2.
"""
from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.place import Place, callers_ahead, fit_place

GRID_S = (0, 2, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 100, 120, 150, 180, 240, 300, 400, 600, 900)
GROUP_AT_S = 60
LEAST_EVENTS = 25
"""Cells are joined until each has this many hang-ups: a standard error of at most 20 % of its hazard."""


class Group(NamedTuple):
    """Callers of a queue who had about as many ahead of them; still willing after GROUP_AT_S."""

    low: int
    waits: int
    hang_ups: int
    willing: tuple[float, float, float]
    """By Kaplan-Meier, its standard error, by the fitted law."""


class Patience(NamedTuple):
    """A piecewise-constant hazard, per_s[k] from from_s[k] on, the last for ever; times a ratio by callers ahead."""

    from_s: list[int]
    per_s: list[float]
    errors: list[float]
    """Relative standard errors of per_s."""
    hang_ups: int
    waits: int
    survival: dict[int, tuple[float, float, float]]
    """Seconds: (share still willing by Kaplan-Meier, its standard error by Greenwood, share by the law)."""
    mean_s: float
    """Of the law per_s: where there are ratios, that of callers with nobody ahead."""
    place: Place | None
    """The ratios; None where they do not tell enough."""
    better: float
    """How much lower AIC is with them."""
    groups: list[Group]


def with_ahead(calls: pl.DataFrame) -> pl.DataFrame:
    """The calls with a column more, ahead: how many of these callers stood in the queue when each joined it."""
    arrived = pl.col("date").cast(pl.Datetime("us")) + pl.duration(seconds="asked_s")
    return calls.with_columns(ahead=callers_ahead(calls.select("wait_s", arrived=arrived)))


def fit_patience(calls: pl.DataFrame, by_place: bool = True) -> Patience:
    """Patience of the callers of one queue, and how it depends on the number ahead (column `ahead`, `with_ahead`).

    Only those who stood in the queue are counted: a caller who is put through at once has shown nothing about
    their patience (censored at 0, weight 0). Those who were answered are censored at their wait. That is valid
    as long as a caller's patience does not depend on the wait that the queue had in store for them: within a
    queue by priority that is assumed. Hang-ups in the first seconds stay in: only a caller who must wait can
    hang up then, in the log as in the model. Times are whole seconds, so half a second is added to each.
    Hazard of a cell = hang-ups / seconds waited in it (maximum likelihood); with callers ahead, the same in groups of
    them with a ratio for each (`fit_place`), kept where AIC is lower by 10 and more. by_place=False: one law for all.
    """
    queued = calls.filter(pl.col("queued"))
    wait, ahead = queued["wait_s"].to_numpy() + 0.5, queued["ahead"].to_numpy()
    hung = ~queued["answered"].to_numpy()
    edges = np.array([*GRID_S, np.inf])
    events = np.histogram(wait[hung], edges)[0]
    exposed = np.array([np.clip(wait - low, 0, high - low).sum()
                        for low, high in pairwise(edges)])
    starts, joined, seconds = _join(events, exposed)
    hazards = [count / second for count, second in zip(joined, seconds, strict=True)]
    errors = [count**-0.5 for count in joined]
    alone = _aic(joined, hazards)
    place = fit_place(wait, hung, ahead, (np.array(starts, dtype=float),), alone) if by_place else None
    if place is not None:
        hazards, errors = place.per_s.tolist(), [rate.se / rate.known for rate in place.rates]
    group = np.zeros(len(wait), dtype=np.int64) if place is None else place.group(ahead)
    ratios = np.ones(1) if place is None else place.ratios
    share = np.bincount(group, minlength=len(ratios)) / len(group)
    survival = {at: (*_kaplan_meier(wait, hung, at), float(share @ _survivor(starts, hazards, at) ** ratios))
                for at in (10, 60, 180, 600)}
    groups = [] if place is None else [
        _group(low, wait[group == g], hung[group == g], _survivor(starts, hazards, GROUP_AT_S) ** ratios[g])
        for g, low in enumerate((0, *place.ahead))]
    return Patience(starts, hazards, errors, int(hung.sum()), len(wait), survival, _mean(starts, hazards), place,
                    0.0 if place is None else alone - place.aic, groups)


def _aic(hang_ups: list[int], hazards: list[float]) -> float:
    """AIC of one law for all, counted as `fit_place` counts: 2 (pieces and edges) - 2 ln L."""
    count = np.array(hang_ups)
    return float(2 * (2 * len(count) - 1) - 2 * (count @ np.log(hazards) - count.sum()))


def _group(low: int, wait: np.ndarray, hung: np.ndarray, fitted: float) -> Group:
    return Group(low, len(wait), int(hung.sum()), (*_kaplan_meier(wait, hung, GROUP_AT_S), float(fitted)))


def _join(events: np.ndarray, exposed: np.ndarray) -> tuple[list[int], list[int], list[float]]:
    """Cells joined from the left until each has LEAST_EVENTS; a poor rest joins the last cell."""
    starts: list[int] = []
    joined: list[int] = []
    seconds: list[float] = []
    fresh = True
    for start, count, second in zip(GRID_S, events.tolist(), exposed.tolist(), strict=True):
        if fresh:
            starts.append(start)
            joined.append(0)
            seconds.append(0.0)
        joined[-1] += count
        seconds[-1] += second
        fresh = joined[-1] >= LEAST_EVENTS
    if joined[-1] < LEAST_EVENTS and len(joined) > 1:
        count, second = joined.pop(), seconds.pop()
        starts.pop()
        joined[-1] += count
        seconds[-1] += second
    return starts, joined, seconds


def _kaplan_meier(wait: np.ndarray, hung: np.ndarray, at: float) -> tuple[float, float]:
    """Kaplan-Meier survivor at a time, and Greenwood's standard error."""
    times, counts = np.unique(wait[hung & (wait <= at)], return_counts=True)
    risk = np.array([(wait >= time).sum() for time in times])
    alive = float(np.prod(1 - counts / risk))
    return alive, alive * float(np.sqrt(np.sum(counts / (risk * (risk - counts)))))


def _survivor(starts: list[int], hazards: list[float], at: float) -> float:
    edges = np.array([*starts, np.inf])
    return float(np.exp(-sum(hazard * np.clip(at - low, 0, high - low)
                             for hazard, low, high in zip(hazards, edges[:-1], edges[1:], strict=True))))


def _mean(starts: list[int], hazards: list[float]) -> float:
    """Mean of the fitted law; the tail beyond the log's waits is the last hazard's."""
    mean = 0.0
    for k, (low, hazard) in enumerate(zip(starts, hazards, strict=True)):
        alive = _survivor(starts, hazards, low)
        length = starts[k + 1] - low if k + 1 < len(starts) else np.inf
        mean += alive * -float(np.expm1(-hazard * length)) / hazard
    return mean
