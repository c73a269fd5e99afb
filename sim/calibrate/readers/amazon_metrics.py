"""Amazon Connect, historical metrics report by queue and interval, as downloaded or as a scheduled report (CSV).

Metrics and their types: "Historical metrics definitions" of the Amazon Connect administrator guide (averages as
hh:mm:ss or seconds, percentages with a sign). The grouping columns (Queue, Channel, Agent, StartInterval, EndInterval)
are not in the guide; they are as public programs expect them of downloaded reports.
"""

from __future__ import annotations

import re

from sim.calibrate.readers.meanings import solid
from sim.calibrate.readers.reading import INTERVALS, Column, Reading
from sim.calibrate.readers.table import Table

METRICS = {
    "offered": ("contactsqueued", "contactsincoming"),
    "handled": ("contactshandled", "contactshandledincoming"),
    "abandoned": ("contactsabandoned", "contactabandoned"),
    "aht_s": ("averagehandletime", "avghandletime"),
    "asa_s": ("averagequeueanswertime", "avgqueueanswertime"),
    "abandon_wait_s": ("averagequeueabandontime", "avgqueueabandontime"),
    "occupancy": ("occupancy", "agentoccupancy"),
    "staffed_total_s": ("onlinetime",),
    "media": ("channel",),
    "queue": ("queue", "queuename"),
    "end": ("endinterval",),
}
LEVEL = re.compile(r"^servicelevel(\d+)(?:s|seconds)?%?$")
ANSWERED = re.compile(r"^contactsansweredin(\d+)(?:s|seconds)$")


def recognised(table: Table) -> Reading | None:
    """The reading of a table with StartInterval and a contact metric; None for any other."""
    plain = {solid(name): name for name in reversed(table.columns)}
    if "startinterval" not in plain or not any(name in plain for name in (*METRICS["offered"], *METRICS["handled"])):
        return None
    columns = {"start": Column((plain["startinterval"],))}
    for meaning, names in METRICS.items():
        found = next((plain[name] for name in names if name in plain), None)
        if found:
            columns[meaning] = Column((found,))
    within: dict[str, float] = {}
    for meaning, pattern in (("service_level", LEVEL), ("answered_within", ANSWERED)):
        found = next((name for name in plain if pattern.match(name)), None)
        match = pattern.match(found) if found else None
        if found and match and not within:
            columns[meaning] = Column((plain[found],), "percent" if meaning == "service_level" else None)
            within = {"within_s": float(match.group(1))}
    agents = tuple(plain[name] for name in ("agent", "agentname", "routingprofile") if name in plain)
    return Reading(INTERVALS, columns, reader="amazon_metrics", constants=within, parts=agents)
