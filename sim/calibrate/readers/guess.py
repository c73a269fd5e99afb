"""Which column means what, guessed from names first and from what the cells hold second, and told in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from sim.calibrate.readers import cells as read
from sim.calibrate.readers.meanings import (
    DATE,
    DURATION,
    FLAG,
    NUMBER,
    OF_CONTACTS,
    OF_INTERVALS,
    OUTCOME,
    SHARE,
    TEXT,
    TIME,
    Meaning,
    normal,
    solid,
)
from sim.calibrate.readers.reading import CONTACTS, INTERVALS, Column, Reading
from sim.calibrate.readers.table import Table
from sim.calibrate.readers.times import CLOCKS, begins, moments
from sim.calibrate.readers.words import outcomes
from sim.loading.refusal import Refused

SAMPLE = 400
FITS = 0.8
"""Share of the cells that must be of a meaning's kind."""
EXACT, PARTIAL = 100.0, 50.0
PARTS = ("skill set", "language", "site", "location", "team", "routing profile", "acd")
COUNTS = ("offered", "handled", "abandoned")
LEVEL_WITHIN = re.compile(r"(?:service ?level|sl|within|in)\D{0,12}(\d{1,4})(?: ?s| ?sec| ?seconds|$| )")


class Match(NamedTuple):
    """A column that may have a meaning."""

    fits: bool
    score: float
    meaning: str
    column: str
    unit: str | None


def guessed(table: Table, kind: str | None, fixed: Mapping[str, Column | None]) -> Reading:
    """How a table of unknown make is read. `fixed` are the meanings that the user named (None: switched off).

    Raises Refused where no column can be the time of a contact or of an interval.
    """
    sample = _sample(table)
    both = {
        CONTACTS: _assigned(table, sample, OF_CONTACTS, fixed),
        INTERVALS: _assigned(table, sample, OF_INTERVALS, fixed),
    }
    kind = kind or _kind(both, sample)
    columns = both[kind]
    columns = _with_times(table, sample, kind, dict(columns))
    said = ", ".join(f"{meaning} = {column}" for meaning, column in columns.items() if meaning not in fixed)
    words = [f"{table.name} holds {kind}: {said}"] if said else []
    units = {str(column): column.unit for column in columns.values() if column.unit and column.unit != "s"}
    words += [f"'{name}' is in {unit}" for name, unit in units.items()]
    known = OF_INTERVALS if kind == INTERVALS else OF_CONTACTS
    times = [column for meaning, column in columns.items() if known[meaning].cells == TIME]
    utc = any({"utc", "gmt"} & set(normal(name).split()) for column in times for name in column.columns)
    parts = _parts(table, columns) if kind == INTERVALS else ()
    if parts:
        words.append(f"rows by {', '.join(parts)} are added up for each queue and interval")
    return Reading(kind, columns, utc=utc, guessed=tuple(words), constants=_constants(columns), parts=parts)


def _parts(table: Table, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Columns that are not used and part an interval further: an agent, a language, a site."""
    used = {name for column in columns.values() for name in column.columns}
    known = {name.replace(" ", "") for name in (*OF_CONTACTS["agent"].names, *PARTS)}
    return tuple(name for name in table.columns if name not in used and solid(name) in known)


def _sample(table: Table) -> pl.DataFrame:
    """Rows from the whole of the table."""
    step = max(1, table.frame.height // SAMPLE)
    picked = table.frame.gather_every(step)
    texts = [pl.col(name).str.contains(read.TOTAL) for name in table.columns if picked.schema[name] == pl.String][:4]
    without = picked.filter(~pl.any_horizontal(texts).fill_null(False)) if texts else picked
    picked = without if without.height else picked
    return picked.with_columns(read.filled(picked[name]) for name in table.columns)


def _assigned(
    table: Table, sample: pl.DataFrame, meanings: Mapping[str, Meaning], fixed: Mapping[str, Column | None]
) -> dict[str, Column]:
    taken = {name for column in fixed.values() if column for name in column.columns}
    matches = [
        match
        for name in table.columns
        if name not in taken
        for match in _matches(name, sample[name], meanings)
        if match.meaning not in fixed
    ]
    found: dict[str, Column] = {meaning: column for meaning, column in fixed.items() if column and meaning in meanings}
    for match in sorted(matches, key=lambda each: (each.fits, each.score), reverse=True):
        if match.meaning in found or match.column in taken:
            continue
        if match.fits or (match.score >= EXACT - 5 and meanings[match.meaning].cells in (TIME, DURATION, NUMBER)):
            found[match.meaning] = Column((match.column,), match.unit)
            taken.add(match.column)
    return {meaning: found[meaning] for meaning in meanings if meaning in found}


def _matches(name: str, cells: pl.Series, meanings: Mapping[str, Meaning]) -> list[Match]:
    if cells.null_count() == len(cells):
        return []
    words = normal(name).split()
    unit = read.unit_of(words[-1]) if len(words) > 1 else None
    shorter = " ".join(words[:-1]) if unit else " ".join(words)
    bare = re.sub(r"\d+(s|sec|seconds)?$", "", solid(name).replace("%", ""))  # sl 30, Service Level 20 sec
    forms = {solid(name), solid(shorter), solid(name).replace("%", ""), bare}
    found = []
    for meaning, (kind, names) in meanings.items():
        score = max((_score(forms, shorter, known, place) for place, known in enumerate(names)), default=0.0)
        if score:
            found.append(Match(_fits(cells, kind, meaning), score, meaning, name, unit if kind == DURATION else None))
    return found


def _score(forms: set[str], words: str, known: str, place: int) -> float:
    if known.replace(" ", "") in forms:
        return EXACT - place * 0.05
    if len(known) >= 4 and f" {known} " in f" {words} ":
        return PARTIAL + 40 * len(known) / len(words) - place * 0.05
    return 0.0


def _fits(cells: pl.Series, kind: str, meaning: str) -> bool:
    cells = cells.drop_nulls()
    there = len(cells)
    if kind == TEXT:
        return True
    if kind in (TIME, DATE):
        return _time_share(cells) >= FITS or (meaning == "start" and _hours(cells))
    if kind == OUTCOME:
        known, _ = outcomes(cells, {})
        return cells.n_unique() <= 60 and len(known) - known.null_count() >= 0.3 * there
    if kind == FLAG:
        flags = read.flags(cells)
        return there - flags.null_count() >= FITS * there
    if cells.dtype.is_temporal() and kind in (NUMBER, SHARE):
        return False
    decimal, _ = read.decimal_sign([cells], ";")
    value = read.durations(cells, decimal) if kind == DURATION else read.numbers(cells, decimal)
    return there - value.null_count() >= FITS * there


def _time_share(cells: pl.Series) -> float:
    if cells.dtype == pl.Boolean:
        return 0.0
    cells = begins(cells)
    parts = moments(cells).parts
    known = parts.select(pl.any_horizontal(pl.col("a", "ready", "day_us").is_not_null()).mean()).item()
    if known < FITS and cells.cast(pl.String).str.contains(r"^\d{1,4}$").all():
        hours = moments(cells.cast(pl.String), "hhmm").parts["day_us"]
        late = cells.cast(pl.String).str.len_chars().max()  # 0 and 1 are no times of day
        known = (len(hours) - hours.null_count()) / len(hours) if late in (3, 4) else 0.0
    return float(known)


def _hours(cells: pl.Series) -> bool:
    """Whether the cells are hours of the day as numbers."""
    hours = cells.cast(pl.String)
    return bool(hours.str.contains(r"^\d{1,2}$").all()) and hours.n_unique() > 2 and int(
        hours.cast(pl.Int64).max() or 0  # type: ignore[arg-type]
    ) < 24


def _kind(both: Mapping[str, Mapping[str, Column]], sample: pl.DataFrame) -> str:
    """Contacts, or intervals: these have counts above one and as many of their own columns."""
    calls, spans = both[CONTACTS], both[INTERVALS]
    counts = [spans[name] for name in COUNTS if name in spans]
    large = any(
        (read.numbers(sample[column.columns[0]], ".").max() or 0) > 1  # type: ignore[operator]
        for column in counts
        if sample[column.columns[0]].dtype != pl.Boolean
    )
    own = [name for name in calls if name not in ("date", "arrived", "queue", "direction")]
    theirs = [name for name in spans if name not in ("date", "start", "queue", "media", "end")]
    times = any(name in calls for name in ("answered", "queued", "caller", "id"))
    return INTERVALS if large and (len(theirs) >= len(own) or not times) else CONTACTS


def _with_times(table: Table, sample: pl.DataFrame, kind: str, columns: dict[str, Column]) -> dict[str, Column]:
    """The columns with dates put before times of day. Raises Refused where there is no time at all."""
    main = "start" if kind == INTERVALS else "arrived"
    date = columns.pop("date", None)
    if main not in columns and not (kind == CONTACTS and "queued" in columns):
        if date is None:
            date = next((Column((name,)) for name in table.columns if _dated(sample, name)), None)
        if date is None or (kind == INTERVALS and not _has_clock(sample, date.columns[0])):
            when = "when a contact came" if kind == CONTACTS else "when an interval begins"
            raise Refused(
                f"{table.name}: no column was found for {main} ({when}) among {', '.join(table.columns[:12])}: name it "
                f"in a mapping file ({main}: THEIR COLUMN, or {main}: [DATE, TIME])"
            )
        columns = {main: date, **columns}
        date = None
    for meaning, column in list(columns.items()):
        known = OF_INTERVALS if kind == INTERVALS else OF_CONTACTS
        if known[meaning].cells == TIME and len(column.columns) == 1:
            form = column.format or _clock_form(sample, column.columns[0])
            if date and (form in CLOCKS or not _dated(sample, column.columns[0])):
                columns[meaning] = Column((*date.columns, *column.columns), None, f"- {form}" if form else None)
            elif form:
                columns[meaning] = column._replace(format=form)
    return columns


def _dated(sample: pl.DataFrame, name: str) -> bool:
    cells = sample[name].drop_nulls()
    if cells.dtype == pl.Boolean or not len(cells) or cells.dtype.is_numeric():
        return False
    found = moments(cells)
    dates = found.parts.select(pl.any_horizontal(pl.col("a", "ready").is_not_null()).mean()).item()
    return bool(dates >= FITS)


def _has_clock(sample: pl.DataFrame, name: str) -> bool:
    found = moments(sample[name].drop_nulls()).parts
    ready = found.select(((pl.col("ready").dt.time().cast(pl.Int64) > 0) | (pl.col("day_us") > 0)).any()).item()
    return bool(ready)


def _clock_form(sample: pl.DataFrame, name: str) -> str | None:
    """ "hhmm" where times of day are numbers such as 930, "hour" where they are such as 9."""
    cells = sample[name].drop_nulls().cast(pl.String)
    if not len(cells) or not cells.str.contains(r"^\d{1,4}$").all():
        return None
    return "hour" if _hours(cells) else "hhmm"


def _constants(columns: Mapping[str, Column]) -> dict[str, float]:
    """The seconds that a service level's column names: "Service level 20 seconds"."""
    if "within_s" in columns:
        return {}
    for meaning in ("service_level", "answered_within"):
        if meaning in columns:
            found = LEVEL_WITHIN.search(normal(columns[meaning].columns[0]))
            if found:
                return {"within_s": float(found.group(1))}
    return {}
