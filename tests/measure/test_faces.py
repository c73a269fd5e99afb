"""Agents' names and traits, as rosters give them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.loading import load
from sim.measure import Layout, Tally
from sim.measure.counts import Counting
from sim.measure.faces import FURTHER_TRAITS, Faces
from sim.run import Model

ROSTER = "+teams.desk.roster=[{name: Ana, knowledge: 0.9}, {empathy: 0.1}, {name: \"Ben & Co\", passion: 0.2}]"


def test_names_and_traits_stand_in_the_tables_of_agents(tmp_path: Path) -> None:
    scenario = load(["calm", ROSTER]).scenario
    model, tally = Model.of(scenario), Tally(Layout.of(scenario))
    for replication in range(2):
        counting, end = Counting(tally.layout, model.agents), 0.0
        for told in model.portions(replication, "simpy"):
            counting.add(told.left, told.was, told.queued, told.met)
            end = told.end
        tally.add(counting.counts(end))
    made = tally.results()
    for table in (made.agents, made.agent_points.filter(replication=1)):
        assert table["name"].to_list() == ["Ana", None, "Ben & Co", *[None] * (len(table) - 3)]
        for trait in FURTHER_TRAITS:
            np.testing.assert_array_equal(table[trait].to_numpy(), model.people[trait])
        assert (table["knowledge"][0], table["passion"][2]) == (0.9, 0.2)
        assert table["empathy"][1] == pytest.approx(0.1, rel=1e-15)
    made.write(tmp_path)
    assert "0,Ana,desk," in (tmp_path / "agents.csv").read_text()


def test_names_are_there_without_behavior_and_other_traits_are_not() -> None:
    faces = Faces.of(load(["calm", "behavior=none", ROSTER]).scenario)
    assert faces.names[:3] == ("Ana", None, "Ben & Co") and faces.traits == ()
    few = Faces.of(load(["calm", "staffing.scale=0.1", ROSTER]).scenario)
    assert few.names == ("Ana", None) and len(few.traits[0]) == 2
