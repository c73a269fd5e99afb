"""Energy: stays within 0 and 1, falls with work, hurry, acting and agitation, comes back off the phones."""

from __future__ import annotations

from math import exp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.energy import Energy, drained, rested
from tests.people.given import SECONDS, SHARE, STRENGTH, TRAIT, falls, rises

EVIDENCE = Energy(work=0.10, hurry=0.15, acting=0.6, agitation=0.15, rest=0.8, passion=0.2)
RATES = st.builds(Energy, STRENGTH, STRENGTH, STRENGTH, STRENGTH, STRENGTH, STRENGTH)
OCCUPANCY = st.floats(0, 100)
"""above 1 in the first contact of a shift, whose wrap-up counts before it is done"""


def test_draining_by_hand() -> None:
    assert drained(0.9, 3600.0, 1.0, 0.0, 0.0, 0.0, EVIDENCE) == pytest.approx(0.9 * exp(-0.10))
    assert drained(0.9, 3600.0, 0.925, 0.0, 0.0, 0.0, EVIDENCE) == pytest.approx(0.9 * exp(-0.05))
    assert drained(0.9, 1800.0, 0.85, 1.0, 0.0, 0.0, EVIDENCE) == pytest.approx(0.9 * exp(-0.075))
    assert drained(0.9, 3600.0, 0.0, 0.0, 0.5, 0.0, EVIDENCE) == pytest.approx(0.9 * exp(-0.3))
    assert drained(0.9, 3600.0, 0.0, 0.0, 0.0, 0.4, EVIDENCE) == pytest.approx(0.9 * exp(-0.06))
    assert drained(0.9, 3600.0, 5.0, 0.0, 0.0, 0.0, EVIDENCE) == drained(0.9, 3600.0, 1.0, 0, 0, 0, EVIDENCE)


def test_resting_by_hand() -> None:
    assert rested(0.5, 3600.0, 0.5, EVIDENCE) == pytest.approx(1 - 0.5 * exp(-0.8))
    assert rested(0.5, 900.0, 0.65, EVIDENCE) == pytest.approx(1 - 0.5 * exp(-0.96 / 4))
    assert rested(0.5, 1e9, 0.5, EVIDENCE) == 1.0
    assert rested(0.5, 3600.0, 0.0, Energy(rest=0.8, passion=1.0)) == 0.5


@given(energy=SHARE, seconds=SECONDS, occupancy=OCCUPANCY, share=SHARE)
def test_switched_off_nothing_drains_or_restores(energy: float, seconds: float, occupancy: float, share: float) -> None:
    assert drained(energy, seconds, occupancy, share, share, share, Energy()) == energy
    assert rested(energy, seconds, share, Energy()) == pytest.approx(energy, abs=1e-15)


@given(energy=SHARE, seconds=SECONDS, occupancy=st.floats(0, 0.85), passion=TRAIT)
def test_a_quiet_day_with_calm_callers_does_not_tire(
    energy: float, seconds: float, occupancy: float, passion: float
) -> None:
    assert drained(energy, seconds, occupancy, 0.0, 0.0, 0.0, EVIDENCE) == energy
    assert rested(1.0, seconds, passion, EVIDENCE) == 1.0


DAY = st.tuples(SHARE, SECONDS, OCCUPANCY, SHARE, SHARE, SHARE)
PLACES = ["energy", "seconds", "occupancy", "hurry", "acted", "agitation"]


@pytest.mark.parametrize("place", range(6), ids=PLACES)
@given(one=DAY, other=DAY, rates=RATES)
def test_draining_has_its_signs_and_limits(place: int, one: Any, other: Any, rates: Energy) -> None:
    assert 0 <= drained(*one, rates) <= one[0]

    def after(x: float) -> float:
        return drained(*one[:place], x, *one[place + 1 :], rates)

    assert (rises if place == 0 else falls)(after, one[place], other[place])


@given(energy=SHARE, seconds=SECONDS, passion=TRAIT, more=SHARE, longer=SECONDS, other=TRAIT, rates=RATES)
def test_resting_has_its_signs_and_limits(
    energy: float, seconds: float, passion: float, more: float, longer: float, other: float, rates: Energy
) -> None:
    assert energy - 1e-15 <= rested(energy, seconds, passion, rates) <= 1
    assert rises(lambda x: rested(x, seconds, passion, rates), energy, more)
    assert rises(lambda x: rested(energy, x, passion, rates), seconds, longer)
    assert rises(lambda x: rested(energy, seconds, x, rates), passion, other)


@given(energy=SHARE, first=st.floats(0, 1e5), second=st.floats(0, 1e5))
def test_time_in_two_parts_is_as_time_in_one(energy: float, first: float, second: float) -> None:
    in_one = rested(energy, first + second, 0.5, EVIDENCE)
    assert rested(rested(energy, first, 0.5, EVIDENCE), second, 0.5, EVIDENCE) == pytest.approx(in_one, abs=1e-12)
