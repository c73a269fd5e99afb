"""The forecast: methods on histories whose future is known, errors that can be worked out, rates in the scenario."""

from __future__ import annotations

import datetime as dt
import sys

import numpy as np
import polars as pl
import pytest

from sim.calibrate.fits.counts import Counts
from sim.calibrate.fits.everything import Fitted, fit_contacts
from sim.calibrate.forecast import (
    AVERAGE,
    ETS,
    NAIVE,
    as_table,
    available,
    bounds,
    forecast,
    with_forecast,
)
from sim.calibrate.scenario_file import scenario_text
from tests.calibrate.lab import usual_log

MONDAY = dt.date(2024, 1, 1)


def history(weeks: int, growth: float = 0.0) -> Counts:
    """Two intervals a day, 100 and 50 on a Monday, 10 more each weekday; every week `growth` more."""
    dates = tuple(MONDAY + dt.timedelta(days=i) for i in range(7 * weeks))
    day, week = np.arange(7 * weeks) % 7, np.arange(7 * weeks) // 7
    one = (100.0 + 10.0 * day) * (1.0 + growth * week)
    return Counts("voice", dates, np.column_stack([one, one / 2.0]), 720)


def ahead(weeks: int, after: int) -> tuple[dt.date, ...]:
    return tuple(MONDAY + dt.timedelta(days=7 * after + i) for i in range(7 * weeks))


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit_contacts(usual_log(), 60)


def test_the_baseline_is_last_week_again() -> None:
    known = history(6, 0.1)
    found = available()[NAIVE](known, ahead(2, 6))
    assert np.allclose(found[:7], known.n[-7:]) and np.allclose(found[7:], known.n[-7:])
    mean = available()[AVERAGE](known, ahead(1, 6))
    assert np.allclose(mean, known.n.reshape(6, 7, 2)[-4:].mean(axis=0))


def test_smoothing_follows_growth() -> None:
    pytest.importorskip("statsforecast")
    known, truth = history(12, 0.05), history(13, 0.05).n[-7:]
    found = available()[ETS](known, ahead(1, 12))
    naive = available()[NAIVE](known, ahead(1, 12))
    assert np.abs(found - truth).sum() < 0.6 * np.abs(naive - truth).sum()
    assert found[:, 0] == pytest.approx(2.0 * found[:, 1])


def test_the_baseline_is_there_without_the_library(monkeypatch: pytest.MonkeyPatch, fitted: Fitted) -> None:
    monkeypatch.setitem(sys.modules, "statsforecast", None)
    monkeypatch.setitem(sys.modules, "statsforecast.models", None)
    found = forecast(fitted, 1)
    assert found.methods == (NAIVE, AVERAGE) and "pip install" in found.note


def test_weeks_and_errors(fitted: Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.calibrate.forecast.available", lambda: {
        name: method for name, method in available().items() if name != ETS
    })  # fmt: skip
    found = forecast(fitted, 2)
    own = found.queues["voice"]
    assert len(own.dates) == 14 and own.dates[0] == fitted.calendar.last + dt.timedelta(days=1)
    assert [error.wape for error in own.errors] == sorted(error.wape for error in own.errors)
    assert own.errors[0].method == own.chosen == AVERAGE  # days are independent: four tell more than one
    first = fitted.queues["voice"].arrivals.a_day.known
    assert own.mean.sum() / 14 == pytest.approx(first, rel=0.15)
    # days have a factor with shape 30: variance 1/30, and the mean of four days has a quarter of that again
    assert own.variance.low < 1.25 / 30 < own.variance.high  # type: ignore[operator]
    with pytest.raises(ValueError, match="1 to 12 weeks"):
        forecast(fitted, 0)
    table = as_table(found)
    assert table.columns == ["queue", "start", "length_s", "offered", "low", "high"]
    assert (table["low"] <= table["offered"]).all() and (table["offered"] <= table["high"]).all()
    assert table["offered"].sum() == pytest.approx(own.mean.sum() * own.offered, rel=1e-3)
    _in_the_scenario(fitted, with_forecast(fitted, found))


def _in_the_scenario(fitted: Fitted, ahead_of: Fitted) -> None:
    text = scenario_text(ahead_of, "next")
    assert "Forecast by mean of 4 weeks" in text and "back-tested error" in text
    factor = ahead_of.queues["voice"].arrivals.day_factor
    assert factor.shape.known == pytest.approx(1.0 / factor.variance.known)
    assert ahead_of.queues["voice"].arrivals.per_hour.shape == fitted.queues["voice"].arrivals.per_hour.shape


def test_each_forecast_week_has_its_own_rates(fitted: Fitted) -> None:
    """The second week forecast with half as many again: its scenario has that, the first one's has not."""
    found = forecast(fitted, 2)
    own = found.queues["voice"]
    second = np.array([date > fitted.calendar.last + dt.timedelta(days=7) for date in own.dates])
    found.queues["voice"] = own._replace(mean=own.mean * np.where(second, 1.5, 1.0)[:, None])
    first, later = (with_forecast(fitted, found, week).queues["voice"].arrivals for week in (1, 2))
    assert second.sum() == 7 and first.per_hour.sum() > 0
    for day in range(7):
        at = [i for i, date in enumerate(own.dates) if date.weekday() == day]
        assert np.allclose(first.per_hour[day], own.mean[at[0]])
        assert np.allclose(later.per_hour[day], 1.5 * own.mean[at[1]])
    assert f"week from {fitted.calendar.last + dt.timedelta(days=8)}" in later.note
    with pytest.raises(ValueError, match="week 3"):
        with_forecast(fitted, found, 3)


def test_bounds_hold_nine_of_ten() -> None:
    rng = np.random.default_rng(1)
    for variance in (0.0, 0.05):
        factor = rng.gamma(1 / variance, variance, 20_000) if variance else np.ones(20_000)
        came = rng.poisson(40.0 * factor)
        low, high = bounds(np.array([40.0]), variance)
        inside = ((came >= low) & (came <= high)).mean()
        assert 0.89 <= inside <= 0.94  # whole numbers: a little more than 0.9


def test_a_short_history_says_so() -> None:
    few = fit_contacts(usual_log().filter(pl.col("arrived") < dt.datetime(2024, 1, 9)), 60)
    own = forecast(few, 1).queues["voice"]
    assert own.errors == () and own.chosen == AVERAGE and "too short" in own.note
