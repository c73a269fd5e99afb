"""Lengths of queues: how many wait, as an average over time and at most, by interval."""

from __future__ import annotations

import numpy as np

from sim.measure.bins import Floats, Ints, bin_of, spread
from sim.measure.layout import Layout
from sim.record import Rows


def queue_lengths(changes: Rows, end: float, layout: Layout) -> tuple[Floats, Floats]:
    """Contact-seconds of waiting and the longest length, both by interval, shape (1 + queues, bins), center first.

    The center's length is the sum over queues at each moment. A length that lasted no time (somebody came and
    another left at the same instant) is not a longest one. `changes` are `QueueIs` rows in order of time.
    """
    queue, length = changes["queue"], changes["length"].astype(np.int64)
    at = np.ascontiguousarray(changes["at"])
    change = np.zeros(len(at), np.int64)
    seconds = np.zeros((1 + len(layout.queues), layout.bins))
    longest = np.zeros((1 + len(layout.queues), layout.bins))
    for index in range(len(layout.queues)):
        mine = np.flatnonzero(queue == index)
        change[mine] = np.diff(length[mine], prepend=0)
        seconds[1 + index], longest[1 + index] = _steps(at[mine], length[mine], end, layout)
    seconds[0], longest[0] = _steps(at, np.cumsum(change), end, layout)
    return seconds, longest


def _steps(at: Floats, length: Ints, end: float, layout: Layout) -> tuple[Floats, Floats]:
    """The same of one step function that holds length[i] from at[i] on and 0 before."""
    if not len(at):
        return np.zeros(layout.bins), np.zeros(layout.bins)
    until = np.append(at[1:], max(end, at[-1]))
    seconds = spread(np.zeros(len(at), np.int64), at, until, layout.interval_s, 1, layout.bins, length)[0]
    opening = np.searchsorted(at, np.arange(layout.bins) * float(layout.interval_s), side="right") - 1
    longest = np.where(opening >= 0, length[opening], 0).astype(np.float64)
    bins = bin_of(at, layout.interval_s, layout.bins)
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    highest = np.maximum.reduceat(np.where(until > at, length, 0), starts)
    longest[bins[starts]] = np.maximum(longest[bins[starts]], highest)
    return seconds, longest
