"""Records: what moves in the center, what is written down about it, and what was given before.

Each record is declared once, as a dataclass with slots. Under the SimPy clock its instances are
the callers, queues and agents; for the compiled clock `dtype_of` turns the same declaration into a
NumPy structured type, so that `contact.answered = now` means the same under both.

Times and durations are seconds; a time is counted from midnight of day 1. An index that points
nowhere is -1, a time that has not come is nan, and a time that never comes is inf.

    codes.py   outcomes, states, duties and rules by number
    center.py  what moves: contacts, agents, queues, teams, the timetable, the desk
    people.py  the people behind them, where behavior counts
    facts.py   what is written down
    forms.py   one declaration, two forms
"""

from __future__ import annotations

from sim.record.center import Agent, Contact, Desk, Heard, Notice, Portion, Queue, Row, Skill, Team, Window
from sim.record.codes import NOBODY, AgentState, ComesBack, ContactState, Duty, Outcome, PickAgent, PickContact
from sim.record.facts import AgentWas, ContactLeft, Facts, Met, QueueIs
from sim.record.forms import (
    Large,
    Rows,
    Small,
    arrival_order,
    by_arrival,
    dtype_of,
    join_rows,
    numbers,
    objects,
    one_row,
    raw,
    rows,
)
from sim.record.people import Aid, Caller, Crew, Person, Policy

__all__ = [
    "NOBODY",
    "Agent",
    "AgentState",
    "AgentWas",
    "Aid",
    "Caller",
    "ComesBack",
    "Contact",
    "ContactLeft",
    "ContactState",
    "Crew",
    "Desk",
    "Duty",
    "Facts",
    "Heard",
    "Large",
    "Met",
    "Notice",
    "Outcome",
    "Person",
    "PickAgent",
    "PickContact",
    "Policy",
    "Portion",
    "Queue",
    "QueueIs",
    "Row",
    "Rows",
    "Skill",
    "Small",
    "Team",
    "Window",
    "arrival_order",
    "by_arrival",
    "dtype_of",
    "join_rows",
    "numbers",
    "objects",
    "one_row",
    "raw",
    "rows",
]
