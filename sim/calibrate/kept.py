"""A log without some of its rows, each part of them noted: queues that are not wanted, flooded days."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from sim.calibrate.fits.calendar import flooded
from sim.calibrate.fits.counts import count_contacts
from sim.calibrate.log import ContactLog, Log, Odd
from sim.loading.refusal import Refused


def without(log: Log, queues: list[str]) -> Log:
    """The log without some queues, which is noted. Raises Refused for a queue that it has not."""
    if not queues:
        return log
    frame = log.contacts if isinstance(log, ContactLog) else log.intervals
    names = frame["queue"].unique().sort().to_list()
    for queue in queues:
        if queue not in names:
            raise Refused(f"without={queue}: the log has the queues {', '.join(names)}")
    if set(names) <= set(queues):
        raise Refused(f"without={','.join(queues)}: no contact is left")
    parts = [(f"queue {queue}", pl.col("queue") == queue) for queue in queues]
    return less(log, parts, "left out by without=")


def without_floods(log: Log) -> Log:
    """The log without days on which callers called again and again (`calendar.flooded`), each noted."""
    if not isinstance(log, ContactLog):
        return log
    why = "two half hours or more with far more contacts than such days have (an outage?)"
    day = pl.col("arrived").dt.date()
    parts = [(f"day {date}: {why}", day == date) for date in sorted(flooded(count_contacts(log.contacts, 30)))]
    return less(log, parts, "keep=true uses such days") if parts else log


def less(log: Log, parts: list[tuple[str, pl.Expr]], to_do: str) -> Log:
    """The log without some of its rows, each part of them noted with its reason."""
    rows, notes, odds = log.contacts if isinstance(log, ContactLog) else log.intervals, log.notes, []
    for reason, part in parts:
        own, rows = rows.filter(part), rows.filter(~part)
        name = notes.files[own["file"][0]].name if notes.files else "log"
        odds.append(Odd(reason, own.height, f"{name}:{own['row'][0]}", to_do))
    used = dict(rows.group_by("file").len().iter_rows())
    files = tuple(file._replace(used=used.get(place, 0)) for place, file in enumerate(notes.files))
    notes = replace(notes, files=files, left_out=(*notes.left_out, *odds))
    if isinstance(log, ContactLog):
        return ContactLog(rows, notes, log.timezone)
    return replace(log, intervals=rows, notes=notes)
