"""Calendar, rates, day and slot factors: what was put into a log comes out of it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from sim.calibrate.fits.arrivals import fit_arrivals
from sim.calibrate.fits.calendar import fit_calendar, flooded, in_words
from sim.calibrate.fits.counts import Counts, count_contacts, count_intervals
from sim.calibrate.fits.day_factor import fit_day_factor
from tests.calibrate.lab import RATES, center, log_of, usual_log

MONDAY = dt.date(2024, 1, 1)


def gamma_poisson(rng: np.random.Generator, weeks: int, mean: float, variance: float) -> tuple[np.ndarray, np.ndarray]:
    """Counts of days of five weekdays, each with its own mean, and their weekdays."""
    weekday = np.tile(np.arange(5), weeks)
    factor = rng.gamma(1 / variance, variance, len(weekday)) if variance else np.ones(len(weekday))
    return rng.poisson(mean * (1 + weekday / 5) * factor).astype(float), weekday


def test_day_factor_interval_covers_as_often_as_it_says() -> None:
    """400 logs of six weeks: 95 % +- 3.3 points are three standard errors; unadjusted, it would be about 85 %."""
    rng = np.random.default_rng(5)
    covered = sum(fit_day_factor(*gamma_poisson(rng, 6, 300.0, 0.03)).variance.covers(0.03) for _ in range(400))
    assert 0.917 <= covered / 400 <= 0.983


def test_day_factor_is_not_too_small_for_few_weeks() -> None:
    """Mean of 400 estimates: relative standard error 1.6 %; without the adjustment it is 25 % low for four weeks."""
    rng = np.random.default_rng(6)
    found = [fit_day_factor(*gamma_poisson(rng, 4, 500.0, 0.04)).variance.known for _ in range(400)]
    assert np.mean(found) == pytest.approx(0.04, rel=0.07)


def test_plain_poisson_days_have_no_factor() -> None:
    rng = np.random.default_rng(7)
    fit = fit_day_factor(*gamma_poisson(rng, 10, 200.0, 0.0))
    assert fit.variance.low == 0.0
    assert fit.shape.high == np.inf
    assert fit.variance.high is not None and fit.variance.high < 0.01


def test_one_day_tells_nothing_about_days() -> None:
    fit = fit_day_factor(np.array([100.0, 90.0]), np.array([0, 1]))
    assert fit.variance.value is None
    assert "no weekday has two days" in fit.variance.note


def test_rates_of_a_simulated_log() -> None:
    """First calls a day, and nine in ten hourly rates inside their 95 % intervals."""
    contacts = log_of(center(days=56, redial=0.0))
    counts = count_contacts(contacts, 60)
    calendar = fit_calendar(counts)
    assert in_words(calendar.open["voice"]) == dict.fromkeys(
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:00-18:00"
    )
    fit = fit_arrivals(counts["voice"], calendar)
    assert fit.a_day.covers(sum(RATES))
    truth = np.array(RATES)
    inside = (fit.low[:, 8:18] <= truth) & (truth <= fit.high[:, 8:18])
    # The intervals of one day share its factor: the 70 rates are worth far fewer.
    assert inside.mean() >= 0.8
    assert fit.day_factor.variance.covers(1 / 30)
    assert (fit.per_hour[:, :8] == 0).all() and (fit.per_hour[:, 18:] == 0).all()


def test_slot_factor_is_found_and_taken_off_the_days() -> None:
    contacts = log_of(center(3, days=84, scale=2.0, redial=0.0, slot="{sd: 0.2, lag1: 0.6}", agents=(30,) * 10))
    counts = count_contacts(contacts, 60)
    fit = fit_arrivals(counts["voice"], fit_calendar(counts))
    assert fit.slot_factor.sd.covers(0.2)
    assert fit.slot_factor.lag1.covers(0.6)
    assert fit.day_factor.variance.covers(1 / 30)


def test_no_slot_factor_where_there_is_none() -> None:
    contacts = log_of(center(4, days=56, redial=0.0))
    counts = count_contacts(contacts, 60)
    fit = fit_arrivals(counts["voice"], fit_calendar(counts))
    assert fit.slot_factor.sd.value == 0.0


def days(counts: dict[dt.date, list[int]], queue: str = "voice") -> pl.DataFrame:
    """Contacts in the middle of each hour, from 8:00."""
    rows = [
        dt.datetime.combine(date, dt.time(8 + hour)) + dt.timedelta(minutes=50 * i / max(n, 1))
        for date, hours in counts.items()
        for hour, n in enumerate(hours)
        for i in range(n)
    ]
    return pl.DataFrame(
        {"queue": [queue] * len(rows), "arrived": rows}, schema={"queue": pl.String, "arrived": pl.Datetime("us")}
    )


def test_holidays_and_silence_are_odd_days_and_listed() -> None:
    rng = np.random.default_rng(1)
    weeks = {MONDAY + dt.timedelta(days=i): rng.poisson(60, 9).tolist() for i in range(42) if i % 7 < 5}
    holiday, hole = MONDAY + dt.timedelta(days=9), MONDAY + dt.timedelta(days=17)
    weeks[holiday] = rng.poisson(10, 9).tolist()
    weeks[hole][3:6] = [0, 0, 0]
    absent = MONDAY + dt.timedelta(days=24)
    del weeks[absent]
    counts = count_contacts(days(weeks), 60)
    calendar = fit_calendar(counts)
    assert [day.date for day in calendar.odd] == [holiday, hole]
    assert "silent" in calendar.odd[1].reason or "deviations" in calendar.odd[1].reason
    assert calendar.missing == (absent,)
    assert len(calendar.regular) == 27
    assert len(fit_calendar(counts, keep=True).regular) == 29
    assert len(fit_calendar(counts, keep=[hole]).regular) == 28
    assert in_words(calendar.open["voice"])["sat"] == "closed"
    assert in_words(calendar.open["voice"])["mon"] == "08:00-17:00"


def test_a_log_of_one_day() -> None:
    counts = count_contacts(days({MONDAY: [20, 30, 40, 30]}), 30)
    calendar = fit_calendar(counts)
    fit = fit_arrivals(counts["voice"], calendar)
    assert fit.contacts == 120
    assert fit.day_factor.variance.value is None
    assert fit.a_day.value == 120
    assert fit.slot_factor.sd.value is None


def test_intervals_give_the_same_rates_as_contacts() -> None:
    contacts = usual_log()
    counts = count_contacts(contacts, 30)["voice"]
    cells = contacts.group_by("queue", pl.col("arrived").dt.truncate("30m").alias("start")).agg(
        offered=pl.len().cast(pl.Float64)
    )
    report = count_intervals(cells.with_columns(length_s=pl.lit(1800, dtype=pl.Int32)))["voice"]
    assert report.dates == counts.dates
    assert (report.n == counts.n).all()


def test_a_flood_is_no_busy_day() -> None:
    """Eight weeks of 20 half hours with 20 contacts: an hour of 80 is a flood, a day of 40 throughout is not."""
    n = np.zeros((56, 48))
    n[:, 16:36] = np.random.default_rng(1).poisson(20.0, (56, 20))
    dates = tuple(MONDAY + dt.timedelta(days=i) for i in range(56))
    assert flooded({"voice": Counts("voice", dates, n, 30)}) == set()
    n[10, 16:36] = np.random.default_rng(2).poisson(40.0, 20)
    n[23, 20:22] = 80.0
    n[30, 20] = 80.0  # one half hour: a coincidence
    assert flooded({"voice": Counts("voice", dates, n, 30)}) == {dates[23]}
    assert flooded({"voice": Counts("voice", dates[:14], n[:14], 30)}) == set()  # two of each weekday tell nothing
