"""This program's own table of contacts (a run with tables=all), read back as if a telephone system had written it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from sim.calibrate.readers.meanings import solid
from sim.calibrate.readers.reading import CONTACTS, Column, Reading
from sim.calibrate.readers.table import Table
from sim.loading.plain_files import saved_yaml
from sim.units import DAY, WEEKDAYS

COLUMNS = ("replication", "caller", "attempt", "queue", "outcome", "agent", "arrived_s", "left_s", "wait_s", "talk_s",
           "hold_s", "wrap_s", "patience_s")
MONDAY = dt.date(2024, 1, 1)
WEEK_S = 7.0 * DAY


def recognised(table: Table) -> Reading | None:
    """The reading of a table of contacts that a run has written; None for any other."""
    if {solid(name) for name in COLUMNS} - {solid(name) for name in table.columns}:
        return None
    weekday, told = first_day(table.path)
    return Reading(
        CONTACTS,
        {
            "arrived": Column(("arrived",)), "wait_s": Column(("wait_s",), "s"), "outcome": Column(("outcome",)),
            "talk_s": Column(("talk_s",), "s"), "hold_s": Column(("hold_s",), "s"), "wrap_s": Column(("wrap_s",), "s"),
            "agent": Column(("agent",)), "queue": Column(("queue",)), "caller": Column(("caller",)),
            "id": Column(("id",)),
        },
        reader="tightrope",
        outcomes={"balked": "abandoned", "called_back": "other", "inside": "other"},
        prepare=lambda given: prepared(given, weekday),
        guessed=(told, "replications follow each other by whole weeks, so that weekdays stay what they are"),
    )


def first_day(path: Path | None) -> tuple[int, str]:
    """(weekday of day 1, how it is known): from config.yaml of the run's folder, else Monday."""
    config: Any = None
    if path is not None and len(path.absolute().parents) > 2:
        try:
            config = saved_yaml(path.absolute().parents[2] / "config.yaml")
        except (OSError, ValueError):
            config = None
    named = str(config.get("first_day", ""))[:3].lower() if isinstance(config, dict) else ""
    if named in WEEKDAYS:
        return WEEKDAYS.index(named), f"day 1 is a {named.capitalize()}, as config.yaml of its folder has it"
    return 0, "day 1 counts as a Monday: no config.yaml in the run's folder says otherwise"


def prepared(table: Table, weekday: int = 0) -> Table:
    """The table with a date and time of arrival, and with names that tell replications' callers apart.

    Day 1 is in the week of 1 January 2024. Each replication starts as many whole weeks after the one before as it has.
    """
    names = {name: each for each in (*COLUMNS, "leg") for name in table.columns if solid(name) == solid(each)}
    number = pl.col("replication", "caller", "attempt").cast(pl.Int64, strict=False)
    seconds = pl.col("arrived_s", "talk_s", "hold_s", "wrap_s").cast(pl.Float64, strict=False)
    frame = table.frame.rename(names).with_columns(number, seconds)
    last = frame["arrived_s"].max()
    weeks = int(last // WEEK_S) + 1 if isinstance(last, float) else 1
    midnight = MONDAY + dt.timedelta(days=weekday)
    shift = pl.col("arrived_s") + pl.col("replication") * (weeks * WEEK_S)
    handled = pl.col("outcome").cast(pl.String) == "handled"
    leg = pl.col("leg") if "leg" in frame.columns else pl.lit(0)
    frame = frame.with_columns(
        (pl.lit(midnight).cast(pl.Datetime("us")) + pl.duration(microseconds=(shift * 1e6).round().cast(pl.Int64)))
        .alias("arrived"),
        *(pl.when(handled).then(pl.col(f"{part}_s")).alias(f"{part}_s") for part in ("talk", "hold", "wrap")),
        pl.when(handled).then(pl.format("agent {}", "agent")).alias("agent"),
        pl.format("caller {}-{}", "replication", "caller").alias("caller"),
        pl.format("{}-{}-{}-{}", "replication", "caller", "attempt", leg).alias("id"),
        pl.col("queue", "outcome").cast(pl.String),
    )  # fmt: skip
    return table._replace(frame=frame)
