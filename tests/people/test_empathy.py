"""Empathy: the trait as energy, hurry and the script leave it; what is put on fills some of what is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.empathy import Empathy, acted_empathy, own_empathy
from tests.people.given import SHARE, falls, rises

EVIDENCE = Empathy(energy=0.3, pressure=0.3, acting=0.2, script=0.6, held_back=1.0)
KINDS = st.builds(Empathy, SHARE, SHARE, SHARE, SHARE)


def delivered(trait: float, energy: float, hurry: float, asked: float, script: float, empathy: Empathy) -> float:
    own = own_empathy(trait, energy, hurry, asked, script, empathy)
    return own + acted_empathy(own, asked, script, empathy)


def test_by_hand() -> None:
    assert own_empathy(0.6, 0.9, 0.0, 0.5, 0.0, EVIDENCE) == 0.6
    assert own_empathy(0.6, 0.4, 0.0, 0.5, 0.0, EVIDENCE) == pytest.approx(0.6 * 0.85)
    assert own_empathy(0.6, 0.9, 1.0, 0.5, 0.0, EVIDENCE) == pytest.approx(0.45)
    assert own_empathy(0.6, 0.9, 1.0, 1.0, 0.0, EVIDENCE) == pytest.approx(0.6)
    assert own_empathy(0.9, 0.9, 0.0, 0.5, 0.25, EVIDENCE) == pytest.approx(0.8)
    assert own_empathy(0.9, 0.9, 0.0, 0.5, 1.0, EVIDENCE) == pytest.approx(0.5)
    assert own_empathy(0.9, 0.9, 0.0, 0.7, 1.0, EVIDENCE) == pytest.approx(0.7)
    assert own_empathy(0.9, 0.9, 0.0, 0.2, 1.0, EVIDENCE) == pytest.approx(0.5)  # no script asks for less than typical
    assert own_empathy(0.9, 0.9, 0.0, 0.5, 1.0, Empathy(script=0.6)) == 0.9
    assert own_empathy(0.1, 0.9, 1.0, 0.0, 0.0, EVIDENCE) == 0.0
    assert acted_empathy(0.3, 0.8, 0.0, EVIDENCE) == pytest.approx(0.1)
    assert acted_empathy(0.3, 0.8, 1.0, EVIDENCE) == pytest.approx(0.4)
    assert acted_empathy(0.8, 0.3, 1.0, EVIDENCE) == 0.0


@given(trait=SHARE, asked=SHARE)
def test_typical_energy_without_hurry_or_script_shows_the_trait(trait: float, asked: float) -> None:
    assert own_empathy(trait, 0.9, 0.0, asked, 0.0, EVIDENCE) == pytest.approx(trait, abs=1e-12)


@given(trait=SHARE, energy=SHARE, hurry=SHARE, asked=SHARE)
def test_switched_off_the_trait_is_shown_and_nothing_put_on(
    trait: float, energy: float, hurry: float, asked: float
) -> None:
    assert own_empathy(trait, energy, hurry, asked, 0.0, Empathy()) == trait
    assert acted_empathy(trait, asked, 1.0, Empathy()) == 0.0


@given(trait=SHARE, energy=SHARE, hurry=SHARE, asked=SHARE, script=SHARE, kind=KINDS)
def test_what_is_shown_is_a_share_and_acting_never_exceeds_what_is_asked(
    trait: float, energy: float, hurry: float, asked: float, script: float, kind: Empathy
) -> None:
    own = own_empathy(trait, energy, hurry, asked, script, kind)
    acted = acted_empathy(own, asked, script, kind)
    assert 0 <= own <= 1
    assert 0 <= acted <= 1
    assert own + acted <= max(own, asked) + 1e-12


@pytest.mark.parametrize("shown", [own_empathy, delivered])
@given(one=SHARE, other=SHARE, trait=SHARE, energy=SHARE, hurry=SHARE, asked=SHARE, script=SHARE, kind=KINDS)
def test_signs_of_own_and_delivered(
    shown: Callable[..., float],
    one: float,
    other: float,
    trait: float,
    energy: float,
    hurry: float,
    asked: float,
    script: float,
    kind: Empathy,
) -> None:
    assert rises(lambda e: shown(e, energy, hurry, asked, script, kind), one, other)
    assert rises(lambda vigor: shown(trait, vigor, hurry, asked, script, kind), one, other)
    assert falls(lambda rush: shown(trait, energy, rush, asked, script, kind), one, other)
    assert rises(lambda ask: shown(trait, energy, hurry, ask, script, kind), one, other)


@given(one=SHARE, other=SHARE, own=SHARE, asked=SHARE, script=SHARE, kind=KINDS)
def test_signs_of_acting(one: float, other: float, own: float, asked: float, script: float, kind: Empathy) -> None:
    assert falls(lambda e: acted_empathy(e, asked, script, kind), one, other)
    assert rises(lambda ask: acted_empathy(own, ask, script, kind), one, other)
    assert rises(lambda strict: acted_empathy(own, asked, strict, kind), one, other)


@given(trait=SHARE, asked=SHARE, one=SHARE, other=SHARE)
def test_a_strict_script_draws_everybody_towards_what_it_asks(
    trait: float, asked: float, one: float, other: float
) -> None:
    assert falls(lambda strict: abs(delivered(trait, 0.9, 0.0, asked, strict, EVIDENCE) - asked), one, other)
