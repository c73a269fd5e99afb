"""The center that moves act on, and the five verbs by which they speak.

`schedule` says what happens next and when; `contact_left`, `agent_was`, `queue_is` and `have_met` write facts
down, field after field in the order of their records. The versions here work on anything that has
`extend`; a clock binds the moves to versions of its own where it knows better.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from heapq import heappush
from typing import Any, NamedTuple

from sim.people.ways import Ways
from sim.record import (
    Agent,
    Aid,
    Caller,
    Contact,
    Crew,
    Desk,
    Heard,
    Notice,
    Person,
    Policy,
    Queue,
    Row,
    Skill,
    Team,
    Window,
)


class Center(NamedTuple):
    """Everything that moves act on: lists of objects under SimPy, structured arrays when compiled."""

    contacts: Sequence[Contact]
    agents: Sequence[Agent]
    queues: Sequence[Queue]
    teams: Sequence[Team]
    skills: Sequence[Skill]
    """what a team serves, by team and level"""
    routes: Sequence[Skill]
    """who serves a queue, by queue and level"""
    windows: Sequence[Window]
    """opening hours, by queue and time"""
    notices: Sequence[Notice]
    """what callers hear of their place, by queue"""
    timetable: Sequence[Row]
    desk: Sequence[Desk]
    """one row"""
    heard: Sequence[Heard]
    """patience of those who hear it, `desk.notices` rows for each contact"""
    callers: Sequence[Caller]
    """the people behind the contacts; this and the next five only where behavior counts"""
    people: Sequence[Person]
    """those behind the agents"""
    policies: Sequence[Policy]
    """by queue"""
    crews: Sequence[Crew]
    """by team"""
    aids: Sequence[Aid]
    """beside `skills`"""
    ways: Sequence[Ways]
    """one row"""
    agenda: Any
    """what is to happen: a heap by (time, event, who)"""
    left: Any
    """facts: contacts that left"""
    was: Any
    """facts: what agents were doing"""
    queued: Any
    """facts: lengths of queues"""
    met: Any
    """facts: how handled contacts went"""


class Event(IntEnum):
    """What can happen. Of two events at one instant the smaller number comes first, then the smaller index.

    So an agent who becomes free at the very moment when a caller's patience ends still takes the call, and
    one whose break ends when a meeting or the shift's end is due does not take a call in between.
    Numbers 0 and 1 are left to SimPy's own urgent and normal events.
    """

    HANG_UP = 2
    WRAPPED = 3
    TIMETABLE = 4
    BACK = 5
    ARRIVE = 6
    COME_BACK = 7
    STIR = 8


def schedule(center: Center, when: float, event: int, who: int) -> None:
    """Put an event on the agenda; `who` is the index of the agent, contact or timetable row."""
    heappush(center.agenda, (when, event, who))


def contact_left(center: Center, k: int, now: float, outcome: int, comes_back: int) -> None:
    """Write down that contact k has left, and what its caller does next (`ContactLeft`)."""
    c = center.contacts[k]
    handled = c.agent >= 0
    center.left.extend(
        (
            c.caller,
            c.attempt,
            c.leg,
            c.queue,
            outcome,
            comes_back,
            c.agent,
            center.agents[c.agent].team if handled else -1,
            c.arrived,
            c.answered,
            now,
            c.talk if handled else 0.0,
            c.hold if handled else 0.0,
            c.wrap if handled else 0.0,
            c.patience,
            c.empathy,
            c.speed,
        )
    )


def agent_was(center: Center, a: int, queue: int, end: float) -> None:
    """Write down what agent a has been doing since `agent.since` (`AgentWas`)."""
    agent = center.agents[a]
    center.was.extend((a, agent.team, agent.state, queue, agent.since, end))


def queue_is(center: Center, q: int, now: float) -> None:
    """Write down how long queue q is from now on (`QueueIs`)."""
    center.queued.extend((q, center.queues[q].length, now))


def have_met(
    center: Center,
    k: int,
    p_resolved: float,
    resolved: int,
    satisfaction: float,
    from_resolution: float,
    from_repeats: float,
    from_empathy: float,
    from_waiting: float,
    from_long_talk: float,
    from_transfers: float,
    from_goodwill: float,
    goodwill: float,
    churn: float,
    back_after: float,
    surveyed: int,
    csat: int,
    nps: int,
    effort: int,
) -> None:
    """Write down how contact k, which an agent has handled, went (`Met`)."""
    c = center.callers[k]
    center.met.extend(
        (
            c.agitation,
            c.hurry,
            c.energy,
            c.delivered,
            c.acted,
            p_resolved,
            c.by_agent,
            c.by_load,
            c.by_wait,
            c.by_listening,
            c.by_calming,
            c.by_agitation,
            c.by_hurry,
            c.by_aids,
            c.cut_off,
            satisfaction,
            from_resolution,
            from_repeats,
            from_empathy,
            from_waiting,
            from_long_talk,
            from_transfers,
            from_goodwill,
            goodwill,
            churn,
            back_after,
            resolved,
            c.short,
            surveyed,
            csat,
            nps,
            effort,
        )
    )
