"""The order in which agents take callers of different queues: head starts, by which one queue goes before another."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Z95, Estimate, Flags, Floats, Ints, normal, unknown
from sim.calibrate.fits.presence import Teams

LEAST = 200
"""choices between two queues' callers from which head starts are told"""
MOST_ROWS = 400_000
"""the last contacts, on which it rests"""
RESAMPLES = 40
CLASSES, CLASS_S, LEAST_IN_CLASS = 30, 15.0, 10
"""how choices are put together to be looked at: 150 s less to 300 s longer"""
KNOWN_TO_S = 60.0
"""standard error from which a queue's head start counts as not known"""
CLEARER = 0.02
"""share of choices that head starts must explain beyond longest wait, to be written"""


class Pair(NamedTuple):
    """Two queues, and how often a caller of the first was taken, by how much longer the second's had waited."""

    first: str
    second: str
    longer_s: Floats
    """middles of the classes"""
    taken: Floats
    """share in which the first's caller was taken"""
    choices: Ints


class Order(NamedTuple):
    """Head starts of queues that share agents."""

    head_start: dict[str, Estimate]
    """seconds of waiting credited to each queue's callers, 0 for who has least"""
    choices: int
    """times an agent took a caller while one of another of their queues waited"""
    longest: float
    """share in which the one who had waited longer was taken"""
    explained: float
    """share in which it was the one with the longer wait, head start included"""
    pairs: tuple[Pair, ...]
    """those with most choices"""
    note: str

    def written(self, queue: str) -> Estimate | None:
        """The head start that a scenario gets: where it is above 0 for sure, and explains more than longest wait."""
        found = self.head_start.get(queue)
        clear = self.explained - self.longest >= CLEARER
        return found if clear and found is not None and found.low is not None and found.low > 0.0 else None


class Choices(NamedTuple):
    """A row each: an agent took a caller of `taken` while the oldest of `other` waited."""

    taken: Ints
    other: Ints
    less_s: Floats
    """by how much the taken one had waited less"""


def fit_order(contacts: pl.DataFrame, teams: Teams) -> Order:
    """Head starts in seconds from the order in which waiting callers were answered.

    Whenever an agent takes a waiting caller, the longest waiting callers of all queues that the agent serves are
    compared; where two or more wait, the taken one and another one count as a choice. Head starts are those that leave
    fewest of them unexplained; their standard errors are those of resampled days. Agents also choose by hand, so not
    all are explained.
    """
    queues = sorted(contacts["queue"].unique().to_list())
    found, day = _choices(contacts, teams, queues)
    n = len(found.taken)
    if n < LEAST:
        note = f"{n} choices between callers of two queues: too few to tell who goes first"
        return Order(dict.fromkeys(queues, unknown(note, n)), n, 1.0, 1.0, (), note)
    heads = np.array([_head_starts(one, len(queues)) for one in (found, *_resampled(found, day))])
    met = np.bincount(np.concatenate((found.taken, found.other)), minlength=len(queues))
    known = np.zeros(len(queues), dtype=bool)
    for part in _together(found, met):
        known[part], heads[:, part] = _over_the_least(heads[:, part], met[part])
    estimates = {}
    for k, queue in enumerate(queues):
        note = f"{met[k]} choices"
        if known[k]:
            estimates[queue] = normal(float(heads[0, k]), float(heads[1:, k].std(ddof=1)), int(met[k]), note)
        else:
            estimates[queue] = unknown(f"{note}: not known to {KNOWN_TO_S:.0f} s; as the queue with least", int(met[k]))
    longest, explained = (_explained(found, head) for head in (np.zeros(len(queues)), np.where(known, heads[0], 0.0)))
    note = (
        f"{n} choices between callers of two queues: {100 * longest:.0f} % by longest wait, {100 * explained:.0f} % "
        "with head starts"
    )
    return Order(estimates, n, longest, explained, _pairs(found, queues, heads[0]), note)


def _choices(contacts: pl.DataFrame, teams: Teams, queues: list[str]) -> tuple[Choices, Ints]:
    """(the choices, the day of each)."""
    place = {queue: k for k, queue in enumerate(queues)}
    serves = [np.array([place[queue] for queue in own if queue in place], dtype=np.int64) for own in teams.skills]
    rows = contacts.filter((pl.col("wait_s") > 0.0) & pl.col("outcome").is_in(["handled", "abandoned"]))
    rows = rows.sort("arrived", maintain_order=True).tail(MOST_ROWS)
    at = rows["arrived"].dt.epoch("us").to_numpy() / 1e6
    left = at + rows["wait_s"].to_numpy()
    queue = rows["queue"].replace_strict(place, return_dtype=pl.Int64).to_list()
    handled = (rows["outcome"] == "handled").to_list()
    team = rows["agent"].replace_strict(teams.of, default=-1, return_dtype=pl.Int64).fill_null(-1).to_list()
    oldest: list[list[int]] = [[] for _ in queues]
    gone = bytearray(len(at))
    taken: list[int] = []
    other: list[int] = []
    less: list[float] = []
    day: list[float] = []
    came = 0
    times = at.tolist()
    for i in np.argsort(left, kind="stable").tolist():
        now = left[i]
        while came < len(times) and times[came] <= now:
            heapq.heappush(oldest[queue[came]], came)
            came += 1
        own = queue[i]
        if handled[i] and team[i] >= 0:
            rivals = []
            for q in serves[team[i]].tolist():
                line = oldest[q]
                while line and gone[line[0]]:
                    heapq.heappop(line)
                if q != own and line and times[line[0]] < now < left[line[0]]:
                    rivals.append(line[0])
            if rivals:
                rival = rivals[len(taken) % len(rivals)]
                taken.append(own)
                other.append(queue[rival])
                less.append(times[i] - times[rival])
                day.append(now // 86_400.0)
        gone[i] = 1
    found = Choices(np.array(taken, dtype=np.int64), np.array(other, dtype=np.int64), np.array(less))
    return found, np.array(day, dtype=np.int64)


def _pairs(found: Choices, queues: list[str], head: Floats) -> tuple[Pair, ...]:
    """Of each pair with enough choices, the queue with the larger head start first; most choices first."""
    pairs = []
    for a, first in enumerate(queues):
        for b, second in enumerate(queues):
            own, others = (found.taken == a) & (found.other == b), (found.taken == b) & (found.other == a)
            if head[a] < head[b] or (head[a] == head[b] and a >= b) or own.sum() + others.sum() < LEAST:
                continue
            longer = np.concatenate((found.less_s[own], -found.less_s[others]))
            edges = np.arange(-CLASSES // 3, CLASSES - CLASSES // 3 + 1) * CLASS_S
            n = np.histogram(longer, edges)[0]
            taken = np.histogram(found.less_s[own], edges)[0]
            told = n >= LEAST_IN_CLASS
            middles = (edges[:-1] + edges[1:]) / 2.0
            pairs.append(Pair(first, second, middles[told], taken[told] / n[told], n[told]))
    return tuple(sorted(pairs, key=lambda pair: -int(pair.choices.sum())))


def _resampled(found: Choices, day: Ints) -> Iterator[Choices]:
    """Days drawn with replacement, again and again."""
    random = np.random.default_rng(1)
    days, by_day = np.unique(day, return_inverse=True)
    for _ in range(RESAMPLES):
        times = np.bincount(random.integers(0, len(days), len(days)), minlength=len(days))[by_day]
        yield Choices(*(np.repeat(column, times) for column in found))  # type: ignore[arg-type]


def _together(found: Choices, met: Ints) -> list[Ints]:
    """Queues whose callers were chosen between, directly or through others: only among these is anybody ahead."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(found.taken)), (found.taken, found.other)), shape=(len(met), len(met)))
    number = connected_components(links, directed=False)[1]
    return [part for k in np.unique(number[met > 0]) if len(part := np.flatnonzero((number == k) & (met > 0))) > 1]


def _over_the_least(heads: Floats, met: Ints) -> tuple[Flags, Floats]:
    """(which are known to KNOWN_TO_S, head starts over the least); the first row is the estimate, others resampled.

    The least: of those that may be it, the queue with most choices, for its own error is in all the others'.
    """
    centered = heads - (heads @ met / met.sum())[:, None]
    half = Z95 * centered[1:].std(axis=0, ddof=1)
    known = half <= Z95 * KNOWN_TO_S
    lowest = np.min(np.where(known, centered[0] + half, np.inf))
    least = int(np.argmax(np.where(known & (centered[0] - half <= lowest), met, -1)))
    return known, heads - heads[:, [least]]


def _head_starts(found: Choices, queues: int) -> Floats:
    """Seconds by queue: pair by pair the lead that leaves fewest choices unexplained, then least squares over pairs.

    A likelihood would let the few far-off choices, which agents make by hand, pull at the head starts.
    """
    rows, leads, sizes = [], [], []
    pair = np.minimum(found.taken, found.other) * queues + np.maximum(found.taken, found.other)
    order = np.argsort(pair, kind="stable")
    bounds = np.flatnonzero(np.diff(pair[order], prepend=-1, append=-1))
    for first, last in pairwise(bounds.tolist()):
        own = order[first:last]
        low, high = divmod(int(pair[own[0]]), queues)
        taken = found.taken[own] == low
        leads.append(_lead(found.less_s[own][taken], -found.less_s[own][~taken]))
        rows.append(np.eye(queues)[low] - np.eye(queues)[high])
        sizes.append(float(len(own)))
    weight = np.sqrt(np.array(sizes))
    return np.asarray(np.linalg.lstsq(np.array(rows) * weight[:, None], np.array(leads) * weight, rcond=None)[0])


def _lead(above: Floats, below: Floats) -> float:
    """The middle of the stretch that is over most of `above` and under most of `below`; if endless, next to 0.

    Most: a standard error of the number that is not may be missing. Far leads are seldom put to the test, and there a
    single choice would decide.
    """
    limits = np.unique(np.concatenate((above, below)))
    middle = np.concatenate(([limits[0] - 1.0], (limits[:-1] + limits[1:]) / 2.0, [limits[-1] + 1.0]))
    wrong = len(above) - np.searchsorted(np.sort(above), middle) + np.searchsorted(np.sort(below), middle)
    good = np.flatnonzero(wrong <= wrong.min() + np.sqrt(wrong.min()))
    low = middle[good[0]] if good[0] > 0 else -np.inf
    high = middle[good[-1]] if good[-1] < len(middle) - 1 else np.inf
    return float((low + high) / 2.0 if np.isfinite(high - low) else np.clip(0.0, low, high))


def _explained(found: Choices, head: Floats) -> float:
    ahead = head[found.taken] - head[found.other] - found.less_s
    return float(np.where(ahead == 0.0, 0.5, ahead > 0.0).mean())
