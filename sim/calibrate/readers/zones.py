"""Wall clocks and instants: time zones, and the hours that a change of clocks leaves out or runs twice."""

from __future__ import annotations

import zoneinfo

import polars as pl

from sim.loading.refusal import Refused, did_you_mean

LOCAL = pl.Datetime("us")


def known_zone(name: str) -> str:
    """The name of a time zone as it is written officially. Raises Refused for one that there is not."""
    zones = zoneinfo.available_timezones()
    found = name if name in zones else next((zone for zone in zones if zone.lower() == name.lower()), None)
    if found is None:
        near = did_you_mean(name, sorted(zones))
        raise Refused(f"timezone={name}: no such time zone{near}; write one such as timezone=Europe/Berlin")
    return found


def local_of(wall: pl.Series, offset_s: pl.Series, utc: bool, zone: str | None) -> tuple[pl.Series, pl.Series]:
    """(wall clock in the zone, instant) of times as written, both without a zone.

    A time with an offset, or of a source in UTC, is an instant, shown on the zone's clock (without a zone: as written).
    Any other is on the local clock; its instant takes the first pass of an hour that runs twice, and is the wall clock
    itself in an hour that there is not, or where no zone is known.
    """
    frame = pl.DataFrame({"w": wall, "o": offset_s})
    offset = pl.col("o").fill_null(0) if utc else pl.col("o")
    told = pl.col("w") - pl.duration(seconds=offset)
    if zone is None:
        return wall, frame.select(pl.coalesce(told, "w").alias("i")).to_series()
    frame = frame.with_columns(told.alias("told"))
    ours = pl.col("told").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    frame = frame.with_columns(pl.coalesce(ours, "w").alias("local"))
    instant = pl.coalesce("told", _instant(pl.col("w"), zone, "earliest"), "w")
    frame = frame.with_columns(instant.alias("instant"))
    return frame["local"].cast(LOCAL), frame["instant"].cast(LOCAL)


def _instant(wall: pl.Expr, zone: str, which: str) -> pl.Expr:
    inside = wall.dt.replace_time_zone(zone, ambiguous=which, non_existent="null")  # type: ignore[arg-type]
    return inside.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def second_pass(wall: pl.Series, zone: str | None) -> pl.Series:
    """Microseconds by which the second pass of a doubled hour is later; 0 for any other time."""
    if zone is None:
        return pl.Series([0] * len(wall), dtype=pl.Int64)
    w = pl.col("w")
    gap = _instant(w, zone, "latest") - _instant(w, zone, "earliest")
    return pl.DataFrame({"w": wall}).select(gap.dt.total_microseconds().fill_null(0)).to_series()


def doubled(wall: pl.Series, zone: str | None) -> pl.Series:
    """Whether a wall clock time comes twice, because the clocks went back."""
    return second_pass(wall, zone) > 0


def missing(wall: pl.Series, zone: str | None) -> pl.Series:
    """Whether there is no such wall clock time, because the clocks went forward."""
    if zone is None:
        return pl.Series([False] * len(wall), dtype=pl.Boolean)
    w = pl.col("w")
    frame = pl.DataFrame({"w": wall})
    return frame.select(w.is_not_null() & _instant(w, zone, "earliest").is_null()).to_series()
