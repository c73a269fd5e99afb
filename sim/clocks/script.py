"""The moves bound to a clock, and what both clocks need to run a center through its days.

The moves of `sim.center` call each other and the four verbs by name. Binding gives the same code
objects new globals, in which the verbs are a clock's own and every function has gone through the
clock's `wrap` (a compiler, or nothing). So there is one source of what happens, and no call is
slower for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from sim.center import agent, caller, day, encounter, leaving, queue, router, verbs
from sim.people import (
    empathy,
    energy,
    loyalty,
    pressure,
    resolution,
    satisfaction,
    talk,
    temper,
    trait,
)
from sim.people.ways import Ways
from sim.record import Aid, ContactState, Crew, Met, Person, Policy, Portion, Rows, join_rows, rows

PEOPLE: tuple[ModuleType, ...] = (
    trait,
    talk,
    temper,
    empathy,
    pressure,
    resolution,
    satisfaction,
    loyalty,
    energy,
)
MODULES: tuple[ModuleType, ...] = (*PEOPLE, verbs, leaving, queue, router, encounter, agent, caller, day)
"""The script, in the order of what it says first."""


class Given(NamedTuple):
    """What is given before the clock starts: structured arrays of the records in `sim.record`."""

    chunks: Iterator[Portion]
    """contacts; a portion never arrives before the one ahead of it"""
    agents: Rows
    queues: Rows
    teams: Rows
    skills: Rows
    routes: Rows
    windows: Rows
    notices: Rows
    timetable: Rows
    desk: Rows
    people: Rows = rows(Person, 0)
    """this and the next three only where behavior counts (`desk.people`)"""
    policies: Rows = rows(Policy, 0)
    crews: Rows = rows(Crew, 0)
    aids: Rows = rows(Aid, 0)
    ways: Ways = Ways()


class Told(NamedTuple):
    """What a run has written down, in the order in which it happened, and when the last move was made."""

    left: Rows
    was: Rows
    queued: Rows
    end: float
    met: Rows = rows(Met, 0)


def bind(wrap: Callable[[FunctionType], Any], **own: Any) -> dict[str, Any]:
    """The moves by name, with `own` in place of the functions of that name."""
    names: dict[str, Any] = {}
    for module in MODULES:
        names.update({name: thing for name, thing in vars(module).items() if not name.startswith("__")})
    for module in MODULES:
        for name, thing in vars(module).items():
            if isinstance(thing, FunctionType) and thing.__module__ == module.__name__:
                names[name] = wrap(FunctionType(thing.__code__, names, name))
    names.update(own)
    return names


def first_attempts(chunk: Rows) -> int:
    """How many rows of a portion are first attempts."""
    return int(np.count_nonzero(chunk["attempt"] == 1))


def chain(chunk: Rows, slots: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    """Make a portion ready for these slots: arrivals are linked by `next`, later attempts by `again`."""
    again = chunk["again"]
    again[again >= 0] = slots[again[again >= 0]]
    chunk["state"] = int(ContactState.COMING)
    arriving = first_attempts(chunk)
    chunk["next"][: arriving - 1] = slots[1:arriving]
    chunk["next"][arriving - 1] = -1


def next_chunk(chunks: Iterator[Portion]) -> Portion | None:
    """The next portion that has contacts in it, or None when all have come."""
    for chunk in chunks:
        if len(chunk.contacts):
            return chunk
    return None


def join(portions: Iterable[Told]) -> Told:
    """All portions of one run as one."""
    first, *more = portions
    if not more:
        return first
    left, was, queued, ends, met = zip(first, *more, strict=True)
    return Told(join_rows(left), join_rows(was), join_rows(queued), ends[-1], join_rows(met))
