"""The probability of meeting a goal: by day, by interval, and of all queues at once."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.measure.statistics import wilson
from sim.record import Facts, Outcome
from tests.measure.days import call, day, layout, results

DAY = 86400.0
TWO = layout("service", "sales", days=2)


def busy(*good: tuple[int, int, int]) -> Facts:
    """Five contacts for each (day, queue, number in time)."""
    calls = []
    for which, queue, in_time in good:
        for i in range(5):
            wait = 10.0 if i < in_time else 30.0
            calls.append(call(len(calls), (which - 1) * DAY + i, queue=queue, wait=wait, talk=9))
    return day(calls)


MADE = results(
    TWO,
    busy((1, 0, 4), (1, 1, 4), (2, 0, 5)),  # exactly 80 % meets 80 %
    busy((1, 0, 3), (1, 1, 5), (2, 0, 5)),
    busy((1, 0, 4), (2, 0, 0), (2, 1, 5)),
)


def row(name: str, number: int | None) -> tuple[int, int, float]:
    found = MADE.targets.filter(
        (pl.col("name") == name) & (pl.col("kpi") == "service_level") & pl.col("day").eq_missing(number)
    )
    return found.select("met", "trials", "p").row(0)


def test_by_day() -> None:
    assert [row("service", 1), row("service", 2)] == [(2, 3, 2 / 3), (2, 3, 2 / 3)]
    assert [row("sales", 1), row("sales", 2)] == [(2, 2, 1.0), (1, 1, 1.0)]  # no contacts is no trial
    assert [row("center", 1), row("center", 2)] == [(3, 3, 1.0), (2, 3, 2 / 3)]


def test_all_queues() -> None:
    assert [row("all queues", 1), row("all queues", 2)] == [(2, 3, 2 / 3), (2, 3, 2 / 3)]


def test_over_all_days_a_replication_is_one_trial() -> None:
    assert row("service", None) == (4, 6, 4 / 6)
    low, high = wilson(np.array([4 / 6]), np.array([3.0]), 0.95)
    found = MADE.targets.filter(
        (pl.col("name") == "service") & pl.col("day").is_null() & (pl.col("kpi") == "service_level")
    )
    assert found.select("low", "high").row(0) == (low[0], high[0])


def test_by_interval() -> None:
    service = MADE.intervals.filter((pl.col("name") == "service") & (pl.col("target_trials") > 0))
    assert service.select("day", "weekday", "clock", "target", "target_trials", "p_target_met").rows() == [
        (1, "monday", "09:00", 0.8, 3, 2 / 3),
        (2, "tuesday", "09:00", 0.8, 3, 2 / 3),
    ]


def test_abandonment() -> None:
    lost = [call(0, 0, wait=9, outcome=Outcome.ABANDONED), *(call(i, i, talk=9) for i in range(1, 20))]
    made = results(layout(), day(lost), day(lost[:2])).targets
    found = made.filter((pl.col("name") == "service") & (pl.col("kpi") == "abandonment_rate") & (pl.col("day") == 1))
    assert found.select("goal", "met", "trials").row(0) == (0.05, 1, 2)  # 1 of 20 is not more than 5 %
