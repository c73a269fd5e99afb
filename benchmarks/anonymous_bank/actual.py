"""What happened: sums by queue, kind of day and hour over the regular days. Aggregates only, no calls."""
from __future__ import annotations

from pathlib import Path

import polars as pl
from arrivals import Profile
from days import Days

KINDS = {7: "sun-thu", 1: "sun-thu", 2: "sun-thu", 3: "sun-thu", 4: "sun-thu", 5: "fri", 6: "sat"}


def actual_table(calls: pl.DataFrame, on_duty: Profile, days: Days) -> pl.DataFrame:
    """One row per queue ("all" = all but return calls), kind of day and hour in which the center was open.

    days: days counted. offered, answered, abandoned and waited (wait > 0) are calls by the hour in which they asked
    for an agent; answered_wait_s, wait_s and handle_s are sums of seconds; handle_recorded is how many of the
    answered have a service time; agents is the mean number on duty (`Staffing.on_duty`; rows "all" only).
    """
    kind = pl.col("weekday").replace_strict(KINDS, return_dtype=pl.String).alias("kind")
    hour = (pl.col("slot") // 2).alias("hour")
    open_hours = days.open_slots.select("date", kind, hour).unique()
    counted = open_hours.group_by("kind", "hour").agg(days=pl.len())
    tagged = calls.with_columns(kind, (pl.col("asked_s") // 3600).alias("hour"))
    tagged = tagged.join(open_hours, on=["date", "kind", "hour"], how="semi")
    callers = tagged.filter(pl.col("queue") != "return_calls").with_columns(pl.lit("all").alias("queue"))
    both = pl.concat([tagged, callers])
    sums = both.group_by("queue", "kind", "hour").agg(
        offered=pl.len(), answered=pl.col("answered").sum(), abandoned=(~pl.col("answered")).sum(),
        waited=pl.col("queued").sum(), answered_wait_s=pl.col("wait_s").filter(pl.col("answered")).sum(),
        wait_s=pl.col("wait_s").sum(), handle_s=pl.col("talk_s").sum(),
        handle_recorded=pl.col("talk_s").is_not_null().sum())
    present = days.open_slots.with_columns(kind, hour).join(
        pl.DataFrame([(day, slot, agents) for day, profile in on_duty.items() for slot, agents in enumerate(profile)],
                     schema={"weekday": pl.Int8, "slot": pl.Int64, "agents": pl.Float64}, orient="row"),
        on=["weekday", "slot"]).group_by("kind", "hour").agg(pl.col("agents").mean())
    present = present.select(
        pl.lit("all").alias("queue"), "kind", "hour", pl.col("agents").round(3))
    table = sums.join(counted, on=["kind", "hour"]).join(present, on=["queue", "kind", "hour"], how="left")
    return table.select("queue", "kind", "hour", "days", "offered", "answered", "abandoned", "waited",
                        "answered_wait_s", "wait_s", "handle_s", "handle_recorded", "agents").sort(
                            "queue", "kind", "hour")


def write_actual(table: pl.DataFrame, path: Path) -> None:
    """The table as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table.write_csv(path)
