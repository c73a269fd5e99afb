"""All fits of one log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.agents import (
    Learning,
    ShortCalls,
    Speeds,
    factors_of,
    fit_learning,
    fit_speeds,
    flag_short_calls,
)
from sim.calibrate.fits.arrivals import Arrivals, fit_arrivals
from sim.calibrate.fits.calendar import Calendar, fit_calendar
from sim.calibrate.fits.closing import Closing, fit_closing
from sim.calibrate.fits.concurrency import staff_by_concurrency
from sim.calibrate.fits.counts import count_contacts, count_intervals
from sim.calibrate.fits.estimate import Estimate, on_log, unknown
from sim.calibrate.fits.following import following
from sim.calibrate.fits.handle import Handle, fit_handle
from sim.calibrate.fits.heads import mean_waits, staff_as_told, staff_by_waits
from sim.calibrate.fits.match import fit_patience_by_matching, told_by
from sim.calibrate.fits.order import Order, fit_order
from sim.calibrate.fits.patience import Patience, fit_patience
from sim.calibrate.fits.presence import fit_presence
from sim.calibrate.fits.redials import (
    CallingAgain,
    Resolution,
    first_share,
    fit_redials,
    fit_repeats,
    fit_resolution,
)
from sim.calibrate.fits.staffing import Staffing, fit_staffing

PARTS = ("talk", "hold", "wrap")
SHARED = (
    "who serves several queues, skill levels, priorities: a report gives each queue its agents, so each has a team of "
    "its own, all alike, and no queue goes before another; agents told in several queues show in the load",
)
WELL_COUNTED = 12.0
"""calls in an interval over all days of a weekday, from which half hours are fine enough to be fitted"""


class QueueFit(NamedTuple):
    """All about one queue."""

    arrivals: Arrivals
    handle: dict[str, Handle]
    """by part; {} for an interval report"""
    aht: Estimate
    """mean handle time, seconds"""
    patience: Patience
    redials: CallingAgain | None
    """None for an interval report"""
    repeats: CallingAgain | None
    resolution: Resolution | None
    closing: Closing | None
    load: Estimate | None = None
    """of an interval report: handle time over agents, as a multiple of the reported (`sim.calibrate.fits.match`)"""
    takers: float | None = None
    """mean factor of the agents who took its contacts, contact by contact: handle time over that of typical agents,
    whose laws `handle` has; None where agents' speeds are not known"""


class Fitted(NamedTuple):
    """All figures of one log."""

    kind: str
    """contacts or intervals"""
    calendar: Calendar
    queues: dict[str, QueueFit]
    speeds: Speeds | None
    learning: Learning | None
    short_calls: ShortCalls | None
    order: Order | None
    """which queue's callers are taken first"""
    staffing: Staffing | None
    rows: int
    missing: tuple[str, ...]
    """what could not be fitted, and why, a sentence each"""

    @property
    def interval_min(self) -> int:
        return self.calendar.interval_min


def fit_contacts(
    contacts: pl.DataFrame, interval_min: int | None = None, keep: bool | Collection[dt.date] = False
) -> Fitted:
    """All fits of a log of contacts (columns of `sim.calibrate.log.CONTACTS`).

    Days first: handle times, patience, agents and staffing rest on regular days. Intervals of 30 minutes, or of 60
    where half hours have few calls, unless told. Errors: ValueError if there are no contacts.
    """
    if contacts.is_empty():
        raise ValueError("no contacts")
    if interval_min is None:
        interval_min = _fine_enough(contacts)
    counts = count_contacts(contacts, interval_min)
    calendar = fit_calendar(counts, keep)
    days = [calendar.dates[i] for i in calendar.regular]
    regular = contacts.filter(pl.col("arrived").dt.date().is_in(days)) if calendar.odd else contacts
    known = following(contacts, calendar)
    redials = {queue: fit_redials(contacts, queue, known) for queue in counts}
    first = count_contacts(first_share(contacts, redials, known), interval_min, "first")
    speeds = fit_speeds(regular)
    queues = {}
    for queue, own in counts.items():
        part = regular.filter(pl.col("queue") == queue)
        again = own if redials[queue].identified.value is None else first[queue]
        queues[queue] = QueueFit(
            fit_arrivals(own, calendar, None if again is own else again),
            {name: fit_handle(part, queue, name, speeds) for name in PARTS},
            _aht(part),
            fit_patience(part, queue),
            redials[queue],
            fit_repeats(contacts, queue, known),
            fit_resolution(contacts, queue, known),
            fit_closing(part, calendar, queue),
            takers=_takers(part, speeds),
        )
    missing: list[str] = []
    order = None
    try:
        presence = fit_presence(regular)
        staffing: Staffing | None = fit_staffing(regular, calendar, presence, speeds)
    except ValueError as error:
        staffing = staff_by_concurrency(regular, calendar)
        said = "heads are as many as were in service while somebody waited"
        if staffing is None:
            staffing = staff_by_waits(queues, mean_waits(regular, calendar), calendar)
            said = "heads are matched to the waits"
        missing.append(f"staffing from presence: {error}; {said} instead")
    else:
        order = fit_order(regular, presence.teams) if len(queues) > 1 else None
    return Fitted(
        "contacts", calendar, queues, speeds, fit_learning(regular), flag_short_calls(regular), order, staffing,
        contacts.height, (*missing, *_missing(queues, speeds), *_untold(order)),
    )  # fmt: skip


def fit_intervals(intervals: pl.DataFrame, keep: bool | Collection[dt.date] = False) -> Fitted:
    """All fits of an interval report (columns of `sim.calibrate.log.INTERVALS`).

    Arrivals from `offered` (from handled and abandoned where it is missing), handle time from `aht_s` (the mean only),
    patience by `fit_patience_by_matching`, staffing from `staffed`, else from occupancy, else by matching the mean
    wait. Heads are agents over the load that was fitted with patience: as many as give the report's waits.
    Errors: ValueError if there are no counts.
    """
    intervals = intervals.with_columns(
        pl.coalesce("offered", pl.col("handled") + pl.col("abandoned").fill_null(0.0)).alias("offered")
    )
    counts = count_intervals(intervals)
    if not counts:
        raise ValueError("no interval says how many contacts were offered, or handled")
    calendar = fit_calendar(counts, keep)
    days = [calendar.dates[i] for i in calendar.regular]
    regular = intervals.filter(pl.col("start").dt.date().is_in(days))
    queues = {}
    for queue, own in counts.items():
        matched = fit_patience_by_matching(told_by(regular, queue), queue)
        aht = _mean_handle(regular.filter(pl.col("queue") == queue))
        queues[queue] = QueueFit(fit_arrivals(own, calendar), {}, aht, matched.patience, None, None, None, None,
                                 matched.load)
    staffing = staff_as_told(regular, calendar, queues)
    return Fitted(
        "intervals", calendar, queues, None, None, None, None, staffing, intervals.height,
        (
            "the laws of talk, hold and wrap-up: a report has means only",
            "agents' speeds, redials, repeats, resolution: not in a report by interval, so all contacts count as first",
            "shifts, breaks and absences: heads by interval are the agents who were there, so none are taken off again",
            *(SHARED if len(queues) > 1 else ()),
            *_missing(queues, None),
        ),
    )  # fmt: skip


def _fine_enough(contacts: pl.DataFrame) -> int:
    cells = contacts.group_by(
        "queue", pl.col("arrived").dt.weekday().alias("day"), (pl.col("arrived").dt.hour()).alias("hour")
    ).agg(n=pl.len())
    busy = cells.filter(pl.col("n") >= 0.05 * pl.col("n").max().over("queue"))
    median = busy["n"].median()
    return 30 if isinstance(median, int | float) and median / 2.0 >= WELL_COUNTED else 60


def _aht(own: pl.DataFrame) -> Estimate:
    handle = own.filter(pl.col("outcome") == "handled").select(
        handle=pl.col("talk_s") + pl.col("hold_s").fill_null(0.0) + pl.col("wrap_s").fill_null(0.0)
    )["handle"].drop_nulls()  # fmt: skip
    mean, sd = handle.mean(), handle.std()
    if not isinstance(mean, float) or not mean or not isinstance(sd, float):
        return unknown("no handle times in the log", len(handle))
    return on_log(mean, sd / mean / len(handle) ** 0.5, len(handle), f"{len(handle)} contacts")


def _takers(own: pl.DataFrame, speeds: Speeds) -> float | None:
    served = own.filter((pl.col("outcome") == "handled") & pl.col("talk_s").is_not_null())
    if not speeds.factors or served.is_empty():
        return None
    return float(factors_of(served, speeds).to_numpy().mean())


def _mean_handle(own: pl.DataFrame) -> Estimate:
    """Mean handle time, intervals weighted by contacts handled; its error from how the days' means differ."""
    rows = own.select("start", n=pl.coalesce("handled", "offered"), aht="aht_s").drop_nulls().filter(pl.col("n") > 0)
    if rows.is_empty():
        return unknown("no handle times in the report")
    days = rows.group_by(pl.col("start").dt.date()).agg(n=pl.col("n").sum(), spent=(pl.col("n") * pl.col("aht")).sum())
    n, spent = days["n"].to_numpy(), days["spent"].to_numpy()
    mean = float(spent.sum() / n.sum())
    if len(n) < 2 or mean <= 0:
        return Estimate(mean, None, None, None, rows.height, f"{rows.height} intervals of one day")
    off = spent - mean * n
    se = float(np.sqrt((off**2).sum() * len(n) / (len(n) - 1.0)) / n.sum())
    return on_log(mean, se / mean, rows.height, f"{rows.height} intervals, {n.sum():.0f} contacts on {len(n)} days")


def _untold(order: Order | None) -> list[str]:
    """Head starts that the order of answering does not tell."""
    if order is None:
        return []
    if not order.pairs and all(one.value is None for one in order.head_start.values()):
        return [f"who is taken first: {order.note}"]
    untold = [(queue, one.note) for queue, one in order.head_start.items() if one.value is None]
    return [f"{queue}, who is taken first: {note}" for queue, note in untold]


def _missing(queues: dict[str, QueueFit], speeds: Speeds | None) -> list[str]:
    said = []
    for queue, fit in queues.items():
        figures: list[tuple[str, object, str]] = [
            ("day factor", fit.arrivals.day_factor.shape.value, fit.arrivals.day_factor.shape.note),
            ("patience", fit.patience.asks, fit.patience.note),
        ]
        figures += [(name, own.asks, own.note) for name, own in fit.handle.items()]
        if fit.redials is not None:
            figures.append(("redials", fit.redials.probability.value, fit.redials.note))
        if fit.repeats is not None:
            figures.append(("repeat calls", fit.repeats.probability.value, fit.repeats.note))
        said += [f"{queue}, {name}: {note}" for name, value, note in figures if value is None]
    if speeds is not None and speeds.spread.value is None:
        said.append(f"agents' speeds: {speeds.note}")
    return said


__all__ = ["Fitted", "QueueFit", "fit_contacts", "fit_intervals"]
