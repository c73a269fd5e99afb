"""Weekly shapes: hours, rates and heads given once for all days, or by weekdays; one entry a day or one an interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.scenario.part import Fault, raise_faults
from sim.units import DAY, WEEKDAYS, Window, format_days, format_window, parse_days, parse_window, shown

T = TypeVar("T")

Entries = float | tuple[float, ...] | None
"""A day's rates, counts or heads: one number for the whole day, one per interval, or None (nothing that day)."""
Windows = tuple[Window, ...]


def read_week(raw: object, read_day: Callable[[object], T], absent: T, title: str) -> tuple[T, ...]:
    """Seven entries, Monday first, of a shape given once for all days or as a mapping by weekdays.

    A mapping's keys are day sets ("mon-fri", "sat,sun", "all"); days without a key get `absent`. Every fault is
    raised at its own key.
    """
    if not isinstance(raw, Mapping):
        return (read_day(raw),) * 7
    week: list[T] = [absent] * 7
    owner: dict[int, object] = {}
    faults: list[Fault] = []
    for key, value in raw.items():
        place = key if isinstance(key, str | int) else str(key)
        try:
            days = parse_days(key)
            entry = read_day(value)
        except ValidationError as error:
            faults += [Fault((place, *item["loc"]), item["msg"]) for item in error.errors(include_url=False)]
            continue
        except ValueError as error:
            faults.append(Fault((place,), str(error)))
            continue
        twice = [day for day in days if day in owner]
        if twice:
            faults.append(Fault((place,), f"{format_days(twice)} was already given under '{owner[twice[0]]}'"))
        for day in days:
            owner[day], week[day] = key, entry
    raise_faults(title, faults, raw)
    return tuple(week)


def read_windows(raw: object) -> Windows:
    """Opening windows of one day, sorted: "08:00-20:00", a list of such, or "closed"."""
    if raw is None or raw is False or (isinstance(raw, str) and raw.strip().lower() == "closed"):
        return ()
    texts = raw if isinstance(raw, list | tuple) else [raw]
    windows = sorted(
        (float(item[0]), float(item[1])) if isinstance(item, tuple) else parse_window(item) for item in texts
    )
    for before, after in pairwise(windows):
        if after[0] < before[1]:
            raise ValueError("needs windows that do not overlap")
    return tuple(windows)


def read_open(raw: object) -> tuple[Windows, ...]:
    """Opening windows of each weekday, Monday first, of `open` as a planner writes it."""
    if isinstance(raw, tuple) and len(raw) == 7 and all(isinstance(day, tuple) for day in raw):
        return raw  # already in the canonical form
    nothing: Windows = ()
    week = read_week(raw, read_windows, nothing, "open")
    for weekday in range(7):
        tomorrow = week[(weekday + 1) % 7]
        if week[weekday] and tomorrow and week[weekday][-1][1] - DAY > tomorrow[0][0]:
            spans = f"{format_window(week[weekday][-1])} ({WEEKDAYS[weekday]})", format_window(tomorrow[0])
            raise ValueError(f"needs windows that do not overlap: {spans[0]} runs into the next day's {spans[1]}")
    return week


def read_entries(whole: bool, maximum: float, what: str) -> Callable[[object], Entries]:
    """A reader of one day's entries: a number or a list of numbers from 0 to `maximum`.

    `what` names them in messages ("contacts an hour"); `whole` asks for whole numbers.
    """

    def number(value: object) -> float:
        kind = f"a {'whole ' if whole else ''}number of {what}"
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise ValueError(f"needs {kind} >= 0, got {shown(value)}")
        if value > maximum:
            raise ValueError(f"needs at most {maximum:,.0f} {what} (far beyond any center), got {shown(value)}")
        if whole and value != int(value):
            raise ValueError(f"needs {kind} >= 0, got {shown(value)}")
        return float(value)

    def entries(raw: object) -> Entries:
        if raw is None:
            return None
        if not isinstance(raw, list | tuple):
            return number(raw)
        if not raw:
            raise ValueError(f"needs at least one number of {what}, got an empty list")
        faults, values = [], []
        for index, item in enumerate(raw):
            try:
                values.append(number(item))
            except ValueError as error:
                faults.append(Fault((index,), str(error)))
        raise_faults(what, faults, raw)
        return tuple(values)

    return entries


def week_schema(entry: dict[str, Any], example: str) -> dict[str, Any]:
    """JSON Schema of a weekly shape: the entry itself, or a mapping from day sets to entries."""
    day = "|".join(WEEKDAYS)
    part = f"({day}|[a-z]+day)(\\s*-\\s*({day}|[a-z]+day))?"
    mapping = {
        "type": "object",
        "description": f"By weekday, for example {example}.",
        "patternProperties": {f"^(all|{part})(\\s*,\\s*(all|{part}))*$": entry},
        "additionalProperties": False,
    }
    return {"anyOf": [entry, mapping]}


def clip(edges: list[Window], windows: Iterable[Window]) -> list[tuple[int, float, float]]:
    """(index of the piece, from, to) of every part of the pieces `edges` that lies inside the windows, in order."""
    inside = []
    for start, end in windows:
        for index, (low, high) in enumerate(edges):
            if max(low, start) < min(high, end):
                inside.append((index, max(low, start), min(high, end)))
    return sorted(inside, key=lambda piece: piece[1])


def around(week: tuple[Windows, ...], weekday: int, yesterday: bool = True) -> list[Window]:
    """Windows that touch a weekday's 48 hours: its own, what yesterday's leave after midnight, and tomorrow's."""
    before = [(0.0, end - DAY) for _, end in week[weekday - 1] if end > DAY] if yesterday else []
    after = [(start + DAY, end + DAY) for start, end in week[(weekday + 1) % 7]]
    merged: list[Window] = []
    for start, end in sorted([*before, *week[weekday], *after]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def outside(windows: Iterable[Window], covers: Iterable[Window]) -> list[Window]:
    """The parts of some windows that none of the others covers, in order."""
    left = list(windows)
    for start, end in covers:
        left = [
            part for low, high in left for part in ((low, min(high, start)), (max(low, end), high)) if part[0] < part[1]
        ]
    return sorted(left)
