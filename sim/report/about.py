"""What the report says about the run itself, apart from its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

DEFINITIONS = {
    "of_offered": "of offered",
    "of_answered": "of answered",
    "excluding_short_abandons": "excluding short abandons",
    "abandons_counted_as_met": "abandons within the threshold counted as met",
}
"""The variants of the service level, as they are printed beside it."""


@dataclass(frozen=True, slots=True)
class Goals:
    """What a queue, or the whole center, is asked to reach; None = no such goal."""

    service_level: float | None = None
    """share, 0 to 1"""
    within_s: float | None = None
    """threshold of the service level; None for a center whose queues differ"""
    definition: str = "of_offered"
    """variant of the service level, a key of `DEFINITIONS`"""
    abandonment: float | None = None
    """share of offered that may abandon"""
    occupancy: float | None = None
    """share of staffed time spent handling contacts"""
    aht_s: float | None = None
    csat: float | None = None
    """share of 4 and 5"""
    fcr: float | None = None
    """share resolved at the first contact"""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Where the results come from: enough to repeat the run and to judge it."""

    scenario: str
    command: str
    """what to type to get the same figures again"""
    seed: int
    replications: int
    """that the results rest on"""
    engine: str
    """the clock that ran: simpy or compiled"""
    description: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    """package -> version"""
    warnings: tuple[str, ...] = ()
    precision: str = ""
    """how near the run came to the precision asked for, and why it stopped; "" where none was"""
    sampling: str = ""
    """how the variance was reduced; "" where it was not"""
    wall_s: float | None = None
    """seconds the simulation took"""
    finished: datetime | None = None
    goals: Goals = Goals()
    """of the center"""
    queue_goals: Mapping[str, Goals] = field(default_factory=dict)
    """by queue name; a queue that is not named has the center's"""
    behavior: Mapping[str, object] = field(default_factory=dict)
    """the scenario's: people -> whether they are on, and part -> name -> coefficient"""

    def goals_of(self, scope: str, name: str) -> Goals:
        """Goals of the center, a team (those of the center) or a queue."""
        return self.queue_goals.get(name, self.goals) if scope == "queue" else self.goals
