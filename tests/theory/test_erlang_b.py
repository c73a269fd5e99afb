"""Erlang B: the recursion against exact fractions, its continuous extension, and its inverses."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.erlang_b import blocking, erlang_b, greatest_load, least_trunks

loads = st.floats(0.05, 300.0)


def test_blocking_is_the_ratio_of_the_truncated_exponential_series() -> None:
    # Exact arithmetic: B(n, a) = (a^n / n!) / sum_k a^k / k!.
    for n, load in [(1, Fraction(1, 3)), (7, Fraction(5)), (40, Fraction(63, 2)), (90, Fraction(140))]:
        terms = [load**k / math.factorial(k) for k in range(n + 1)]
        assert erlang_b(n, float(load)).p_block == pytest.approx(float(terms[-1] / sum(terms)), rel=1e-13)


def test_no_trunks_block_everything_and_no_load_is_never_blocked() -> None:
    assert erlang_b(0, 3.0).p_block == 1.0
    assert erlang_b(0, 3.0).carried == 0.0
    assert math.isnan(erlang_b(0, 3.0).occupancy)
    assert erlang_b(4, 0.0).p_block == 0.0


def test_what_is_carried_keeps_its_digits_when_nearly_all_is_blocked() -> None:
    # One trunk carries a / (1 + a); 1 - B would lose nine of its digits at a = 1e9.
    assert erlang_b(1, 1e9).carried == pytest.approx(1e9 / (1.0 + 1e9), rel=1e-15)


@settings(max_examples=40, deadline=None)
@given(trunks=st.integers(0, 300), load=loads)
def test_another_trunk_blocks_less_and_carries_more(trunks: int, load: float) -> None:
    fewer, more = erlang_b(trunks, load), erlang_b(trunks + 1, load)
    assert more.p_block < fewer.p_block or fewer.p_block == 0.0
    assert more.carried >= fewer.carried
    assert more.carried <= min(load, trunks + 1)


@settings(max_examples=40, deadline=None)
@given(trunks=st.floats(0.01, 300.0), load=loads)
def test_fractional_trunks_obey_the_same_recursion(trunks: float, load: float) -> None:
    below, above = blocking(trunks, load), blocking(trunks + 1.0, load)
    # Below 1e-300 doubles lose digits, and in the end everything.
    assert above == pytest.approx(load * below / (trunks + 1.0 + load * below), rel=1e-12, abs=1e-300)
    assert blocking(math.ceil(trunks), load) <= below * (1 + 1e-12)
    assert below <= blocking(math.floor(trunks), load) * (1 + 1e-12)


@pytest.mark.parametrize("load", [0.4, 6.0, 29.9, 30.1, 200.0])
def test_fractional_trunks_match_the_integral_that_defines_them(load: float) -> None:
    from scipy.integrate import quad

    for trunks in (0.25, 0.5, 0.999):
        # With s = a t: 1 / B(x) = int_0^inf e^-s (1 + s / a)^x ds.
        inverse, _ = quad(lambda s, x=trunks: math.exp(-s) * (1.0 + s / load) ** x, 0.0, 60.0, epsabs=0, epsrel=1e-13)
        assert blocking(trunks, load) == pytest.approx(1.0 / inverse, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(load=loads, target=st.floats(1e-6, 0.9))
def test_least_trunks_is_the_least(load: float, target: float) -> None:
    trunks = least_trunks(load, target)
    assert erlang_b(trunks, load).p_block <= target
    assert trunks == 0 or erlang_b(trunks - 1, load).p_block > target


@settings(max_examples=20, deadline=None)
@given(trunks=st.integers(1, 200), target=st.floats(1e-5, 0.9))
def test_greatest_load_just_meets_the_target(trunks: int, target: float) -> None:
    load = greatest_load(trunks, target)
    assert erlang_b(trunks, load).p_block <= target < erlang_b(trunks, load * (1 + 1e-9)).p_block


def test_planning_table_values() -> None:
    # The classic Erlang B table: 1 % grade of service, loads that 10, 50 and 100 trunks carry.
    # Source: any printed table, e.g. T. Frankel, "Tables for Traffic Management and Design" (1976).
    for trunks, load in [(10, 4.46), (50, 37.90), (100, 84.06)]:
        assert round(greatest_load(trunks, 0.01), 2) == load
