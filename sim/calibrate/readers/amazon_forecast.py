"""Amazon Connect, historical data uploaded for forecasting (CSV).

Columns and their forms: "Import historical data for forecasting" of the Amazon Connect administrator guide: QueueName,
QueueId, ChannelType, TimeStamp (UTC, ISO 8601), IntervalDuration (15mins, 30mins, daily), IncomingContactVolume,
AverageHandleTime (s), ContactsHandled. Of several rows for one interval the last uploaded one counts, as there.
"""

from __future__ import annotations

from sim.calibrate.readers.meanings import solid
from sim.calibrate.readers.reading import INTERVALS, Column, Reading
from sim.calibrate.readers.table import Table

COLUMNS = {
    "queue": "QueueName", "media": "ChannelType", "start": "TimeStamp", "length_s": "IntervalDuration",
    "offered": "IncomingContactVolume", "aht_s": "AverageHandleTime", "handled": "ContactsHandled",
}


def recognised(table: Table) -> Reading | None:
    """The reading of a table with TimeStamp and IncomingContactVolume; None for any other."""
    plain = {solid(name): name for name in reversed(table.columns)}
    if not {"timestamp", "incomingcontactvolume"} <= set(plain):
        return None
    columns = {
        meaning: Column((plain[solid(name)],)) for meaning, name in COLUMNS.items() if solid(name) in plain
    }
    return Reading(INTERVALS, columns, reader="amazon_forecast", utc=True)
