"""Matching: patience and heads that a log does not show, chosen so that a queueing model gives what was measured.

For interval reports (no single waits) and for logs without agents.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Estimate, Floats, on_log, unknown
from sim.calibrate.fits.moments import Found, Search, known
from sim.calibrate.fits.patience import LEAST, Patience
from sim.calibrate.fits.replay import Told

MOST_CONTACTS = 40_000
"""replayed: of longer reports days evenly spread over it"""
DEFAULT_PATIENCE_S = 390.0
"""mean patience where none could be fitted; the bank's of Mandelbaum, Sakov and Zeltyn (2000)"""
GROUPS = 20
"""points of the picture"""
AS_TOLD = Estimate(1.0, None, None, None, 0, "not fitted: agents and handle times are taken as reported")
"""the load where nothing tells it"""


class Matched(NamedTuple):
    """Patience by matching, and how busy agents must have been."""

    patience: Patience
    load: Estimate
    """handle time over agents, as a multiple of the report's, for which the replays have its waits"""


def told_by(intervals: pl.DataFrame, queue: str) -> Told:
    """A queue's intervals with a count of contacts, and with agents and handle time as far as they are told.

    Agents: `staffed`, else handled x handle time / occupancy; where both are missing, those of the interval before.
    Handle time: the mean of its time of day, since one interval has few contacts.
    """
    agents = pl.coalesce("staffed", pl.col("handled") * pl.col("aht_s") / (pl.col("occupancy") * pl.col("length_s")))
    handled = pl.col("handled").fill_null(pl.col("offered") - pl.col("abandoned").fill_null(0.0))
    lost, nan, time = pl.col("abandoned"), pl.lit(math.nan), pl.col("start").dt.time()
    some = pl.col("aht_s").is_not_null() & (handled > 0)
    usual = (pl.col("aht_s") * handled).filter(some).sum().over(time) / handled.filter(some).sum().over(time)
    rows = (
        intervals.filter((pl.col("queue") == queue) & pl.col("offered").is_not_null())
        .sort("start")
        .with_columns(agents=pl.when(agents.is_finite()).then(agents))
        .with_columns(
            agents=pl.col("agents").forward_fill().over(pl.col("start").dt.date()),
            handle=pl.when(usual.is_finite()).then(usual),
            waited=pl.when(handled > 0).then(pl.col("asa_s") * handled).otherwise(0.0),
            gave_up=pl.when(lost > 0).then(pl.col("abandon_wait_s") * lost).otherwise(0.0),
            late=(handled - pl.col("service_level") * pl.col("offered")).clip(0.0),
        )
        .with_columns(handle=pl.col("handle").fill_null(pl.col("handle").mean()))
    )
    midnight = rows["start"].min()
    seconds = (pl.col("start") - pl.lit(midnight)).dt.total_microseconds() / 1e6
    table = rows.select(
        start=seconds, length=pl.col("length_s").cast(pl.Float64), offered=pl.col("offered").round().cast(pl.Int64),
        abandoned=pl.col("abandoned").fill_null(0.0), waited=pl.coalesce("waited", nan),
        gave_up=pl.coalesce("gave_up", nan), late=pl.coalesce("late", nan),
        within=pl.coalesce("within_s", nan), handle=pl.coalesce("handle", nan), agents=pl.coalesce("agents", nan),
        day=pl.col("start").dt.date().to_physical().cast(pl.Int64),
    )  # fmt: skip
    return Told(**{name: table[name].to_numpy() for name in Told._fields})


def fit_patience_by_matching(told: Told, queue: str) -> Matched:
    """Exponential patience from what a report tells, by the best of three ways.

    - Waits of those who hung up are told, too: seconds waited / hang-ups, the maximum likelihood estimate from
      censored waits, whatever the load was. 95 % interval by 1 / sqrt(hang-ups).
    - Else by replay (`Replay`): the patience with which as many hang up as in the report. Alone, that number says
      little (1 % more of it is 2 to 3 % less patience) and hangs on agents and handle times that are counted as the
      simulation counts them. Where waits of those handled are told (`asa_s`, or else the service level), a factor on
      the handle times is fitted with it, so that these waits come out, too: patience then comes from how many hang up
      at the waits that there were, not from how long the waits should have been.
    - With agents and no waits, by the number alone. That the load may be off by 2 % and the coefficient of variation of
      handle times by 0.2 (one standard deviation each, assumed) is in the interval, which becomes wide.

    Matching by M/M/n+M in steady state, interval by interval, does not do: a busy half hour is over before its queue
    is built, so that the formula has too many hang up (11 to 25 %, the busy center of benchmarks/calibrate/patience.py
    with its intervals 30 times as long), which patience half as long again makes up for; counts that are smoothed over
    weeks, in place of those that came, have too few hang up (3 to 13 %).
    Simulated moments: least squares of the logs (McFadden 1989, Econometrica 57); covariance of the estimates from
    that of the two sums, by the days' distances from their replays and by the replays' own scatter, the larger; the
    Jacobian by differences with the same draws.
    """
    lost = float(told.abandoned.sum())
    if lost < LEAST:
        return _nothing(told, queue, f"{lost:.0f} abandonments in {len(told.start)} intervals: too few to match")
    exact = _by_waits(told, lost) if known(told.gave_up, told.abandoned) and known(told.waited, told.offered) else None
    usable = np.isfinite(told.agents) & np.isfinite(told.handle) & (told.agents * told.handle > 0)
    enough = usable.sum() >= 10 and told.offered[usable].sum() >= 0.9 * told.offered.sum()
    used = _days_of(told.only(usable)) if enough else told
    found = Search(used, exact).found() if enough and used.abandoned.sum() >= LEAST else None
    if exact is not None:
        matched = Matched(_patience(queue, "exponential, by seconds waited", exact, lost, told), AS_TOLD)
    elif found is not None:
        by = f" and {found.by}" if found.by else ""
        note = f"{lost:.0f} abandonments{by} in {len(told.start)} intervals, matched by replays of the report"
        matched = Matched(
            _patience(queue, "exponential, by matching", found.patience._replace(note=note), lost, told), AS_TOLD
        )
    elif not enough:
        return _nothing(
            told, queue,
            "agents and handle times are not told in 9 of 10 intervals, nor the waits of those who hung up",
        )  # fmt: skip
    else:
        return _nothing(
            told, queue,
            "no patience gives these abandonments with these agents and handle times: check staffed and handle time",
        )  # fmt: skip
    return matched if found is None else _with_load(matched, found, used)


def _by_waits(told: Told, lost: float) -> Estimate:
    mean = float(np.nansum(told.waited) + np.nansum(told.gave_up)) / lost
    note = f"seconds waited, of all, for each of {lost:.0f} hang-ups: maximum likelihood from censored waits"
    return on_log(mean, 1.0 / math.sqrt(lost), len(told.start), note)


def _with_load(matched: Matched, found: Found, used: Told) -> Matched:
    """With the load, where it was fitted, and the picture of the replays."""
    patience, load = matched.patience, matched.load
    if found.load is not None:
        load = found.load._replace(note=f"replays of {int(used.offered.sum())} contacts have {found.by} of the report")
        said = f"{patience.note}; agents were as busy as with handle times {load.known:.2f} times those reported"
        patience = patience._replace(note=said)
    at, reported, replayed = _picture(used, found.lost)
    return Matched(patience._replace(at=at, kaplan_meier=reported, fitted=replayed), load)


def _nothing(told: Told, queue: str, reason: str) -> Matched:
    return Matched(_patience(queue, "", unknown(reason, len(told.start)), told.abandoned.sum(), told), AS_TOLD)


def _days_of(told: Told) -> Told:
    """All days, or as many evenly spread ones as have MOST_CONTACTS."""
    days = np.unique(told.day)
    total = int(told.offered.sum())
    kept = max(1, min(len(days), int(len(days) * MOST_CONTACTS / max(total, 1))))
    if kept == len(days):
        return told
    chosen = days[np.linspace(0, len(days) - 1, kept).round().astype(np.int64)]
    return told.only(np.isin(told.day, chosen))


def _patience(queue: str, name: str, mean: Estimate, lost: float, told: Told) -> Patience:
    asks = {"kind": "exponential", "mean_s": mean.known} if name else None
    blank, balk = np.empty(0), unknown("interval figures do not show who left at once")
    return Patience(
        queue, asks, name, {"mean_s": mean} if name else {}, mean, balk, int(lost), len(told.start), (), blank, blank,
        blank, blank, blank, mean.note,
    )  # fmt: skip


def _picture(told: Told, predicted: Floats) -> tuple[Floats, Floats, Floats]:
    """(load, share abandoned as reported, as replayed) of intervals put together by their load."""
    load = told.offered * told.handle / (told.agents * told.length)
    every = np.array_split(np.argsort(load, kind="stable"), GROUPS)
    parts = [part for part in every if told.offered[part].sum() > 0]
    offered = np.array([told.offered[part].sum() for part in parts])
    at = np.array([np.average(load[part], weights=told.offered[part]) for part in parts])
    reported, replayed = (np.array([own[part].sum() for part in parts]) for own in (told.abandoned, predicted))
    return at, reported / offered, replayed / offered


def match_heads(rate: float, handle_s: float, patience_s: float, mean_wait: float) -> float:
    """Agents, not whole, for which M/M/n+M has this mean wait; between whole numbers linear in the log of the wait."""
    if rate <= 0.0:
        return 0.0
    target = max(mean_wait, 0.05)
    n, before = 1, math.inf
    wait = _wait(n, rate, handle_s, patience_s)
    while wait > target and n < 100_000:
        n, before = n + 1, wait
        wait = _wait(n, rate, handle_s, patience_s)
    if not math.isfinite(before) or before <= wait:
        return float(n)
    return n - (math.log(target) - math.log(max(wait, 1e-9))) / (math.log(before) - math.log(max(wait, 1e-9)))


def _wait(agents: int, rate: float, handle_s: float, patience_s: float) -> float:
    from sim.theory.erlang_a import erlang_a

    return float(erlang_a(agents, rate, handle_s, patience_s).mean_wait)
