"""The schedule: what was planned, whatever came in between."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plan.schedule import Schedule
from sim.plan.timetable import Timetable
from sim.record import AgentState, Duty
from sim.scenario import Scenario
from tests.plan.given import queue, staffed
from tests.plan.test_timetable import EARLY, centers, clock

PAUSES: dict[str, Any] = EARLY | {
    "breaks": [{"start": "10:00", "minutes": 15, "stagger_min": 30}],
    "lunch": {"start": "12:00", "minutes": 30},
}


def schedule(center: Scenario, replication: int = 0) -> Schedule:
    return Timetable.of(center).schedule(1, replication)


def told(found: Schedule, who: int | None = None) -> list[str]:
    """The stretches, such as '0 idle 8:00-10:00'; of one agent without its number."""
    lines = []
    for agent, state, start, end in zip(*(column.tolist() for column in found), strict=True):
        if who is None or agent == who:
            whose = "" if who is not None else f"{agent} "
            lines.append(f"{whose}{AgentState(state).name.lower()} {clock(start)}-{clock(end)}")
    return lines


def same(one: Schedule, other: Schedule) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    "surprises",
    [{}, {"absence": 1.0}, {"absence": 0.5, "shrinkage": {"unplanned": 0.3}}, {"shrinkage": {"unplanned": 1.0}}],
)
def test_a_shift_with_its_pauses_whoever_misses_it(surprises: dict[str, Any]) -> None:
    assert told(schedule(staffed({"shifts": {"early": 2}} | surprises, {"early": PAUSES}))) == [
        "0 idle 8:00-10:00",
        "0 break 10:00-10:15",
        "0 idle 10:15-12:00",
        "0 lunch 12:00-12:30",
        "0 idle 12:30-16:00",
        "1 idle 8:00-10:15",
        "1 break 10:15-10:30",
        "1 idle 10:30-12:00",
        "1 lunch 12:00-12:30",
        "1 idle 12:30-16:00",
    ]


def test_a_pause_from_the_first_moment_and_one_to_the_last() -> None:
    shift = EARLY | {"meetings": [{"start": "08:00", "minutes": 10}], "training": [{"start": "15:00", "minutes": 60}]}
    center = staffed({"shifts": {"early": 1}}, {"early": shift})
    assert told(schedule(center), 0) == ["meeting 8:00-8:10", "idle 8:10-15:00", "training 15:00-16:00"]


def test_around_the_clock_stints_are_cut_off_at_both_ends() -> None:
    night = {"start": "22:00", "end": "06:00", "lunch": {"start": "23:45", "minutes": 30}}
    center = staffed({"shifts": {"n": 1}}, {"n": night}, queues={"q": queue()})
    assert told(schedule(center), 0) == ["lunch 0:00-0:15", "idle 0:15-6:00", "idle 22:00-23:45", "lunch 23:45-24:00"]


def test_staffing_by_interval() -> None:
    center = staffed({"staffing": {"start": "08:00", "agents": [1, 2, 0, 1]}})
    assert told(schedule(center)) == ["0 idle 8:00-10:00", "0 idle 11:00-12:00", "1 idle 9:00-10:00"]


def test_planned_shrinkage_of_a_whole_shift_is_away_as_planned() -> None:
    center = staffed({"shifts": {"early": 1}, "shrinkage": {"planned": 1.0}}, {"early": PAUSES})
    assert told(schedule(center), 0) == ["away 8:00-16:00"]


def test_what_no_replication_changes_is_worked_out_once() -> None:
    surprising = {"absence": 0.5, "shrinkage": {"unplanned": 0.3}}
    made = Timetable.of(staffed({"shifts": {"early": 5}} | surprising, {"early": PAUSES}))
    assert made.schedule(1, 0) is made.schedule(2, 7)


def test_the_block_of_planned_work_stands_where_the_replication_puts_it() -> None:
    """Without short absences nothing moves it, so the timetable has the very same blocks."""
    made = Timetable.of(staffed({"shifts": {"early": 20}, "shrinkage": {"planned": 0.1}}, {"early": PAUSES}))
    for replication in (0, 1):
        found, table = made.schedule(1, replication), made.draw(1, replication)
        blocks = found.state == AgentState.AWAY
        away = np.sort(table[table["what"] == Duty.AWAY], order="who")
        assert found.agent[blocks].tolist() == away["who"].tolist() == list(range(20))
        assert found.start[blocks].tolist() == away["at"].tolist()
        assert (found.end - found.start)[blocks].tolist() == away["lasts"].tolist()
    assert not same(made.schedule(1, 0), made.schedule(1, 1))


def test_nobody_has_no_schedule() -> None:
    assert told(schedule(staffed({"agents": 0, "shifts": {"early": 3}}, {"early": EARLY}))) == []


def as_planned(center: Scenario) -> Scenario:
    """The same center where nothing unplanned happens."""
    team = center.teams["front"]
    shrinkage = team.shrinkage.model_copy(update={"unplanned": 0.0})
    team = team.model_copy(update={"absence": 0.0, "shrinkage": shrinkage})
    return center.model_copy(update={"teams": {"front": team}})


@given(center=centers(), replication=st.integers(0, 50))
@settings(max_examples=60, deadline=None)
def test_it_is_the_timetable_of_a_day_on_which_all_goes_as_planned(center: Scenario, replication: int) -> None:
    found, table = schedule(center, replication), Timetable.of(as_planned(center)).draw(1, replication)
    by_agent = np.lexsort((found.start, found.agent))
    assert (by_agent == np.arange(len(by_agent))).all()
    assert ((found.agent[1:] != found.agent[:-1]) | (found.start[1:] >= found.end[:-1])).all()
    assert (found.start < found.end).all()
    paused = found.state != AgentState.IDLE
    rows = table[(table["what"] >= Duty.BREAK) & (table["what"] <= Duty.AWAY)]
    rows = rows[np.lexsort((rows["at"], rows["who"]))]
    assert found.agent[paused].tolist() == rows["who"].tolist()
    assert found.state[paused].tolist() == rows["what"].tolist()
    assert found.start[paused].tolist() == rows["at"].tolist()
    assert (found.end - found.start)[paused].tolist() == rows["lasts"].tolist()
    spent = np.bincount(found.agent, found.end - found.start, minlength=1)
    duty = np.zeros(len(spent))
    for what, sign in ((Duty.SIGN_ON, -1.0), (Duty.SIGN_OFF, 1.0)):
        mine = table[table["what"] == what]
        np.add.at(duty, mine["who"], sign * mine["at"])
    assert spent.tolist() == duty.tolist()
