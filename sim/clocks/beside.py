"""What a user's own Python sees of a center that runs in SimPy: a floor of agents and queues by name.

A process beside the center is a function of (env, floor) that yields SimPy events; a routing policy
is a function of (contact, agents) or (agent, contacts) that returns one of them, or None. Both act
through the moves of the center, so whatever they do is written down like everything else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

import simpy

from sim.center.verbs import Center
from sim.clocks.simpy_clock import SimpyClock
from sim.clocks.user_code import UserCodeError, place_of, standing
from sim.record import NOBODY, Agent, AgentState, Contact

Process = Callable[[simpy.Environment, "Floor"], Generator[simpy.Event, Any, Any]]
AgentPolicy = Callable[[Contact, Sequence[Agent]], Agent | None]
ContactPolicy = Callable[[Agent, Sequence[Contact]], Contact | None]

MOST_TURNS = 100_000
"""Events in a row at one and the same moment, after which a process is taken for one that never ends."""


class Floor:
    """The center by names: who is there, who waits, and what a supervisor may ask of agents."""

    def __init__(self, clock: SimpyClock, queues: Sequence[str], teams: Sequence[str]) -> None:
        self.env = clock.env
        self.center = clock.center
        self._moves = clock.moves
        self._queues = {name: q for q, name in enumerate(queues)}
        self._teams = {name: t for t, name in enumerate(teams)}

    def begin(self, process: Process) -> None:
        """Let a user's process run beside the center."""
        doing = process(self.env, self)
        if not isinstance(doing, Generator):
            raise UserCodeError(f"{place_of(process)}: needs to yield SimPy events, such as env.timeout(60)")
        self.env.process(_steady(self.env, doing))

    def agents(self, team: str, *states: AgentState) -> list[Agent]:
        """Agents of a team on duty, or those in one of these states, in order of their numbers."""
        t = _number(self._teams, team, "team")
        return [a for a in self.center.agents if a.team == t and (a.state in states if states else a.state > 0)]

    def waiting(self, queue: str) -> int:
        """Contacts that wait in a queue now."""
        return self.center.queues[_number(self._queues, queue, "queue")].length

    def idle(self, team: str) -> int:
        """Agents of a team who are idle now."""
        return self.center.teams[_number(self._teams, team, "team")].idle

    def move(self, agents: Sequence[Agent], team: str) -> None:
        """These agents work for that team from now on; who is busy, from the next free moment."""
        t = _number(self._teams, team, "team")
        for agent in agents:
            self._moves["move_to_team"](self.center, agent.number, t, self.env.now)

    def send(self, agents: Sequence[Agent], activity: AgentState, seconds: float) -> None:
        """These agents go on a break, a training, a meeting for so long; who is busy, from the next free moment."""
        if AgentState(activity) <= AgentState.WRAP:
            name = AgentState(activity).name
            raise ValueError(f"{name} is no activity; use BREAK, LUNCH, TRAINING, MEETING or AWAY")
        if not 0 <= seconds < math.inf:
            raise ValueError(f"needs a number of seconds >= 0, got {seconds}")
        for agent in agents:
            self._moves["come_due"](self.center, agent.number, int(activity), float(seconds), self.env.now)

    def sign_on(self, agents: Sequence[Agent]) -> None:
        """These agents come on duty."""
        for agent in agents:
            self._moves["sign_on"](self.center, agent.number, self.env.now)

    def sign_off(self, agents: Sequence[Agent]) -> None:
        """These agents go off duty; who is busy, when the contact in hand is wrapped up."""
        for agent in agents:
            self._moves["sign_off"](self.center, agent.number, self.env.now)


def _steady(env: simpy.Environment, doing: Generator[simpy.Event, Any, Any]) -> Generator[simpy.Event, Any, Any]:
    """The process, as long as it yields events and lets time go on. Raises UserCodeError where it does not."""
    go_on, told, last, turns = doing.send, None, env.now, 0
    while True:
        try:
            event = go_on(told)
        except StopIteration as stop:
            return stop.value
        turns, last = turns + 1 if env.now == last else 0, env.now
        if not isinstance(event, simpy.Event):
            raise UserCodeError(f"{standing(doing)}: needs to yield SimPy events, such as env.timeout(60)")
        if isinstance(event, simpy.Timeout) and event._delay != event._delay:
            raise UserCodeError(f"{standing(doing)}: waits for nan seconds: needs a number")
        if turns > MOST_TURNS:
            said = f"has gone on {MOST_TURNS:,} times at one moment, {env.now:g} s after midnight of day 1"
            raise UserCodeError(f"{standing(doing)}: {said}: needs to yield what takes time")
        try:
            told = yield event
            go_on = doing.send
        except BaseException as error:  # such as an interrupt by another process: it is for the user's
            told, go_on = error, doing.throw


def _number(known: dict[str, int], name: str, what: str) -> int:
    if name not in known:
        raise ValueError(f"there is no {what} '{name}'; there is {', '.join(known)}")
    return known[name]


def agent_policy(policy: AgentPolicy) -> Callable[[Center, int, float], int]:
    """The move `pick_agent` that asks a user's policy, which sees every free agent who may answer."""

    def pick_agent(center: Center, k: int, now: float) -> int:
        free = list(_may_answer(center, center.contacts[k]))
        chosen = policy(center.contacts[k], free) if free else None
        if chosen is None:
            return NOBODY
        if not any(chosen is agent for agent in free):
            raise UserCodeError(f"{place_of(policy)}: needs to return one of the agents given, or None, {_got(chosen)}")
        return chosen.number

    return pick_agent


def _may_answer(center: Center, contact: Contact) -> Iterator[Agent]:
    """Free agents whom routing allows to answer, by level, then longest idle within each team."""
    queue = center.queues[contact.queue]
    for r in range(queue.route_from, queue.route_to):
        route = center.routes[r]
        team = center.teams[route.team]
        if route.tier > contact.tier or team.idle <= route.reserve:
            continue
        a = team.head
        while a >= 0:
            yield center.agents[a]
            a = center.agents[a].next


def contact_policy(policy: ContactPolicy) -> Callable[[Center, int, float], int]:
    """The move `pick_contact` that asks a user's policy, which sees the longest waiting contact of each queue."""

    def pick_contact(center: Center, a: int, now: float) -> int:
        agent = center.agents[a]
        team = center.teams[agent.team]
        first: dict[int, Contact] = {}
        for s in range(team.skill_from, team.skill_to):
            skill = center.skills[s]
            k = center.queues[skill.queue].head
            if k >= 0 and team.idle >= skill.reserve and center.contacts[k].tier >= skill.tier:
                first[k] = center.contacts[k]
        chosen = policy(agent, list(first.values())) if first else None
        if chosen is None:
            return NOBODY
        for k, contact in first.items():
            if contact is chosen:
                return k
        raise UserCodeError(f"{place_of(policy)}: needs to return one of the contacts given, or None, {_got(chosen)}")

    return pick_contact


def _got(chosen: object) -> str:
    if isinstance(chosen, Agent):
        return f"got agent {chosen.number}, who was not among them"
    if isinstance(chosen, Contact):
        return f"got the contact of caller {chosen.caller}, which was not among them"
    return f"got {' '.join(repr(chosen).split())[:60]}"


def own_moves(pick_agent: AgentPolicy | None, pick_contact: ContactPolicy | None) -> dict[str, Any]:
    """The moves that a user's policies take the place of."""
    own: dict[str, Any] = {}
    if pick_agent is not None:
        own["pick_agent"] = agent_policy(pick_agent)
    if pick_contact is not None:
        own["pick_contact"] = contact_policy(pick_contact)
    return own
