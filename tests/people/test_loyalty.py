"""Loyalty: the wish to leave by outcome, moved by how it went, and the share that follows it."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.loyalty import Loyalty, churn_probability
from sim.people.trait import log_odds_of
from tests.people.given import LATENT, SHARE, STRENGTH, falls, rises

EVIDENCE = Loyalty(log_odds_of(0.05), log_odds_of(0.09), log_odds_of(0.25), tilt=0.3, follows=0.3)
RESOLVED = st.integers(0, 1)
CONTACTS = st.integers(1, 1000)


def test_by_hand() -> None:
    assert churn_probability(1, 1, 0.0, EVIDENCE) == pytest.approx(0.05 * 0.3)
    assert churn_probability(1, 2, 0.0, EVIDENCE) == pytest.approx(0.09 * 0.3)
    assert churn_probability(1, 9, 0.0, EVIDENCE) == pytest.approx(0.09 * 0.3)
    assert churn_probability(0, 1, 0.0, EVIDENCE) == pytest.approx(0.25 * 0.3)
    assert churn_probability(0, 4, 0.0, EVIDENCE) == pytest.approx(0.25 * 0.3)
    odds_by_half = replace(EVIDENCE, tilt=log(2))
    assert churn_probability(0, 1, 1.0, odds_by_half) == pytest.approx(0.3 * (1 / 6) / (1 + 1 / 6))


@given(resolved=RESOLVED, contacts=CONTACTS, content=LATENT)
def test_switched_off_nobody_leaves(resolved: int, contacts: int, content: float) -> None:
    assert churn_probability(resolved, contacts, content, Loyalty()) == 0.0
    assert churn_probability(resolved, contacts, content, replace(EVIDENCE, follows=0.0)) == 0.0


@given(resolved=RESOLVED, contacts=CONTACTS, content=LATENT)
def test_without_tilt_only_the_outcome_counts(resolved: int, contacts: int, content: float) -> None:
    flat = replace(EVIDENCE, tilt=0.0)
    assert churn_probability(resolved, contacts, content, flat) == churn_probability(resolved, contacts, 0.0, flat)


@given(resolved=RESOLVED, contacts=CONTACTS, content=LATENT, other=LATENT, tilt=STRENGTH, follows=SHARE, more=SHARE)
def test_a_probability_that_falls_with_content_and_rises_with_who_follows(
    resolved: int, contacts: int, content: float, other: float, tilt: float, follows: float, more: float
) -> None:
    loyalty = replace(EVIDENCE, tilt=tilt, follows=follows)
    assert 0 <= churn_probability(resolved, contacts, content, loyalty) <= follows
    assert falls(lambda x: churn_probability(resolved, contacts, x, loyalty), content, other)
    assert rises(lambda x: churn_probability(resolved, contacts, content, replace(loyalty, follows=x)), follows, more)


@given(content=st.floats(-20, 20), contacts=st.integers(2, 1000))
def test_worse_outcomes_more_churn(content: float, contacts: int) -> None:
    at_once = churn_probability(1, 1, content, EVIDENCE)
    later = churn_probability(1, contacts, content, EVIDENCE)
    assert at_once < later < churn_probability(0, contacts, content, EVIDENCE)
