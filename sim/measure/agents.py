"""Agents: seconds in each state by team and interval, and by agent."""

from __future__ import annotations

import numpy as np

from sim.measure.bins import Floats, add_up, bin_of, spread_near
from sim.measure.contacts import WORK
from sim.measure.layout import Layout
from sim.measure.people import AGENT_PEOPLE
from sim.measure.schedule import SCHEDULE
from sim.measure.states import States
from sim.record import AgentState

STATES = ("idle", "talk", "hold", "wrap", "break", "lunch", "training", "meeting", "away")
"""The states in which an agent is paid, in the order of `AgentState`."""
TEAM_COLUMNS = (*(f"{state}_time" for state in STATES), *WORK, *SCHEDULE)
"""What is added up for every team and interval: agent-seconds by state; of the contacts answered in the interval
the number handled and their talk, hold and wrap seconds; and agent-seconds beside the schedule."""
AGENT_COLUMNS = (*TEAM_COLUMNS, *AGENT_PEOPLE)
"""The same over the run, by agent, and what came of the contacts handled (0 where behavior does not count)."""
TRAITS = ("handle_factor", "empathy", "speed")
KINDS = len(AgentState)


def state_seconds(states: States, layout: Layout) -> tuple[slice, Floats]:
    """Which bins are touched, and seconds by team, interval and state in those, shape (teams, those bins, states).

    The team is the one worked for at the time.
    """
    teams = len(layout.teams)
    first, last = (bin_of(at, layout.interval_s, layout.bins) for at in (states.start, states.end))
    cell = states.rows["team"].astype(np.int64)
    cell *= KINDS
    cell += states.state
    near, seconds = spread_near(cell, states.start, first, states.end, last, layout.interval_s, teams * KINDS)
    return near, seconds.reshape(teams, KINDS, -1)[:, 1:].transpose(0, 2, 1)


def agent_seconds(states: States, agents: int) -> Floats:
    """Seconds by agent and state, shape (agents, states)."""
    key = states.agent * KINDS
    key += states.state
    return add_up(key, agents * KINDS, states.end - states.start).reshape(agents, KINDS)[:, 1:]
