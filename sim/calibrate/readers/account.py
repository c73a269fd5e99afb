"""What of a table is used: rows left out for the first reason that holds, counted, and refused if they are too many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from sim.calibrate.log import Odd
from sim.calibrate.readers.reading import Rule
from sim.calibrate.readers.table import ROW, Table
from sim.loading.refusal import Refused, one_line, printable

MAX_LEFT_OUT = 0.05
"""Share of a file's rows that may be damaged."""
SHOWN = 3
"""Reasons that a refusal names."""


class Counted(NamedTuple):
    """Rows left out, and how many of them are damaged."""

    left_out: tuple[Odd, ...]
    damaged: int


def part(frame: pl.DataFrame, rules: Sequence[Rule], name: str) -> tuple[pl.DataFrame, list[tuple[Rule, Odd]]]:
    """(the rows that no rule concerns, what the rules left out)."""
    if not rules:
        return frame, []
    why = pl.lit(None, dtype=pl.Int32)
    for place, rule in reversed(list(enumerate(rules))):
        why = pl.when(rule.where.fill_null(False)).then(pl.lit(place, dtype=pl.Int32)).otherwise(why)
    frame = frame.with_columns(why.alias("__why"))
    out = frame.filter(pl.col("__why").is_not_null())
    odds = []
    for (place,), rows in sorted(out.group_by("__why", maintain_order=True), key=lambda each: str(each[0])):
        rule = rules[int(str(place))]
        odds.append((rule, _odd(rule, rows, name)))
    return frame.filter(pl.col("__why").is_null()).drop("__why"), odds


def kept(frame: pl.DataFrame, rules: Sequence[Rule], name: str) -> list[Odd]:
    """The odd rows that stay, by rule."""
    found = ((rule, frame.filter(rule.where.fill_null(False))) for rule in rules)
    return [_odd(rule, rows, name) for rule, rows in found if rows.height]


def _odd(rule: Rule, rows: pl.DataFrame, name: str) -> Odd:
    reason = rule.reason
    if rule.shows and "{value}" in reason:
        reason = reason.replace("{value}", one_line(printable(str(rows[rule.shows][0])), 40))
    return Odd(reason, rows.height, f"{name}:{rows[ROW][0]}", rule.to_do)


def counted(table: Table, found: list[tuple[Rule, Odd]]) -> Counted:
    """All that was left out of a table, its lines of a wrong length too."""
    odds = [odd for _, odd in found]
    damaged = sum(odd.rows for rule, odd in found if rule.fault)
    if table.short:
        short = table.short
        odds.insert(0, Odd(
            f"the line has {short.fields} fields, the header {short.wanted}", short.rows,
            f"{table.name}:{short.lines[0]}", "correct these lines, or leave them out",
        ))
        damaged += short.rows
    return Counted(tuple(odds), damaged)


def refuse_if_too_many(table: Table, damaged: int, odds: Sequence[Odd], share: float, used: int) -> None:
    """Raises Refused if more than `share` of the rows are damaged, or none is left."""
    rows = table.rows
    if damaged <= share * rows and used:
        return
    worst = sorted(odds, key=lambda odd: -odd.rows)[:SHOWN]
    reasons = "; ".join(f"{odd.rows:,} rows: {odd.reason} (first: {odd.example}); {odd.to_do}" for odd in worst)
    if not used and damaged <= share * rows:
        raise Refused(f"{table.name}: none of its {rows:,} rows can be used: {reasons}")
    raise Refused(
        f"{table.name}: {damaged:,} of {rows:,} rows ({damaged / rows:.0%}) cannot be read, at most {share:.0%} are "
        f"left out: {reasons}"
    )


def column_misfit(table: Table, column: str, meaning: str, bad: pl.Series, what: str) -> None:
    """Raises Refused if most cells of a column are not what it was taken for: shuffled, or wrongly named."""
    cells = table.frame[column]
    filled = cells.is_not_null()
    wrong = int((bad & filled).sum())
    if wrong * 2 <= int(filled.sum()) or not wrong:
        return
    first = table.frame.filter(bad & filled)
    shown = one_line(printable(str(first[column][0])), 40)
    raise Refused(
        f"{table.name}:{first[ROW][0]}: column '{column}' was taken for {meaning}, but {wrong:,} of its cells are no "
        f"{what} (the first: '{shown}'): are the columns in another order than the header, or is another meant? Name "
        f"it in a mapping file ({meaning}: THEIR COLUMN) or switch it off ({meaning}: null)"
    )
