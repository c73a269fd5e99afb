"""M/M/n+G: closed forms, a plain quadrature of the published integrals, and the limits of patience."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.erlang_a import erlang_a
from sim.theory.erlang_b import erlang_b
from sim.theory.erlang_c import erlang_c
from sim.theory.figures import DEFINITIONS, Definition
from sim.theory.impatient_queue import impatient_queue, least_agents, least_agents_for_abandonment
from sim.theory.patience import Capped, Exponential, Never, Patience, Survival, Times, ZeroOr
from sim.theory.patience_laws import Constant, Gamma, Hyperexponential, Lognormal, Weibull, erlang
from sim.theory.patience_tables import Empirical, PiecewiseHazard, Quantiles

LAWS: dict[str, Patience] = {
    "constant": Constant(60.0),
    "lognormal": Lognormal(390.0, 1.4),
    "wide lognormal": Lognormal(390.0, 6.0),
    "erlang": erlang(300.0, 4),
    "narrow erlang": erlang(120.0, 400),
    "weibull, falling hazard": Weibull(250.0, 0.4),
    "weibull, rising hazard": Weibull(250.0, 3.0),
    "hyperexponential": Hyperexponential((0.3, 0.7), (2.0, 900.0)),
    "piecewise hazard": PiecewiseHazard((0.0, 10.0, 60.0), (0.001, 0.01, 0.002)),
    "empirical": Empirical((5.0, 30.0, 60.0, 400.0)),
    "quantiles": Quantiles((0.0, 0.25, 1.0), (0.0, 50.0, 600.0)),
    "message at 120 s": Capped(Exponential(300.0), 120.0),
    "a fifth never wait": ZeroOr(0.2, Exponential(300.0)),
}
every_law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS.keys())


@every_law
@pytest.mark.parametrize("agents", [1, 12, 20, 26])
def test_against_a_plain_quadrature_of_the_integrals(law: Patience, agents: int) -> None:
    # Zeltyn and Mandelbaum (2005), equations for J, J(t), J_1, J_H: here straight from the definition, with a
    # general adaptive rule, for a load of 20 erlangs. Nothing of virtual_wait is used.
    from scipy.integrate import quad

    rate, mean_service, awt = 0.1, 200.0, 20.0

    def one(function: Callable[[Times], Times], x: float) -> float:
        return float(function(np.array([x]))[0])

    def density(x: float) -> float:
        return math.exp(rate * one(law.mean_until, x) - agents / mean_service * x)

    def integral(of: Callable[[float], float], low: float, high: float) -> float:
        breaks = {k for k in (*law.kinks, awt, 1.0, 100.0, 400.0, 2000.0, 8000.0) if low < k < high}
        edges = sorted({low, high} | breaks)
        pieces = itertools.pairwise(edges)
        return math.fsum(quad(of, a, b, epsabs=0.0, epsrel=1e-11, limit=200)[0] for a, b in pieces)

    far = 3000.0 if agents > 1 else 40_000.0
    whole = integral(density, 0.0, far)
    free = 1.0 / erlang_b(agents - 1, rate * mean_service).p_block
    share = rate / (free + rate * whole)
    figures = impatient_queue(agents, rate, mean_service, law, awt)
    assert figures.p_delay_virtual == pytest.approx(share * whole, rel=1e-9)
    gone = share * integral(lambda x: density(x) * one(law.gone, x), 0.0, far)
    assert figures.p_abandon == pytest.approx(gone, rel=1e-9)
    waits = share * integral(lambda x: density(x) * one(law.mean_until, x), 0.0, far)
    assert figures.mean_wait == pytest.approx(waits, rel=1e-9)
    late = share * integral(lambda x: density(x) * one(law.survival, x), awt, far)
    assert figures.sl_of_offered == pytest.approx(1.0 - gone - late, rel=1e-9)
    assert figures.sl_virtual == pytest.approx(1.0 - share * integral(density, awt, far), rel=1e-9)


def test_constant_patience_in_closed_form() -> None:
    # J = (e^(k D) - 1) / k + e^(k D) / (n mu), k = lambda - n mu: S is 1 up to D and 0 beyond.
    agents, rate, mean_service, limit = 4, 0.05, 100.0, 45.0
    busy_rate = agents / mean_service
    k = rate - busy_rate
    beyond = math.exp(k * limit) / busy_rate
    integral = math.expm1(k * limit) / k + beyond
    share = rate / (1.0 / erlang_b(agents - 1, rate * mean_service).p_block + rate * integral)
    figures = impatient_queue(agents, rate, mean_service, Constant(limit), awt=45.0)
    assert figures.p_wait == pytest.approx(share * integral, rel=1e-13)
    assert figures.p_abandon == pytest.approx(share * beyond, rel=1e-13)
    assert figures.mean_wait_abandoned == pytest.approx(limit, rel=1e-13)
    # Whoever is answered at all is answered within 45 s, and every abandon is just as short.
    assert figures.sl_of_answered == pytest.approx(1.0, rel=1e-14)
    assert figures.sl_abandons_counted_as_met == pytest.approx(1.0, rel=1e-14)


@every_law
@pytest.mark.parametrize("agents", [1, 15, 20, 40])
def test_identities(law: Patience, agents: int) -> None:
    figures = impatient_queue(agents, 0.1, 200.0, law, balk=0.1)
    assert figures.busy_agents == pytest.approx(20.0 * (1.0 - figures.p_lost), rel=1e-10)
    # Who is served, counted without any patience: with somebody free the room is an Erlang B room of n - 1.
    free = (1.0 - figures.p_delay_virtual) * (1.0 - erlang_b(agents - 1, 20.0).p_block)
    assert figures.busy_agents == pytest.approx(20.0 * free + agents * figures.p_delay_virtual, rel=1e-10)
    served = (1.0 - figures.p_lost) * figures.mean_wait_served
    given_up = figures.p_abandon * figures.mean_wait_abandoned
    assert served + given_up == pytest.approx(figures.mean_wait, rel=1e-9)


@every_law
def test_a_law_and_its_survival_function_give_the_same(law: Patience) -> None:
    by_name = impatient_queue(20, 0.1, 200.0, law)
    by_function = impatient_queue(20, 0.1, 200.0, Survival(law.survival, law.kinks))
    assert by_function.p_abandon == pytest.approx(by_name.p_abandon, rel=1e-9)
    assert by_function.mean_wait_abandoned == pytest.approx(by_name.mean_wait_abandoned, rel=1e-7)
    for definition in DEFINITIONS:
        assert by_function.service_level(definition) == pytest.approx(by_name.service_level(definition), rel=1e-10)


@pytest.mark.parametrize("agents", [12, 20, 26])
def test_laws_without_spread_come_to_constant_patience(agents: int) -> None:
    constant = impatient_queue(agents, 0.1, 200.0, Constant(60.0)).p_abandon
    narrowing: list[Callable[[float], Patience]] = [
        lambda cv: Gamma(60.0, cv),
        lambda cv: Lognormal(60.0, cv),
        lambda cv: Weibull(60.0, 1.0 / cv),
    ]
    for law in narrowing:
        gaps = [
            abs(impatient_queue(agents, 0.1, 200.0, law(10.0**-digits)).p_abandon / constant - 1.0)
            for digits in range(6)
        ]
        assert gaps == sorted(gaps, reverse=True)
        assert gaps[-1] < 2e-5


def test_one_phase_is_erlang_a() -> None:
    one = impatient_queue(20, 0.1, 200.0, erlang(60.0, 1))
    assert one.p_abandon == pytest.approx(erlang_a(20, 0.1, 200.0, 60.0).p_abandon, rel=1e-12)


def test_balking_is_having_no_patience_at_all() -> None:
    balk = impatient_queue(20, 0.1, 200.0, Lognormal(100.0, 1.0), balk=0.3)
    zero = impatient_queue(20, 0.1, 200.0, ZeroOr(0.3, Lognormal(100.0, 1.0)))
    assert zero.p_wait == pytest.approx(balk.p_wait, rel=1e-13)
    assert zero.p_abandon == pytest.approx(balk.p_abandon + balk.p_balk, rel=1e-13)
    assert zero.mean_wait_abandoned == pytest.approx(balk.mean_wait_left, rel=1e-12)
    for definition in DEFINITIONS:
        assert zero.service_level(definition) == pytest.approx(balk.service_level(definition), rel=1e-13)


def test_those_who_never_give_up_can_flood_the_queue() -> None:
    # Half leave within 30 s on average, half never: 0.05 x 200 = 10 erlangs stay whatever happens.
    law = Hyperexponential((0.5, 0.5), (30.0, 1e300))
    never = ZeroOr(0.5, Never())
    assert impatient_queue(11, 0.1, 200.0, never).p_abandon == pytest.approx(
        0.5 * impatient_queue(11, 0.1, 200.0, never).p_delay_virtual
    )
    flooded = impatient_queue(9, 0.1, 200.0, never)
    assert (flooded.p_delay_virtual, flooded.mean_wait, flooded.occupancy) == (1.0, math.inf, 1.0)
    assert (flooded.p_wait, flooded.p_abandon, flooded.sl_of_offered) == (0.5, 0.5, 0.0)
    assert impatient_queue(11, 0.1, 200.0, law).p_abandon < 0.5
    assert impatient_queue(30, 0.1, 200.0, Never()).mean_wait == pytest.approx(
        erlang_c(30, 0.1, 200.0).mean_wait, rel=1e-12
    )


@settings(max_examples=25, deadline=None)
@given(
    law=st.sampled_from(list(LAWS.values())),
    arrival_rate=st.floats(0.005, 0.3),
    level=st.floats(0.1, 0.99),
    definition=st.sampled_from(DEFINITIONS),
)
def test_least_agents_is_the_least(law: Patience, arrival_rate: float, level: float, definition: Definition) -> None:
    agents = least_agents(arrival_rate, 200.0, law, level, definition=definition)
    assert impatient_queue(agents, arrival_rate, 200.0, law).service_level(definition) >= level
    assert agents == 1 or impatient_queue(agents - 1, arrival_rate, 200.0, law).service_level(definition) < level


@settings(max_examples=15, deadline=None)
@given(law=st.sampled_from(list(LAWS.values())), arrival_rate=st.floats(0.005, 0.3), lost=st.floats(0.005, 0.5))
def test_least_agents_for_abandonment_is_the_least(law: Patience, arrival_rate: float, lost: float) -> None:
    agents = least_agents_for_abandonment(arrival_rate, 200.0, law, lost)
    assert impatient_queue(agents, arrival_rate, 200.0, law).p_lost <= lost
    assert agents == 1 or impatient_queue(agents - 1, arrival_rate, 200.0, law).p_lost > lost
