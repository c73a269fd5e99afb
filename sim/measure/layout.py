"""Layout: the names, the calendar and the goals that figures need besides the facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Self

import numpy as np

from sim.measure.bins import Floats, spread
from sim.measure.faces import Faces
from sim.measure.sampled import Sampled
from sim.measure.service_level import Definition
from sim.units import DAY

if TYPE_CHECKING:
    from sim import scenario as given

DAY_S = int(DAY)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Goals:
    """What is aimed at, for one queue or for the center as a whole."""

    service_level: float = 0.8
    within_s: float = 20.0
    definition: Definition = Definition.OF_OFFERED
    short_abandon_s: float = 5.0
    abandonment: float = 0.05

    @classmethod
    def of(cls, goals: given.Goals) -> Self:
        """The goals that a scenario gives."""
        definition = Definition(goals.definition)
        return cls(goals.service_level, goals.within_s, definition, goals.short_abandon_s, goals.abandonment)


@dataclass(frozen=True, slots=True)
class QueueLayout:
    """A queue's name, goals and opening hours."""

    name: str
    goals: Goals = Goals()
    windows: tuple[tuple[float, float], ...] = ((0.0, DAY),)
    """opening and closing times in seconds since midnight of day 1, over all days, in order"""
    disconnects: bool = False
    """whether those who wait at closing time are cut off"""


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost, in one currency."""

    currency: str
    agent_hour: float
    """a paid hour of an agent"""
    contact: float
    """the line for a contact that got one"""
    customer_value_year: float
    """a customer who leaves"""


LEVERS = frozenset(("goodwill", "transfer", "survey", "assist", "canned", "script"))
"""What leaders may use or leave; canned answers are a script, too."""


@dataclass(frozen=True, slots=True)
class People:
    """What figures need besides the facts where behavior counts."""

    lost_unanswered: float = 0.0
    """probability that a customer leaves whose case ended without an answer"""
    prices: Prices | None = None
    whole_weeks: bool = False
    """whether the run is of whole weeks, so that it says what a week brings"""
    levers: frozenset[str] = LEVERS
    """which of `LEVERS` are used anywhere"""

    @classmethod
    def of(cls, scenario: given.Scenario) -> Self | None:
        """Those of a scenario; None where behavior does not count."""
        if not scenario.behavior.people:
            return None
        loyalty, costs = scenario.behavior.loyalty, scenario.costs
        prices = None
        if costs is not None:
            prices = Prices(costs.currency, costs.agent_hour, costs.contact, costs.customer_value_year)
        return cls(loyalty.follows * loyalty.unresolved, prices, scenario.days % 7 == 0, frozenset(_levers(scenario)))


def _levers(scenario: given.Scenario) -> Iterator[str]:
    queues = scenario.queues.values()
    skills = [skill for team in scenario.teams.values() for skill in team.skills.values()]
    yield from ("goodwill",) * any(queue.goodwill > 0.0 for queue in queues)
    yield from ("transfer",) * any(queue.transfer.probability > 0.0 for queue in queues)
    yield from ("survey",) * any(queue.survey.offered > 0.0 for queue in queues)
    yield from ("assist",) * any(skill.assist > 0.0 for skill in skills)
    yield from ("canned",) * any(skill.canned > 0.0 for skill in skills)
    yield from ("script",) * any([*(queue.script > 0.0 for queue in queues), *(skill.canned > 0.0 for skill in skills)])


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything about a scenario that figures need besides the facts."""

    queues: tuple[QueueLayout, ...]
    teams: tuple[str, ...]
    days: int = 1
    first_weekday: int = 0
    """0 = Monday"""
    interval_s: int = 1800
    goals: Goals = Goals()
    """those of the center: each queue's own seconds count, against this share"""
    people: People | None = None
    """None: behavior does not count, and no figure speaks of it"""
    faces: Faces | None = field(default=None, compare=False, repr=False)
    """None: nobody knows the agents"""
    sampled: Sampled = field(default_factory=Sampled)

    def __post_init__(self) -> None:
        if not self.queues or self.days < 1 or self.interval_s < 1 or DAY_S % self.interval_s:
            raise ValueError("needs a queue, at least one day, and an interval that divides a day")

    @classmethod
    def of(cls, scenario: given.Scenario) -> Self:
        """The layout of a scenario, its queues and teams in the order given (the order of their numbers in facts)."""
        queues = tuple(
            QueueLayout(
                name,
                Goals.of(scenario.goals_for(name)),
                tuple(scenario.open_windows(name)),
                queue.at_close == "disconnect",
            )
            for name, queue in scenario.queues.items()
        )
        return cls(
            queues,
            tuple(scenario.teams),
            scenario.days,
            scenario.first_day,
            int(scenario.interval_s),
            Goals.of(scenario.goals),
            People.of(scenario),
            Faces.of(scenario),
            Sampled.of(scenario),
        )

    @property
    def per_day(self) -> int:
        """Intervals in a day."""
        return DAY_S // self.interval_s

    @property
    def bins(self) -> int:
        """Intervals from the first midnight to the last, or to the last closing time if later, and one for the rest."""
        closes = max((close for queue in self.queues for _, close in queue.windows), default=0.0)
        return max(self.days * self.per_day, ceil(closes / self.interval_s)) + 1

    @property
    def queue_scopes(self) -> list[tuple[str, str]]:
        """(scope, name) of the rows of contact counts: the center, then its queues."""
        return [("center", "center"), *(("queue", queue.name) for queue in self.queues)]

    @property
    def team_scopes(self) -> list[tuple[str, str]]:
        """(scope, name) of the rows of agent time: the center, then its teams."""
        return [("center", "center"), *(("team", name) for name in self.teams)]

    def all_goals(self) -> list[Goals]:
        """The goals of the center, then of its queues: one for each of `queue_scopes`."""
        return [self.goals, *(queue.goals for queue in self.queues)]

    def day_starts(self) -> list[int]:
        """The first bin of each day; the last day takes all that comes after it."""
        return [day * self.per_day for day in range(self.days)]

    def bin_seconds(self) -> Floats:
        """Length of each bin, shape (bins,); 0 for the last, which has no end."""
        seconds = np.full(self.bins, float(self.interval_s))
        seconds[-1] = 0.0
        return seconds

    def open_seconds(self) -> Floats:
        """Seconds of opening hours, shape (1 + queues, bins): of the center (any queue open), then of each queue."""
        together = [window for queue in self.queues for window in queue.windows]
        return np.concatenate([self._open(together), *(self._open(list(queue.windows)) for queue in self.queues)])

    def _open(self, windows: list[tuple[float, float]]) -> Floats:
        edges: list[list[float]] = []
        for start, end in sorted(windows):
            if edges and start <= edges[-1][1]:
                edges[-1][1] = max(edges[-1][1], end)
            else:
                edges.append([start, end])
        at = np.array(edges, dtype=np.float64).reshape(-1, 2)
        return spread(np.zeros(len(at), np.int64), at[:, 0], at[:, 1], self.interval_s, 1, self.bins)
