"""Bins: the reporting intervals of a run, and the sharing out of stretches of time among them.

Bin b holds [b * width, (b + 1) * width) seconds; the last bin has no end and takes all that comes
after the last simulated midnight.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


def add_up(cell: Ints, size: int, weight: Floats | None = None) -> Floats:
    """How many are in each cell, or their weight, shape (size,)."""
    return np.asarray(np.bincount(cell, weight, size), dtype=np.float64)


def add_rows(cell: np.ndarray[Any, np.dtype[np.signedinteger[Any]]], columns: Floats, cells: int) -> Floats:
    """The sums of the rows of `columns` by cell, shape (cells, columns): what `add_up` gives of each, bit for bit.

    `cell` has the cell of each row, shape (rows,), or several to which it is added, shape (rows, several). It is the
    product with a matrix that has a 1 for each. Rows in order of time mostly go to one cell after another, and each
    addition waits for the one before; here those of all columns wait together.
    Errors: IndexError for a cell that there is not; the product itself would write over whatever lies there.
    """
    from scipy.sparse import csc_array

    if cell.size and not 0 <= cell.min() <= cell.max() < cells:
        raise IndexError(f"cells {cell.min()} to {cell.max()} of {cells}")
    ends = np.arange(len(cell) + 1) * math.prod(cell.shape[1:])
    return np.asarray(csc_array((np.ones(cell.size), cell.ravel(), ends), shape=(cells, len(cell))) @ columns)


def bin_of(times: Floats, width: int, bins: int) -> Ints:
    """The bin that each time falls in, the last one included for all that comes later. Shape of `times`.

    Whole seconds are divided by a whole width: that rounds nothing up to an edge.
    """
    index: Ints = times.astype(np.int64)
    index //= width
    return np.minimum(index, bins - 1, out=index)


def spread(
    cell: Ints, start: Floats, end: Floats, width: int, cells: int, bins: int, weight: Ints | None = None
) -> Floats:
    """Seconds by cell and bin of stretches [start, end), shape (cells, bins); times `weight` if given."""
    seconds = np.zeros((cells, bins))
    first, last = bin_of(start, width, bins), bin_of(end, width, bins)
    near, some = spread_near(cell, start, first, end, last, width, cells, weight)
    seconds[:, near] = some
    return seconds


def spread_near(
    cell: Ints | None,
    start: Floats,
    first: Ints,
    end: Floats,
    last: Ints,
    width: int,
    cells: int,
    weight: Ints | None = None,
) -> tuple[slice, Floats]:
    """Which bins the stretches touch, and the seconds in those, shape (cells, those bins); without `cell` one cell.

    `first` and `last` are the bins of the two ends. A stretch is cut at the edges of the bins. Its two ends are added
    to their bins and the whole bins between are counted by differences (a whole number of them, so without
    rounding): the work is of the order of stretches + bins, however many bins a stretch covers.
    """
    near = window(first, last)
    bins = near.stop - near.start
    crosses = np.flatnonzero(first != last)
    head = end - start
    head[crosses] = (first[crosses] + 1) * width - start[crosses]
    tail = end[crosses] - last[crosses] * width
    row = np.full(1, -near.start) if cell is None else cell * bins - near.start
    begins, ends = row + first, (row if cell is None else row[crosses]) + last[crosses]
    whole = np.ones(len(crosses)) if weight is None else weight[crosses].astype(np.float64)
    if weight is not None:
        head *= weight
        tail *= whole
    size = cells * bins
    seconds = add_up(begins, size, head)
    if len(crosses):
        seconds += add_up(ends, size, tail)
        change = add_up(begins[crosses] + 1, size, whole)
        change -= add_up(ends, size, whole)
        seconds += np.cumsum(change.reshape(cells, bins), axis=1).reshape(size) * width
    return near, seconds.reshape(cells, bins)


def window(first: Ints, last: Ints) -> slice:
    """The bins from the least of the one to the greatest of the other: a portion of a long run touches few of all."""
    return slice(int(first.min()), int(last.max()) + 1) if len(first) else slice(0, 0)
