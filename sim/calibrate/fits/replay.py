"""A report by interval replayed: its contacts and agents in a queue whose patience and load are tried out."""

from __future__ import annotations

import math
from heapq import heapify, heappop, heappush, heapreplace
from typing import Any, NamedTuple

import numpy as np

from sim.calibrate.fits.estimate import Flags, Floats, Ints

CUT, LOST, SERVED = -1, 0, 1
AT_WORK = 0.8
"""share of those who go off duty that have a contact in hand; only the minutes that they stay on depend on it"""


class Told(NamedTuple):
    """What a report tells of one queue, arrays of one length, in order of time."""

    start: Floats
    """seconds since any midnight"""
    length: Floats
    offered: Ints
    abandoned: Floats
    waited: Floats
    """seconds that those who were handled had waited, all together; nan = not told"""
    gave_up: Floats
    """the same of those who hung up"""
    late: Floats
    """handled after the service level's threshold; nan = not told"""
    within: Floats
    """that threshold, seconds"""
    handle: Floats
    """mean handle time, usual at that time of day"""
    agents: Floats
    """on duty, mean over the interval"""
    day: Ints

    def only(self, kept: Flags) -> Told:
        """Those intervals."""
        return Told(**{name: column[kept] for name, column in self._asdict().items()})


class Sums(NamedTuple):
    """What came of the replays, shape (replays, intervals): by the interval in which contacts came."""

    abandoned: Floats
    waited: Floats
    late: Floats


class Replay:
    """The report's contacts and agents, drawn a few times; the same draws for whatever is tried.

    As many contacts come in each interval as the report has, at moments drawn evenly; first come, first served, by any
    agent who is free (the recursion of Kiefer and Wolfowitz 1955, with patience: who would wait for longer hangs up
    and takes no agent's time). So queues build up over minutes, stay for the next interval, and meet the agents who
    were there. Patience is exponential; handle times are lognormal with the coefficient of variation `cv`. Agents that
    are not whole are there for part of the interval, next to the neighbour that has more; who goes off duty finishes
    the contact in hand, which the report counts as presence, too. Who waits when nobody is left counts as neither.
    """

    def __init__(self, told: Told, cv: float, replays: int, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.told = told
        self.cells = np.repeat(np.arange(len(told.start)), told.offered)
        sigma = math.sqrt(math.log1p(cv * cv))
        usual = float(np.average(told.handle, weights=np.maximum(told.offered, 1)))
        self.changes = _changes(told, AT_WORK * usual * (1.0 + cv * cv) / 2.0)
        self.draws = []
        for _ in range(replays):
            at = np.sort(told.start[self.cells] + rng.random(len(self.cells)) * told.length[self.cells])
            handle = told.handle[self.cells] * rng.lognormal(-0.5 * sigma**2, sigma, len(at))
            patience = rng.exponential(size=len(at))
            self.draws.append((at.tolist(), patience, handle, rng.random(len(self.changes)).tolist()))

    def __call__(self, patience_s: float, load: float = 1.0) -> Sums:
        """With this mean patience, and handle times this many times those of the report."""
        found = [self._one(draw, patience_s, load) for draw in self.draws]
        return Sums(*(np.stack(column) for column in zip(*found, strict=True)))

    def _one(
        self, draw: tuple[list[float], Floats, Floats, list[float]], patience_s: float, load: float
    ) -> tuple[Floats, Floats, Floats]:
        at, patience, handle, who = draw
        wait, became = queue(at, (patience * patience_s).tolist(), (handle * load).tolist(), self.changes, who)
        served = became == SERVED
        late = served & (wait > self.told.within[self.cells])
        return self._summed(became == LOST), self._summed(wait * served), self._summed(late)

    def _summed(self, weight: Any) -> Floats:
        return np.bincount(self.cells, weight, len(self.told.start)).astype(np.float64)


def _changes(told: Told, finishing_s: float) -> list[tuple[float, int]]:
    """When the number of agents changes, and to how many."""
    ends = told.start + told.length
    joined = np.append(ends[:-1] >= told.start[1:] - 1.0, False)
    found: list[tuple[float, int]] = []
    for i, (start, length, agents) in enumerate(zip(told.start, told.length, told.agents, strict=True)):
        low = math.floor(agents + 1e-6)
        part = max(agents - low, 0.0)
        after = told.agents[i + 1] if joined[i] else 0.0
        if after > agents:
            found += [(start, low), (start + (1.0 - part) * length, low + 1)] if part > 1e-3 else [(start, low)]
        elif part * length > finishing_s:
            found += [(start, low + 1), (start + part * length - finishing_s, low)]
        else:
            found.append((start, low))
        if not joined[i]:
            found.append((float(ends[i]), 0))
    return found


def queue(
    at: list[float], patience: list[float], handle: list[float], changes: list[tuple[float, int]], who: list[float]
) -> tuple[Floats, Ints]:
    """(wait, what became) of contacts in order of arrival; `who`, 0 to 1, picks who goes off duty in each change."""
    wait, became = [0.0] * len(at), [CUT] * len(at)
    free: list[float] = []  # when each agent is free, a heap
    place, heads = 0, 0
    when = changes[0][0] if changes else math.inf
    for i, moment in enumerate(at):
        closed = math.inf
        while True:
            begin = max(free[0], moment) if free else math.inf
            if when > begin or place == len(changes):
                break
            now = changes[place][1]
            _on_duty(free, when, now - heads, who[place])
            place, heads = place + 1, now
            if not heads and begin > moment:
                begin, closed = math.inf, when
            when = changes[place][0] if place < len(changes) else math.inf
            if closed < math.inf:
                break
        if patience[i] < min(begin, closed) - moment < math.inf:
            wait[i], became[i] = patience[i], LOST
        elif begin < math.inf:
            wait[i], became[i] = begin - moment, SERVED
            heapreplace(free, begin + handle[i])
    return np.array(wait), np.array(became)


def _on_duty(free: list[float], when: float, more: int, who: float) -> None:
    """More agents, or fewer: first those who are idle, then any of the others, who finish their contact."""
    for _ in range(more):
        heappush(free, when)
    for _ in range(min(-more, len(free))):
        if free[0] <= when:
            heappop(free)
        else:
            free[int(who * len(free))] = free[-1]
            free.pop()
            heapify(free)
