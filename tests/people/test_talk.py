"""Handle time: each term of its logarithm has its sign, is 0 at the typical, and can be switched off."""

from __future__ import annotations

from math import exp, isfinite, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.talk import (
    Talk,
    agitation_term,
    assist_term,
    calming_term,
    canned_term,
    handle_factor,
    hurry_term,
    listening_term,
    load_of,
    load_term,
    wait_term,
)
from sim.people.trait import standard_score
from tests.people.given import POSITIVE, SCORE, SECONDS, SHARE, SIGNED, TRAIT, falls, rises

LOAD = st.floats(0.5, 2)
COUNT = st.floats(0, 1e6)
EVIDENCE = Talk(0.15, 0.11, 0.0115, 0.05, 0.10, 0.15, 0.25, 1.0, 0.15)


def test_typical_speed_changes_nothing_and_a_standard_deviation_15_percent_of_the_log() -> None:
    assert handle_factor(0.5, EVIDENCE) == 1.0
    assert handle_factor(0.65, EVIDENCE) == pytest.approx(exp(-0.15), rel=1e-12)
    assert handle_factor(0.35, EVIDENCE) == pytest.approx(exp(0.15), rel=1e-12)


@given(speed=TRAIT, coefficient=SIGNED)
def test_log_is_linear_in_the_standard_score(speed: float, coefficient: float) -> None:
    assert log(handle_factor(speed, Talk(coefficient))) == pytest.approx(-coefficient * standard_score(speed))


@given(one=TRAIT, other=TRAIT, coefficient=POSITIVE)
def test_the_faster_take_less_time(one: float, other: float, coefficient: float) -> None:
    assert falls(lambda speed: handle_factor(speed, Talk(coefficient)), one, other)


def test_typical_moments_by_hand() -> None:
    """A typical load, no wait, typical empathy, a calm caller, no hurry, no aids: nothing is added."""
    assert load_term(0.85, EVIDENCE) == 0.0
    assert wait_term(0.0, EVIDENCE) == 0.0
    assert listening_term(0.0, 1.0, EVIDENCE) == 0.0
    assert calming_term(0.0, 1.0, EVIDENCE) == 0.0
    assert calming_term(2.0, 0.0, EVIDENCE) == 0.0
    assert agitation_term(0.0, EVIDENCE) == 0.0
    assert hurry_term(0.0, EVIDENCE) == 0.0
    assert assist_term(0.0, -2.0, EVIDENCE) == 0.0
    assert canned_term(0.0, EVIDENCE) == 0.0


def test_other_moments_by_hand() -> None:
    assert load_term(1.7, EVIDENCE) == pytest.approx(-0.11 * log(2))
    assert wait_term(59.0, EVIDENCE) == pytest.approx(0.0115 * log(60))
    assert listening_term(1.0, 0.5, EVIDENCE) == pytest.approx(0.05)
    assert listening_term(-2.0, 1.0, EVIDENCE) == pytest.approx(-0.2)
    assert calming_term(1.0, 0.5, EVIDENCE) == pytest.approx(-0.05)
    assert agitation_term(0.6, EVIDENCE) == pytest.approx(0.09)
    assert hurry_term(0.4, EVIDENCE) == pytest.approx(-0.1)
    assert canned_term(0.5, EVIDENCE) == pytest.approx(-0.075)


@given(st.data())
def test_switched_off_nothing_counts(data: st.DataObject) -> None:
    score, share, seconds = data.draw(SCORE), data.draw(SHARE), data.draw(SECONDS)
    off = Talk()
    assert handle_factor(share, off) == 1.0
    assert {
        load_term(data.draw(LOAD), off),
        wait_term(seconds, off),
        listening_term(score, share, off),
        calming_term(score, share, off),
        agitation_term(share, off),
        hurry_term(share, off),
        assist_term(share, score, off),
        canned_term(share, off),
    } == {0.0}


@given(waiting=COUNT, busy=COUNT, on_phones=COUNT, more=COUNT)
def test_load_is_work_over_agents_within_limits(waiting: float, busy: float, on_phones: float, more: float) -> None:
    assert 0.5 <= load_of(waiting, busy, on_phones) <= 2.0
    assert rises(lambda w: load_of(w, busy, on_phones), waiting, waiting + more)
    assert rises(lambda b: load_of(waiting, b, on_phones), busy, busy + more)
    assert falls(lambda n: load_of(waiting, busy, n), on_phones, on_phones + more)


def test_load_by_hand() -> None:
    assert load_of(2, 8, 10) == 1.0
    assert load_of(0, 1, 10) == 0.5
    assert load_of(50, 10, 10) == 2.0
    assert load_of(3, 0, 0) == 2.0


@given(one=LOAD, other=LOAD, c=POSITIVE)
def test_more_work_less_time(one: float, other: float, c: float) -> None:
    assert falls(lambda load: load_term(load, Talk(load=c)), one, other)
    assert -c * log(2 / 0.85) - 1e-12 <= load_term(one, Talk(load=c)) <= c * log(0.85 / 0.5) + 1e-12


@given(one=SECONDS, other=SECONDS, c=POSITIVE)
def test_more_waiting_more_time(one: float, other: float, c: float) -> None:
    assert rises(lambda wait: wait_term(wait, Talk(wait=c)), one, other)
    assert wait_term(one, Talk(wait=c)) >= 0


@given(one=SCORE, other=SCORE, need=SHARE, agitation=SHARE, c=POSITIVE)
def test_empathy_takes_time_to_listen_and_saves_it_by_calming(
    one: float, other: float, need: float, agitation: float, c: float
) -> None:
    assert rises(lambda score: listening_term(score, need, Talk(listening=c)), one, other)
    assert falls(lambda score: listening_term(score, need, Talk(listening=-c)), one, other)
    assert falls(lambda score: calming_term(score, agitation, Talk(calming=c)), one, other)


@given(score=st.floats(0, 3.3), one=SHARE, other=SHARE, c=POSITIVE)
def test_more_of_both_for_the_needy_and_the_agitated(score: float, one: float, other: float, c: float) -> None:
    assert rises(lambda need: listening_term(score, need, Talk(listening=c)), one, other)
    assert falls(lambda agitation: calming_term(score, agitation, Talk(calming=c)), one, other)


@given(one=SHARE, other=SHARE, c=POSITIVE)
def test_agitation_takes_time_hurry_and_canned_answers_save_it(one: float, other: float, c: float) -> None:
    assert rises(lambda agitation: agitation_term(agitation, Talk(agitation=c)), one, other)
    assert falls(lambda hurry: hurry_term(hurry, Talk(hurry=c)), one, other)
    assert falls(lambda canned: canned_term(canned, Talk(canned=c)), one, other)
    assert abs(hurry_term(one, Talk(hurry=c))) <= c


@given(one=SCORE, other=SCORE, assist=st.floats(0, 2), more=st.floats(0, 2), c=POSITIVE)
def test_suggestions_save_time_the_less_the_more_somebody_knows(
    one: float, other: float, assist: float, more: float, c: float
) -> None:
    assert rises(lambda knowledge: assist_term(assist, knowledge, Talk(assist=c)), one, other)
    assert falls(lambda strength: assist_term(strength, one, Talk(assist=c)), assist, more)
    assert -c * assist * log(1.34) <= assist_term(assist, one, Talk(assist=c)) <= 0


def test_suggestions_as_studied() -> None:
    """14 % more issues an hour for the typical, 34 % for novices, nothing for experts."""
    assert exp(-assist_term(1.0, 0.0, EVIDENCE)) == pytest.approx(1.14)
    assert exp(-assist_term(1.0, -1.5, EVIDENCE)) == pytest.approx(1.34)
    assert exp(-assist_term(1.0, -3.0, EVIDENCE)) == pytest.approx(1.34)
    assert exp(-assist_term(1.0, -0.75, EVIDENCE)) == pytest.approx((1.14 * 1.34) ** 0.5)
    assert assist_term(1.0, 1.22, EVIDENCE) == 0.0
    assert assist_term(1.0, 1.20, EVIDENCE) < 0.0


@given(wait=SECONDS, load=LOAD, score=SCORE, knows=SCORE, need=SHARE, heat=SHARE, hurry=SHARE, c=SIGNED)
def test_the_factor_is_a_positive_number(
    wait: float, load: float, score: float, knows: float, need: float, heat: float, hurry: float, c: float
) -> None:
    talk = Talk(c, c, c, c, c, c, c, abs(c), abs(c))
    terms = (
        load_term(load, talk),
        wait_term(wait, talk),
        listening_term(score, need, talk),
        calming_term(score, heat, talk),
        agitation_term(heat, talk),
        hurry_term(hurry, talk),
        assist_term(2.0, knows, talk),
        canned_term(1.0, talk),
    )
    factor = exp(sum(terms))
    assert isfinite(factor)
    assert factor > 0
