"""Traits: 0.5 is typical, 0.15 one standard deviation; shares and log odds undo each other."""

from __future__ import annotations

from math import inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.trait import log_odds_of, share_of, standard_score, weighed_by_need, within_unit
from tests.people.given import SCORE, SHARE, TRAIT, rises


def test_by_hand() -> None:
    assert standard_score(0.5) == 0.0
    assert standard_score(0.65) == pytest.approx(1)
    assert standard_score(0.2) == pytest.approx(-2)
    assert weighed_by_need(1.5, 0.5) == 1.5
    assert weighed_by_need(1.5, 1.0) == 3.0
    assert weighed_by_need(1.5, 0.0) == 0.0
    assert share_of(0.0) == 0.5
    assert share_of(log(3)) == pytest.approx(0.75)
    assert log_odds_of(0.8) == pytest.approx(log(4))
    assert [within_unit(x) for x in (-0.1, 0.0, 0.3, 1.0, 1.1)] == [0.0, 0.0, 0.3, 1.0, 1.0]


@given(x=st.floats(-30, 30))
def test_shares_and_log_odds_undo_each_other(x: float) -> None:
    assert log_odds_of(share_of(x)) == pytest.approx(x, rel=1e-3, abs=1e-9)
    assert share_of(-x) == pytest.approx(1 - share_of(x))


@given(x=st.floats(allow_nan=False), y=st.floats(allow_nan=False))
def test_a_share_is_one_whatever_the_log_odds_and_rises_with_them(x: float, y: float) -> None:
    assert 0 <= share_of(x) <= 1
    assert rises(share_of, x, y)


def test_a_share_at_the_ends() -> None:
    assert share_of(inf) == 1.0
    assert 0.0 < share_of(-inf) < 1e-300


@given(one=TRAIT, other=TRAIT)
def test_scores_rise_with_the_trait(one: float, other: float) -> None:
    assert rises(standard_score, one, other)
    assert abs(standard_score(one)) < 3.34


@given(score=SCORE, need=SHARE, other=SHARE)
def test_need_weighs_a_score_by_0_to_2_and_keeps_its_side(score: float, need: float, other: float) -> None:
    weighed = weighed_by_need(score, need)
    assert abs(weighed) <= 2 * abs(score)
    assert weighed * score >= 0
    assert rises(lambda n: abs(weighed_by_need(score, n)), need, other)
