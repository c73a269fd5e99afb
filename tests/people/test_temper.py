"""Agitation grows with what a caller has been through, the agent's patience calms; hurry shortens patience."""

from __future__ import annotations

from math import exp
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.temper import Temper, agitation_of, ln_patience_factor
from sim.plan.minds import Minds
from sim.record import Caller, Contact, Heard, rows
from tests.people.given import ATTEMPT, SECONDS, SHARE, STRENGTH, falls, rises
from tests.plan.given import scenario

EVIDENCE = Temper(waiting=1.0, attempts=0.5, transfers=0.5, hurry=0.3)
TEMPERS = st.builds(Temper, STRENGTH, STRENGTH, STRENGTH, st.floats(0, 2))
TRANSFERS = st.integers(0, 100)


def patience_factor(hurry: float, temper: Temper) -> float:
    return float(np.exp(ln_patience_factor(np.array([hurry]), temper))[0])


def test_agitation_by_hand() -> None:
    assert agitation_of(0.0, 1, 0, 0.5, EVIDENCE) == 0.0
    assert agitation_of(300.0, 1, 0, 0.5, EVIDENCE) == pytest.approx(1 - exp(-1))
    assert agitation_of(150.0, 2, 1, 0.5, EVIDENCE) == pytest.approx(1 - exp(-1.5))
    assert agitation_of(300.0, 1, 0, 1.0, EVIDENCE) == pytest.approx(1 - exp(-0.5))
    assert agitation_of(300.0, 1, 0, 0.0, EVIDENCE) == pytest.approx(1 - exp(-1.5))


@given(wait=SECONDS, attempt=ATTEMPT, transfers=TRANSFERS, patience=SHARE)
def test_switched_off_nobody_is_agitated_or_less_patient(
    wait: float, attempt: int, transfers: int, patience: float
) -> None:
    assert agitation_of(wait, attempt, transfers, patience, Temper()) == 0.0
    assert patience_factor(patience, Temper()) == 1.0


@given(wait=SECONDS, more=SECONDS, attempt=ATTEMPT, transfers=TRANSFERS, patience=SHARE, other=SHARE, temper=TEMPERS)
def test_agitation_is_a_share_and_has_its_signs(
    wait: float, more: float, attempt: int, transfers: int, patience: float, other: float, temper: Temper
) -> None:
    assert 0 <= agitation_of(wait, attempt, transfers, patience, temper) <= 1
    assert rises(lambda seconds: agitation_of(seconds, attempt, transfers, patience, temper), wait, more)
    here = agitation_of(wait, attempt, transfers, patience, temper)
    assert here <= agitation_of(wait, attempt + 1, transfers, patience, temper)
    assert here <= agitation_of(wait, attempt, transfers + 1, patience, temper)
    assert falls(lambda calm: agitation_of(wait, attempt, transfers, calm, temper), patience, other)


def test_each_cause_has_its_own_switch() -> None:
    assert agitation_of(300.0, 1, 0, 0.5, Temper(attempts=1, transfers=1)) == 0.0
    assert agitation_of(0.0, 3, 0, 0.5, Temper(waiting=1, transfers=1)) == 0.0
    assert agitation_of(0.0, 1, 3, 0.5, Temper(waiting=1, attempts=1)) == 0.0


@given(one=SHARE, other=SHARE, c=st.floats(0, 2))
def test_callers_in_a_hurry_are_less_patient(one: float, other: float, c: float) -> None:
    assert falls(lambda hurry: patience_factor(hurry, Temper(hurry=c)), one, other)
    assert patience_factor(one, Temper(hurry=c)) > 0


@pytest.mark.parametrize("c", [0.1, 0.3, 0.6])
def test_mean_patience_stays_as_the_scenario_says(c: float) -> None:
    """Over hurry that is normal with the population's spread; the midpoint rule with 20,000 points is exact to 1e-3."""
    normal, n = NormalDist(0.5, 0.15), 20_000
    mean = sum(patience_factor(normal.inv_cdf((i + 0.5) / n), Temper(hurry=c)) for i in range(n)) / n
    assert mean == pytest.approx(1.0, abs=1e-3)


def test_patience_by_hand() -> None:
    assert patience_factor(0.65, EVIDENCE) / patience_factor(0.5, EVIDENCE) == pytest.approx(exp(-0.3))
    assert patience_factor(0.5, EVIDENCE) == pytest.approx(exp(-0.045))


def test_the_plan_draws_patience_by_the_same_rule_for_both_queues() -> None:
    queue = {"arrivals": {"kind": "rates", "per_hour": 1}, "talk": {"kind": "constant", "value_s": 60}}
    behavior = {"people": True, "temper": {"hurry": 0.3}}
    minds = Minds.of(scenario({"q": queue}, behavior=behavior))
    contacts, callers = rows(Contact, 5), rows(Caller, 5)
    contacts["speed"], contacts["patience"] = [0.0, 0.3, 0.5, 0.65, 1.0], 390.0
    callers["onward_patience"] = 100.0
    heard = rows(Heard, 10)
    heard["patience"] = [200.0, 50.0] * 5
    minds.hurry(contacts, callers, heard)
    factors = [patience_factor(s, EVIDENCE) for s in contacts["speed"]]
    assert contacts["patience"].tolist() == pytest.approx([390 * factor for factor in factors])
    assert callers["onward_patience"].tolist() == pytest.approx([100 * factor for factor in factors])
    assert heard["patience"].tolist() == pytest.approx([s * factor for factor in factors for s in (200.0, 50.0)])
