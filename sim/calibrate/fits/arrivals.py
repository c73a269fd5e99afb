"""Arrivals: first calls an hour by weekday and interval, how much days and intervals vary."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calibrate.fits.calendar import Calendar
from sim.calibrate.fits.counts import Counts
from sim.calibrate.fits.day_factor import DayFactor, fit_day_factor, shape_of
from sim.calibrate.fits.estimate import Z95, Estimate, Flags, Floats, on_log, unknown
from sim.calibrate.fits.slot_factor import SlotFit, fit_slot_factor


class Arrivals(NamedTuple):
    """A queue's first calls. Tables have shape (7, intervals of the day), Monday first."""

    queue: str
    interval_min: int
    per_hour: Floats
    low: Floats
    high: Floats
    """95 % interval of each rate"""
    offered_per_hour: Floats
    """all contacts, redials included"""
    open: Flags
    days: tuple[int, ...]
    """regular days of each weekday"""
    contacts: float
    """on which it rests: first calls in opening hours on regular days"""
    a_day: Estimate
    """first calls a day, mean over regular days"""
    day_factor: DayFactor
    slot_factor: SlotFit
    day_correlation: Estimate
    """of a day's factor with the day before (the model draws days independently: only told)"""
    counts: Counts
    """the regular days' counts, to draw beside the rates"""
    note: str

    @property
    def relative_se(self) -> float:
        """Median relative standard error of a rate (nan if none is above 0)."""
        known: Flags = np.logical_and(self.open, self.per_hour > 0)
        if not known.any():
            return float("nan")
        width = np.log(self.high[known]) - np.log(self.per_hour[known])
        return float(np.median(width)) / Z95


def fit_arrivals(counts: Counts, calendar: Calendar, first: Counts | None = None) -> Arrivals:
    """A queue's arrivals from its counts on regular days.

    Rate of an interval = mean count of its weekday, per hour. Its interval is on the log scale with relative
    variance (1 / m + v + s^2) / n: Poisson noise of the mean count m, day factor and slot factor, n days; where
    nothing came, up to 3.7 calls in all (exact Poisson). Days by `fit_day_factor` on the totals of open intervals,
    less what slot factors (`fit_slot_factor`) do to totals. `first`: counts without redials (`redials.first_share`);
    without it all contacts count as first calls.
    """
    used = (counts if first is None else first).only(calendar.regular)
    every = counts.only(calendar.regular)
    hours = calendar.open_slots(counts.queue)
    days = tuple(int((used.weekday == day).sum()) for day in range(7))
    used = used._replace(n=np.maximum(used.n, 0.0))
    inside = used._replace(n=used.n * hours[used.weekday])
    total = inside.n.sum(axis=1)
    slot = fit_slot_factor(used, hours)
    working: Flags = np.asarray(hours.any(axis=1))[used.weekday]
    factor = _without_slots(fit_day_factor(total[working], used.weekday[working]), slot, used, hours)
    scatter = (factor.variance.value or 0.0) + (slot.sd.value or 0.0) ** 2
    tables = _tables(inside, hours, days, scatter)
    per_hour = 60.0 / used.interval_min
    note = f"{total.sum():.0f} calls on {int(working.sum())} days, intervals of {used.interval_min} min"
    if first is not None:
        note += f"; {every.n.sum() - used.n.sum():.0f} redials taken off"
    return Arrivals(
        counts.queue,
        used.interval_min,
        tables[0] * per_hour,
        tables[1] * per_hour,
        tables[2] * per_hour,
        _mean_by_weekday(every, hours) * per_hour,
        hours,
        days,
        float(total.sum()),
        _a_day(total[working], used, working, scatter),
        factor,
        slot,
        _neighbours(factor.observed, np.array([date.toordinal() for date in used.dates])[working]),
        used,
        note,
    )


def _mean_by_weekday(counts: Counts, hours: Flags) -> Floats:
    means = np.zeros(hours.shape)
    for day in range(7):
        own = counts.weekday == day
        if own.any():
            means[day] = counts.n[own].mean(axis=0) * hours[day]
    return means


def _tables(inside: Counts, hours: Flags, days: tuple[int, ...], scatter: float) -> tuple[Floats, Floats, Floats]:
    mean = _mean_by_weekday(inside, hours)
    n = np.maximum(np.array(days, dtype=np.float64), 1.0)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt((1.0 / mean + scatter) / n)
        low, high = mean * np.exp(-Z95 * relative), mean * np.exp(Z95 * relative)
    none = ~(mean > 0.0)
    low[none], high[none] = 0.0, (np.broadcast_to(3.689 / n, mean.shape) * hours)[none]
    return mean, low, high


def _without_slots(factor: DayFactor, slot: SlotFit, counts: Counts, hours: Flags) -> DayFactor:
    """The day factor's variance without what slot factors do to a day's total."""
    if factor.variance.value is None or not slot.sd.value:
        return factor
    on = [day for day in range(7) if (counts.weekday == day).sum() > 1 and hours[day].any()]
    taken = float(np.mean(slot.shared[on]))
    total = factor.variance
    value = max(0.0, factor.variance.value - taken)
    below = np.hypot(factor.variance.value - (total.low or 0.0), Z95 * slot.shared_se)
    above = np.hypot((total.high or 0.0) - factor.variance.value, Z95 * slot.shared_se)
    low = max(0.0, factor.variance.value - taken - float(below))
    high = max(0.0, factor.variance.value - taken + float(above))
    note = f"{total.note}; {taken:.5f} of the totals' variance is that of slot factors and taken off"
    variance = Estimate(value, low, high, (high - low) / 3.92, total.n, note)
    return factor._replace(variance=variance, shape=shape_of(variance))


def _a_day(total: Floats, used: Counts, working: Flags, scatter: float) -> Estimate:
    if not len(total) or total.sum() <= 0:
        return unknown("no calls in opening hours on regular days", len(total))
    mean = float(total.mean())
    group = used.weekday[working]
    off = np.concatenate([total[group == day] - total[group == day].mean() for day in np.unique(group)])
    freedom = len(total) - len(np.unique(group))
    if freedom > 0:
        se = float(np.sqrt((off**2).sum() / freedom / len(total)))
        return on_log(mean, se / mean, len(total), f"{len(total)} days; scatter within weekdays")
    relative = float(np.sqrt((1.0 / mean + scatter) / len(total)))
    return on_log(mean, relative, len(total), f"{len(total)} days; Poisson noise only: no weekday has two days")


def _neighbours(observed: Floats, ordinal: Floats) -> Estimate:
    follows = np.flatnonzero(np.diff(ordinal) == 1)
    if len(follows) < 20:
        return unknown("fewer than 20 pairs of days in a row", len(follows))
    pair = float(np.corrcoef(observed[follows], observed[follows + 1])[0, 1])
    se = float((1.0 - pair**2) / np.sqrt(len(follows)))
    note = f"{len(follows)} pairs of days; the model draws days independently, so this is not in the scenario"
    low, high = max(-1.0, pair - Z95 * se), min(1.0, pair + Z95 * se)
    return Estimate(pair, low, high, se, len(follows), note)
