"""Demand: who arrives when, before the clock starts.

Every queue has a stream of its own on each day; the streams are merged in order of time. An arrival
is known by its *ordinal*, a number that names it within its queue for the whole horizon, whatever
else arrives: from it the caller's marks are drawn. The ordinal of the k-th arrival (from 0) of day d
is d * 2^45 + k; where each interval has its own arrivals (counts), the interval's minute of the day
comes in between, d * 2^45 + minute * 2^32 + k.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Domain, Purpose, key, split, uniform
from sim.plan.recorded import recorded_times
from sim.scenario import Counts, Queue, Rates, Recorded, Scenario, SlotFactor
from sim.units import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY_STEP = 1 << 45
"""between the ordinals of one day and the next"""
MINUTE_STEP = 1 << 32
BLOCK = 1 << 16
"""gaps drawn at a time: small enough to stay in the processor's cache"""


class Arrivals(NamedTuple):
    """Arrivals of all queues in order of time, those at one instant in order of their queues."""

    times: Floats
    """seconds since midnight of day 1"""
    queue: NDArray[np.int32]
    ordinal: Ints


class Stream(NamedTuple):
    """Arrivals of one queue that belong to one day; they may go on past its midnight."""

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


# --- merged -----------------------------------------------------------------------------------


def arrivals(scenario: Scenario, seed: int, replication: int, day: int) -> Arrivals:
    """All arrivals of one calendar day (0 = the first): times, queues and ordinals, 20 bytes each.

    What a queue that is open across midnight still receives after it counts to the next day; after
    the last day, to the last.
    """
    midnight = (day + 1) * DAY if day + 1 < scenario.days else np.inf
    streams = []
    for before in range(max(0, day - 2), day + 1):
        for stream in day_streams(scenario, seed, replication, before, reaching=day * DAY):
            start, stop = np.searchsorted(stream.times, (day * DAY, midnight))
            streams.append(stream.part(start if before < day else 0, stop))
    count, at = sum(len(stream.times) for stream in streams), 0
    out = Arrivals(np.empty(count), np.empty(count, np.int32), np.empty(count, np.int64))
    for portion in in_portions(streams, 1 << 18):  # merging in portions needs little beyond the answer itself
        here = slice(at, at + len(portion.times))
        out.times[here], out.queue[here], out.ordinal[here] = portion
        at = here.stop
    return out


def portions(scenario: Scenario, seed: int, replication: int, size: int) -> Iterator[Arrivals]:
    """The arrivals of the whole horizon in order of time, about `size` at a time.

    Holds one day's times in memory, 8 bytes an arrival.
    """
    late: list[Stream] = []
    for day in range(scenario.days):
        midnight = (day + 1) * DAY if day + 1 < scenario.days else np.inf
        today = [*late, *day_streams(scenario, seed, replication, day)]
        cuts = [int(np.searchsorted(stream.times, midnight)) for stream in today]
        late = [s.part(cut, len(s.times)) for s, cut in zip(today, cuts, strict=True) if cut < len(s.times)]
        yield from in_portions([s.part(0, cut) for s, cut in zip(today, cuts, strict=True) if cut], size)


def in_portions(streams: list[Stream], size: int) -> Iterator[Arrivals]:
    """The streams merged, about `size` arrivals at a time; arrivals at one instant stay together."""
    at = [0] * len(streams)
    left = sum(len(s.times) for s in streams)
    while left:
        # Each stream offers its share of the portion; the one whose share ends first says where to cut.
        until = np.inf
        for i, stream in enumerate(streams):
            share = at[i] + 1 + size * (len(stream.times) - at[i]) // left
            if share < len(stream.times):
                until = min(until, float(stream.times[share]))
        stops = [int(np.searchsorted(s.times, until, side="right")) for s in streams]
        yield merged([s.part(a, b) for s, a, b in zip(streams, at, stops, strict=True)])
        left -= sum(stops) - sum(at)
        at = stops


def merged(streams: list[Stream]) -> Arrivals:
    """The arrivals of all streams in order of time; ties by queue, then in the order of the streams."""
    streams = sorted((s for s in streams if len(s.times)), key=lambda s: s.queue)
    queue = np.repeat(np.array([s.queue for s in streams], np.int32), [len(s.times) for s in streams])
    if len(streams) == 1:
        return Arrivals(streams[0].times, queue, streams[0].ordinal())
    times = np.concatenate([s.times for s in streams] or [np.empty(0)])
    order = np.argsort(times, kind="stable")  # finds the sorted runs and merges them
    times = times[order]
    queue = queue[order]
    ordinal = np.concatenate([s.ordinal() for s in streams] or [np.empty(0, np.int64)])[order]
    return Arrivals(times, queue, ordinal)


# --- one queue, one day -----------------------------------------------------------------------


def day_streams(
    scenario: Scenario, seed: int, replication: int, day: int, reaching: float = -np.inf
) -> list[Stream]:
    """Each queue's stream of one day, without the queues whose day is over before `reaching`."""
    streams = []
    for q, (name, queue) in enumerate(scenario.queues.items()):
        asked, first = queue.arrivals, day * DAY_STEP
        if isinstance(asked, Recorded):
            times = recorded_times(asked.file, asked.column)
            start, stop = np.searchsorted(times, (day * DAY, (day + 1) * DAY))
            stream = Stream(q, times[start:stop], first)
        elif isinstance(asked, Counts):
            slots, counts = asked.by_weekday(scenario.weekday(day), queue.open, yesterday=day > 0)
            if not len(counts) or day * DAY + slots.max() <= reaching:
                continue
            wanted = counts.astype(np.float64) * scenario.demand.scale
            stream = _counted(name, q, slots, wanted, seed, replication, day)
        else:
            edges, rates = _rates(scenario, name, queue, asked, seed, replication, day)
            if day * DAY + edges[-1] <= reaching:
                continue
            gaps = key(seed, replication, Domain.ARRIVALS, name, day)
            stream = Stream(q, _poisson(gaps, day * DAY + edges, rates), first)
        streams.append(stream)
    return streams


def _rates(
    scenario: Scenario, name: str, queue: Queue, asked: Rates, seed: int, replication: int, day: int
) -> tuple[Floats, Floats]:
    """Edges (s since the day's midnight) and rates per second in between, with all factors of the day."""
    edges, rates = asked.by_weekday(scenario.weekday(day), queue.open, yesterday=day > 0)
    rates = rates * (scenario.demand.scale * day_factor(asked.day_factor_shape, seed, replication, day))
    slot = asked.slot_factor
    if slot is None or slot.sd == 0.0:
        return edges, rates
    first = int((0.0 - asked.start) // asked.interval_s)  # the interval in which the day begins
    last = int((edges[-1] - asked.start) // asked.interval_s)
    bounds = asked.start + asked.interval_s * np.arange(first, last + 1)
    factors = slot_factors(slot, last + 1 - first, name, seed, replication, day)
    finer = np.union1d(edges, bounds[(bounds > edges[0]) & (bounds < edges[-1])])
    piece = np.searchsorted(edges, finer[:-1], side="right") - 1
    return finer, rates[piece] * factors[np.searchsorted(bounds, finer[:-1], side="right") - 1]


def _poisson(parent: NDArray[np.uint64], edges: Floats, rates: Floats) -> Floats:
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
        sums = -np.log(uniform(split(parent, np.arange(count, count + block)), Purpose.GAP))
        sums[0] += summed
        np.cumsum(sums, out=sums)
        summed = float(sums[-1])
        inside = sums[: np.searchsorted(sums, total, side="right")]
        piece = np.searchsorted(reached, inside, side="left") - 1
        if count + len(inside) > len(times):
            times = np.concatenate((times[:count], np.empty(len(inside) + BLOCK)))
        here = times[count : count + len(inside)]
        np.minimum(edges[piece] + (inside - reached[piece]) / rates[piece], last[piece], out=here)
        count += len(inside)
    return times[:count]


def _counted(
    name: str, q: int, slots: Floats, wanted: Floats, seed: int, replication: int, day: int
) -> Stream:
    """Exactly the wanted numbers of arrivals in the slots, each at a uniform place of its own.

    A fraction is rounded up as often as it says: n = floor(wanted + u). With another number wanted,
    those who come anyway come when they came before.
    """
    parent = key(seed, replication, Domain.ARRIVALS, name, day)
    minute = (slots[:, 0] // 60.0).astype(np.int64)
    keys = split(parent, minute)
    counts = np.floor(wanted + uniform(keys, Purpose.ROUNDING)).astype(np.int64)
    slot = np.repeat(np.arange(len(counts)), counts)
    k = np.arange(len(slot)) - np.repeat(np.cumsum(counts) - counts, counts)
    low, high = slots[slot, 0], slots[slot, 1]
    times = low + (high - low) * uniform(split(keys[slot], k), Purpose.PLACE)
    np.minimum(times, np.nextafter(high, -np.inf), out=times)
    order = np.argsort(times, kind="stable")
    ordinals = day * DAY_STEP + minute[slot] * MINUTE_STEP + k
    return Stream(q, day * DAY + times[order], 0, ordinals[order])


# --- how busy the day is ----------------------------------------------------------------------


def day_factor(shape: float, seed: int, replication: int, day: int) -> float:
    """How busy a day is: a Gamma(a, 1/a) variate, mean 1 and variance 1/a; 1 if a is inf.

    One uniform number a day for the whole center, so queues with one shape share the factor and
    those with another are busy together. Source: Gamma day factors, as usual for call centers
    (Jongbloed and Koole 2001; Avramidis, Deslauriers and L'Ecuyer 2004).
    """
    if shape == np.inf:
        return 1.0
    from scipy.special import gammaincinv

    u = uniform(key(seed, replication, Domain.DAY, day), Purpose.DAY_FACTOR)
    return float(gammaincinv(shape, u)[0] / shape)


def day_factors(scenario: Scenario, seed: int, replication: int) -> Floats:
    """Each day's factor, shape (days,): the mean over queues with rates, by expected contacts; else 1."""
    out = np.ones(scenario.days)
    for day in range(scenario.days):
        weights, factors = [], []
        for queue in scenario.queues.values():
            asked = queue.arrivals
            if isinstance(asked, Rates):
                weights.append(asked.expected(scenario.weekday(day), queue.open, yesterday=day > 0))
                factors.append(day_factor(asked.day_factor_shape, seed, replication, day))
        if sum(weights) > 0.0:
            out[day] = np.average(factors, weights=weights)
    return out


def slot_factors(slot: SlotFactor, count: int, name: str, seed: int, replication: int, day: int) -> Floats:
    """Factors of `count` intervals in a row from midnight on: exp(s x - s^2 / 2), mean 1, x an AR(1) of sd 1.

    x_0 = z_0 and x_i = r x_(i-1) + sqrt(1 - r^2) z_i: stationary within the day, independent between
    days and queues.
    """
    from scipy.special import ndtri

    parent = key(seed, replication, Domain.SLOT, name, day)
    x = ndtri(uniform(split(parent, np.arange(count)), Purpose.SLOT_FACTOR))
    fresh = (1.0 - slot.lag1**2) ** 0.5
    for i in range(1, count):
        x[i] = slot.lag1 * x[i - 1] + fresh * x[i]
    return np.asarray(np.exp(slot.sd * x - 0.5 * slot.sd**2))
