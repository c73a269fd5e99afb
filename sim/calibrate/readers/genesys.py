"""Genesys Cloud, historical data import for workforce management (CSV).

Columns: "Prepare the historical data import .csv file" of the Genesys Cloud resource center: Interval Start UTC Date
(ISO 8601, on the quarter hour), Queue, Media Type, Skill Set (parted by |||), Language, Offered, Interactions Handled,
Total Handle Time (Seconds). An interval has a row for each skill set and language; they are added up.
"""

from __future__ import annotations

from sim.calibrate.readers.meanings import solid
from sim.calibrate.readers.reading import INTERVALS, Column, Reading
from sim.calibrate.readers.table import Table

LENGTH_S = 900.0
NAMES = {
    "start": ("intervalstartutcdate", "intervalstartutc"),
    "queue": ("queue",),
    "media": ("mediatype",),
    "offered": ("offered",),
    "handled": ("interactionshandled", "handled"),
    "handle_total_s": ("totalhandletimeseconds", "totalhandletime"),
}


def recognised(table: Table) -> Reading | None:
    """The reading of a table with Interval Start UTC Date and Offered; None for any other."""
    plain = {solid(name): name for name in reversed(table.columns)}
    if not (set(NAMES["start"]) & set(plain) and "offered" in plain):
        return None
    columns = {
        meaning: Column((next(plain[name] for name in names if name in plain),))
        for meaning, names in NAMES.items()
        if any(name in plain for name in names)
    }
    parts = tuple(plain[name] for name in ("skillset", "language") if name in plain)
    return Reading(
        INTERVALS, columns, reader="genesys", utc=True, constants={"length_s": LENGTH_S}, parts=parts
    )
