"""Who calls again because they hung up, beyond those who would have called anyway."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

AT_S = (120, 300, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800, 14_400)
LAST_INDEX_S = 19 * 3_600
"""Only calls that ended before 19:00: the evening is long enough to see them come back within 4 hours."""
BOOTSTRAPS = 200


class Redial(NamedTuple):
    """probability and its standard error (bootstrap over days); delay lognormal by its median and sigma.
    by_s: seconds: (came back after hanging up, after being answered), both corrected for unrecorded calls."""

    probability: float
    se: float
    median_s: float
    sigma: float
    after_hanging_up: int
    after_answer: int
    identified: float
    by_s: dict[int, tuple[float, float]]


def fit_redial(calls: pl.DataFrame) -> Redial:
    """Redialling, from identified callers, Sunday to Thursday.

    For a call that ended, the next call of the same customer on the same day is looked up. A customer's number is
    on record only if they had to wait, so a next call seen at some hour stands for 1 / P(wait in that hour of that
    day) calls. Within t, a share F(t) of those who hung up come back, and a share G(t) of those who were answered:
    people call again anyway (the model has those calls among its fresh arrivals). With redialling as a second,
    independent reason, 1 - F = (1 - G)(1 - p D), so p D(t) = 1 - (1 - F) / (1 - G). It levels off within 4 hours:
    its maximum is the probability p, and the lognormal delay D is fitted to the rise by least squares. The bank
    has no such record of those who never gave a number (nearly all of type NW and IN): that they redial alike is
    assumed.
    """
    weekday = calls.filter(pl.col("weekday").is_in([7, 1, 2, 3, 4]))
    waited = weekday.group_by("date", (pl.col("asked_s") // 3600).alias("hour")).agg(
        weight=1 / pl.col("queued").mean())
    known = weekday.filter(pl.col("customer").is_not_null() & pl.col("queued") & (pl.col("type") != "TT"))
    ended = pl.coalesce("end_s", pl.col("asked_s") + pl.col("wait_s"))
    known = known.with_columns(ended.alias("ended_s"), (pl.col("asked_s") // 3600).alias("hour"))
    known = known.join(waited, on=["date", "hour"], how="left").sort("date", "customer", "asked_s")
    following = pl.struct(pl.col("asked_s").alias("again_s"), pl.col("weight").alias("stands_for"))
    known = known.with_columns(following.shift(-1).over("date", "customer").alias("next")).unnest("next")
    known = known.filter(pl.col("ended_s") < LAST_INDEX_S).with_columns(gap=pl.col("again_s") - pl.col("ended_s"))
    days = [_tally(day) for _, day in known.group_by("date")]
    tallies = np.array(days)
    excess = _excess(tallies.sum(axis=0))
    rng = np.random.default_rng(1999)
    repeats = [_excess(tallies[rng.integers(0, len(days), len(days))].sum(axis=0)).max() for _ in range(BOOTSTRAPS)]
    median, sigma = _lognormal(excess)
    total = tallies.sum(axis=0)
    shares = total[:, 1:] / total[:, :1]
    by_s = {at: (float(shares[0, k]), float(shares[1, k])) for k, at in enumerate(AT_S)}
    lost = weekday.filter(~pl.col("answered") & (pl.col("type") != "TT"))
    return Redial(float(excess.max()), float(np.std(repeats)), median, sigma, int(total[0, 0]), int(total[1, 0]),
                  1 - lost["customer"].null_count() / lost.height, by_s)


def _tally(day: pl.DataFrame) -> list[list[float]]:
    """For those who hung up and those answered: how many, and how many came back within each of AT_S."""
    rows: list[list[float]] = []
    for answered in (False, True):
        group = day.filter(pl.col("answered") == answered)
        gap = group["gap"].fill_null(10**9).to_numpy()
        weight = group["stands_for"].fill_null(0).to_numpy()
        rows.append([float(group.height), *[float(weight[gap <= at].sum()) for at in AT_S]])
    return rows


def _excess(tally: np.ndarray) -> np.ndarray:
    share = tally[:, 1:] / tally[:, :1]
    beyond: np.ndarray = 1 - (1 - share[0]) / (1 - share[1])
    return beyond


def _lognormal(excess: np.ndarray) -> tuple[float, float]:
    """Median and sigma of the delay, by least squares on the excess up to its maximum."""
    from scipy.optimize import curve_fit
    from scipy.special import ndtr

    top = int(np.argmax(excess)) + 1
    x, y = np.log(np.array(AT_S[:top])), excess[:top] / excess.max()
    (mu, sigma), _ = curve_fit(lambda t, mu, sigma: ndtr((t - mu) / sigma), x, y, p0=(7.0, 1.2))
    return float(np.exp(mu)), float(sigma)
