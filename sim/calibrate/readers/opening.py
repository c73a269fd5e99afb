"""Files in, one log out: each recognised or guessed, read, and all of one kind put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from sim.calibrate.log import CONTACTS, INTERVALS, ContactLog, FileRead, IntervalLog, Log, Notes, Odd
from sim.calibrate.readers import account, contacts, intervals, reading
from sim.calibrate.readers.cells import decimal_sign
from sim.calibrate.readers.contacts import ID, Normal
from sim.calibrate.readers.duplicates import refuse_rivals, without_same_contacts, without_same_intervals
from sim.calibrate.readers.guess import guessed
from sim.calibrate.readers.known import recognised
from sim.calibrate.readers.mapping import Given, read_mapping, written
from sim.calibrate.readers.meanings import DURATION, NUMBER, OF_CONTACTS, OF_INTERVALS, SHARE, TIME
from sim.calibrate.readers.reading import Reading
from sim.calibrate.readers.source import read_table
from sim.calibrate.readers.table import Table
from sim.calibrate.readers.times import Moments
from sim.calibrate.readers.values import Values, form_of
from sim.calibrate.readers.zones import known_zone
from sim.loading.refusal import Refused


@dataclass
class Opened:
    """One file, on its way into the log."""

    table: Table
    reading: Reading
    values: Values
    said: list[str]
    """what was guessed of it"""


def read_log(
    files: Sequence[Path | str], mapping: Path | str | None = None, timezone: str | None = None,
    max_left_out: float = account.MAX_LEFT_OUT,
) -> Log:
    """The log that the files hold: a ContactLog of calls or an IntervalLog of counts.

    `mapping` is a mapping file (sim/calibrate/readers/mapping.py), `timezone` whose wall clock the log is to have
    (Europe/Berlin; times that are told in UTC or with an offset are moved to it), `max_left_out` the share of a file's
    rows that may be damaged. Raises Refused, a line for each fault, with the rows and what to do.
    """
    if not files:
        raise Refused("no file to read: name the log files")
    given = read_mapping(Path(mapping) if mapping else None)
    zone = known_zone(timezone) if timezone else given.timezone
    opened = _all_opened([Path(file) for file in files], given, zone)
    kinds = {each.reading.kind for each in opened}
    if len(kinds) > 1:
        named = ", ".join(f"{each.table.name} holds {each.reading.kind}" for each in opened)
        raise Refused(f"the files are of two kinds, {named}: read them one kind at a time")
    _decide_orders(opened, given)
    return _put_together(opened, zone, max_left_out)


def guessed_mapping(files: Sequence[Path | str], mapping: Path | str | None = None) -> str:
    """A mapping file's text: how the first of the files would be read, to be corrected and given as mapping=FILE."""
    given = read_mapping(Path(mapping) if mapping else None)
    opened = _all_opened([Path(file) for file in files[:1]], given, given.timezone)
    _decide_orders(opened, given)
    each = opened[0]
    return written(replace(each.reading, date_order=each.reading.date_order, decimal=each.values.decimal), each.table)


def _all_opened(files: Sequence[Path], given: Given, zone: str | None) -> list[Opened]:
    """All files opened. Raises Refused with the faults of all of them."""
    opened: list[Opened] = []
    faults: list[str] = []
    names = [file.name for file in files]
    for file in files:
        try:
            table = read_table(file, given.delimiter)._replace(path=file)
            if names.count(file.name) > 1:
                table = table._replace(name=str(file))
            opened.append(_opened(table, given, zone))
        except Refused as refused:
            faults += refused.lines
    if faults:
        raise Refused(*faults)
    return opened


def _opened(table: Table, given: Given, zone: str | None) -> Opened:
    found = recognised(table)
    own = given.found_in(table)
    if found is None:
        found = guessed(table, own.kind, own.columns)
    read = own.over(found)
    table = read.prepare(table)
    kinds = OF_INTERVALS if read.kind == reading.INTERVALS else OF_CONTACTS
    values = Values(table, read, zone)
    numeric = [
        values.cells(name)
        for meaning, column in read.columns.items()
        if meaning in kinds and kinds[meaning].cells in (NUMBER, DURATION, SHARE)
        for name in column.columns
    ]
    said = list(read.guessed)
    sign, told = decimal_sign(numeric, table.delimiter)
    values.decimal = read.decimal or sign
    if not told and not read.decimal:
        said.append(f"{table.name}: numbers such as 1,234 are read with '{sign}' as the decimal sign")
    if values.decimal == ",":
        said.append(f"{table.name}: decimal comma")
    return Opened(table, read, values, said)


def _dates(each: Opened) -> list[tuple[str, Moments]]:
    """The columns that hold dates, taken apart."""
    kinds = OF_INTERVALS if each.reading.kind == reading.INTERVALS else OF_CONTACTS
    found = {}
    for meaning, column in each.reading.columns.items():
        if kinds[meaning].cells != TIME:
            continue
        for place, name in enumerate(column.columns):
            found[name, form_of(column, name, place)] = each.values.taken_apart(name, form_of(column, name, place))
    return [(name, apart) for (name, _), apart in found.items()]


def _decide_orders(opened: list[Opened], given: Given) -> None:
    """The order of day and month of every file, from all its rows, else from a file with the same columns.

    Raises Refused where the rows contradict each other, or leave it open.
    """
    faults: list[str] = []
    decided: dict[tuple[str, ...], str] = {}
    waiting: list[Opened] = []
    for each in opened:
        order = each.reading.date_order or _order_of(each, faults)
        if order is None:
            waiting.append(each)
            continue
        each.values.order = order
        each.reading = replace(each.reading, date_order=order)
        decided[tuple(each.table.columns)] = order
    for each in waiting:
        order = decided.get(tuple(each.table.columns))
        if order is None:
            column, sample = _open_date(each)
            faults.append(
                f"{each.table.name}: column '{column}': whether '{sample}' is day/month or month/day cannot be told "
                "from its rows (no number over 12): write date_order: dmy or date_order: mdy in a mapping file"
            )
            continue
        each.values.order = order
        each.said.append(f"{each.table.name}: dates as {order}, as in the other files")
    if faults:
        raise Refused(*faults)


def _order_of(each: Opened, faults: list[str]) -> str | None:
    """The order that the rows tell; "ymd" where nothing is open; None where it cannot be told."""
    days_first = months_first = 0
    points = is_open = False
    for name, apart in _dates(each):
        first, second, point = apart.order_evidence()
        is_open = is_open or apart.order_is_open
        if first and second:
            faults.append(_mixed(each, name, apart, first, second))
            return "dmy"
        days_first, months_first, points = days_first + first, months_first + second, points or point
    if not is_open:
        return "ymd"
    if days_first and months_first:
        return "dmy" if days_first > months_first else "mdy"
    if days_first or months_first or points:
        order = "mdy" if months_first else "dmy"
        each.said.append(f"{each.table.name}: dates as {'month/day' if order == 'mdy' else 'day/month'}/year")
        return order
    return None


def _mixed(each: Opened, name: str, apart: Moments, first: int, second: int) -> str:
    rows = each.table.frame.with_columns(apart.parts["a"].alias("__a"), apart.parts["b"].alias("__b"))
    day = rows.filter(pl.col("__a").is_between(13, 31))
    month = rows.filter((pl.col("__a") <= 12) & (pl.col("__b") > 12))
    return (
        f"{each.table.name}:{min(day['__row'][0], month['__row'][0])}: column '{name}' mixes orders of day and month: "
        f"'{day[name][0]}' (line {day['__row'][0]}, {first:,} such rows) and '{month[name][0]}' (line "
        f"{month['__row'][0]}, {second:,} such rows): write all dates alike, best as 2026-03-31"
    )


def _open_date(each: Opened) -> tuple[str, str]:
    for name, apart in _dates(each):
        if apart.order_is_open:
            rows = each.table.frame.filter(apart.parts["a"].is_between(0, 31))
            return name, str(rows[name][0])
    return "", ""


def _put_together(opened: list[Opened], zone: str | None, share: float) -> Log:
    calls = opened[0].reading.kind == reading.CONTACTS
    names = [each.table.name for each in opened]
    frames: list[pl.DataFrame] = []
    left: list[Odd] = []
    kept: list[Odd] = []
    said: list[str] = []
    faults: list[str] = []
    for place, each in enumerate(opened):
        try:
            normal = contacts.normalised(each.values) if calls else intervals.normalised(each.values)
            told = account.counted(each.table, normal.found)
            account.refuse_if_too_many(each.table, told.damaged, told.left_out, share, normal.rows.height)
            if not calls:
                refuse_rivals(normal.rows, each.table.name)
        except Refused as refused:
            faults += refused.lines
            continue
        frames.append(_of_file(normal, place, calls))
        left += told.left_out
        kept += normal.kept
        said += [*each.said, *(f"{each.table.name}: {sentence}" for sentence in normal.guessed)]
        each.values.forget()
        if each.reading.utc and zone is None:
            said.append(f"{each.table.name}: its times are UTC and stay so; timezone=Europe/Berlin moves them")
        elif zone is None and each.values.zoned:
            said.append(
                f"{each.table.name}: its times carry their offset from UTC and stay as written; timezone=Europe/Berlin "
                "moves them to its clock"
            )
    if faults:
        raise Refused(*faults)
    rows = pl.concat(frames)
    if calls:
        rows, again, alike = without_same_contacts(rows, names)
        kept += alike
        rows = rows.sort("arrived", maintain_order=True)
        rows = rows.select(pl.col(name).cast(kind) for name, kind in CONTACTS.items())
        notes = _notes(opened, rows, [*left, *again], kept, said)
        return ContactLog(rows, notes, zone)
    rows, again = without_same_intervals(rows, names, zone)
    notes = _notes(opened, rows, [*left, *again], kept, said)
    rows = intervals.added_up(rows).sort("start", "queue", maintain_order=True)
    return IntervalLog(rows.select(pl.col(name).cast(kind) for name, kind in INTERVALS.items()), notes, zone)


def _of_file(normal: Normal, place: int, calls: bool) -> pl.DataFrame:
    rows = normal.rows.with_columns(pl.lit(place, dtype=pl.Int16).alias("file"))
    return rows.select([*CONTACTS, ID]) if calls else rows


def _notes(
    opened: list[Opened], rows: pl.DataFrame, left: list[Odd], kept: list[Odd], said: list[str]
) -> Notes:
    counts = {file: count for file, count in rows.group_by("file").len().iter_rows()}
    files = tuple(
        FileRead(
            each.table.name, each.reading.reader, each.table.rows, counts.get(place, 0),
            {meaning: str(column) for meaning, column in each.reading.columns.items()}, each.table.written,
            each.table.delimiter, each.values.decimal, each.values.order, each.reading.utc,
        )
        for place, each in enumerate(opened)
    )
    return Notes(files, tuple(left), tuple(kept), tuple(dict.fromkeys(said)))
