"""NICE IEX workforce management, interval export by contact type or queue, parted by pipes.

From the export modules' pages of the IEX WFM Integrated help ("CT Queue Data", "CT Results"): pipe-delimited, date (as
mmddyyyy unless configured otherwise), period (begin, 24 h unless configured otherwise), TZ, custID and identifiers of
enterprise group, business unit, contact type and queue; which fields there are is up to the customer. The names of the
measures are NOT from those pages: they are reconstructed after the columns of the product's database that public
queries name (ORIGCONTRCVD, ORIGHNDLBEFSL, ORIGHNDLAFTSL, ORIGABANDBEFSL, ORIGABANDAFTSL) and common abbreviations; what
is not among them is guessed as in any other file.
"""

from __future__ import annotations

import polars as pl

from sim.calibrate.readers.guess import guessed
from sim.calibrate.readers.meanings import solid
from sim.calibrate.readers.reading import INTERVALS, Column, Reading
from sim.calibrate.readers.table import Table

MARKS = ("tz", "custid", "ctid", "ctname", "buid", "buname", "queueid", "queuetag", "sagroupid")
"""Columns of which a NICE file has at least one."""
QUEUES = ("queuename", "queuetag", "queue", "queueid", "ctname", "ct", "ctid")
SUMS = {
    "offered": (("origcontrcvd",), ("actcontrcvd",), ("contrcvd",), ("contactsreceived",)),
    "handled": (("orighndlbefsl", "orighndlaftsl"), ("hndlbefsl", "hndlaftsl"), ("acthndl",), ("conthandled",)),
    "abandoned": (("origabandbefsl", "origabandaftsl"), ("abandbefsl", "abandaftsl"), ("actaband",), ("abandons",)),
    "answered_within": (("orighndlbefsl",), ("hndlbefsl",)),
}


def recognised(table: Table) -> Reading | None:
    """The reading of a table parted by pipes (or saved as Excel) with date, period and a NICE identifier, or None."""
    plain = {solid(name): name for name in reversed(table.columns)}
    own = {"date", "period"} <= set(plain) and any(mark in plain for mark in MARKS)
    if table.delimiter not in ("|", "") or not own:
        return None
    dates = table.frame[plain["date"]].cast(pl.String).drop_nulls()
    form = "mmddyyyy" if len(dates) and not dates.str.contains(r"\D").any() else "-"
    if form == "mmddyyyy" and dates.str.contains(r"^(?:19|20)\d\d(?:0[1-9]|1[0-2])\d\d$").all():
        form = "yyyymmdd"
    times = table.frame[plain["period"]].cast(pl.String).drop_nulls()
    clock = "hhmm" if len(times) and times.str.contains(r"^\s*\d{1,4}\s*$").all() else "-"
    forms = f"{form} {clock}" if (form, clock) != ("-", "-") else None
    fixed: dict[str, Column | None] = {"start": Column((plain["date"], plain["period"]), None, forms)}
    queue = next((plain[name] for name in QUEUES if name in plain), None)
    if queue:
        fixed["queue"] = Column((queue,))
    for meaning, choices in SUMS.items():
        found = next((names for names in choices if set(names) <= set(plain)), None)
        if found:
            fixed[meaning] = Column(tuple(plain[name] for name in found))
    fixed["date"] = None
    reading = guessed(table, INTERVALS, fixed)
    return Reading(
        INTERVALS, {meaning: column for meaning, column in reading.columns.items()}, reader="nice",
        guessed=reading.guessed, constants=reading.constants, parts=reading.parts,
    )
