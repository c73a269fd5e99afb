"""Callers over all their attempts."""

from __future__ import annotations

from sim.measure.customers import gone_for_good
from sim.record import ComesBack, Outcome
from tests.measure.days import call, day, layout, means, results

LOST, BLOCKED = Outcome.ABANDONED, Outcome.BLOCKED

CALLS = [
    call(0, 0, wait=2, talk=50),  # answered at once
    call(1, 10, wait=15, outcome=LOST),
    call(1, 610, attempt=2, wait=4, talk=50),  # 19 s on the line in all: in time
    call(2, 20, wait=15, outcome=LOST),
    call(2, 620, attempt=2, outcome=BLOCKED),
    call(2, 650, attempt=3, wait=6, talk=50),  # 21 s in all: too late
    call(3, 30, wait=40, outcome=LOST),  # never again
]


def test_customers() -> None:
    figures = means(results(layout(), day(CALLS)))
    expected = {
        "offered": 7.0,
        "first_attempts": 4.0,
        "customers": 4.0,
        "customers_reached": 3.0,
        "customers_lost": 1.0,
        "reach_rate": 3 / 4,
        "attempts_per_customer": 7 / 4,
        "customer_service_level": 2 / 4,
        "redial_rate": 3 / 4,
        "customer_wait_s": (2 + 19 + 21 + 40) / 4,
        "time_to_answer_s": (2 + 604 + 636) / 3,
        "service_level": 3 / 7,
    }
    assert {kpi: figures[kpi] for kpi in expected} == expected


def test_a_customer_belongs_to_the_queue_and_interval_of_the_first_attempt() -> None:
    calls = [call(5, 0, wait=9, outcome=LOST), call(5, 4000, attempt=2, queue=1, wait=1, talk=5)]
    made = results(layout("service", "sales"), day(calls))
    service, sales = means(made, "queue", "service"), means(made, "queue", "sales")
    assert (service["customers"], service["customers_reached"], service["redial_rate"]) == (1.0, 1.0, 1.0)
    assert (sales["customers"], sales["offered"], sales["redial_rate"]) == (0.0, 1.0, None)


def test_waiting_after_the_answer_is_not_waiting_for_it() -> None:
    calls = [call(0, 0, wait=3, talk=5, comes_back=1), call(0, 900, attempt=2, wait=50, talk=5)]
    figures = means(results(layout(), day(calls)))
    assert (figures["customer_wait_s"], figures["customer_service_level"]) == (3.0, 1.0)
    assert figures["attempts_per_customer"] == 2.0


def test_caller_numbers_need_not_follow_each_other() -> None:
    near = means(results(layout(), day(CALLS)))
    moved = [{**entry, "caller": 10**15 + 7 * entry["caller"]} for entry in CALLS]
    assert means(results(layout(), day(moved))) == near


def test_who_is_gone_for_good_is_said_by_the_latest_row() -> None:
    calls = [
        call(0, 0, outcome=LOST, comes_back=ComesBack.YES),
        call(1, 10, outcome=LOST, comes_back=ComesBack.YES),
        call(2, 20, talk=5, comes_back=ComesBack.LATER),
        call(1, 30, attempt=2, talk=5, comes_back=ComesBack.ONWARD),
        call(3, 40, talk=5, comes_back=ComesBack.ONWARD),
        call(1, 50, attempt=2, leg=1, talk=5),
    ]
    rows = day(calls).contacts
    expected = [False, True, True, True, False, True]
    assert gone_for_good(rows).tolist() == expected
    assert gone_for_good(rows[::-1]).tolist() == expected[::-1]
    assert gone_for_good(rows[:0]).tolist() == []
