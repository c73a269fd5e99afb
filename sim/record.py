"""Records: what moves in the center, what is written down about it, and what was given before.

Each record is declared once, as a dataclass with slots. Under the SimPy clock its instances are
the callers, queues and agents; for the compiled clock `dtype_of` turns the same declaration into a
NumPy structured type, so that `contact.answered = now` means the same under both.

Times and durations are seconds; a time is counted from midnight of day 1. An index that points
nowhere is -1, a time that has not come is nan, and a time that never comes is inf.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cache
from itertools import repeat
from typing import Annotated, Any, NamedTuple, get_type_hints

import numpy as np

NOBODY = -1
"""Index that points to no contact and no agent: the end of a list, nobody free."""

Small = Annotated[int, "i4"]
"""A number of things in one center: agents, queues, slots, attempts."""
Large = Annotated[int, "i8"]
"""A number that may pass two thousand million in a long run: callers."""

Rows = np.ndarray[Any, np.dtype[np.void]]
"""A structured array: rows of one of the records below."""


class Outcome(IntEnum):
    """How a contact left; exactly one of these. INSIDE: still waiting when the center closed it out."""

    HANDLED = 0
    ABANDONED = 1
    BALKED = 2
    BLOCKED = 3
    CALLED_BACK = 4
    INSIDE = 5


class AgentState(IntEnum):
    """What an agent is doing. AWAY: off the phones, planned or not, for no reason named here."""

    OFF = 0
    IDLE = 1
    TALK = 2
    HOLD = 3
    WRAP = 4
    BREAK = 5
    LUNCH = 6
    TRAINING = 7
    MEETING = 8
    AWAY = 9


class Duty(IntEnum):
    """What a row of the timetable asks for: activities carry their agent state's number.

    Rows of one instant come in this order, so an activity that is due at the very moment of signing
    on stands before it.
    """

    OPEN = 0
    BREAK = 5
    LUNCH = 6
    TRAINING = 7
    MEETING = 8
    AWAY = 9
    SIGN_ON = 10
    SIGN_OFF = 11
    CLOSE = 12


# --- what moves -------------------------------------------------------------------------------


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


class ContactState(IntEnum):
    """Where a contact is. A GONE slot may be used again."""

    GONE = 0
    COMING = 1
    WAITING = 2
    TALKING = 3


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
    # from here on the moves write
    now: float = 0.0
    """when somebody last moved"""
    lines: Small = 0
    arriving: Small = NOBODY
    """the contact that arrives next"""
    agenda: Large = 0
    """events pending (compiled clock)"""
    left: Large = 0
    """rows written to each table of facts (compiled clock)"""
    was: Large = 0
    queued: Large = 0


class PickAgent(IntEnum):
    """Which of the free agents answers."""

    LONGEST_IDLE = 0
    MOST_IDLE = 1
    FEWEST_SKILLS = 2
    FASTEST = 3
    RANDOM = 4


class PickContact(IntEnum):
    """Which of the waiting contacts a free agent takes."""

    PRIORITY = 0
    LONGEST_WAIT = 1
    AGE_TIMES_PRIORITY = 2
    LONGEST_QUEUE = 3


# --- what is written down ---------------------------------------------------------------------


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


# --- one declaration, two forms ---------------------------------------------------------------


@cache
def dtype_of(record: type) -> np.dtype[np.void]:
    """The NumPy structured type with the fields of a record (float is f8, Small i4, Large i8)."""
    hints = get_type_hints(record, include_extras=True)
    kinds = [(f.name, getattr(hints[f.name], "__metadata__", ("f8",))[0]) for f in fields(record)]
    return np.dtype(sorted(kinds, key=lambda kind: kind[1] == "i4"), align=True)


def rows(record: type, count: int) -> Rows:
    """`count` rows of a record: fields with a default hold it, the others are 0."""
    table = np.zeros(count, dtype_of(record))
    for field in fields(record):
        if isinstance(field.default, (int, float)):
            table[field.name] = field.default
    return table


def raw(table: Rows) -> Rows:
    """The same rows as plain bytes: NumPy copies those whole, but a structured row field by field, 25 times slower."""
    return table.view(f"V{table.dtype.itemsize}")


def join_rows(tables: Sequence[Rows]) -> Rows:
    """The rows of all tables, one after the other."""
    return np.concatenate([raw(table) for table in tables]).view(tables[0].dtype)


def by_arrival(left: Rows) -> Rows:
    """`ContactLeft` rows in order of arrival; those at one instant by caller and attempt."""
    order = np.lexsort((left["attempt"], left["caller"], left["arrived"]))
    return raw(left)[order].view(left.dtype)


def objects(record: type, table: Rows) -> list[Any]:
    """The rows of a structured array as instances of their record, with plain Python numbers."""
    columns = [numbers(table[field.name]) for field in fields(record)]
    collecting = gc.isenabled()
    gc.disable()  # it would look through all of them time and again, and none is garbage
    try:
        return list(map(record, *columns))
    finally:
        if collecting:
            gc.enable()


def numbers(column: np.ndarray[Any, Any]) -> Iterable[Any]:
    """The values as plain Python numbers; where all are the same, as most are before the first event, one for all."""
    if len(column) and np.array_equal(column, np.broadcast_to(column[0], len(column)), column.dtype.kind == "f"):
        return repeat(column[0].item(), len(column))
    plain: list[Any] = column.tolist()
    return plain
