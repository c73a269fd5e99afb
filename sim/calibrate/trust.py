"""How far a fitted scenario can be trusted: fitted on the first part of a log, it predicts the rest, hour by hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sim.calibrate import textbook
from sim.calibrate.fits.estimate import Floats
from sim.calibrate.fits.everything import Fitted, fit_contacts, fit_intervals
from sim.calibrate.held_contacts import held_contacts
from sim.calibrate.held_intervals import held_intervals, tidy
from sim.calibrate.held_out import HeldOut, flooded, parted, time_of
from sim.calibrate.hourly import HOURS, Hourly
from sim.calibrate.scores import ALL, groups_of, scores_of
from sim.calibrate.wavering import Wavering, measured
from sim.calibrate.weeks import simulated
from sim.calibrate.widening import Distances, Widening, distances, kept_up

REPLAYED, DRAWN = "replayed arrivals", "drawn arrivals"
REPLICATIONS = 99
"""of 99 replications and the truth, were it one of them, 90 % lie between the fifth lowest and fifth highest; with 39
the median's own noise adds 1 to 3 % to the errors of single hours"""
LEARNING = 39
"""replications that are enough to learn from how wide bands must be"""
WITHIN_S = 20.0
INNER = 0.4
"""share of the fitted part on which the bands' width is learnt at first"""


class Trust(NamedTuple):
    """What was predicted, and what happened."""

    fitted: Fitted
    held: HeldOut
    queues: tuple[str, ...]
    """in the order of the sums; before them all queues together"""
    predicted: dict[str, Hourly]
    """by method: replications of the simulation for REPLAYED and DRAWN; each textbook formula for both, one each"""
    replications: int
    never: int
    """hours in which Erlang C, with replayed arrivals, has no end"""
    wavering: Wavering
    """by what handle times and patience differ between replications"""
    widening: Widening
    """by method and KPI, how much wider or narrower than the replications' the bands of each hour are"""
    scores: pl.DataFrame
    """columns level, queue, kpi, method, hours, actual, predicted, mae, wape, correlation, coverage (of the bands),
    narrow (of the bands of the replications alone)"""
    pool: tuple[float, float]
    """mean handle time and patience of the textbook, seconds, of the largest pool"""

    @property
    def actual(self) -> Hourly:
        return self.held.actual

    @property
    def kpis(self) -> tuple[str, ...]:
        return self.held.kpis

    @property
    def dates(self) -> list[dt.date]:
        return self.held.dates

    def score(self, method: str, kpi: str, level: str = "hour", queue: str = ALL) -> dict[str, Any]:
        """One row of the scores; {} if there is none."""
        own = self.scores.filter(
            (pl.col("method") == method) & (pl.col("kpi") == kpi) & (pl.col("level") == level)
            & (pl.col("queue") == queue)
        )  # fmt: skip
        return own.row(0, named=True) if own.height else {}


def trust(
    log: pl.DataFrame, holdout: float = 0.4, since: dt.date | None = None, *, replications: int = REPLICATIONS,
    within_s: float = WITHIN_S, seed: int = 1, watch: Callable[[int, int], None] | None = None,
) -> Trust:
    """The fitted scenario's predictions of the last part of a log, beside what happened there.

    Fitted: the days before `since`, or the first 1 - holdout of them; predicted: the regular days after. Everything
    but the schedule is fitted on the first part only; agents on duty are those of the held-out days themselves. The
    log's arrivals are replayed (what the model adds to a known demand), and drawn from the fitted rates (what a
    planner would have known).
    Bands: replications differ by chance alone; that the model is wrong, too, is learnt on the fitted part by the same
    test within it, and from each predicted day for those after it (`sim.calibrate.widening`).
    `watch(done, of)` is called after each simulated week. Raises ValueError where a part is too short, Refused where
    the fit makes no scenario.
    """
    if "arrived" not in log.columns:
        log = tidy(log)
    before, after = parted(log, holdout, since)
    before = before.filter(~time_of(before).dt.date().is_in(sorted(flooded(before))))
    fitted = _fit(before)
    held = _held(log, after, fitted, within_s)
    queues = tuple(fitted.queues)
    learnt = _learnt(before, queues, held.kpis, min(replications, LEARNING), within_s, seed)
    wavering = measured(before, fitted)
    played = _simulated(fitted, held, wavering, replications, seed, watch)
    pool_list = textbook.pools(fitted, held.skills)
    agents = textbook.agents_by_hour(held.on_duty, held.days)
    came = held.actual.summed("offered")[0, 1:]
    recorded, never = textbook.by_hour(pool_list, came, agents, held.within_s)
    expected, _ = textbook.by_hour(pool_list, _expected(fitted, held), agents, held.within_s)
    predicted = {
        **played,
        **{f"{name}, {REPLAYED}": Hourly(sums) for name, sums in recorded.items()},
        **{f"{name}, {DRAWN}": Hourly(sums) for name, sums in expected.items()},
    }
    groups = groups_of(fitted, held)
    widening = {
        (method, kpi): kept_up(learnt.get((method, kpi)), distances(sums, held.actual, kpi, groups["hour"]))
        for method, sums in played.items()
        for kpi in held.kpis
    }
    scores = scores_of(held, predicted, queues, groups, widening)
    largest = max(pool_list, key=lambda pool: len(pool.queues))
    share = came[largest.queues].sum(axis=1)
    constants = float(share @ largest.handle_s / max(share.sum(), 1.0)), largest.patience_s
    return Trust(fitted, held, queues, predicted, replications, never, wavering, widening, scores, constants)


def _fit(part: pl.DataFrame) -> Fitted:
    fitted = fit_contacts(part) if "arrived" in part.columns else fit_intervals(part)
    if all(fit.aht.value is None for fit in fitted.queues.values()):
        raise ValueError("no contact of the first part has a handle time above 0, so there is no work to predict")
    return fitted


def _held(log: pl.DataFrame, after: pl.DataFrame, fitted: Fitted, within_s: float) -> HeldOut:
    held = held_contacts if "arrived" in log.columns else held_intervals
    return held(log, after, fitted, within_s)


def _expected(fitted: Fitted, held: HeldOut) -> Floats:
    """Contacts that the fitted part leads to expect, by queue and hour: all, redials included."""
    tables = []
    for fit in fitted.queues.values():
        rates = fit.arrivals.offered_per_hour
        hourly = rates.reshape(7, HOURS, -1).mean(axis=2)
        tables.append(np.concatenate([hourly[date.weekday()] for date in held.dates]))
    return np.array(tables)


def _simulated(
    fitted: Fitted, held: HeldOut, wavering: Wavering, replications: int, seed: int,
    watch: Callable[[int, int], None] | None,
) -> dict[str, Hourly]:  # fmt: skip
    found = simulated(fitted, held, wavering, replications, seed, watch)
    return dict(zip((REPLAYED, DRAWN), found, strict=True))


# ---------------------------------------------------------------- how wide bands must be


def _learnt(
    before: pl.DataFrame, queues: tuple[str, ...], kpis: tuple[str, ...], replications: int, within_s: float, seed: int
) -> dict[tuple[str, str], Distances]:
    """How far off hours are in the same test within the fitted part, by method and KPI: {} where that is too short.

    The scenario fitted to the first 60 % of the part predicts its rest. Hours of one day are not independent, and the
    later part may differ from the earlier: what the bands hold is approximate.
    """
    try:
        earlier, later = parted(before, INNER, None)
        fitted = _fit(earlier)
        held = _held(before, later, fitted, within_s)
    except ValueError:
        return {}
    if tuple(fitted.queues) != queues:
        return {}
    played = _simulated(fitted, held, measured(earlier, fitted), replications, seed + 1000, None)
    group = groups_of(fitted, held)["hour"]
    return {
        (method, kpi): distances(sums, held.actual, kpi, group)
        for method, sums in played.items()
        for kpi in kpis
        if kpi in held.kpis
    }


__all__ = ["DRAWN", "REPLAYED", "Trust", "trust"]
