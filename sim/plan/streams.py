"""Streams: the arrivals of one queue that belong to one day.

What does not depend on chance (rates or counts of the queue's day) is worked out once a scenario, by
`PoissonDay.of` and `CountedDay.of`. An arrival is known by its
*ordinal*, a number that names it within its queue for the whole horizon, whatever else arrives: from
it the caller's marks are drawn. The ordinal of the k-th arrival (from 0) of day d is d * 2^45 + k;
where each interval has its own arrivals (counts), the interval's minute of the day comes in between,
d * 2^45 + minute * 2^32 + k.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Keys, Purpose, split, uniform
from sim.plan.factors import slot_factors
from sim.scenario import Counts, Queue, Rates, SlotFactor
from sim.units import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY_STEP = 1 << 45
"""between the ordinals of one day and the next"""
MINUTE_STEP = 1 << 32
BLOCK = 1 << 16
"""gaps drawn at a time: small enough to stay in the processor's cache"""


class Stream(NamedTuple):
    """Arrivals of one queue that belong to one day, in order of time; they may go on past its midnight."""

    queue: int
    times: Floats
    first: int
    """ordinal of the first, where the ordinals are consecutive"""
    ordinals: Ints | None = None
    """where they are not"""

    def part(self, start: int, stop: int) -> Stream:
        """The arrivals at these places."""
        own = None if self.ordinals is None else self.ordinals[start:stop]
        return Stream(self.queue, self.times[start:stop], self.first + start, own)

    def ordinal(self) -> Ints:
        """The ordinals, shape of `times`."""
        if self.ordinals is not None:
            return self.ordinals
        return np.arange(self.first, self.first + len(self.times), dtype=np.int64)


class Slots(NamedTuple):
    """The intervals of a queue's day that have random factors."""

    factor: SlotFactor
    intervals: int
    """of the day, from midnight on"""
    of_piece: Ints
    """the interval of each piece of the rates"""

    def draw(self, parent: Keys) -> Floats:
        """The factor of each piece; `parent` is the key of the queue's day (`Domain.SLOT`)."""
        return slot_factors(self.factor, self.intervals, parent)[self.of_piece]


class PoissonDay(NamedTuple):
    """The rates of a queue on one weekday, before any factor, in pieces in which nothing changes."""

    edges: Floats
    """shape (pieces + 1,), s since midnight, rising"""
    rates: Floats
    """contacts a second"""
    expected: float
    """contacts on that day"""
    slots: Slots | None

    @classmethod
    def of(cls, asked: Rates, queue: Queue, weekday: int, yesterday: bool) -> PoissonDay:
        """The rates of a weekday; `yesterday` = False on the first day of all."""
        edges, rates = asked.by_weekday(weekday, queue.open, yesterday=yesterday)
        expected = float(np.diff(edges) @ rates)
        if asked.slot_factor is None or asked.slot_factor.sd == 0.0:
            return cls(edges, rates, expected, None)
        first = int((0.0 - asked.start) // asked.interval_s)  # the interval in which the day begins
        last = int((edges[-1] - asked.start) // asked.interval_s)
        bounds = asked.start + asked.interval_s * np.arange(first, last + 1)
        finer = np.union1d(edges, bounds[(bounds > edges[0]) & (bounds < edges[-1])])
        piece = np.searchsorted(edges, finer[:-1], side="right") - 1
        slot = np.searchsorted(bounds, finer[:-1], side="right") - 1
        return cls(finer, rates[piece], expected, Slots(asked.slot_factor, last + 1 - first, slot))


def poisson_times(parent: Keys, edges: Floats, rates: Floats) -> Floats:
    """Sorted times of a Poisson process with these rates between the edges; exact, by inversion.

    The k-th arrival is where the rate summed from the first edge reaches G_1 + ... + G_k, with unit
    exponential gaps G drawn for k: under another rate the same caller comes, only sooner or later.
    """
    reached = np.concatenate(([0.0], np.cumsum(np.diff(edges) * rates)))
    total = float(reached[-1])
    last = np.nextafter(edges[1:], -np.inf)  # a window is open up to, not at, its end
    times = np.empty(int(total + 8.0 * total**0.5) + 64)
    count, summed = 0, 0.0
    while summed <= total and total > 0.0:
        block = min(BLOCK, int(total - summed + 8.0 * total**0.5) + 64)
        sums = uniform(split(parent, np.arange(count, count + block)), Purpose.GAP)
        np.log(sums, out=sums)
        np.negative(sums, out=sums)
        sums[0] += summed
        np.cumsum(sums, out=sums)
        summed = float(sums[-1])
        upto = np.searchsorted(sums, reached[1:], side="right")
        inside, in_piece = sums[: upto[-1]], np.diff(upto, prepend=0)
        if count + len(inside) > len(times):
            times = np.concatenate((times[:count], np.empty(len(inside) + BLOCK)))
        here = times[count : count + len(inside)]
        np.subtract(inside, np.repeat(reached[:-1], in_piece), out=here)
        here /= np.repeat(rates, in_piece)
        here += np.repeat(edges[:-1], in_piece)
        np.minimum(here, np.repeat(last, in_piece), out=here)
        count += len(inside)
    return times[:count]


class CountedDay(NamedTuple):
    """How many arrive in each slot of a queue on one weekday."""

    slots: Floats
    """shape (slots, 2): from and to, s since midnight"""
    wanted: Floats
    """arrivals in each, the demand scale included; a fraction is a probability of one more"""
    minute: Ints
    """of the day, at which each slot begins"""

    @classmethod
    def of(cls, asked: Counts, queue: Queue, weekday: int, yesterday: bool, scale: float) -> CountedDay:
        """The counts of a weekday; `yesterday` = False on the first day of all."""
        slots, counts = asked.by_weekday(weekday, queue.open, yesterday=yesterday)
        return cls(slots, counts.astype(np.float64) * scale, (slots[:, 0] // 60.0).astype(np.int64))

    def stream(self, q: int, day: int, parent: Keys) -> Stream:
        """Exactly the wanted numbers of arrivals in the slots, each at a uniform place of its own.

        A fraction is rounded up as often as it says: n = floor(wanted + u). With another number wanted,
        those who come anyway come when they came before.
        """
        keys = split(parent, self.minute)
        counts = np.floor(self.wanted + uniform(keys, Purpose.ROUNDING)).astype(np.int64)
        slot = np.repeat(np.arange(len(counts)), counts)
        k = np.arange(len(slot)) - np.repeat(np.cumsum(counts) - counts, counts)
        low, high = self.slots[slot, 0], self.slots[slot, 1]
        times = low + (high - low) * uniform(split(keys[slot], k), Purpose.PLACE)
        np.minimum(times, np.nextafter(high, -np.inf), out=times)
        order = np.argsort(times, kind="stable")
        ordinals = day * DAY_STEP + self.minute[slot] * MINUTE_STEP + k
        return Stream(q, day * DAY + times[order], 0, ordinals[order])
