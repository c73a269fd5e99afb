"""A team: its heads, skills, shifts or staffing, traits, absence and shrinkage."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from sim.scenario.arrivals import IntervalMinutes
from sim.scenario.name import Name
from sim.scenario.part import Part
from sim.scenario.roster import Roster
from sim.scenario.traits import AgentTraits
from sim.scenario.week import Entries, read_entries, read_week, week_schema
from sim.units import DAY, MINUTE, WHOLE, Clock, PositiveMinutes, Share

MAX_AGENTS = 100_000
"""Most heads of a team: ten times the largest single sites."""

Heads = Annotated[int, Field(strict=True, ge=0, le=MAX_AGENTS, json_schema_extra={"unit": "agents"}), WHOLE]
_read_heads = read_entries(True, MAX_AGENTS, "agents")
_HEADS: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MAX_AGENTS}
HeadsWeek = Annotated[
    tuple[Entries, ...],
    PlainValidator(lambda raw: read_week(raw, _read_heads, None, "agents")),
    WithJsonSchema(
        week_schema(
            {"anyOf": [_HEADS, {"type": "array", "items": _HEADS, "minItems": 1}]},
            "{mon-fri: [4, 6, 8, 8], sat: [2, 2]}",
        )
    ),
]


def round_half_up(value: float) -> int:
    """The nearest whole number, halves up (Python's round takes halves to even, which surprises planners)."""
    return math.floor(value + 0.5)


def apportion(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """`total` heads split in proportion to the weights by largest remainders; ties go to who is named first."""
    mass = sum(weights.values())
    if mass <= 0:
        return dict.fromkeys(weights, 0)
    exact = {name: total * weight / mass for name, weight in weights.items()}
    heads = {name: math.floor(share + 1e-9) for name, share in exact.items()}
    by_remainder = sorted(weights, key=lambda name: heads[name] - exact[name])
    for name in by_remainder[: total - sum(heads.values())]:
        heads[name] += 1
    return heads


class Skill(Part):
    """What a team can do for one queue. A plain number is the level alone."""

    level: Annotated[int, Field(strict=True, ge=1, le=1000), WHOLE] = Field(
        default=1, description="Priority level: 1 = first choice, 2 = only when no level 1 contact waits, ..."
    )
    handle_factor: Annotated[float, Field(strict=True, gt=0, le=100)] = Field(
        default=1.0, description="Multiplies handle times of this queue (no unit): 1.1 = 10 % slower."
    )
    reserve: Annotated[int, Field(strict=True, ge=0, le=MAX_AGENTS), WHOLE] = Field(
        default=0, description="Takes this queue only while more than this many agents of the team are free."
    )
    assist: Annotated[float, Field(strict=True, ge=0, le=2)] = Field(
        default=0.0, description="Strength of AI suggestions (no unit): 0 = none, 1 = as studied (people only)."
    )
    canned: Share = Field(default=0.0, description="Share of the talk that canned answers cover (people only).")


def _skill_of(raw: object) -> object:
    return {"level": raw} if isinstance(raw, int | float | str) or raw is None else raw


def _skill_schema(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "integer", "minimum": 1, "description": "level"}, schema]}


class Staffing(Part):
    """Agents on duty by interval, instead of shifts: agent i is on duty while i < entry."""

    start: Clock = Field(
        default=0.0,
        description='Time of day of the first entry, such as "08:00".',
        json_schema_extra={"default": "00:00"},
    )
    interval_min: IntervalMinutes = Field(default=60, description="Length of an entry, in minutes; divides a day.")
    agents: HeadsWeek = Field(
        description="Agents on duty: a list with one entry per interval, one number (all day), or either by "
        "weekday, such as {mon-fri: [4, 6, 8, 8], sat: [2, 2]}. With the team's `agents` also given, the "
        "entries are scaled so that the largest equals it."
    )

    @property
    def peak(self) -> int:
        """Largest entry of the week."""
        return int(max((max(day) if isinstance(day, tuple) else day or 0.0 for day in self.agents), default=0))

    def on_duty(self, weekday: int, factor: float = 1.0) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """(edges_s, heads): n + 1 times since that weekday's midnight and the n heads in between.

        `factor` multiplies each entry, rounded halves up. A day without an entry is one piece with nobody.
        """
        entries = self.agents[weekday]
        if entries is None:
            return np.array([0.0, DAY]), np.zeros(1, dtype=np.int64)
        listed = entries if isinstance(entries, tuple) else (entries,)
        step = self.interval_min * MINUTE if isinstance(entries, tuple) else DAY
        first = self.start if isinstance(entries, tuple) else 0.0
        heads = np.array([round_half_up(entry * factor) for entry in listed], dtype=np.int64)
        return np.array([first + step * i for i in range(len(listed) + 1)], dtype=np.float64), heads


class Shrinkage(Part):
    """Paid time that agents spend off the phones beside breaks, as shares of the shift."""

    planned: Share = Field(default=0.0, description="Share of the shift in one block of planned off-phone work.")
    unplanned: Share = Field(default=0.0, description="Share of the shift in short unplanned absences.")
    episode_min: PositiveMinutes = Field(default=10.0, description="Mean length of an unplanned absence, in minutes.")


class Team(Part):
    """Agents with the same skills and the same kind of schedule."""

    agents: Heads | None = Field(
        default=None,
        description="Heads. With shifts, they are split by the shifts' numbers as shares; with staffing, its "
        "entries are scaled to this peak. Default: the numbers under shifts or staffing are heads.",
    )
    skills: dict[
        Name,
        Annotated[Skill, BeforeValidator(_skill_of), WithJsonSchema(_skill_schema(Skill.model_json_schema()))],
    ] = Field(description="Queues served: a level (1 = first choice) or {level: 2, handle_factor: 1.1, reserve: 2}.")
    shifts: dict[Name, Annotated[float, Field(strict=True, ge=0, le=MAX_AGENTS)]] | None = Field(
        default=None,
        description="Heads by shift name (with `agents` given: shares). A team has shifts or staffing.",
    )
    staffing: Staffing | None = Field(default=None, description="Agents on duty by interval, instead of shifts.")
    traits: AgentTraits = Field(default=AgentTraits(), description="What the agents give.")
    roster: Roster = Field(
        default=(),
        description="Agents known one by one, in turn: a list of {name, empathy, speed, knowledge, patience, "
        "persistence, passion, handle_factor}, or a CSV file with such columns. What is missing is drawn from traits.",
    )
    handle_factors: tuple[Annotated[float, Field(strict=True, gt=0, le=100)], ...] = Field(
        default=(1.0,),
        min_length=1,
        max_length=MAX_AGENTS,
        description="Multiplies the handle times of each agent in turn (no unit); repeats if shorter.",
    )
    absence: Share = Field(default=0.0, description="Probability that an agent misses a whole shift, unplanned.")
    shrinkage: Shrinkage = Field(default=Shrinkage(), description="Paid time off the phones beside breaks.")

    def heads(self, scale: float = 1.0) -> int:
        """Number of agents: as given, or the sum over shifts, or the peak of the staffing; times `scale`."""
        if self.agents is not None:
            base = float(self.agents)
        elif self.shifts is not None:
            base = sum(self.shifts.values())
        else:
            base = float(self.staffing.peak) if self.staffing is not None else 0.0
        return round_half_up(base * scale)

    def heads_by_shift(self, scale: float = 1.0) -> dict[str, int]:
        """Agents of each shift, in the order written; {} for a team with staffing."""
        return apportion(self.heads(scale), self.shifts or {})

    def staffing_factor(self, scale: float = 1.0) -> float:
        """What the staffing entries are multiplied by: `scale`, and the peak set to `agents` if given."""
        if self.staffing is None or self.agents is None or self.staffing.peak == 0:
            return scale
        return scale * self.agents / self.staffing.peak

    def on_duty(self, weekday: int, scale: float = 1.0) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """(edges_s, heads) of the staffing on a weekday, as `Staffing.on_duty`; TypeError for a team with shifts."""
        if self.staffing is None:
            raise TypeError("this team works in shifts: ask heads_by_shift")
        return self.staffing.on_duty(weekday, self.staffing_factor(scale))
