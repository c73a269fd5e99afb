"""Agents: the same people in every replication, whoever else is in the center."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from sim.people.talk import Talk, handle_factor
from sim.plan.roster import agents, heads
from tests.plan.given import queue, scenario, staffed

SHIFTS: dict[str, Any] = {"early": {"start": "08:00", "end": "16:00"}, "late": {"start": "12:00", "end": "20:00"}}
SPEED = {"behavior": {"talk": {"speed": 0.15}}}


def teams(**named: dict[str, Any]) -> Any:
    full = {name: {"skills": {"q": 1}, "staffing": {"agents": 3}} | team for name, team in named.items()}
    return scenario({"q": queue()}, teams=full, **SPEED)


def test_agents_stand_team_by_team() -> None:
    table = agents(teams(a={"agents": 2}, b={"agents": 3}, none={"agents": 0}), 1)
    assert table["team"].tolist() == [0, 0, 1, 1, 1]
    assert len(agents(scenario(), 1)) == 0


def test_heads_are_scaled_by_team_halves_up() -> None:
    assert heads(staffed({"agents": 25, "shifts": {"early": 1, "late": 1}}, SHIFTS, staffing={"scale": 0.9})) == [23]
    assert len(agents(staffed({"shifts": {"early": 20, "late": 21}}, SHIFTS, staffing={"scale": 1.1}), 1)) == 45


def test_handle_factor_is_the_listed_one_times_that_of_speed() -> None:
    table = agents(teams(a={"agents": 5, "handle_factors": [1.0, 0.5]}), 1)
    expected = [
        listed * handle_factor(speed, Talk(speed=0.15))
        for listed, speed in zip([1.0, 0.5, 1.0, 0.5, 1.0], table["speed"].tolist(), strict=True)
    ]
    assert table["handle_factor"].tolist() == expected
    plain = scenario({"q": queue()}, teams={"a": {"skills": {"q": 1}, "staffing": {"agents": 3}}})
    assert agents(plain, 1)["handle_factor"].tolist() == [1.0, 1.0, 1.0]


def test_agents_are_the_same_people_in_every_replication_and_others_under_another_seed() -> None:
    assert "replication" not in inspect.signature(agents).parameters
    center = teams(a={"agents": 20})
    assert (agents(center, 1) == agents(center, 1)).all()
    assert not np.isin(agents(center, 2)["speed"], agents(center, 1)["speed"]).any()


def test_more_agents_and_teams_change_nobody() -> None:
    few = agents(teams(a={"agents": 4}), 1)
    many = agents(teams(new={"agents": 3}, a={"agents": 6}), 1)
    for name in ("empathy", "speed", "handle_factor"):
        assert (many[name][3:7] == few[name]).all()
    assert np.unique(many["speed"]).size == 9


def test_traits_are_those_of_the_team() -> None:
    """n = 4,000: mean within 4 standard errors; correlation likewise."""
    n = 4000
    traits = {"empathy": {"mean": 0.6, "sd": 0.1}, "speed": {"mean": 0.4, "sd": 0.1}, "correlation": -0.5}
    table = agents(teams(a={"agents": n, "traits": traits}), 1)
    for name, mean in (("empathy", 0.6), ("speed", 0.4)):
        assert abs(table[name].mean() - mean) < 4 * 0.1 / n**0.5
        assert abs(table[name].std() - 0.1) < 4 * 0.1 / (2 * n) ** 0.5
    assert abs(np.corrcoef(table["empathy"], table["speed"])[0, 1] + 0.5) < 4 * 0.75 / n**0.5
