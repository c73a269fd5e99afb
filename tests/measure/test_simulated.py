"""Figures of simulated days: everything is conserved, and the tables agree with each other."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest

from sim.measure import Layout, Tally, conservation, count
from sim.measure.results import Results
from sim.record import Facts
from sim.run import Model
from sim.scenario import Scenario

QUEUE: dict[str, Any] = {
    "open": "08:00-12:00",
    "arrivals": {"kind": "rates", "per_hour": 120, "day_factor_shape": 20},
    "talk": {"kind": "lognormal", "mean_s": 240, "cv": 1.2},
    "hold": {"kind": "zero_or", "probability_zero": 0.7, "then": {"kind": "exponential", "mean_s": 60}},
    "wrap": {"kind": "exponential", "mean_s": 30},
    "patience": {"kind": "exponential", "mean_s": 200},
    "balk": 0.1,
    "redial": {"after_abandon": 0.5, "after_block": 0.5, "delay": {"kind": "exponential", "mean_s": 600}},
}
SCENARIO: dict[str, Any] = {
    "days": 2,
    "queues": {
        "service": {**QUEUE, "trunks": 14},
        "sales": {**QUEUE, "at_close": "disconnect", "goals": {"within_s": 60}},
    },
    "teams": {
        "front": {"skills": {"service": 1, "sales": 2}, "shifts": {"early": 9}, "absence": 0.1},
        "back": {
            "skills": {"sales": 1},
            "shifts": {"early": 7},
            "shrinkage": {"planned": 0.05, "unplanned": 0.05, "episode_min": 8},
        },
    },
    "shifts": {
        "early": {
            "start": "08:00",
            "end": "12:00",
            "breaks": [{"start": "09:30", "minutes": 15, "stagger_min": 30}],
            "lunch": {"start": "11:00", "minutes": 20, "stagger_min": 20},
        }
    },
}


@cache
def simulated() -> tuple[list[Facts], Results]:
    scenario = Scenario.model_validate(SCENARIO)
    model, layout = Model.of(scenario), Layout.of(scenario)
    facts = [model.simulate(replication, "simpy") for replication in range(3)]
    tally = Tally(layout)
    for each in facts:
        tally.add(count(each, layout))
    return facts, tally.results()


def test_everything_is_conserved() -> None:
    assert [conservation(facts) for facts in simulated()[0]] == [[], [], []]


def test_every_way_of_leaving_occurs() -> None:
    made = simulated()[1]
    for kpi in ("handled", "abandoned", "balked", "blocked", "inside", "redial_rate", "hold_hours", "away_hours"):
        assert made.value(kpi).mean > 0.0, kpi


def test_offered_is_the_sum_of_the_ways_of_leaving() -> None:
    made = simulated()[1].replications.filter(pl.col("scope") != "team")
    table = made.pivot("kpi", index=["replication", "scope", "name"], values="value")
    ways = ["handled", "abandoned", "balked", "blocked", "called_back", "inside"]
    assert table["offered"].to_list() == table.select(pl.sum_horizontal(ways)).to_series().to_list()


def test_littles_law() -> None:
    """Mean length x time open = mean wait x number queued, as each day starts and ends empty."""
    for row in simulated()[1].replications.filter(pl.col("kpi") == "queue_length_mean").iter_rows(named=True):
        waits = simulated()[1].replications.filter(
            (pl.col("kpi") == "wait_mean_s")
            & (pl.col("replication") == row["replication"])
            & (pl.col("name") == row["name"])
        )
        assert row["denominator"] == 2 * 4 * 3600
        # two sums of a few hundred waits in different order
        assert row["numerator"] == pytest.approx(waits["numerator"][0], rel=1e-11)


def test_agents_handle_as_long_as_contacts_take() -> None:
    made = simulated()[1]
    spent = sum(made.value(f"{state}_hours").mean for state in ("talk", "hold", "wrap"))
    assert spent == pytest.approx(made.value("handling_hours").mean, rel=1e-11)
    by_agent = made.agents.select(pl.sum_horizontal("talk_hours", "hold_hours", "wrap_hours")).to_series().sum()
    assert by_agent == pytest.approx(spent, rel=1e-11)


def test_of_offered_is_the_strictest_service_level() -> None:
    """Of offered counts no abandon as met, another variant all early ones; of answered leaves out who gave up."""
    made = simulated()[1]
    low = made.value("service_level_of_offered").mean
    assert low < made.value("service_level_excluding_short_abandons").mean
    assert low < made.value("service_level_abandons_counted_as_met").mean
    assert low < made.value("service_level_of_answered").mean
