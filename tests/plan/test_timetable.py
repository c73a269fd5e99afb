"""The timetable: small weeks written out by hand, and what holds for every timetable."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plan.roster import agents
from sim.record import Duty, Rows
from sim.scenario import Scenario
from tests.plan.given import queue, scenario, staffed, timetable

DAY = 86400.0
EARLY: dict[str, Any] = {"start": "08:00", "end": "16:00"}
ON_THE_PHONES = (Duty.SIGN_ON, Duty.SIGN_OFF)


def clock(at: float) -> str:
    """Hours and minutes since midnight of day 1, seconds where there are any."""
    minutes, seconds = divmod(at, 60)
    return f"{int(minutes) // 60}:{int(minutes) % 60:02d}" + (f":{seconds:02.0f}" if seconds else "")


def told(table: Rows) -> list[str]:
    """The rows of a timetable, one a line."""
    return [
        f"{clock(row['at'])} {Duty(row['what']).name} {row['who']}"
        + (f" {row['lasts'] / 60:g} min" if row["lasts"] else "")
        for row in table
    ]


def of_agents(center: Scenario, replication: int = 0) -> list[str]:
    table = timetable(center, 1, replication)
    return told(table[(table["what"] != Duty.OPEN) & (table["what"] != Duty.CLOSE)])


# --- written out --------------------------------------------------------------------------------


def test_a_day_with_staggered_breaks_and_lunch() -> None:
    shift = EARLY | {
        "breaks": [{"start": "10:00", "minutes": 15, "stagger_min": 30}],
        "lunch": {"start": "12:00", "minutes": 30},
        "training": [{"start": "14:00", "minutes": 45}],
        "meetings": [{"start": "08:00", "minutes": 10}],
    }
    assert told(timetable(staffed({"shifts": {"early": 2}}, {"early": shift}), 1, 0)) == [
        "8:00 OPEN 0",
        "8:00 MEETING 0 10 min",
        "8:00 MEETING 1 10 min",
        "8:00 SIGN_ON 0",
        "8:00 SIGN_ON 1",
        "10:00 BREAK 0 15 min",
        "10:15 BREAK 1 15 min",
        "12:00 LUNCH 0 30 min",
        "12:00 LUNCH 1 30 min",
        "14:00 TRAINING 0 45 min",
        "14:00 TRAINING 1 45 min",
        "16:00 SIGN_OFF 0",
        "16:00 SIGN_OFF 1",
        "20:00 CLOSE 0",
    ]


def test_weekdays() -> None:
    """Saturday to Monday: the queue is closed on Sunday, the shift is worked from Monday to Friday."""
    hours = {"mon-fri": "08:00-20:00", "sat": "09:00-14:00"}
    center = staffed(
        {"shifts": {"early": 1, "sat": 1}},
        {"early": EARLY | {"days": "mon-fri"}, "sat": {"start": "09:00", "end": "14:00", "days": "sat"}},
        queues={"q": queue(open=hours)},
        days=3,
        first_day="saturday",
    )
    assert told(timetable(center, 1, 0)) == [
        "9:00 OPEN 0",
        "9:00 SIGN_ON 1",
        "14:00 SIGN_OFF 1",
        "14:00 CLOSE 0",
        "56:00 OPEN 0",
        "56:00 SIGN_ON 0",
        "64:00 SIGN_OFF 0",
        "68:00 CLOSE 0",
    ]


def test_heads_by_largest_remainder() -> None:
    shifts = {name: EARLY | {"start": f"{8 + i:02d}:00", "end": "18:00"} for i, name in enumerate("abc")}
    center = staffed({"agents": 10, "shifts": {"a": 1, "b": 1, "c": 1}}, shifts, staffing={"scale": 1.1})
    signed_on = [line.split()[0] for line in of_agents(center) if "SIGN_ON" in line]
    assert signed_on == ["8:00"] * 4 + ["9:00"] * 4 + ["10:00"] * 3


def test_a_shift_across_midnight_is_worked_to_its_end_where_queues_close() -> None:
    night = {"start": "18:00", "end": "02:00", "lunch": {"start": "00:30", "minutes": 30}, "days": "sun,mon,tue"}
    center = staffed({"shifts": {"n": 1}}, {"n": night}, queues={"q": queue(open="18:00-01:00")}, days=2)
    assert told(timetable(center, 1, 0)) == [
        "18:00 OPEN 0",
        "18:00 SIGN_ON 0",
        "24:30 LUNCH 0 30 min",
        "25:00 CLOSE 0",
        "26:00 SIGN_OFF 0",
        "42:00 OPEN 0",
        "42:00 SIGN_ON 0",
        "48:30 LUNCH 0 30 min",
        "49:00 CLOSE 0",
        "50:00 SIGN_OFF 0",
    ]


def test_around_the_clock_the_night_shift_of_the_day_before_is_at_work() -> None:
    """A day of a center that never closes is staffed from 0:00 to 24:00: a cut out of an endless calendar."""
    night = {"start": "22:00", "end": "06:00", "breaks": [{"start": "00:00", "minutes": 15, "stagger_min": 30}]}
    day = {"start": "06:00", "end": "22:00"}
    center = staffed({"shifts": {"n": 2, "d": 1}}, {"n": night, "d": day}, queues={"q": queue()})
    assert told(timetable(center, 1, 0)) == [
        "0:00 OPEN 0",
        "0:00 BREAK 0 15 min",
        "0:00 SIGN_ON 0",
        "0:00 SIGN_ON 1",
        "0:15 BREAK 1 15 min",
        "6:00 SIGN_ON 2",
        "6:00 SIGN_OFF 0",
        "6:00 SIGN_OFF 1",
        "22:00 SIGN_ON 0",
        "22:00 SIGN_ON 1",
        "22:00 SIGN_OFF 2",
        "24:00 SIGN_OFF 0",
        "24:00 SIGN_OFF 1",
        "24:00 CLOSE 0",
    ]


def test_no_night_shift_before_the_first_day_if_it_is_not_worked_then() -> None:
    night = {"start": "22:00", "end": "06:00", "days": "mon-fri"}
    center = staffed({"shifts": {"n": 1}}, {"n": night}, queues={"q": queue()})
    assert of_agents(center) == ["22:00 SIGN_ON 0", "24:00 SIGN_OFF 0"]
    tuesday = staffed({"shifts": {"n": 1}}, {"n": night}, queues={"q": queue()}, first_day="tue")
    assert of_agents(tuesday) == ["0:00 SIGN_ON 0", "6:00 SIGN_OFF 0", "22:00 SIGN_ON 0", "24:00 SIGN_OFF 0"]


def test_a_pause_over_midnight_of_day_1_is_taken_from_midnight_on() -> None:
    night = {"start": "22:00", "end": "06:00", "lunch": {"start": "23:45", "minutes": 30}}
    center = staffed({"shifts": {"n": 1}}, {"n": night}, queues={"q": queue()})
    assert of_agents(center) == [
        "0:00 LUNCH 0 15 min",
        "0:00 SIGN_ON 0",
        "6:00 SIGN_OFF 0",
        "22:00 SIGN_ON 0",
        "23:45 LUNCH 0 15 min",
        "24:00 SIGN_OFF 0",
    ]


def test_staffing_by_interval() -> None:
    center = staffed({"staffing": {"start": "08:00", "agents": [1, 3, 2, 0, 1]}})
    assert of_agents(center) == [
        "8:00 SIGN_ON 0",
        "9:00 SIGN_ON 1",
        "9:00 SIGN_ON 2",
        "10:00 SIGN_OFF 2",
        "11:00 SIGN_OFF 0",
        "11:00 SIGN_OFF 1",
        "12:00 SIGN_ON 0",
        "13:00 SIGN_OFF 0",
    ]


def test_staffing_scaled_and_set_to_a_peak() -> None:
    def on_at_nine(**more: Any) -> int:
        team = {"staffing": {"start": "08:00", "agents": [2, 5]}} | more.pop("team", {})
        return sum(line.startswith(("8:00 SIGN_ON", "9:00 SIGN_ON")) for line in of_agents(staffed(team, **more)))

    assert on_at_nine() == 5
    assert on_at_nine(staffing={"scale": 1.5}) == 8
    assert on_at_nine(team={"agents": 20}) == 20
    assert on_at_nine(team={"agents": 20}, staffing={"scale": 0.5}) == 10


def test_staffing_all_day_every_day_is_one_stint() -> None:
    center = staffed({"staffing": {"agents": 2}}, queues={"q": queue()}, days=3)
    assert told(timetable(center, 1, 0)) == [
        "0:00 OPEN 0",
        "0:00 SIGN_ON 0",
        "0:00 SIGN_ON 1",
        "72:00 SIGN_OFF 0",
        "72:00 SIGN_OFF 1",
        "72:00 CLOSE 0",
    ]


def test_staffing_past_midnight_runs_into_the_next_day() -> None:
    """Friday's list ends at 2:00 on Saturday, where one agent is on duty from 0:00 on."""
    staffing = {"start": "20:00", "agents": {"fri": [2] * 6, "sat": 1}}
    center = staffed({"staffing": staffing}, queues={"q": queue(open="20:00-02:00")}, days=2, first_day="fri")
    assert of_agents(center) == [
        "20:00 SIGN_ON 0",
        "20:00 SIGN_ON 1",
        "26:00 SIGN_OFF 1",
        "48:00 SIGN_OFF 0",
    ]


def test_windows_that_touch_do_not_close() -> None:
    center = scenario({"q": queue(open=["08:00-12:00", "12:00-16:00"]), "r": queue(open="closed")})
    assert told(timetable(center, 1, 0)) == ["8:00 OPEN 0", "16:00 CLOSE 0"]


def test_teams_number_their_agents_one_after_the_other() -> None:
    more = {"second": {"skills": {"q": 1}, "staffing": {"start": "09:00", "agents": [1]}}}
    center = staffed({"staffing": {"start": "08:00", "agents": [2]}}, teams=more)
    assert of_agents(center) == [
        "8:00 SIGN_ON 0",
        "8:00 SIGN_ON 1",
        "9:00 SIGN_ON 2",
        "9:00 SIGN_OFF 0",
        "9:00 SIGN_OFF 1",
        "10:00 SIGN_OFF 2",
    ]


@pytest.mark.parametrize("shrinkage", [{"planned": 1.0}, {"unplanned": 1.0}, {"planned": 0.7, "unplanned": 0.3}])
def test_full_shrinkage_is_away_the_whole_shift(shrinkage: dict[str, float]) -> None:
    shift = EARLY | {"lunch": {"start": "12:00", "minutes": 30}}
    center = staffed({"shifts": {"early": 1}, "shrinkage": shrinkage}, {"early": shift})
    assert of_agents(center) == ["8:00 AWAY 0 480 min", "8:00 SIGN_ON 0", "16:00 SIGN_OFF 0"]


def test_certain_absence_and_no_agents_leave_only_the_opening_hours() -> None:
    for team in ({"shifts": {"early": 3}, "absence": 1.0}, {"agents": 0, "shifts": {"early": 3}}):
        assert told(timetable(staffed(team, {"early": EARLY}), 1, 0)) == ["8:00 OPEN 0", "20:00 CLOSE 0"]


# --- every timetable ----------------------------------------------------------------------------


@st.composite
def centers(draw: st.DrawFn) -> Scenario:
    """A center with one team in one or two shifts, or staffed by interval, and any shrinkage."""
    def shift() -> dict[str, Any]:
        start, hours = draw(st.integers(0, 23)), draw(st.integers(1, 24))
        starts = [divmod(start * 60 + at, 60) for at in draw(st.lists(st.integers(0, hours * 60 - 15), max_size=3))]
        pauses = [{"start": f"{h % 24:02d}:{m:02d}", "minutes": 5, "stagger_min": 10} for h, m in starts]
        days = draw(st.sampled_from(["all", "mon-fri", "sun", "mon,wed"]))
        return {"start": f"{start:02d}:00", "end": f"{(start + hours) % 24:02d}:00", "days": days, "breaks": pauses}

    planned = draw(st.floats(0, 1))
    team: dict[str, Any] = {
        "absence": draw(st.sampled_from([0.0, 0.3])),
        "shrinkage": {
            "planned": planned,
            "unplanned": draw(st.floats(0, 1 - planned)),
            "episode_min": draw(st.sampled_from([1.0, 10.0, 300.0])),
        },
    }
    if draw(st.booleans()):
        heads = st.lists(st.integers(0, 5), min_size=1, max_size=24)
        team["staffing"] = {"start": draw(st.sampled_from(["00:00", "08:00", "20:00"])), "agents": draw(heads)}
        shifts = {}
    else:
        shifts = {"a": shift(), "b": shift()}
        team["shifts"] = {"a": draw(st.integers(0, 4)), "b": draw(st.integers(1, 4))}
    hours = draw(st.sampled_from(["00:00-24:00", "08:00-20:00", "22:00-06:00"]))
    return staffed(team, shifts, queues={"q": queue(open=hours)}, days=draw(st.integers(1, 8)))


@given(center=centers(), replication=st.integers(0, 50))
@settings(max_examples=100, deadline=None)
def test_what_holds_for_every_timetable(center: Scenario, replication: int) -> None:
    """Sorted; sign-ons and sign-offs in turn with a gap between stints; pauses inside and never overlapping.

    Rows of one instant are read with the sign-on first, though the table has it after the activities.
    """
    table = timetable(center, 1, replication)
    key = [table[name].tolist() for name in ("at", "what", "who")]
    assert list(zip(*key, strict=True)) == sorted(zip(*key, strict=True))
    assert (table["at"] >= 0).all() and (table["at"] == np.rint(table["at"])).all()
    people = len(agents(center, 1))
    mine = table[(table["what"] != Duty.OPEN) & (table["what"] != Duty.CLOSE)]
    assert ((mine["who"] >= 0) & (mine["who"] < people)).all()
    columns = [mine[name].tolist() for name in ("who", "at", "what", "lasts")]
    by_agent = sorted(zip(*columns, strict=True), key=lambda row: (*row[:2], row[2] != Duty.SIGN_ON, *row[2:]))
    for _, own in groupby(by_agent, key=lambda row: row[0]):
        signed_off, until = -1.0, None
        for _, at, what, lasts in own:
            if what == Duty.SIGN_ON:
                assert until is None and at > signed_off
                until = at
            elif what == Duty.SIGN_OFF:
                assert until is not None and until <= at
                signed_off, until = at, None
            else:
                assert until is not None and until <= at and lasts >= 1.0
                until = at + lasts
        assert until is None


@given(center=centers())
@settings(max_examples=20, deadline=None)
def test_replications_of_one_number_are_the_same(center: Scenario) -> None:
    assert (timetable(center, 1, 3) == timetable(center, 1, 3)).all()


# --- common random numbers ----------------------------------------------------------------------

BUSY = {"absence": 0.2, "shrinkage": {"planned": 0.1, "unplanned": 0.1}}


def own_rows(center: Scenario, who: int) -> list[tuple[float, int, float]]:
    table = timetable(center, 1, 4)
    mine = table[(table["who"] == who) & (table["what"] != Duty.OPEN) & (table["what"] != Duty.CLOSE)]
    return [(float(row["at"]), int(row["what"]), float(row["lasts"])) for row in mine]


def test_other_teams_and_more_agents_change_nobody() -> None:
    few = staffed({"shifts": {"early": 10}} | BUSY, {"early": EARLY}, days=5)
    other = {"another": {"skills": {"q": 1}, "shifts": {"early": 4}} | BUSY}
    many = staffed({"shifts": {"early": 13}} | BUSY, {"early": EARLY}, days=5, teams=other)
    assert [own_rows(few, who) for who in range(10)] == [own_rows(many, who) for who in range(10)]
    assert len({tuple(own_rows(many, who)) for who in range(17)}) == 17


def test_more_absence_is_the_same_people_and_some_more() -> None:
    def present(absence: float) -> set[tuple[int, float]]:
        table = timetable(staffed({"shifts": {"e": 50}, "absence": absence}, {"e": EARLY}), 1, 0)
        on = table[table["what"] == Duty.SIGN_ON]
        return set(zip(on["who"].tolist(), on["at"].tolist(), strict=True))

    assert present(0.4) < present(0.1) < present(0.0)
