"""Demand: who arrives when, before the clock starts.

Every queue has a stream of its own on each day (`sim.plan.streams`); the streams are merged in order
of time. What all replications share is worked out once, by `Demand.of`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Domain, Keys, key, name_hash, split
from sim.plan.factors import busyness, gamma_factors
from sim.plan.recorded import recorded_times
from sim.plan.streams import DAY_STEP, CountedDay, PoissonDay, Stream, poisson_times
from sim.scenario import Counts, Queue, Rates, Recorded, Scenario
from sim.units import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Arrivals(NamedTuple):
    """Arrivals of all queues in order of time, those at one instant in order of their queues."""

    times: Floats
    """seconds since midnight of day 1"""
    queue: NDArray[np.int32]
    ordinal: Ints


class Demand(NamedTuple):
    """What is known about a scenario's arrivals before anything is drawn."""

    scenario: Scenario
    names: Keys
    """shape (queues,): hashes of their names"""
    week: tuple[dict[tuple[int, bool], PoissonDay | CountedDay], ...]
    """of each queue by (weekday, whether there was a day before); {} for a recorded one"""

    @classmethod
    def of(cls, scenario: Scenario) -> Demand:
        """The demand of a scenario."""
        first = {(scenario.weekday(0), False)}
        calendar = first | {(scenario.weekday(day), True) for day in range(1, min(scenario.days, 8))}
        scale = scenario.demand.scale
        return cls(
            scenario,
            np.array([name_hash(name) for name in scenario.queues], np.uint64),
            tuple(
                {on: a_day(queue, on[0], on[1], scale) for on in calendar if not isinstance(queue.arrivals, Recorded)}
                for queue in scenario.queues.values()
            ),
        )

    def factors(self, seed: int, replication: int) -> dict[float, Floats]:
        """By shape, the day factors of the queues with rates of that shape, one a day."""
        asked = [queue.arrivals for queue in self.scenario.queues.values()]
        shapes = {one.day_factor_shape for one in asked if isinstance(one, Rates)}
        if shapes <= {np.inf}:
            return {np.inf: np.ones(self.scenario.days)}
        u = busyness(seed, replication, self.scenario.days, self.scenario.sampling.strata)
        return {shape: gamma_factors(shape, u) for shape in shapes}


def recorded_contacts(scenario: Scenario) -> dict[str, int]:
    """How many contacts come to each queue with recorded arrivals."""
    asked = {name: queue.arrivals for name, queue in scenario.queues.items()}
    return {name: len(recorded_times(one.file, one.column)) for name, one in asked.items() if isinstance(one, Recorded)}


def a_day(queue: Queue, weekday: int, yesterday: bool, scale: float) -> PoissonDay | CountedDay:
    """What is known about a queue's arrivals on a weekday."""
    asked = queue.arrivals
    if isinstance(asked, Counts):
        return CountedDay.of(asked, queue, weekday, yesterday, scale)
    if isinstance(asked, Rates):
        return PoissonDay.of(asked, queue, weekday, yesterday)
    raise TypeError("recorded arrivals have times of their own")


# --- merged -----------------------------------------------------------------------------------


def arrivals(demand: Demand, seed: int, replication: int, day: int) -> Arrivals:
    """All arrivals of one calendar day (0 = the first): times, queues and ordinals, 20 bytes each.

    What a queue that is open across midnight still receives after it counts to the next day; after
    the last day, to the last.
    """
    midnight = (day + 1) * DAY if day + 1 < demand.scenario.days else np.inf
    factors = demand.factors(seed, replication)
    streams = []
    for before in range(max(0, day - 2), day + 1):
        for stream in day_streams(demand, seed, replication, before, factors, reaching=day * DAY):
            start, stop = np.searchsorted(stream.times, (day * DAY, midnight))
            streams.append(stream.part(start if before < day else 0, stop))
    count, at = sum(len(stream.times) for stream in streams), 0
    out = Arrivals(np.empty(count), np.empty(count, np.int32), np.empty(count, np.int64))
    for portion in in_portions(streams, 1 << 18):  # merging in portions needs little beyond the answer itself
        here = slice(at, at + len(portion.times))
        out.times[here], out.queue[here], out.ordinal[here] = portion
        at = here.stop
    return out


def portions(demand: Demand, seed: int, replication: int, size: int) -> Iterator[Arrivals]:
    """The arrivals of the whole horizon in order of time, about `size` at a time.

    Holds one day's times in memory, 8 bytes an arrival.
    """
    factors = demand.factors(seed, replication)
    late: list[Stream] = []
    for day in range(demand.scenario.days):
        midnight = (day + 1) * DAY if day + 1 < demand.scenario.days else np.inf
        today = [*late, *day_streams(demand, seed, replication, day, factors)]
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


# --- one day ----------------------------------------------------------------------------------


def day_streams(
    demand: Demand,
    seed: int,
    replication: int,
    day: int,
    factors: dict[float, Floats],
    reaching: float = -np.inf,
) -> list[Stream]:
    """Each queue's stream of one day, without the queues whose day is over before `reaching`."""
    scenario, today = demand.scenario, (demand.scenario.weekday(day), day > 0)
    parents = split(split(key(seed, replication, Domain.ARRIVALS), demand.names), np.array([day]))
    streams = []
    for q, (queue, week) in enumerate(zip(scenario.queues.values(), demand.week, strict=True)):
        asked, known, parent = queue.arrivals, week.get(today), parents[q : q + 1]
        if isinstance(asked, Recorded):
            times = recorded_times(asked.file, asked.column)
            start, stop = np.searchsorted(times, (day * DAY, (day + 1) * DAY))
            streams.append(Stream(q, times[start:stop], day * DAY_STEP))
        elif isinstance(known, CountedDay):
            if len(known.wanted) and day * DAY + known.slots.max() > reaching:
                streams.append(known.stream(q, day, parent))
        elif isinstance(asked, Rates) and isinstance(known, PoissonDay) and day * DAY + known.edges[-1] > reaching:
            rates = known.rates * (scenario.demand.scale * factors[asked.day_factor_shape][day])
            if known.slots is not None:
                rates *= known.slots.draw(key(seed, replication, Domain.SLOT, int(demand.names[q]), day))
            streams.append(Stream(q, poisson_times(parent, day * DAY + known.edges, rates), day * DAY_STEP))
    return streams


def day_factors(demand: Demand, seed: int, replication: int) -> Floats:
    """Each day's factor, shape (days,): the mean over queues with rates, by expected contacts; else 1."""
    scenario, factors = demand.scenario, demand.factors(seed, replication)
    out = np.ones(scenario.days)
    if factors.keys() <= {np.inf}:
        return out
    asked = [queue.arrivals for queue in scenario.queues.values()]
    for day in range(scenario.days):
        on = (scenario.weekday(day), day > 0)
        known = [week.get(on) for week in demand.week]
        weights = [one.expected for one in known if isinstance(one, PoissonDay)]
        if sum(weights) > 0.0:
            own = [factors[one.day_factor_shape][day] for one in asked if isinstance(one, Rates)]
            out[day] = np.average(own, weights=weights)
    return out
