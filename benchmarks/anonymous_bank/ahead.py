"""How hanging up depends on the number of callers ahead, which this bank's callers were told.

Source for the announcement: L. Brown and others (2005), "Statistical analysis of a telephone call center", Journal of
the American Statistical Association 100, section 2.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from patience import fit_patience

FROM = (0, 1, 2, 3, 5, 8)
"""Groups of callers by how many stood in all queues when they joined: 0, 1, 2, 3-4, 5-7, 8 and more."""
LEAST_WAITS = 500
"""A queue with fewer waits in any group (internet calls) is left as it is."""


def with_ahead(calls: pl.DataFrame) -> pl.DataFrame:
    """The calls with a column more, ahead: callers who stood in any queue when this one joined (return calls apart).

    Times are whole seconds: who joined in the same second does not count, who left in it has left.
    """
    return pl.concat([_one_day(day) for _, day in calls.group_by("date", maintain_order=True)])


def _one_day(day: pl.DataFrame) -> pl.DataFrame:
    queued = day.filter(pl.col("queued") & (pl.col("queue") != "return_calls"))
    start = queued["asked_s"].to_numpy()
    end = np.sort(start + queued["wait_s"].to_numpy())
    at = day["asked_s"].to_numpy()
    ahead = np.searchsorted(np.sort(start), at) - np.searchsorted(end, at)
    return day.with_columns(pl.Series("ahead", np.maximum(ahead, 0)))


def hazards_by_ahead(rows: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """queue, ahead_from, from_s, per_s, hang_ups: each queue's hazard of hanging up (`fit_patience`) group by group."""
    tables = []
    for name, mine in rows.items():
        groups = [mine.filter((pl.col("ahead") >= low) & (pl.col("ahead") < high))
                  for low, high in zip(FROM, (*FROM[1:], 10_000), strict=True)]
        if min(group.filter(pl.col("queued")).height for group in groups) < LEAST_WAITS:
            continue
        for low, group in zip(FROM, groups, strict=True):
            found = fit_patience(group)
            tables.append(pl.DataFrame({"queue": name, "ahead_from": low, "from_s": found.from_s,
                                        "per_s": np.round(found.per_s, 5), "hang_ups": found.hang_ups}))
    return pl.concat(tables)


def write_ahead(table: pl.DataFrame, path: Path) -> None:
    """The table as CSV."""
    table.write_csv(path)
