"""Rosters in CSV files: read before anything runs, so that a scenario carries its agents as data."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from sim.loading.origin import Told
from sim.loading.places import shown
from sim.loading.refusal import one_line, printable
from sim.loading.text_file import CSV, Unreadable, read_text
from sim.scenario import Individual
from sim.scenario.places import find
from sim.scenario.suggest import suggestion
from sim.scenario.wording import explain

MARKS = (",", ";", "\t")
"""What may separate the columns."""
MOST_TOLD = 20
"""Faults of one file that are told one by one."""
_COLUMNS = tuple(Individual.model_fields)
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+")

Row = dict[str, Any]


class Roster(NamedTuple):
    """A file as it was read: what is known of each agent, and what is wrong, each with its line (0 = the file)."""

    rows: tuple[Row, ...]
    faults: tuple[tuple[int, str], ...]


def put_in(raw: Mapping[str, Any]) -> Iterator[Told]:
    """Put the rows in place of each roster that is a file (paths are absolute by now); gives what is wrong."""
    teams = raw.get("teams")
    for name, team in teams.items() if isinstance(teams, Mapping) else ():
        file = team.get("roster") if isinstance(team, dict) else None
        if not isinstance(file, str) or not Path(file).is_file():
            continue
        found = read(file)
        for line, message in found.faults[:MOST_TOLD]:
            yield Told(("teams", name, "roster"), f"{shown(Path(file))}{f':{line}' if line else ''}: {message}")
        more = len(found.faults) - MOST_TOLD
        if more > 0:
            yield Told(("teams", name, "roster"), f"{shown(Path(file))}: and {more:,} more such lines")
        if not found.faults:
            team["roster"] = [dict(row) for row in found.rows]


def read(file: str) -> Roster:
    """The agents of a CSV file; read again only if it changes."""
    info = Path(file).stat()
    return _read(file, info.st_mtime_ns, info.st_size)


@lru_cache(maxsize=64)
def _read(file: str, _changed: int, _size: int) -> Roster:
    faults: list[tuple[int, str]] = []
    try:
        text = read_text(Path(file), CSV)
        mark = max(MARKS, key=text.lstrip().partition("\n")[0].count)
        rows = tuple(_agents(_lines(text, mark), mark, faults))
    except Unreadable as error:
        faults, rows = [(error.line, str(error))], ()
    return Roster(rows, tuple(faults))


def _lines(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row that is not empty."""
    lines = csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True)
    begins = 1
    try:
        for cells in lines:
            if cells:
                yield begins, [cell.strip() for cell in cells]
            begins = lines.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"is not a CSV file ({one_line(error, 80)})", begins) from None


def _agents(lines: Iterator[tuple[int, list[str]]], mark: str, faults: list[tuple[int, str]]) -> list[Row]:
    """What is known of each agent; adds to `faults` what is wrong."""
    header = next(lines, (1, [""]))
    columns = _header(*header)
    listed = list(lines)
    while listed and not any(listed[-1][1]):
        listed.pop()  # spreadsheets leave such lines at the end
    if not listed:
        raise Unreadable("names columns, but no agents below them")
    first: dict[str, int] = {}
    rows = []
    for line, cells in listed:
        if len(cells) != len(columns):
            faults.append((line, f"needs {len(columns)} cells like the header, got {len(cells)}"))
            continue
        row = {key: _value(key, cell, mark) for key, cell in zip(columns, cells, strict=True) if cell}
        faults += [(line, message) for message in _wrong(row)]
        name = str(row.get("name", ""))
        if name in first:
            faults.append((line, f"name: '{_short(name)}' is given twice, first in line {first[name]}"))
        elif name:
            first[name] = line
        rows.append(row)
    return rows


def _header(line: int, cells: list[str]) -> list[str]:
    columns = [cell.lower().replace(" ", "_") for cell in cells]
    for cell, column in zip(cells, columns, strict=True):
        if column not in _COLUMNS:
            near = suggestion(column, _COLUMNS)
            remedy = f", did you mean '{near}'?" if near else f" (the first line names columns: {', '.join(_COLUMNS)})"
            what = f"unknown column '{_short(cell)}'" if cell else "a column without a name"
            raise Unreadable(f"{what}{remedy}", line)
        if columns.count(column) > 1:
            raise Unreadable(f"column '{column}' is given twice", line)
    return columns


def _value(column: str, cell: str, mark: str) -> object:
    if column == "name":
        return cell
    if mark != "," and _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    try:
        return float(cell)
    except ValueError:
        return cell


def _wrong(row: Row) -> list[str]:
    try:
        Individual.model_validate(row)
    except ValidationError as error:
        found = [(each, find(Individual, each["loc"], row)) for each in error.errors(include_url=False)]
        return [f"{place.path[-1]}: {explain(each, place, Individual)}" for each, place in found]
    return []


def _short(text: str) -> str:
    return one_line(printable(text), 40)
