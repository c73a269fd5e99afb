"""Small random centers with people in them: what must hold whatever they do to each other, under both clocks."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st

from sim.measure import conservation
from sim.record import Agent, ComesBack, Facts, Met, Outcome, arrival_order, raw, rows
from sim.scenario import Asks, Behavior, Repeat, Scenario, Transfer
from tests import scripted
from tests.center.test_random_centers import DAY, Case, cases, left_nobody, values
from tests.scripted import INF, Call

UNIT = ("agitation", "hurry", "energy", "delivered", "acted", "p_resolved", "churn")


def behavior(dice: Random) -> dict[str, Any]:
    """A behavior with any size of any mechanism, up to twice what is thinkable."""

    def part(**largest: float) -> dict[str, float]:
        return {name: dice.choice([0.0, 0.5, 1.0]) * most for name, most in largest.items()}

    return {
        "people": True,
        "talk": part(speed=0.3, load=0.3, wait=0.03, listening=0.2, calming=0.3, agitation=0.4, hurry=0.6, canned=0.4),
        "temper": part(waiting=2.0, attempts=1.0, transfers=1.0, hurry=0.0),
        "empathy": part(energy=1.0, pressure=1.0, acting=1.0, script=1.0),
        "pressure": part(speed=2.0, quality=2.0, cut=1.0, gamers=1.0) | {"cut_s": dice.choice([1.0, 8.0])},
        "resolution": part(empathy=0.5, knowledge=0.6, persistence=0.5, hurry=1.0, complexity=1.0),
        "satisfaction": part(unresolved=3.0, repeats=2.0, empathy=1.0, waiting=1.0, long_talk=1.0, goodwill=1.0),
        "loyalty": {"follows": dice.choice([0.0, 0.3, 1.0])},
        "energy": part(work=3.0, hurry=3.0, acting=3.0, agitation=3.0, rest=5.0, passion=1.0),
    }


def with_people(case: Case, dice: Random) -> tuple[Scenario, list[Call], list[dict[str, float]]]:
    """The case with people behind its records."""
    names = list(case.scenario.queues)
    queues = {}
    for place, (name, queue) in enumerate(case.scenario.queues.items()):
        passed_on = {"probability": dice.choice([0.5, 1.0]), "to": names[place - 1]}
        more = {
            "fcr": dice.choice([0.1, 0.5, 0.9]),
            "repeat": Repeat(probability=dice.choice([0.0, 0.5, 1.0])),
            "script": dice.random(),
            "goodwill": 20.0 * dice.random(),
            "asks": Asks(empathy=dice.random(), speed=dice.random()),
            "transfer": Transfer(**passed_on if place and dice.random() < 0.5 else {}),
        }
        queues[name] = queue.model_copy(update=more)
    goals = case.scenario.goals.model_copy(update={"aht_target": dice.choice([1.0, 20.0, 300.0])})
    scenario = case.scenario.model_copy(
        update={"queues": queues, "goals": goals, "behavior": Behavior.model_validate(behavior(dice))}
    )
    people = [
        {trait: dice.random() for trait in ("empathy", "speed", "knowledge", "patience", "persistence", "passion")}
        | {"games": dice.choice([0, 1])}
        for _ in case.agents
    ]
    return scenario, [mind(call, dice) for call in case.calls], people


def mind(call: Call, dice: Random) -> Call:
    """The caller, later tries included, with marks for what people do."""
    return replace(
        call,
        empathy=dice.random(),
        speed=dice.random(),
        solve=dice.random(),
        mood=dice.uniform(0.001, 0.999),
        replies=dice.random(),
        cut=dice.random(),
        onward=dice.random(),
        complexity=dice.gauss(0.0, 2.0),
        repeats_after=dice.choice([0, 5, 60, 300, 50000, 2 * DAY]),
        onward_talk=dice.choice([0, 5, 60]),
        onward_wrap=dice.choice([0, 5]),
        onward_patience=dice.choice([0, 10, INF]),
        then=mind(call.then, dice) if call.then else None,
    )


@settings(max_examples=150, deadline=None)
@given(cases(), st.integers(0, 2**32))
def test_what_holds_in_every_center_with_people(case: Case, seed: int) -> None:
    scenario, calls, people = with_people(case, Random(seed))
    one, other, told = scripted.run(
        scenario, calls, case.agents, case.duties, portion=case.portion, people=people
    )
    for seen in (one.center, other.center):
        left_nobody(seen)
        assert values(seen.crews, "on_phones", "busy") <= {(0, 0)}
    order = arrival_order(told.left)
    handled = told.left["outcome"] == Outcome.HANDLED
    assert len(told.met) == np.count_nonzero(handled)
    place = (np.cumsum(handled) - 1)[order[handled[order]]]
    met = raw(told.met)[place].view(told.met.dtype) if len(told.met) else rows(Met, 0)
    contacts = raw(told.left)[order].view(told.left.dtype)
    staff = rows(Agent, len(case.agents))
    staff["handle_factor"] = [factor for _, factor in case.agents]
    assert conservation(Facts(contacts, told.was, told.queued, staff, told.end, np.ones(scenario.days), met)) == []
    for name in UNIT:
        assert ((met[name] >= 0.0) & (met[name] <= 1.0)).all(), name
    for name in met.dtype.names or ():
        assert np.isfinite(met[name].astype(float)).all() or name == "back_after", name
    row = contacts[contacts["outcome"] == Outcome.HANDLED]
    again = np.isin(row["comes_back"], (ComesBack.YES, ComesBack.LATER, ComesBack.ONWARD))
    assert not (again & (met["resolved"] == 1)).any()
    assert ((met["churn"] == 0.0) | ~again).all()
    for what in ComesBack:
        if (row["comes_back"] == what).any():
            event(what.name)
    if met["short"].any():
        event("cut short")
