"""Erlang C: relations with Erlang B, the law of the wait, and the least agents for a target."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.erlang_b import erlang_b
from sim.theory.erlang_c import (
    erlang_c,
    least_agents,
    least_agents_for_asa,
    mean_wait_of_those_who_wait,
    wait_beyond,
    wait_quantile,
)
from sim.theory.figures import DEFINITIONS
from sim.theory.mg1 import mg1
from sim.theory.priority import priority

services = st.floats(20.0, 900.0)
rates = st.floats(0.001, 0.5)


def test_one_agent_is_the_m_m_1_queue() -> None:
    figures = erlang_c(1, 0.01, 60.0, awt=30.0)
    assert figures.p_wait == pytest.approx(0.6, rel=1e-14)
    assert figures.mean_wait == pytest.approx(90.0, rel=1e-13)
    assert figures.sl_of_offered == pytest.approx(1.0 - 0.6 * math.exp(-0.2), rel=1e-14)
    assert mg1(0.01, 60.0, 1.0).mean_wait == pytest.approx(90.0, rel=1e-13)


@settings(max_examples=40, deadline=None)
@given(arrival_rate=rates, mean_service=services, spare=st.integers(1, 20))
def test_more_agents_wait_less_and_waiting_beats_loss(arrival_rate: float, mean_service: float, spare: int) -> None:
    load = arrival_rate * mean_service
    agents = math.floor(load) + spare
    here, next_one = erlang_c(agents, arrival_rate, mean_service), erlang_c(agents + 1, arrival_rate, mean_service)
    assert next_one.p_wait < here.p_wait
    assert next_one.mean_wait < here.mean_wait
    assert next_one.sl_of_offered >= here.sl_of_offered
    p_block = erlang_b(agents, load).p_block
    assert p_block <= here.p_wait
    assert 1.0 / here.p_wait == pytest.approx(1.0 + (1.0 / p_block - 1.0) * (1.0 - load / agents), rel=1e-9)
    assert here.mean_queue == pytest.approx(arrival_rate * here.mean_wait, rel=1e-14)


@settings(max_examples=30, deadline=None)
@given(arrival_rate=rates, mean_service=services, share=st.floats(0.0, 0.999))
def test_quantile_and_tail_are_inverse(arrival_rate: float, mean_service: float, share: float) -> None:
    agents = math.floor(arrival_rate * mean_service) + 1
    given_these = (agents, arrival_rate, mean_service)
    wait = wait_quantile(*given_these, share)
    if wait > 0.0:
        assert wait_beyond(*given_these, wait) == pytest.approx(1.0 - share, rel=1e-9)
    else:
        assert wait_beyond(*given_these, 0.0) <= 1.0 - share
    figures = erlang_c(*given_these)
    assert figures.mean_wait == pytest.approx(figures.p_wait * mean_wait_of_those_who_wait(*given_these))


@settings(max_examples=40, deadline=None)
@given(arrival_rate=rates, mean_service=services, level=st.floats(0.05, 0.999), awt=st.floats(0.0, 120.0))
def test_least_agents_is_the_least(arrival_rate: float, mean_service: float, level: float, awt: float) -> None:
    agents = least_agents(arrival_rate, mean_service, level, awt)
    assert erlang_c(agents, arrival_rate, mean_service, awt).sl_of_offered >= level
    assert erlang_c(agents - 1, arrival_rate, mean_service, awt).sl_of_offered < level


@settings(max_examples=40, deadline=None)
@given(arrival_rate=rates, mean_service=services, asa=st.floats(0.01, 600.0))
def test_least_agents_for_asa_is_the_least(arrival_rate: float, mean_service: float, asa: float) -> None:
    agents = least_agents_for_asa(arrival_rate, mean_service, asa)
    assert erlang_c(agents, arrival_rate, mean_service).mean_wait <= asa
    assert erlang_c(agents - 1, arrival_rate, mean_service).mean_wait > asa


@pytest.mark.parametrize("agents", [0, 3, 5])
def test_an_overloaded_queue_never_settles(agents: int) -> None:
    figures = erlang_c(agents, 0.05, 100.0)
    assert (figures.p_wait, figures.mean_wait, figures.occupancy) == (1.0, math.inf, 1.0)
    assert [figures.service_level(name) for name in DEFINITIONS] == [0.0] * len(DEFINITIONS)
    assert wait_quantile(agents, 0.05, 100.0, 0.5) == math.inf


def test_without_arrivals_nobody_waits() -> None:
    figures = erlang_c(3, 0.0, 100.0)
    assert (figures.p_wait, figures.mean_wait, figures.sl_of_offered, figures.occupancy) == (0.0, 0.0, 1.0, 0.0)


def test_priority_only_moves_the_wait_between_classes() -> None:
    # Conservation law for one service law: the load-weighted mean wait is that of one class.
    figures = priority(20, [0.02, 0.03, 0.01], 300.0)
    total = erlang_c(20, 0.06, 300.0)
    weighted = sum(r * w for r, w in zip([0.02, 0.03, 0.01], figures.mean_waits, strict=True)) / 0.06
    assert weighted == pytest.approx(total.mean_wait, rel=1e-12)
    assert list(figures.mean_waits) == sorted(figures.mean_waits)
    assert priority(20, [0.06], 300.0).mean_waits[0] == pytest.approx(total.mean_wait, rel=1e-13)


def test_priority_keeps_the_high_class_alive_when_all_together_are_too_many() -> None:
    high, low = priority(10, [0.02, 0.02], 300.0).mean_waits
    assert high == pytest.approx(300.0 / 10 / (1.0 - 0.6), rel=1e-13)
    assert low == math.inf
