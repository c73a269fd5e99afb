"""One row a scope and stretch of waiting: how many contacts waited that long."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.measure.bins import Floats
from sim.measure.frames.frame import frame
from sim.measure.tally import Tally
from sim.measure.waits import ABANDONED, ANSWERED, EDGES, OTHER, quantile

MOST_BINS = 60
SHOWN = 0.995
"""Share of the contacts that waited and that the even bins cover; the last bin takes the rest."""


def wait_histogram_table(tally: Tally) -> pl.DataFrame:
    """Contacts per replication by wait: none at all, then even bins of a 1-2-5 width, then the rest."""
    histogram = tally.waits.histogram / tally.count
    edges = _edges(np.cumsum(tally.waits.histogram[0].sum(axis=0)[1:]))
    return pl.concat(
        _scope(scope, histogram[index], edges, float(tally.longest_waits[index]))
        for index, scope in enumerate(tally.layout.queue_scopes)
    )


def _edges(waited: Floats) -> Floats:
    """Edges of even bins, shared by all scopes, from the running numbers of those who waited more than 0 s."""
    if waited[-1] == 0.0:
        return np.array([0.0])
    most = float(quantile(np.append(0.0, waited), SHOWN)[0])
    widths = (step * 10.0**power for power in range(-3, 9) for step in (1.0, 2.0, 5.0))
    width = next(width for width in widths if most <= MOST_BINS * width)
    return np.asarray(np.arange(int(np.ceil(most / width)) + 1) * width)


def _scope(scope: tuple[str, str], histogram: Floats, edges: Floats, longest: float) -> pl.DataFrame:
    start, end = np.append(0.0, edges[:-1]), np.append(0.0, edges[1:])
    if longest > edges[-1]:
        start, end = np.append(start, edges[-1]), np.append(end, longest)
    counts = [_share_out(histogram[kind], edges, len(start)) for kind in (ANSWERED, ABANDONED, OTHER)]
    return frame(
        {
            "scope": [scope[0]] * len(start),
            "name": [scope[1]] * len(start),
            "from_s": start,
            "to_s": end,
            **dict(zip(("answered", "abandoned", "other"), counts, strict=True)),
        }
    )


def _share_out(histogram: Floats, edges: Floats, rows: int) -> Floats:
    """Counts between the edges; a fine bin that straddles an edge is split in proportion."""
    cumulative = np.cumsum(histogram)
    inner = np.interp(edges, EDGES[1:], cumulative)
    counts = np.append(cumulative[0], np.diff(inner))
    return counts if rows == len(counts) else np.append(counts, cumulative[-1] - inner[-1])
