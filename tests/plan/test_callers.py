"""Callers' marks: right distributions, latent attempts, and the same rows however they are asked for."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.recfunctions import structured_to_unstructured
from scipy.stats import kstest

from sim.draws import Domain, Purpose, key, split, uniform
from sim.plan import attempts
from sim.plan.attempts import Redials
from sim.plan.demand import Arrivals
from sim.record import Rows
from sim.scenario import Scenario
from tests.plan.given import arrivals, contacts, marks, queue, scenario

MARKS = ("patience", "balk", "talk", "hold", "wrap", "come_back", "delay", "delay_blocked", "pick", "empathy", "speed")


def exponential(mean_s: float) -> dict[str, Any]:
    return {"kind": "exponential", "mean_s": mean_s}


def full(name_of_next: str | None = None, **redial: Any) -> dict[str, Any]:
    """A queue with every mark random where agents are picked at random."""
    return queue(
        300,
        talk={"kind": "lognormal", "mean_s": 240, "cv": 1.2},
        hold=exponential(20),
        wrap=exponential(30),
        patience=exponential(390),
        balk=0.1,
        redial={"after_abandon": 0.5, "queue": name_of_next} | redial,
        needs={"correlation": 0.4},
    )


def drawn(queues: dict[str, Any], **more: Any) -> Scenario:
    """A scenario in which a rule reads every mark of a full queue."""
    return scenario(queues, routing={"pick_agent": "random"}, **more)


def day_of(center: Scenario, replication: int = 0) -> Rows:
    return marks(center, 1, replication, arrivals(center, 1, replication, 0))


def same(a: Rows, b: Rows) -> bool:
    """Bit for bit, nan equal to nan."""
    return a.dtype == b.dtype and bool(np.array_equal(structured(a), structured(b), equal_nan=True))


def structured(table: Rows) -> np.ndarray[Any, Any]:
    return structured_to_unstructured(table, dtype=np.float64)


def whole(tables: list[Rows]) -> Rows:
    """Portions as one table in the order of `marks`: `again` counted over all of it, by attempt."""
    parts = []
    base = 0
    for table in tables:
        table = table.copy()
        table["again"] = np.where(table["again"] >= 0, table["again"] + base, -1)
        base += len(table)
        parts.append(table)
    joined = np.concatenate(parts)
    order = np.argsort(joined["attempt"], kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    joined = joined[order]
    joined["again"] = np.where(joined["again"] >= 0, place[joined["again"]], -1)
    return joined


# --- exact ------------------------------------------------------------------------------------


def test_first_attempts_stand_in_order_of_arrival_with_what_is_given() -> None:
    center = drawn({"a": full(), "b": queue(100)})
    came = arrivals(center, 1, 0, 0)
    table = marks(center, 1, 0, came, first_caller=1000)
    first = table[: len(came.times)]
    assert (first["arrived"] == came.times).all()
    assert (first["queue"] == came.queue).all()
    assert (first["attempt"] == 1).all()
    assert (first["caller"] == 1000 + np.arange(len(first))).all()
    later = table[len(first) :]
    assert len(later) > 0 and np.isnan(later["arrived"]).all() and (later["attempt"] > 1).all()
    assert (table["state"] == 0).all() and (table["agent"] == -1).all() and np.isnan(table["answered"]).all()


def test_each_mark_is_the_quantile_of_its_own_uniform_number() -> None:
    center = drawn({"q": full(delay_after_block={"kind": "constant", "value_s": 30})})
    came = arrivals(center, 7, 2, 0)
    first = marks(center, 7, 2, came)[: len(came.times)]
    q = center.queues["q"]
    own = split(key(7, 2, Domain.CALLERS, "q"), came.ordinal)
    assert (first["talk"] == q.talk.quantile(uniform(own, Purpose.TALK))).all()
    assert (first["hold"] == q.hold.quantile(uniform(own, Purpose.HOLD))).all()
    assert (first["wrap"] == q.wrap.quantile(uniform(own, Purpose.WRAP))).all()
    assert (first["patience"] == q.patience.quantile(uniform(own, Purpose.PATIENCE))).all()
    assert (first["balk"] == uniform(own, Purpose.BALK)).all()
    assert (first["pick"] == uniform(own, Purpose.ROUTE)).all()
    assert (first["come_back"] == uniform(own, Purpose.COME_BACK)).all()
    again = first["again"] >= 0
    delay = q.redial.delay.quantile(uniform(own, Purpose.DELAY))
    assert (first["delay"] == np.where(again, delay, 0.0)).all()
    assert (first["delay_blocked"] == np.where(again, 30.0, 0.0)).all()


def test_defaults_are_endless_patience_and_no_hold_or_wrap() -> None:
    table = day_of(scenario({"q": queue(100)}))
    assert np.isinf(table["patience"]).all()
    assert not table["hold"].any() and not table["wrap"].any() and (table["talk"] == 60.0).all()


def test_later_attempts_hang_together() -> None:
    """Every row's `again` is the same caller's next attempt, present exactly where the mark allows it."""
    center = drawn({"a": full("b", max_attempts=4), "b": full("a", after_abandon=0.3, after_block=0.6)})
    table = day_of(center)
    probability = np.array([0.5, 0.6])[table["queue"]]
    most = np.array([4, 20])[table["queue"]]
    again = table["again"]
    assert ((again >= 0) == ((table["come_back"] < probability) & (table["attempt"] < most))).all()
    has = np.flatnonzero(again >= 0)
    then = again[has]
    assert (table["caller"][then] == table["caller"][has]).all()
    assert (table["attempt"][then] == table["attempt"][has] + 1).all()
    assert (table["queue"][then] == 1 - table["queue"][has]).all()
    assert (table["empathy"][then] == table["empathy"][has]).all()
    assert (table["speed"][then] == table["speed"][has]).all()
    assert (table["talk"][then] != table["talk"][has]).all()
    assert np.unique(then).size == then.size == len(table) - (table["attempt"] == 1).sum()


def test_delay_after_block_is_the_same_delay_unless_given() -> None:
    table = day_of(drawn({"q": full()}))
    has = table["again"] >= 0
    assert (table["delay_blocked"] == table["delay"]).all() and (table["delay"][has] > 0).all()


def test_at_most_as_many_attempts_as_allowed() -> None:
    for most in (1, 2, 5):
        table = day_of(drawn({"q": full(after_abandon=1.0, max_attempts=most)}))
        assert table["attempt"].max() == most
        assert len(table) == most * (table["attempt"] == 1).sum()


def test_no_limit_on_attempts() -> None:
    assert day_of(drawn({"q": full(after_abandon=0.9, max_attempts=None)}))["attempt"].max() > 20


def test_nobody_is_an_empty_table() -> None:
    center = scenario({"q": queue(0)})
    nobody = Arrivals(np.empty(0), np.empty(0, np.int32), np.empty(0, np.int64))
    assert len(marks(center, 1, 0, nobody)) == 0
    assert list(contacts(center, 1, 0)) == []


# --- the same rows however they are asked for ---------------------------------------------------


@given(cuts=st.lists(st.integers(0, 1200), max_size=6))
@settings(max_examples=25, deadline=None)
def test_rows_do_not_depend_on_the_slices(cuts: list[int]) -> None:
    center = drawn({"a": full("b"), "b": full()})
    came = arrivals(center, 1, 0, 0)
    came = Arrivals(came.times[:1200], came.queue[:1200], came.ordinal[:1200])
    edges = sorted({0, *cuts, len(came.times)})
    parts = [
        marks(center, 1, 0, Arrivals(came.times[a:b], came.queue[a:b], came.ordinal[a:b]), first_caller=a)
        for a, b in pairwise(edges)
    ]
    assert same(whole(parts), marks(center, 1, 0, came))


@pytest.mark.parametrize("portion", [50, 1000, 100_000])
def test_contacts_of_all_days_in_portions(portion: int) -> None:
    center = drawn({"a": full("b"), "b": full()}, days=2)
    days = [arrivals(center, 1, 0, day) for day in range(2)]
    at_once = Arrivals(*(np.concatenate(columns) for columns in zip(*days, strict=True)))
    parts = list(contacts(center, 1, 0, portion))
    assert same(whole(parts), marks(center, 1, 0, at_once))
    first = [part["arrived"][part["attempt"] == 1] for part in parts]
    assert (np.diff(np.concatenate(first)) >= 0).all()


@pytest.mark.parametrize("ahead", [1, 100, 1_000_000])
def test_rows_do_not_depend_on_how_far_ahead_attempts_are_looked_at(
    monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    center = drawn({"a": full("b", max_attempts=4), "b": full("c"), "c": full("a", after_abandon=0.9)})
    usual = day_of(center)
    monkeypatch.setattr(attempts, "AHEAD", ahead)
    assert same(day_of(center), usual)


# --- marks that nobody reads --------------------------------------------------------------------


def test_a_mark_that_no_rule_reads_is_not_drawn() -> None:
    """Balking where a queue's probability is above 0, picking where it is at random; all for user code."""
    queues = {"a": full(), "b": full() | {"balk": 0.0}}
    table = day_of(scenario(queues))
    assert np.isnan(table["pick"]).all()
    assert (np.isnan(table["balk"]) == (table["queue"] == 1)).all()
    every = day_of(drawn(queues))
    read = {"file": "own.py", "beside": ["shift_change"]}
    own = day_of(scenario(queues, python=read, allow_python=True))
    for name in set(MARKS) - {"balk"}:
        assert (own[name] == every[name]).all(), name
    assert not np.isnan(own["balk"]).any()
    assert (own["balk"] == every["balk"])[own["queue"] == 0].all()


# --- common random numbers ----------------------------------------------------------------------


def test_other_queues_change_no_mark() -> None:
    alone = day_of(drawn({"a": full()}), replication=3)
    among = day_of(drawn({"x": full(), "a": full(), "y": queue(50)}), replication=3)
    own = among[among["queue"] == 1]
    for name in MARKS:
        assert (own[name] == alone[name]).all(), name


def test_more_demand_brings_the_same_callers_and_more() -> None:
    one = day_of(drawn({"a": full()}))
    two = day_of(drawn({"a": full()}, demand={"scale": 1.5}))
    first, more = one[one["attempt"] == 1], two[two["attempt"] == 1]
    for name in MARKS:
        assert (more[name][: len(first)] == first[name]).all(), name
    assert len(more) > len(first)


def test_staff_and_other_parameters_change_no_mark() -> None:
    """A longer talk is longer for each caller, and nothing else of theirs moves."""
    slow = full() | {"talk": {"kind": "lognormal", "mean_s": 300, "cv": 1.2}, "balk": 0.2}
    one, two = day_of(drawn({"a": full()})), day_of(drawn({"a": slow}))
    assert np.allclose(two["talk"], one["talk"] * 300 / 240, rtol=1e-12)
    for name in set(MARKS) - {"talk"}:
        assert (one[name] == two[name]).all(), name


def test_replications_and_days_differ() -> None:
    center = drawn({"a": full()}, days=2)
    tables = [marks(center, 1, r, arrivals(center, 1, r, d)) for r in (0, 1) for d in (0, 1)]
    assert len({float(table["talk"][0]) for table in tables}) == 4


# --- on average ---------------------------------------------------------------------------------


def test_distributions_and_independence() -> None:
    """About 36,000 callers: Kolmogorov-Smirnov p above 6e-5, correlations within 4 / sqrt(n)."""
    table = day_of(drawn({"a": full()}, demand={"scale": 5.0}))
    first = table[table["attempt"] == 1]
    n = len(first)
    assert n > 30_000
    sigma = np.log1p(1.44) ** 0.5
    assert kstest(np.log(first["talk"] / 240.0) / sigma + sigma / 2, "norm").pvalue > 6e-5
    for name, mean in (("patience", 390.0), ("wrap", 30.0), ("hold", 20.0)):
        assert kstest(first[name] / mean, "expon").pvalue > 6e-5, name
    for name in ("balk", "come_back", "pick"):
        assert kstest(first[name], "uniform").pvalue > 6e-5, name
    columns = ("patience", "balk", "wrap", "hold", "come_back", "pick", "talk", "empathy")
    ranks = np.argsort(np.argsort([first[name] for name in columns], axis=1), axis=1)
    off = np.corrcoef(ranks) - np.eye(len(columns))
    assert np.abs(off).max() < 4 / n**0.5
    assert abs(np.corrcoef(first["empathy"], first["speed"])[0, 1] - 0.4) < 4 * 0.84 / n**0.5 + 0.002
    coming = np.diff(first["arrived"])
    assert abs(np.corrcoef(coming, first["talk"][1:])[0, 1]) < 4 / n**0.5


def test_second_attempts_are_new_tries() -> None:
    """Given that there is a second attempt, its marks have the queue's law and know nothing of the first's."""
    table = day_of(drawn({"a": full()}, demand={"scale": 5.0}))
    has = np.flatnonzero((table["attempt"] == 1) & (table["again"] >= 0))
    then = table["again"][has]
    n = len(has)
    assert kstest(table["patience"][then] / 390.0, "expon").pvalue > 6e-5
    assert kstest(table["come_back"][then], "uniform").pvalue > 6e-5
    assert abs(np.corrcoef(table["patience"][has], table["patience"][then])[0, 1]) < 4 / n**0.5
    share = n / (table["attempt"] == 1).sum()
    assert abs(share - 0.5) < 4 * (0.25 / (table["attempt"] == 1).sum()) ** 0.5


def test_attempts_each_bounds_the_rows() -> None:
    center = drawn({"a": full(), "b": queue(300)})
    assert Redials.of(center).attempts_each == pytest.approx((1 - 0.5**20) / 0.5)
    assert Redials.of(scenario()).attempts_each == 1.0
    assert Redials.of(drawn({"q": full(after_abandon=1.0)})).attempts_each == 20.0
    assert Redials.of(drawn({"q": full(max_attempts=None)})).attempts_each == 2.0
