"""SimPy as most people write it: a process for each caller.

One pool is a `Resource`, which a caller requests for as long as patience lasts. Two pools that share a class are not
among SimPy's parts, so there a caller who finds nobody leaves an event in its class's queue for a freed agent to fire.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Generator, Iterator
from typing import Any

import simpy
from calls import Calls, of_rows
from models import DAY_S, Center

Rows = list[tuple[float, float, bool, int]]
Doing = Generator[simpy.Event, Any, None]


def days(center: Center, seed: int) -> Iterator[Calls]:
    """One day after the other."""
    rng = random.Random(seed)
    while True:
        yield of_rows(day(center, rng))


def day(center: Center, rng: random.Random) -> Rows:
    """The calls of a day."""
    env, calls = simpy.Environment(), Rows()
    pool, floor = simpy.Resource(env, center.agents[0]), Floor(env, center)

    def caller(kind: int) -> Doing:
        if len(center.agents) == 1:
            return one_pool(env, center, pool, rng, calls)
        return many_pools(floor, kind, rng, calls)

    for kind in range(len(center.rates)):
        env.process(arrivals(env, center, kind, rng, caller))
    env.run(DAY_S)
    return calls


def arrivals(
    env: simpy.Environment, center: Center, kind: int, rng: random.Random, caller: Callable[[int], Doing]
) -> Doing:
    """Callers of a class arrive all day."""
    while True:
        yield env.timeout(rng.expovariate(center.rates[kind]))
        env.process(caller(kind))


def one_pool(env: simpy.Environment, center: Center, pool: simpy.Resource, rng: random.Random, calls: Rows) -> Doing:
    """A caller waits for an agent as long as patience lasts."""
    arrived = env.now
    with pool.request() as request:
        if not request.triggered:
            yield request | env.timeout(rng.expovariate(1.0 / center.patience_s[0]))
        calls.append((arrived, env.now - arrived, not request.triggered, 0))
        if request.triggered:
            yield env.timeout(rng.expovariate(1.0 / center.talk_s[0][0]))


class Floor:
    """Idle agents by pool, and who waits by class."""

    def __init__(self, env: simpy.Environment, center: Center) -> None:
        self.env, self.center = env, center
        self.idle = list(center.agents)
        self.waiting: list[deque[simpy.Event]] = [deque() for _ in center.rates]

    def ask(self, kind: int) -> int | None:
        """A pool with an idle agent, who is taken; None if there is none."""
        for pool in self.center.asks[kind]:
            if self.idle[pool]:
                self.idle[pool] -= 1
                return pool
        return None

    def freed(self, pool: int) -> None:
        """An agent takes who waits longest of the first class in which anybody waits, or idles."""
        for kind in self.center.serves[pool]:
            if self.waiting[kind]:
                self.waiting[kind].popleft().succeed(pool)
                return
        self.idle[pool] += 1


def many_pools(floor: Floor, kind: int, rng: random.Random, calls: Rows) -> Doing:
    """A caller waits for an agent of any pool that answers its class."""
    env, center, arrived = floor.env, floor.center, floor.env.now
    pool = floor.ask(kind)
    if pool is None:
        ticket = env.event()
        floor.waiting[kind].append(ticket)
        yield ticket | env.timeout(rng.expovariate(1.0 / center.patience_s[kind]))
        if not ticket.triggered:
            floor.waiting[kind].remove(ticket)
            calls.append((arrived, env.now - arrived, True, kind))
            return
        pool = ticket.value
    calls.append((arrived, env.now - arrived, False, kind))
    yield env.timeout(rng.expovariate(1.0 / center.talk_s[kind][pool]))
    floor.freed(pool)
