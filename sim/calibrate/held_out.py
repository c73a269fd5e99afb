"""The part of a log that no fit has seen: its days, who was on duty, what came and what happened."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits import calendar
from sim.calibrate.fits.calendar import fit_calendar
from sim.calibrate.fits.counts import Counts, count_contacts, count_intervals
from sim.calibrate.fits.estimate import Flags, Floats, Ints
from sim.calibrate.fits.everything import Fitted
from sim.calibrate.hourly import Hourly
from sim.calibrate.recorded_duty import Recorded

LEAST_FITTED, LEAST_TESTED = 3, 2
"""days without which there is nothing to test"""


class Days(NamedTuple):
    """The days of the held-out part."""

    first: dt.date
    judged: Ints
    """those that are predicted, counted from `first`"""
    every: Ints
    """all, up to the last with a contact"""
    odd: tuple[dt.date, ...]
    """days unlike their weekday's others, or flooded, which are not judged"""


class HeldOut(NamedTuple):
    """Days that are predicted, and what really happened on them."""

    first: dt.date
    days: Ints
    """the days that are judged, counted from `first`"""
    odd: tuple[dt.date, ...]
    skills: tuple[tuple[str, ...], ...]
    """queues of each team"""
    factors: tuple[float | None, ...]
    """handle factor of each team that is one agent whose speed the fitted part tells; None for any other"""
    on_duty: Floats
    """agents on duty, shape (teams, all days from `first` on, intervals of the fits)"""
    recorded: Recorded | None
    """when each of them was there, where teams are agents one by one; None where only their number is known"""
    finishing: float
    """of an interval: how much longer who goes off duty is expected to stay, for the contact in hand (0 if `recorded`:
    its rows say it)"""
    arrivals: pl.DataFrame | dict[str, Ints]
    """contacts with `queue` and `at`, seconds since midnight of `first`; or by queue the counts of a report, shape (all
    days, intervals)"""
    actual: Hourly
    kpis: tuple[str, ...]
    """those that the log tells"""
    unknown: Flags
    """hours that are not judged, since the log does not tell them in full, shape (days x 24,)"""
    within_s: float
    """threshold of the service level"""
    notes: tuple[str, ...]
    """what is not known, or known by a detour only, a sentence each"""

    @property
    def dates(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=int(day)) for day in self.days]


def time_of(frame: pl.DataFrame) -> pl.Expr:
    """The time of a row: of a contact its arrival, of an interval its start."""
    return pl.col("arrived" if "arrived" in frame.columns else "start")


def counts_of(frame: pl.DataFrame, interval_min: int) -> dict[str, Counts]:
    """Counts by queue of a log of contacts, or of a report by interval (with the report's own intervals)."""
    return count_contacts(frame, interval_min) if "arrived" in frame.columns else count_intervals(frame)


def parted(frame: pl.DataFrame, holdout: float, since: dt.date | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(the part to fit, the part to predict): the last `holdout` of the log's days, or all from a date on.

    Raises ValueError where either part has too few days.
    """
    day = time_of(frame).dt.date()
    dates = frame.select(day.unique().sort()).to_series().to_list()
    if since is None:
        place = min(max(round(len(dates) * (1.0 - holdout)), 0), len(dates) - 1)
        since = dates[place]
    before, after = sum(date < since for date in dates), sum(date >= since for date in dates)
    if before < LEAST_FITTED or after < LEAST_TESTED:
        raise ValueError(
            f"{before} days before {since} and {after} from then on: needs {LEAST_FITTED} to fit and {LEAST_TESTED} "
            "to predict"
        )
    return frame.filter(day < since), frame.filter(day >= since)


def flooded(frame: pl.DataFrame, interval_min: int = 30) -> set[dt.date]:
    """Days on which callers called again and again, by the rule of the fits (`calendar.flooded`)."""
    return calendar.flooded(counts_of(frame, interval_min))


def days_of(frame: pl.DataFrame, after: pl.DataFrame, fitted: Fitted) -> Days:
    """The days of the part `after` of a log.

    Days are not judged that are odd by the rule of the fits (`fit_calendar`, over the whole log) or flooded, and
    weekdays on which the fitted part is closed. Raises ValueError if nothing is left.
    """
    calendar = fit_calendar(counts_of(frame, fitted.interval_min), False)
    odd = {day.date for day in calendar.odd} | flooded(frame, fitted.interval_min)
    open_on = {day for windows in fitted.calendar.open.values() for day in range(7) if windows[day]}
    dates = after.select(time_of(after).dt.date().unique().sort()).to_series().to_list()
    judged = [date for date in dates if date not in odd and date.weekday() in open_on]
    if len(judged) < LEAST_TESTED:
        raise ValueError(f"{len(judged)} days to predict that are like the fitted ones: needs {LEAST_TESTED}")
    first = dates[0]
    numbers = np.array([(date - first).days for date in judged], dtype=np.int64)
    every = np.arange((dates[-1] - first).days + 1, dtype=np.int64)
    return Days(first, numbers, every, tuple(sorted(odd & set(dates))))
