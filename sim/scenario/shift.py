"""A shift: from when to when, on which days, with its breaks, lunch, training and meetings."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from sim.scenario.part import Part
from sim.units import DAY, MINUTE, Clock, Days, Minutes, PositiveMinutes

PauseKind = Literal["breaks", "lunch", "training", "meetings"]


class Pause(Part):
    """Time off the phones in a shift; staggered, the agents take it one after another."""

    start: Clock = Field(description='When the first agent takes it, such as "10:00".')
    minutes: PositiveMinutes = Field(description="How long it lasts, in minutes.")
    stagger_min: Minutes = Field(
        default=0.0,
        description="The agents' starts are spread evenly over this many minutes; 0 = all at once.",
    )


class Span(NamedTuple):
    """A pause in a shift in seconds since midnight of the day on which the shift begins."""

    kind: PauseKind
    number: int
    start_s: float
    length_s: float
    stagger_s: float

    @property
    def last_end_s(self) -> float:
        """End of the last agent's pause if all of the stagger is used."""
        return self.start_s + self.stagger_s + self.length_s


class Shift(Part):
    """Hours of duty. "22:00" to "06:00" ends the next day."""

    start: Clock = Field(description='Beginning, such as "08:00".')
    end: Clock = Field(description='End, such as "16:00"; at or before start it is the next day\'s.')
    days: Days = Field(
        default=tuple(range(7)),
        description="Weekdays on which it begins: mon-fri, sat,sun, all (default).",
        json_schema_extra={"default": "all"},
    )
    breaks: tuple[Pause, ...] = Field(default=(), description="Paid breaks.")
    lunch: Pause | None = Field(default=None, description="Lunch.")
    training: tuple[Pause, ...] = Field(default=(), description="Training off the phones.")
    meetings: tuple[Pause, ...] = Field(default=(), description="Meetings off the phones.")

    @property
    def start_s(self) -> float:
        """Beginning, in seconds since midnight of its day."""
        return self.start

    @property
    def end_s(self) -> float:
        """End, in seconds since midnight of the day on which it begins (past 24 h if it ends the next day)."""
        return self.end if self.end > self.start else self.end + DAY

    def pauses(self) -> tuple[Span, ...]:
        """All pauses, by kind in the order breaks, lunch, training, meetings; after midnight + 24 h."""
        kinds: tuple[tuple[PauseKind, tuple[Pause, ...]], ...] = (
            ("breaks", self.breaks),
            ("lunch", () if self.lunch is None else (self.lunch,)),
            ("training", self.training),
            ("meetings", self.meetings),
        )
        return tuple(
            Span(
                kind,
                number,
                pause.start + (DAY if pause.start < self.start and self.end_s > DAY else 0.0),
                pause.minutes * MINUTE,
                pause.stagger_min * MINUTE,
            )
            for kind, listed in kinds
            for number, pause in enumerate(listed)
        )
