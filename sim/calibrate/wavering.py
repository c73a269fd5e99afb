"""Wavering: handle times and patience differ from day to day and hour to hour by more than chance, and their means are
known only so well; replications that differ by that, too, give honest bands."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.agents import Speeds, factors_of
from sim.calibrate.fits.estimate import Estimate, Floats, Ints
from sim.calibrate.fits.everything import Fitted, QueueFit
from sim.calibrate.fits.place import callers_ahead
from sim.calibrate.held_out import time_of
from sim.calibrate.hourly import HOURS
from sim.calibrate.recorded_duty import with_duty
from sim.record import Facts, Portion, Rows
from sim.run import Engine, Model
from sim.units import HOUR

CV2 = 1.44
"""squared coefficient of variation of handle times where a report tells means only: 1.2, an assumption"""
LEAST = 10.0
"""contacts from which a day or an hour tells something of handle times"""
LEAST_HANG_UPS = 2.0
"""expected ones from which a day tells something of patience"""
UNKNOWN = 0.5
"""ln sd of a mean that could not be fitted, and is assumed"""


class Wavering(NamedTuple):
    """Standard deviations of ln(factor)."""

    handle_day: float
    handle_hour: float
    patience_day: float
    handle_mean: float
    """of the fitted mean, from its standard error"""
    patience_mean: float

    def __str__(self) -> str:
        hour = math.hypot(self.handle_day, self.handle_hour)
        return (
            f"handle times of an hour {100 * hour:.0f} %, patience of a day {100 * self.patience_day:.0f} % beyond "
            f"chance; means known to {100 * self.handle_mean:.1f} and {100 * self.patience_mean:.1f} %"
        )


def measured(log: pl.DataFrame, fitted: Fitted) -> Wavering:
    """The wavering of a fitted part: a log of contacts or a report by interval, days as the fits use them.

    Handle times: over their agents' factors and the mean of their queue and hour of the day, then variance components
    by days, and by days' hours with 10 contacts or more. Patience: hang-ups of days over those that the fitted laws
    expect of the waits (the hazards summed up), beyond Poisson noise. Not of hours: within a day hang-ups go with the
    length of the queue, which is no wavering. A report does not tell single waits, so there only the mean is uncertain.
    Source: moment estimator of DerSimonian and Laird (1986), "Meta-analysis in clinical trials", in the form
    weighted by sizes.
    """
    days = [fitted.calendar.dates[i] for i in fitted.calendar.regular]
    time = time_of(log)
    rows = log.filter(time.dt.date().is_in(days)).with_columns(day=time.dt.date(), hour=time.dt.hour())
    single = "arrived" in log.columns
    day, hour = _handle(rows, single, fitted.speeds)
    patience = _patience(rows, fitted) if single else 0.0
    return Wavering(day, hour, patience, _known_to(fitted, lambda fit: fit.aht), _known_to(fitted, _mean_patience))


def _mean_patience(fit: QueueFit) -> Estimate:
    return fit.patience.mean


def _known_to(fitted: Fitted, figure: Callable[[QueueFit], Estimate]) -> float:
    """Relative standard error of a queue's mean, queues weighted by their contacts; UNKNOWN where there is none."""
    errors, share = [], []
    for fit in fitted.queues.values():
        found = figure(fit)
        errors.append(min((found.se or 0.0) / found.value, UNKNOWN) if found.value else UNKNOWN)
        share.append(float(fit.arrivals.offered_per_hour.sum()))
    return float(np.average(errors, weights=share)) if sum(share) > 0 else 0.0


def _handle(rows: pl.DataFrame, single: bool, speeds: Speeds | None) -> tuple[float, float]:
    """(sd of days, sd of hours within days). Queues, and hours of day, in which all contacts last 0 s tell nothing."""
    if single:
        spent = pl.col("talk_s") + pl.col("hold_s").fill_null(0.0) + pl.col("wrap_s").fill_null(0.0)
        served = rows.filter(pl.col("outcome") == "handled")
        served = served.with_columns(spent=spent / factors_of(served, speeds), n=pl.lit(1.0))
    else:
        served = rows.with_columns(spent=pl.col("aht_s"), n=pl.col("handled").fill_null(0.0))
    served = served.drop_nulls("spent").filter(pl.col("n") > 0)
    if served.is_empty():
        return 0.0, 0.0
    for keys in ("queue", "hour"):
        usual = (pl.col("spent") * pl.col("n")).sum().over(keys) / pl.col("n").sum().over(keys)
        served = served.with_columns(spent=pl.col("spent") / usual).filter(pl.col("spent").is_finite())
    variance = served["spent"].var() if single else CV2
    within = variance if isinstance(variance, float) else CV2
    found = []
    for keys_ in (["day"], ["day", "hour"]):
        cells = served.group_by(keys_).agg(
            m=(pl.col("spent") * pl.col("n")).sum() / pl.col("n").sum(), n=pl.col("n").sum()
        ).filter(pl.col("n") >= LEAST)  # fmt: skip
        n, m = cells["n"].to_numpy(), cells["m"].to_numpy()
        found.append(_beyond(m, n, within / np.maximum(n, 1.0)))
    by_day, by_hour = found
    return math.sqrt(by_day), math.sqrt(max(by_hour - by_day, 0.0))


def _patience(rows: pl.DataFrame, fitted: Fitted) -> float:
    """Sd of days."""
    waited = rows.filter(pl.col("outcome").is_in(["handled", "abandoned"]) & (pl.col("wait_s") > 0))
    days = []
    for queue, fit in fitted.queues.items():
        if fit.patience.asks is None:
            continue
        own = waited.filter(pl.col("queue") == queue)
        hazard = fit.patience.expected(own["wait_s"].to_numpy(), callers_ahead(own))
        days.append(own.select("day", lost=(pl.col("outcome") == "abandoned").cast(pl.Float64), hazard=hazard))
    if not days:
        return 0.0
    cells = pl.concat(days).group_by("day").agg(pl.col("lost").sum(), pl.col("hazard").sum())
    lost, hazard = cells["lost"].to_numpy(), cells["hazard"].to_numpy()
    expected = hazard * lost.sum() / hazard.sum()
    enough = expected >= LEAST_HANG_UPS
    lost, expected = lost[enough], expected[enough]
    return math.sqrt(_beyond(lost / expected, expected, 1.0 / expected))


def _beyond(means: Floats, sizes: Floats, noise: Floats) -> float:
    """Variance of the cells' true means: sum n (m - m.)^2 less what noise of these variances makes of it."""
    if len(means) < 3:
        return 0.0
    whole = sizes.sum()
    mean = float(sizes @ means / whole)
    off = float(sizes @ (means - mean) ** 2)
    by_chance = float((sizes * noise * (1.0 - sizes / whole)).sum())
    return max((off - by_chance) / float(whole - (sizes**2).sum() / whole), 0.0) / mean**2


# ---------------------------------------------------------------- in a replication


def simulate(
    model: Model, replication: int, engine: Engine, wavering: Wavering, seed: int, pace: Floats | None = None,
    duty: Rows | None = None,
) -> Facts:  # fmt: skip
    """A replication's facts with handle times and patience times their factors, drawn anew in each replication.

    Factors are lognormal with mean 1, those of days and hours by the contact's arrival; pace, shape (24,), is what
    handle times are multiplied with by hour of the day besides; duty: who is there when, in place of the scenario's own
    timetable. The scenario's own draws stay what they are. Later attempts, whose time is not known beforehand, have the
    factors of means alone.
    """
    from sim.clocks.script import join

    random = np.random.default_rng([seed, replication])
    given = model.given(replication)
    days = int(model.scenario.days) + 1
    given = given._replace(chunks=_wavered(given.chunks, wavering, pace, days, random))
    if duty is not None:
        given = given._replace(timetable=with_duty(given.timetable, duty))
    if engine == "compiled":
        from sim.clocks.compiled_clock import CompiledClock

        return model.facts(replication, join(CompiledClock(given).portions()))
    from sim.clocks.simpy_clock import SimpyClock

    return model.facts(replication, SimpyClock(given).run())


def _wavered(
    portions: Iterator[Portion], wavering: Wavering, pace: Floats | None, days: int, random: np.random.Generator
) -> Iterator[Portion]:
    handle = _factors(wavering.handle_mean, wavering.handle_day, wavering.handle_hour, days, random)
    if pace is not None:
        handle[:-1] *= np.tile(pace, days)
    patience = _factors(wavering.patience_mean, wavering.patience_day, 0.0, days, random)
    for portion in portions:
        rows = portion.contacts
        arrived = np.asarray(rows["arrived"])
        known = np.isfinite(arrived)
        place: Ints = np.where(known, np.where(known, arrived, 0.0) // HOUR, days * HOURS).astype(np.int64)
        place = np.minimum(place, days * HOURS)
        for name in ("talk", "hold", "wrap"):
            rows[name] *= handle[place]
        rows["patience"] *= patience[place]
        portion.heard["patience"] *= np.repeat(patience[place], len(portion.heard) // max(1, len(rows)))
        yield portion


def _factors(mean: float, day: float, hour: float, days: int, random: np.random.Generator) -> Floats:
    """A factor for each hour of these days, and last the one for times that are not known."""

    def draw(sd: float, size: int) -> Floats:
        return np.exp(sd * random.standard_normal(size) - sd * sd / 2.0)

    whole = float(draw(mean, 1)[0])
    hours = np.repeat(draw(day, days), HOURS) * draw(hour, days * HOURS)
    return whole * np.append(hours, 1.0)


__all__ = ["Wavering", "measured", "simulate"]
