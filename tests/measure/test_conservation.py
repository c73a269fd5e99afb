"""What must hold in any facts: an honest day passes, and each way of breaking it is found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.measure import conservation
from sim.record import AgentState as S
from sim.record import Facts, Outcome
from tests.measure.days import call, day, was

LOST = Outcome.ABANDONED


def honest() -> Facts:
    """One agent; caller 0 is answered, 1 waits and is answered, 2 gives up, comes back and is turned away."""
    calls = [
        call(0, 10, talk=50, wrap=5),
        call(1, 20, wait=45, talk=20, hold=15),
        call(2, 30, wait=20, outcome=LOST),
        call(2, 70, attempt=2, outcome=Outcome.BLOCKED),
        call(3, 90, wait=30, outcome=Outcome.INSIDE),
    ]
    states = [
        was(0, S.IDLE, 0, 10),
        was(0, S.TALK, 10, 60),
        was(0, S.WRAP, 60, 65),
        was(0, S.TALK, 65, 85),
        was(0, S.HOLD, 85, 100),
        was(0, S.LUNCH, 120, 150),
    ]
    lengths = [(20, 0, 1), (30, 0, 2), (50, 0, 1), (65, 0, 0), (90, 0, 1), (120, 0, 0)]
    return day(calls, states, lengths)


def test_an_honest_day() -> None:
    assert conservation(honest()) == []
    assert conservation(day()) == []


BROKEN: list[tuple[str, str, int, object, str]] = [
    ("contacts", "outcome", 0, 7, "5 contacts were offered, 4 left in a known way"),
    ("contacts", "outcome", 1, LOST, "answered but not handled"),
    ("contacts", "answered", 1, np.nan, "never answered"),
    ("contacts", "agent", 1, -1, "an answer without an agent"),
    ("contacts", "answered", 1, 0.0, "times out of order"),
    ("contacts", "left", 3, 40_000.0, "balked or blocked contacts stayed"),
    ("contacts", "talk", 0, -1.0, "no talk time or a negative one"),
    ("contacts", "talk", 2, 5.0, "lost contacts were served"),
    ("contacts", "attempt", 3, 3, "attempts do not follow"),
    ("contacts", "attempt", 0, 2, "attempts do not follow"),
    ("contacts", "caller", 3, 1, "began before the one before was over"),
    ("contacts", "arrived", 0, 40_000.0, "not in order of arrival"),
    ("contacts", "left", 4, 32_400 + 121.0, "the waits to"),
    ("states", "end", 0, 32_400.0, "end before they start"),
    ("states", "state", 0, 0, "unknown or off duty"),
    ("states", "state", 0, 12, "unknown or off duty"),
    ("states", "start", 2, 32_400 + 59.0, "agent 0: states overlap"),
    ("states", "start", 3, 32_400 + 66.0, "handled contacts have no talk row"),
    ("states", "state", 2, S.TALK, "talk rows have no contact"),
    ("states", "end", 4, 32_400 + 99.0, "s in hold, contacts took"),
    ("queues", "length", 1, 3, "does not change by one"),
    ("queues", "length", 5, 2, "2 wait at the end, 1 were inside"),
    ("queues", "at", 0, 32_400 + 40.0, "not in order of time"),
    ("queues", "at", 5, 32_400 + 121.0, "contact-seconds, the waits to"),
]


@pytest.mark.parametrize(("table", "field", "row", "value", "said"), BROKEN)
def test_what_is_broken_is_found(table: str, field: str, row: int, value: object, said: str) -> None:
    facts = honest()
    getattr(facts, table)[field][row] = value
    found = conservation(facts)
    assert any(said in line for line in found), found


def repeat_talk(facts: Facts) -> Facts:
    return facts._replace(states=np.concatenate([facts.states, facts.states[1:2]]))


def drop_queue_row(facts: Facts) -> Facts:
    return facts._replace(queues=facts.queues[:-1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (repeat_talk, "talk rows start together"),
        (repeat_talk, "agent 0: states add up to"),
        (drop_queue_row, "contact-seconds, the waits to"),
    ],
)
def test_rows_too_many_or_too_few(change: Callable[[Facts], Facts], said: str) -> None:
    assert any(said in line for line in conservation(change(honest())))
