"""Which days are ordinary, and which are left out of the fit and why."""
from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl

SLOT_S = 1_800
SLOTS = 48
WEEKDAYS = {7: "sun", 1: "mon", 2: "tue", 3: "wed", 4: "thu", 5: "fri", 6: "sat"}
"""Polars' weekday number to the scenario's name, in the order of the bank's week."""
OPEN = {**dict.fromkeys((7, 1, 2, 3, 4), (14, 48)), 5: (14, 28), 6: (40, 48)}
"""First and last half hour: Sunday to Thursday 7:00-24:00, Friday 7:00-14:00. Saturday opens when the Sabbath is
over, from 19:00 in January to 21:30 in May: the scenario opens at 20:00 and has, in each half hour, the mean of
those Saturdays that were open."""
FEAST = {
    dt.date(1999, 3, 2): "Purim", dt.date(1999, 3, 31): "eve of Passover", dt.date(1999, 4, 1): "Passover",
    dt.date(1999, 4, 6): "eve of the seventh day of Passover", dt.date(1999, 4, 7): "seventh day of Passover",
    dt.date(1999, 4, 20): "Remembrance Day and eve of Independence Day",
    dt.date(1999, 4, 21): "Independence Day", dt.date(1999, 5, 17): "election day",
    dt.date(1999, 5, 20): "eve of Shavuot", dt.date(1999, 5, 21): "Shavuot",
}
"""From the calendar of 1999; used to name a day that the log shows to be odd, never to find it."""
QUIET = 0.25
"""A half hour is silent if it has less than this share of its usual calls (median of its weekday)."""
LEAST_USUAL = 8
"""Half hours with a lower median are not judged: too few calls to tell silence from chance."""
UNIDENTIFIED = 0.3
LEAST_QUEUED = 10
"""An outage shows where at least this many callers of type PS stand in the queue in a half hour, and more than
UNIDENTIFIED of them carry no priority: elsewhere 0.3 % do."""


class Days(NamedTuple):
    """regular: the dates that the fit uses. left_out: date and reason. open_slots: date, weekday, slot of the regular
    dates, the half hours in which the center was open: the base of every mean."""

    regular: list[dt.date]
    left_out: dict[dt.date, str]
    open_slots: pl.DataFrame


def judge_days(calls: pl.DataFrame) -> Days:
    """Ordinary days and the others, by what the log shows.

    A day is left out when the log is missing, when two or more usually busy half hours within opening hours are
    silent (closed, or a hole in the log), or when callers went unidentified (an outage of the host computer, seen
    by a flood of calls and of hang-ups).
    """
    counts = _slot_counts(calls)
    silent = _silent(counts)
    outages = _outages(calls)
    first, last = calls["date"].min(), calls["date"].max()
    assert isinstance(first, dt.date) and isinstance(last, dt.date)
    left_out: dict[dt.date, str] = {}
    every = [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]
    seen = set(calls["date"].unique())
    for date in every:
        reasons = [] if date in seen else ["not in the log"]
        if len(silent.get(date, [])) >= 2:
            reasons.append("silent " + _spans(silent[date]))
        if date in outages:
            reasons.append("callers not identified (outage) " + _spans(outages[date]))
        if reasons:
            left_out[date] = "; ".join(reasons) + (f" ({FEAST[date]})" if date in FEAST else "")
    regular = [date for date in every if date not in left_out]
    return Days(regular, left_out, _open_slots(regular, counts))


def _slot_counts(calls: pl.DataFrame) -> pl.DataFrame:
    return calls.group_by("date", "weekday", (pl.col("asked_s") // SLOT_S).alias("slot")).agg(n=pl.len())


def _silent(counts: pl.DataFrame) -> dict[dt.date, list[int]]:
    dates = counts.select("date", "weekday").unique()
    slots = pl.DataFrame([(day, slot) for day, (a, b) in OPEN.items() if day != 6 for slot in range(a, b)],
                         schema={"weekday": pl.Int8, "slot": pl.Int64}, orient="row")
    filled = dates.join(slots, on="weekday").join(counts, on=["date", "weekday", "slot"], how="left")
    filled = filled.with_columns(pl.col("n").fill_null(0))
    filled = filled.with_columns(usual=pl.col("n").median().over("weekday", "slot"))
    odd = filled.filter((pl.col("usual") > LEAST_USUAL) & (pl.col("n") < QUIET * pl.col("usual")))
    return _by_date(odd)


def _outages(calls: pl.DataFrame) -> dict[dt.date, list[int]]:
    queued = calls.filter((pl.col("type") == "PS") & pl.col("queued"))
    slots = queued.group_by("date", (pl.col("asked_s") // SLOT_S).alias("slot")).agg(
        n=pl.len(), share=(pl.col("priority") == 0).mean())
    return _by_date(slots.filter((pl.col("n") >= LEAST_QUEUED) & (pl.col("share") > UNIDENTIFIED)))


def _by_date(slots: pl.DataFrame) -> dict[dt.date, list[int]]:
    found = slots.group_by("date").agg(pl.col("slot").sort())
    return {row["date"]: row["slot"] for row in found.iter_rows(named=True)}


def _open_slots(regular: list[dt.date], counts: pl.DataFrame) -> pl.DataFrame:
    """The open half hours: all of OPEN, on Saturday from the first half hour with at least 5 calls."""
    opening = {row["date"]: row["slot"] for row in counts.filter(
        (pl.col("weekday") == 6) & (pl.col("n") >= 5)).group_by("date").agg(pl.col("slot").min()).iter_rows(named=True)}
    rows = [(date, date.isoweekday(), slot) for date in regular
            for slot in range(*OPEN[date.isoweekday()]) if slot >= opening.get(date, 0)]
    return pl.DataFrame(rows, schema={"date": pl.Date, "weekday": pl.Int8, "slot": pl.Int64}, orient="row")


def _spans(slots: list[int]) -> str:
    """Half hours as hh:mm-hh:mm, neighbours joined."""
    spans: list[list[int]] = []
    for slot in slots:
        if spans and spans[-1][1] == slot:
            spans[-1][1] = slot + 1
        else:
            spans.append([slot, slot + 1])
    return ", ".join(f"{hhmm(a)}-{hhmm(b)}" for a, b in spans)


def hhmm(slot: int) -> str:
    """A half hour's start as hh:mm."""
    return f"{slot // 2:02d}:{slot % 2 * 30:02d}"
