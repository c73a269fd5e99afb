"""Attempts: how often each caller tries at most, whatever happens in the center.

A caller's next attempt exists if the mark of this one is below the largest of the queue's redial
probabilities; or, where behavior counts, below that of calling again unresolved, and the issue may stay so.
Whether the caller does come back is the center's move.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Keys, Purpose, split, uniform
from sim.people.resolution import FURTHEST, typical_log_odds
from sim.people.trait import share_of
from sim.plan.policies import ways
from sim.record import NOBODY
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Smalls = NDArray[np.int32]

AHEAD = 1 << 11
"""attempts looked at in one go where few callers are left, though most of them will not be made; of one caller at most
as many as have been made already, so that few are looked at in vain"""


class Redials(NamedTuple):
    """What callers may do after a try that failed, by queue; shape (queues,)."""

    probability: Floats
    """the largest with which they try again"""
    queue: Smalls
    """which queue they try then"""
    most: Floats
    """attempts of one caller; inf = no limit"""
    repeats: Floats
    """the largest with which they try again after an issue was not resolved"""
    solved: Floats
    """an issue whose mark is below this is resolved, whoever answers, unless the talk is cut short"""
    cut: Floats
    """the largest probability of that"""

    @classmethod
    def of(cls, scenario: Scenario) -> Redials:
        """Those of a scenario. None has a queue with probability 1 and no limit, so all callers end."""
        place = {name: q for q, name in enumerate(scenario.queues)}
        redials = [queue.redial for queue in scenario.queues.values()]
        legs = [[scenario.queues[leg] for leg in reached(scenario, name)] for name in place]
        people, resolution = scenario.behavior.people, ways(scenario.behavior).resolution
        return cls(
            np.array(
                [
                    max(max(leg.redial.after_abandon, leg.redial.after_block, leg.redial.after_balk) for leg in own)
                    for own in legs
                ]
            ),
            np.array([place[redial.queue or name] for name, redial in zip(place, redials, strict=True)], np.int32),
            np.array([redial.max_attempts or np.inf for redial in redials]),
            np.array([max(leg.repeat.probability for leg in own) * people for own in legs]),
            np.array([share_of(typical_log_odds(own[0].fcr, resolution) - FURTHEST) for own in legs]),
            np.array([scenario.behavior.pressure.cut * people] * len(legs)),
        )

    @property
    def attempts_each(self) -> float:
        """Most attempts of a caller on average: 1 + p + p^2 + ..., p the largest probability of all queues."""
        unsolved = 1.0 - self.solved * (1.0 - self.cut)
        more = np.maximum(self.repeats - self.probability, 0.0) * unsolved
        p, most = float((self.probability + more).max()), float(self.most.max())
        return (1.0 - p**most) / (1.0 - p) if p < 1.0 else most


def reached(scenario: Scenario, name: str) -> list[str]:
    """The queue itself, and that to which its contacts may be passed on."""
    transfer = scenario.queues[name].transfer
    if scenario.behavior.people and transfer.to is not None and transfer.probability > 0.0:
        return [name, transfer.to]
    return [name]


class Attempts(NamedTuple):
    """All attempts there can be: first attempts in the order of callers, then second ones, third, ..."""

    keys: Keys
    """of the attempt's marks; those of a first attempt are the caller's own"""
    queue: Smalls
    caller: Ints
    """row of the caller's first attempt"""
    attempt: Smalls
    come_back: Floats
    """uniform: tries again if below the probability for the way it left"""
    again: Smalls
    """row of the next attempt, or -1"""


def attempts(redials: Redials, people: Keys, queue: Smalls) -> Attempts:
    """Every attempt that callers with these keys may make who first call these queues."""
    who, number = Trying(np.arange(len(people)), queue), 1
    found: list[Tries] = []
    while len(who.caller) or not found:
        ahead = max(1, min(number - 1, AHEAD // max(1, len(who.caller))))
        tries, who = tries_ahead(redials, people, who, number, ahead)
        found.append(tries)
        number += ahead
    keys, queue, caller, attempt, come_back, goes_on = map(np.concatenate, zip(*found, strict=True))
    again = np.full(len(keys), NOBODY, np.int32)
    # Later attempts stand in the order of those that they follow.
    again[np.flatnonzero(goes_on)] = np.arange(len(people), len(keys))
    return Attempts(keys, queue, caller, attempt, come_back, again)


class Trying(NamedTuple):
    """Callers who try, and which queue."""

    caller: Ints
    queue: Smalls


class Tries(NamedTuple):
    """Columns of `Attempts`, and whether another may follow."""

    keys: Keys
    queue: Smalls
    caller: Ints
    attempt: Smalls
    come_back: Floats
    goes_on: NDArray[np.bool_]


def tries_ahead(redials: Redials, people: Keys, who: Trying, number: int, ahead: int) -> tuple[Tries, Trying]:
    """The attempts of these callers from this number on, `ahead` of them at most; and who then tries on."""
    shape = ahead, len(who.caller)
    attempt = np.arange(number, number + ahead, dtype=np.int32)[:, None]
    keys = people[None, :] if number == 1 else split(people[who.caller], attempt)
    queue = np.empty(shape, np.int32)
    queue[0] = who.queue
    for i in range(1, ahead):
        queue[i] = redials.queue[queue[i - 1]]
    come_back = uniform(keys, Purpose.COME_BACK)
    goes_on = come_back < redials.probability[queue]
    if redials.repeats.any():
        unsolved = uniform(keys, Purpose.SOLVE) >= redials.solved[queue]
        if redials.cut.any():
            unsolved |= uniform(keys, Purpose.CUT) < redials.cut[queue]
        goes_on |= (come_back < redials.repeats[queue]) & unsolved
    if number + ahead > redials.most.min():
        goes_on &= attempt < redials.most[queue]
    for i in range(1, ahead):
        goes_on[i] &= goes_on[i - 1]
    made = np.ones(shape, bool)
    made[1:] = goes_on[:-1]
    columns: list[Any] = [keys, queue, *(np.broadcast_to(x, shape) for x in (who.caller, attempt)), come_back, goes_on]
    tries = Tries(*(column[0] if ahead == 1 else column[made] for column in columns))
    last = np.flatnonzero(goes_on[-1])
    return tries, Trying(who.caller[last], redials.queue[queue[-1][last]])
