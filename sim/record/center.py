"""What moves in a center, and what it is given: contacts, agents, queues, teams, the timetable, the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.record.codes import NOBODY
from sim.record.forms import Large, Rows, Small, rows


@dataclass(slots=True)
class Contact:
    """One try of a caller to reach an agent. The marks were drawn before the clock started."""

    arrived: float
    """when it reaches the center; set again when a caller comes back"""
    patience: float
    """seconds it will wait; inf = for ever"""
    balk: float
    """uniform: leaves at once if below the queue's balking probability and nobody is free"""
    talk: float
    """seconds with an agent of typical speed; once answered, with this one"""
    hold: float
    """seconds on hold, likewise"""
    wrap: float
    """seconds of after-call work, likewise"""
    come_back: float
    """uniform: tries again if below the probability for the way it left"""
    delay: float
    """seconds until the next try after waiting in vain"""
    delay_blocked: float
    """seconds until the next try after finding no line"""
    pick: float
    """uniform: which of several free agents, under random routing"""
    empathy: float
    """need to be listened to, 0 to 1"""
    speed: float
    """hurry, 0 to 1"""
    caller: Large
    """number of the caller in this replication"""
    queue: Small
    attempt: Small
    """1 for the first try"""
    again: Small
    """slot of this caller's next attempt"""
    # from here on the moves write
    answered: float = np.nan
    gives_up: float = np.inf
    """when patience ends"""
    stirs: float = -np.inf
    """when the caller next acts while waiting; also the last time an event names this slot"""
    state: Small = 0
    """a `ContactState`"""
    tier: Small = 0
    """how many overflow steps are behind it"""
    next: Small = NOBODY
    """behind it in the queue; before it arrives: who arrives next"""
    prev: Small = NOBODY
    agent: Small = NOBODY
    leg: Small = 0
    """how often it has been passed on in this attempt"""


@dataclass(slots=True)
class Heard:
    """How long a caller is willing to wait who has heard one of the queue's notices on joining.

    As many rows for each contact as the queue with the most notices has.
    """

    patience: float


class Portion(NamedTuple):
    """Contacts that are given together: first attempts in order of arrival, then the latent later ones."""

    contacts: Rows
    """`Contact` rows, `again` counted within the portion"""
    callers: Rows
    """`Caller` rows beside them; none where behavior does not count"""
    heard: Rows = rows(Heard, 0)
    """`Heard` rows, `desk.notices` for each contact; none where no queue tells callers their place"""


@dataclass(slots=True)
class Agent:
    """Somebody who answers."""

    handle_factor: float
    """this agent's talk, hold and wrap times over the typical ones"""
    empathy: float
    speed: float
    team: Small
    number: Small
    """index among all agents"""
    # from here on the moves write
    state: Small = 0
    since: float = 0.0
    """when the present state began"""
    signed_on: float = 0.0
    """when this spell of duty began"""
    handling: float = 0.0
    """seconds spent handling contacts in this spell of duty"""
    back_at: float = -1.0
    """when the present activity ends; off duty, when an activity last came due"""
    owed_s: float = 0.0
    """seconds of activity that came due while the agent was busy"""
    owed: Small = 0
    """that activity's state; 0 = nothing owed"""
    leaving: Small = 0
    """1 = signs off when the contact in hand is done"""
    moves_to: Small = NOBODY
    """team to work for from the next free moment"""
    contact: Small = NOBODY
    """slot of the contact in hand, until it hangs up"""
    serving: Small = NOBODY
    """queue of the contact last in hand"""
    next: Small = NOBODY
    """the next longest idle of the team"""
    prev: Small = NOBODY


@dataclass(slots=True)
class Queue:
    """Contacts of one kind that wait, longest first; and what callers of this kind do."""

    balk: float
    after_abandon: float
    """probability of trying again"""
    after_block: float
    after_balk: float
    head_start: float
    """seconds of waiting credited on joining, where agents choose by age"""
    weight: float
    """worth of a second of waiting, where agents choose by age times priority"""
    trunks: Small
    """lines of this queue; -1 = no limit"""
    disconnects: Small
    """1 = those who wait at closing time are cut off"""
    route_from: Small
    """first of its rows in `routes`"""
    route_to: Small
    window_from: Small
    """first of its rows in `windows`"""
    window_to: Small
    notice_from: Small
    """first of its rows in `notices`"""
    notice_to: Small
    tiers: Small
    """overflow steps it has"""
    # from here on the moves write
    head: Small = NOBODY
    tail: Small = NOBODY
    length: Small = 0
    lines: Small = 0
    """lines in use: waiting or talking"""
    is_open: Small = 0
    window: Small = NOBODY
    """row in `windows` of the hours that are on, or were last"""


@dataclass(slots=True)
class Team:
    """Agents with the same skills, and those of them who are idle, longest first."""

    skill_from: Small
    """first of its rows in `skills`"""
    skill_to: Small
    # from here on the moves write
    head: Small = NOBODY
    tail: Small = NOBODY
    idle: Small = 0


@dataclass(slots=True)
class Skill:
    """That a team serves a queue; `skills` holds them by team and level, `routes` by queue and level."""

    handle_factor: float
    """this team's handle times for this queue over the typical ones"""
    after: float
    """seconds of waiting before this team may be asked (overflow)"""
    team: Small
    queue: Small
    level: Small
    """1 = first choice"""
    tier: Small
    """overflow step from which this team may be asked; 0 = at once"""
    reserve: Small
    """agents of the team kept free from this queue"""


@dataclass(slots=True)
class Window:
    """One stretch of opening hours of a queue."""

    opens: float
    closes: float


@dataclass(slots=True)
class Notice:
    """What callers of a queue are told on joining; `notices` holds them by queue and callers ahead."""

    ahead: Small
    """callers who stand in the queue already, from which on they are told this"""


@dataclass(slots=True)
class Row:
    """One line of the timetable, in order of time: an agent's duty, or a queue that opens or closes."""

    at: float
    lasts: float
    """seconds, for an activity"""
    who: Small
    """agent, or queue"""
    what: Small
    """a `Duty`"""


@dataclass(slots=True)
class Desk:
    """What concerns the center as a whole."""

    trunks: Small
    """lines of the center; -1 = no limit"""
    pick_agent: Small
    """a `PickAgent`"""
    pick_contact: Small
    """a `PickContact`"""
    people: Small = 0
    """1 = behavior counts: the tables of `sim.record.people` are there"""
    notices: Small = 0
    """rows in `heard` for each contact"""
    # from here on the moves write
    now: float = 0.0
    """when somebody last moved"""
    lines: Small = 0
    arriving: Small = NOBODY
    """the contact that arrives next"""
    agenda: Large = 0
    """events pending (compiled clock)"""
    hole: Small = 0
    """1 = the first place on the agenda is free: what stood there is happening (compiled clock)"""
    left: Large = 0
    """rows written to each table of facts (compiled clock)"""
    was: Large = 0
    queued: Large = 0
    met: Large = 0
