"""Waits: a fine histogram that percentiles are read from, small enough to keep for every queue.

Bin 0 holds those who did not wait at all, bin 1 waits of less than 1/32 second; from there each
doubling of the wait is cut into 128 bins. A percentile read from it is therefore within 1/128 = 0.8 %
of the exact one (or within 1/32 s), whatever the number of contacts; 29 kB hold a queue.
"""

from __future__ import annotations

import numpy as np

from sim.measure.bins import Floats, Ints

ANSWERED, ABANDONED, OTHER = range(3)
"""How the wait ended; OTHER: called back, or closed out."""
KINDS = 3
PERCENTS = (50, 80, 90, 95, 99)

CUTS = 128
SHIFT = 52 - 7
"""Mantissa bits of a double below the first seven."""
LEAST, DOUBLINGS = 2.0**-5, 28
"""Seconds, from 1/32 to 97 days; longer waits stand in the last bin."""
BASE = int(np.float64(LEAST).view(np.int64)) >> SHIFT
BINS = 2 + DOUBLINGS * CUTS


def edges() -> Floats:
    """Lower edges of the bins and the upper edge of the last, shape (BINS + 1,); bin 0 has no width."""
    upper = (np.arange(BASE, BASE + DOUBLINGS * CUTS + 1, dtype=np.int64) << SHIFT).view(np.float64)
    return np.concatenate([[0.0, 0.0], upper])


def wait_bin(waits: Floats) -> Ints:
    """The histogram bin of each wait: exponent and first mantissa bits of the number."""
    index: Ints = np.ascontiguousarray(waits).view(np.int64) >> SHIFT
    index -= BASE - 2
    np.clip(index, 1, BINS - 1, out=index)
    index *= waits > 0.0
    return index


def quantile(cumulative: Floats, share: Floats | float) -> Floats:
    """The least waits that at least those shares of the contacts did not exceed, in seconds; nan if there are none.

    `cumulative` is the running sum of the histogram, shape (BINS,). Within a bin contacts are taken as
    evenly spread. A share of 1 or more gives the upper edge of the last bin in use, one of 0 or less 0.
    """
    wanted = np.atleast_1d(np.asarray(share, dtype=np.float64))
    total = cumulative[-1]
    if total <= 0.0:
        return np.full(wanted.shape, np.nan)
    rank = np.clip(wanted, 0.0, 1.0) * total
    at = np.minimum(np.searchsorted(cumulative, rank), BINS - 1)
    below = np.where(at > 0, cumulative[np.maximum(at - 1, 0)], 0.0)
    held = cumulative[at] - below
    part = np.divide(rank - below, held, out=np.zeros_like(rank), where=held > 0.0)
    edge = EDGES
    return np.asarray(edge[at] + np.clip(part, 0.0, 1.0) * (edge[at + 1] - edge[at]))


EDGES = edges()
