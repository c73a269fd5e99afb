"""Codes: the whole numbers by which records name an outcome, a state, a duty, a rule."""

from __future__ import annotations

from enum import IntEnum

NOBODY = -1
"""Index that points to no contact and no agent: the end of a list, nobody free."""


class Outcome(IntEnum):
    """How a contact left; exactly one of these. INSIDE: still waiting when the center closed it out."""

    HANDLED = 0
    ABANDONED = 1
    BALKED = 2
    BLOCKED = 3
    CALLED_BACK = 4
    INSIDE = 5


class ComesBack(IntEnum):
    """What a caller does after a contact has left. LATER: tries again, but not before the run ends.

    ONWARD: is passed on, and at this moment reaches another queue in the next leg of the same attempt.
    """

    NO = 0
    YES = 1
    LATER = 2
    ONWARD = 3


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


class ContactState(IntEnum):
    """Where a contact is. A GONE slot may be used again."""

    GONE = 0
    COMING = 1
    WAITING = 2
    TALKING = 3


class PickAgent(IntEnum):
    """Which of the free agents answers."""

    LONGEST_IDLE = 0
    MOST_IDLE = 1
    FEWEST_SKILLS = 2
    FASTEST = 3
    RANDOM = 4
    EMPATHY = 5


class PickContact(IntEnum):
    """Which of the waiting contacts a free agent takes."""

    PRIORITY = 0
    LONGEST_WAIT = 1
    AGE_TIMES_PRIORITY = 2
    LONGEST_QUEUE = 3
