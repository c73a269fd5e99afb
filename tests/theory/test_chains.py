"""The finite chains, where they must come to a known formula, and agents of unlike speed."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from sim.theory.birth_death import birth_death
from sim.theory.chain import long_run
from sim.theory.erlang_a import erlang_a
from sim.theory.finite_room import finite_room
from sim.theory.m_design import MDesign, m_design
from sim.theory.n_design import NDesign, n_design
from sim.theory.patience import Exponential, Never
from sim.theory.patience_laws import Lognormal
from sim.theory.redial import redial
from sim.theory.told_place import told_place
from sim.theory.unlike_agents import unlike_agents
from sim.theory.wrap_up import wrap_up


def test_chain_of_three_states_by_hand() -> None:
    # A ring with rates 1, 2, 4: time in a state is inverse to its rate, 4 : 2 : 1.
    law = long_run((0,), lambda s: [(((s[0] + 1) % 3,), 2.0 ** s[0])])
    assert dict(zip(law.states, law.share.tolist(), strict=True)) == pytest.approx(
        {(0,): 4 / 7, (1,): 2 / 7, (2,): 1 / 7}, rel=1e-14
    )
    assert law.mean(lambda s: s[0]) == pytest.approx(4 / 7, rel=1e-14)


def test_a_chain_that_does_not_come_back_has_no_long_run() -> None:
    with pytest.raises(ValueError, match="do not lead back"):
        long_run((0,), lambda s: [((1,), 1.0)] if s == (0,) else [])
    with pytest.raises(ValueError, match="do not lead back"):
        long_run((0,), lambda s: [((1,), 1.0)] if s == (0,) else [((3 - s[0],), 1.0)])


def test_birth_death_survives_products_beyond_doubles() -> None:
    # Poisson(3000) on 0..6000: its weights run over 10^1300.
    share = birth_death([3000.0] * 6000, range(1, 6001))
    assert share[3000] == pytest.approx(math.exp(3000 * math.log(3000) - 3000 - math.lgamma(3001)), rel=1e-9)
    assert share.sum() == pytest.approx(1.0, rel=1e-13)


def test_a_place_that_changes_nothing_is_a_finite_room() -> None:
    told, plain = told_place(3, 0.02, 240.0, 120.0, [1.0] * 4), finite_room(3, 7, 0.02, 240.0, 120.0)
    assert (told.p_wait, told.p_abandon, told.p_block) == pytest.approx(
        (plain.p_wait, plain.p_abandon, plain.p_block), rel=1e-10
    )
    assert told.mean_wait == pytest.approx(plain.mean_wait, rel=1e-10)
    twice = told_place(3, 0.02, 240.0, 240.0, [2.0] * 4)
    assert twice.p_abandon == pytest.approx(told.p_abandon, rel=1e-10)
    # Two places by hand: of those who hear of one ahead, an endless hurry makes the second place a busy signal.
    hurried, small = told_place(1, 0.01, 100.0, 200.0, [1.0, 1e9]), finite_room(1, 2, 0.01, 100.0, 200.0)
    assert hurried.mean_wait * (1.0 - hurried.p_block) == pytest.approx(
        small.mean_wait * (1.0 - small.p_block), rel=1e-6
    )
    with pytest.raises(ValueError, match="at most 10 places"):
        told_place(3, 0.02, 240.0, 120.0, [1.0] * 11)


def test_redial_without_redials_is_erlang_a() -> None:
    figures, plain = redial(12, 0.06, 180.0, 120.0, 0.0, 600.0), erlang_a(12, 0.06, 180.0, 120.0)
    assert figures.p_abandon == pytest.approx(plain.p_abandon, rel=1e-10)
    assert figures.p_wait == pytest.approx(plain.p_wait, rel=1e-10)
    assert (figures.total_rate, figures.mean_in_orbit) == (0.06, 0.0)


def test_redial_flow_balance_and_the_fixed_point_nearby() -> None:
    figures = redial(12, 0.06, 180.0, 120.0, 0.5, 300.0)
    assert figures.total_rate == pytest.approx(0.06 / (1.0 - 0.5 * figures.p_abandon), rel=1e-10)
    assert figures.occupancy == pytest.approx(figures.total_rate * (1 - figures.p_abandon) * 15.0, rel=1e-10)
    assert figures.p_customer_lost == pytest.approx(1 - figures.occupancy / (0.06 * 15.0), rel=1e-9)
    # Redials after a very long while come as a Poisson stream, for which the fixed point is exact.
    slow = redial(4, 0.02, 180.0, 120.0, 0.5, 20_000.0)
    assert slow.p_abandon == pytest.approx(erlang_a(4, slow.total_rate, 180.0, 120.0).p_abandon, rel=2e-3)
    quick = redial(4, 0.02, 180.0, 120.0, 0.5, 30.0)
    assert quick.p_abandon > 1.05 * erlang_a(4, quick.total_rate, 180.0, 120.0).p_abandon


def test_wrap_up_flow_balance_and_the_limit_of_no_wrap_up() -> None:
    figures = wrap_up(12, 2.0, 4.0, 1.5, 2.0)
    served = 2.0 * (1.0 - figures.p_abandon)
    assert figures.talking == pytest.approx(served * 4.0, rel=1e-10)
    assert figures.wrapping == pytest.approx(served * 1.5, rel=1e-10)
    brief, none = wrap_up(12, 2.0, 5.5, 1e-9, 2.0), erlang_a(12, 2.0, 5.5, 2.0)
    assert brief.p_abandon == pytest.approx(none.p_abandon, rel=1e-8)
    assert brief.p_wait == pytest.approx(none.p_wait, rel=1e-8)


def test_designs_with_a_silent_class_are_one_pool() -> None:
    silent = 1e-10
    n = n_design(NDesign(3, 4, (0.03, silent), 200.0, 200.0, 200.0, (150.0, 150.0), waiting_most=25))
    pool = erlang_a(7, 0.03, 200.0, 150.0)
    assert n.p_wait[0] == pytest.approx(pool.p_wait, rel=1e-6)
    assert n.p_abandon[0] == pytest.approx(pool.p_abandon, rel=1e-6)
    m = m_design(MDesign((3, 2), 4, (0.03, silent), 200.0, 150.0, waiting_most=25))
    assert m.p_wait[0] == pytest.approx(pool.p_wait, rel=1e-6)
    assert m.mean_wait[0] == pytest.approx(pool.mean_wait, rel=1e-6)


def test_designs_carry_what_is_not_lost() -> None:
    n = n_design(NDesign(3, 4, (0.02, 0.015), 200.0, 260.0, 220.0, (150.0, 90.0), waiting_most=30))
    on_a, on_b1 = 3 * n.occupancy_a, 4 * n.b_on_class_1
    assert on_a / 200.0 + on_b1 / 260.0 == pytest.approx(0.02 * (1.0 - n.p_abandon[0]), rel=1e-9)
    assert (4 * n.occupancy_b - on_b1) / 220.0 == pytest.approx(0.015 * (1.0 - n.p_abandon[1]), rel=1e-9)
    m = m_design(MDesign((3, 2), 2, (0.02, 0.015), 200.0, 150.0))
    busy = sum(o * agents for o, agents in zip(m.occupancy, (3, 2, 2), strict=True))
    carried = sum(rate * (1 - lost) for rate, lost in zip((0.02, 0.015), m.p_abandon, strict=True))
    assert busy == pytest.approx(200.0 * carried, rel=1e-9)


def test_like_agents_are_erlang_a_under_any_routing() -> None:
    plain = erlang_a(8, 0.03, 250.0, 200.0)
    for pick_agent in ("longest_idle", "random", "fastest"):
        figures = unlike_agents([250.0] * 8, 0.03, Exponential(200.0), pick_agent=pick_agent)
        assert figures.queue.p_abandon == pytest.approx(plain.p_abandon, rel=1e-11)
        assert figures.queue.sl_of_offered == pytest.approx(plain.sl_of_offered, rel=1e-11)
        assert sum(figures.busy) == pytest.approx(plain.busy_agents, rel=1e-11)


def test_random_routing_has_the_product_form() -> None:
    services, rate = [120.0, 200.0, 240.0, 500.0], 0.012
    n, places = len(services), 400

    def moves(state: tuple[int, int]) -> Iterator[tuple[tuple[int, int], float]]:
        busy, waiting = state
        idle = [i for i in range(n) if not busy >> i & 1]
        for i in idle:
            yield (busy | 1 << i, 0), rate / len(idle)
        if not idle and waiting < places:
            yield (busy, waiting + 1), rate
        for i in set(range(n)) - set(idle):
            yield ((busy, waiting - 1) if waiting else (busy ^ 1 << i, 0)), 1.0 / services[i]

    law = long_run((0, 0), moves)
    figures = unlike_agents(services, rate, Never(), pick_agent="random")
    assert figures.queue.p_wait == pytest.approx(law.mean(lambda s: s[0] == 2**n - 1), rel=1e-10)
    for i in range(n):
        assert figures.busy[i] == pytest.approx(law.mean(lambda s, i=i: s[0] >> i & 1), rel=1e-10)  # type: ignore[misc]


def test_two_hundred_unlike_agents() -> None:
    services = [180.0 + i for i in range(200)]
    figures = unlike_agents(services, 0.65, Lognormal(390.0, 1.2))
    handled = sum(share / mean for share, mean in zip(figures.busy, services, strict=True))
    assert handled == pytest.approx(0.65 * (1.0 - figures.queue.p_lost), rel=1e-9)
    assert list(figures.busy) == sorted(figures.busy)  # the slower an agent, the busier


def test_fastest_first_favours_the_fast_and_shortens_the_wait() -> None:
    services = [300.0, 200.0, 400.0]
    fair = unlike_agents(services, 0.006, Exponential(200.0))
    fast = unlike_agents(services, 0.006, Exponential(200.0), pick_agent="fastest")
    assert fast.busy[1] > fast.busy[0] > fast.busy[2]
    assert fast.queue.mean_wait < fair.queue.mean_wait
