"""A file as a table: its columns as they stand there, and the line of every row."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import polars as pl

ROW = "__row"
"""The column that holds a row's line in the file, 1-based, header counted."""


class Short(NamedTuple):
    """Lines that have not as many fields as the header."""

    lines: tuple[int, ...]
    """the first of them"""
    rows: int
    fields: int
    """that the first has"""
    wanted: int
    """that the header has"""


class Table(NamedTuple):
    """What a file holds before anybody says what it means."""

    name: str
    frame: pl.DataFrame
    """the file's columns (texts; typed where the file is) and ROW"""
    written: str
    """how the file is written, in words"""
    delimiter: str = ""
    """"" where there is none (Excel, Parquet)"""
    short: Short | None = None
    path: Path | None = None
    """where it is, for what stands beside it"""

    @property
    def columns(self) -> list[str]:
        return [name for name in self.frame.columns if name != ROW]

    @property
    def rows(self) -> int:
        """Rows of data, the short ones too."""
        return self.frame.height + (self.short.rows if self.short else 0)


def unique_names(cells: Iterable[str | None]) -> list[str]:
    """Column names as in the header, made unique: an empty one becomes "column 3", a second Date "Date (2)"."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join((cell or "").replace("\ufeff", "").split()) or f"column {place}"
        plain, number = name, 2
        while name in names:
            name, number = f"{plain} ({number})", number + 1
        names.append(name)
    return names


def looks_like_names(cells: Iterable[str | None]) -> bool:
    """Whether the cells can be a header: two or more names, hardly a number or a time among them."""
    filled = [cell.strip().strip('"') for cell in cells if cell and cell.strip().strip('"')]
    values = [cell for cell in filled if not any(sign.isalpha() for sign in cell) or _value(cell)]
    return len(filled) >= 2 and len(values) <= len(filled) // 5


def _value(cell: str) -> bool:
    """Whether a cell with letters is a time all the same: 2026-03-02T10:00:00Z, 9:30 AM, 3-Mar-2026."""
    digits = sum(sign.isdigit() for sign in cell)
    return digits >= 3 and digits >= sum(sign.isalpha() for sign in cell) and cell[:1].isdigit()
