"""Plain Python: a heap of events and no library, as fast as such a loop can be written without turning ugly."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush

from calls import Calls, of_rows
from models import DAY_S, Center

ARRIVES, IS_DONE, GIVES_UP = range(3)


def days(center: Center, seed: int) -> Iterator[Calls]:
    """One day after the other."""
    rng = random.Random(seed)
    while True:
        yield of_rows(day(center, rng))


def day(center: Center, rng: random.Random) -> list[tuple[float, float, bool, int]]:
    """The calls of a day. An event is (time, number, what, who)."""
    exponential = rng.expovariate
    calls: list[tuple[float, float, bool, int]] = []
    idle = list(center.agents)
    waiting: list[deque[list[float]]] = [deque() for _ in center.rates]
    agenda: list[tuple[float, int, int, object]] = []
    number = 0
    for kind, rate in enumerate(center.rates):
        heappush(agenda, (exponential(rate), number := number + 1, ARRIVES, kind))
    while True:
        now, _, what, who = heappop(agenda)
        if now > DAY_S:
            return calls
        if what == ARRIVES:
            kind = who
            heappush(agenda, (now + exponential(center.rates[kind]), number := number + 1, ARRIVES, kind))
            for pool in center.asks[kind]:
                if idle[pool]:
                    idle[pool] -= 1
                    calls.append((now, 0.0, False, kind))
                    done = now + exponential(1.0 / center.talk_s[kind][pool])
                    heappush(agenda, (done, number := number + 1, IS_DONE, pool))
                    break
            else:
                caller = [now, kind]
                waiting[kind].append(caller)
                patience = exponential(1.0 / center.patience_s[kind])
                heappush(agenda, (now + patience, number := number + 1, GIVES_UP, caller))
        elif what == IS_DONE:
            pool = who
            for kind in center.serves[pool]:
                if waiting[kind]:
                    caller = waiting[kind].popleft()
                    calls.append((caller[0], now - caller[0], False, kind))
                    caller[1] = -1  # answered
                    done = now + exponential(1.0 / center.talk_s[kind][pool])
                    heappush(agenda, (done, number := number + 1, IS_DONE, pool))
                    break
            else:
                idle[pool] += 1
        else:
            arrived, kind = who
            if kind >= 0:
                waiting[kind].remove(who)
                calls.append((arrived, now - arrived, True, kind))
