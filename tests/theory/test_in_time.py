"""Theory in time: the contour, the day and its conservation laws, the periodic steady state."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.busyness import busyness_rule
from sim.theory.contour import contour
from sim.theory.day import Day, day_figures
from sim.theory.erlang_a import erlang_a
from sim.theory.finite_room import finite_room
from sim.theory.sinusoid import sinusoid


@pytest.mark.parametrize("eigenvalue", [0.0, -1e-6, -0.3, -5.0, -40.0, -1e4])
def test_the_contour_inverts_exponentials(eigenvalue: float) -> None:
    z, weights = contour()
    for time in (0.01, 1.0, 500.0):
        inverse = float(2.0 * (weights / time / (z / time - eigenvalue)).sum().real)
        assert inverse == pytest.approx(math.exp(eigenvalue * time), abs=1e-13)
        summed = float(2.0 * (weights / z / (z / time - eigenvalue)).sum().real)
        integral = math.expm1(eigenvalue * time) / eigenvalue if eigenvalue else time
        assert summed == pytest.approx(integral, rel=1e-12)


@pytest.mark.parametrize("shape", [0.5, 1.0, 10.0, 28.7, 400.0, 5000.0])
def test_the_day_factor_has_the_moments_of_a_gamma_law(shape: float) -> None:
    factors, weights = busyness_rule(shape)
    assert weights.sum() == pytest.approx(1.0, rel=1e-14)
    assert weights @ factors == pytest.approx(1.0, rel=1e-11)
    assert weights @ factors**2 == pytest.approx(1.0 + 1.0 / shape, rel=1e-10)
    assert weights @ factors**3 == pytest.approx((1.0 + 1.0 / shape) * (1.0 + 2.0 / shape), rel=1e-9)
    assert [array.tolist() for array in busyness_rule(math.inf)] == [[1.0], [1.0]]


def test_one_agent_without_waiting_room_by_hand() -> None:
    # Two states: P(busy at t) = a (1 - e^(-r t)), a = l / (l + m), r = l + m; its integral is the busy time.
    arrivals, service, length = 0.02, 100.0, 300.0
    r = arrivals + 1 / service
    a = arrivals / r
    busy = a * (length + math.expm1(-r * length) / r)
    figures = day_figures(Day([1], [arrivals], length, service, lines=1))
    assert figures.busy_time == pytest.approx(busy, rel=1e-12)
    assert figures.blocked == pytest.approx(arrivals * busy, rel=1e-12)
    assert figures.busy_after == pytest.approx(service * a * -math.expm1(-r * length), rel=1e-12)
    assert figures.total_wait == 0.0


def test_staff_who_leave_finish_their_contact_first_by_hand() -> None:
    # A flood fills both agents and leaves someone waiting; then only one is on duty, nobody comes any more,
    # and who waits (patience of 1 us) has gone. Both finish: 2 x 100 s of work, and no new contact.
    flood, length = 1e3, 1e-1
    figures = day_figures(Day([2, 1], [flood, 0.0], length, 1e5, mean_patience=1e-6))
    assert figures.busy_time + figures.busy_after == pytest.approx(2e5, rel=1e-5)


@settings(max_examples=15, deadline=None)
@given(
    agents=st.lists(st.integers(0, 5), min_size=1, max_size=4),
    rates=st.lists(st.floats(0.0, 0.05), min_size=4, max_size=4),
    mean_patience=st.floats(20.0, 2000.0),
    balk=st.floats(0.0, 1.0),
    places=st.one_of(st.none(), st.integers(0, 5)),
)
def test_a_day_conserves_contacts(
    agents: list[int], rates: list[float], mean_patience: float, balk: float, places: int | None
) -> None:
    lines = None if places is None else max(1, max(agents) + places)
    day = Day(agents, rates[: len(agents)], 1800.0, 120.0, mean_patience, balk, lines)
    figures = day_figures(day)
    work = figures.busy_time + figures.busy_after
    assert figures.arrivals == pytest.approx(1800.0 * sum(rates[: len(agents)]), rel=1e-13)
    assert work == pytest.approx(120.0 * figures.handled, rel=1e-9, abs=1e-8)
    assert min(figures.handled, figures.blocked, figures.balked, figures.total_wait) >= -1e-9


def test_a_long_day_comes_to_the_stationary_figures() -> None:
    for lines, patience in ((None, 180.0), (20, math.inf)):
        day, longer = (
            day_figures(Day([12], [0.07], hours * 3600.0, 160.0, patience, 0.1, lines)) for hours in (50, 60)
        )
        steady = (
            erlang_a(12, 0.07, 160.0, patience, balk=0.1)
            if lines is None
            else finite_room(12, lines, 0.07, 160.0, patience, balk=0.1)
        )
        contacts = longer.arrivals - day.arrivals
        # What ten more hours add is free of how the day starts and ends.
        added = longer.total_wait - day.total_wait
        assert added / contacts == pytest.approx((1 - steady.p_block) * steady.mean_wait, rel=1e-9)
        assert (longer.balked - day.balked) / contacts == pytest.approx(steady.p_balk, rel=1e-9)
        assert (longer.blocked - day.blocked) / contacts == pytest.approx(steady.p_block, rel=1e-9, abs=1e-13)
        assert (longer.busy_time - day.busy_time) / 36000 == pytest.approx(steady.busy_agents, rel=1e-9)


def test_periods_of_equal_rates_may_be_split_at_will() -> None:
    whole = day_figures(Day([6, 3], [0.05, 0.02], 3600.0, 150.0, 200.0, 0.05))
    split = day_figures(Day([6] * 4 + [3] * 4, [0.05] * 4 + [0.02] * 4, 900.0, 150.0, 200.0, 0.05))
    for name in ("arrivals", "balked", "abandoned", "total_wait", "busy_time", "busy_after"):
        assert getattr(split, name) == pytest.approx(getattr(whole, name), rel=1e-11)


def test_a_busier_world_waits_longer_on_average() -> None:
    plain, mixed = (
        day_figures(Day([6], [0.035], 3600.0, 150.0, 200.0, day_factor_shape=shape)) for shape in (math.inf, 10.0)
    )
    assert mixed.arrivals == pytest.approx(plain.arrivals, rel=1e-12)
    assert mixed.total_wait > 1.1 * plain.total_wait


def test_a_rate_that_does_not_swing_is_stationary() -> None:
    figures, steady = sinusoid(18, 0.07, 0.0, 28800.0, 240.0, 200.0), erlang_a(18, 0.07, 240.0, 200.0)
    assert figures.p_wait == pytest.approx(steady.p_wait, rel=1e-10)
    assert figures.p_abandon == pytest.approx(steady.p_abandon, rel=1e-10)
    assert figures.mean_queue(1234.0) == pytest.approx(steady.mean_queue, rel=1e-10)


def test_a_slow_swing_follows_the_stationary_figures_and_a_fast_one_their_mean_rate() -> None:
    # Green and Kolesar (1991): the pointwise stationary approximation becomes exact as the period grows.
    slow = sinusoid(10, 0.03, 0.01, 4e6, 240.0, 200.0)
    for eighth in range(8):
        rate = 0.03 + 0.01 * math.sin(2 * math.pi * eighth / 8)
        assert slow.mean_queue(4e6 * eighth / 8) == pytest.approx(erlang_a(10, rate, 240.0, 200.0).mean_queue, rel=2e-3)
    fast = sinusoid(10, 0.03, 0.01, 1.0, 240.0, 200.0)
    assert fast.p_abandon == pytest.approx(erlang_a(10, 0.03, 240.0, 200.0).p_abandon, rel=1e-4)


def test_sinusoidal_flow_balance() -> None:
    figures = sinusoid(10, 0.04, 0.03, 7200.0, 240.0, 200.0)
    assert figures.occupancy * 10 == pytest.approx(0.04 * (1 - figures.p_abandon) * 240.0, rel=1e-10)
    mean = np.mean([figures.mean_queue(7200.0 * k / 256) for k in range(256)])
    assert mean == pytest.approx(0.04 * figures.mean_wait, rel=1e-10)
