"""The SimPy clock: callers, queues and agents are Python objects in a plain `simpy.Environment`.

Each event of the script is a SimPy event with the script's own key (time, event, who), so a user's
processes can run beside the center in the same environment and act through the same moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from heapq import heappush
from types import FunctionType
from typing import Any

import numpy as np
import simpy
from simpy.core import StopSimulation

from sim.center.verbs import Center, Event
from sim.clocks.script import Given, Told, bind, chain, next_chunk
from sim.record import (
    Agent,
    AgentWas,
    Aid,
    Caller,
    Contact,
    ContactLeft,
    ContactState,
    Crew,
    Desk,
    Heard,
    Met,
    Notice,
    Person,
    Policy,
    Queue,
    QueueIs,
    Row,
    Rows,
    Skill,
    Team,
    Window,
    dtype_of,
    objects,
)

GONE = int(ContactState.GONE)
ARRIVE, TIMETABLE = int(Event.ARRIVE), int(Event.TIMETABLE)
FIRST, LAST = min(Event), max(Event) + 1
"""Among the events of one instant: the first of the center's, and what comes after all of them."""

ObjectCenter: Any = make_dataclass("ObjectCenter", Center._fields, slots=True)
"""A `Center` whose fields Python finds faster than those of a tuple."""

Trace = list[tuple[float, int, int]]


class Happening:
    """A SimPy event: what happens, and to whom."""

    __slots__ = ("callbacks", "event", "who")
    _ok = True

    def __init__(self, callbacks: Any, event: int, who: int) -> None:
        self.callbacks = callbacks
        self.event = event
        self.who = who

    def __lt__(self, other: Happening) -> bool:
        """Events with one key are one and the same to the moves: either may come first."""
        return False


class SimpyClock:
    """One run of a center in a SimPy environment.

    `env` is the environment, `center` the objects, `moves` the script bound to this clock.
    `own` replaces moves by name (a custom routing policy); `trace`, a list, collects every event.
    """

    def __init__(self, given: Given, own: dict[str, Any] | None = None, trace: Trace | None = None) -> None:
        self.env = simpy.Environment()
        self._chunks = given.chunks
        self._trace = trace
        self._callbacks: list[Callable[[Happening], None]] = []
        self.center: Center = ObjectCenter(
            contacts=[],
            agents=objects(Agent, given.agents),
            queues=objects(Queue, given.queues),
            teams=objects(Team, given.teams),
            skills=objects(Skill, given.skills),
            routes=objects(Skill, given.routes),
            windows=objects(Window, given.windows),
            notices=objects(Notice, given.notices),
            timetable=objects(Row, given.timetable),
            desk=objects(Desk, given.desk),
            callers=[],
            heard=[],
            people=objects(Person, given.people),
            policies=objects(Policy, given.policies),
            crews=objects(Crew, given.crews),
            aids=objects(Aid, given.aids),
            ways=[given.ways],
            agenda=self.env._queue,
            left=[],
            was=[],
            queued=[],
            met=[],
        )
        self._schedule = self._schedule_verb()
        self.moves = bind(_plain, schedule=self._schedule, **(own or {}))
        self._callbacks.append(self._fire_callback())

    def _schedule_verb(self) -> Callable[[Center, float, int, int], None]:
        # SimPy's own schedule() takes a delay, and now + (when - now) is not always when: push the time itself.
        agenda, callbacks = self.env._queue, self._callbacks

        def schedule(center: Center, when: float, event: int, who: int) -> None:
            heappush(agenda, (when, event, who, Happening(callbacks, event, who)))  # type: ignore[misc]

        return schedule

    def _fire_callback(self) -> Callable[[Happening], None]:
        # A function of its own, since every event looks up what it needs: from its own scope that costs least.
        env, trace, schedule, happen = self.env, self._trace, self._schedule, self.moves["happen"]
        center, contacts, timetable = self.center, self.center.contacts, self.center.timetable
        last_row = len(timetable) - 1

        def fire(happening: Happening) -> None:
            event, who = happening.event, happening.who
            now = env._now  # what `now` gives, without the call
            if trace is not None:
                trace.append((now, event, who))
            if event == ARRIVE:
                follower = contacts[who].next
                happen(center, event, who, now)
                if follower >= 0:
                    schedule(center, contacts[follower].arrived, ARRIVE, follower)
                else:
                    self._load(now)
            else:
                if event == TIMETABLE and who < last_row:
                    schedule(center, timetable[who + 1].at, TIMETABLE, who + 1)
                happen(center, event, who, now)

        return fire

    def _load(self, now: float) -> None:
        """Put the next portion of contacts into free slots, and expect the first of them."""
        chunk = next_chunk(self._chunks)
        if chunk is None:
            return
        contacts: list[Contact] = self.center.contacts  # type: ignore[assignment]
        slots = [k for k, c in enumerate(contacts) if c.state == GONE and c.stirs < now][: len(chunk.contacts)]
        slots += range(len(contacts), len(contacts) + len(chunk.contacts) - len(slots))
        chain(chunk.contacts, np.array(slots))
        _place(self.center.callers, objects(Caller, chunk.callers), slots)  # type: ignore[arg-type]
        _place(self.center.heard, objects(Heard, chunk.heard), slots)  # type: ignore[arg-type]
        _place(contacts, objects(Contact, chunk.contacts), slots)
        self._schedule(self.center, contacts[slots[0]].arrived, ARRIVE, slots[0])

    def stop_after(self, when: float) -> None:
        """Let the run end at that time, or later when the center has nothing left to do, whatever goes on beside it."""
        heappush(self.env._queue, (when, LAST, 0, Happening((self._stop,), LAST, 0)))  # type: ignore[misc]

    def _stop(self, happening: Happening) -> None:
        ahead = [at for at, event, _, _ in self.env._queue if event >= FIRST]
        if not ahead:
            raise StopSimulation(None)
        self.stop_after(max(ahead))

    def run(self) -> Told:
        """Everything that is written down until nobody has anything left to do."""
        center = self.center
        self._load(-np.inf)
        if center.timetable:
            self._schedule(center, center.timetable[0].at, TIMETABLE, 0)
        self.env.run()
        end = center.desk[0].now
        for q in range(len(center.queues)):
            self.moves["close_out"](center, q, end)
        return Told(
            _table(center.left, ContactLeft),
            _table(center.was, AgentWas),
            _table(center.queued, QueueIs),
            end,
            _table(center.met, Met),
        )


def _plain(move: FunctionType) -> FunctionType:
    return move


def _place(objects: list[Any], coming: list[Any], slots: list[int]) -> None:
    """Put what is coming, as much for each slot, into these slots, of which some may be new ones at the end."""
    each = len(coming) // len(slots)
    if not each:
        return
    objects += coming[: max(0, (slots[-1] + 1) * each - len(objects))]
    for k, slot in enumerate(slots):
        objects[slot * each : (slot + 1) * each] = coming[k * each : (k + 1) * each]


def _table(numbers: list[float], record: type) -> Rows:
    """What was written down of one record, field after field, as rows."""
    names = [field.name for field in fields(record)]
    columns = np.array(numbers, dtype=np.float64).reshape(-1, len(names))
    table = np.zeros(len(columns), dtype_of(record))
    for place, name in enumerate(names):
        table[name] = columns[:, place]
    return table
