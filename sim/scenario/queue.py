"""A queue: when it is open, who arrives, how long contacts take, how callers wait and come back."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from sim.distributions import Constant, Distribution, Lognormal, Never
from sim.distributions.kind import rising, same_length
from sim.scenario.arrivals import Arrivals, Recorded
from sim.scenario.goals import QueueGoals
from sim.scenario.name import Name
from sim.scenario.part import Part
from sim.scenario.people import Asks, Repeat, Survey, Transfer
from sim.scenario.traits import Traits
from sim.scenario.week import Windows, read_open, week_schema
from sim.units import DAY, WHOLE, Seconds, Share

_WINDOWS_SCHEMA = {
    "anyOf": [
        {
            "type": "string",
            "pattern": r"^\s*(closed|\d{1,2}:\d{2}.*-.*\d{1,2}:\d{2}.*)\s*$",
            "examples": ["08:00-20:00"],
        },
        {"type": "array", "items": {"type": "string"}, "description": "several windows of one day"},
        {"type": "null"},
        {"const": False},
    ]
}
Open = Annotated[
    tuple[Windows, ...],
    PlainValidator(read_open),
    WithJsonSchema(week_schema(_WINDOWS_SCHEMA, '{mon-fri: "08:00-20:00", sat: "09:00-14:00", sun: closed}')),
]
WHOLE_DAY: Windows = ((0.0, DAY),)

Trunks = Annotated[int, Field(strict=True, ge=0, le=1_000_000, json_schema_extra={"unit": "lines"}), WHOLE]


class Redial(Part):
    """Coming back after a try that failed."""

    after_abandon: Share = Field(default=0.0, description="Probability of calling again after abandoning.")
    after_block: Share = Field(default=0.0, description="Probability of calling again after a busy signal.")
    after_balk: Share = Field(default=0.0, description="Probability of calling again after balking.")
    delay: Distribution = Field(
        default=Lognormal(kind="lognormal", mean_s=None, cv=None, median_s=1200.0, sigma=1.2),
        description="Time to the next try, in seconds; default median 20 minutes.",
    )
    delay_after_block: Distribution | None = Field(
        default=None,
        description="Time to the next try after a busy signal, in seconds; default the same as delay.",
    )
    queue: Name | None = Field(default=None, description="Queue called the next time; default the same.")
    max_attempts: Annotated[int, Field(strict=True, ge=1, le=1000), WHOLE] | None = Field(
        default=20, description="Most tries of one caller, the first included; null = no limit."
    )

    @property
    def happens(self) -> bool:
        """Whether anybody tries again."""
        return self.after_abandon > 0 or self.after_block > 0 or self.after_balk > 0


class ToldPlace(Part):
    """What callers hear of their place when they join the queue, and what it does to their patience."""

    ahead: tuple[Annotated[int, Field(strict=True, ge=1, le=1_000_000), WHOLE], ...] = Field(
        min_length=1, max_length=20, description="Callers ahead in this queue, rising: from so many on ..."
    )
    hazard: tuple[Annotated[float, Field(strict=True, ge=0.001, le=1000)], ...] = Field(
        min_length=1,
        max_length=20,
        description="... a caller is so many times as likely to hang up at any moment (hazard ratio, no unit); with "
        "fewer ahead than the first, patience is as written.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        same_length("ahead", self.ahead, "hazard", self.hazard)
        rising("ahead", self.ahead)
        return self


class Overflow(Part):
    """Further teams that may serve a contact once it has waited long enough."""

    after_s: Seconds = Field(description="Wait after which the teams may serve, in seconds.")
    teams: tuple[Name, ...] = Field(min_length=1, description="Teams that join in; they need the skill.")


class Queue(Part):
    """One contact type with its own line of waiting callers."""

    open: Open = Field(
        default=(WHOLE_DAY,) * 7,
        description='Opening hours: "08:00-20:00", a list of windows, "closed", or these by weekday '
        '(a day that is not named is closed). "22:00-06:00" ends the next day. Default "00:00-24:00".',
        json_schema_extra={"default": "00:00-24:00"},
    )
    at_close: Literal["serve", "disconnect"] = Field(
        default="serve",
        description="Those still waiting at closing time: serve (they may still be answered, also the next "
        "day) or disconnect (they may call again, as if they had abandoned).",
    )
    arrivals: Arrivals = Field(description="How first contacts arrive; redials and repeat calls come on top.")
    talk: Distribution = Field(description="Talk time with typical people in a typical moment, in seconds.")
    hold: Distribution = Field(
        default=Constant(kind="constant", value_s=0.0),
        description="Hold time in a contact, in seconds; default none.",
    )
    wrap: Distribution = Field(
        default=Constant(kind="constant", value_s=0.0),
        description="Wrap-up (after-call work), in seconds; default none.",
    )
    patience: Distribution = Field(
        default=Never(kind="never"),
        description="Wait after which a caller abandons, in seconds; default never.",
    )
    told_place: ToldPlace | None = Field(
        default=None,
        description="Callers are told how many stand ahead when they join, which changes their patience; default no.",
    )
    balk: Share = Field(default=0.0, description="Probability of leaving at once when nobody is free.")
    redial: Redial = Field(
        default=Redial(), description="Coming back after abandoning, blocking or balking; default never."
    )
    needs: Traits = Field(default=Traits(), description="What callers need.")
    fcr: Annotated[Share, Field(gt=0, lt=1)] = Field(
        default=0.7, description="Share of issues that a usual staff resolves in one contact (people only)."
    )
    complexity: Annotated[float, Field(strict=True, ge=-5, le=5)] = Field(
        default=0.0,
        description="Mean complexity of its issues, in standard deviations above the typical (people only).",
    )
    repeat: Repeat = Field(
        default=Repeat(),
        description="Coming back when the issue was not resolved, on top of the arrivals (people only).",
    )
    transfer: Transfer = Field(
        default=Transfer(), description="Passing on unresolved contacts; default never (people only)."
    )
    script: Share = Field(
        default=0.0, description="How strictly agents keep to a script, 0 = not at all, 1 = wholly (people only)."
    )
    goodwill: Annotated[float, Field(strict=True, ge=0, le=1e6, json_schema_extra={"unit": "price"})] = Field(
        default=0.0,
        description="Most money that an agent may spend on a caller with a high need for empathy (people only).",
    )
    survey: Survey = Field(default=Survey(offered=0.5), description="Asking callers how it was (people only).")
    asks: Asks = Field(
        default=Asks(), description="What leaders ask of agents; default from the scorecard (people only)."
    )
    goals: QueueGoals = Field(default=QueueGoals(), description="This queue's own goals; default the center's.")
    weight: Annotated[float, Field(strict=True, gt=0, le=1e6)] = Field(
        default=1.0, description="Priority weight for pick_contact: age_times_priority (no unit)."
    )
    head_start_s: Seconds = Field(
        default=0.0, description="Waiting time credited on joining, in seconds (longest-wait and age rules)."
    )
    overflow: tuple[Overflow, ...] = Field(
        default=(), description="Teams that serve only after a wait; teams not named here serve from 0 s."
    )
    trunks: Trunks | None = Field(default=None, description="Lines of this queue (waiting + talking); null = no limit.")

    def open_windows(self, weekday: int) -> Windows:
        """(open, close) in seconds since that weekday's midnight of the windows that begin on it.

        A window across midnight closes past 24 h. Weekday 0 is Monday.
        """
        return self.open[weekday]

    def expected_contacts(self, weekday: int, first_day: bool = False) -> float:
        """Mean number of first tries on a weekday, before any demand scale; 0 for recorded arrivals."""
        if isinstance(self.arrivals, Recorded):
            return 0.0
        return self.arrivals.expected(weekday, self.open, yesterday=not first_day)
