"""The mapping file: which column means what, written by the user or written out for the user to correct.

    kind: contacts                # or intervals
    date_order: dmy               # dmy, mdy or ymd
    arrived: [Date, Start]        # our name: their column, or a date and a time
    wait_s: {column: Wait, unit: min}
    agent: null                   # no column: what was guessed is switched off
    outcomes: {HANG: abandoned}   # their word: handled, abandoned, blocked or other
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.calibrate.log import OUTCOMES
from sim.calibrate.readers.cells import UNITS, unit_of
from sim.calibrate.readers.meanings import OF_CONTACTS, OF_INTERVALS, solid
from sim.calibrate.readers.reading import CONTACTS, INTERVALS, Column, Reading
from sim.calibrate.readers.table import Table
from sim.calibrate.readers.times import CLOCKS, ORDERS, SOLID
from sim.calibrate.readers.zones import known_zone
from sim.loading import yaml_file
from sim.loading.refusal import Refused, did_you_mean
from sim.loading.yaml_file import YamlFile

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
FORMATS = (*SOLID, *CLOCKS, "hh:mm", "whole", "service")
SETTINGS = ("kind", "timezone", "utc", "date_order", "decimal", "delimiter", "outcomes", "length_s", "within_s")
SHARES = {"percent": "percent", "%": "percent", "share": "share"}


@dataclass(frozen=True)
class Given:
    """What a mapping file says."""

    columns: Mapping[str, Column | None] = field(default_factory=dict)
    """None: switched off"""
    kind: str | None = None
    timezone: str | None = None
    utc: bool | None = None
    date_order: str | None = None
    decimal: str | None = None
    delimiter: str | None = None
    outcomes: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)
    where: str = "mapping"

    def over(self, reading: Reading) -> Reading:
        """The reading with what the file says put over it."""
        columns = {name: column for name, column in reading.columns.items() if name not in self.columns}
        columns |= {name: column for name, column in self.columns.items() if column}
        return replace(
            reading, columns=columns, utc=reading.utc if self.utc is None else self.utc,
            date_order=self.date_order or reading.date_order, decimal=self.decimal or reading.decimal,
            outcomes={**reading.outcomes, **self.outcomes}, constants={**reading.constants, **self.constants},
        )

    def found_in(self, table: Table) -> Given:
        """The same with columns named as the table has them. Raises Refused for one that it has not."""
        plain = {solid(name): name for name in reversed(table.columns)}

        def name_of(name: str, meaning: str) -> str:
            found = name if name in table.columns else plain.get(solid(name))
            if found is None:
                near = did_you_mean(name, table.columns)
                raise Refused(
                    f"{self.where}: {meaning}: {table.name} has no column '{name}'{near}; it has "
                    f"{', '.join(table.columns[:12])}"
                )
            return found

        columns = {
            meaning: column and column._replace(columns=tuple(name_of(name, meaning) for name in column.columns))
            for meaning, column in self.columns.items()
        }
        return replace(self, columns=columns)


def read_mapping(path: Path | None) -> Given:
    """What a mapping file says; nothing for None. Raises Refused, one line for each fault."""
    if path is None:
        return Given()
    file = yaml_file.read(path)
    faults = [f"{path}:{fault.line}: {fault.message}" for fault in file.faults]
    if faults:
        raise Refused(*faults)
    return _Checked(file, faults).given()


class _Checked:
    """A mapping file's values, each looked at; faults are collected."""

    def __init__(self, file: YamlFile, faults: list[str]) -> None:
        self.file, self.data, self.faults = file, file.data, faults

    def fault(self, key: str, message: str) -> None:
        self.faults.append(f"{self.file.path}:{self.file.line_of((key,))[0]}: {key}: {message}")

    def given(self) -> Given:
        kind = self.one_of("kind", (CONTACTS, INTERVALS))
        known = OF_CONTACTS if kind == CONTACTS else OF_INTERVALS if kind == INTERVALS else OF_CONTACTS | OF_INTERVALS
        columns: dict[str, Column | None] = {}
        constants: dict[str, float] = {}
        for key, value in self.data.items():
            if key in ("length_s", "within_s") and isinstance(value, int | float) and not isinstance(value, bool):
                constants[key] = float(value)
            elif key in known:
                columns[key] = self.column(key, value)
            elif key not in SETTINGS:
                near = did_you_mean(key, [*known, *SETTINGS])
                self.fault(key, f"no such meaning or setting{near}; there are {', '.join(known)}")
        given = Given(
            columns, kind, self.timezone(), self.truth("utc"), self.one_of("date_order", ORDERS),
            self.one_of("decimal", (",", ".")), self.delimiter(), self.outcomes(), constants, str(self.file.path),
        )
        if self.faults:
            raise Refused(*self.faults)
        return given

    def one_of(self, key: str, known: tuple[str, ...]) -> str | None:
        value = self.data.get(key)
        if value is not None and value not in known:
            self.fault(key, f"needs one of {', '.join(known)}, not {value!r}")
            return None
        return value

    def truth(self, key: str) -> bool | None:
        value = self.data.get(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, f"needs true or false, not {value!r}")
            return None
        return value

    def timezone(self) -> str | None:
        value = self.data.get("timezone")
        return None if value is None else known_zone(str(value))

    def delimiter(self) -> str | None:
        value = self.data.get("delimiter")
        if value is None:
            return None
        value = DELIMITERS.get(str(value), str(value))
        if len(value) != 1 or value.isalnum() or value == '"':
            self.fault("delimiter", f"needs one sign, or one of {', '.join(DELIMITERS)}, not {value!r}")
        return value

    def outcomes(self) -> dict[str, str]:
        value = self.data.get("outcomes") or {}
        if not isinstance(value, dict):
            self.fault("outcomes", "needs THEIR WORD: OUTCOME")
            return {}
        for word, outcome in value.items():
            if outcome not in OUTCOMES:
                self.fault("outcomes", f"{word}: needs one of {', '.join(OUTCOMES)}, not {outcome!r}")
        return {str(word).strip().lower(): str(outcome) for word, outcome in value.items()}

    def column(self, key: str, value: Any) -> Column | None:
        if value is None:
            return None
        unit = form = None
        if isinstance(value, dict):
            strange = sorted(set(value) - {"column", "unit", "format"})
            if strange or "column" not in value:
                self.fault(key, "needs {column: THEIR COLUMN, unit: min, format: hh:mm}, the last two if wanted")
                return None
            unit, form = self.unit(key, value.get("unit")), self.format(key, value.get("format"))
            value = value["column"]
        names = value if isinstance(value, list) else [value]
        if not names or not all(isinstance(name, str | int | float) for name in names):
            self.fault(key, "needs the name of a column, or a list of names")
            return None
        return Column(tuple(str(name) for name in names), unit, form)

    def unit(self, key: str, value: Any) -> str | None:
        if value is None:
            return None
        found = unit_of(str(value)) or SHARES.get(str(value))
        if found is None:
            self.fault(key, f"unit: needs one of {', '.join(UNITS)}, percent, share; not {value!r}")
        return found

    def format(self, key: str, value: Any) -> str | None:
        if value is not None and not all(word in (*FORMATS, "-") for word in str(value).split()):
            self.fault(key, f"format: needs one of {', '.join(FORMATS)}, not {value!r}")
            return None
        return None if value is None else str(value)


def written(reading: Reading, table: Table) -> str:
    """A mapping file's text for what was guessed, ready to be corrected: each column with a value of its own."""
    lines = [f"# how {table.name} is read ({reading.reader}); correct what is wrong, delete what is right"]
    lines.append(f"kind: {reading.kind}")
    if reading.utc:
        lines.append("utc: true")
    if reading.date_order:
        lines.append(f"date_order: {reading.date_order}")
    if reading.decimal:
        lines.append(f'decimal: "{reading.decimal}"')
    lines += [f"{name}: {value:g}" for name, value in reading.constants.items()]
    known = OF_INTERVALS if reading.kind == INTERVALS else OF_CONTACTS
    for meaning, column in reading.columns.items():
        values = [_example(table, name) for name in column.columns if name in table.columns]
        lines.append(f"{meaning}: {_column_text(column)}  # {known[meaning].cells}, such as {' '.join(values)}")
    unused = [name for name in table.columns if all(name not in column.columns for column in reading.columns.values())]
    if unused:
        lines.append(f"# not used: {', '.join(unused)}")
    missing = [meaning for meaning in known if meaning not in reading.columns]
    lines.append(f"# no column yet: {', '.join(missing)}")
    return "\n".join(lines) + "\n"


def _example(table: Table, name: str) -> str:
    value = table.frame[name].drop_nulls().head(1)
    return " ".join(str(value[0]).split())[:40] if len(value) else "(empty)"


def _column_text(column: Column) -> str:
    names = ", ".join(_quoted(name) for name in column.columns)
    names = names if len(column.columns) == 1 else f"[{names}]"
    more = [f"{key}: {_quoted(value)}" for key, value in (("unit", column.unit), ("format", column.format)) if value]
    return f"{{column: {names}, {', '.join(more)}}}" if more else names


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
