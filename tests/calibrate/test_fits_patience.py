"""Patience and calling again: what was put into a log comes out of it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
import yaml

from sim.calibrate.fits.calendar import fit_calendar
from sim.calibrate.fits.counts import count_contacts
from sim.calibrate.fits.everything import fit_contacts
from sim.calibrate.fits.following import following
from sim.calibrate.fits.patience import fit_patience
from sim.calibrate.fits.redials import first_share, fit_redials, fit_repeats, fit_resolution
from sim.calibrate.scenario_file import scenario_text
from tests.calibrate.lab import center, log_of, usual_log

START = dt.datetime(2024, 1, 1)


def waits(patience: np.ndarray, offered: np.ndarray, digits: int | None = None) -> pl.DataFrame:
    """Contacts that wait for the lesser of patience and the wait that is in store."""
    wait = np.minimum(patience, offered)
    return pl.DataFrame(
        {
            "queue": ["voice"] * len(wait),
            "arrived": pl.Series([START + dt.timedelta(days=k) for k in range(len(wait))]),
            "wait_s": wait if digits is None else np.floor(wait),
            "outcome": np.where(patience < offered, "abandoned", "handled"),
        }
    )


def test_patience_of_a_simulated_log() -> None:
    fit = fit_patience(usual_log(), "voice")
    exponential = next(law for law in fit.laws if law.name == "exponential")
    assert exponential.parameters["mean_s"].covers(200)
    # Whatever wins by AIC is as good: the share still willing after 1 and 3 minutes.
    best = fit.laws[0]
    assert float(best.survival(60.0)) == pytest.approx(np.exp(-60 / 200), abs=0.02)
    assert float(best.survival(180.0)) == pytest.approx(np.exp(-180 / 200), abs=0.04)
    truth = np.exp(-fit.at / 200)
    assert ((fit.low <= truth) & (truth <= fit.high))[fit.at > 5].mean() > 0.8
    assert np.abs(fit.fitted - fit.kaplan_meier).max() < 0.03


@pytest.mark.parametrize(("kind", "draw", "truth"), [
    ("weibull", lambda rng, n: 300 * rng.weibull(0.6, n), {"scale_s": 300, "shape": 0.6}),
    ("lognormal", lambda rng, n: rng.lognormal(5, 1.1, n), {"median_s": np.exp(5), "sigma": 1.1}),
])  # fmt: skip
def test_the_right_law_is_chosen(kind: str, draw: object, truth: dict[str, float]) -> None:
    rng = np.random.default_rng(2)
    n = 20_000
    fit = fit_patience(waits(draw(rng, n), rng.exponential(90, n)), "voice")  # type: ignore[operator]
    assert fit.chosen == kind
    for name, value in truth.items():
        assert fit.parameters[name].covers(value)


def test_callers_who_are_told_their_place_are_found() -> None:
    """28 days, 2,000 hang-ups: each ratio within 3 standard errors, the law of those with nobody ahead within 0.06."""
    told, patience = "{ahead: [1, 3, 5], hazard: [1.5, 3, 5]}", "{kind: weibull, scale_s: 400, shape: 0.8}"
    log = log_of(center(told=told, patience=patience))
    fit = fit_patience(log, "voice")
    assert fit.place is not None and fit.chosen.endswith("by callers ahead")
    truth = {1: 1.5, 2: 1.5, 3: 3.0, 5: 5.0, 8: 5.0, 13: 5.0}
    for step, ratio in zip(fit.place.ahead, fit.place.hazard, strict=True):
        assert abs(np.log(ratio.known / truth[step])) < 3.0 * (ratio.se or 0.0) / ratio.known
    for seconds in (30.0, 120.0):
        assert float(fit.laws[0].survival(seconds)) == pytest.approx(np.exp(-((seconds / 400) ** 0.8)), abs=0.06)
    assert [curve.said for curve in fit.by_place] == ["0", "1", "2", "3 to 4", "5 and more"]
    for curve in fit.by_place:
        assert np.abs(curve.fitted - curve.kaplan_meier).max() < 0.1
    written = yaml.safe_load(scenario_text(fit_contacts(log), "again"))
    assert written["queues"]["voice"]["told_place"]["ahead"] == [1, 2, 3, 5]


def test_who_is_told_nothing_shows_no_place() -> None:
    fit = fit_patience(usual_log(), "voice")
    assert fit.place is None and not fit.by_place


def test_a_jump_in_the_hazard_needs_pieces() -> None:
    """A message after 30 s that sends many away."""
    rng = np.random.default_rng(3)
    n = 30_000
    first, later = rng.exponential(500, n), rng.exponential(60, n)
    patience = np.where(first < 30, first, np.where(later < 20, 30 + later, 50 + rng.exponential(500, n)))
    fit = fit_patience(waits(patience, rng.exponential(100, n)), "voice")
    assert fit.chosen.startswith("piecewise")
    at = np.array([10.0, 29.0, 40.0, 50.0, 120.0])
    share = np.array([(patience > t).mean() for t in at])
    assert np.abs(fit.laws[0].survival(at) - share).max() < 0.02


def test_whole_seconds() -> None:
    rng = np.random.default_rng(4)
    n = 20_000
    fit = fit_patience(waits(rng.exponential(150, n), rng.exponential(80, n), 0), "voice")
    assert fit.mean.covers(150)
    assert fit.balk.value is None


def test_who_leaves_at_once_balks() -> None:
    rng = np.random.default_rng(5)
    n = 10_000
    patience = np.where(rng.random(n) < 0.1, 0.0, rng.exponential(150, n))
    fit = fit_patience(waits(patience, rng.exponential(80, n)), "voice")
    assert fit.balk.covers(0.1)
    assert fit.mean.covers(150)


def test_no_abandonments() -> None:
    fit = fit_patience(waits(np.full(500, 1e9), np.full(500, 30.5)), "voice")
    assert fit.asks is None
    assert "0 hang-ups" in fit.note
    assert fit.mean.value is None


def test_redials_of_a_simulated_log() -> None:
    contacts = usual_log()
    calendar = fit_calendar(count_contacts(contacts, 60))
    known = following(contacts, calendar)
    fit = fit_redials(contacts, "voice", known)
    assert fit.probability.covers(0.4)
    assert fit.median_s.covers(1200)
    assert fit.sigma.covers(1.2)
    assert fit.identified.value == 1.0
    shares = first_share(contacts, {"voice": fit}, known)["first"]
    callers = contacts["caller"].n_unique()
    assert shares.sum() == pytest.approx(callers, rel=0.001)
    repeats = fit_repeats(contacts, "voice", known)
    assert repeats.probability.known < 0.001


def people(
    rng: np.random.Generator, days: int, p_back: float, anyway_a_day: float, answered: float = 0.8
) -> pl.DataFrame:
    """Callers who call at random and come back after hanging up: a second, independent reason."""
    rows = []
    for caller in range(3000):
        at = float(rng.exponential(86_400 / anyway_a_day))
        while at < days * 86_400:
            handled = rng.random() < answered
            rows.append((START + dt.timedelta(seconds=at), "handled" if handled else "abandoned", f"c{caller}"))
            anyway = float(rng.exponential(86_400 / anyway_a_day))
            back = float(rng.lognormal(np.log(1200), 1.0)) if not handled and rng.random() < p_back else np.inf
            at += min(anyway, back)
    arrived, outcome, who = zip(*sorted(rows), strict=True)
    n = len(rows)
    return pl.DataFrame(
        {
            "queue": ["voice"] * n, "arrived": arrived, "wait_s": np.zeros(n), "outcome": outcome,
            "talk_s": np.zeros(n), "hold_s": np.zeros(n), "caller": who,
            "resolved": pl.Series([None] * n, dtype=pl.Boolean),
        }
    )  # fmt: skip


def test_redials_beyond_those_who_call_anyway() -> None:
    """Callers call twice a day anyway: half of those who hang up are back in 4 hours, 30 % because of it."""
    contacts = people(np.random.default_rng(6), 10, 0.3, 2.0)
    fit = fit_redials(contacts, "voice")
    assert fit.probability.covers(0.3)
    assert fit.median_s.covers(1200)
    assert fit.came_back[-1] > 0.45
    assert fit.anyway[-1] == pytest.approx(1 - np.exp(-1 / 3), abs=0.03)


def test_callers_who_are_not_known_make_it_rough_which_is_said() -> None:
    contacts = people(np.random.default_rng(9), 10, 0.3, 2.0)
    hidden = pl.Series(np.random.default_rng(1).random(contacts.height) < 0.5)
    fit = fit_redials(contacts.with_columns(caller=pl.when(hidden).then(None).otherwise("caller")), "voice")
    assert fit.identified.known == pytest.approx(0.5, abs=0.02)
    assert "rough: callers are known of 50 %" in fit.probability.note


def test_nobody_redials_beyond_the_baseline() -> None:
    contacts = people(np.random.default_rng(7), 10, 0.0, 2.0)
    fit = fit_redials(contacts, "voice")
    assert fit.probability.low is not None and fit.probability.low < 0.02


def test_repeats_over_the_baseline_and_resolution() -> None:
    """40 days; 25 % of handled contacts are followed by another because of them, median 6 hours."""
    rng = np.random.default_rng(8)
    rows = []
    for caller in range(4000):
        at = float(rng.uniform(0, 20 * 86_400))
        while at < 40 * 86_400:
            rows.append((START + dt.timedelta(seconds=at), f"c{caller}"))
            back = float(rng.lognormal(np.log(21_600), 1.0)) if rng.random() < 0.25 else np.inf
            at += min(float(rng.exponential(30 * 86_400)), back)
    arrived, who = zip(*sorted(rows), strict=True)
    n = len(rows)
    contacts = pl.DataFrame(
        {
            "queue": ["voice"] * n, "arrived": arrived, "wait_s": np.zeros(n), "outcome": ["handled"] * n,
            "talk_s": np.zeros(n), "hold_s": np.zeros(n), "caller": who,
            "resolved": pl.Series([i % 4 > 0 for i in range(n)], dtype=pl.Boolean),
        }
    )  # fmt: skip
    fit = fit_repeats(contacts, "voice")
    assert fit.probability.covers(0.25)
    assert fit.median_s.covers(21_600)
    resolution = fit_resolution(contacts, "voice")
    assert resolution.no_further_contact.known == pytest.approx(0.75 * np.exp(-7 / 30), abs=0.02)
    assert resolution.recorded.covers(0.75)


def test_without_callers_ids_there_is_no_figure() -> None:
    contacts = log_of(center(days=7)).with_columns(caller=pl.lit(None, dtype=pl.String))
    known = following(contacts)
    for fit in (fit_redials(contacts, "voice", known), fit_repeats(contacts, "voice", known)):
        assert fit.probability.value is None
        assert "too few" in fit.note
        assert fit.delay is None
    assert fit_resolution(contacts, "voice", known).no_further_contact.value is None
    assert (first_share(contacts, {"voice": fit}, known)["first"] == 1.0).all()


def test_without_abandonments_nobody_redials() -> None:
    contacts = log_of(center(days=7, agents=(60,) * 10))
    fit = fit_redials(contacts, "voice")
    assert fit.probability.value is None
    assert fit.note == "no abandonments"
