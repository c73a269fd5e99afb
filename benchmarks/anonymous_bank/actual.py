"""What happened: sums by queue, kind of day and hour over the regular days. Aggregates only, no calls."""
from __future__ import annotations

from pathlib import Path

import polars as pl
from arrivals import Profile
from days import WEEKDAYS, Days

KINDS = {7: "sun-thu", 1: "sun-thu", 2: "sun-thu", 3: "sun-thu", 4: "sun-thu", 5: "fri", 6: "sat"}
KIND = pl.col("weekday").replace_strict(KINDS, return_dtype=pl.String).alias("kind")
CELL = ["queue", "kind", "hour"]
SUMS = ("offered", "answered", "abandoned", "waited", "answered_wait_s", "wait_s", "handle_s", "handle_recorded")
RATIOS = {"p_wait": ("waited", "offered"), "wait": ("wait_s", "offered"),
          "answered_wait": ("answered_wait_s", "answered"), "abandonment": ("abandoned", "offered")}


def actual_table(calls: pl.DataFrame, on_duty: Profile, days: Days) -> pl.DataFrame:
    """One row per queue ("all" = all but return calls), kind of day and hour in which the center was open; and one for
    the whole day, without an hour.

    days: days counted; weekdays: how many of them by weekday. offered, answered, abandoned and waited (wait > 0) are
    calls by the hour in which they asked for an agent; answered_wait_s, wait_s and handle_s are sums of seconds;
    handle_recorded is how many of the answered have a service time; agents is the mean number on duty
    (`Staffing.on_duty`; rows "all" only).

    The columns ..._se are standard errors, from how the days differ, as if they were drawn one by one: of offered a
    day, P(wait), the mean waits of all and of the answered (s), and abandonment. Ratios by the delta method: the root
    of D sum_d (x_d - r y_d)^2 / (D - 1) / sum_d y_d.
    """
    hourly = _daily_sums(calls, days.open_slots.select(
        "date", "weekday", KIND, (pl.col("slot") // 2).cast(pl.Int64).alias("hour")).unique())
    whole = hourly.group_by("queue", "date", "weekday", "kind").agg(pl.col(SUMS).sum()).with_columns(
        pl.lit(None, pl.Int64).alias("hour")).select(hourly.columns)
    daily = pl.concat([hourly, whole])
    sums = daily.group_by(CELL).agg(pl.len().alias("days"), _weekdays(), *(pl.col(name).sum() for name in SUMS))
    table = sums.join(_standard_errors(daily), on=CELL, nulls_equal=True)
    table = table.join(_agents(on_duty, days), on=CELL, how="left").filter(pl.col("offered") > 0)
    errors = ["offered_se", *(f"{name}_se" for name in RATIOS)]
    return table.select(*CELL, "days", "weekdays", *SUMS, "agents", *errors).sort(*CELL, nulls_last=True)


def _daily_sums(calls: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """The sums by queue, date and open hour, zeros included."""
    tagged = calls.with_columns((pl.col("asked_s") // 3600).cast(pl.Int64).alias("hour"))
    callers = tagged.filter(pl.col("queue") != "return_calls").with_columns(pl.lit("all").alias("queue"))
    both = pl.concat([tagged, callers])
    answered, recorded = pl.col("answered"), pl.col("talk_s").is_not_null()
    sums = both.group_by("queue", "date", "hour").agg(
        offered=pl.len(), answered=answered.sum(), abandoned=(~answered).sum(), waited=pl.col("queued").sum(),
        answered_wait_s=pl.col("wait_s").filter(answered).sum(), wait_s=pl.col("wait_s").sum(),
        handle_s=pl.col("talk_s").sum(), handle_recorded=recorded.sum())
    every = both.select("queue").unique().join(hours, how="cross")
    filled = every.join(sums, on=["queue", "date", "hour"], how="left")
    return filled.with_columns(pl.col(SUMS).fill_null(0).cast(pl.Int64))


def _weekdays() -> pl.Expr:
    counts = [pl.concat_str(pl.lit(f"{name} "), (pl.col("weekday") == day).sum()) for day, name in WEEKDAYS.items()]
    return pl.concat_str(*counts, separator=" ").str.replace_all(r"\w+ 0 ?", "").str.strip_chars().alias("weekdays")


def _standard_errors(daily: pl.DataFrame) -> pl.DataFrame:
    days = pl.len()
    errors = [(pl.col("offered").std() / days.sqrt()).round(3).alias("offered_se")]
    for name, (top, bottom) in RATIOS.items():
        x, y = pl.col(top), pl.col(bottom)
        residual = x - x.sum() / y.sum() * y
        error = (days * (residual**2).sum() / (days - 1)).sqrt() / y.sum()
        errors.append(pl.when(y.sum() > 0).then(error).round(5).alias(f"{name}_se"))
    return daily.group_by(CELL).agg(*errors)


def _agents(on_duty: Profile, days: Days) -> pl.DataFrame:
    profile = pl.DataFrame(
        [(day, slot, agents) for day, row in on_duty.items() for slot, agents in enumerate(row)],
        schema={"weekday": pl.Int8, "slot": pl.Int64, "agents": pl.Float64}, orient="row")
    hours = days.open_slots.with_columns(KIND, (pl.col("slot") // 2).cast(pl.Int64).alias("hour"))
    present = hours.join(profile, on=["weekday", "slot"]).group_by("kind", "hour").agg(pl.col("agents").mean().round(3))
    return present.select(pl.lit("all").alias("queue"), "kind", "hour", "agents")


def write_actual(table: pl.DataFrame, path: Path) -> None:
    """The table as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table.write_csv(path)
