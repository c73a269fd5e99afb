"""M/M/n/K+M between Erlang B (no place to wait) and Erlang A or C (places without end)."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.erlang_a import erlang_a
from sim.theory.erlang_b import erlang_b
from sim.theory.erlang_c import erlang_c
from sim.theory.figures import DEFINITIONS
from sim.theory.finite_room import finite_room, least_lines


def test_without_places_to_wait_it_is_erlang_b() -> None:
    figures = finite_room(30, 30, 0.1, 280.0)
    lost = erlang_b(30, 28.0)
    assert figures.p_block == pytest.approx(lost.p_block, rel=1e-13)
    assert figures.occupancy == pytest.approx(lost.occupancy, rel=1e-13)
    assert figures.p_wait == figures.mean_wait == figures.p_delay_virtual == 0.0
    assert figures.sl_of_offered == pytest.approx(1.0 - lost.p_block, rel=1e-13)
    assert figures.sl_of_answered == pytest.approx(1.0, rel=1e-14)


def test_with_places_without_end_it_is_erlang_c_or_a() -> None:
    for room, endless in [
        (finite_room(30, 3000, 0.1, 280.0), erlang_c(30, 0.1, 280.0)),
        (finite_room(30, 900, 0.1, 280.0, 120.0, balk=0.1), erlang_a(30, 0.1, 280.0, 120.0, balk=0.1)),
        (finite_room(30, 900, 0.2, 280.0, 120.0), erlang_a(30, 0.2, 280.0, 120.0)),
    ]:
        for field in dataclasses.fields(room):
            wanted = getattr(endless, field.name)
            assert getattr(room, field.name) == pytest.approx(wanted, rel=1e-11, nan_ok=True, abs=1e-30), field


@settings(max_examples=40, deadline=None)
@given(
    agents=st.integers(1, 60),
    places=st.integers(0, 40),
    load=st.floats(0.1, 120.0),
    mean_patience=st.one_of(st.just(math.inf), st.floats(1.0, 2000.0)),
    balk=st.floats(0.0, 1.0),
)
def test_identities(agents: int, places: int, load: float, mean_patience: float, balk: float) -> None:
    f = finite_room(agents, agents + places, load / 200.0, 200.0, mean_patience, balk=balk)
    assert f.busy_agents == pytest.approx(load * (1.0 - f.p_lost), rel=1e-10)
    served, got_line = 1.0 - f.p_lost, 1.0 - f.p_block
    waited = served * f.mean_wait_served
    if f.p_abandon > 0.0:
        waited += f.p_abandon * f.mean_wait_abandoned
    assert waited == pytest.approx(got_line * f.mean_wait, rel=1e-9, abs=1e-12)
    assert f.mean_queue == pytest.approx(load / 200.0 * got_line * f.mean_wait, rel=1e-10, abs=1e-300)
    for definition in DEFINITIONS:
        assert 0.0 <= f.service_level(definition) <= 1.0 + 1e-12


@settings(max_examples=25, deadline=None)
@given(agents=st.integers(1, 60), load=st.floats(0.1, 120.0), target=st.floats(0.0005, 0.3))
def test_least_lines_is_the_least(agents: int, load: float, target: float) -> None:
    lines = least_lines(agents, load / 200.0, 200.0, target, mean_patience=150.0)
    assert finite_room(agents, lines, load / 200.0, 200.0, 150.0).p_block <= target
    assert lines == agents or finite_room(agents, lines - 1, load / 200.0, 200.0, 150.0).p_block > target


def test_no_number_of_lines_helps_too_few_agents() -> None:
    with pytest.raises(ValueError, match="cannot be met: 10 agents carry less"):
        least_lines(10, 0.1, 200.0, 0.4)
