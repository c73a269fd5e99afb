"""Fresh calls an hour by queue, weekday and half hour, and how much whole days vary."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from days import SLOT_S, SLOTS, WEEKDAYS, Days
from redial import Redial

WHOLE_WEEK = (7, 1, 2, 3, 4)
FEW = ("internet",)
"""Queues with fewer than 2 calls in a half hour: Sunday to Thursday share one profile."""

Profile = dict[int, np.ndarray]
"""Weekday number to calls per open half hour, 48 entries."""


class Arrivals(NamedTuple):
    """per_hour: fresh calls (redials taken off). offered_a_day and redials_a_day: Sunday to Thursday means.
    relative_se: the median relative standard error of a half hour's rate, counts taken as Poisson times the day
    factor. shape: the day factor's Gamma shape, with its standard error."""

    per_hour: Profile
    offered_a_day: float
    redials_a_day: float
    relative_se: float
    shape: float
    shape_se: float


def fit_arrivals(calls: pl.DataFrame, queue: str, days: Days, redial: Redial) -> Arrivals:
    """A queue's fresh arrivals.

    offered = mean number of calls per half hour over the regular days on which that half hour was open. Those who
    hang up come back later the same day: redials = abandoned (by half hour) times the redial probability, spread by
    the lognormal delay; fresh = offered - redials, times 2 for calls an hour.
    """
    rows = calls.filter(pl.col("queue") == queue)
    offered = _per_open_slot(rows, days, pooled=queue in FEW)
    lost = _per_open_slot(rows.filter(~pl.col("answered")), days, pooled=queue in FEW)
    again = {day: _redials(lost[day], redial) for day in WEEKDAYS}
    fresh = {day: np.clip(offered[day] - again[day] * (offered[day] > 0), 0, None) * 2 for day in WEEKDAYS}
    shape, shape_se = _day_factor(rows, days)
    return Arrivals(fresh, _mean_day(offered), _mean_day(again),
                    _relative_se(offered, days, shape, pooled=queue in FEW), shape, shape_se)


def _per_open_slot(rows: pl.DataFrame, days: Days, pooled: bool) -> Profile:
    groups = _groups(pooled)
    slots = rows.with_columns((pl.col("asked_s") // SLOT_S).alias("slot"))
    counts = days.open_slots.join(slots.group_by("date", "slot").agg(n=pl.len()), on=["date", "slot"], how="left")
    means = counts.with_columns(pl.col("n").fill_null(0), pl.col("weekday").replace_strict(groups).alias("group"))
    table = {(group, slot): mean for group, slot, mean in
             means.group_by("group", "slot").agg(pl.col("n").mean()).iter_rows()}
    return {day: np.array([table.get((groups[day], slot), 0.0) for slot in range(SLOTS)]) for day in WEEKDAYS}


def _groups(pooled: bool) -> dict[int, int]:
    return {day: WHOLE_WEEK[0] if pooled and day in WHOLE_WEEK else day for day in WEEKDAYS}


def _redials(lost: np.ndarray, redial: Redial) -> np.ndarray:
    """Redials by half hour: a hang-up falls in the middle of its half hour; what passes midnight is lost."""
    from scipy.special import ndtr

    edges = (np.arange(SLOTS + 1) - 0.5) * SLOT_S
    reached = ndtr((np.log(np.clip(edges, 1e-9, None)) - np.log(redial.median_s)) / redial.sigma)
    again: np.ndarray = redial.probability * np.convolve(lost, np.diff(reached, prepend=0.0)[1:])[:SLOTS]
    return again


def _mean_day(profile: Profile) -> float:
    return float(np.mean([profile[day].sum() for day in WHOLE_WEEK]))


def _relative_se(offered: Profile, days: Days, shape: float, pooled: bool) -> float:
    used = days.open_slots.filter(pl.col("weekday").is_in(WHOLE_WEEK)).group_by("weekday").agg(
        pl.col("date").n_unique())
    number = {day: count for day, count in used.iter_rows()}
    together = sum(number.values())
    errors = [np.sqrt((1 / mean + 1 / shape) / (together if pooled else number[day]))
              for day in WHOLE_WEEK for mean in offered[day] if mean > 0]
    return float(np.median(errors))


def _day_factor(rows: pl.DataFrame, days: Days) -> tuple[float, float]:
    """Gamma shape a of the day factor by maximum likelihood, and its standard error from the curvature.

    A day's count is Poisson(mean of its weekday times Gamma(a, 1/a)), i.e. negative binomial. Saturdays are left
    out (their opening time moves). The slow change over the five months counts as variation between days.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    counted = days.open_slots.filter(pl.col("weekday") != 6).select("date", "weekday").unique()
    totals = counted.join(rows.group_by("date").agg(n=pl.len()), on="date", how="left").with_columns(
        pl.col("n").fill_null(0))
    totals = totals.with_columns(mean=pl.col("n").mean().over("weekday"))
    n, mean = totals["n"].to_numpy(), totals["mean"].to_numpy()

    def loss(log_a: float) -> float:
        a = np.exp(log_a)
        return -float(np.sum(gammaln(n + a) - gammaln(a) + a * np.log(a / (a + mean))
                             + n * np.log(mean / (a + mean))))

    best = float(minimize_scalar(loss, bounds=(0, 9), method="bounded").x)
    step = 0.05
    curvature = (loss(best + step) - 2 * loss(best) + loss(best - step)) / step**2
    return float(np.exp(best)), float(np.exp(best) / np.sqrt(curvature))


def high_priority_share(calls: pl.DataFrame, queue: str) -> dict[int, np.ndarray]:
    """Share of priority 2 among a queue's callers, by weekday and half hour.

    A priority is on record only of those who waited. Whether somebody has to wait depends on the agents, not on the
    caller, so the share among those who waited is taken for all: by hour of day for Sunday to Thursday, one share
    for Friday and one for Saturday. On regular days 0.4 % of type PS carry no priority: taken as regular.
    """
    waited = calls.filter((pl.col("queue") == queue) & pl.col("queued"))
    high = (pl.col("priority") == 2).mean()
    week = waited.filter(pl.col("weekday").is_in(WHOLE_WEEK))
    overall = float(week.select(high).item())
    by_hour = {hour: share for hour, share in week.group_by(pl.col("asked_s") // 3600).agg(high).iter_rows()}
    weekday = np.array([by_hour.get(slot // 2, overall) for slot in range(SLOTS)])
    end = {day: np.full(SLOTS, float(waited.filter(pl.col("weekday") == day).select(high).item())) for day in (5, 6)}
    return {**dict.fromkeys(WHOLE_WEEK, weekday), **end}
