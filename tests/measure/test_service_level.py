"""The four service levels and what else is counted, on one day whose numbers are in docs/kpis.md."""

from __future__ import annotations

import pytest

from sim.measure import Definition, count
from sim.record import Outcome
from tests.measure.days import call, day, layout, means, results

LOST = Outcome.ABANDONED

CALLS = [
    call(0, 0, wait=0, talk=100),
    call(1, 10, wait=0, talk=100),
    call(2, 20, wait=5, talk=100),
    call(3, 30, wait=20, talk=100),  # exactly at the threshold: within
    call(4, 40, wait=30, talk=100),
    call(5, 50, wait=65, talk=100),
    call(6, 60, wait=3, outcome=LOST),  # short
    call(7, 70, wait=15, outcome=LOST),  # within the threshold
    call(8, 80, wait=50, outcome=LOST),
    call(9, 90, outcome=Outcome.BLOCKED),
]
"""Ten offered, six answered (four within 20 s), three abandoned (one within 5 s, two within 20 s), one blocked."""


@pytest.mark.parametrize(
    ("definition", "level"),
    [
        ("of_offered", 4 / 10),
        ("of_answered", 4 / 6),
        ("excluding_short_abandons", 4 / 9),
        ("abandons_counted_as_met", 6 / 10),
    ],
)
def test_the_four_variants(definition: str, level: float) -> None:
    made = results(layout(definition=Definition(definition)), day(CALLS))
    assert made.value("service_level").mean == level
    assert made.value(f"service_level_{definition}").mean == level
    assert made.value("service_level", "queue", "service").mean == level
    label = made.summary.filter(made.summary["kpi"] == "service_level")["label"][0]
    assert label == f"Service level ({definition.replace('_', ' ')})"


def test_the_worked_day() -> None:
    figures = means(results(layout(), day(CALLS)), "queue", "service")
    expected = {
        "offered": 10.0,
        "handled": 6.0,
        "answered": 6.0,
        "abandoned": 3.0,
        "abandoned_short": 1.0,
        "blocked": 1.0,
        "balked": 0.0,
        "abandonment_rate": 3 / 10,
        "abandonment_rate_excluding_short": 2 / 9,
        "lost_rate": 4 / 10,
        "block_rate": 1 / 10,
        "p_wait": 7 / 9,
        "asa_s": 120 / 6,
        "wait_mean_s": 188 / 9,
        "longest_wait_s": 65.0,
        "aht_s": 100.0,
        "handling_hours": 600 / 3600,
        "queue_length_mean": 0.0,
    }
    assert {kpi: figures[kpi] for kpi in expected} == expected


def test_a_queue_has_its_own_threshold_and_the_center_adds_up_what_queues_count() -> None:
    from dataclasses import replace

    calendar = layout("service", "sales")
    fast, slow = calendar.queues[0], calendar.queues[1]
    strict = replace(fast, goals=replace(fast.goals, within_s=4.0))
    calendar = replace(calendar, queues=(strict, slow))
    calls = [call(0, 0, wait=5, talk=9), call(1, 1, wait=5, talk=9, queue=1), call(2, 2, wait=4, talk=9)]
    made = results(calendar, day(calls))
    assert made.value("service_level", "queue", "service").mean == 1 / 2
    assert made.value("service_level", "queue", "sales").mean == 1.0
    assert made.value("service_level").mean == 2 / 3


def test_no_contacts_is_no_service_level() -> None:
    made = results(layout(), day(), day())
    figures = means(made)
    counts = made.summary.filter(made.summary["unit"] == "contacts")
    assert set(counts["mean"]) == {0.0}
    shares = made.summary.filter(made.summary["unit"].is_in(["share", "s", "attempts"]))
    assert set(shares["mean"]) == {None} and set(shares["low"]) == {None} and set(shares["replications"]) == {0}
    assert figures["customers"] == 0.0 and figures["paid_hours"] == 0.0
    assert set(made.intervals["service_level"]) == {None} and set(made.targets["p"]) == {None}


def test_all_abandoned_short_is_no_service_level_of_the_rest() -> None:
    made = results(layout(), day([call(0, 0, wait=2, outcome=LOST)]))
    assert made.value("service_level_excluding_short_abandons").mean is None
    assert made.value("abandonment_rate_excluding_short").mean is None
    assert made.value("service_level_of_offered").mean == 0.0
    assert made.value("service_level_abandons_counted_as_met").mean == 1.0


def test_one_replication_has_no_interval() -> None:
    value = results(layout(), day(CALLS)).value("service_level")
    assert value == (0.4, None, None, None, 1)


def test_those_closed_out_waited_but_were_not_answered() -> None:
    calls = [call(0, 0, wait=40, outcome=Outcome.INSIDE), call(1, 0, wait=10, talk=5)]
    figures = means(results(layout(), day(calls)))
    assert (figures["inside"], figures["wait_mean_s"], figures["asa_s"]) == (1.0, 25.0, 10.0)
    assert figures["service_level_of_offered"] == 1 / 2


def test_contacts_are_counted_where_they_arrived() -> None:
    calls = [call(0, 1799, wait=30, talk=60), call(1, 1800, wait=0, talk=60)]
    made = results(layout(), day(calls)).intervals
    center = made.filter((made["scope"] == "center") & (made["offered"] > 0))
    assert center["clock"].to_list() == ["09:00", "09:30"]
    assert center["asa_s"].to_list() == [30.0, 0.0]
    assert center["max_wait_s"].to_list() == [30.0, 0.0]


def test_after_the_last_midnight() -> None:
    late = 15 * 3600.0 + 5  # five seconds past midnight
    calendar = layout()
    made = results(calendar, day([call(0, 0, wait=1, talk=9), call(1, late, wait=1, talk=9)]))
    rest = made.intervals.filter(made.intervals["after_end"])
    assert rest.filter(rest["scope"] == "queue").select("day", "clock", "offered", "queue_length").row(0) == (
        2,
        "00:00",
        1.0,
        None,
    )
    assert made.days.filter((made.days["kpi"] == "offered") & (made.days["scope"] == "center"))["mean"].to_list() == [
        2.0
    ]
    assert count(day([]), calendar).contacts.shape[1] == 49
