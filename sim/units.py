"""Seconds, clock times and weekdays: how people write them, and the one form the simulator keeps.

Inside the simulator a time of day is seconds since midnight, a weekday is 0 (Monday) to 6 (Sunday), a duration
is seconds. Here also live the annotated number types (a share, a number of seconds, ...) that the models use, so
that a unit and its bounds are stated once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

MINUTE: Final = 60.0
HOUR: Final = 3600.0
DAY: Final = 86400.0
MAX_SECONDS: Final = 1e9
"""Longest time accepted anywhere: about 31 years, longer than any horizon (3,660 days are 3.2e8 s)."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Window = tuple[float, float]
"""From and to, in seconds since midnight of the day on which it begins; `to` may lie past 24 h."""

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_UNIT_SECONDS: Final = {
    "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0,
    "m": 60.0, "min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0,
    "h": 3600.0, "hr": 3600.0, "hrs": 3600.0, "hour": 3600.0, "hours": 3600.0,
    "d": 86400.0, "day": 86400.0, "days": 86400.0,
}  # fmt: skip


def parse_clock(value: object) -> float:
    """Seconds since midnight of a time of day as people write it.

    Takes "8:00", "08:30", "08:30:15", "24:00", and times past midnight up to "48:00". An int from 60 to 2880 is
    minutes: YAML 1.1 reads an unquoted 10:00 as the base-60 number 600. Raises ValueError with a remedy.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f'needs a time of day such as "08:30", got {shown(value)}')
    if isinstance(value, int):
        if not 60 <= value <= 2880:
            hint = f'write "{value}:00"' if 0 <= value <= 48 else 'write it in quotes, as in "08:30"'
            raise ValueError(f"needs a time of day, got the number {shown(value)}: {hint}")
        return value * MINUTE
    match = _CLOCK.fullmatch(value.strip())
    if match is None:
        raise ValueError(f'needs a time of day such as "08:30", got {shown(value)}')
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    at = hours * HOUR + minutes * MINUTE + seconds
    if minutes > 59 or seconds > 59 or at > 2 * DAY:
        raise ValueError(f'needs a time of day from "00:00" to "24:00" (next day: to "48:00"), got {shown(value)}')
    return at


def format_clock(seconds: float) -> str:
    """A time of day as "08:30", or "08:30:15" where seconds matter; past midnight "26:00".

    Inverse of `parse_clock` for whole seconds from 0 to 48 h; fractions are rounded to the nearest second.
    """
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02d}:{minutes:02d}" + (f":{left:02d}" if left else "")


def parse_window(value: object) -> Window:
    """(from, to) in seconds of a span such as "08:00-20:00"; "22:00-06:00" ends on the next day (to + 24 h).

    "00:00-00:00" and "08:00-08:00" are whole days. Raises ValueError with a remedy.
    """
    if not isinstance(value, str):
        raise ValueError(f'needs hours such as "08:00-20:00" or "closed", got {shown(value)}')
    parts = [part.strip() for part in re.split(r"\s*[-–]\s*", value.strip())]  # noqa: RUF001 (people paste en dashes)
    if len(parts) != 2:
        raise ValueError(f'needs hours such as "08:00-20:00" or "closed", got {shown(value)}')
    if all(part.isdecimal() for part in parts):
        raise ValueError(f'needs hours with minutes, such as "{parts[0]}:00-{parts[1]}:00", got {shown(value)}')
    start, end = parse_clock(parts[0]), parse_clock(parts[1])
    if start >= DAY:
        raise ValueError(f'needs a first time before "24:00", got {shown(value)}')
    if end <= start:
        end += DAY
    if end - start > DAY:
        raise ValueError(f"needs a span of at most 24 hours, got {shown(value)}")
    return start, end


def format_window(window: Window) -> str:
    """A span as "08:00-20:00"; one that ends on the next day as "22:00-06:00"."""
    start, end = window
    return f"{format_clock(start)}-{format_clock(end - DAY if end > DAY else end)}"


def parse_weekday(value: object) -> int:
    """0 (Monday) to 6 (Sunday) of "mon", "Monday", ...; raises ValueError with a remedy."""
    if isinstance(value, str):
        name = value.strip().lower()
        for names in (WEEKDAYS, _LONG_WEEKDAYS):
            if name in names:
                return names.index(name)
    raise ValueError(f"needs a weekday ({', '.join(WEEKDAYS)}), got {shown(value)}")


def parse_days(value: object) -> tuple[int, ...]:
    """Sorted weekdays of "mon-fri", "sat,sun", "fri-mon" (across the week's end), "all", or a list of these."""
    if isinstance(value, list | tuple):
        return tuple(sorted({day for part in value for day in parse_days(part)}))
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"needs weekdays such as mon-fri, sat,sun or all, got {shown(value)}")
    days: set[int] = set()
    for part in value.lower().split(","):
        if part.strip() == "all":
            days.update(range(7))
            continue
        ends = part.split("-")
        if len(ends) > 2:
            raise ValueError(f"needs weekdays such as mon-fri, sat,sun or all, got {shown(value)}")
        first, last = parse_weekday(ends[0]), parse_weekday(ends[-1])
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return tuple(sorted(days))


def format_days(days: Sequence[int]) -> str:
    """Weekdays in the shortest usual form: "all", "mon-fri", "sat,sun"; runs of three and more become a range."""
    days = sorted(set(days))
    if len(days) == 7:
        return "all"
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names: list[str] = []
    for run in runs:
        short = [WEEKDAYS[day] for day in run]
        names.extend([f"{short[0]}-{short[-1]}"] if len(run) > 2 else short)
    return ",".join(names)


def parse_duration(text: str) -> float | None:
    """Seconds of "4 min", "30s", "1.5 hours"; None if the text is no duration. For error messages, not for input."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or match.group(2) not in _UNIT_SECONDS:
        return None
    return float(match.group(1)) * _UNIT_SECONDS[match.group(2)]


def format_duration(seconds: float) -> str:
    """A duration for people: "45 s", "4:05 min", "2:10 h", "3.5 days"."""
    if seconds < MINUTE:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    if whole < HOUR:
        return f"{whole // 60}:{whole % 60:02d} min"
    if whole < DAY:
        minutes = round(seconds / 60)
        return f"{minutes // 60}:{minutes % 60:02d} h"
    return f"{seconds / DAY:.3g} days"


def shown(value: object) -> str:
    """A value as one short piece of an error line."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= 10**15:
        return f"a number of {int(math.log10(abs(value))) + 1} digits"
    if isinstance(value, int | float):
        return str(int(value)) if abs(value) < 1e9 and value == int(value) else f"{value:.9g}"
    if isinstance(value, Mapping):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    text = str(value).replace("\n", " ")
    return f"'{text}'" if len(text) <= 40 else f"'{text[:37]}...'"


def _whole(value: object) -> object:
    """An int for a float without fraction (1e6, 20.0); anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE: Final = BeforeValidator(_whole)
"""Goes last in the annotation of a strict int, so that 1e6 and 20.0 count as whole numbers."""


def _unit(name: str) -> dict[str, str]:
    return {"unit": name}


_CLOCK_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": r"^\d{1,2}:\d{2}(:\d{2})?$", "examples": ["08:30"]},
        {"type": "integer", "minimum": 60, "maximum": 2880, "description": "minutes since midnight"},
    ]
}
_WEEKDAY_SCHEMA = {"type": "string", "enum": [*WEEKDAYS, *_LONG_WEEKDAYS]}
_DAYS_SCHEMA = {
    "anyOf": [
        {"type": "string", "examples": ["mon-fri", "sat,sun", "all"]},
        {"type": "array", "items": {"type": "string"}},
    ]
}

Seconds = Annotated[float, Field(strict=True, ge=0, le=MAX_SECONDS, json_schema_extra=_unit("seconds"))]
PositiveSeconds = Annotated[
    float, Field(strict=True, gt=0, le=MAX_SECONDS, json_schema_extra=_unit("seconds"))
]
Minutes = Annotated[float, Field(strict=True, ge=0, le=2880, json_schema_extra=_unit("minutes"))]
PositiveMinutes = Annotated[float, Field(strict=True, gt=0, le=2880, json_schema_extra=_unit("minutes"))]
Share = Annotated[float, Field(strict=True, ge=0, le=1, json_schema_extra=_unit("share"))]
Clock = Annotated[float, BeforeValidator(parse_clock), WithJsonSchema(_CLOCK_SCHEMA)]
Weekday = Annotated[int, BeforeValidator(parse_weekday), WithJsonSchema(_WEEKDAY_SCHEMA)]
Days = Annotated[tuple[int, ...], BeforeValidator(parse_days), WithJsonSchema(_DAYS_SCHEMA)]
