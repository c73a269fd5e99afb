"""Closing: what happens to callers who still wait when the queue closes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.calendar import Calendar

CLOCKS_S = 2.0
LEAST = 5


class Closing(NamedTuple):
    """Those who waited at closing time."""

    at_close: str
    """serve or disconnect, as a scenario has it"""
    cut: int
    """left within 2 s of closing time, not answered"""
    served: int
    """answered later than that"""
    note: str


def fit_closing(contacts: pl.DataFrame, calendar: Calendar, queue: str) -> Closing:
    """Whether callers who wait at closing time are served or cut off.

    Cut off, if more of them left without an answer within 2 s of closing time than were answered later, and 5 or more
    did; else served. The hours are those of the calendar, to the interval.
    """
    own = contacts.filter((pl.col("queue") == queue) & (pl.col("wait_s") > 0.0))
    midnight = pl.col("arrived").dt.truncate("1d")
    at = own.select((pl.col("arrived") - midnight).dt.total_microseconds() / 1e6).to_series().to_numpy()
    weekday = own["arrived"].dt.weekday().to_numpy().astype(np.int64) - 1
    left = at + own["wait_s"].to_numpy()
    handled = (own["outcome"] == "handled").to_numpy()
    cut = served = 0
    for day in range(7):
        here = weekday == day
        for start, end in calendar.open[queue][day]:
            waits = here & (at >= start) & (at < end) & (left > end - CLOCKS_S)
            cut += int((waits & ~handled & (left <= end + CLOCKS_S)).sum())
            served += int((waits & handled & (left > end + CLOCKS_S)).sum())
    disconnect = cut > served and cut >= LEAST
    note = f"of those who waited at closing time, {cut} were gone within {CLOCKS_S:g} s of it, {served} answered later"
    return Closing("disconnect" if disconnect else "serve", cut, served, note)
