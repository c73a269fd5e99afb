"""Figures of simulated days on which people count: everything is conserved, and figures agree with each other."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim.loading import load
from sim.measure import Layout, Tally, conservation, count
from sim.measure.counts import Counting
from sim.measure.people import PEOPLE_COLUMNS
from sim.measure.results import Results
from sim.measure.tables import fact_tables
from sim.record import Facts, Met, rows
from sim.run import Model

SMALL = [
    "+scenario=tightrope",
    "days=2",
    "demand.scale=0.3",
    "teams.front.shifts={early: 5, middle: 5, late: 5}",
    "+teams.back={skills: {second: 1}, shifts: {early: 3, late: 3}}",
    "+queues.second={open: {mon-fri: '08:00-20:00'}, arrivals: {kind: rates, per_hour: 5}, fcr: 0.6}",
    "+queues.second.talk={kind: exponential, mean_s: 400}",
    "+queues.service.transfer={probability: 0.4, to: second}",
    "+queues.service.goodwill=20",
    "+queues.service.trunks=40",
    "queues.service.repeat.delay.median_s=7200",
    "behavior.pressure.gamers=0.5",
]


@cache
def model() -> Model:
    return Model.of(load(SMALL).scenario)


@cache
def simulated() -> tuple[list[Facts], Results]:
    layout, tally = Layout.of(model().scenario), Tally(Layout.of(model().scenario))
    facts = [model().simulate(replication, "simpy") for replication in range(3)]
    for each in facts:
        tally.add(count(each, layout))
    return facts, tally.results()


def value(kpi: str, *scope: str) -> float:
    mean = simulated()[1].value(kpi, *scope).mean
    assert mean is not None
    return mean


def test_everything_is_conserved() -> None:
    assert [conservation(facts) for facts in simulated()[0]] == [[], [], []]


def test_everything_that_people_do_occurs() -> None:
    for kpi in (
        *("repeats", "repeats_owed", "transfers", "cut_short", "surveyed", "goodwill_cost", "churn", "empathy_acted"),
        *("agitation", "pressure", "abandoned", "redial_rate"),
    ):
        assert value(kpi) > 0.0, kpi


def test_the_center_adds_up_its_queues_and_its_teams() -> None:
    for kpi in ("resolved", "repeats", "repeats_owed", "surveyed", "churn", "total_cost", "paid_cost", "cases_closed"):
        parts = value(kpi, "queue", "service") + value(kpi, "queue", "second")
        assert parts == pytest.approx(value(kpi), rel=1e-12), kpi
    for kpi in ("resolved", "surveyed", "transfers", "cut_short", "goodwill_cost", "paid_cost"):
        parts = value(kpi, "team", "front") + value(kpi, "team", "back")
        assert parts == pytest.approx(value(kpi), rel=1e-12), kpi


def test_every_unresolved_contact_is_passed_on_or_repeated_or_owed_or_given_up() -> None:
    for facts in simulated()[0]:
        counts = count(facts, Layout.of(model().scenario))
        sums = dict(zip(PEOPLE_COLUMNS, counts.people[0].sum(axis=0), strict=True))
        handled = facts.contacts[facts.contacts["outcome"] == 0]
        given_up = int(((handled["comes_back"] == 0) & (facts.met["resolved"] == 0)).sum())
        unresolved = len(handled) - sums["resolved"]
        assert unresolved == sums["passed_on"] + sums["repeats"] + sums["owed"] + given_up
        attempts = facts.contacts["leg"] == 0
        assert sums["fresh"] >= sums["kept"] > 0
        assert sums["fresh"] <= (attempts & (facts.contacts["outcome"] == 0)).sum()


def test_what_all_would_say_is_what_is_expected() -> None:
    """Chance in saying is independent of all else: the shares differ by four standard errors at most."""
    handled = value("handled") * 3
    assert abs(value("csat_said") - value("csat")) < 4 * np.sqrt(0.25 / handled)


def test_the_tables_of_facts_say_what_people_did() -> None:
    facts = simulated()[0][0]
    tables = fact_tables(facts, ["service", "second"], ["front", "back"], 0)
    contacts, met = tables["contacts"], tables["encounters"]
    joined = contacts.join(met, on=["replication", "caller", "attempt", "leg"], how="inner", maintain_order="left")
    assert len(joined) == len(met) == contacts.filter(pl.col("outcome") == "handled").height
    assert joined.filter("resolved")["comes_back"].unique().to_list() == ["no"]
    assert set(contacts["comes_back"].unique()) == {"no", "yes", "later", "onward"}
    plain = fact_tables(facts._replace(met=rows(Met, 0)), ["service", "second"], ["front", "back"], 0)
    assert "encounters" not in plain and "leg" not in plain["contacts"].columns


def test_portions_of_the_compiled_clock_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.clocks.compiled_clock.TABLE_ROWS", 700)
    layout, whole = Layout.of(model().scenario), simulated()[0][0]
    counting, portions = Counting(layout, model().agents), 0
    for told in model().portions(0, "compiled"):
        counting.add(told.left, told.was, told.queued, told.met)
        portions, end = portions + 1, told.end
    assert portions > 3
    one, other = count(whole, layout), counting.counts(end)
    for name in ("contacts", "people", "team_people", "agents", "needs"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-9, atol=1e-9, err_msg=name)


def test_causes_add_up() -> None:
    causes: Any = simulated()[1].causes
    for _, part in causes.group_by("what", "scope", "name"):
        mean = part["mean"].to_numpy()
        assert abs(mean[:-1].sum() - mean[-1]) < 1e-12 * max(1.0, mean[-1])
