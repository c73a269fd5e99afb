"""Adherence and conformance: what was planned beside what was done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.measure import Counts, Tally, count
from sim.measure.agents import AGENT_COLUMNS
from sim.measure.counts import Counting
from sim.measure.layout import Layout, QueueLayout
from sim.measure.results import Results
from sim.measure.schedule import SCHEDULE
from sim.plan.schedule import Schedule
from sim.record import Agent, AgentState, Duty, rows
from sim.run import Model
from sim.scenario import Scenario
from tests.measure.days import NINE, day, layout, means, results, was
from tests.scripted import Call, center, told

S = AgentState
ON, OFF, BREAK, AWAY = Duty.SIGN_ON, Duty.SIGN_OFF, Duty.BREAK, Duty.AWAY

Planned = tuple[int, AgentState, float, float]


def planned(*stretches: Planned, since: float = 0.0) -> Schedule:
    """A schedule of (agent, state, start, end), by agent and start."""
    agent, state, start, end = (list(column) for column in zip(*stretches, strict=True))
    begin, stop = np.array(start, float) + since, np.array(end, float) + since
    return Schedule(np.array(agent, np.int64), np.array(state, np.int64), begin, stop)


def sums(made: Counts, agent: int) -> tuple[float, ...]:
    """`SCHEDULE` of one agent."""
    return tuple(float(made.agents[agent, AGENT_COLUMNS.index(name)]) for name in SCHEDULE)


# --- days by hand, under both clocks -------------------------------------------------------------

ONE = center({"q": {}}, {"t": {"skills": {"q": 1}}})
ALL_DAY = [(0.0, 0, ON), (1000.0, 0, OFF)]


def kept(calls: Sequence[Call], duties: Sequence[Any], *asked: Planned, agents: int = 1) -> tuple[float, ...]:
    """Seconds scheduled, adherent, scheduled on the phones and worked there, of agent 0."""
    facts = told(ONE, calls, ["t"] * agents, duties)
    counting = Counting(Layout((QueueLayout("q"),), ("t",)), rows(Agent, agents), planned(*asked))
    counting.add(facts.left, facts.was, facts.queued)
    return sums(counting.counts(facts.end), 0)


def test_a_day_as_planned() -> None:
    calls = [Call(at=100, talk=50, hold=20, wrap=30), Call(at=650, talk=20)]
    duties = [*ALL_DAY, (300.0, 0, BREAK, 200.0)]
    asked = [(0, S.IDLE, 0, 300), (0, S.BREAK, 300, 500), (0, S.IDLE, 500, 1000)]
    assert kept(calls, duties, *asked) == (1000, 1000, 800, 800)


def test_a_break_that_starts_late_and_ends_late() -> None:
    """Due at 300, taken from 360 to 560: a minute of talk when a break was planned, a minute of break after it."""
    duties = [*ALL_DAY, (300.0, 0, BREAK, 200.0)]
    asked = [(0, S.IDLE, 0, 300), (0, S.BREAK, 300, 500), (0, S.IDLE, 500, 1000)]
    assert kept([Call(at=280, talk=60, wrap=20)], duties, *asked) == (1000, 880, 800, 800)


def test_a_break_may_be_any_time_off_the_phones() -> None:
    """A short absence at 250 puts off the break at 300 to 350; until then the agent is off the phones anyway."""
    duties = [*ALL_DAY, (250.0, 0, AWAY, 100.0), (350.0, 0, BREAK, 200.0)]
    asked = [(0, S.IDLE, 0, 300), (0, S.BREAK, 300, 500), (0, S.IDLE, 500, 1000)]
    assert kept([], duties, *asked) == (1000, 900, 800, 700)


def test_an_unplanned_absence() -> None:
    assert kept([], [*ALL_DAY, (400.0, 0, AWAY, 150.0)], (0, S.IDLE, 0, 1000)) == (1000, 850, 1000, 850)


def test_a_planned_block_is_no_absence() -> None:
    asked = [(0, S.IDLE, 0, 400), (0, S.AWAY, 400, 550), (0, S.IDLE, 550, 1000)]
    assert kept([], [*ALL_DAY, (400.0, 0, AWAY, 150.0)], *asked) == (1000, 1000, 850, 850)


def test_overtime_with_the_contact_in_hand_is_work_but_not_adherence() -> None:
    assert kept([Call(at=950, talk=70, wrap=30)], ALL_DAY, (0, S.IDLE, 0, 1000)) == (1000, 1000, 1000, 1050)


def test_a_missed_shift_keeps_nothing_of_its_schedule() -> None:
    asked = [(0, S.IDLE, 0, 300), (0, S.BREAK, 300, 500), (0, S.IDLE, 500, 1000), (1, S.IDLE, 0, 1000)]
    assert kept([], [(0.0, 1, ON), (1000.0, 1, OFF)], *asked, agents=2) == (1000, 0, 800, 0)


def test_time_between_two_shifts_is_not_scheduled() -> None:
    """The first ends with a contact until 140; the second begins at 120 and is met by it."""
    duties = [(0.0, 0, ON), (100.0, 0, OFF), (120.0, 0, ON), (200.0, 0, OFF)]
    asked = [(0, S.IDLE, 0, 100), (0, S.IDLE, 120, 200)]
    assert kept([Call(at=90, talk=50)], duties, *asked) == (180, 180, 180, 200)


# --- teams, intervals, tables ---------------------------------------------------------------------

CENTER = layout(teams=("front", "back"))
ASKED = planned((0, S.IDLE, 0, 3000), (0, S.BREAK, 3000, 3600), (1, S.IDLE, 0, 1800), (2, S.IDLE, 0, 3600), since=NINE)
DONE = [
    was(0, S.IDLE, 0, 2700),
    was(0, S.TALK, 2700, 3300),
    was(0, S.BREAK, 3300, 3900),
    was(1, S.IDLE, 0, 1200),
    was(1, S.IDLE, 1200, 2100, team=1),
]
"""Agent 0 of front takes a break 300 s late, agent 1 of front helps out in back, agent 2 of back does not come."""
FACTS = day([], DONE, teams=(0, 0, 1))
MADE = results(CENTER, count(FACTS, CENTER, ASKED))


def test_teams_are_those_hired_for() -> None:
    front, back, whole = means(MADE, "team", "front"), means(MADE, "team", "back"), means(MADE)
    assert (front["adherence"], front["conformance"]) == ((3000 + 300 + 1800) / 5400, (3300 + 2100) / 4800)
    assert (back["adherence"], back["conformance"]) == (0.0, 0.0)
    assert (whole["adherence"], whole["conformance"]) == (5100 / 9000, 5400 / 8400)
    assert (front["scheduled_hours"], back["scheduled_hours"]) == (1.5, 1.0)


def test_conformance_may_be_above_one_with_its_limits() -> None:
    made = results(
        CENTER,
        *(
            count(day([], [was(0, S.IDLE, 0, end)]), CENTER, planned((0, S.IDLE, 0, 1800), since=NINE))
            for end in (1800, 1980, 2160)
        ),
    )
    row = made.value("conformance")
    assert row.mean == 5940 / 5400 and row.high is not None and row.high > row.mean
    assert made.value("adherence").mean == 1.0


def test_intervals() -> None:
    table = MADE.teams.filter((MADE.teams["name"] == "front") & (MADE.teams["paid"] + MADE.teams["scheduled"] > 0))
    assert table["clock"].to_list() == ["09:00", "09:30", "10:00"]
    assert table["scheduled"].to_list() == [2.0, 1.0, 0.0]
    assert table["adherence"].to_list() == [1.0, 1500 / 1800, None]
    assert table["conformance"].to_list() == [1.0, 1800 / 1200, None]


def test_agents_one_by_one() -> None:
    assert MADE.agents["adherence"].to_list() == [3300 / 3600, 1.0, 0.0]
    assert MADE.agents["conformance"].to_list() == [3300 / 3000, 2100 / 1800, 0.0]
    assert MADE.agents["scheduled_hours"].to_list() == [1.0, 0.5, 1.0]
    assert MADE.agent_points["adherence"].to_list() == [3300 / 3600, 1.0, 0.0]


def test_without_a_schedule_there_is_none() -> None:
    made = means(results(CENTER, FACTS))
    assert (made["adherence"], made["conformance"], made["scheduled_hours"]) == (None, None, 0.0)


# --- any schedule and any day ---------------------------------------------------------------------


@st.composite
def stretches(draw: st.DrawFn, states: Sequence[AgentState]) -> list[Planned]:
    """Whole seconds, agents in turn, with gaps and without."""
    found = []
    for agent in range(3):
        at = 0
        for gap, lasts in draw(st.lists(st.tuples(st.sampled_from([0, 0, 7]), st.integers(1, 40)), max_size=8)):
            found.append((agent, draw(st.sampled_from(states)), at + gap, at + gap + lasts))
            at += gap + lasts
    return found


def by_second(found: Sequence[Planned]) -> Any:
    """0 = nothing, 1 = on the phones, 2 = off them, shape (agents, seconds)."""
    grid = np.zeros((3, 400), np.int64)
    for agent, state, start, end in found:
        grid[agent, int(start) : int(end)] = 1 if state <= S.WRAP else 2
    return grid


@given(
    asked=stretches((S.IDLE, S.BREAK, S.LUNCH, S.AWAY)),
    done=stretches((S.IDLE, S.TALK, S.WRAP, S.BREAK, S.MEETING, S.AWAY)),
    portion=st.integers(1, 30),
    heads=st.sampled_from([3, 70_000]),
)
@settings(max_examples=200, deadline=None)
def test_second_by_second(asked: list[Planned], done: list[Planned], portion: int, heads: int) -> None:
    calendar = layout(interval_s=60)
    table = day([], [was(*row) for row in sorted(done, key=lambda row: row[3])]).states
    counting = Counting(calendar, rows(Agent, heads), planned(*asked, since=NINE) if asked else nothing())
    for start in range(0, len(table), portion):
        counting.add(day().contacts, table[start : start + portion], day().queues)
    made = counting.counts(NINE)
    want, got = by_second(asked), by_second(done)
    expected = np.stack([want > 0, (want > 0) & (want == got), want == 1, got == 1], axis=2)
    assert [sums(made, agent) for agent in range(3)] == [tuple(row) for row in expected.sum(axis=1).tolist()]
    columns = [AGENT_COLUMNS.index(name) for name in SCHEDULE]
    first = int(NINE // 60)
    bins = expected[:, :360].reshape(3, 6, 60, 4).sum(axis=(0, 2))
    assert made.teams[1, first : first + 6, columns].T.tolist() == bins.tolist()
    assert (made.teams[0] == made.teams[1]).all()


def nothing() -> Schedule:
    return Schedule.join([])


# --- simulated ------------------------------------------------------------------------------------

SHIFT = {
    "start": "08:00",
    "end": "12:00",
    "breaks": [{"start": "09:30", "minutes": 15, "stagger_min": 30}],
    "lunch": {"start": "11:00", "minutes": 20, "stagger_min": 20},
}


@cache
def simulated(per_hour: float, absence: float, unplanned: float, engine: str) -> tuple[list[Counts], Results]:
    queue = {
        "open": "08:00-12:00",
        "arrivals": {"kind": "rates", "per_hour": per_hour},
        "talk": {"kind": "exponential", "mean_s": 240},
        "patience": {"kind": "exponential", "mean_s": 200},
    }
    team = {
        "skills": {"q": 1},
        "shifts": {"early": 9},
        "absence": absence,
        "shrinkage": {"planned": 0.05, "unplanned": unplanned, "episode_min": 8},
    }
    made = Scenario.model_validate(
        {"days": 2, "queues": {"q": queue}, "teams": {"front": team}, "shifts": {"early": SHIFT}}
    )
    model, calendar = Model.of(made), Layout.of(made)
    counts = [count(model.simulate(r, engine), calendar, model.schedule(r)) for r in range(3)]  # type: ignore[arg-type]
    tally = Tally(calendar)
    for each in counts:
        tally.add(each)
    return counts, tally.results()


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_it_is_exactly_one_where_nothing_comes_between(engine: str) -> None:
    made = simulated(0, 0.0, 0.0, engine)[1]
    for kpi in ("adherence", "conformance"):
        assert made.value(kpi)[:4] == (1.0, 1.0, 1.0, 0.0)
    assert made.value("scheduled_hours").mean == made.value("paid_hours").mean == 2 * 9 * 4
    assert (made.teams.filter(made.teams["scheduled"] > 0)["adherence"] == 1.0).all()


def test_an_idle_center_loses_the_missed_shifts_and_nothing_else() -> None:
    made = simulated(0, 0.3, 0.0, "simpy")[1]
    missed = 1 - made.value("paid_hours").mean / (2 * 9 * 4)
    assert 0.0 < missed < 1.0
    assert made.value("adherence").mean == made.value("conformance").mean == 1 - missed


def test_an_idle_center_loses_short_absences() -> None:
    """A short absence may hit a break, which it then puts off: less is lost than the time away."""
    made = simulated(0, 0.0, 0.1, "simpy")[1]
    away = made.value("away_hours").mean - 0.05 * 2 * 9 * 4
    conformance = 1 - away / (2 * 9 * (4 * 0.95 - 35 / 60))
    assert made.value("conformance").mean == pytest.approx(conformance, rel=1e-12)
    adherence = made.value("adherence").mean
    assert adherence is not None and 0.8 < adherence < 1.0


@pytest.mark.parametrize("per_hour", [60, 200])
def test_what_holds_of_every_center(per_hour: float) -> None:
    counts, made = simulated(per_hour, 0.1, 0.05, "compiled")
    columns = [AGENT_COLUMNS.index(name) for name in SCHEDULE]
    for each in counts:
        scheduled, adherent, work, _ = np.moveaxis(each.teams[:, :, columns], 2, 0)
        assert (adherent <= scheduled * (1 + 1e-12)).all() and (work <= scheduled).all()
        # some hundred stretches cut at other places
        np.testing.assert_allclose(
            each.agents[:, columns].sum(axis=0), each.teams[0][:, columns].sum(axis=0), rtol=1e-12
        )
        phones = sum(each.teams[1, :, AGENT_COLUMNS.index(f"{s}_time")] for s in ("idle", "talk", "hold", "wrap"))
        np.testing.assert_allclose(each.teams[1, :, columns[3]], phones, rtol=1e-12, atol=1e-9)
    adherence, conformance = made.value("adherence"), made.value("conformance")
    assert adherence.mean is not None and 0.5 < adherence.mean < 1.0
    assert conformance.mean is not None and 0.5 < conformance.mean < 1.2
