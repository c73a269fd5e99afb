"""A sweep as a table in a terminal: a row a point, a column a figure that planners look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.loading.refusal import one_line, printable
from sim.report import written

if TYPE_CHECKING:
    from sim.study.sweeps.sweep import Sweep

COLUMNS = {
    "service_level": "Service level",
    "asa_s": "ASA",
    "abandonment_rate": "Abandoned",
    "aht_s": "AHT",
    "occupancy": "Occupancy",
    "csat": "CSAT",
    "fcr": "FCR",
    "operating_cost": "Cost",
    "paid_hours": "Paid hours",
}
MOST = 40
"""rows"""


def cells(sweep: Sweep) -> list[list[str]]:
    """The heads of the columns, factors first, and a row for each of the first points."""
    known = {kpi.key: kpi for kpi in sweep.kpis}
    keys = [key for key in COLUMNS if key in known]
    if "operating_cost" in known:
        keys.remove("paid_hours")
    rows = [[*(axis.key for axis in sweep.axes), *(COLUMNS[key] for key in keys)]]
    found = {key: sweep.estimate(key) for key in keys}
    for row, point in enumerate(sweep.done[:MOST]):
        figures = [
            written.figure(float(found[key].mean[row]), known[key].unit) if found[key].replications[row] else "-"
            for key in keys
        ]
        rows.append([*(printable(one_line(value, 60)) for value in point.values), *figures])
    return rows


def summary(sweep: Sweep) -> str:
    """The table; of a large sweep its first rows, and how many more sweep.csv has."""
    rows = cells(sweep)
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    factors = len(sweep.axes)
    lines = [
        "  ".join(
            cell.ljust(width) if k < factors else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    more = len(sweep.done) - MOST
    if more > 0:
        lines.append(f"... and {more:,} more in sweep.csv")
    return "\n".join(lines)
