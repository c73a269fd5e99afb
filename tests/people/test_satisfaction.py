"""Satisfaction: a sum of terms that are 0 when all goes well, and the scores and surveys that come of it."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.satisfaction import (
    Satisfaction,
    csat_score,
    effort_score,
    empathy_gain,
    goodwill_gain,
    goodwill_spent,
    long_talk_loss,
    nps_score,
    repeats_loss,
    reply_probability,
    resolution_loss,
    said,
    transfers_loss,
    waiting_loss,
)
from sim.people.trait import log_odds_of, share_of
from tests.people.given import ATTEMPT, LATENT, POSITIVE, SCORE, SECONDS, SHARE, SIGNED, STRENGTH, falls, rises

EVIDENCE = Satisfaction(
    typical=log_odds_of(0.85),
    unresolved=1.9,
    repeats=0.77,
    empathy=0.35,
    acted=0.5,
    waiting=0.25,
    tolerated_s=60.0,
    long_talk=0.2,
    transfers=0.4,
    goodwill=0.4,
    goodwill_scale=20.0,
    replies=log_odds_of(0.15),
    replies_tilt=0.3,
)
MONEY = st.floats(0, 1e9)
MOOD = st.floats(2.0**-53, 1 - 2.0**-53)
TRANSFERS = st.integers(0, 100)


def test_all_went_well() -> None:
    assert {
        resolution_loss(1, EVIDENCE),
        repeats_loss(1, EVIDENCE),
        empathy_gain(0.0, 1.0, EVIDENCE),
        waiting_loss(60.0, 1.0, EVIDENCE),
        long_talk_loss(1.0, 240.0, 240.0, EVIDENCE),
        transfers_loss(0, EVIDENCE),
        goodwill_gain(0.0, EVIDENCE),
    } == {0.0}


def test_losses_and_gains_by_hand() -> None:
    assert resolution_loss(0, EVIDENCE) == -1.9
    assert repeats_loss(3, EVIDENCE) == pytest.approx(-1.54)
    assert empathy_gain(1.0, 0.5, EVIDENCE) == pytest.approx(0.35)
    assert empathy_gain(-1.0, 0.9, EVIDENCE) == pytest.approx(-0.63)
    assert waiting_loss(120.0, 0.5, EVIDENCE) == pytest.approx(-0.25)
    assert waiting_loss(300.0, 1.0, EVIDENCE) == pytest.approx(-0.75)
    assert long_talk_loss(1.0, 480.0, 240.0, EVIDENCE) == pytest.approx(-0.2)
    assert long_talk_loss(0.5, 360.0, 240.0, EVIDENCE) == pytest.approx(-0.05)
    assert long_talk_loss(1.0, 480.0, 0.0, EVIDENCE) == 0.0
    assert transfers_loss(2, EVIDENCE) == pytest.approx(-0.8)
    assert goodwill_gain(20.0, EVIDENCE) == pytest.approx(0.4 * (1 - exp(-1)))


@given(st.data())
def test_switched_off_nothing_counts(data: st.DataObject) -> None:
    off, share, seconds = Satisfaction(), data.draw(SHARE), data.draw(SECONDS)
    assert {
        resolution_loss(0, off),
        repeats_loss(data.draw(ATTEMPT), off),
        empathy_gain(data.draw(SCORE), share, off),
        waiting_loss(seconds, share, off),
        long_talk_loss(share, seconds, 240.0, off),
        transfers_loss(data.draw(TRANSFERS), off),
        goodwill_gain(data.draw(MONEY), off),
    } == {0.0}
    assert reply_probability(share, data.draw(LATENT), off) == share / 2


@given(attempt=ATTEMPT, transfers=TRANSFERS, c=STRENGTH)
def test_every_attempt_and_transfer_costs_the_same(attempt: int, transfers: int, c: float) -> None:
    repeats, passed_on = Satisfaction(repeats=c), Satisfaction(transfers=c)
    assert repeats_loss(attempt, repeats) - repeats_loss(attempt + 1, repeats) == pytest.approx(c, abs=1e-9)
    assert transfers_loss(transfers, passed_on) - transfers_loss(transfers + 1, passed_on) == pytest.approx(c, abs=1e-9)
    assert repeats_loss(attempt, repeats) <= 0
    assert transfers_loss(transfers, passed_on) <= 0
    assert resolution_loss(0, Satisfaction(unresolved=c)) == -c


@given(one=SCORE, other=SCORE, need=SHARE, c=POSITIVE)
def test_empathy_pleases(one: float, other: float, need: float, c: float) -> None:
    assert rises(lambda score: empathy_gain(score, need, Satisfaction(empathy=c)), one, other)


@given(wait=SECONDS, longer=SECONDS, hurry=SHARE, other=SHARE, tolerated=SECONDS, c=STRENGTH)
def test_waiting_displeases_the_more_those_in_a_hurry(
    wait: float, longer: float, hurry: float, other: float, tolerated: float, c: float
) -> None:
    kind = Satisfaction(waiting=c, tolerated_s=tolerated)
    assert waiting_loss(wait, hurry, kind) <= 0
    assert waiting_loss(min(wait, tolerated), hurry, kind) == 0
    assert falls(lambda seconds: waiting_loss(seconds, hurry, kind), wait, longer)
    assert falls(lambda rush: waiting_loss(wait, rush, kind), hurry, other)
    assert waiting_loss(wait, hurry, kind) >= -1.5 * c * sqrt(wait / 60) - 1e-9


@given(took=SECONDS, longer=SECONDS, expected=st.floats(1e-3, 1e5), hurry=SHARE, other=SHARE, c=STRENGTH)
def test_long_talks_displease_those_in_a_hurry(
    took: float, longer: float, expected: float, hurry: float, other: float, c: float
) -> None:
    kind = Satisfaction(long_talk=c)
    assert long_talk_loss(hurry, took, expected, kind) <= 0
    assert long_talk_loss(0.0, took, expected, kind) == 0
    assert long_talk_loss(hurry, min(took, expected), expected, kind) == 0
    assert falls(lambda seconds: long_talk_loss(hurry, seconds, expected, kind), took, longer)
    assert falls(lambda rush: long_talk_loss(rush, took, expected, kind), hurry, other)


@given(budget=MONEY, more=MONEY, need=SHARE, other=SHARE)
def test_money_goes_to_the_needy_and_never_beyond_the_budget(
    budget: float, more: float, need: float, other: float
) -> None:
    assert 0 <= goodwill_spent(budget, need) <= budget
    assert rises(lambda n: goodwill_spent(budget, n), need, other)
    assert rises(lambda money: goodwill_spent(money, need), budget, more)


def test_money_by_hand() -> None:
    assert [goodwill_spent(30.0, need) for need in (0.0, 0.5, 0.65, 0.8, 1.0)] == pytest.approx([0, 0, 15, 30, 30])


@given(spent=MONEY, more=MONEY, scale=st.floats(1e-3, 1e9), c=STRENGTH)
def test_money_pleases_less_and_less(spent: float, more: float, scale: float, c: float) -> None:
    kind = Satisfaction(goodwill=c, goodwill_scale=scale)
    assert 0 <= goodwill_gain(spent, kind) <= c
    assert rises(lambda money: goodwill_gain(money, kind), spent, more)


@given(latent=st.floats(-1e3, 1e3), mood=MOOD, other=MOOD)
def test_what_is_said_rises_with_mood_and_is_the_latent_in_the_middle(latent: float, mood: float, other: float) -> None:
    assert said(latent, 0.5) == latent
    assert rises(lambda m: said(latent, m), mood, other)


@given(feeling=LATENT, other=LATENT)
def test_scores_keep_their_scales_and_signs(feeling: float, other: float) -> None:
    assert csat_score(feeling) in range(1, 6)
    assert nps_score(feeling) in range(11)
    assert effort_score(feeling) in range(1, 6)
    assert rises(csat_score, feeling, other)
    assert rises(nps_score, feeling, other)
    assert falls(effort_score, feeling, other)
    assert (csat_score(feeling) >= 4) == (feeling >= 0)


def test_scores_by_hand() -> None:
    assert [csat_score(x) for x in (-9.0, -2.01, -2.0, -1.0, -0.01, 0.0, 0.99, 1.0, 9.0)] == [1, 1, 2, 3, 3, 4, 4, 5, 5]
    assert [effort_score(x) for x in (-9.0, -1.5, -0.5, 0.5, 9.0)] == [5, 4, 3, 2, 1]
    assert [nps_score(x) for x in (-99.0, -0.3, 0.0, 1.4, 1.5, 99.0)] == [0, 6, 7, 8, 9, 10]
    assert nps_score(-6.75 / 1.2) == 0
    assert nps_score(3.25 / 1.2) == 10


@pytest.mark.parametrize("latent", [-1.0, 0.0, 1.3])
def test_the_share_of_4_and_5_is_that_of_the_latent(latent: float) -> None:
    """Over 10,000 moods in even steps: an error of at most one step."""
    moods = (np.arange(10_000) + 0.5) / 10_000
    top_two = np.mean([csat_score(said(latent, float(mood))) >= 4 for mood in moods])
    assert top_two == pytest.approx(share_of(latent), abs=1e-4)


@given(asked=SHARE, more=SHARE, latent=LATENT, other=LATENT, tilt=SIGNED)
def test_replies_are_probabilities_and_have_their_signs(
    asked: float, more: float, latent: float, other: float, tilt: float
) -> None:
    kind = replace(EVIDENCE, replies_tilt=tilt)
    assert 0 <= reply_probability(asked, latent, kind) <= asked
    assert rises(lambda share: reply_probability(share, latent, kind), asked, more)
    goes = rises if tilt >= 0 else falls
    assert goes(lambda x: reply_probability(asked, x, kind), latent, other)
    assert reply_probability(asked, latent, replace(kind, replies_tilt=0.0)) == pytest.approx(asked * 0.15)


def test_replies_by_hand() -> None:
    assert reply_probability(0.5, 0.0, EVIDENCE) == pytest.approx(0.075)
    odds = 0.15 / 0.85 * exp(0.3 * log(0.85 / 0.15))
    assert reply_probability(1.0, EVIDENCE.typical, EVIDENCE) == pytest.approx(odds / (1 + odds))
