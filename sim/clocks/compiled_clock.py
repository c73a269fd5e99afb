"""The compiled clock: runs the script's machine code on structured arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.center.verbs import Center
from sim.clocks.compiled_script import DRY, FULL, OVER, PENDING, compiled
from sim.clocks.script import Given, Told, join, next_chunk, take_slots
from sim.record import AgentWas, Contact, ContactLeft, ContactState, QueueIs, dtype_of, rows

GONE = int(ContactState.GONE)
TABLE_ROWS = 1 << 16
"""Rows of each table of facts that are written before they are handed out."""


class CompiledClock:
    """One run of a center in machine code. `trace` > 0 keeps that many events, as `PENDING` rows."""

    def __init__(self, given: Given, trace: int = 0) -> None:
        self._chunks = given.chunks
        self._events = np.zeros(trace, PENDING)
        self.events = 0
        # What moves is this run's own; the moves only read the rest.
        arrays: dict[str, Any] = given._asdict() | {
            name: getattr(given, name).copy() for name in ("agents", "queues", "teams", "desk")
        }
        del arrays["chunks"]
        empty = {"contacts": Contact, "left": ContactLeft, "was": AgentWas, "queued": QueueIs}
        arrays |= {name: rows(record, 0) for name, record in empty.items()}
        self.center: Any = Center(agenda=np.zeros(0, PENDING), **arrays)

    @property
    def trace(self) -> list[tuple[float, int, int]]:
        """The events that happened, as (time, event, who)."""
        seen = self._events[: self.events]
        return list(
            zip(seen["at"].tolist(), (seen["key"] >> 32).tolist(), (seen["key"] & 0xFFFFFFFF).tolist(), strict=True)
        )

    def _load(self, now: float) -> None:
        """Put the next portion of contacts into free slots, and expect the first of them."""
        chunk = next_chunk(self._chunks)
        if chunk is None:
            return
        pool = self.center.contacts
        slots = np.flatnonzero((pool["state"] == GONE) & (pool["stirs"] < now))[: len(chunk)]
        wanted = len(chunk) - len(slots)
        if wanted:
            slots = np.concatenate([slots, np.arange(len(pool), len(pool) + wanted)])
            self._make_room(len(pool) + wanted)
            pool = self.center.contacts
        in_one_piece = slice(slots[0], slots[-1] + 1) if slots[-1] - slots[0] + 1 == len(slots) else slots
        pool[in_one_piece] = take_slots(chunk, slots)
        self.center.desk[0]["arriving"] = slots[0]

    def _make_room(self, contacts: int) -> None:
        """Arrays for that many contacts; tables of facts hold what one event more can write."""
        center = self.center
        # An agent has one event pending, a slot one; an activity cut short by a sign-off leaves a dead one behind.
        agenda = np.zeros(contacts + len(center.agents) + len(center.timetable) + 1, PENDING)
        agenda[: len(center.agenda)] = center.agenda
        pool = rows(Contact, contacts)
        pool[: len(center.contacts)] = center.contacts
        # At closing time one event can write a row for everybody who waits.
        tables = {
            name: np.zeros(TABLE_ROWS + contacts + 8, dtype_of(record))
            for name, record in (("left", ContactLeft), ("was", AgentWas), ("queued", QueueIs))
        }
        for name, table in tables.items():
            written = self._written(name)
            table[:written] = getattr(center, name)[:written]
        self.center = center._replace(contacts=pool, agenda=agenda, **tables)

    def _written(self, table: str) -> int:
        return int(self.center.desk[0][table])

    def _hand_out(self) -> Told:
        """What has been written since the last time."""
        center = self.center
        tables = {name: getattr(center, name)[: self._written(name)].copy() for name in ("left", "was", "queued")}
        for name in tables:
            center.desk[0][name] = 0
        return Told(**tables, end=float(center.desk[0]["now"]))

    def portions(self) -> Iterator[Told]:
        """What is written down, in portions of bounded size, until nobody has anything left to do."""
        machine = compiled()
        self._make_room(0)
        self._load(-np.inf)
        why, row = DRY, 0
        while why != OVER:
            why, row, events = machine.tick(self.center, row, TABLE_ROWS, self._events[self.events :])
            self.events = min(self.events + events, len(self._events))
            if why == DRY:
                self._load(float(self.center.desk[0]["now"]))
            elif why == FULL:
                yield self._hand_out()
        end = float(self.center.desk[0]["now"])
        for q in range(len(self.center.queues)):
            machine.stop(self.center, q, end)
        yield self._hand_out()

    def run(self) -> Told:
        """Everything that is written down until nobody has anything left to do."""
        return join(self.portions())
