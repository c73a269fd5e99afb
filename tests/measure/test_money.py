"""Money: hours, lines, goodwill and lost customers, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.loading import load
from sim.measure.layout import People, Prices
from sim.record import AgentState as S
from sim.record import Outcome
from tests.measure.days import call, day, layout, means, met, results, was

PEOPLE = People(lost_unanswered=0.1, prices=Prices("EUR", 36.0, 0.5, 200.0))
CENTER = layout("service", "sales", teams=("front", "back"), people=PEOPLE)
CALLS = [
    call(0, 0, talk=200, wrap=100, agent=0, met=met(churn=0.02, goodwill=5.0)),
    call(1, 400, queue=1, talk=100, agent=1, team=1, met=met(resolved=0, churn=0.2)),
    call(2, 420, wait=20, outcome=Outcome.ABANDONED),
    call(3, 430, outcome=Outcome.BLOCKED),
]
STATES = [was(0, S.IDLE, 0, 7200), was(1, S.LUNCH, 0, 3600, team=1)]
FACTS = day(CALLS, STATES, teams=(0, 1))


def test_the_center_by_hand() -> None:
    figures = means(results(CENTER, FACTS))
    lost = (0.02 + 0.2 + 0.1 + 0.1) * 200.0
    costs = 3 * 36.0 + 3 * 0.5 + 5.0
    expected = {
        "paid_cost": 108.0,
        "contact_cost": 1.5,  # who found no line costs none
        "goodwill_cost": 5.0,
        "value_lost": lost,
        "total_cost": costs + lost,
        "cost_per_contact": costs / 2,
        "cost_per_resolved": costs / 1,
        "net": -(costs + lost),
    }
    assert {kpi: figures[kpi] for kpi in expected} == pytest.approx(expected, rel=1e-14)


def test_queues_bear_paid_hours_by_their_handling_time_and_add_up() -> None:
    made = results(CENTER, FACTS)
    center, service, sales = means(made), means(made, "queue", "service"), means(made, "queue", "sales")
    assert (service["paid_cost"], sales["paid_cost"]) == pytest.approx((81.0, 27.0))
    assert sales["cost_per_resolved"] is None
    for kpi in ("paid_cost", "contact_cost", "goodwill_cost", "value_lost", "total_cost", "net"):
        one, other, both = service[kpi], sales[kpi], center[kpi]
        assert one is not None and other is not None
        assert one + other == pytest.approx(both, rel=1e-14)


def test_teams_bear_their_own_hours() -> None:
    made = results(CENTER, FACTS)
    front, back = means(made, "team", "front"), means(made, "team", "back")
    assert (front["paid_cost"], back["paid_cost"]) == (72.0, 36.0)
    assert (front["goodwill_cost"], back["value_lost"]) == (5.0, pytest.approx(40.0))


def test_only_whole_weeks_say_what_a_week_brings() -> None:
    people = replace(PEOPLE, whole_weeks=True)
    longer = replace(CENTER, days=14, queues=layout("service", "sales", days=14).queues, people=people)
    one, run = means(results(CENTER, FACTS)), results(longer, FACTS)
    assert "net_per_week" not in one and one["net"] is not None
    assert run.value("net").mean == one["net"]
    assert run.value("net_per_week").mean == pytest.approx(one["net"] / 2, rel=1e-14)
    first = run.days.filter(scope="center", kpi="net_per_week", day=1).row(0, named=True)
    assert first["mean"] == pytest.approx(7.0 * one["net"], rel=1e-14)


@pytest.mark.parametrize(("days", "weeks"), [(1, False), (7, True), (10, False), (14, True)])
def test_weeks_are_of_seven_days(days: int, weeks: bool) -> None:
    people = People.of(load(["tightrope", f"days={days}"]).scenario)
    assert people is not None and people.whole_weeks == weeks


def test_losses_are_below_zero_and_so_are_their_limits() -> None:
    other = day(CALLS[:2], STATES, teams=(0, 1))
    net = results(CENTER, FACTS, other).value("net")
    assert net.low is not None and net.mean is not None and net.high is not None
    assert net.low < net.mean < 0.0 and net.high - net.mean == pytest.approx(net.half_width)


def test_without_prices_no_money() -> None:
    figures = means(results(replace(CENTER, people=replace(PEOPLE, prices=None)), FACTS))
    assert "csat" in figures and "goodwill_cost" not in figures and "total_cost" not in figures
