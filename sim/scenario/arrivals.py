"""Arrivals of a queue: Poisson rates, fixed counts, or a recorded log."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from sim.scenario.part import FilePath, Part
from sim.scenario.week import Entries, Windows, around, clip, read_entries, read_week, week_schema
from sim.units import DAY, HOUR, MINUTE, WHOLE, Clock, Window

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MAX_PER_HOUR = 1e6
"""Largest rate of one queue, contacts an hour: the largest known centers see about a tenth of it in all."""
MAX_PER_INTERVAL = 1e6
"""Largest count of one interval of one queue."""


def divides_day(minutes: int) -> int:
    """The interval itself if a whole number of them makes a day; else ValueError with the nearest that fit."""
    if 1440 % minutes:
        below = next(m for m in range(minutes, 0, -1) if 1440 % m == 0)
        above = next(m for m in range(minutes, 1441) if 1440 % m == 0)
        raise ValueError(f"needs minutes that divide a day (1440), such as {below} or {above}, got {minutes}")
    return minutes


IntervalMinutes = Annotated[
    int,
    Field(strict=True, ge=1, le=1440, json_schema_extra={"unit": "whole minutes"}),
    AfterValidator(divides_day),
    WHOLE,
]


def _weekly(whole: bool, maximum: float, what: str) -> tuple[PlainValidator, WithJsonSchema]:
    reader = read_entries(whole, maximum, what)

    def read(raw: object) -> tuple[Entries, ...]:
        return read_week(raw, reader, None, what)

    number: dict[str, Any] = {"type": "integer" if whole else "number", "minimum": 0, "maximum": maximum}
    entry = {"anyOf": [number, {"type": "array", "items": number, "minItems": 1}]}
    return PlainValidator(read), WithJsonSchema(week_schema(entry, "{mon-fri: [...], sat: [...]}"))


RatesWeek = Annotated[tuple[Entries, ...], *_weekly(False, MAX_PER_HOUR, "contacts an hour")]
CountsWeek = Annotated[tuple[Entries, ...], *_weekly(True, MAX_PER_INTERVAL, "contacts an interval")]


class SlotFactor(Part):
    """Correlated factors on the list intervals: exp of a stationary AR(1) process, mean 1."""

    sd: Annotated[float, Field(strict=True, ge=0, le=3)] = Field(
        description="Standard deviation of the logarithm of the factor (no unit); 0 switches it off."
    )
    lag1: Annotated[float, Field(strict=True, gt=-1, lt=1)] = Field(
        default=0.8, description="Correlation of neighbouring intervals (no unit), above -1 and below 1."
    )


class _Slotted(Part):
    """What rates and counts share: lists by interval, from a first time on, and random factors."""

    interval_min: IntervalMinutes = Field(default=60, description="Length of a list entry, in minutes; divides a day.")
    start: Clock = Field(
        default=0.0,
        description='Time of day of a list\'s first entry, such as "08:00".',
        json_schema_extra={"default": "00:00"},
    )

    @property
    def interval_s(self) -> float:
        """Length of a list entry, in seconds."""
        return self.interval_min * MINUTE

    @property
    def week(self) -> tuple[Entries, ...]:
        """The entries of each weekday, Monday first."""
        raise TypeError(f"{type(self).__name__} has no entries")

    def slots(self, weekday: int) -> list[Window]:
        """(from, to) of each list entry of that weekday, in seconds since its midnight; [] without a list."""
        entries = self.week[weekday]
        if not isinstance(entries, tuple):
            return []
        step = self.interval_s
        return [(self.start + i * step, self.start + (i + 1) * step) for i in range(len(entries))]


class Rates(_Slotted):
    """Poisson arrivals with a rate constant in each interval, in the open hours."""

    kind: Literal["rates"]
    per_hour: RatesWeek = Field(
        description="First contacts an hour: one number for all open hours, a list with one entry per interval, "
        "or either by weekday, such as {mon-fri: [...], sat: 40}."
    )
    day_factor_shape: Annotated[float, Field(strict=True, gt=0, allow_inf_nan=True)] = Field(
        default=np.inf,
        description="Shape a of the Gamma(a, 1/a) factor (mean 1) on a whole day, shared by all queues with the "
        "same value; .inf = plain Poisson, 30 = a usual center (standard deviation 18 %).",
    )
    slot_factor: SlotFactor | None = Field(
        default=None, description="Correlated factors on the intervals; default none."
    )

    @property
    def week(self) -> tuple[Entries, ...]:
        """Contacts an hour of each weekday, Monday first."""
        return self.per_hour

    def by_weekday(
        self, weekday: int, open_week: tuple[Windows, ...], yesterday: bool = True
    ) -> tuple[FloatArray, FloatArray]:
        """(edges_s, per_second): n + 1 rising times since that weekday's midnight, and the n rates in between.

        A list is cut to the open hours, also those that yesterday's window leaves after midnight (unless
        `yesterday` is False: the first simulated day). A single number holds in the windows that begin that day.
        A day without arrivals is one piece with rate 0.
        """
        entries = self.week[weekday]
        if isinstance(entries, tuple):
            pieces = clip(self.slots(weekday), around(open_week, weekday, yesterday))
            rated = [(low, high, entries[index]) for index, low, high in pieces]
        else:
            rated = [(low, high, entries or 0.0) for low, high in open_week[weekday]]
        if not rated:
            return np.array([0.0, DAY]), np.zeros(1)
        edges, rates = [rated[0][0]], []
        for low, high, per_hour in rated:
            if low > edges[-1]:
                edges.append(low)
                rates.append(0.0)
            edges.append(high)
            rates.append(per_hour / HOUR)
        return np.array(edges), np.array(rates)

    def expected(self, weekday: int, open_week: tuple[Windows, ...], yesterday: bool = True) -> float:
        """Mean number of contacts on that weekday."""
        edges, rates = self.by_weekday(weekday, open_week, yesterday)
        return float(np.diff(edges) @ rates)


class Counts(_Slotted):
    """Exactly as many arrivals in each interval as written, at uniform times within it."""

    kind: Literal["counts"]
    per_interval: CountsWeek = Field(
        description="First contacts in each interval: one number for all intervals of the open hours, a list with one "
        "entry per interval, or either by weekday, such as {mon-fri: [...], sat: 12}."
    )

    @property
    def week(self) -> tuple[Entries, ...]:
        """Contacts per interval of each weekday, Monday first."""
        return self.per_interval

    def by_weekday(
        self, weekday: int, open_week: tuple[Windows, ...], yesterday: bool = True
    ) -> tuple[FloatArray, IntArray]:
        """(slots, counts): an (n, 2) array of from and to since that weekday's midnight, and n counts.

        Only slots in open hours with a count above 0; a single number holds in every interval of the windows
        that begin that day. `yesterday` as in `Rates.by_weekday`.
        """
        entries = self.week[weekday]
        if isinstance(entries, tuple):
            pieces = clip(self.slots(weekday), around(open_week, weekday, yesterday))
            found = [(low, high, entries[index]) for index, low, high in pieces if entries[index] > 0]
        else:
            found = [
                (low, min(low + self.interval_s, end), entries or 0.0)
                for start, end in open_week[weekday]
                for low in np.arange(start, end, self.interval_s)
                if entries
            ]
        slots = np.array([(low, high) for low, high, _ in found], dtype=np.float64).reshape(-1, 2)
        return slots, np.array([round(count) for _, _, count in found], dtype=np.int64)

    def expected(self, weekday: int, open_week: tuple[Windows, ...], yesterday: bool = True) -> float:
        """Number of contacts on that weekday."""
        return float(self.by_weekday(weekday, open_week, yesterday)[1].sum())


class Recorded(Part):
    """Arrivals replayed from a CSV or Parquet file."""

    kind: Literal["recorded"]
    file: FilePath = Field(
        description="CSV or Parquet file; a relative path is looked up beside the scenario file, then in the "
        "current folder."
    )
    column: Annotated[str, Field(strict=True, min_length=1, max_length=200)] = Field(
        default="arrived",
        description="Column with the arrival times: seconds since midnight of day 1, HH:MM:SS, or ISO date-times.",
    )


Arrivals = Annotated[Rates | Counts | Recorded, Field(discriminator="kind")]
"""How contacts arrive; `kind` says which way."""
