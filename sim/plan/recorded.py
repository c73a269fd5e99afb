"""Recorded arrivals: times read from a CSV or Parquet file, once, in seconds since midnight of day 1."""

from __future__ import annotations

import csv
import os
import re
import warnings
from collections.abc import Iterator
from datetime import datetime, time
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.units import DAY

LONGEST_S = 3660 * DAY
"""the longest horizon; a later time is something else, such as seconds since 1970"""
NAMED = 3
"""bad rows shown in a message; the others are counted"""
FORMS = "seconds since midnight, HH:MM:SS, or a date and time"

MARKS = (",", ";", "\t")
"""what may separate a CSV file's columns"""

_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")


class RecordedError(ValueError):
    """A file of recorded arrivals cannot be used; the message is one line that says where and why."""


class RecordedWarning(UserWarning):
    """A file of recorded arrivals is used, but not as it stands."""


class Cell(NamedTuple):
    """One value of the column, and where it stands (a CSV's row 1 is its header)."""

    row: int
    value: object


def recorded_times(file: str | os.PathLike[str], column: str) -> NDArray[np.float64]:
    """The arrival times of a file, sorted, f8, read-only, in seconds since midnight of day 1.

    Times are seconds, HH:MM[:SS] (hours may pass 24 for later days), or ISO dates and times, of
    which the earliest date is day 1; an offset from UTC is not applied, the clock on the wall counts.
    The file is read once and again only if it changes. Out of order, they are sorted, with a
    `RecordedWarning`. Raises `RecordedError` for a file, column or row that cannot be used.
    """
    path = Path(file)
    try:
        known = path.stat()
    except OSError as error:
        raise RecordedError(f"{path}: cannot be read ({error.strerror})") from error
    return _read(path, column, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, column: str, _changed: int, _size: int) -> NDArray[np.float64]:
    read = _parquet_cells if path.suffix.lower() in (".parquet", ".pq") else _csv_cells
    times = _seconds(path.name, read(path, column))
    early = int(np.count_nonzero(np.diff(times) < 0))
    if early:
        warnings.warn(
            f"{path.name}: {early:,} of {len(times):,} recorded arrivals come before the one above them; "
            "they are sorted by time",
            RecordedWarning,
            stacklevel=2,
        )
        times.sort()
    times.setflags(write=False)
    return times


def _csv_cells(path: Path, column: str) -> Iterator[Cell]:
    """The column's cells of a CSV file separated by commas, semicolons or tabs; empty lines are skipped."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            if "\0" in first:
                raise RecordedError(f"{path.name}: is not a CSV file (binary data in row 1)")
            heads = {mark: next(csv.reader([first], delimiter=mark), []) for mark in MARKS}
            mark = max(MARKS, key=lambda mark: len(heads[mark]))
            place = _place(path, column, [head.strip() for head in heads[mark]])
            lines = csv.reader(file, delimiter=mark)
            for line in lines:
                if line:
                    yield Cell(lines.line_num + 1, line[place].strip() if place < len(line) else "")
    except UnicodeDecodeError as error:
        raise RecordedError(f"{path.name}: is not UTF-8 text (byte {error.start}); save it so") from error
    except csv.Error as error:
        raise RecordedError(f"{path.name}: is not a CSV file ({error})") from error
    except OSError as error:
        raise RecordedError(f"{path.name}: cannot be read ({error.strerror})") from error


def _parquet_cells(path: Path, column: str) -> Iterator[Cell]:
    """The column's cells of a Parquet file; its first row is row 1."""
    import polars as pl  # only for this kind of file

    try:
        place = _place(path, column, list(pl.read_parquet_schema(path)))
        cells = pl.read_parquet(path, columns=[place])[:, 0]
    except (pl.exceptions.PolarsError, OSError) as error:
        raise RecordedError(f"{path.name}: is not a Parquet file ({str(error).splitlines()[0]})") from error
    for row, value in enumerate(cells, start=1):
        yield Cell(row, value)


def _place(path: Path, column: str, columns: list[str]) -> int:
    if not any(columns):
        raise RecordedError(f"{path.name}: is empty")
    if column not in columns:
        raise RecordedError(f"{path.name}: has no column '{column}', only {', '.join(columns[:8])}")
    return columns.index(column)


def _seconds(name: str, cells: Iterator[Cell]) -> NDArray[np.float64]:
    """Seconds since midnight of day 1, in the order of the file."""
    values: list[float] = []
    bad: list[tuple[int, str]] = []
    dated: bool | None = None
    for row, raw in cells:
        try:
            value, has_date = _moment(raw)
            if dated is None:
                dated = has_date
            elif dated != has_date:
                raise ValueError(f"has {'a' if has_date else 'no'} date, unlike the rows above")
            values.append(value)
        except ValueError as error:
            bad.append((row, f"{_shown(raw)} {error}"))
    if dated and values:
        first = min(values) // DAY * DAY
        values = [value - first for value in values]
    if bad:
        raise RecordedError(_complaint(name, bad))
    return np.array(values, dtype=np.float64)


def _moment(raw: object) -> tuple[float, bool]:
    """Seconds since midnight of day 1; or, with True, since a midnight long ago, the same for all dates."""
    if isinstance(raw, datetime):
        return (raw.replace(tzinfo=None) - datetime(1, 1, 1)).total_seconds(), True
    if isinstance(raw, time):
        return raw.hour * 3600.0 + raw.minute * 60.0 + raw.second + raw.microsecond * 1e-6, False
    if isinstance(raw, str):
        return _moment_of(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _within(float(raw)), False
    raise ValueError(f"is not a time ({FORMS})")


def _moment_of(text: str) -> tuple[float, bool]:
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = clock.groups()
        return _within(int(hours) * 3600.0 + int(minutes) * 60.0 + float(seconds or 0.0)), False
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        return _within(number), False
    try:
        return _moment(datetime.fromisoformat(text))
    except ValueError:
        raise ValueError(f"is not a time ({FORMS})") from None


def _within(seconds: float) -> float:
    if not seconds >= 0.0:
        raise ValueError("is before midnight of day 1" if seconds < 0.0 else f"is not a time ({FORMS})")
    if seconds > LONGEST_S:
        raise ValueError("is more than 3,660 days after midnight of day 1")
    return seconds


def _shown(raw: object) -> str:
    if raw is None or raw == "":
        return "an empty cell"
    text = str(raw)
    return repr(text if len(text) <= 40 else text[:37] + "...")  # repr: nothing in it can upset a terminal


def _complaint(name: str, bad: list[tuple[int, str]]) -> str:
    """One line: the first bad rows with what is wrong, and how many more there are."""
    first = "; ".join(f"row {row}: {what}" for row, what in bad[:NAMED])
    more = len(bad) - NAMED
    return f"{name}: {first}" + (f"; and {more:,} more bad rows" if more > 0 else "")
