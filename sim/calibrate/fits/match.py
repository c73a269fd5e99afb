"""Matching: patience and heads that a log does not show, chosen so that a queueing model gives what was measured.

For interval reports (no single waits) and for logs without agents.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Z95, Estimate, Floats, Ints, unknown
from sim.calibrate.fits.patience import Patience

MOST_CELLS = 400
LEAST_LOAD = 0.5
"""intervals whose agents were less busy than this tell nothing about patience"""
SHORTEST_S, LONGEST_S = 5.0, 100_000.0
DEFAULT_PATIENCE_S = 390.0
"""mean patience where none could be fitted; the bank's of Mandelbaum, Sakov and Zeltyn (2000)"""


class Cells(NamedTuple):
    """Intervals with what a queueing model needs of them, arrays of one length."""

    rate: Floats
    """contacts a second"""
    handle_s: Floats
    agents: Floats
    offered: Floats
    """expected number"""
    abandoned: Floats
    day: Ints


def cells_of(intervals: pl.DataFrame, queue: str) -> Cells:
    """A queue's intervals with offered, abandoned, handle time and agents (staffed, or from occupancy), all above 0.

    What came in an interval is one draw of a Poisson count, and its mean handle time one of few contacts; the model
    wants their expectation, or lost contacts are put down to chance twice. So the rate is the mean of the interval's
    weekday (of all days, where it has fewer than 3) times how busy the day was, the handle time that of its time of
    day.
    """
    agents = pl.coalesce("staffed", pl.col("handled") * pl.col("aht_s") / (pl.col("occupancy") * pl.col("length_s")))
    time, weekday = pl.col("start").dt.time().alias("time"), pl.col("start").dt.weekday().alias("weekday")
    offered = pl.col("offered")
    rows = (
        intervals.filter(pl.col("queue") == queue)
        .with_columns(agents=agents)
        .select("start", "length_s", "offered", "abandoned", "aht_s", "agents")
        .drop_nulls()
        .filter((offered > 0) & (pl.col("aht_s") > 0) & (pl.col("agents") >= 1) & pl.col("agents").is_finite())
        .with_columns(time, weekday, day=pl.col("start").dt.date())
        .with_columns(own=offered.mean().over("weekday", "time"), n=pl.len().over("weekday", "time"))
        .with_columns(usual=pl.when(pl.col("n") >= 3).then("own").otherwise(offered.mean().over("time")))
        .with_columns(
            expected=pl.col("usual") * offered.sum().over("day") / pl.col("usual").sum().over("day"),
            handle=(pl.col("aht_s") * offered).sum().over("time") / offered.sum().over("time"),
        )
    )
    expected = rows["expected"].to_numpy().astype(np.float64)
    return Cells(
        expected / rows["length_s"].to_numpy(),
        rows["handle"].to_numpy().astype(np.float64),
        rows["agents"].to_numpy().astype(np.float64),
        expected,
        rows["abandoned"].to_numpy().astype(np.float64),
        rows["start"].dt.date().to_physical().to_numpy().astype(np.int64),
    )


def fit_patience_by_matching(cells: Cells, queue: str) -> Patience:
    """Exponential patience for which M/M/n+M, interval by interval, loses as many contacts as were lost.

    sum over intervals of offered x P(abandon; rate, handle time, agents, mean patience) = sum of the abandoned; numbers
    of agents that are not whole lie between the figures of their neighbours. Of more than 400 intervals with load 0.5
    and more, every k-th by load is taken. 95 % interval from how the days' sums of measured less predicted scatter
    (sandwich). Interval by interval means stationary: that a busy interval needs time to build its queue, and leaves
    it to the next, is not seen, so patience comes out rather too long: logs simulated with 200 s gave 260 to 460 s.
    Source: the relation of Mandelbaum and Zeltyn (2004), P(abandon) = mean wait / mean patience, in Erlang A.
    """
    load = cells.rate * cells.handle_s / np.maximum(cells.agents, 1e-9)
    used = np.flatnonzero(load >= LEAST_LOAD)
    if len(used) > MOST_CELLS:
        order = used[np.argsort(load[used], kind="stable")]
        used = order[np.linspace(0, len(order) - 1, MOST_CELLS).round().astype(np.int64)]
    lost, blank = float(cells.abandoned[used].sum()), np.empty(0)
    balk = unknown("interval figures do not show who left at once")

    def nothing(reason: str) -> Patience:
        none = unknown(reason, len(used))
        return Patience(
            queue, None, "", {}, none, balk, int(lost), len(used), (), blank, blank, blank, blank, blank, reason
        )

    if len(used) < 10:
        return nothing(
            f"{len(used)} intervals with agents, handle time and load {LEAST_LOAD:g} or more: too few to match"
        )
    if lost < 20:
        return nothing(f"{lost:.0f} abandonments in {len(used)} intervals: too few to match")

    def predicted(log_mean: float) -> Floats:
        mean = math.exp(log_mean)
        figures = []
        for i in used:
            rate, handle = float(cells.rate[i]), float(cells.handle_s[i])
            figures.append(
                _between(partial(_lost, rate=rate, handle_s=handle, patience_s=mean), float(cells.agents[i]))
            )
        return np.asarray(cells.offered[used] * np.array(figures))

    def missing(log_mean: float) -> float:
        return float(predicted(log_mean).sum()) - lost

    low, high = math.log(SHORTEST_S), math.log(LONGEST_S)
    if missing(low) <= 0.0:
        return nothing("more abandoned than M/M/n+M can explain with these agents: check staffed and handle time")
    if missing(high) >= 0.0:
        return nothing("fewer abandoned than M/M/n+M has with endless patience: check staffed and handle time")
    from scipy.optimize import brentq

    best = float(brentq(missing, low, high, xtol=1e-3))
    slope = (missing(best + 0.05) - missing(best - 0.05)) / 0.1
    off = cells.abandoned[used] - predicted(best)
    by_day = np.array([off[cells.day[used] == day].sum() for day in np.unique(cells.day[used])])
    relative = math.sqrt(float((by_day**2).sum())) / abs(slope) if slope else math.inf
    mean = math.exp(best)
    note = f"{lost:.0f} abandonments in {len(used)} intervals matched by M/M/n+M: rough, rather too long"
    estimate = Estimate(mean, mean * math.exp(-Z95 * relative), mean * math.exp(Z95 * relative), mean * relative,
                        len(used), note)  # fmt: skip
    return Patience(queue, {"kind": "exponential", "mean_s": mean}, "exponential, by matching", {"mean_s": estimate},
                    estimate, balk, int(lost), len(used), (), load[used], cells.abandoned[used] / cells.offered[used],
                    blank, blank, predicted(best) / cells.offered[used], note)  # fmt: skip


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


def _lost(agents: int, *, rate: float, handle_s: float, patience_s: float) -> float:
    from sim.theory.erlang_a import erlang_a

    return float(erlang_a(agents, rate, handle_s, patience_s).p_abandon)


def _between(figure: Callable[[int], float], agents: float) -> float:
    low = max(1, math.floor(agents))
    part = agents - low
    if part < 1e-9:
        return figure(low)
    return (1.0 - part) * figure(low) + part * figure(low + 1)
