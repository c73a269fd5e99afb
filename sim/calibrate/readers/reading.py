"""How a table is to be read: which column means what, in which unit, and which rows are left out on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from sim.calibrate.readers.table import Table

CONTACTS, INTERVALS = "contacts", "intervals"


class Column(NamedTuple):
    """Where a value comes from: one column, or several (a date and a time; counts to be added up)."""

    columns: tuple[str, ...]
    unit: str | None = None
    """of a duration written as a plain number: ms, s, min, h; "percent" or "share" of a share"""
    format: str | None = None
    """of a date without signs (yyyymmdd, mmddyyyy, ...), "hhmm" or "hour" of a time, "hh:mm" of a duration; of total_s
    "whole" (it holds the wait) or "service" """

    def __str__(self) -> str:
        return " + ".join(self.columns)


class Rule(NamedTuple):
    """Rows that are left out (or kept, though odd) for one reason."""

    reason: str
    """may hold {value}: the first such row's value of `shows`"""
    where: pl.Expr
    to_do: str
    fault: bool = True
    """whether the rows are damaged; others are left out because they are something else (a total, a test call)"""
    shows: str | None = None


def whole(table: Table) -> Table:
    """The table as it is."""
    return table


@dataclass(frozen=True)
class Reading:
    """How one table is read."""

    kind: str
    columns: Mapping[str, Column]
    """our meaning (see sim/calibrate/readers/meanings.py) -> the file's columns"""
    reader: str = "generic"
    utc: bool = False
    """whether times without an offset are UTC"""
    date_order: str | None = None
    decimal: str | None = None
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """the file's word (in small letters) -> one of the log's outcomes, beside those that are known"""
    prepare: Callable[[Table], Table] = whole
    """what makes the table one that `columns` can read"""
    drops: tuple[Rule, ...] = ()
    """rows to leave out, told by the columns of the table"""
    keeps: tuple[Rule, ...] = ()
    """odd rows that stay, told likewise"""
    guessed: tuple[str, ...] = ()
    constants: Mapping[str, float] = field(default_factory=dict)
    """values that no column holds: length_s of all intervals, within_s of the service level"""
    parts: tuple[str, ...] = ()
    """columns that part an interval's counts further (agent, skill): their rows are added up"""
