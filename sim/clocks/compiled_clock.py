"""The compiled clock: runs the script's machine code on structured arrays."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_type_hints

import numpy as np

from sim.center.verbs import Center
from sim.clocks.compiled_load import at_hand as code_at_hand
from sim.clocks.compiled_load import compiled
from sim.clocks.compiled_script import DRY, FULL, OVER, PENDING
from sim.clocks.script import Given, Told, chain, join, next_chunk
from sim.record import (
    AgentWas,
    Caller,
    Contact,
    ContactLeft,
    ContactState,
    Heard,
    Met,
    Portion,
    QueueIs,
    Rows,
    dtype_of,
    join_rows,
    one_row,
    raw,
    rows,
)

GONE = int(ContactState.GONE)
TABLE_ROWS = 1 << 16
"""Rows of each table of facts that are written before they are handed out."""
TABLES = {"left": ContactLeft, "was": AgentWas, "queued": QueueIs, "met": Met}
MOVES = ("agents", "queues", "teams", "desk", "people", "policies", "crews")
"""Tables of what is given that the moves write to; they only read the rest."""


@cache
def kinds() -> tuple[np.dtype[np.void], ...]:
    """The structured types of a center's arrays."""
    hints = get_type_hints(Center)
    own = {name: dtype_of(record) for name, record in TABLES.items()} | {"agenda": PENDING}
    return tuple(own[name] if name in own else dtype_of(get_args(hints[name])[0]) for name in Center._fields)


def at_hand() -> bool:
    """Whether the machine code is on disk, so that nothing would have to be compiled."""
    return code_at_hand(kinds())


class CompiledClock:
    """One run of a center in machine code. `trace` > 0 keeps that many events, as `PENDING` rows."""

    def __init__(self, given: Given, trace: int = 0) -> None:
        self._chunks = given.chunks
        self._events = np.zeros(trace, PENDING)
        self.events = 0
        arrays: dict[str, Any] = given._asdict() | {name: getattr(given, name).copy() for name in MOVES}
        del arrays["chunks"]
        arrays["ways"] = one_row(given.ways)
        pool = {"contacts": Contact, "callers": Caller, "heard": Heard}
        arrays |= {name: rows(record, 0) for name, record in (TABLES | pool).items()}
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
        slots = np.flatnonzero((pool["state"] == GONE) & (pool["stirs"] < now))[: len(chunk.contacts)]
        wanted = len(chunk.contacts) - len(slots)
        slots = np.concatenate([slots, np.arange(len(pool), len(pool) + wanted)])
        chain(chunk.contacts, slots)
        pools = Portion(*(_placed(mine, its, slots, wanted) for mine, its in zip(self._pools, chunk, strict=True)))
        if wanted:
            self._make_room(pools)
        self.center.desk[0]["arriving"] = slots[0]

    @property
    def _pools(self) -> Portion:
        return Portion(self.center.contacts, self.center.callers, self.center.heard)

    def _make_room(self, pools: Portion) -> None:
        """Take the larger pools of contacts, with an agenda and tables of facts that are large enough for them."""
        center = self.center
        # An agent has one event pending, a slot one, and another if it waited before it was passed on; an activity
        # cut short by a sign-off leaves a dead one behind.
        slots = len(pools.contacts) + len(pools.callers)
        agenda = np.empty(slots + len(center.agents) + len(center.timetable) + 1, PENDING)
        pending = int(center.desk[0]["agenda"])
        agenda[:pending] = center.agenda[:pending]
        self.center = center._replace(**pools._asdict(), agenda=agenda)
        self._new_tables()

    def _new_tables(self) -> None:
        """Fresh tables of facts that hold what is written already; at closing time everybody who waits writes a row."""
        center, fresh = self.center, {}
        for name, record in TABLES.items():
            written = int(center.desk[0][name])
            unused = name == "met" and center.desk[0]["people"] == 0
            fresh[name] = np.empty(0 if unused else TABLE_ROWS + len(center.contacts) + 8, dtype_of(record))
            raw(fresh[name])[:written] = raw(getattr(center, name)[:written])
        self.center = center._replace(**fresh)

    def _hand_out(self) -> Told:
        """What has been written since the last time; the tables are the reader's from now on."""
        center = self.center
        tables = {name: getattr(center, name)[: int(center.desk[0][name])] for name in TABLES}
        for name in TABLES:
            center.desk[0][name] = 0
        return Told(**tables, end=float(center.desk[0]["now"]))

    def portions(self) -> Iterator[Told]:
        """What is written down, in portions of bounded size, until nobody has anything left to do."""
        tick = compiled(kinds())
        self._make_room(self._pools)
        self._load(-np.inf)
        why, row = DRY, 0
        while why != OVER:
            why, row, events = tick(self.center, row, TABLE_ROWS, self._events[self.events :])
            self.events = min(self.events + events, len(self._events))
            if why == DRY:
                self._load(float(self.center.desk[0]["now"]))
            elif why == FULL:
                yield self._hand_out()
                self._new_tables()
        yield self._hand_out()

    def run(self) -> Told:
        """Everything that is written down until nobody has anything left to do."""
        return join(self.portions())


def _placed(pool: Rows, chunk: Rows, slots: np.ndarray[Any, np.dtype[np.int64]], wanted: int) -> Rows:
    """The pool with the chunk's rows in these slots, so many of which are new ones at the end.

    A slot holds as many rows as the chunk has for each contact.
    """
    if len(pool) == 0 or len(chunk) == 0:
        return chunk
    each = len(chunk) // len(slots)
    if wanted:
        pool = join_rows([pool, np.zeros(wanted * each, pool.dtype)])
    raw(pool).reshape(-1, each)[slots] = raw(chunk).reshape(-1, each)
    return pool
