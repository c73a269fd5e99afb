"""From history to the next weeks' arrivals: methods, how wrong each was in the past, and the better one's forecast."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.counts import Counts
from sim.calibrate.fits.day_factor import shape_of
from sim.calibrate.fits.estimate import Estimate, Floats, unknown
from sim.calibrate.fits.everything import Fitted
from sim.units import MINUTE

NAIVE, AVERAGE, ETS = "seasonal naive", "mean of 4 weeks", "AutoETS"
PROFILE_DAYS = 8
"""days of a weekday whose intervals share a day's total"""
FOLDS = 6
"""origins of the back-test, a week apart"""
LEAST_WEEKS = 3
"""of history before the first origin"""
LEAST_DAYS = 5
"""days of back-test from which the day factor comes from its errors"""
MOST_WEEKS = 12
LEAST_ETS = 20
Z90 = (0.05, 0.95)


class Error(NamedTuple):
    """What a method got wrong in the back-test."""

    method: str
    origins: int
    days: int
    wape: float
    """sum of the intervals' errors over the sum of what came"""
    mae: float
    """mean error of an interval, contacts"""
    wape_days: float
    """the same over days' totals"""


class QueueForecast(NamedTuple):
    """One queue's next weeks."""

    queue: str
    chosen: str
    errors: tuple[Error, ...]
    """of all methods, the chosen one first; () where the history is too short to test"""
    dates: tuple[dt.date, ...]
    mean: Floats
    """first calls, shape (dates, intervals of the day)"""
    variance: Estimate
    """of a day's factor about the forecast"""
    offered: float
    """contacts, redials included, for each first call"""
    history: Counts
    note: str


class Forecast(NamedTuple):
    """All queues'."""

    weeks: int
    interval_min: int
    queues: dict[str, QueueForecast]
    methods: tuple[str, ...]
    note: str


Method = Callable[[Counts, tuple[dt.date, ...]], Floats]
"""History and dates in, contacts by date and interval out."""


def forecast(fitted: Fitted, weeks: int) -> Forecast:
    """First calls of each queue in the weeks after the log, by date and interval.

    History: counts of the regular days. Methods: the same weekday of the last week (`seasonal naive`); the mean of its
    last 4; AutoETS of statsforecast on days' totals, spread by the weekday's last 8 days - left out where that is not
    installed. Each forecasts the last weeks of the log from what came before (rolling origin, a week apart, up to 6);
    the one with the least error over intervals is chosen, queue by queue. The day factor's variance is that of actual
    over forecast days in that test, less Poisson noise: what the forecast does not know goes into the scenario.
    Sources: Ibrahim, Ye, L'Ecuyer and Shen (2016), "Modeling and forecasting call center arrivals", International
    Journal of Forecasting 32; Garza, Canseco, Challu and Olivares, statsforecast (2022).
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise ValueError(f"needs 1 to {MOST_WEEKS} weeks, got {weeks}")
    methods = available()
    start = fitted.calendar.last + dt.timedelta(days=1)
    queues = {}
    for queue, fit in fitted.queues.items():
        counts, hours = fit.arrivals.counts, fit.arrivals.open
        inside = counts._replace(n=counts.n * hours[counts.weekday])
        dates = tuple(
            date for date in (start + dt.timedelta(days=i) for i in range(7 * weeks)) if hours[date.weekday()].any()
        )
        all_first = float(fit.arrivals.offered_per_hour.sum()) / max(float(fit.arrivals.per_hour.sum()), 1e-9)
        queues[queue] = _of_queue(queue, inside, dates, weeks, methods, max(all_first, 1.0))
    missing = "" if ETS in methods else "; statsforecast is not installed: pip install 'tightrope[forecast]'"
    return Forecast(weeks, fitted.interval_min, queues, tuple(methods), f"from {start} on{missing}")


def available() -> dict[str, Method]:
    """The methods that can be used here."""
    methods: dict[str, Method] = {NAIVE: lambda history, dates: _last(history, dates, 1),
                                  AVERAGE: lambda history, dates: _last(history, dates, 4)}  # fmt: skip
    try:
        import statsforecast.models  # noqa: F401
    except ImportError:
        return methods
    return methods | {ETS: _ets}


def _of_queue(
    queue: str, history: Counts, dates: tuple[dt.date, ...], weeks: int, methods: dict[str, Method], offered: float
) -> QueueForecast:
    tested = {name: _back_test(name, method, history, weeks) for name, method in methods.items()}
    known = {name: found for name, found in tested.items() if found is not None}
    if known:
        chosen = min(known, key=lambda name: known[name][0].wape)
        variance = _variance(*known[chosen][1:])
        errors = tuple(sorted((each for each, _, _ in known.values()), key=lambda each: each.wape))
        note = f"{errors[0].origins} origins, {errors[0].days} days of back-test"
    else:
        chosen, errors, variance = AVERAGE, (), unknown("the history is too short for a back-test")
        note = variance.note
    mean = methods[chosen](history, dates) if dates else np.zeros((0, history.slots))
    return QueueForecast(queue, chosen, errors, dates, mean, variance, offered, history, note)


# ---------------------------------------------------------------- methods


def _last(history: Counts, dates: tuple[dt.date, ...], number: int) -> Floats:
    """The mean of the last days of the same weekday."""
    weekday, out = history.weekday, np.zeros((len(dates), history.slots))
    for k, date in enumerate(dates):
        own = np.flatnonzero(weekday == date.weekday())[-number:]
        if len(own):
            out[k] = history.n[own].mean(axis=0)
    return out


def _ets(history: Counts, dates: tuple[dt.date, ...]) -> Floats:
    """Days' totals by exponential smoothing, spread over the day as the weekday's last days were.

    Under 3 weeks or 20 days of history, which is too little for it, the mean of 4 weeks.
    """
    from statsforecast.models import AutoETS

    open_days = sorted(set(history.weekday.tolist()))
    total = dict(zip(history.dates, history.n.sum(axis=1), strict=True))
    first = history.dates[0]
    series, last = [], history.dates[-1]
    for i in range((last - first).days + 1):
        date = first + dt.timedelta(days=i)
        if date.weekday() in open_days:  # a day that is not regular counts as its weekday's median
            series.append(total.get(date, float(np.median(history.n[history.weekday == date.weekday()].sum(axis=1)))))
    if len(series) < max(LEAST_ETS, 3 * len(open_days)):
        return _last(history, dates, 4)
    ahead = [
        date for date in (last + dt.timedelta(days=i) for i in range(1, (dates[-1] - last).days + 1))
        if date.weekday() in open_days
    ]  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = AutoETS(season_length=max(len(open_days), 1))
        found = model.forecast(y=np.array(series, dtype=np.float64), h=max(len(ahead), 1))["mean"]
    totals = dict(zip(ahead, np.maximum(found, 0.0), strict=False))
    profile = _last(history, dates, PROFILE_DAYS)
    share = profile / np.maximum(profile.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(share * np.array([float(totals.get(date, 0.0)) for date in dates])[:, None])


# ---------------------------------------------------------------- back-test


def _back_test(name: str, method: Method, history: Counts, weeks: int) -> tuple[Error, Floats, Floats] | None:
    """(errors, days that came, days that were forecast); None where the history is too short."""
    first, end = history.dates[0], history.dates[-1] + dt.timedelta(days=1)
    actual, guessed, origins = [], [], 0
    for fold in range(FOLDS, 0, -1):
        origin = end - dt.timedelta(weeks=weeks + fold - 1)
        if origin - first < dt.timedelta(weeks=LEAST_WEEKS):
            continue
        before = [i for i, date in enumerate(history.dates) if date < origin]
        until = origin + dt.timedelta(weeks=weeks)
        after = [i for i, date in enumerate(history.dates) if origin <= date < until]
        if not before or not after:
            continue
        known = history.only(np.array(before))
        usable = [i for i in after if history.dates[i].weekday() in set(known.weekday.tolist())]
        if usable:
            origins += 1
            actual.append(history.n[usable])
            guessed.append(method(known, tuple(history.dates[i] for i in usable)))
    if not origins:
        return None
    came, said = np.concatenate(actual), np.concatenate(guessed)
    busy = (came > 0) | (said > 0)
    total = max(float(came.sum()), 1e-9)
    off, days = np.abs(came - said), np.abs(came.sum(axis=1) - said.sum(axis=1))
    mae = float(off[busy].mean()) if busy.any() else 0.0
    error = Error(name, origins, len(came), float(off.sum()) / total, mae, float(days.sum()) / total)
    return error, came.sum(axis=1), said.sum(axis=1)


def _variance(came: Floats, said: Floats) -> Estimate:
    """Variance of a day's factor: mean square of (came - said) / said, less the Poisson noise of what came."""
    used = said >= 5.0
    if used.sum() < LEAST_DAYS:
        return unknown(f"only {int(used.sum())} days in the back-test", int(used.sum()))
    off = (came[used] - said[used]) / said[used]
    each = off**2 - 1.0 / said[used]
    value, n = float(each.mean()), len(off)
    se = float(each.std(ddof=1) / math.sqrt(n))
    note = f"errors of {n} forecast days, Poisson noise taken off"
    return Estimate(max(value, 0.0), max(value - 1.96 * se, 0.0), max(value + 1.96 * se, 0.0), se, n, note)


# ---------------------------------------------------------------- into the scenario, and as a table


def with_forecast(fitted: Fitted, found: Forecast, week: int = 1) -> Fitted:
    """The fits with a forecast week in place of the past's mean rates, and the forecast's day factor.

    A scenario's rates are those of one week, so `week` says which of the forecast ones: 1 begins the day after the log.
    Errors: ValueError for a week that was not forecast.
    """
    if not 1 <= week <= found.weeks:
        raise ValueError(f"week {week}: {found.weeks} were forecast")
    queues = {}
    start = fitted.calendar.last + dt.timedelta(days=7 * (week - 1) + 1)
    for queue, fit in fitted.queues.items():
        own, arrivals = found.queues[queue], fit.arrivals
        per_hour = np.zeros(arrivals.per_hour.shape)
        for date, mean in zip(own.dates, own.mean, strict=True):
            if start <= date < start + dt.timedelta(days=7):
                per_hour[date.weekday()] = mean * 60.0 / found.interval_min
        factor = arrivals.day_factor
        spread = math.exp(1.96 * math.sqrt(own.variance.value or factor.variance.value or 0.0))
        if own.variance.value is not None:
            factor = factor._replace(variance=own.variance, shape=shape_of(own.variance))
        error = f", back-tested error {100 * own.errors[0].wape:.0f} % of contacts" if own.errors else ""
        note = f"Forecast by {own.chosen} for the week from {start} on{error}. History: {arrivals.note}"
        arrivals = arrivals._replace(
            per_hour=per_hour, low=per_hour / spread, high=per_hour * spread, day_factor=factor, note=note
        )
        queues[queue] = fit._replace(arrivals=arrivals)
    return fitted._replace(queues=queues)


def as_table(found: Forecast) -> pl.DataFrame:
    """The forecast by queue and interval: queue, start, length_s, offered (redials included), low and high (90 %)."""
    frames = []
    for own in found.queues.values():
        mean = own.mean * own.offered
        low, high = bounds(mean, own.variance.value or 0.0)
        starts = [
            dt.datetime.combine(date, dt.time()) + dt.timedelta(seconds=slot * found.interval_min * MINUTE)
            for date in own.dates for slot in range(mean.shape[1])
        ]  # fmt: skip
        frame = pl.DataFrame({"start": starts, "offered": mean.ravel(), "low": low.ravel(), "high": high.ravel()},
                             schema_overrides={"start": pl.Datetime("us")})  # fmt: skip
        frames.append(frame.filter(pl.col("offered") > 0).select(
            pl.lit(own.queue).alias("queue"), "start",
            pl.lit(found.interval_min * 60, dtype=pl.Int32).alias("length_s"),
            pl.col("offered").round(2), "low", "high",
        ))  # fmt: skip
    return pl.concat(frames).sort("start", "queue")


def bounds(mean: Floats, variance: float) -> tuple[Floats, Floats]:
    """Counts between which 90 % lie: Poisson, or with this variance of its factor a negative binomial."""
    from scipy.stats import nbinom, poisson

    safe = np.maximum(mean, 1e-9)
    if variance <= 1e-9:
        low, high = (poisson.ppf(p, safe) for p in Z90)
    else:
        low, high = (nbinom.ppf(p, 1.0 / variance, 1.0 / (1.0 + variance * safe)) for p in Z90)
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
