"""Erlang A between Erlang B (no patience) and Erlang C (endless patience), its identities and inverses."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.erlang_a import erlang_a, least_agents, least_agents_for_abandonment
from sim.theory.erlang_b import erlang_b
from sim.theory.erlang_c import erlang_c
from sim.theory.figures import DEFINITIONS, Definition

services = st.floats(20.0, 900.0)
rates = st.floats(0.001, 0.4)
patiences = st.floats(5.0, 3000.0)
staff = st.floats(0.5, 1.6)


def _agents(load: float, share: float) -> int:
    return max(1, round(load * share))


@settings(max_examples=50, deadline=None)
@given(arrival_rate=rates, mean_service=services, mean_patience=patiences, share=staff, balk=st.floats(0.0, 0.9))
def test_identities(arrival_rate: float, mean_service: float, mean_patience: float, share: float, balk: float) -> None:
    load = arrival_rate * mean_service
    f = erlang_a(_agents(load, share), arrival_rate, mean_service, mean_patience, balk=balk)
    # Flow balance: those who wait give up at rate 1 / mean_patience each; who is not lost is served.
    assert f.p_abandon == pytest.approx(f.mean_wait / mean_patience, rel=1e-10)
    assert f.busy_agents == pytest.approx(load * (1.0 - f.p_lost), rel=1e-10)
    # Counted once more without patience: with somebody free the room is an Erlang B room of n - 1.
    free = (1.0 - f.p_delay_virtual) * (1.0 - erlang_b(f.agents - 1, load).p_block)
    assert f.busy_agents == pytest.approx(load * free + f.agents * f.p_delay_virtual, rel=1e-10)
    assert f.mean_queue == pytest.approx(arrival_rate * f.mean_wait, rel=1e-12)
    assert f.p_balk == pytest.approx(balk * f.p_delay_virtual, rel=1e-12)
    assert f.p_wait + f.p_balk == pytest.approx(f.p_delay_virtual, rel=1e-12)
    served = (1.0 - f.p_lost) * f.mean_wait_served
    assert served + f.p_abandon * f.mean_wait_abandoned == pytest.approx(f.mean_wait, rel=1e-9)
    assert f.sl_of_offered == pytest.approx(f.sl_of_answered * (1.0 - f.p_lost), rel=1e-10)
    assert f.sl_of_offered <= f.sl_excluding_short_abandons <= 1.0
    assert f.sl_of_offered <= f.sl_virtual <= f.sl_of_answered + 1e-12


@settings(max_examples=40, deadline=None)
@given(arrival_rate=rates, mean_service=services, mean_patience=patiences, share=staff)
def test_another_agent_helps_in_every_definition(
    arrival_rate: float, mean_service: float, mean_patience: float, share: float
) -> None:
    agents = _agents(arrival_rate * mean_service, share)
    fewer = erlang_a(agents, arrival_rate, mean_service, mean_patience)
    more = erlang_a(agents + 1, arrival_rate, mean_service, mean_patience)
    assert more.p_abandon < fewer.p_abandon
    assert more.mean_wait < fewer.mean_wait
    for definition in DEFINITIONS:
        assert more.service_level(definition) >= fewer.service_level(definition) - 1e-14


@settings(max_examples=30, deadline=None)
@given(arrival_rate=rates, mean_service=services, share=staff)
def test_without_patience_it_is_erlang_b(arrival_rate: float, mean_service: float, share: float) -> None:
    load = arrival_rate * mean_service
    agents = _agents(load, share)
    lost = erlang_b(agents, load)
    # A wait of 1e-9 of a service time is lost: what remains of the queue is of that order.
    hasty = erlang_a(agents, arrival_rate, mean_service, 1e-9 * mean_service / (agents + load))
    assert hasty.p_lost == pytest.approx(lost.p_block, rel=1e-8)
    assert hasty.occupancy == pytest.approx(lost.occupancy, rel=1e-8)
    all_balk = erlang_a(agents, arrival_rate, mean_service, 100.0, balk=1.0)
    assert all_balk.p_balk == pytest.approx(lost.p_block, rel=1e-11)
    assert all_balk.p_abandon == all_balk.p_wait == all_balk.mean_wait == 0.0


@settings(max_examples=30, deadline=None)
@given(arrival_rate=rates, mean_service=services, spare=st.floats(1.02, 2.0))
def test_with_endless_patience_it_is_erlang_c(arrival_rate: float, mean_service: float, spare: float) -> None:
    agents = math.ceil(arrival_rate * mean_service * spare)
    patient = erlang_c(agents, arrival_rate, mean_service)
    # The queue is shorter by about the share that gives up, 1e-12 times its squared relaxation.
    for mean_patience, tolerance in ((1e13 * mean_service, 1e-6), (math.inf, 1e-11)):
        f = erlang_a(agents, arrival_rate, mean_service, mean_patience)
        assert f.p_wait == pytest.approx(patient.p_wait, rel=tolerance)
        assert f.mean_wait == pytest.approx(patient.mean_wait, rel=tolerance)
        for definition in DEFINITIONS:
            assert f.service_level(definition) == pytest.approx(patient.sl_of_offered, rel=tolerance)


@settings(max_examples=40, deadline=None)
@given(
    arrival_rate=rates,
    mean_service=services,
    mean_patience=patiences,
    level=st.floats(0.05, 0.99),
    definition=st.sampled_from(DEFINITIONS),
)
def test_least_agents_is_the_least(
    arrival_rate: float, mean_service: float, mean_patience: float, level: float, definition: Definition
) -> None:
    given_these = (arrival_rate, mean_service, mean_patience)
    agents = least_agents(*given_these, level, definition=definition)
    assert erlang_a(agents, *given_these).service_level(definition) >= level
    assert agents == 1 or erlang_a(agents - 1, *given_these).service_level(definition) < level


@settings(max_examples=25, deadline=None)
@given(arrival_rate=rates, mean_service=services, mean_patience=patiences, lost=st.floats(0.001, 0.5))
def test_least_agents_for_abandonment_is_the_least(
    arrival_rate: float, mean_service: float, mean_patience: float, lost: float
) -> None:
    given_these = (arrival_rate, mean_service, mean_patience)
    agents = least_agents_for_abandonment(*given_these, lost)
    assert erlang_a(agents, *given_these).p_lost <= lost
    assert agents == 1 or erlang_a(agents - 1, *given_these).p_lost > lost


def test_short_abandons_have_a_limit_of_their_own() -> None:
    given_these = (20, 0.08, 250.0, 120.0, 20.0)
    short = [erlang_a(*given_these, short_abandon=s).sl_excluding_short_abandons for s in (0.0, 5.0, 20.0, 60.0)]
    same = erlang_a(*given_these)
    assert short == sorted(short)
    assert short[0] == pytest.approx(same.sl_of_offered, rel=1e-13)
    assert short[2] == same.sl_excluding_short_abandons


def test_with_no_agents_everybody_gives_up() -> None:
    f = erlang_a(0, 0.1, 200.0, 90.0, awt=20.0)
    assert (f.p_wait, f.p_abandon, f.mean_wait, f.mean_wait_abandoned) == (1.0, 1.0, 90.0, 90.0)
    assert (f.mean_queue, f.sl_of_offered, f.busy_agents) == (9.0, 0.0, 0.0)
    assert f.sl_abandons_counted_as_met == pytest.approx(-math.expm1(-20.0 / 90.0), rel=1e-14)
    assert math.isnan(f.occupancy)
    assert math.isnan(f.sl_of_answered)


def test_without_arrivals_nobody_waits() -> None:
    f = erlang_a(3, 0.0, 200.0, 90.0)
    assert (f.p_wait, f.p_abandon, f.mean_wait, f.occupancy, f.sl_of_offered) == (0.0, 0.0, 0.0, 0.0, 1.0)
    assert math.isnan(f.mean_wait_abandoned)
