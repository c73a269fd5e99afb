"""Agent time by state, team and interval."""

from __future__ import annotations

from sim.record import AgentState as S
from tests.measure.days import call, day, layout, means, results, was

SHIFT = [
    was(0, S.IDLE, 0, 600),
    was(0, S.TALK, 600, 1500),
    was(0, S.HOLD, 1500, 1860),
    was(0, S.WRAP, 1860, 1980),
    was(0, S.BREAK, 1980, 3600),
    was(1, S.IDLE, 0, 5400, team=1),
    was(1, S.MEETING, 5400, 7200, team=1),
]
"""Agent 0 of front is present for an hour, of which 1,380 s handling; agent 1 of back for two."""
CALLS = [call(0, 600, talk=900, hold=360, wrap=120)]
CENTER = layout(teams=("front", "back"))
MADE = results(CENTER, day(CALLS, SHIFT, teams=(0, 1)))


def test_a_team() -> None:
    figures = means(MADE, "team", "front")
    expected = {
        "handled": 1.0,
        "aht_s": 1380.0,
        "occupancy": 1380 / 1980,
        "utilization": 1380 / 3600,
        "shrinkage": 1620 / 3600,
        "paid_hours": 1.0,
        "talk_hours": 0.25,
        "hold_hours": 0.1,
        "break_hours": 0.45,
        "agents_present": 1.0,
    }
    assert {kpi: figures[kpi] for kpi in expected} == expected


def test_the_center_is_the_sum_of_its_teams() -> None:
    figures = means(MADE)
    assert figures["occupancy"] == 1380 / (1980 + 5400)
    assert figures["shrinkage"] == (1620 + 1800) / (3600 + 7200)
    assert (figures["paid_hours"], figures["agents_present"]) == (3.0, 2.0)


def test_states_are_cut_at_the_edges_of_intervals() -> None:
    front = MADE.teams.filter((MADE.teams["name"] == "front") & (MADE.teams["paid"] > 0))
    assert front["clock"].to_list() == ["09:00", "09:30"]
    assert front["talk"].to_list() == [900 / 1800, 0.0]
    assert front["hold"].to_list() == [300 / 1800, 60 / 1800]
    assert front["staffed"].to_list() == [1.0, 180 / 1800]
    assert front["break"].to_list() == [0.0, 1620 / 1800]
    assert front["occupancy"].to_list() == [1200 / 1800, 1.0]
    assert front["handled"].to_list() == [1.0, 0.0]
    back = MADE.teams.filter((MADE.teams["name"] == "back") & (MADE.teams["paid"] > 0))
    assert back["idle"].to_list() == [1.0, 1.0, 1.0, 0.0]
    assert back["meeting"].to_list() == [0.0, 0.0, 0.0, 1.0]


def test_agents_one_by_one() -> None:
    first, second = MADE.agents.iter_rows(named=True)
    assert (first["team"], first["aht_s"], first["occupancy"], first["handled"]) == ("front", 1380.0, 1380 / 1980, 1.0)
    assert (second["team"], second["aht_s"], second["occupancy"], second["paid_hours"]) == ("back", None, 0.0, 2.0)
    assert MADE.agent_points.select("replication", "agent", "handled").rows() == [(0, 0, 1), (0, 1, 0)]


def test_an_agent_who_never_came() -> None:
    made = results(CENTER, day(CALLS, SHIFT, teams=(0, 1)), day(CALLS, SHIFT[:5], teams=(0, 1)))
    assert made.agents["replications"].to_list() == [2, 1]
    assert made.agents["paid_hours"].to_list() == [1.0, 1.0]
    assert made.value("agents_present").mean == 1.5
    assert made.value("occupancy", "team", "back").replications == 1


def test_time_worked_for_another_team_counts_there() -> None:
    states = [was(0, S.IDLE, 0, 900), was(0, S.IDLE, 900, 1000, team=1)]
    made = results(CENTER, day([], states))
    assert means(made, "team", "front")["idle_hours"] == 900 / 3600
    assert means(made, "team", "back")["idle_hours"] == 100 / 3600
    assert means(made, "team", "front")["agents_present"] == 1.0
