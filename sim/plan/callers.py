"""Callers: what each brings along, drawn before the clock starts, as rows of the `Contact` record.

A caller's later attempts are drawn here too, as far as there can be any: the row of the next attempt
exists if the caller's mark is below the largest of the queue's redial probabilities. Whether the
caller does come back is the center's move; it draws nothing. Marks depend on the queue's name and
the arrival's ordinal, so they are the same in whatever portions the arrivals come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Distribution
from sim.draws import Domain, Keys, Purpose, key, split, uniform
from sim.plan.demand import Arrivals, portions
from sim.plan.traits import traits
from sim.record import NOBODY, Contact, Rows, rows
from sim.scenario import Queue, Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PORTION = 100_000
"""rows drawn at a time, later attempts included"""


class Attempts(NamedTuple):
    """All attempts there can be: first the arrivals in their order, then second attempts, third, ..."""

    keys: Keys
    """of the attempt's marks; those of a first attempt are the caller's own"""
    queue: NDArray[np.int32]
    caller: Ints
    """row of the caller's first attempt"""
    attempt: NDArray[np.int32]
    come_back: Floats
    """uniform: tries again if below the probability for the way it left"""
    again: NDArray[np.int32]
    """row of the next attempt, or -1"""


def contacts(scenario: Scenario, seed: int, replication: int, portion: int = PORTION) -> Iterator[Rows]:
    """The contacts of the whole horizon as `marks` gives them, in portions of about that many rows."""
    arrived = 0
    for part in portions(scenario, seed, replication, max(1, int(portion / attempts_each(scenario)))):
        yield marks(scenario, seed, replication, part, first_caller=arrived)
        arrived += len(part.times)


def marks(
    scenario: Scenario, seed: int, replication: int, arrivals: Arrivals, first_caller: int = 0
) -> Rows:
    """`Contact` rows of these arrivals: first attempts in order of arrival, then all later ones.

    Callers are numbered from `first_caller` on; `again` counts rows of this table. `arrived` is nan
    for later attempts, `delay` and `delay_blocked` are 0 where there is no later one.
    """
    queues = list(scenario.queues.values())
    tried = attempts(scenario, seed, replication, arrivals)
    table = np.repeat(rows(Contact, 1), len(tried.keys))
    first = len(arrivals.times)
    table["arrived"][:first] = arrivals.times
    table["arrived"][first:] = np.nan
    table["caller"] = tried.caller + first_caller
    for name in ("queue", "attempt", "come_back", "again"):
        table[name] = getattr(tried, name)
    for q, queue in enumerate(queues):
        draw(table, np.flatnonzero(tried.queue == q), tried.keys, queue)
    give_needs(table, tried, first, queues)
    return table


def attempts(scenario: Scenario, seed: int, replication: int, arrivals: Arrivals) -> Attempts:
    """Who tries how often at most, and which key and queue each attempt has."""
    parents = [key(seed, replication, Domain.CALLERS, name) for name in scenario.queues]
    parent = np.concatenate(parents)[arrivals.queue]
    plans = [redial_plan(scenario, name) for name in scenario.queues]
    probability = np.array([plan.probability for plan in plans])
    then = np.array([plan.queue for plan in plans], np.int32)
    most = np.array([plan.most for plan in plans])

    people = split(parent, arrivals.ordinal)
    keys, queue, caller, number = people, arrivals.queue, np.arange(len(people)), 1
    steps, count = [], 0
    while len(keys):
        come_back = uniform(keys, Purpose.COME_BACK)
        goes_on = np.flatnonzero((come_back < probability[queue]) & (number < most[queue]))
        again = np.full(len(keys), NOBODY, np.int32)
        count += len(keys)
        again[goes_on] = count + np.arange(len(goes_on))
        steps.append(Attempts(keys, queue, caller, np.full(len(keys), number, np.int32), come_back, again))
        caller, queue, number = caller[goes_on], then[queue[goes_on]], number + 1
        keys = split(people[caller], np.array([number]))
    if len(steps) == 1:
        return steps[0]
    if not steps:
        none = np.empty(0, np.int32)
        return Attempts(people, arrivals.queue, caller, none, np.empty(0), none)
    return Attempts(*map(np.concatenate, zip(*steps, strict=True)))


class RedialPlan(NamedTuple):
    """What a queue's callers may do after a try that failed."""

    probability: float
    """the largest with which they try again"""
    queue: int
    """which queue they try then"""
    most: float
    """attempts of one caller; inf = no limit"""


def redial_plan(scenario: Scenario, name: str) -> RedialPlan:
    """The plan of a queue. A scenario has no queue with probability 1 and no limit, so all plans end."""
    redial = scenario.queues[name].redial
    probability = max(redial.after_abandon, redial.after_block, redial.after_balk)
    place = list(scenario.queues).index(redial.queue or name)
    return RedialPlan(probability, place, np.inf if redial.max_attempts is None else redial.max_attempts)


def attempts_each(scenario: Scenario) -> float:
    """Most attempts of a caller on average: 1 + p + p^2 + ..., p the largest probability of all queues."""
    plans = [redial_plan(scenario, name) for name in scenario.queues]
    p, most = max(plan.probability for plan in plans), max(plan.most for plan in plans)
    return float((1.0 - p**most) / (1.0 - p)) if p < 1.0 else float(most)


def draw(table: Rows, at: Ints, keys: Keys, queue: Queue) -> None:
    """Write the marks of a queue's attempts into these rows."""
    own = keys[at]
    table["patience"][at] = duration(queue.patience, own, Purpose.PATIENCE)
    table["balk"][at] = uniform(own, Purpose.BALK)
    table["talk"][at] = duration(queue.talk, own, Purpose.TALK)
    table["hold"][at] = duration(queue.hold, own, Purpose.HOLD)
    table["wrap"][at] = duration(queue.wrap, own, Purpose.WRAP)
    table["pick"][at] = uniform(own, Purpose.ROUTE)
    at = at[table["again"][at] != NOBODY]
    own = keys[at]
    redial = queue.redial
    table["delay"][at] = delay = duration(redial.delay, own, Purpose.DELAY)
    if redial.delay_after_block is not None:
        delay = duration(redial.delay_after_block, own, Purpose.DELAY_AFTER_BLOCK)
    table["delay_blocked"][at] = delay


def duration(distribution: Distribution, keys: Keys, purpose: Purpose) -> Floats:
    """Seconds per key: the distribution's quantile at the key's uniform number for the purpose."""
    if distribution.kind in ("constant", "never"):
        return distribution.quantile(np.broadcast_to(0.5, len(keys)))
    return distribution.quantile(uniform(keys, purpose))


def give_needs(table: Rows, tried: Attempts, first: int, queues: list[Queue]) -> None:
    """Write the callers' needs, those of the queue they first called, into all their attempts."""
    empathy, speed = np.empty(first), np.empty(first)
    for q, queue in enumerate(queues):
        at = np.flatnonzero(tried.queue[:first] == q)
        own = tried.keys[at]
        empathy[at], speed[at] = traits(
            queue.needs, uniform(own, Purpose.EMPATHY_NEED), uniform(own, Purpose.SPEED_NEED)
        )
    table["empathy"] = empathy[tried.caller]
    table["speed"] = speed[tried.caller]
