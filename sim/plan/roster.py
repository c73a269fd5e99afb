"""The roster: who the agents are.

Agents are numbered team by team in the scenario's order, and within a team shift by shift. They are
the same people in every replication: a center has the staff that it has, and what varies from day
to day (absence, off-phone time) is drawn in the timetable. An agent's traits depend on the seed, the
team's name and the agent's number within the team only, so adding agents or teams changes nobody.
"""

from __future__ import annotations

import numpy as np

from sim.draws import Domain, Purpose, key, split, uniform
from sim.people.talk import Talk, handle_factor
from sim.plan.traits import traits
from sim.record import Agent, Rows, rows
from sim.scenario import Scenario


def agents(scenario: Scenario, seed: int) -> Rows:
    """`Agent` rows with team, empathy, speed and handle factor.

    The handle factor is the one listed for the agent (the list repeats if it is shorter than the
    team) times what the agent's speed makes of it, `people.talk.handle_factor`.
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
        own["handle_factor"] = listed * [handle_factor(speed, talk) for speed in own["speed"].tolist()]
        first += len(own)
    return table


def heads(scenario: Scenario) -> list[int]:
    """Agents of each team, `staffing.scale` included."""
    return [team.heads(scenario.staffing.scale) for team in scenario.teams.values()]
