"""The reference day as most people would write it in SimPy: one process a caller, one an agent.

The same day on the same marks as under the two clocks, and the same three tables. It knows what the
reference day asks for and no more (longest idle agent, skill levels then longest wait, redials after
abandonment; no balking, trunks, overflow or reserve), so it has less to do than the clocks.

Where two things happen at one instant (two agents whose breaks end together), SimPy keeps the order
in which they were scheduled and the clocks go by kind and number; everything else is the same.
"""

from __future__ import annotations

from bisect import bisect
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np
import simpy

from sim.clocks.script import Given, Told
from sim.record import (
    AgentState,
    AgentWas,
    ContactLeft,
    Duty,
    Outcome,
    PickAgent,
    PickContact,
    QueueIs,
    Rows,
    dtype_of,
)

OFF, IDLE, TALK, HOLD, WRAP = (int(state) for state in list(AgentState)[:5])
HANDLED, ABANDONED, BLOCKED = int(Outcome.HANDLED), int(Outcome.ABANDONED), int(Outcome.BLOCKED)
SIGN_ON, SIGN_OFF = int(Duty.SIGN_ON), int(Duty.SIGN_OFF)
NAN = float("nan")

Process = Generator[simpy.Event, Any, None]
Waiting = tuple[float, simpy.Event]
"""(since when, the event that an agent makes succeed)"""


class Marks(NamedTuple):
    """What one attempt of a caller brings along."""

    caller: int
    attempt: int
    queue: int
    arrived: float
    patience: float
    talk: float
    hold: float
    wrap: float
    come_back: float
    delay: float
    delay_blocked: float
    empathy: float
    speed: float
    again: int


@dataclass(slots=True, eq=False)
class Team:
    """Who is idle, longest first, and which queues they serve: (level, queue, handle factor)."""

    number: int
    idle: deque[Agent] = field(default_factory=deque)
    serves: list[tuple[int, Queue]] = field(default_factory=list)
    factor: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Queue:
    """Who waits, longest first, and which teams are asked: (level, team)."""

    number: int
    after_abandon: float
    after_block: float
    edges: list[float]
    """opening and closing times in turn"""
    waiting: deque[Waiting] = field(default_factory=deque)
    asks: list[tuple[int, Team]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Agent:
    """Somebody who answers, and what he or she has been doing since when."""

    number: int
    team: Team
    handle_factor: float
    state: int = OFF
    since: float = 0.0
    queue: int = -1
    leaving: bool = False
    owed: int = OFF
    owed_s: float = 0.0
    pause: simpy.Process | None = None


class Day:
    """One day of the center, ready to run."""

    def __init__(self, given: Given) -> None:
        desk = given.desk[0]
        if (desk["pick_agent"], desk["pick_contact"]) != (PickAgent.LONGEST_IDLE, PickContact.PRIORITY):
            raise ValueError("this model knows the longest idle agent and priority levels only")
        self.env = simpy.Environment()
        self.left: list[tuple[float, ...]] = []
        self.was: list[tuple[float, ...]] = []
        self.queued: list[tuple[float, ...]] = []
        self.teams = [Team(t) for t in range(len(given.teams))]
        self.queues = [
            Queue(
                q,
                float(row["after_abandon"]),
                float(row["after_block"]),
                given.windows[row["window_from"] : row["window_to"]].view(np.float64).tolist(),
            )
            for q, row in enumerate(given.queues)
        ]
        for skill in given.skills:
            team, queue = self.teams[skill["team"]], self.queues[skill["queue"]]
            team.serves.append((int(skill["level"]), queue))
            team.factor[queue.number] = float(skill["handle_factor"])
        for route in given.routes:
            self.queues[route["queue"]].asks.append((int(route["level"]), self.teams[route["team"]]))
        self.agents = [
            Agent(a, self.teams[row["team"]], float(row["handle_factor"])) for a, row in enumerate(given.agents)
        ]
        chunks = list(given.chunks)
        if len(chunks) != 1:
            raise ValueError("this model takes a day's contacts in one piece")
        columns = [chunks[0].contacts[name].tolist() for name in Marks._fields]
        self.marks = list(map(Marks, *columns))
        self.env.process(self.source())
        for agent in self.agents:
            rows = given.timetable[(given.timetable["who"] == agent.number) & is_duty(given.timetable)]
            self.env.process(self.roster(agent, rows[["at", "what", "lasts"]].tolist()))

    # --- callers ----------------------------------------------------------------------------------

    def source(self) -> Process:
        """Callers arrive."""
        env = self.env
        for marks in self.marks:
            if marks.attempt > 1:
                break
            yield env.timeout(marks.arrived - env.now)
            env.process(self.caller(marks))

    def caller(self, marks: Marks) -> Process:
        """A caller tries to reach an agent, waits, is served or gives up, and may try again."""
        env = self.env
        while True:
            arrived, queue = env.now, self.queues[marks.queue]
            if bisect(queue.edges, arrived) % 2 == 0:  # closed
                outcome, chance, delay = BLOCKED, queue.after_block, marks.delay_blocked
            else:
                agent = self.free_agent(queue)
                if agent is None:
                    ticket = env.event()
                    place = (arrived, ticket)
                    queue.waiting.append(place)
                    self.queue_is(queue)
                    yield ticket | env.timeout(marks.patience)
                    if ticket.triggered:
                        agent = ticket.value
                    else:
                        queue.waiting.remove(place)
                        self.queue_is(queue)
                if agent is not None:
                    yield from self.served(marks, queue, agent, arrived)
                    return
                outcome, chance, delay = ABANDONED, queue.after_abandon, marks.delay
            when, then = None, marks
            if marks.again >= 0 and marks.come_back < chance:
                then = self.marks[marks.again]
                when = next_open(self.queues[then.queue].edges, env.now, env.now + delay)
            self.contact_left(marks, outcome, arrived, comes_back=when is not None)
            if when is None:
                return
            yield env.timeout(when - env.now)
            marks = then

    def served(self, marks: Marks, queue: Queue, agent: Agent, arrived: float) -> Process:
        """An agent serves a caller and wraps up."""
        env, answered = self.env, self.env.now
        factor = agent.handle_factor * agent.team.factor[queue.number]
        talk, hold, wrap = marks.talk * factor, marks.hold * factor, marks.wrap * factor
        self.become(agent, TALK, answered)
        agent.queue = queue.number
        yield env.timeout(talk + hold)
        now = env.now
        if hold > 0.0:
            self.become(agent, HOLD, max(agent.since, now - hold))
        self.become(agent, WRAP, now)
        self.contact_left(marks, HANDLED, arrived, agent, answered, talk, hold, wrap)
        if wrap > 0.0:
            yield env.timeout(wrap)
        self.release(agent)

    # --- agents -----------------------------------------------------------------------------------

    def roster(self, agent: Agent, duties: list[tuple[float, int, float]]) -> Process:
        """An agent signs on, takes breaks and signs off as the roster says."""
        env = self.env
        for at, what, lasts in duties:
            yield env.timeout(at - env.now)
            if what == SIGN_ON:
                agent.leaving = False
                if agent.state == OFF:
                    self.release(agent)
            elif what == SIGN_OFF:
                if agent.state in (TALK, WRAP):
                    agent.leaving = True
                    continue
                if agent.state == IDLE:
                    agent.team.idle.remove(agent)
                elif agent.pause is not None:
                    agent.pause.interrupt()
                self.go_off(agent)
            elif agent.state != OFF:
                agent.owed = what
                agent.owed_s += lasts
                if agent.state == IDLE:
                    agent.team.idle.remove(agent)
                    agent.pause = env.process(self.paused(agent))

    def paused(self, agent: Agent) -> Process:
        """An agent is off the phones for as long as is owed, or until the shift ends."""
        self.become(agent, agent.owed, self.env.now)
        lasts, agent.owed, agent.owed_s = agent.owed_s, OFF, 0.0
        try:
            yield self.env.timeout(lasts)
        except simpy.Interrupt:
            return
        agent.pause = None
        self.release(agent)

    def release(self, agent: Agent) -> None:
        """An agent has nothing in hand: goes home, takes a pause, serves who has waited longest, or idles."""
        if agent.leaving:
            self.go_off(agent)
        elif agent.owed:
            agent.pause = self.env.process(self.paused(agent))
        else:
            queue = self.next_queue(agent.team)
            if queue is not None:
                _, ticket = queue.waiting.popleft()
                self.queue_is(queue)
                ticket.succeed(agent)
            else:
                self.become(agent, IDLE, self.env.now)
                agent.team.idle.append(agent)

    def go_off(self, agent: Agent) -> None:
        """An agent goes home; what was owed is forgotten."""
        self.become(agent, OFF, self.env.now)
        agent.leaving, agent.owed, agent.owed_s, agent.pause = False, OFF, 0.0, None

    # --- who gets whom ----------------------------------------------------------------------------

    def free_agent(self, queue: Queue) -> Agent | None:
        """The longest idle agent of the first level that has one, no longer idle."""
        best, best_level = None, 0
        for level, team in queue.asks:
            if best is not None and level != best_level:
                break
            if team.idle:
                agent = team.idle[0]
                if best is None or (agent.since, agent.number) < (best.since, best.number):
                    best, best_level = agent, level
        if best is not None:
            best.team.idle.popleft()
        return best

    def next_queue(self, team: Team) -> Queue | None:
        """The queue of the first level in which anybody waits, the one with the longest wait."""
        best, best_level = None, 0
        for level, queue in team.serves:
            if best is not None and level != best_level:
                break
            if queue.waiting and (best is None or queue.waiting[0][0] < best.waiting[0][0]):
                best, best_level = queue, level
        return best

    # --- facts ------------------------------------------------------------------------------------

    def contact_left(
        self,
        marks: Marks,
        outcome: int,
        arrived: float,
        agent: Agent | None = None,
        answered: float = NAN,
        talk: float = 0.0,
        hold: float = 0.0,
        wrap: float = 0.0,
        comes_back: bool = False,
    ) -> None:
        """Write down that a contact has left."""
        number, team = (-1, -1) if agent is None else (agent.number, agent.team.number)
        who = (marks.caller, marks.attempt, 0, marks.queue, outcome, int(comes_back), number, team)
        when = (arrived, answered, self.env.now, talk, hold, wrap)
        self.left.append((*who, *when, marks.patience, marks.empathy, marks.speed))

    def become(self, agent: Agent, state: int, now: float) -> None:
        """Write down what an agent has been doing until now, and note what comes."""
        if agent.state != OFF and now > agent.since:
            queue = agent.queue if agent.state in (TALK, HOLD, WRAP) else -1
            self.was.append((agent.number, agent.team.number, agent.state, queue, agent.since, now))
        agent.state = state
        agent.since = now

    def queue_is(self, queue: Queue) -> None:
        """Write down how many wait."""
        self.queued.append((queue.number, len(queue.waiting), self.env.now))

    def run(self) -> Told:
        """Let the day happen; what was written down."""
        self.env.run()
        end = max(row[5] for row in self.was)
        return Told(table(ContactLeft, self.left), table(AgentWas, self.was), table(QueueIs, self.queued), end)


def is_duty(timetable: Rows) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Rows of the timetable that concern agents, not queues."""
    return (timetable["what"] != Duty.OPEN) & (timetable["what"] != Duty.CLOSE)


def next_open(edges: list[float], now: float, when: float) -> float | None:
    """`when`, moved by the nights between now and then; None if the queue does not open again."""
    for closes, opens in zip(edges[1::2], [*edges[2::2], None], strict=True):
        if opens is not None and now >= opens:
            continue
        if when < closes:
            return when
        if opens is None:
            return None
        when += opens - max(closes, now)
    return None


def table(record: type, rows: list[tuple[float, ...]]) -> Rows:
    """Rows of a record from tuples in the order of its fields."""
    numbers = np.array(rows).reshape(-1, len(fields(record)))
    result = np.zeros(len(rows), dtype_of(record))
    for place, name in enumerate(column.name for column in fields(record)):
        result[name] = numbers[:, place]
    return result
