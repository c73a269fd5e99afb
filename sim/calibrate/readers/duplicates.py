"""The same contact or interval twice, in one file or across files."""

from __future__ import annotations

import polars as pl

from sim.calibrate.log import Odd
from sim.calibrate.readers.contacts import ID
from sim.calibrate.readers.intervals import PART
from sim.calibrate.readers.zones import doubled
from sim.loading.refusal import Refused, printable

SAME = ["queue", "arrived", "wait_s", "outcome", "talk_s", "hold_s", "wrap_s", "agent", "caller", ID]
RIVALS = 10
VALUES = ["offered", "handled", "abandoned", "aht_s", "asa_s", "service_level", "staffed", "occupancy"]


def without_same_contacts(rows: pl.DataFrame, names: list[str]) -> tuple[pl.DataFrame, list[Odd], list[Odd]]:
    """(rows, left out, kept): a contact counts once.

    Two rows are one contact if they share its number, queue and arrival, or if all their values are the same and an
    agent or a caller is among them. Without number, agent and caller two callers of one second may look the same: of
    such rows within one file all stay, across files as many as the file that has the most of them.
    """
    told = pl.col("agent").is_not_null() | pl.col("caller").is_not_null()
    nth = pl.int_range(pl.len()).over(["file", *SAME])
    numbered = pl.col(ID).is_not_null()
    key = pl.when(numbered).then(pl.struct(ID, "queue", "arrived").hash()).otherwise(pl.struct(SAME).hash())
    marked = rows.with_columns(key.alias("__key"), pl.when(numbered | told).then(0).otherwise(nth).alias("__nth"))
    first = pl.struct("__key", "__nth").is_first_distinct()
    again = marked.filter(~first)
    rest = marked.filter(first)
    out = _odds(again, names, "the same contact again", "nothing to do; it counts once")
    same = rest.filter(pl.col("__nth") > 0)
    kept = _odds(same, names, "rows alike, with nothing in them that tells two callers apart",
                 "kept as contacts of their own; map id, caller or agent to tell them apart")
    return rest.drop("__key", "__nth"), out, kept


def without_same_intervals(
    rows: pl.DataFrame, names: list[str], zone: str | None
) -> tuple[pl.DataFrame, list[Odd]]:
    """(rows, left out): of several rows for one queue, interval and part the last one counts (a report sent again).

    In an hour that runs twice the first pass counts.
    """
    twice = pl.struct("queue", "start", PART).is_duplicated()
    if not rows.select(twice.any()).item():
        return rows, []
    marked = rows.with_columns(
        doubled(rows["start"], zone).alias("__doubled"),
        pl.struct("queue", "start", PART).is_first_distinct().alias("__first"),
        pl.struct("queue", "start", PART).is_last_distinct().alias("__last"),
        pl.struct("queue", "start", PART, *VALUES).is_duplicated().alias("__same"),
    )
    stays = pl.when("__doubled").then("__first").otherwise("__last")
    out = marked.filter(~stays)
    odds = _odds(out.filter("__doubled"), names, "the second pass of an hour that runs twice (the clocks go back)",
                 "nothing to do; the first pass counts")
    odds += _odds(out.filter(~pl.col("__doubled") & pl.col("__same")), names, "the same interval again",
                  "nothing to do; it counts once")
    odds += _odds(out.filter(~pl.col("__doubled") & ~pl.col("__same")), names,
                  "a later row has the same queue and interval with other numbers",
                  "check which is right; the later one counts")
    return marked.filter(stays).select(rows.columns), odds


def refuse_rivals(rows: pl.DataFrame, name: str) -> None:
    """Raises Refused if many rows of one file share queue and interval and differ: a column tells them apart."""
    same = pl.struct("queue", "start", PART)
    rivals = rows.filter(same.is_duplicated() & ~pl.struct("queue", "start", PART, *VALUES).is_duplicated())
    if rivals.height >= RIVALS and rivals.height > rows.height / 5:
        raise Refused(
            f"{name}:{rivals['row'][0]}: {rivals.height:,} of {rows.height:,} rows share queue and interval with "
            f"another row and have other numbers (queue '{printable(rivals['queue'][0])}', {rivals['start'][0]}): name "
            "the column that tells them apart in a mapping file (queue: [THEIR QUEUE, THAT COLUMN])"
        )


def _odds(rows: pl.DataFrame, names: list[str], reason: str, to_do: str) -> list[Odd]:
    """One Odd for each file that has such rows."""
    found = []
    for (file,), part in sorted(rows.group_by("file", maintain_order=True), key=lambda each: str(each[0])):
        found.append(Odd(reason, part.height, f"{names[int(str(file))]}:{part['row'][0]}", to_do))
    return found
