"""Counts: how many contacts came to a queue on each day in each interval."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Floats, Ints
from sim.units import MINUTE


class Counts(NamedTuple):
    """One queue's contacts by day and interval."""

    queue: str
    dates: tuple[dt.date, ...]
    """days on which the center was there, in order"""
    n: Floats
    """shape (days, intervals of the day): whole numbers, or less where redials are taken out in part"""
    interval_min: int

    @property
    def weekday(self) -> Ints:
        """0 (Monday) to 6 of each day."""
        return np.array([date.weekday() for date in self.dates], dtype=np.int64)

    @property
    def slots(self) -> int:
        """Intervals a day."""
        return 1440 // self.interval_min

    def only(self, kept: Ints) -> Counts:
        """The days with these numbers."""
        return Counts(self.queue, tuple(self.dates[i] for i in kept), self.n[kept], self.interval_min)


def count_contacts(contacts: pl.DataFrame, interval_min: int, weight: str | None = None) -> dict[str, Counts]:
    """Counts of every queue; all have the days on which any queue had a contact.

    `weight`: column that is added up instead of counting rows.
    """
    amount = pl.len().cast(pl.Float64) if weight is None else pl.col(weight).sum()
    arrived = pl.col("arrived")
    minute = arrived.dt.hour().cast(pl.Int64) * 60 + arrived.dt.minute()
    cells = (
        contacts.lazy()
        .group_by("queue", arrived.dt.date().alias("date"), (minute // interval_min).alias("slot"))
        .agg(amount.alias("n"))
        .collect()
    )
    return _filled(cells, interval_min)


def count_intervals(intervals: pl.DataFrame, column: str = "offered") -> dict[str, Counts]:
    """The same from a report by interval: the sums of a column. The interval is the shortest one in the report."""
    known = intervals.filter(pl.col(column).is_not_null())
    if known.is_empty():
        return {}
    shortest = known["length_s"].min()
    assert isinstance(shortest, int)
    interval_min = max(1, round(shortest / MINUTE))
    start = pl.col("start")
    minute = start.dt.hour().cast(pl.Int64) * 60 + start.dt.minute()
    cells = known.group_by("queue", start.dt.date().alias("date"), (minute // interval_min).alias("slot")).agg(
        pl.col(column).sum().alias("n")
    )
    return _filled(cells, interval_min)


def _filled(cells: pl.DataFrame, interval_min: int) -> dict[str, Counts]:
    dates = tuple(cells.filter(pl.col("n") > 0)["date"].unique().sort())
    place = {date: i for i, date in enumerate(dates)}
    out = {}
    for (queue,), own in cells.group_by("queue", maintain_order=False):
        table = np.zeros((len(dates), 1440 // interval_min))
        own = own.filter(pl.col("date").is_in(dates))
        days = np.array([place[date] for date in own["date"]], dtype=np.int64)
        np.add.at(table, (days, own["slot"].to_numpy()), own["n"].to_numpy())
        out[str(queue)] = Counts(str(queue), dates, table, interval_min)
    return dict(sorted(out.items()))


def together(counts: dict[str, Counts]) -> Counts:
    """All queues as one."""
    first = next(iter(counts.values()))
    return Counts("all queues", first.dates, np.sum([one.n for one in counts.values()], axis=0), first.interval_min)
