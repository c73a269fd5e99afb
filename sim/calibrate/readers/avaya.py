"""Avaya CMS, the interval table of splits and skills (hsplit) as a query or a report hands it out.

Items: "Avaya Call Management System, Database Items and Calculations": row_date, starttime (hhmm as a number), intrvl
(minutes), split, acd, acdcalls, abncalls, callsoffered, acdtime, acwtime, holdtime, anstime, abntime (seconds of
all calls), acceptable (answered within the service level), servicelevel (its seconds), i_stafftime (agent seconds).
Public programs that query the table name the same items. ASA = anstime / acdcalls; AHT = (acdtime + acwtime +
holdtime) / acdcalls; mean wait of the abandoned = abntime / abncalls; agents on duty = i_stafftime / interval.
"""

from __future__ import annotations

from sim.calibrate.readers.meanings import solid
from sim.calibrate.readers.reading import INTERVALS, Column, Reading
from sim.calibrate.readers.table import Table

ITEMS = {
    "offered": "callsoffered", "handled": "acdcalls", "abandoned": "abncalls", "talk_total_s": "acdtime",
    "wrap_total_s": "acwtime", "hold_total_s": "holdtime", "answer_total_s": "anstime", "abandon_total_s": "abntime",
    "answered_within": "acceptable", "within_s": "servicelevel", "staffed_total_s": "istafftime",
}


def recognised(table: Table) -> Reading | None:
    """The reading of a table with row_date, starttime and acdcalls; None for any other."""
    plain = {solid(name): name for name in reversed(table.columns)}
    # an item's very name goes before one that is like it: files of ours hold servicelevel (s) and service_level (share)
    plain |= {name: name for name in table.columns if solid(name) == name}
    if not {"rowdate", "starttime", "acdcalls"} <= set(plain):
        return None
    columns = {"start": Column((plain["rowdate"], plain["starttime"]), None, "- hhmm")}
    if "intrvl" in plain:
        columns["length_s"] = Column((plain["intrvl"],), "min")
    queue = next((plain[name] for name in ("splitname", "split", "skill", "vdn") if name in plain), None)
    if queue:
        columns["queue"] = Column((queue,))
    columns |= {meaning: Column((plain[item],)) for meaning, item in ITEMS.items() if item in plain}
    parts = tuple(plain[name] for name in ("acd", "logid") if name in plain)
    return Reading(INTERVALS, columns, reader="avaya", parts=parts)
