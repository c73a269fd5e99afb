"""Behavior, scorecards and prices: what the groups say, and that models, rules, register and comments agree."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.loading import load
from sim.loading.places import data_dir
from sim.people.register import REGISTER
from sim.people.trait import log_odds_of
from sim.people.ways import Ways
from sim.scenario import (
    AgentTraits,
    Asks,
    Behavior,
    Costs,
    Goals,
    Individual,
    Queue,
    QueueGoals,
    QueueScorecard,
    Repeat,
    Routing,
    Scenario,
    Scorecard,
    Skill,
    Survey,
    Team,
    Transfer,
)
from tests.tiny import desk

__all__ = ["desk"]

NOT_IN_WAYS = {"pressure.gamers", "energy.start"}
"""Read when agents are drawn, not in the moves."""
AS_LOG_ODDS = {
    "satisfaction.typical", "satisfaction.replies", "loyalty.at_once", "loyalty.later", "loyalty.unresolved",
}  # fmt: skip
LEVELS = {"typical", "replies"}
MECHANISMS = [part for part in Behavior.model_fields if part != "people"]
GROUPS = sorted(path.stem for path in (data_dir("configs") / "behavior").glob("*.yaml"))


def behavior(group: str) -> Behavior:
    """The behavior that a group makes of the tiny scenario."""
    return load(["tiny", f"behavior={group}"]).scenario.behavior


def values(given: Behavior) -> dict[str, float]:
    """Every coefficient by its key, such as "talk.speed"."""
    parts = given.model_dump(exclude={"people"})
    return {f"{part}.{name}": value for part, held in parts.items() for name, value in held.items()}


def test_every_coefficient_of_the_rules_is_a_key_and_every_default_is_off() -> None:
    rules = {
        f"{part.name}.{name}": value
        for part in dataclasses.fields(Ways)
        for name, value in dataclasses.asdict(getattr(Ways(), part.name)).items()
    }
    keys = values(Behavior())
    assert set(keys) - set(rules) == NOT_IN_WAYS
    assert set(rules) <= set(keys)
    for key, rule in rules.items():
        assert (log_odds_of(keys[key]) if key in AS_LOG_ODDS else keys[key]) == rule, key
    assert not Behavior().people


def test_evidence_is_what_the_register_says(desk: Path) -> None:
    assert behavior("evidence").people
    assert values(behavior("evidence")) == {each.key: each.default for each in REGISTER}


def test_ranges_of_the_register_can_be_studied() -> None:
    """A study may set every coefficient to either end of its range."""
    for each in REGISTER:
        part, name = each.key.split(".")
        for value in (each.low, each.high):
            assert values(Behavior.model_validate({part: {name: value}}))[each.key] == value


def test_comments_of_the_file_say_what_the_register_says() -> None:
    told: dict[str, tuple[str, float, float]] = {}
    part, words = "", ""
    for line in (data_dir("configs") / "behavior" / "evidence.yaml").read_text().splitlines():
        words += line.partition("# ")[2] + " "
        if top := re.match(r"(\w+):", line):
            part, words = top[1], ""
        elif key := re.match(r"  (\w+): ", line):
            mark = re.search(r"\. ([SMWA]) \[(\S+), (\S+)\]", words)
            assert mark, line
            told[f"{part}.{key[1]}"] = (mark[1], float(mark[2]), float(mark[3]))
            words = ""
    assert told == {each.key: (each.certainty, each.low, each.high) for each in REGISTER}


def test_none_is_the_exact_queueing_model(desk: Path) -> None:
    assert behavior("none") == Behavior()


def test_the_bank_has_people_in_its_figures_already() -> None:
    """Its week was fitted to a log and compared with it under exact queueing; by itself it must not change."""
    held = load("anonymous_bank").scenario.behavior
    assert (held.people, held.talk.speed) == (False, 0)  # without people nothing else has an effect


ACTS_THROUGH = {
    "temper": ("talk.calming", "talk.agitation"),
    "empathy": ("talk.listening", "resolution.empathy", "satisfaction.empathy", "satisfaction.acted"),
    "pressure": ("talk.hurry", "empathy.pressure", "resolution.hurry", "satisfaction.empathy"),
    "energy": ("empathy.energy", "satisfaction.empathy"),
}
"""Coefficients of other mechanisms without which one would change nothing that counts."""


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_each_mechanism_alone(desk: Path, mechanism: str) -> None:
    alone, evidence = behavior(f"only_{mechanism}"), behavior("evidence")
    assert alone.people
    assert getattr(alone, mechanism) == getattr(evidence, mechanism)
    for other in set(MECHANISMS) - {mechanism}:
        through = {key.partition(".")[2] for key in ACTS_THROUGH.get(mechanism, ()) if key.startswith(f"{other}.")}
        held = getattr(alone, other).model_dump(exclude=LEVELS | through)
        assert held == getattr(Behavior(), other).model_dump(exclude=LEVELS | through), other
        for name in through:
            assert getattr(getattr(alone, other), name) == getattr(getattr(evidence, other), name)
    for level in LEVELS:
        assert getattr(alone.satisfaction, level) == getattr(evidence.satisfaction, level)


def test_the_two_sides_of_the_argument_differ_in_two_coefficients(desk: Path) -> None:
    evidence, costs, saves = (
        values(behavior(group)) for group in ("evidence", "empathy_costs_time", "empathy_saves_time")
    )
    assert {key for key in evidence if costs[key] != evidence[key]} == {"talk.listening", "talk.calming"}
    assert {key for key in evidence if saves[key] != evidence[key]} == {"talk.listening", "talk.calming"}
    assert costs["talk.listening"] > evidence["talk.listening"] > 0 > saves["talk.listening"]
    assert costs["talk.calming"] < evidence["talk.calming"] < saves["talk.calming"]


def test_narrow_kpis_rewards_handle_time_alone(desk: Path) -> None:
    loaded = load(["tiny", "behavior=narrow_kpis"])
    assert loaded.scenario.behavior == behavior("evidence")
    assert loaded.scenario.goals.scorecard == Scorecard(aht=1, service_level=0, csat=0, fcr=0)
    assert loaded.scenario.goals == Goals(scorecard=loaded.scenario.goals.scorecard)
    kept = load(["tiny", "behavior=narrow_kpis", "goals.scorecard.csat=2"]).scenario.goals.scorecard
    assert (kept.aht, kept.csat) == (1, 2)


def test_every_group_loads_and_every_coefficient_is_an_override(desk: Path) -> None:
    assert len(GROUPS) == 5 + len(MECHANISMS)
    for group in GROUPS:
        assert (
            load(["tiny", f"behavior={group}", "behavior.talk.listening=0.08"]).scenario.behavior.talk.listening == 0.08
        )
    changed = load(["tiny", *(f"behavior.{each.key}={each.high}" for each in REGISTER)]).scenario.behavior
    assert values(changed) == {each.key: each.high for each in REGISTER}


def test_prices_stand_in_the_group_only(desk: Path) -> None:
    standard: dict[str, Any] = yaml.safe_load((data_dir("configs") / "costs" / "standard.yaml").read_text())
    costs = load("tiny").scenario.costs
    assert costs is not None
    assert costs.model_dump() == standard
    changed = load(["tiny", "costs.agent_hour=35"]).scenario.costs
    assert changed is not None
    assert changed.model_dump() == standard | {"agent_hour": 35}
    assert Scenario.model_fields["costs"].get_default() is None


def test_every_key_is_told_to_planners() -> None:
    told = set(re.findall(r"\w+", (Path(__file__).parent.parent / "docs" / "scenarios.md").read_text()))
    models = (Asks, AgentTraits, Costs, Individual, QueueScorecard, Repeat, Routing, Scorecard, Survey, Transfer)
    keys = {key for model in (*models, Behavior, Goals, Queue, QueueGoals, Skill, Team) for key in model.model_fields}
    assert keys - told == set()
    assert set(GROUPS) <= told
    assert set(get_args(Routing.model_fields["pick_agent"].annotation)) <= told


# ---------------------------------------------------------------- scorecards


def test_the_usual_scorecard_asks_for_both_alike() -> None:
    usual = Scorecard()
    assert (usual.asks_speed, usual.asks_empathy) == (0.5, 0.5)
    assert usual.weights == (1, 1, 1, 1)


def test_a_narrow_scorecard() -> None:
    narrow = Scorecard(aht=3, service_level=1, csat=0, fcr=0)
    assert (narrow.asks_speed, narrow.asks_empathy) == (1, 0)
    assert narrow.weights == (1.5, 0.5, 0, 0)


@given(st.lists(st.floats(0, 1000), min_size=4, max_size=4))
def test_weights_are_shares_whatever_is_written(weights: list[float]) -> None:
    card = Scorecard(aht=weights[0], service_level=weights[1], csat=weights[2], fcr=weights[3])
    for asked in (card.asks_speed, card.asks_empathy):
        assert 0 <= asked <= 1
    if any(weights):
        assert card.asks_speed + card.asks_empathy == pytest.approx(1)
    for one, other in (card.weights[:2], card.weights[2:]):
        assert one >= 0 <= other
        assert one + other == pytest.approx(2) or one == other == 0


def test_a_queue_takes_the_weights_it_does_not_give_from_the_center() -> None:
    center = Goals(csat=0.9, scorecard=Scorecard(aht=2, service_level=0, csat=1, fcr=0))
    own = QueueGoals(fcr=0.6, scorecard=QueueScorecard(csat=0))
    goals = own.over(center)
    assert goals.scorecard == Scorecard(aht=2, service_level=0, csat=0, fcr=0)
    assert (goals.csat, goals.fcr) == (0.9, 0.6)
    assert QueueGoals().over(center) == center
