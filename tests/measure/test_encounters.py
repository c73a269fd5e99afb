"""What must hold of encounters and of contacts passed on: an honest day passes, each way of breaking it is found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.measure import conservation
from sim.record import AgentState as S
from sim.record import ComesBack, Facts, Outcome
from tests.measure.days import call, day, met, was

ONWARD, YES, LATER = ComesBack.ONWARD, ComesBack.YES, ComesBack.LATER


def honest() -> Facts:
    """Caller 0 is passed on and resolved, 1 calls again and gives up, 2 is cut short and will call after the run."""
    terms = {"by_load": 0.1, "from_waiting": -0.2}
    calls = [
        call(0, 10, talk=50, comes_back=ONWARD, met=met(resolved=0, **terms)),
        call(0, 60, leg=1, queue=1, agent=1, team=1, talk=40, hold=2, met=met(churn=0.1, by_agent=0.3)),
        call(1, 70, talk=30, comes_back=YES, met=met(resolved=0, acted=0.1)),
        call(2, 110, talk=8, comes_back=LATER, met=met(resolved=0, short=1, cut_off=90.0)),
        call(1, 200, attempt=2, wait=20, outcome=Outcome.ABANDONED),
        call(3, 300, agent=1, team=1, queue=1, talk=8, met=met(resolved=0, short=1, cut_off=20.0, by_agent=0.3)),
    ]
    states = [
        was(0, S.TALK, 10, 60),
        was(0, S.TALK, 70, 100),
        was(0, S.TALK, 110, 118),
        was(1, S.TALK, 60, 100, team=1),
        was(1, S.HOLD, 100, 102, team=1),
        was(1, S.TALK, 300, 308, team=1),
    ]
    return day(calls, states, [(200, 0, 1), (220, 0, 0)], teams=(0, 1))


def test_an_honest_day() -> None:
    facts = honest()
    assert conservation(facts) == []
    assert [int(back) for back in facts.contacts["comes_back"]] == [ONWARD, 0, YES, LATER, 0, 0]


BROKEN: list[tuple[str, str, int, object, str]] = [
    ("contacts", "leg", 1, 2, "legs do not follow 0, 1, ..."),
    ("contacts", "leg", 2, 1, "legs do not follow 0, 1, ..."),
    ("contacts", "arrived", 1, 32_400.0 + 61.0, "legs did not begin when the one before ended"),
    ("contacts", "attempt", 1, 2, "passed on without a next leg"),
    ("contacts", "comes_back", 0, YES, "passed on without a next leg"),
    ("contacts", "comes_back", 4, ONWARD, "passed on but not handled"),
    ("contacts", "comes_back", 3, YES, "should have a next attempt but have none"),
    ("contacts", "comes_back", 1, LATER, "resolved contacts come back"),
    ("met", "agitation", 0, 1.1, "encounters have agitation outside 0 to 1"),
    ("met", "energy", 2, np.nan, "encounters have energy outside 0 to 1"),
    ("met", "resolved", 2, 2, "encounters have resolved outside 0 to 1"),
    ("met", "csat", 1, 0, "encounters have csat outside 1 to 5"),
    ("met", "nps", 1, 11, "encounters have nps outside 0 to 10"),
    ("met", "effort", 1, 6, "encounters have effort outside 1 to 5"),
    ("met", "acted", 0, 0.6, "more empathy put on than shown"),
    ("met", "goodwill", 0, -1.0, "negative goodwill"),
    ("met", "satisfaction", 1, 2.0, "satisfaction is not the sum of its terms"),
    ("met", "from_empathy", 3, 1e-6, "satisfaction is not the sum of its terms"),
    ("met", "by_wait", 0, np.inf, "a term of handle time that is no number"),
    ("met", "by_agent", 4, 0.2, "an agent's factor is not that of the team"),
    ("met", "short", 2, 1, "cut short, but not at the same length"),
    ("met", "short", 1, 1, "talks were cut short and still held"),
    ("met", "cut_off", 0, 3.0, "took something away from talks that were not cut short"),
    ("met", "resolved", 3, 1, "talks were cut short and still resolved"),
    ("met", "resolved", 0, 1, "resolved contacts come back"),
    ("met", "churn", 2, 0.1, "customers left while their case was open"),
    ("met", "from_resolution", 1, -1.0, "resolved contacts lost satisfaction by not being so"),
]


@pytest.mark.parametrize(("table", "field", "row", "value", "said"), BROKEN)
def test_what_is_broken_is_found(table: str, field: str, row: int, value: object, said: str) -> None:
    facts = honest()
    getattr(facts, table)[field][row] = value
    found = conservation(facts)
    assert any(said in line for line in found), found


def missing(facts: Facts) -> Facts:
    return facts._replace(met=facts.met[1:])


def none(facts: Facts) -> Facts:
    return facts._replace(met=facts.met[:0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (missing, "5 contacts were handled, 4 encounters are written down"),
        (none, "handled contacts come back, but nothing is written down about them"),
    ],
)
def test_encounters_too_few(change: Callable[[Facts], Facts], said: str) -> None:
    assert any(said in line for line in conservation(change(honest())))
