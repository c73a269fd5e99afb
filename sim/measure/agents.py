"""Agents: seconds in each state by team and interval, and by agent."""

from __future__ import annotations

import numpy as np

from sim.measure.bins import Floats, Ints, add_up, bin_of, spread
from sim.measure.contacts import Contacts
from sim.measure.layout import Layout
from sim.measure.people import AGENT_PEOPLE
from sim.measure.schedule import SCHEDULE
from sim.record import AgentState, Rows

STATES = ("idle", "talk", "hold", "wrap", "break", "lunch", "training", "meeting", "away")
"""The states in which an agent is paid, in the order of `AgentState`."""
WORK = ("handled", "talk", "hold", "wrap")
TEAM_COLUMNS = (*(f"{state}_time" for state in STATES), *WORK, *SCHEDULE)
"""What is added up for every team and interval: agent-seconds by state; of the contacts answered in the interval
the number handled and their talk, hold and wrap seconds; and agent-seconds beside the schedule."""
AGENT_COLUMNS = (*TEAM_COLUMNS, *AGENT_PEOPLE)
"""The same over the run, by agent, and what came of the contacts handled (0 where behavior does not count)."""
TRAITS = ("handle_factor", "empathy", "speed")
KINDS = len(AgentState)


def state_seconds(states: Rows, layout: Layout) -> Floats:
    """Seconds by team, interval and state, shape (teams, bins, states); the team is the one worked for at the time."""
    teams = len(layout.teams)
    cell = states["team"].astype(np.int64) * KINDS + states["state"]
    start, end = np.ascontiguousarray(states["start"]), np.ascontiguousarray(states["end"])
    seconds = spread(cell, start, end, layout.interval_s, teams * KINDS, layout.bins)
    return seconds.reshape(teams, KINDS, layout.bins)[:, 1:].transpose(0, 2, 1)


def agent_seconds(states: Rows, agents: int) -> Floats:
    """Seconds by agent and state, shape (agents, states)."""
    key = states["agent"].astype(np.int64) * KINDS + states["state"]
    return add_up(key, agents * KINDS, states["end"] - states["start"]).reshape(agents, KINDS)[:, 1:]


def team_work(contacts: Contacts) -> Floats:
    """The sums of `WORK` by team and interval of the answer, shape (teams, bins, 4)."""
    layout = contacts.layout
    when = bin_of(contacts.rows["answered"][contacts.handled], layout.interval_s, layout.bins)
    cell = contacts.rows["team"][contacts.handled].astype(np.int64) * layout.bins + when
    work = _work(contacts, cell, len(layout.teams) * layout.bins)
    return work.reshape(len(layout.teams), layout.bins, len(WORK))


def agent_work(contacts: Contacts, agents: int) -> Floats:
    """The sums of `WORK` by agent, shape (agents, 4)."""
    return _work(contacts, contacts.rows["agent"][contacts.handled].astype(np.int64), agents)


def _work(contacts: Contacts, cell: Ints, size: int) -> Floats:
    columns = [add_up(cell, size), *(add_up(cell, size, contacts.work[name]) for name in WORK[1:])]
    return np.stack(columns, axis=1)
