"""The scenario as frozen, checked models: queues, teams, shifts, goals, and what is wrong with them in plain words."""

from sim.scenario.arrivals import Arrivals, Counts, Rates, Recorded, SlotFactor
from sim.scenario.cautions import warnings
from sim.scenario.faults import ScenarioError, build, dotted, faults
from sim.scenario.goals import Goals, QueueGoals
from sim.scenario.part import Fault
from sim.scenario.queue import Overflow, Queue, Redial
from sim.scenario.scenario import (
    Behavior,
    PythonCode,
    Routing,
    Scenario,
    estimated_contacts,
)
from sim.scenario.shift import Pause, Shift, Span
from sim.scenario.team import Shrinkage, Skill, Staffing, Team
from sim.scenario.traits import Trait, Traits

__all__ = [
    "Arrivals",
    "Behavior",
    "Counts",
    "Fault",
    "Goals",
    "Overflow",
    "Pause",
    "PythonCode",
    "Queue",
    "QueueGoals",
    "Rates",
    "Recorded",
    "Redial",
    "Routing",
    "Scenario",
    "ScenarioError",
    "Shift",
    "Shrinkage",
    "Skill",
    "SlotFactor",
    "Span",
    "Staffing",
    "Team",
    "Trait",
    "Traits",
    "build",
    "dotted",
    "estimated_contacts",
    "faults",
    "warnings",
]
