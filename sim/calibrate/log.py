"""What every reader makes and every fit takes: a log of contacts or of intervals, and the notes on how it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

LOCAL = pl.Datetime("us")
"""A local wall clock, without a zone."""
CONTACTS: dict[str, pl.DataType] = {
    "queue": pl.String(),
    "arrived": LOCAL,
    "wait_s": pl.Float64(),
    "outcome": pl.String(),
    "talk_s": pl.Float64(),
    "hold_s": pl.Float64(),
    "wrap_s": pl.Float64(),
    "agent": pl.String(),
    "caller": pl.String(),
    "resolved": pl.Boolean(),
    "row": pl.Int64(),
    "file": pl.Int16(),
}
"""The columns of a log of contacts.

`arrived` is the moment of joining the queue (or of coming on the line, if no queue is known); `wait_s` lasts until
answer or abandonment, 0 = at once, null = not recorded; `outcome` is one of OUTCOMES; a source that has only handle or
service time puts it into `talk_s`, with `hold_s` 0 and `wrap_s` null; `row` is the line of the source, 1-based with the
header counted; `file` is the place of the file in `notes.files`.
"""
HANDLED, ABANDONED, BLOCKED, OTHER = "handled", "abandoned", "blocked", "other"
OUTCOMES = (HANDLED, ABANDONED, BLOCKED, OTHER)
ALWAYS = ("queue", "arrived", "outcome")
"""Never null."""
INTERVALS: dict[str, pl.DataType] = {
    "queue": pl.String(),
    "start": LOCAL,
    "length_s": pl.Int32(),
    "offered": pl.Float64(),
    "handled": pl.Float64(),
    "abandoned": pl.Float64(),
    "aht_s": pl.Float64(),
    "asa_s": pl.Float64(),
    "abandon_wait_s": pl.Float64(),
    "service_level": pl.Float64(),
    "within_s": pl.Float64(),
    "staffed": pl.Float64(),
    "occupancy": pl.Float64(),
    "row": pl.Int64(),
    "file": pl.Int16(),
}
"""The columns of a log of intervals: `asa_s` = mean wait of those handled, `abandon_wait_s` = of those who hung up;
`service_level` and `occupancy` as shares, `staffed` = mean agents on duty."""
ALWAYS_BY_INTERVAL = ("queue", "start", "length_s")
NO_QUEUE = "all"
"""The queue's name where a source names none."""


class Odd(NamedTuple):
    """Rows that were left out, or kept although odd, for one reason."""

    reason: str
    rows: int
    example: str
    """the first of them, as file:line"""
    to_do: str
    """what the user can do, or (rows that were kept) what was done"""

    def __str__(self) -> str:
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"{rows}: {self.reason} (first: {self.example}); {self.to_do}"


class FileRead(NamedTuple):
    """One file: what it was taken for, and how many of its rows are in the log."""

    name: str
    reader: str
    """the key of the reader that knew its columns; see sim/calibrate/readers/known.py"""
    rows: int
    """lines of data, blank ones and headers not counted"""
    used: int
    columns: Mapping[str, str] = {}
    """our meaning -> the file's column (or what a known export's were made into); several are joined by " + " """
    written: str = ""
    """how it is written, in words: text with ';', UTF-8"""
    delimiter: str = ""
    decimal: str = "."
    date_order: str = "ymd"
    utc: bool = False
    """whether its times are UTC"""


@dataclass(frozen=True)
class Notes:
    """How a log was read: no row is left out without a line here."""

    files: tuple[FileRead, ...] = ()
    left_out: tuple[Odd, ...] = ()
    kept: tuple[Odd, ...] = ()
    """odd rows that are in the log, and what was done with them"""
    guessed: tuple[str, ...] = ()
    """what was guessed of columns, units and dates, a sentence each"""

    @property
    def rows_read(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def rows_used(self) -> int:
        return sum(file.used for file in self.files)

    @property
    def rows_left_out(self) -> int:
        return sum(odd.rows for odd in self.left_out)

    def lines(self) -> list[str]:
        """The notes as lines for a terminal: files, guesses, what was left out, what was kept."""
        files = [
            f"{file.name}: {file.reader}, {file.written}{', ' if file.written else ''}"
            f"{file.used:,} of {file.rows:,} rows used"
            for file in self.files
        ]
        return [
            *files,
            *(f"guessed: {sentence}" for sentence in self.guessed),
            *(f"left out: {odd}" for odd in _by_reason(self.left_out)),
            *(f"odd: {odd}" for odd in _by_reason(self.kept)),
        ]


def _by_reason(odds: Sequence[Odd]) -> list[Odd]:
    """The odds with those of one reason added up over files, in the order of their first."""
    found: dict[tuple[str, str], Odd] = {}
    for odd in odds:
        first = found.setdefault((odd.reason, odd.to_do), odd._replace(rows=0))
        found[odd.reason, odd.to_do] = first._replace(rows=first.rows + odd.rows)
    return list(found.values())


@dataclass(frozen=True)
class ContactLog:
    """Contacts one by one, sorted by `arrived`. Raises ValueError where `contacts` has not the columns CONTACTS."""

    contacts: pl.DataFrame
    notes: Notes = field(default_factory=Notes)
    timezone: str | None = None
    """whose wall clock the times are, where the source or the user said so (Europe/Berlin)"""

    def __post_init__(self) -> None:
        _check(self.contacts, CONTACTS, ALWAYS, "arrived")
        strange = set(self.contacts["outcome"].unique()) - set(OUTCOMES)
        if strange:
            raise ValueError(f"outcome {sorted(strange)} is none of {', '.join(OUTCOMES)}")

    @classmethod
    def of(cls, contacts: pl.DataFrame, notes: Notes | None = None, timezone: str | None = None) -> ContactLog:
        """The log of a frame that may lack columns (then null; queue "all"; row and file counted), in any order."""
        return cls(_filled(contacts, CONTACTS, "arrived"), notes or Notes(), timezone)


@dataclass(frozen=True)
class IntervalLog:
    """Counts and means by queue and interval, sorted by `start`. Raises ValueError as ContactLog does."""

    intervals: pl.DataFrame
    notes: Notes = field(default_factory=Notes)
    timezone: str | None = None

    def __post_init__(self) -> None:
        _check(self.intervals, INTERVALS, ALWAYS_BY_INTERVAL, "start")

    @classmethod
    def of(cls, intervals: pl.DataFrame, notes: Notes | None = None, timezone: str | None = None) -> IntervalLog:
        """The log of a frame that may lack columns (then null; queue "all"; row and file counted), in any order."""
        return cls(_filled(intervals, INTERVALS, "start"), notes or Notes(), timezone)


Log = ContactLog | IntervalLog


def _filled(frame: pl.DataFrame, schema: Mapping[str, pl.DataType], time: str) -> pl.DataFrame:
    given = {
        "queue": pl.lit(NO_QUEUE),
        "row": pl.int_range(2, pl.len() + 2, dtype=pl.Int64),
        "file": pl.lit(0, dtype=pl.Int16),
    }
    return frame.select(
        (pl.col(name) if name in frame.columns else given.get(name, pl.lit(None))).cast(kind).alias(name)
        for name, kind in schema.items()
    ).sort(time, maintain_order=True)


def _check(frame: pl.DataFrame, schema: Mapping[str, pl.DataType], always: tuple[str, ...], time: str) -> None:
    wrong = [
        f"{name} is {frame.schema.get(name, 'missing')}, needs {kind}"
        for name, kind in schema.items()
        if frame.schema.get(name) != kind
    ]
    wrong += [f"{name} has nulls" for name in always if name in frame.columns and frame[name].null_count()]
    if not wrong and not frame[time].is_sorted():
        wrong.append(f"rows are not sorted by {time}")
    if wrong:
        raise ValueError("; ".join(wrong))
