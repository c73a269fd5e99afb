"""Calendar: which days the log has, when the queues are open, which days are unlike the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from sim.calibrate.fits.counts import Counts, together
from sim.calibrate.fits.estimate import Flags, Floats, Ints
from sim.units import MINUTE, WEEKDAYS, Window, format_clock

ODD = 4.0
"""a day is odd that lies more robust standard deviations than this from its weekday's median"""
LEAST_DAYS = 3
"""days of a weekday from which one of them can be called odd"""
SCARCE = 0.05
"""an interval belongs to the opening hours if its mean count is this share of the weekday's busy ones or more"""
RARE_DAY = 0.02
"""a weekday is closed if it brings less than this share of the busiest weekday's contacts"""
FEW = 20.0
"""contacts in a busy interval, all days of a weekday together, from which gaps between intervals count as closed"""
FILLED_MIN = 120
"""quiet stretches shorter than this, inside the opening hours, belong to them"""
QUIET, BUSY = 0.25, 8.0
"""an interval is silent if it has less than this share of its usual count, where that is BUSY or more"""
SOME = 2
"""silent, or flooded, intervals that make a day odd"""


class OddDay(NamedTuple):
    """A day unlike its weekday's others."""

    date: dt.date
    offered: float
    usual: float
    """median of its weekday"""
    distance: float
    """robust standard deviations from it"""
    reason: str


class Calendar(NamedTuple):
    """Days and hours of a log."""

    first: dt.date
    last: dt.date
    dates: tuple[dt.date, ...]
    """days with a contact in any queue"""
    missing: tuple[dt.date, ...]
    """days between first and last without one, on weekdays that have some otherwise"""
    odd: tuple[OddDay, ...]
    kept: bool
    """whether odd days are in the fits"""
    regular: Ints
    """places in `dates` of the days that the fits use"""
    open: dict[str, tuple[tuple[Window, ...], ...]]
    """by queue: opening windows of each weekday, Monday first, seconds since midnight"""
    outside: dict[str, float]
    """by queue: contacts outside of these hours, which no fit of arrivals uses"""
    interval_min: int
    note: str

    def open_slots(self, queue: str) -> Flags:
        """Shape (7, intervals): whether the queue is open."""
        step = self.interval_min * MINUTE
        table = np.zeros((7, 1440 // self.interval_min), dtype=bool)
        for weekday, windows in enumerate(self.open[queue]):
            for start, end in windows:
                table[weekday, round(start / step) : round(end / step)] = True
        return table

    def days_of(self, weekday: int) -> int:
        """Regular days of a weekday."""
        return sum(self.dates[i].weekday() == weekday for i in self.regular)


def fit_calendar(counts: dict[str, Counts], keep: bool | Collection[dt.date] = False) -> Calendar:
    """The calendar of a log, from the counts of all queues.

    Odd days: a day's count n is compared with the median of its weekday, both as 2 sqrt(n + 3/8) (Anscombe's
    transform, which evens out Poisson noise) and as log n (on which day factors are even). It is odd if it lies, on
    both scales, more than ODD times 1.4826 times the median absolute deviation of all days away (times 1 + 1 / n for a
    weekday of n days); or if two or more
    intervals are silent: less than QUIET of what the weekday's median, at that day's level, would be where it is
    BUSY or more. Odd days are left out of the fits; `keep` keeps all of them (True) or those named.

    Opening hours: an interval is open whose mean count over a weekday's regular days is SCARCE of the upper
    quartile of that weekday's intervals or more, and that had contacts on two of its days; quiet stretches of less than
    two hours inside are filled.
    Source: Iglewicz and Hoaglin (1993), How to detect and handle outliers (median absolute deviation).
    Errors: ValueError if there are no counts.
    """
    if not counts or not next(iter(counts.values())).dates:
        raise ValueError("no contacts")
    whole = together(counts)
    dates = whole.dates
    odd = _odd_days(whole)
    if keep is True:
        left_out: set[dt.date] = set()
    else:
        left_out = {day.date for day in odd} - (set(keep) if not isinstance(keep, bool) else set())
    regular = np.array([i for i, date in enumerate(dates) if date not in left_out], dtype=np.int64)
    hours = {queue: _hours(own.only(regular)) for queue, own in counts.items()}
    here = {date.weekday() for date in dates}
    every = [dates[0] + dt.timedelta(days=i) for i in range((dates[-1] - dates[0]).days + 1)]
    missing = tuple(date for date in every if date not in set(dates) and date.weekday() in here)
    calendar = Calendar(
        dates[0], dates[-1], dates, missing, tuple(odd), keep is True, regular, hours, {}, whole.interval_min, ""
    )
    outside = {queue: float((own.n * ~calendar.open_slots(queue)[own.weekday]).sum()) for queue, own in counts.items()}
    return calendar._replace(outside=outside, note=_note(calendar, left_out))


def flooded(counts: dict[str, Counts]) -> set[dt.date]:
    """Days on which an outage, or something else, made callers call again and again for an hour or so.

    The rule of odd days, interval by interval: SOME intervals or more lie more than ODD robust standard deviations
    above the median of their weekday, as 2 sqrt(n + 3/8) and as log n, where that median is BUSY or more. On a busy day
    it is raised by the median of its intervals' ratios: busy all day is no flood. The scale is that of all busy
    intervals of the days given, and nothing but these counts is looked at: neither waits, nor what callers did. Such a
    day can have a usual total.
    """
    whole = together(counts)
    weekday, usual, judged = whole.weekday, np.zeros(whole.n.shape), np.zeros(whole.n.shape, dtype=bool)
    for day in range(7):
        own = weekday == day
        if own.sum() >= LEAST_DAYS:
            usual[own] = np.median(whole.n[own], axis=0)
            judged[own] = usual[own] >= BUSY
    if not judged.any():
        return set()
    ratio = np.where(judged, whole.n / np.maximum(usual, 1.0), np.nan)
    busy_days = judged.any(axis=1)
    usual[busy_days] *= np.maximum(np.nanmedian(ratio[busy_days], axis=1), 1.0)[:, None]
    many = judged & (_distance(whole.n, usual, judged) > ODD)
    return {whole.dates[i] for i in np.flatnonzero(many.sum(axis=1) >= SOME)}


def _odd_days(whole: Counts) -> list[OddDay]:
    total, weekday = whole.n.sum(axis=1), whole.weekday
    usual, judged = np.zeros(len(total)), np.zeros(len(total), dtype=bool)
    drawn_in = np.ones(len(total))  # a few days lie too near to a median that is their own
    for day in range(7):
        own = weekday == day
        if own.any():
            usual[own] = np.median(total[own])
            judged[own] = own.sum() >= LEAST_DAYS
            drawn_in[own] = own.sum() / (own.sum() + 1.0)
    if not judged.any():
        return []
    distance = _distance(total, usual, judged) * drawn_in
    silent = _silent(whole, total, usual, judged)
    found = []
    for i in np.flatnonzero(judged & ((np.abs(distance) > ODD) | (silent >= SOME))):
        if abs(distance[i]) > ODD:
            reason = f"{distance[i]:+.1f} robust standard deviations from its weekday's median"
        else:
            reason = f"{silent[i]} usually busy intervals of {whole.interval_min} min are silent"
        found.append(OddDay(whole.dates[i], float(total[i]), float(usual[i]), float(distance[i]), reason))
    return found


def _distance(total: Floats, usual: Floats, judged: Flags) -> Floats:
    """Robust standard deviations from the weekday's median: the nearer of those of 2 sqrt(n + 3/8) and of log(n)."""

    def scaled(off: Floats, noise: Floats | float) -> Floats:
        # The scale is never below Poisson noise, made larger by that of the median itself.
        return np.asarray(off / np.maximum(1.4826 * float(np.median(np.abs(off[judged]))), 1.2 * noise))

    root = scaled(2.0 * (np.sqrt(total + 0.375) - np.sqrt(usual + 0.375)), 1.0)
    log = scaled(np.log((total + 0.5) / (usual + 0.5)), 1.0 / np.sqrt(usual + 0.5))
    return np.where(np.abs(root) < np.abs(log), root, log)


def _silent(whole: Counts, total: Floats, usual_n: Floats, judged: Flags) -> Ints:
    silent = np.zeros(len(total), dtype=np.int64)
    share = np.minimum(1.0, total / np.maximum(usual_n, 1.0))
    for day in range(7):
        own = (whole.weekday == day) & judged
        if own.any():
            median = np.median(whole.n[own], axis=0)
            expected = median[None, :] * share[own, None]
            silent[own] = ((expected >= BUSY) & (whole.n[own] < QUIET * expected)).sum(axis=1)
    return silent


def _hours(own: Counts) -> tuple[tuple[Window, ...], ...]:
    means, known = np.zeros((7, own.slots)), np.zeros((7, own.slots), dtype=bool)
    for day in range(7):
        days = own.weekday == day
        if days.any():
            means[day] = own.n[days].mean(axis=0)
            # One odd evening that went on after midnight opens nothing.
            known[day] = (own.n[days] > 0).sum(axis=0) >= (2 if days.sum() > LEAST_DAYS else 1)
    most = means.sum(axis=1).max()
    return tuple(
        _windows(row, seen, int((own.weekday == day).sum()), own.interval_min)
        if row.sum() > RARE_DAY * most and seen.any() else ()
        for day, (row, seen) in enumerate(zip(means, known, strict=True))
    )  # fmt: skip


def _windows(mean: Floats, seen: Flags, days: int, interval_min: int) -> tuple[Window, ...]:
    busy = float(np.quantile(mean[seen], 0.75))
    step = interval_min * MINUTE
    at = np.flatnonzero(seen & (mean >= SCARCE * busy))
    if busy * days < FEW:  # too few to tell quiet from closed: from the first to the last
        return ((float(at[0] * step), float((at[-1] + 1) * step)),)
    breaks = np.flatnonzero(np.diff(at) * interval_min > FILLED_MIN)
    starts, ends = at[np.concatenate(([0], breaks + 1))], at[np.concatenate((breaks, [len(at) - 1]))] + 1
    return tuple((float(a * step), float(b * step)) for a, b in zip(starts, ends, strict=True))


def _note(calendar: Calendar, left_out: Collection[dt.date]) -> str:
    said = f"{len(calendar.dates)} days from {calendar.first} to {calendar.last}"
    if calendar.missing:
        said += f", {len(calendar.missing)} not in the log"
    if calendar.odd:
        said += f"; {len(calendar.odd)} unlike their weekday's others, {len(left_out)} of them left out of the fits"
    return said


def in_words(windows: tuple[tuple[Window, ...], ...]) -> dict[str, str | list[str]]:
    """Opening hours as a scenario writes them: weekday to "08:00-20:00", a list of such, or "closed"."""
    out: dict[str, str | list[str]] = {}
    for name, own in zip(WEEKDAYS, windows, strict=True):
        texts = [f"{format_clock(start)}-{format_clock(end)}" for start, end in own]
        out[name] = "closed" if not texts else texts[0] if len(texts) == 1 else texts
    return out
