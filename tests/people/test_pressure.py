"""Pressure: missed targets that are rewarded make a hurry or take care; neither where targets are met."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.pressure import Pressure, care_of, cut_probability, hurry_left, hurry_of, saturated, seen
from tests.people.given import SHARE, STRENGTH, falls, rises

EVIDENCE = Pressure(speed=1.0, quality=1.0, cut=0.15, cut_s=8.0)
KINDS = st.builds(Pressure, STRENGTH, STRENGTH, cut=SHARE)
WEIGHT = st.floats(0, 2)
PACE = st.floats(0, 1e6)
GAP = st.floats(-1, 1)
"""a share less its target"""


def felt(shortfall: float) -> float:
    return 1 - exp(-shortfall / 0.2)


def test_saturation_by_hand() -> None:
    assert saturated(-1.0) == saturated(0.0) == 0.0
    assert saturated(0.2) == pytest.approx(0.632, abs=1e-3)
    assert saturated(1e9) == 1.0


def test_hurry_by_hand() -> None:
    assert hurry_of(0.5, 1.0, 1.2, 1.0, 0.0, EVIDENCE) == pytest.approx(0.5 * felt(0.2))
    assert hurry_of(0.5, 1.0, 1.0, 1.0, -0.3, EVIDENCE) == pytest.approx(0.5 * felt(0.3))
    assert hurry_of(1.0, 2.0, 1.1, 0.5, -0.4, EVIDENCE) == pytest.approx(felt(0.4))
    assert hurry_of(0.5, 1.0, 0.8, 1.0, -0.1, EVIDENCE) == pytest.approx(0.5 * felt(0.1))


def test_care_by_hand() -> None:
    assert care_of(0.5, 1.0, -0.1, 1.0, -0.1, EVIDENCE) == pytest.approx(0.5 * felt(0.2))
    assert care_of(1.0, 2.0, -0.1, 0.0, -0.5, EVIDENCE) == pytest.approx(felt(0.2))
    assert hurry_left(0.6, 0.25) == pytest.approx(0.45)


@given(asked=SHARE, w=WEIGHT, v=WEIGHT, pace=st.floats(0, 1), gap=st.floats(0, 1), other=st.floats(0, 1), kind=KINDS)
def test_who_meets_all_targets_feels_nothing(
    asked: float, w: float, v: float, pace: float, gap: float, other: float, kind: Pressure
) -> None:
    assert hurry_of(asked, w, pace, v, gap, kind) == 0.0
    assert care_of(asked, w, gap, v, other, kind) == 0.0
    assert cut_probability(1, asked, w, pace, kind) == 0.0


@given(asked=SHARE, w=WEIGHT, v=WEIGHT, pace=PACE, gap=GAP, other=GAP)
def test_switched_off_or_not_asked_nothing_is_felt(
    asked: float, w: float, v: float, pace: float, gap: float, other: float
) -> None:
    assert hurry_of(asked, w, pace, v, gap, Pressure()) == 0.0
    assert care_of(asked, w, gap, v, other, Pressure()) == 0.0
    assert cut_probability(1, asked, w, pace, Pressure()) == 0.0
    assert hurry_of(0.0, w, pace, v, gap, EVIDENCE) == 0.0
    assert care_of(0.0, w, gap, v, other, EVIDENCE) == 0.0
    assert cut_probability(0, asked, w, pace, EVIDENCE) == 0.0
    assert hurry_of(asked, 0.0, pace, 0.0, gap, EVIDENCE) == 0.0
    assert care_of(asked, 0.0, gap, 0.0, other, EVIDENCE) == 0.0


@given(asked=SHARE, w=WEIGHT, v=WEIGHT, pace=PACE, gap=GAP, kind=KINDS, data=st.data())
def test_hurry_is_a_share_and_has_its_signs(
    asked: float, w: float, v: float, pace: float, gap: float, kind: Pressure, data: st.DataObject
) -> None:
    assert 0 <= hurry_of(asked, w, pace, v, gap, kind) <= 1
    assert rises(lambda x: hurry_of(x, w, pace, v, gap, kind), asked, data.draw(SHARE))
    assert rises(lambda x: hurry_of(asked, x, pace, v, gap, kind), w, data.draw(WEIGHT))
    assert rises(lambda x: hurry_of(asked, w, x, v, gap, kind), pace, data.draw(PACE))
    assert rises(lambda x: hurry_of(asked, w, pace, x, gap, kind), v, data.draw(WEIGHT))
    assert falls(lambda x: hurry_of(asked, w, pace, v, x, kind), gap, data.draw(GAP))
    assert rises(lambda x: hurry_of(asked, w, pace, v, gap, Pressure(speed=x)), 1.0, data.draw(STRENGTH))


@given(asked=SHARE, w=WEIGHT, v=WEIGHT, gap=GAP, other=GAP, kind=KINDS, data=st.data())
def test_care_is_a_share_and_has_its_signs(
    asked: float, w: float, v: float, gap: float, other: float, kind: Pressure, data: st.DataObject
) -> None:
    assert 0 <= care_of(asked, w, gap, v, other, kind) <= 1
    assert rises(lambda x: care_of(x, w, gap, v, other, kind), asked, data.draw(SHARE))
    assert rises(lambda x: care_of(asked, x, gap, v, other, kind), w, data.draw(WEIGHT))
    assert falls(lambda x: care_of(asked, w, x, v, other, kind), gap, data.draw(GAP))
    assert rises(lambda x: care_of(asked, w, gap, x, other, kind), v, data.draw(WEIGHT))
    assert falls(lambda x: care_of(asked, w, gap, v, x, kind), other, data.draw(GAP))


@given(hurry=SHARE, care=SHARE, other=SHARE)
def test_care_takes_hurry_away(hurry: float, care: float, other: float) -> None:
    assert 0 <= hurry_left(hurry, care) <= hurry
    assert hurry_left(hurry, 0.0) == hurry
    assert hurry_left(hurry, 1.0) == 0.0
    assert falls(lambda c: hurry_left(hurry, c), care, other)
    assert rises(lambda h: hurry_left(h, care), hurry, other)


@given(asked=SHARE, w=WEIGHT, pace=PACE, kind=KINDS, data=st.data())
def test_cutting_short_is_a_probability_and_has_its_signs(
    asked: float, w: float, pace: float, kind: Pressure, data: st.DataObject
) -> None:
    assert 0 <= cut_probability(1, asked, w, pace, kind) <= kind.cut
    assert rises(lambda x: cut_probability(1, x, w, pace, kind), asked, data.draw(SHARE))
    assert rises(lambda x: cut_probability(1, asked, x, pace, kind), w, data.draw(WEIGHT))
    assert rises(lambda x: cut_probability(1, asked, w, x, kind), pace, data.draw(PACE))


def test_cutting_short_by_hand() -> None:
    assert cut_probability(1, 0.5, 1.0, 1.2, EVIDENCE) == pytest.approx(0.15 * 0.5 * felt(0.2))


@given(recent=SHARE, latest=SHARE, memory=st.floats(1, 1e6))
def test_the_scoreboard_moves_towards_the_latest_and_never_past_it(recent: float, latest: float, memory: float) -> None:
    after = seen(recent, latest, memory)
    assert min(recent, latest) - 1e-12 <= after <= max(recent, latest) + 1e-12
    assert rises(lambda figure: seen(recent, figure, memory), latest, recent)


def test_the_scoreboard_by_hand() -> None:
    assert seen(1.0, 3.0, 20.0) == pytest.approx(1.1)
    figure = 0.0
    for _ in range(20):
        figure = seen(figure, 1.0, 20.0)
    assert figure == pytest.approx(1 - 0.95**20)
