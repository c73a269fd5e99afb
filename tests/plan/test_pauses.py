"""Absence and shrinkage: as given on average, where and as long as they should be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.record import AgentState, Duty, Outcome
from sim.run import Engine, Model
from tests.plan.given import queue, staffed, timetable

DAY = 86400.0
EARLY: dict[str, Any] = {"start": "08:00", "end": "16:00"}


def away_shares(team: dict[str, Any], shift: dict[str, Any], days: int = 7) -> np.ndarray[Any, Any]:
    """Share of each stint of 500 agents spent AWAY, shape (agents * days,)."""
    center = staffed({"shifts": {"e": 500}} | team, {"e": shift}, days=days)
    table = timetable(center, 1, 0)
    away = table[table["what"] == Duty.AWAY]
    place = away["who"] * days + (away["at"] // DAY).astype(int)
    return np.bincount(place, away["lasts"], minlength=500 * days) / 28800.0


def test_absence_is_as_given() -> None:
    """500 agents on 7 days: share of shifts missed within 4 standard errors of 0.1."""
    table = timetable(staffed({"shifts": {"e": 500}, "absence": 0.1}, {"e": EARLY}, days=7), 1, 0)
    missed = 1 - (table["what"] == Duty.SIGN_ON).sum() / 3500
    assert abs(missed - 0.1) < 4 * (0.09 / 3500) ** 0.5


def test_planned_shrinkage_is_one_block_of_its_length_anywhere_but_in_lunch() -> None:
    """Uniform over the places where it fits: 8:00-11:12 and 12:30-15:12, 54 % of them before lunch."""
    lunch = EARLY | {"lunch": {"start": "12:00", "minutes": 30}}
    center = staffed({"shifts": {"e": 2000}, "shrinkage": {"planned": 0.1}}, {"e": lunch})
    table = timetable(center, 1, 0)
    away, at_lunch = table[table["what"] == Duty.AWAY], table[table["what"] == Duty.LUNCH]
    assert (away["lasts"] == 2880.0).all() and len(np.unique(away["who"])) == len(away) == 2000
    assert (at_lunch["at"] == 12 * 3600.0).all()
    before = (away["at"] < 12 * 3600).mean()
    expected = (4 - 0.8) / (4 - 0.8 + 3.5 - 0.8)
    assert abs(before - expected) < 4 * (0.25 / 2000) ** 0.5
    morning = away["at"][away["at"] < 12 * 3600] / 3600
    n = len(morning)
    assert abs(morning.mean() - 9.6) < 4 * 3.2 / (12 * n) ** 0.5
    assert morning.min() >= 8.0 and morning.max() <= 11.2


@pytest.mark.parametrize(("share", "episode_min"), [(0.04, 10.0), (0.15, 10.0), (0.3, 20.0), (0.5, 5.0)])
def test_unplanned_shrinkage_is_the_share_on_average(share: float, episode_min: float) -> None:
    """3,500 stints with breaks and lunch: mean within 4 standard errors; variance that of compound Poisson.

    The sum of Poisson(m) exponentials of mean e has variance 2 m e^2.
    """
    pauses = {"breaks": [{"start": "10:00", "minutes": 15}], "lunch": {"start": "12:00", "minutes": 30}}
    shares = away_shares({"shrinkage": {"unplanned": share, "episode_min": episode_min}}, EARLY | pauses)
    variance = 2 * share * episode_min * 60 / 28800
    assert abs(shares.mean() - share) < 4 * (variance / 3500) ** 0.5
    # Excess kurtosis of a compound Poisson sum: 4! m e^4 / (2 m e^2)^2 = 6 / m.
    kurtosis = 3 + 6 * episode_min * 60 / (share * 28800)
    assert abs(shares.var() - variance) < 4 * variance * ((kurtosis - 1) / 3500) ** 0.5


def test_short_absences_fall_anywhere_and_last_exponentially() -> None:
    """Over 7,000 spells of 500 agents on 7 days: mean place and length within 4 standard errors."""
    center = staffed({"shifts": {"e": 500}, "shrinkage": {"unplanned": 0.045}}, {"e": EARLY}, days=7)
    table = timetable(center, 1, 0)
    away = table[table["what"] == Duty.AWAY]
    n = len(away)
    assert abs(n - 3500 * 2.16) < 4 * (3500 * 2.16) ** 0.5 + 3500 * 2.16 / 600  # a few of under half a second
    assert abs(away["lasts"].mean() - 600.0) < 4 * 600 / n**0.5
    middle = (away["at"] + away["lasts"] / 2) % DAY / 3600
    assert abs(middle.mean() - 12.0) < 4 * 8 / (12 * n) ** 0.5


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
@pytest.mark.parametrize(
    "team",
    [
        {"shifts": {"e": 2, "n": 2}},
        {"staffing": {"start": "06:00", "agents": [1, 4, 2]}},
        {"staffing": {"agents": 2}},
    ],
)
def test_who_is_away_all_the_time_handles_nobody(team: dict[str, Any], engine: Engine) -> None:
    """Callers wait when agents sign on, over midnight and where one stint follows another without a gap."""
    night = {"start": "22:00", "end": "06:00"}
    calls = queue(60, patience={"kind": "exponential", "mean_s": 600})
    own = team | {"shrinkage": {"planned": 1.0}}
    center = staffed(own, {"e": EARLY, "n": night}, queues={"q": calls}, days=2)
    facts = Model.of(center).simulate(0, engine)
    assert len(facts.contacts) > 2000
    assert (facts.contacts["outcome"] != Outcome.HANDLED).all()
    assert set(facts.states["state"]) == {AgentState.AWAY}
