"""Simulated encounters obey docs/model.md: its formulas worked out anew, from what a run has written down.

One busy day with everything on; all agents alike except in empathy, constant talks, so that every term can be seen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from sim.record import ComesBack, Outcome, Rows
from sim.run import Model
from sim.scenario import build

SAME = {"mean": 0.5, "sd": 0.0}
BEHAVIOR = {
    "people": True,
    "talk": {"load": 0.11, "wait": 0.0115, "listening": 0.05, "calming": 0.1, "agitation": 0.15, "hurry": 0.25}
    | {"assist": 1.0, "canned": 0.15},
    "temper": {"waiting": 1.0, "attempts": 0.5, "transfers": 0.5, "hurry": 0.3},
    "empathy": {"energy": 0.3, "pressure": 0.3, "acting": 0.2, "script": 0.6},
    "pressure": {"speed": 1.0, "quality": 1.0},
    "resolution": {"empathy": 0.15, "hurry": 0.25, "complexity": 0.3},
    "satisfaction": {"typical": 0.9, "unresolved": 1.9, "repeats": 0.77, "empathy": 0.35, "acted": 0.5, "waiting": 0.25}
    | {"tolerated_s": 60, "long_talk": 0.2, "transfers": 0.4, "goodwill": 0.4, "goodwill_scale": 20, "replies": 0.15}
    | {"replies_tilt": 0.3},
    "loyalty": {"at_once": 0.05, "later": 0.09, "unresolved": 0.25, "tilt": 0.3, "follows": 0.3},
    "energy": {"start": 0.9, "work": 0.1, "hurry": 0.15, "acting": 0.6, "agitation": 0.15, "rest": 0.8},
}
SCENARIO = {
    "queues": {
        "first": {
            "arrivals": {"kind": "rates", "per_hour": 300},
            "talk": {"kind": "constant", "value_s": 200},
            "wrap": {"kind": "constant", "value_s": 40},
            "patience": {"kind": "exponential", "mean_s": 600},
            "repeat": {"probability": 0.6, "delay": {"kind": "exponential", "mean_s": 3600}},
            "redial": {"after_abandon": 0.4},
            "transfer": {"probability": 0.3, "to": "second"},
            "script": 0.2,
            "goodwill": 15.0,
            "survey": {"offered": 0.8},
        },
        "second": {
            "arrivals": {"kind": "rates", "per_hour": 1},
            "talk": {"kind": "constant", "value_s": 400},
            "repeat": {"probability": 0.6},
            "survey": {"offered": 0.8},
        },
    },
    "teams": {
        "front": {
            "agents": 21,
            "staffing": {"start": "00:00", "interval_min": 1440, "agents": [21]},
            "skills": {"first": {"level": 1, "assist": 1.0, "canned": 0.3}},
            "traits": {"speed": SAME, "knowledge": SAME, "patience": SAME, "persistence": SAME, "passion": SAME},
        },
        "back": {
            "agents": 5,
            "staffing": {"start": "00:00", "interval_min": 1440, "agents": [5]},
            "skills": {"second": 1},
            "traits": {"speed": SAME, "knowledge": SAME, "patience": SAME, "persistence": SAME, "passion": SAME},
        },
    },
    "goals": {"aht_target": 230},
}
NO, YES, LATER, ONWARD = ComesBack


class Day(NamedTuple):
    """Handled contacts and, row by row, what came of them."""

    handled: Rows
    met: Rows


@pytest.fixture(scope="module")
def day() -> Day:
    facts = Model.of(build(SCENARIO | {"behavior": BEHAVIOR})).simulate(0, "compiled")
    handled = facts.contacts[facts.contacts["outcome"] == Outcome.HANDLED]
    assert len(handled) == len(facts.met) > 5000
    return Day(handled, facts.met)


def z(trait: np.ndarray) -> np.ndarray:
    return (trait - 0.5) / 0.15


def within_four_errors(happened: np.ndarray, probability: np.ndarray) -> bool:
    """Whether so many happened as the probabilities say, to 4 standard errors of the sum."""
    error = np.sqrt((probability * (1 - probability)).sum())
    return bool(abs(happened.sum() - probability.sum()) <= 4 * error)


def test_the_day_has_everything(day: Day) -> None:
    handled, met = day
    assert {NO, YES, LATER, ONWARD} == set(handled["comes_back"].tolist())
    assert set(handled["leg"].tolist()) == {0, 1}
    assert handled["attempt"].max() >= 3
    assert (met["hurry"] > 0.05).mean() > 0.1
    assert (met["acted"] > 0.01).mean() > 0.1
    assert (met["from_waiting"] < 0).mean() > 0.05
    assert (met["from_long_talk"] < 0).mean() > 0.02
    assert (met["from_goodwill"] > 0).mean() > 0.2


def test_agitation(day: Day) -> None:
    handled, met = day
    wait = handled["answered"] - handled["arrived"]
    cause = wait / 300 + 0.5 * (handled["attempt"] - 1) + 0.5 * handled["leg"]
    np.testing.assert_allclose(met["agitation"], 1 - np.exp(-cause), rtol=1e-9, atol=1e-12)


def test_acting_fills_a_share_of_what_is_missing(day: Day) -> None:
    """All weights are alike, so 0.5 is asked; the canned share is stricter than the script."""
    _, met = day
    own = met["delivered"] - met["acted"]
    share = np.where(day.handled["queue"] == 0, 0.2 + 0.6 * 0.3, 0.2)
    np.testing.assert_allclose(met["acted"], share * np.maximum(0, 0.5 - own), rtol=1e-9, atol=1e-12)


def test_handle_time(day: Day) -> None:
    handled, met = day
    wait, score = handled["answered"] - handled["arrived"], z(met["delivered"])
    front = handled["queue"] == 0
    terms = {
        "by_agent": 0.0 * wait,
        "by_wait": 0.0115 * np.log1p(wait),
        "by_listening": 0.05 * score * handled["empathy"] / 0.5,
        "by_calming": -0.1 * score * met["agitation"],
        "by_agitation": 0.15 * met["agitation"],
        "by_hurry": -0.25 * met["hurry"],
        "by_aids": np.where(front, -np.log(1.14) - 0.15 * 0.3, 0.0),
    }
    for name, term in terms.items():
        np.testing.assert_allclose(met[name], term, rtol=1e-9, atol=1e-12, err_msg=name)
    assert met["by_load"].min() >= -0.11 * np.log(2 / 0.85) - 1e-12
    assert met["by_load"].max() <= 0.11 * np.log(0.85 / 0.5) + 1e-12
    drawn = np.where(front, 200.0, 400.0)
    log_time = np.log(drawn) + sum(met[name] for name in (*terms, "by_load"))
    np.testing.assert_allclose(np.log(handled["talk"] + handled["hold"]), log_time, rtol=1e-9)
    np.testing.assert_allclose(handled["wrap"], np.where(front, 40.0, 0.0), rtol=1e-12)


def test_satisfaction(day: Day) -> None:
    handled, met = day
    wait, need, hurry = handled["answered"] - handled["arrived"], handled["empathy"], handled["speed"]
    expected = np.where(handled["queue"] == 0, 200.0, 400.0)
    spent = np.where(handled["queue"] == 0, 15.0, 0.0) * np.clip((need - 0.5) / 0.3, 0, 1)
    over = handled["comes_back"] != ONWARD
    spent *= over & (met["short"] == 0)
    empathy = 0.35 * z(met["delivered"] - 0.5 * met["acted"]) * need / 0.5
    terms = {
        "from_resolution": -1.9 * (1 - met["resolved"]) * over,
        "from_repeats": -0.77 * (handled["attempt"] - 1),
        "from_empathy": np.where(met["short"] == 1, np.minimum(empathy, 0.0), empathy),
        "from_waiting": -0.25 * np.sqrt(np.maximum(0, wait - 60) / 60) * (0.5 + hurry),
        "from_long_talk": -0.2 * hurry * np.maximum(0, (handled["talk"] + handled["hold"]) / expected - 1),
        "from_transfers": -0.4 * handled["leg"],
        "from_goodwill": 0.4 * (1 - np.exp(-spent / 20)),
    }
    for name, term in terms.items():
        np.testing.assert_allclose(met[name], term, rtol=1e-9, atol=1e-9, err_msg=name)
    np.testing.assert_allclose(met["goodwill"], spent, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(met["satisfaction"], np.log(9) + sum(terms.values()), rtol=1e-9, atol=1e-9)


def test_what_is_said_and_who_answers_is_as_probable_as_satisfaction_says(day: Day) -> None:
    assert not day.met["surveyed"][day.handled["comes_back"] == ONWARD].any()
    met = day.met[day.handled["comes_back"] != ONWARD]
    assert within_four_errors(met["csat"] >= 4, 1 / (1 + np.exp(-met["satisfaction"])))
    answers = 0.8 / (1 + np.exp(-(np.log(0.15 / 0.85) + 0.3 * met["satisfaction"])))
    assert within_four_errors(met["surveyed"], answers)


def test_resolution_is_as_probable_as_said_in_both_legs(day: Day) -> None:
    handled, met = day
    for leg in (0, 1):
        mine = handled["leg"] == leg
        assert within_four_errors(met["resolved"][mine], met["p_resolved"][mine])


def test_the_unresolved_are_passed_on_or_come_back_as_often_as_said(day: Day) -> None:
    handled, met = day
    unresolved = met["resolved"] == 0
    assert not (handled["comes_back"][~unresolved] != NO).any()
    first = unresolved & (handled["leg"] == 0) & (handled["queue"] == 0)
    onward = handled["comes_back"][first] == ONWARD
    assert within_four_errors(onward, np.full(len(onward), 0.3))
    kept = handled["comes_back"][unresolved]
    again = np.isin(kept[kept != ONWARD], (YES, LATER))
    assert within_four_errors(again, np.full(len(again), 0.6))


def test_churn(day: Day) -> None:
    handled, met = day
    contacts = handled["attempt"] + handled["leg"]
    wish = np.where(met["resolved"] == 0, 0.25, np.where(contacts > 1, 0.09, 0.05))
    content = sum(met[f"from_{cause}"] for cause in ("empathy", "goodwill", "waiting", "long_talk", "transfers"))
    leaves = 0.3 / (1 + np.exp(-(np.log(wish / (1 - wish)) - 0.3 * content)))
    np.testing.assert_allclose(met["churn"], np.where(handled["comes_back"] == NO, leaves, 0.0), rtol=1e-9, atol=1e-12)


def test_everything_stays_within_its_limits(day: Day) -> None:
    met = day.met
    for name in ("agitation", "hurry", "energy", "delivered", "acted", "p_resolved", "churn"):
        assert met[name].min() >= 0
        assert met[name].max() <= 1
    names = [name for name in met.dtype.names or () if name != "back_after"]
    assert np.isfinite(np.array([met[name] for name in names], float)).all()
    goes_on = np.isin(day.handled["comes_back"], (YES, LATER))
    np.testing.assert_array_equal(np.isfinite(met["back_after"]), goes_on)
