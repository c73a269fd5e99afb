"""The exports that are known by their columns, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable

from sim.calibrate.readers import amazon_forecast, amazon_metrics, avaya, genesys, nice, technion, tightrope
from sim.calibrate.readers.reading import Reading
from sim.calibrate.readers.table import Table

GENERIC = "generic"
KNOWN: dict[str, Callable[[Table], Reading | None]] = {
    "technion": technion.recognised,
    "amazon_forecast": amazon_forecast.recognised,
    "amazon_metrics": amazon_metrics.recognised,
    "genesys": genesys.recognised,
    "avaya": avaya.recognised,
    "nice": nice.recognised,
    "tightrope": tightrope.recognised,
}
TITLES = {
    "technion": "Anonymous Bank (Technion)",
    "amazon_forecast": "Amazon Connect forecast upload",
    "amazon_metrics": "Amazon Connect historical metrics",
    "genesys": "Genesys Cloud historical import",
    "avaya": "Avaya CMS intervals",
    "nice": "NICE IEX intervals",
    "tightrope": "this program's own contacts",
    GENERIC: "generic",
}


def recognised(table: Table) -> Reading | None:
    """The reading of a known export; None where the columns are of no known one."""
    for layout in KNOWN.values():
        reading = layout(table)
        if reading is not None:
            return reading
    return None
