"""What is written down: every figure is a function of these tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.record.forms import Large, Rows, Small, rows


@dataclass(slots=True)
class ContactLeft:
    """A contact has left the center."""

    caller: Large
    attempt: Small
    leg: Small
    """how often it had been passed on in this attempt"""
    queue: Small
    outcome: Small
    comes_back: Small
    """a `ComesBack`"""
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


@dataclass(slots=True)
class Met:
    """How a handled contact went, beside its row of `ContactLeft`; written only where behavior counts.

    ln(talk and hold) is that of a typical agent and caller plus the terms `by_...`, except where a talk was cut
    short; ln(wrap) plus `by_agent` alone. Satisfaction is the constant of the scenario plus the terms `from_...`.
    """

    agitation: float
    """of the caller, 0 to 1"""
    hurry: float
    """of the agent, 0 to 1"""
    energy: float
    """of the agent, 0 to 1"""
    delivered: float
    """empathy shown, 0 to 1"""
    acted: float
    """the part of it that was put on"""
    p_resolved: float
    by_agent: float
    """the agent's own speed, and the team's in this queue"""
    by_load: float
    by_wait: float
    by_listening: float
    by_calming: float
    by_agitation: float
    by_hurry: float
    by_aids: float
    """assist and canned answers"""
    cut_off: float
    """seconds of talk and hold that cutting the talk short took away"""
    satisfaction: float
    """latent, in logits: above 0 more say 4 or 5 of 5 than not"""
    from_resolution: float
    """against a resolved issue: 0 if it was"""
    from_repeats: float
    from_empathy: float
    from_waiting: float
    from_long_talk: float
    from_transfers: float
    from_goodwill: float
    goodwill: float
    """money spent"""
    churn: float
    """probability that the customer leaves; 0 while the case is open"""
    back_after: float
    """seconds until its caller tries again, opening hours aside; inf = never"""
    resolved: Small
    short: Small
    """1 = the agent cut the talk short"""
    surveyed: Small
    """1 = answered a survey"""
    csat: Small
    """1 to 5, what they say or would say if asked"""
    nps: Small
    """0 to 10, likewise"""
    effort: Small
    """1 (easy) to 5, likewise"""


class Facts(NamedTuple):
    """Everything that one replication has written down; every figure is a function of this."""

    contacts: Rows
    """`ContactLeft` rows by (arrived, caller, attempt, leg)"""
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
    met: Rows = rows(Met, 0)
    """`Met` rows, one for each handled contact in the order of `contacts`; none without behavior"""
