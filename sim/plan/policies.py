"""What leaders ask and what helps, as rows of the `Policy` and `Aid` records; and the coefficients of a behavior."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sim.people.loyalty import Loyalty
from sim.people.resolution import typical_log_odds
from sim.people.satisfaction import Satisfaction
from sim.people.trait import log_odds_of
from sim.people.ways import Ways
from sim.record import Aid, Policy, Rows, rows
from sim.scenario import Behavior, Scenario

SHARES = {Satisfaction: ("typical", "replies"), Loyalty: ("at_once", "later", "unresolved")}
"""Coefficients that a scenario gives as shares and rules take as log odds."""


def ways(behavior: Behavior) -> Ways:
    """The coefficients of a behavior as the rules take them."""
    made: dict[str, Any] = {}
    for part in fields(Ways):
        kind = part.default_factory
        given = getattr(behavior, part.name)
        values = {field.name: getattr(given, field.name) for field in fields(kind)}  # type: ignore[arg-type]
        for name in SHARES.get(kind, ()):  # type: ignore[call-overload]
            values[name] = log_odds_of(values[name])
        made[part.name] = kind(**values)  # type: ignore[operator]
    return Ways(**made)


def policies(scenario: Scenario) -> Rows:
    """A `Policy` row for each queue."""
    table = rows(Policy, len(scenario.queues))
    resolution = ways(scenario.behavior).resolution
    place = {name: q for q, name in enumerate(scenario.queues)}
    for row, (name, queue) in zip(table, scenario.queues.items(), strict=True):
        goals = scenario.goals_for(name)
        card = goals.scorecard
        row["asks_empathy"] = card.asks_empathy if queue.asks.empathy is None else queue.asks.empathy
        row["asks_speed"] = card.asks_speed if queue.asks.speed is None else queue.asks.speed
        row["aht_target"], row["within"] = goals.aht_target, goals.within_s
        row["level_target"], row["csat_target"], row["fcr_target"] = goals.service_level, goals.csat, goals.fcr
        for weight, value in zip(("aht", "level", "csat", "fcr"), card.weights, strict=True):
            row[f"weight_{weight}"] = value
        row["script"], row["goodwill"], row["survey"] = queue.script, queue.goodwill, queue.survey.offered
        row["fcr_logit"] = typical_log_odds(queue.fcr, resolution)
        row["repeats"] = queue.repeat.probability
        row["onward"] = queue.transfer.probability
        row["onward_to"] = place[queue.transfer.to] if queue.transfer.to is not None else -1
        row["expected"] = queue.talk.mean + queue.hold.mean
    return table


def aids(scenario: Scenario, skills: Rows) -> Rows:
    """An `Aid` row beside each row of `skills`."""
    table = rows(Aid, len(skills))
    teams, queues = list(scenario.teams.values()), list(scenario.queues)
    for row, skill in zip(table, skills, strict=True):
        given = teams[skill["team"]].skills[queues[skill["queue"]]]
        row["assist"], row["canned"] = given.assist, given.canned
    return table
