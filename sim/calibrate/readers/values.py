"""A table's cells by meaning: times, seconds, numbers, flags; what cannot be read is remembered with its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from sim.calibrate.readers import cells as read
from sim.calibrate.readers.account import column_misfit
from sim.calibrate.readers.cells import filled
from sim.calibrate.readers.reading import Column, Reading, Rule
from sim.calibrate.readers.table import Table
from sim.calibrate.readers.times import Moments, moments, walls
from sim.calibrate.readers.zones import local_of
from sim.loading.refusal import Refused

HALF_DAY_US = 43_200_000_000


class Moment(NamedTuple):
    """A time by row: on the local clock, and as an instant for differences."""

    local: pl.Series
    instant: pl.Series


@dataclass
class Values:
    """The values of one table."""

    table: Table
    reading: Reading
    zone: str | None = None
    decimal: str = "."
    order: str = "ymd"
    bad: list[tuple[Rule, pl.Series]] = field(default_factory=list)
    """rows with a cell that cannot be read"""
    zoned: bool = False
    """whether times carry their offset from UTC"""
    _cells: dict[str, pl.Series] = field(default_factory=dict)
    _moments: dict[tuple[str, str | None], Moments] = field(default_factory=dict)

    def forget(self) -> None:
        """Lets go of what was kept for the next question."""
        self._cells.clear()
        self._moments.clear()
        self.bad.clear()

    def has(self, meaning: str) -> bool:
        return meaning in self.reading.columns

    def column(self, meaning: str) -> Column:
        return self.reading.columns[meaning]

    def cells(self, column: str) -> pl.Series:
        if column not in self._cells:
            self._cells[column] = filled(self.table.frame[column])
        return self._cells[column]

    def put(self, column: str, cells: pl.Series) -> None:
        """Reads these cells for a column's own from now on."""
        self._cells[column] = cells

    def taken_apart(self, column: str, form: str | None) -> Moments:
        if (column, form) not in self._moments:
            self._moments[column, form] = moments(self.cells(column), form)
        return self._moments[column, form]

    def text(self, meaning: str) -> pl.Series | None:
        if not self.has(meaning):
            return None
        parts = [self.cells(name).cast(pl.String) for name in self.column(meaning).columns]
        if len(parts) == 1:
            return parts[0]
        return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()

    def seconds(self, meaning: str) -> pl.Series | None:
        """A duration; several columns are added up."""
        if not self.has(meaning):
            return None
        unit, form = self.column(meaning).unit or "s", self.column(meaning).format
        found = []
        for name in self.column(meaning).columns:
            value = read.durations(self.cells(name), self.decimal, unit, form)
            self.remember(meaning, name, value, "duration")
            found.append(value)
        return _sum(found)

    def number(self, meaning: str) -> pl.Series | None:
        """A number; several columns are added up."""
        if not self.has(meaning):
            return None
        found = []
        for name in self.column(meaning).columns:
            value = read.numbers(self.cells(name), self.decimal)
            self.remember(meaning, name, value, "number")
            found.append(value)
        return _sum(found)

    def flag(self, meaning: str) -> pl.Series | None:
        if not self.has(meaning):
            return None
        name = self.column(meaning).columns[0]
        value = read.flags(self.cells(name))
        self.remember(meaning, name, value, "yes or no")
        return value

    def moment(self, meaning: str, anchor: Moment | None = None) -> Moment | None:
        """A time. One that has only a time of day, or the date of `anchor`, goes on after midnight."""
        if not self.has(meaning):
            return None
        column = self.column(meaning)
        found = [self.taken_apart(name, form_of(column, name, place)) for place, name in enumerate(column.columns)]
        clock = found[-1]
        shares = anchor is not None and self._date_of(meaning) in (None, self._date_of(self.anchor_meaning))
        dated = len(found) == 1 and clock.dated
        if dated:
            wall = walls(clock, self.order)
        elif len(found) == 1:
            if anchor is None:
                self._refuse_undated(meaning, column, clock)
            wall = _on(anchor.local, clock) if anchor is not None else walls(clock, self.order)
        else:
            wall = _on(walls(found[0], self.order), clock)
        self.remember(meaning, column.columns[-1], wall, "time", [self.cells(name) for name in column.columns])
        self.zoned = self.zoned or clock.parts["offset_s"].null_count() < clock.parts.height
        local, instant = local_of(wall, clock.parts["offset_s"], self.reading.utc, self.zone)
        if not dated and shares and anchor is not None:
            late = (anchor.instant - instant).dt.total_microseconds() > HALF_DAY_US
            days = late.fill_null(False).cast(pl.Int64) * 86_400_000_000
            local, instant = local + days.cast(pl.Duration("us")), instant + days.cast(pl.Duration("us"))
        return Moment(local, instant)

    def _refuse_undated(self, meaning: str, column: Column, clock: Moments) -> None:
        if clock.parts["day_us"].null_count() < self.table.frame.height / 2:
            raise Refused(
                f"{self.table.name}: column '{column}' has times of day but no date: name the column of the date in a "
                f"mapping file ({meaning}: [DATE, TIME]); a file that has none cannot be read"
            )

    @property
    def anchor_meaning(self) -> str:
        return "queued" if self.has("queued") else "arrived"

    def _date_of(self, meaning: str) -> str | None:
        columns = self.reading.columns[meaning].columns if self.has(meaning) else ()
        return columns[0] if len(columns) > 1 else None

    def remember(
        self, meaning: str, column: str, value: pl.Series, what: str, cells: list[pl.Series] | None = None
    ) -> None:
        """Notes the rows whose cells are filled and have no value; refuses a column that hardly has one."""
        there = self.cells(column).is_not_null()
        for other in cells or []:
            there = there & other.is_not_null()
        wrong = there & value.is_null()
        if not wrong.any():
            return
        column_misfit(self.table, column, meaning, wrong, what)
        rule = Rule(f"{column}: '{{value}}' is no {what}", pl.lit(True), "correct it or delete the row", shows=column)
        self.bad.append((rule, wrong))

    def marked(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Rule]]:
        """The frame with a column for each kind of unreadable cell, and the rules that leave its rows out."""
        rules = []
        for place, (rule, wrong) in enumerate(self.bad):
            frame = frame.with_columns(wrong.alias(f"__bad{place}"))
            rules.append(rule._replace(where=pl.col(f"__bad{place}")))
        return frame, rules


def form_of(column: Column, name: str, place: int) -> str | None:
    """The format that concerns this one of the columns: of date and time, "yyyymmdd hhmm" has one for each."""
    if not column.format:
        return None
    forms = column.format.split()
    return forms[place] if place < len(forms) and forms[place] != "-" else None


def _sum(found: list[pl.Series]) -> pl.Series:
    if len(found) == 1:
        return found[0]
    frame = pl.DataFrame([value.alias(str(place)) for place, value in enumerate(found)])
    return frame.select(
        pl.when(pl.any_horizontal(pl.all().is_not_null())).then(pl.sum_horizontal(pl.all()))
    ).to_series()


def _on(date: pl.Series, clock: Moments) -> pl.Series:
    """The clock's time of day on the date."""
    frame = clock.parts.with_columns(date.alias("date"))
    day = pl.coalesce("day_us", pl.col("ready").dt.time().cast(pl.Int64) // 1000)
    return frame.select(pl.col("date").dt.truncate("1d") + pl.duration(microseconds=day)).to_series()
