"""One declaration, two forms: a record as a Python object, and as a row of a NumPy structured array."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import repeat
from typing import Annotated, Any, get_type_hints

import numpy as np

Small = Annotated[int, "i4"]
"""A number of things in one center: agents, queues, slots, attempts."""
Large = Annotated[int, "i8"]
"""A number that may pass two thousand million in a long run: callers."""

Rows = np.ndarray[Any, np.dtype[np.void]]
"""A structured array: rows of one of the records below."""


@cache
def dtype_of(record: type) -> np.dtype[np.void]:
    """The NumPy structured type with the fields of a record (float is f8, Small i4, Large i8)."""
    hints = get_type_hints(record, include_extras=True)
    kinds = [(f.name, _kind(hints[f.name])) for f in fields(record)]
    return np.dtype(sorted(kinds, key=lambda kind: kind[1] == "i4"), align=True)


def _kind(hint: Any) -> Any:
    if isinstance(hint, type) and is_dataclass(hint):
        return dtype_of(hint)
    return getattr(hint, "__metadata__", ("f8",))[0]


def one_row(given: Any) -> Rows:
    """A record that is given, those within it included, as one row."""
    kind: type = type(given)
    table = np.zeros(1, dtype_of(kind))
    _fill(table, given)
    return table


def _fill(row: Rows, given: Any) -> None:
    for field in fields(given):
        value = getattr(given, field.name)
        if is_dataclass(value):
            _fill(row[field.name], value)
        else:
            row[field.name] = value


def rows(record: type, count: int) -> Rows:
    """`count` rows of a record: fields with a default hold it, the others are 0."""
    table = np.zeros(count, dtype_of(record))
    for field in fields(record):
        if isinstance(field.default, (int, float)):
            table[field.name] = field.default
    return table


def raw(table: Rows) -> Rows:
    """The same rows as plain bytes: NumPy copies those whole, but a structured row field by field, 25 times slower."""
    return table.view(f"V{table.dtype.itemsize}")


def join_rows(tables: Sequence[Rows]) -> Rows:
    """The rows of all tables, one after the other."""
    return np.concatenate([raw(table) for table in tables]).view(tables[0].dtype)


def by_arrival(left: Rows) -> Rows:
    """`ContactLeft` rows in order of arrival; those at one instant by caller, attempt and leg."""
    ordered: Rows = raw(left)[arrival_order(left)].view(left.dtype)
    return ordered


def arrival_order(left: Rows) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Which of the `ContactLeft` rows comes first, second, ... by arrival, caller, attempt and leg."""
    order = np.argsort(left["arrived"], kind="stable")
    arrived = left["arrived"][order]
    if np.all(arrived[1:] > arrived[:-1]):  # as nearly always: nobody arrived together with another
        return order
    return np.lexsort((left["leg"], left["attempt"], left["caller"], left["arrived"]))


def objects(record: type, table: Rows) -> list[Any]:
    """The rows of a structured array as instances of their record, with plain Python numbers."""
    columns = [numbers(table[field.name]) for field in fields(record)]
    collecting = gc.isenabled()
    gc.disable()  # it would look through all of them time and again, and none is garbage
    try:
        return list(map(record, *columns))
    finally:
        if collecting:
            gc.enable()


def numbers(column: np.ndarray[Any, Any]) -> Iterable[Any]:
    """The values as plain Python numbers; where all are the same, as most are before the first event, one for all."""
    if len(column) and np.array_equal(column, np.broadcast_to(column[0], len(column)), column.dtype.kind == "f"):
        return repeat(column[0].item(), len(column))
    plain: list[Any] = column.tolist()
    return plain
