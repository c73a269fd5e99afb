"""Callers: what each brings along, drawn before the clock starts, as rows of the `Contact` and `Caller` records.

A caller's later attempts are drawn here too, as far as there can be any (`sim.plan.attempts`); the
center's moves draw nothing. Marks depend on the queue's name and the arrival's ordinal, so they are
the same in whatever portions the arrivals come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Domain, Keys, Purpose, key, split, uniform
from sim.plan.attempts import Redials, attempts
from sim.plan.demand import Arrivals, Demand, portions
from sim.plan.heard import Hearing, heard, hearings
from sim.plan.marks import QueueMarks, everybody, queue_marks
from sim.plan.minds import Minds
from sim.plan.traits import traits
from sim.record import NOBODY, Caller, Portion, Rows, rows
from sim.scenario import Scenario, Traits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PORTION = 100_000
"""rows drawn at a time, later attempts included"""


class Callers(NamedTuple):
    """What is known about a scenario's callers before anything is drawn."""

    demand: Demand
    redials: Redials
    everybody: Rows
    """one `Contact` row with what is the same for all of them"""
    marks: tuple[QueueMarks, ...]
    """what else the callers of each queue bring along"""
    needs: tuple[Traits, ...]
    """the populations from which callers come"""
    needs_of: Ints
    """which of them calls each queue"""
    told: tuple[Hearing, ...]
    """what those of each queue may hear of their place"""
    minds: Minds | None
    """what else they bring where behavior counts"""

    @classmethod
    def of(cls, scenario: Scenario) -> Callers:
        """The callers of a scenario."""
        same, marks = everybody([queue_marks(scenario, queue) for queue in scenario.queues.values()])
        place: dict[Traits, int] = {}
        needs_of = np.array([place.setdefault(queue.needs, len(place)) for queue in scenario.queues.values()])
        minds = Minds.of(scenario) if scenario.behavior.people else None
        return cls(
            Demand.of(scenario), Redials.of(scenario), same, marks, tuple(place), needs_of, hearings(scenario), minds
        )


def contacts(callers: Callers, seed: int, replication: int, portion: int = PORTION) -> Iterator[Portion]:
    """The contacts of the whole horizon as `marks` gives them, in portions of about that many rows."""
    arrived = 0
    size = max(1, int(portion / callers.redials.attempts_each))
    for part in portions(callers.demand, seed, replication, size):
        yield marks(callers, seed, replication, part, first_caller=arrived)
        arrived += len(part.times)


def marks(callers: Callers, seed: int, replication: int, arrivals: Arrivals, first_caller: int = 0) -> Portion:
    """The contacts of these arrivals: first attempts in order of arrival, then all later ones.

    Callers are numbered from `first_caller` on; `again` counts rows of this table. `arrived` is nan
    for later attempts, `delay` and `delay_blocked` are 0 where there is no later one.
    """
    parents = split(key(seed, replication, Domain.CALLERS), callers.demand.names)
    people = split(parents[arrivals.queue], arrivals.ordinal)
    tried = attempts(callers.redials, people, arrivals.queue)
    table = np.repeat(callers.everybody, len(tried.keys))
    first = len(arrivals.times)
    table["arrived"][:first] = arrivals.times
    table["arrived"][first:] = np.nan
    table["caller"] = tried.caller + first_caller
    for name in ("queue", "attempt", "come_back", "again"):
        table[name] = getattr(tried, name)
    order = np.argsort(tried.queue.astype(np.int16), kind="stable")  # a radix sort: at most 10,000 queues
    keys = tried.keys[order]
    ends = np.cumsum(np.bincount(tried.queue, minlength=len(callers.marks))).tolist()
    for own, start, end in zip(callers.marks, [0, *ends], ends, strict=False):
        draw(table, order[start:end], keys[start:end], tried.again, own)
    for name, need in zip(("empathy", "speed"), needs(callers, people, arrivals.queue), strict=True):
        table[name][:first] = need
        table[name][first:] = need[tried.caller[first:]]
    told = heard(callers.told, tried)
    if callers.minds is None:
        return Portion(table, rows(Caller, 0), told)
    minds = callers.minds.draw(people, tried)
    callers.minds.hurry(table, minds, told)
    return Portion(table, minds, told)


def needs(callers: Callers, people: Keys, queue: NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Empathy and speed that callers need, as those of the queue that they call first do."""
    for_empathy, for_speed = uniform(people, Purpose.EMPATHY_NEED), uniform(people, Purpose.SPEED_NEED)
    first, *others = callers.needs
    if not others:
        return traits(first, for_empathy, for_speed)
    for kind, population in enumerate(callers.needs):
        at = np.flatnonzero(callers.needs_of[queue] == kind)
        for_empathy[at], for_speed[at] = traits(population, for_empathy[at], for_speed[at])
    return for_empathy, for_speed


def draw(table: Rows, at: Ints, keys: Keys, again: NDArray[np.int32], marks: QueueMarks) -> None:
    """Write a queue's marks into these rows."""
    for mark in marks.each:
        table[mark.name][at] = mark.draw(keys)
    goes_on = np.flatnonzero(again[at] != NOBODY)
    at, keys = at[goes_on], keys[goes_on]
    for mark in marks.again:
        values = mark.draw(keys)
        table[mark.name][at] = values
        if len(marks.again) == 1:
            table["delay_blocked"][at] = values
