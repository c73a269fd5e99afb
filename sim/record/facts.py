"""What is written down: every figure is a function of these tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.record.forms import Large, Rows, Small


@dataclass(slots=True)
class ContactLeft:
    """A contact has left the center."""

    caller: Large
    attempt: Small
    queue: Small
    outcome: Small
    comes_back: Small
    """1 = its caller will try again"""
    agent: Small
    team: Small
    arrived: float
    answered: float
    left: float
    talk: float
    hold: float
    wrap: float
    patience: float
    empathy: float
    speed: float


@dataclass(slots=True)
class AgentWas:
    """An agent has been in one state from start to end."""

    agent: Small
    team: Small
    state: Small
    queue: Small
    """of the contact in hand"""
    start: float
    end: float


@dataclass(slots=True)
class QueueIs:
    """A queue has had this length since then."""

    queue: Small
    length: Small
    at: float


class Facts(NamedTuple):
    """Everything that one replication has written down; every figure is a function of this."""

    contacts: Rows
    """`ContactLeft` rows by (arrived, caller, attempt)"""
    states: Rows
    """`AgentWas` rows in order of their end"""
    queues: Rows
    """`QueueIs` rows in order of time"""
    agents: Rows
    """`Agent` rows as given, one an agent"""
    end: float
    """when everything was over"""
    day_factors: np.ndarray[Any, np.dtype[np.float64]]
    """shape (days,): how busy each day was drawn, 1 = as planned"""
