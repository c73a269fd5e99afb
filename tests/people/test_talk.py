"""Handle time: what an agent's speed does to it."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.talk import Talk, handle_factor, standard_score


def test_typical_speed_changes_nothing_and_a_standard_deviation_15_percent_of_the_log() -> None:
    talk = Talk(speed=0.15)
    assert handle_factor(0.5, talk) == 1.0
    assert handle_factor(0.65, talk) == pytest.approx(exp(-0.15), rel=1e-12)
    assert handle_factor(0.35, talk) == pytest.approx(exp(0.15), rel=1e-12)


def test_switched_off_all_agents_are_equal() -> None:
    assert {handle_factor(speed / 10, Talk(speed=0.0)) for speed in range(11)} == {1.0}


@given(speed=st.floats(0, 1), coefficient=st.floats(-2, 2))
def test_log_is_linear_in_the_standard_score(speed: float, coefficient: float) -> None:
    assert log(handle_factor(speed, Talk(coefficient))) == pytest.approx(-coefficient * standard_score(speed))
