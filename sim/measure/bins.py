"""Bins: the reporting intervals of a run, and the sharing out of stretches of time among them.

Bin b holds [b * width, (b + 1) * width) seconds; the last bin has no end and takes all that comes
after the last simulated midnight.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


def add_up(cell: Ints, size: int, weight: Floats | None = None) -> Floats:
    """How many are in each cell, or their weight, shape (size,)."""
    return np.asarray(np.bincount(cell, weight, size), dtype=np.float64)


def bin_of(times: Floats, width: int, bins: int) -> Ints:
    """The bin that each time falls in, the last one included for all that comes later. Shape of `times`."""
    index: Ints = (times / width).astype(np.int64)
    index -= times < index * width  # a time a hair before an edge may have been rounded up to it
    return np.minimum(index, bins - 1)


def spread(
    cell: Ints, start: Floats, end: Floats, width: int, cells: int, bins: int, weight: Ints | None = None
) -> Floats:
    """Seconds by cell and bin of stretches [start, end), shape (cells, bins); times `weight` if given.

    A stretch is cut at the edges of the bins. Its two ends are added to their bins and the whole bins
    between are counted by differences (a whole number of them, so without rounding): the work is of the
    order of stretches + bins, however many bins a stretch covers.
    """
    first, last = bin_of(start, width, bins), bin_of(end, width, bins)
    crosses = np.flatnonzero(first != last)
    head = end - start
    head[crosses] = (first[crosses] + 1) * width - start[crosses]
    tail = end[crosses] - last[crosses] * width
    key = cell * bins
    whole = np.ones(len(crosses)) if weight is None else weight[crosses].astype(np.float64)
    if weight is not None:
        head *= weight
        tail *= whole
    size = cells * bins
    seconds = add_up(key + first, size, head)
    if len(crosses):
        crossing = key[crosses]
        seconds += add_up(crossing + last[crosses], size, tail)
        change = add_up(crossing + first[crosses] + 1, size, whole)
        change -= add_up(crossing + last[crosses], size, whole)
        seconds += np.cumsum(change.reshape(cells, bins), axis=1).reshape(size) * width
    return seconds.reshape(cells, bins)
