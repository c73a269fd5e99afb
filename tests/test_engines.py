"""Both clocks over whole scenarios: the same facts, row for row, also when times are rounded so that ties abound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sim.clocks.compiled_clock import CompiledClock
from sim.clocks.script import Given, Told
from sim.clocks.simpy_clock import SimpyClock
from sim.loading import load
from sim.measure import conservation
from sim.record import Portion
from sim.run import Model
from tests.scripted import same

SCENARIOS = sorted(path.stem for path in Path(__file__).parent.parent.glob("scenarios/*.yaml"))
LONG = ("tightrope", "canned_answers", "demanding_callers", "empathy_hiring", "narrow_kpis", "servant_leadership")
SMALLER = {"erlang_a": ["demand.scale=0.1", "staffing.scale=0.1"]} | {name: ["days=2"] for name in LONG}
"""What is changed of a scenario so that SimPy is done with it in a second or two; two days have a night in between."""


def rounded(given: Given) -> Given:
    """The same with every time a whole number of seconds, and handle factors of a quarter: ties everywhere."""

    def chunks() -> Iterator[Portion]:
        for chunk in given.chunks:
            for name in ("arrived", "patience", "talk", "hold", "wrap", "delay", "delay_blocked"):
                chunk.contacts[name] = np.round(chunk.contacts[name])
            chunk.callers["repeats_after"] = np.round(chunk.callers["repeats_after"])
            yield chunk

    agents, timetable = given.agents.copy(), given.timetable.copy()
    agents["handle_factor"] = np.maximum(0.25, np.round(agents["handle_factor"] * 4) / 4)
    timetable["at"], timetable["lasts"] = np.round(timetable["at"]), np.round(timetable["lasts"])
    return given._replace(chunks=chunks(), agents=agents, timetable=timetable)


def both(one: Given, other: Given) -> tuple[Told, int]:
    """What both clocks tell (the same, or this fails), and how many events share their instant with another."""
    trace: list[tuple[float, int, int]] = []
    slow = SimpyClock(one, trace=trace)
    fast = CompiledClock(other, trace=1_000_000)
    told, again = slow.run(), fast.run()
    assert same(told, again)
    assert trace == fast.trace
    times = np.array([event[0] for event in trace])
    return told, int(np.count_nonzero(np.diff(times) == 0.0))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_shipped_scenario_runs_the_same_under_both_clocks(name: str) -> None:
    model = Model.of(load([name, *SMALLER.get(name, [])]).scenario)
    both(model.given(0), model.given(0))
    # What people make of times is never a whole number of seconds.
    queueing = Model.of(load([name, "behavior.people=false", *SMALLER.get(name, [])]).scenario)
    _, tied = both(rounded(queueing.given(1)), rounded(queueing.given(1)))
    assert tied > 50


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_a_shipped_scenario_writes_down_is_conserved(name: str) -> None:
    model = Model.of(load([name]).scenario)
    assert conservation(model.simulate(0, "compiled")) == []


RULES = [
    ["routing.pick_agent=most_idle", "routing.pick_contact=longest_wait"],
    ["routing.pick_agent=fewest_skills", "routing.pick_contact=age_times_priority", "queues.sales.weight=3"],
    ["routing.pick_agent=fastest", "routing.pick_contact=longest_queue"],
    ["routing.pick_agent=random", "trunks=60", "queues.service.balk=0.1"],
    ["queues.service.at_close=disconnect", "queues.billing.trunks=12", "staffing.scale=0.5"],
]


@pytest.mark.parametrize("overrides", RULES, ids=lambda rule: rule[0].partition("=")[2])
def test_every_rule_runs_the_same_under_both_clocks(overrides: list[str]) -> None:
    model = Model.of(load(["peak", *overrides]).scenario)
    both(model.given(0), model.given(0))
    both(rounded(model.given(0)), rounded(model.given(0)))


BEHAVIORS = sorted(path.stem for path in Path(__file__).parent.parent.glob("configs/behavior/*.yaml"))
EVERYTHING = [
    "queues.english.transfer={probability: 0.3, to: spanish}",
    "queues.english.goodwill=15",
    "queues.english.script=0.5",
    "queues.english.fcr=0.5",
    "queues.english.repeat={probability: 1.0, delay: {kind: lognormal, median_s: 1800, sigma: 1.0}}",
    "queues.spanish.asks={empathy: 0.9, speed: 0.9}",
    "teams.bilingual.skills.spanish={level: 1, assist: 1.0, canned: 0.5}",
    "goals.aht_target=150",
    "routing.pick_agent=empathy_match",
]
"""Nearly everything that people do, all in one scenario, and much of it."""


@pytest.mark.parametrize("behavior", BEHAVIORS)
def test_every_behavior_runs_the_same_under_both_clocks(behavior: str) -> None:
    more = [] if behavior == "none" else EVERYTHING
    model = Model.of(load(["bilingual", f"behavior={behavior}", *more]).scenario)
    told, _ = both(model.given(0), model.given(0))
    both(rounded(model.given(1)), rounded(model.given(1)))
    assert conservation(model.facts(0, told)) == []
    assert (len(told.met) > 0) == (behavior != "none")
    if more:
        assert told.left["leg"].any()
        assert (told.left["attempt"] > 2).any()


def test_one_replication_does_not_depend_on_another() -> None:
    model = Model.of(load(["calm"]).scenario)
    alone = model.simulate(3, "simpy")
    for replication in range(3):
        model.simulate(replication, "simpy")
    again = model.simulate(3, "compiled")
    assert all(np.array_equal(alone.contacts[n], again.contacts[n], equal_nan=True) for n in alone.contacts.dtype.names)
    other = model.simulate(4, "compiled")
    assert len(alone.contacts) != len(other.contacts) or not np.array_equal(
        alone.contacts["arrived"], other.contacts["arrived"]
    )
