"""The scenario: everything that is given before the first contact arrives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.arrivals import IntervalMinutes
from sim.scenario.behavior import Behavior
from sim.scenario.costs import Costs
from sim.scenario.goals import Goals
from sim.scenario.name import Name
from sim.scenario.part import CONTRADICTION, FilePath, Part, raise_faults
from sim.scenario.precision import Precision
from sim.scenario.queue import Queue, Trunks
from sim.scenario.sampling import Sampling
from sim.scenario.shift import Shift
from sim.scenario.team import Team
from sim.units import DAY, MINUTE, WHOLE, Share, Weekday, Window

Scale = Annotated[float, Field(strict=True, ge=0, le=1000)]


class Routing(Part):
    """Who gets whom."""

    pick_agent: Literal["longest_idle", "most_idle", "fewest_skills", "fastest", "random", "empathy_match"] = Field(
        default="longest_idle",
        description="Which free agent a contact gets as it arrives; empathy_match: the one whose empathy is nearest to "
        "the caller's need. An agent who becomes free takes by pick_contact, so this fades as load grows.",
    )
    pick_contact: Literal["priority", "longest_wait", "age_times_priority", "longest_queue"] = Field(
        default="priority",
        description="Which waiting contact a free agent takes: priority (skill level, then longest wait), "
        "longest_wait, age_times_priority (wait x the queue's weight), longest_queue.",
    )


class StaffingScale(Part):
    """What-if on staff."""

    scale: Scale = Field(default=1.0, description="Multiplies all heads (no unit); 1.1 = 10 % more, rounded by team.")


class DemandScale(Part):
    """What-if on demand."""

    scale: Scale = Field(default=1.0, description="Multiplies all arrival rates (no unit); 1.1 = 10 % more.")


class PythonCode(Part):
    """The user's own code; runs only under the SimPy clock, and only with allow_python: true."""

    file: FilePath = Field(
        description="Python file; a relative path is looked up beside the scenario file, then in the current folder."
    )
    pick_agent: str | None = Field(default=None, description="Function that chooses the agent for a contact.")
    pick_contact: str | None = Field(default=None, description="Function that chooses the contact for an agent.")
    beside: tuple[str, ...] = Field(default=(), description="Functions that run as SimPy processes beside the center.")


def _named(what: str, example: str) -> BeforeValidator:
    def read(raw: object) -> object:
        if raw is None or (isinstance(raw, list | tuple) and not raw):
            return {}
        if not isinstance(raw, Mapping):
            raise ValueError(f"needs {what} by name, for example {example}")
        return raw

    return BeforeValidator(read)


class Scenario(Part):
    """A contact center, its demand and its calendar, ready to be simulated."""

    name: Annotated[str, Field(strict=True, min_length=1, max_length=200)] = Field(
        default="scenario", description="Short name, used for the run folder; default the file's name."
    )
    description: Annotated[str, Field(strict=True, max_length=10_000)] = Field(
        default="", description="One line for the report."
    )
    days: Annotated[int, Field(strict=True, ge=1, le=3660, json_schema_extra={"unit": "whole days"}), WHOLE] = Field(
        default=1, description="Simulated days in a row, 1 to 3,660 (ten years)."
    )
    first_day: Weekday = Field(default=0, description="Weekday of day 1.", json_schema_extra={"default": "monday"})
    interval_min: IntervalMinutes = Field(default=30, description="Reporting interval, in minutes; divides a day.")
    replications: Annotated[int, Field(strict=True, ge=1, le=1_000_000), WHOLE] = Field(
        default=20, description="Independent repetitions of the whole horizon."
    )
    precision: Precision | None = Field(
        default=None, description="Replicate until a KPI's interval is this narrow; null = `replications` and no more."
    )
    sampling: Sampling = Field(default=Sampling(), description="Variance reduction; default none.")
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63), WHOLE] = Field(
        default=1, description="Seed of all random numbers; the same seed gives the same answer."
    )
    engine: Literal["auto", "simpy", "compiled"] = Field(
        default="auto",
        description="Clock that runs the model; the answers are the same. auto chooses by size.",
    )
    queues: Annotated[
        dict[Name, Queue],
        Field(max_length=10_000),
        _named("queues", "queues: {service: {arrivals: ..., talk: ...}}"),
    ] = Field(description="Queues by name; at least one.", json_schema_extra={"minProperties": 1})
    teams: Annotated[
        dict[Name, Team],
        Field(max_length=10_000),
        _named("teams", "teams: {front: {skills: ..., shifts: ...}}"),
    ] = Field(default_factory=dict, description="Teams by name.")
    shifts: Annotated[
        dict[Name, Shift],
        Field(max_length=10_000),
        _named("shifts", 'shifts: {early: {start: "08:00", end: "16:00"}}'),
    ] = Field(default_factory=dict, description="Shifts by name.")
    trunks: Trunks | None = Field(
        default=None, description="Lines of the whole center (waiting + talking); null = no limit."
    )
    goals: Goals = Field(default=Goals(), description="The center's goals.")
    routing: Routing = Field(default=Routing(), description="Who gets whom.")
    staffing: StaffingScale = Field(default=StaffingScale(), description="What-if on staff.")
    demand: DemandScale = Field(default=DemandScale(), description="What-if on demand.")
    behavior: Behavior = Field(default=Behavior(), description="What people do; default nothing (exact queueing).")
    costs: Costs | None = Field(default=None, description="Prices; without them no money is reported.")
    python: PythonCode | None = Field(default=None, description="The user's own code; needs allow_python: true.")
    allow_python: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="Whether the code named under `python` may run."
    )
    execution: Literal["serial", "processes", "dask", "ray"] = Field(
        default="processes", description="Who simulates: this process, several, or a cluster; the answer is the same."
    )
    workers: Annotated[int, Field(strict=True, ge=1, le=100_000), WHOLE] | None = Field(
        default=None, description="Processes, or workers of a local cluster; null = as many as there are cores."
    )
    cluster: Annotated[str, Field(strict=True, min_length=1, max_length=500)] | None = Field(
        default=None, description="Address of a running Dask or Ray cluster; null = a local one is made for the run."
    )
    resume: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="Whether the same run, when it was stopped, is gone on with; false = from the start."
    )
    output: FilePath | None = Field(
        default=None, description="Folder of the results; null = outputs/<scenario>/<timestamp>."
    )
    tables: Literal["all", "first", "none"] = Field(
        default="first", description="Replications whose contact, agent-state and queue tables are written."
    )
    report: Literal["auto", "full", "tables"] = Field(
        default="auto", description="Pictures and page, or tables alone; auto: full, but tables for a sweep's points."
    )
    confidence: Annotated[Share, Field(gt=0, lt=1)] = Field(
        default=0.95, description="Level of the intervals: 0.95 = 95 %."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        from sim.scenario.checks import errors

        raise_faults("Scenario", errors(self), type_=CONTRADICTION)
        return self

    @property
    def horizon_s(self) -> float:
        """Length of the simulated days, in seconds."""
        return self.days * DAY

    @property
    def interval_s(self) -> float:
        """Reporting interval, in seconds."""
        return self.interval_min * MINUTE

    def weekday(self, day: int) -> int:
        """Weekday (0 = Monday) of simulated day 0, 1, ..."""
        return (self.first_day + day) % 7

    def weekdays(self) -> tuple[int, ...]:
        """The weekdays that are simulated, sorted."""
        return tuple(sorted({self.weekday(day) for day in range(min(self.days, 7))}))

    def goals_for(self, queue: str) -> Goals:
        """A queue's goals: its own where given, else the center's."""
        return self.queues[queue].goals.over(self.goals)

    def open_windows(self, queue: str) -> list[Window]:
        """Opening windows of a queue over all simulated days, in seconds since midnight of day 1, in order.

        Windows that touch are joined (a queue open "00:00-24:00" has one window for the whole horizon).
        """
        joined: list[Window] = []
        for day in range(self.days):
            for start, end in self.queues[queue].open_windows(self.weekday(day)):
                low, high = start + day * DAY, end + day * DAY
                if joined and low <= joined[-1][1]:
                    joined[-1] = (joined[-1][0], max(joined[-1][1], high))
                else:
                    joined.append((low, high))
        return joined

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """JSON Schema of a scenario file, with descriptions and the shorthands that are accepted."""
        schema = cls.model_json_schema(mode="validation")
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = "Tightrope scenario"
        _drop_infinite_defaults(schema)
        return schema


def _drop_infinite_defaults(schema: object) -> None:
    """JSON has no infinity: a default of .inf is told by the description alone."""
    if isinstance(schema, dict):
        if schema.get("default") == math.inf:
            del schema["default"]
        for part in schema.values():
            _drop_infinite_defaults(part)
    elif isinstance(schema, list):
        for part in schema:
            _drop_infinite_defaults(part)


def estimated_contacts(scenario: Scenario, recorded: Mapping[str, int] | None = None) -> float:
    """Mean number of first tries in one replication, redials not counted.

    `recorded` gives the number of contacts of queues with recorded arrivals (else they count 0), which are
    replayed as they are; rates and counts are multiplied by demand.scale.
    """
    days = [0] * 7
    for weekday in range(7):
        days[weekday] = len(range((weekday - scenario.first_day) % 7, scenario.days, 7))
    total = 0.0
    for name, queue in scenario.queues.items():
        total += (recorded or {}).get(name, 0)
        daily = [queue.expected_contacts(weekday) if days[weekday] else 0.0 for weekday in range(7)]
        first = scenario.first_day
        today = sum(count * mean for count, mean in zip(days, daily, strict=True))
        total += scenario.demand.scale * (today - daily[first] + queue.expected_contacts(first, first_day=True))
    return total
