"""Staff as a number: how many may be busy at once, and nobody in particular goes home.

ContactCenters and SSJ keep staff so: where the number falls, everybody finishes the contact in hand, and until fewer
are busy than the number says, nobody takes the next one. A scenario gives the number as the agents on duty of a team
without skills; the team itself has people enough, and these policies leave the rest of them idle.

    python: {file: staff_as_a_number.py, beside: [keep_floor], pick_agent: first_team, pick_contact: longest_wait}

The first half of the teams are numbers, the second half people, in the same order; so at one instant the number changes
before people come. Where the number rises, somebody of the team must come on duty, to take what waits.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.clocks.beside import Floor
    from sim.record import Agent, Contact

BUSY = (2, 3, 4)
"""talk, hold, wrap (`sim.record.AgentState`)"""

_numbers: dict[int, Any] = {}
"""By team: the row of the team whose idle agents are its number."""
_people: dict[int, list[Any]] = {}
"""By team: all its agents, on duty or not."""


def keep_floor(env: Any, floor: Floor) -> Generator[Any, Any, None]:
    """At the start: whose number stands where. Policies see no floor, so it is kept for them."""
    teams = floor.center.teams
    half = len(teams) // 2
    for team in range(half, len(teams)):
        _numbers[team] = teams[team - half]
        _people[team] = [agent for agent in floor.center.agents if agent.team == team]
    yield env.timeout(0.0)


def first_team(contact: Contact, agents: Sequence[Agent]) -> Agent | None:
    """A free agent of the first team, by skill level, that has room."""
    tried = -1
    for agent in agents:
        if agent.team != tried:
            tried = agent.team
            if _has_room(tried):
                return agent
    return None


def longest_wait(agent: Agent, contacts: Sequence[Contact]) -> Contact | None:
    """The contact that came first, if the agent's team has room."""
    return min(contacts, key=lambda contact: contact.arrived) if _has_room(agent.team, but=agent) else None


def _has_room(team: int, but: Agent | None = None) -> bool:
    """Whether fewer of the team are busy than its number, not counting one who is just done."""
    return sum(agent.state in BUSY for agent in _people[team] if agent is not but) < int(_numbers[team].idle)
