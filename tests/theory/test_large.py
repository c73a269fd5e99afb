"""Up to ten thousand agents: against the same sums in 50-digit arithmetic, and against a second formula."""

from __future__ import annotations

import dataclasses
import math
from decimal import Decimal, localcontext

import pytest

from sim.theory.erlang_a import erlang_a, least_agents
from sim.theory.erlang_b import erlang_b
from sim.theory.erlang_c import erlang_c
from sim.theory.erlang_c import least_agents as least_agents_c
from sim.theory.finite_room import finite_room

AHT = Decimal(300)
PATIENCE = Decimal(390)


def _blocking(agents: int, load: Decimal) -> Decimal:
    p_block = Decimal(1)
    for k in range(1, agents + 1):
        p_block = load * p_block / (k + load * p_block)
    return p_block


@pytest.mark.parametrize("load", [Decimal(5000), Decimal(9900), Decimal(10000), Decimal(30000)])
def test_erlang_b_and_c(load: Decimal) -> None:
    agents = 10_000
    with localcontext(prec=50):
        exact = _blocking(agents, load)
        waits = agents * exact / (agents - load * (1 - exact)) if load < agents else Decimal(1)
    # Probabilities below the least double, such as blocking at half load (1e-1335), must come out as 0.
    assert erlang_b(agents, float(load)).p_block == pytest.approx(float(exact), rel=1e-12, abs=1e-300)
    figures = erlang_c(agents, float(load) / 300.0, 300.0)
    assert figures.p_wait == pytest.approx(float(waits), rel=1e-11, abs=1e-300)


@pytest.mark.parametrize(
    ("agents", "load"),
    [(10_000, 9_900), (10_000, 10_000), (10_000, 10_200), (10_000, 13_000), (3_000, 3_050), (1, 2)],
)
def test_erlang_a(agents: int, load: int) -> None:
    with localcontext(prec=50):
        # Weights relative to n - 1 in the room: 1 / B(n-1) for all up to there, then the queue's states.
        weight, all_busy, queue, k = Decimal(1), Decimal(0), Decimal(0), 0
        while k == 0 or weight > Decimal("1e-40") * all_busy:
            weight *= load / (agents + k * AHT / PATIENCE)
            all_busy += weight
            queue += k * weight
            k += 1
        total = 1 / _blocking(agents - 1, Decimal(load)) + all_busy
        p_wait, mean_wait = float(all_busy / total), float(queue / total / (Decimal(load) / AHT))
    figures = erlang_a(agents, load / 300.0, 300.0, 390.0)
    assert figures.p_wait == pytest.approx(p_wait, rel=1e-11)
    assert figures.mean_wait == pytest.approx(mean_wait, rel=1e-11)
    assert figures.p_abandon == pytest.approx(mean_wait / 390.0, rel=1e-11)


@pytest.mark.parametrize("load", [9_900.0, 10_000.0, 10_400.0])
def test_integrals_agree_with_the_beta_laws_of_a_large_room(load: float) -> None:
    # finite_room shares nothing with erlang_a: a chain of states and Beta laws instead of integrals.
    integrals = erlang_a(10_000, load / 300.0, 300.0, 390.0, 5.0, balk=0.02, short_abandon=2.0)
    chain = finite_room(10_000, 12_000, load / 300.0, 300.0, 390.0, 5.0, balk=0.02, short_abandon=2.0)
    for field in dataclasses.fields(integrals):
        assert getattr(chain, field.name) == pytest.approx(getattr(integrals, field.name), rel=1e-9, abs=1e-12), field


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999, 1.0, 1.001, 1.1, 3.0, 50.0])
@pytest.mark.parametrize("mean_patience", [1e-3, 30.0, 390.0, 1e6])
def test_every_figure_is_finite_and_in_range(share: float, mean_patience: float) -> None:
    figures = erlang_a(10_000, 10_000 * share / 300.0, 300.0, mean_patience)
    shares = [f.name for f in dataclasses.fields(figures) if f.name.startswith(("p_", "sl_", "occupancy"))]
    assert all(0.0 <= getattr(figures, name) <= 1.0 for name in shares)
    assert 0.0 <= figures.mean_wait_served < math.inf
    assert figures.mean_wait_abandoned > 0.0 or figures.p_abandon == 0.0


def test_inverses_follow_the_square_root_rule() -> None:
    # Halfin and Whitt (1981): n = a + b sqrt(a) with P(wait) = 1 / (1 + b Phi(b) / phi(b)), so at P = 0.2
    # b = 1.0615; with a wait of 0 allowed, service level 0.8. The rule is off by about one agent at a = 9900.
    agents = least_agents_c(33.0, 300.0, 0.8, awt=0.0)
    assert abs(agents - (9900 + 1.0615 * math.sqrt(9900))) <= 2
    within_20 = least_agents(33.0, 300.0, 390.0, 0.8)
    assert erlang_a(within_20, 33.0, 300.0, 390.0).sl_of_offered >= 0.8
    assert erlang_a(within_20 - 1, 33.0, 300.0, 390.0).sl_of_offered < 0.8
