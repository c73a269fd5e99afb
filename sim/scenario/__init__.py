"""The scenario as frozen, checked models: queues, teams, shifts, goals, and what is wrong with them in plain words."""

from sim.scenario.arrivals import Arrivals, Counts, Rates, Recorded, SlotFactor
from sim.scenario.behavior import Behavior
from sim.scenario.cautions import warnings
from sim.scenario.costs import Costs
from sim.scenario.faults import ScenarioError, build, dotted, faults
from sim.scenario.goals import Goals, QueueGoals, QueueScorecard, Scorecard
from sim.scenario.part import Fault
from sim.scenario.people import Asks, Repeat, Survey, Transfer
from sim.scenario.queue import Overflow, Queue, Redial
from sim.scenario.roster import Individual
from sim.scenario.scenario import (
    PythonCode,
    Routing,
    Scenario,
    estimated_contacts,
)
from sim.scenario.shift import Pause, Shift, Span
from sim.scenario.team import Shrinkage, Skill, Staffing, Team
from sim.scenario.traits import AgentTraits, Trait, Traits

__all__ = [
    "AgentTraits",
    "Arrivals",
    "Asks",
    "Behavior",
    "Costs",
    "Counts",
    "Fault",
    "Goals",
    "Individual",
    "Overflow",
    "Pause",
    "PythonCode",
    "Queue",
    "QueueGoals",
    "QueueScorecard",
    "Rates",
    "Recorded",
    "Redial",
    "Repeat",
    "Routing",
    "Scenario",
    "ScenarioError",
    "Scorecard",
    "Shift",
    "Shrinkage",
    "Skill",
    "SlotFactor",
    "Span",
    "Staffing",
    "Survey",
    "Team",
    "Trait",
    "Traits",
    "Transfer",
    "build",
    "dotted",
    "estimated_contacts",
    "faults",
    "warnings",
]
