"""The roster: who the agents are.

Agents are numbered team by team in the scenario's order, and within a team shift by shift. They are
the same people in every replication: a center has the staff that it has, and what varies from day
to day (absence, off-phone time) is drawn in the timetable. An agent's traits depend on the seed, the
team's name and the agent's number within the team only, so adding agents or teams changes nobody.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Domain, Purpose, key, split, uniform
from sim.people.talk import Talk, handle_factor
from sim.plan.traits import traits, truncated_normal
from sim.record import Agent, Person, Rows, rows
from sim.scenario import Scenario, Team

Floats = NDArray[np.float64]

FURTHER_TRAITS = {
    "knowledge": Purpose.KNOWLEDGE,
    "patience": Purpose.PATIENCE_TRAIT,
    "persistence": Purpose.PERSISTENCE,
    "passion": Purpose.PASSION,
}
"""Agents' traits besides empathy and speed, each drawn for itself."""


def agents(scenario: Scenario, seed: int) -> Rows:
    """`Agent` rows with team, empathy, speed and handle factor.

    The handle factor is the one listed for the agent (the list repeats if it is shorter than the
    team) times what the agent's speed makes of it, `people.talk.handle_factor`. What the team's roster says
    of an agent by name goes first.
    """
    talk = Talk(speed=scenario.behavior.talk.speed)
    table = rows(Agent, sum(heads(scenario)))
    table["number"] = np.arange(len(table))
    first = 0
    for t, (name, team) in enumerate(scenario.teams.items()):
        own = table[first : first + heads(scenario)[t]]
        numbers = np.arange(len(own))
        keys = split(key(seed, Domain.AGENTS, name), numbers)
        own["team"] = t
        own["empathy"], own["speed"] = traits(
            team.traits, uniform(keys, Purpose.EMPATHY_TRAIT), uniform(keys, Purpose.SPEED_TRAIT)
        )
        listed = np.array(team.handle_factors)[numbers % len(team.handle_factors)]
        for name in ("empathy", "speed"):
            own[name] = told(team, name, own[name])
        listed = told(team, "handle_factor", listed)
        own["handle_factor"] = listed * [handle_factor(speed, talk) for speed in own["speed"].tolist()]
        first += len(own)
    return table


def people(scenario: Scenario, seed: int) -> Rows:
    """`Person` rows beside those of `agents`; none where behavior does not count."""
    if not scenario.behavior.people:
        return rows(Person, 0)
    table = rows(Person, sum(heads(scenario)))
    table["energy"] = scenario.behavior.energy.start
    first = 0
    for t, (name, team) in enumerate(scenario.teams.items()):
        own = table[first : first + heads(scenario)[t]]
        keys = split(key(seed, Domain.AGENTS, name), np.arange(len(own)))
        for trait, purpose in FURTHER_TRAITS.items():
            drawn = truncated_normal(getattr(team.traits, trait), uniform(keys, purpose))
            own[trait] = told(team, trait, drawn)
        own["games"] = uniform(keys, Purpose.GAMES) < scenario.behavior.pressure.gamers
        first += len(own)
    return table


def told(team: Team, trait: str, drawn: Floats) -> Floats:
    """What the team's roster says of its agents, in its order; else what was drawn."""
    values = np.array(drawn, dtype=np.float64)
    for number, individual in enumerate(team.roster[: len(values)]):
        value = getattr(individual, trait)
        if value is not None:
            values[number] = value
    return values


def heads(scenario: Scenario) -> list[int]:
    """Agents of each team, `staffing.scale` included."""
    return [team.heads(scenario.staffing.scale) for team in scenario.teams.values()]
