"""What a validation counts: a hand-made quarter of an hour with the answers written out."""

from __future__ import annotations

import numpy as np
import pytest

from sim.record import AgentState, Outcome
from sim.study.validation import measures as m
from sim.study.validation.view import View, Window
from sim.units import DAY
from tests.measure.days import NINE, call, day, was

FACTS = day(
    calls=[
        call(0, -50.0, wait=10.0, talk=60.0),  # before the window
        call(1, 0.0, talk=100.0),
        call(2, 10.0, wait=20.0, talk=50.0),
        call(3, 20.0, wait=21.0, talk=40.0, agent=1),
        call(4, 30.0, outcome=Outcome.ABANDONED, wait=4.0),
        call(5, 40.0, outcome=Outcome.ABANDONED, wait=15.0),
        call(6, 50.0, outcome=Outcome.ABANDONED, wait=60.0),
        call(7, 60.0, outcome=Outcome.BALKED),
        call(8, 70.0, outcome=Outcome.BLOCKED),
        call(4, 500.0, attempt=2, wait=5.0, talk=30.0),
        call(6, 510.0, attempt=2, outcome=Outcome.ABANDONED, wait=1.0),
        call(9, 900.0, talk=10.0),  # after it
    ],
    states=[
        was(0, AgentState.IDLE, -600.0, -40.0),
        was(0, AgentState.TALK, -40.0, 20.0),
        was(0, AgentState.WRAP, 20.0, 100.0),
        was(0, AgentState.IDLE, 100.0, 1000.0),
        was(1, AgentState.IDLE, -600.0, 800.0),
        was(1, AgentState.TALK, 800.0, 1000.0),
    ],
    lengths=[(-20.0, 0, 1), (30.0, 0, 2), (40.0, 0, 0), (890.0, 0, 3), (950.0, 0, 0)],
)
VIEW = View.of(FACTS, Window(NINE, NINE + 900.0), within_s=20.0, short_s=5.0)

EXPECTED = {
    m.p_block: (1, 10),
    m.p_balk: (1, 10),
    m.p_abandon: (4, 10),
    m.p_wait: (7, 10),
    m.p_delay_virtual: (8, 10),
    m.mean_wait: (20 + 21 + 4 + 15 + 60 + 5 + 1, 9),
    m.mean_wait_served: (20 + 21 + 5, 4),
    m.mean_wait_abandoned: (4 + 15 + 60 + 1, 4),
    m.mean_queue: (30 + 2 * 10 + 3 * 10, 900),
    m.sl_of_offered: (3, 10),
    m.sl_of_answered: (3, 4),
    m.sl_excluding_short_abandons: (3, 7),  # without the balker and those who gave up after 4 and 1 s
    m.sl_abandons_counted_as_met: (7, 10),
    m.occupancy: (20 + 80 + 100, 1800),
    m.talking: (20 + 100, 900),
    m.wrapping: (80, 900),
    m.total_rate: (10, 900),
    m.mean_in_orbit: ((500 - 34) + (510 - 110), 900),
    m.p_customer_lost: (2, 8),  # callers 5 and 6; 4 was answered the second time
}


@pytest.mark.parametrize(("measure", "sums"), EXPECTED.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_figures_of_a_hand_made_quarter_of_an_hour(measure: m.Measure, sums: tuple[float, float]) -> None:
    assert measure(VIEW) == pytest.approx(sums)


def test_every_measure_is_tried_here() -> None:
    public = {thing for name, thing in vars(m).items() if callable(thing) and not name.startswith("_")}
    assert {thing for thing in public if getattr(thing, "__module__", "") == m.__name__} == set(EXPECTED)


def test_a_view_of_a_queue_a_team_an_agent() -> None:
    assert m.occupancy(VIEW.of_agent(0)) == (100.0, 900.0)
    assert m.occupancy(VIEW.of_agent(1)) == (100.0, 900.0)
    assert m.occupancy(VIEW.of_team(0)) == m.occupancy(VIEW)
    assert m.p_wait(VIEW.of_queue(0)) == m.p_wait(VIEW)
    assert len(VIEW.of_queue(1).contacts) == len(VIEW.of_queue(1).states) == len(VIEW.of_queue(1).queues) == 0


def test_hours_of_every_day() -> None:
    window = Window(NINE, NINE + 900.0, days=3)
    assert window.seconds == 2700.0
    start = np.array([NINE - 10.0, DAY + NINE + 800.0, 2 * DAY, 2 * DAY + NINE + 900.0])
    end = np.array([NINE + 10.0, DAY + NINE + 1000.0, 3 * DAY, 2 * DAY + NINE + 901.0])
    assert window.overlap(start, end).tolist() == [10.0, 100.0, 900.0, 0.0]
    assert len(window.contacts(FACTS.contacts)) == len(FACTS.contacts)
