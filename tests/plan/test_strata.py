"""Strata of the day factor: one of each in a batch, and every replication as it would be by itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

from sim.plan.demand import Demand, day_factors
from sim.plan.expected import FirstCalls
from sim.plan.factors import busyness
from tests.plan.given import portions, queue, scenario


@pytest.mark.parametrize("strata", [2, 7, 10, 1000])
def test_each_stratum_comes_once_in_a_batch_on_every_day(strata: int) -> None:
    u = np.array([busyness(3, r, 2, strata) for r in range(3 * strata)])
    for batch in np.split(u, 3):
        for day in batch.T:
            assert sorted((day * strata).astype(int)) == list(range(strata))


def test_one_stratum_is_none_bit_for_bit() -> None:
    for seed in (1, 7):
        assert (busyness(seed, 5, 30) == busyness(seed, 5, 30, 1)).all()
        plain = Demand.of(scenario({"q": queue(rates={"day_factor_shape": 10})}, days=3))
        one = Demand.of(scenario({"q": queue(rates={"day_factor_shape": 10})}, days=3, sampling={"strata": 1}))
        assert (day_factors(plain, seed, 4) == day_factors(one, seed, 4)).all()


def test_a_replication_by_itself_is_uniform_and_each_place_of_a_batch_has_every_stratum_as_often() -> None:
    """1,000 batches of 5: the law of each place, and that days, batches and places follow no order."""
    u = np.array([[busyness(1, 5 * batch + place, 2, 5) for place in range(5)] for batch in range(1000)])
    assert kstest(u[:, 3, 0], "uniform").pvalue > 1e-3
    stratum = (u * 5).astype(int)
    for place in range(5):
        assert chisquare(np.bincount(stratum[:, place, 1], minlength=5)).pvalue > 1e-3
    pairs = np.bincount(5 * stratum[:, 0, 0] + stratum[:, 0, 1], minlength=25)
    assert chisquare(pairs).pvalue > 1e-3  # of two days
    after = np.bincount(5 * stratum[:-1, 0, 0] + stratum[1:, 0, 0], minlength=25)
    assert chisquare(after).pvalue > 1e-3  # of two batches


def test_strata_change_nothing_but_the_day_factor() -> None:
    """Where in its stratum a day lies is what the day was without strata; gaps between callers stay."""
    assert busyness(1, 13, 4, 10) * 10 % 1 == pytest.approx(busyness(1, 13, 4))
    plain, drawn = (scenario({"q": queue(60)}, sampling={"strata": strata}) for strata in (1, 10))
    one, other = ([part.times for part in portions(center, 1, 3, 10**6)] for center in (plain, drawn))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))  # no day factor, no difference


def test_first_calls_have_the_mean_and_variance_that_is_worked_out() -> None:
    """1,500 replications of queues with two shapes, slot factors and counts with fractions, over two days."""
    slots = {"day_factor_shape": 10, "interval_min": 60, "slot_factor": {"sd": 0.4, "lag1": 0.6}}
    center = scenario(
        {
            "a": queue([4, 9, 2, 0, 7] * 4, rates=slots),
            "b": queue(3, rates={"day_factor_shape": 2.5}, open="08:00-20:00"),
            "c": queue(1.5),
            "d": queue(rates={}) | {"arrivals": {"kind": "counts", "per_interval": [3, 1, 5], "start": "09:00"}},
        },
        days=2,
        demand={"scale": 1.3},
    )
    n, calls = 1500, FirstCalls.of(center)
    came = np.array([sum(len(part.times) for part in portions(center, 5, r, 10**6)) for r in range(n)], float)
    assert abs(came.mean() - calls.mean) < 4.0 * (calls.variance / n) ** 0.5
    spread = (came - calls.mean) ** 2
    assert abs(spread.mean() - calls.variance) < 4.0 * spread.std() / n**0.5


def test_first_calls_of_plain_rates_are_poisson_and_counts_do_not_vary() -> None:
    assert FirstCalls.of(scenario({"q": queue(60)})) == pytest.approx((1440.0, 1440.0))
    one = {"q": queue(60, rates={"day_factor_shape": 4.0})}
    assert FirstCalls.of(scenario(one)) == pytest.approx((1440.0, 1440.0 + 1440.0**2 / 4.0))
    two = one | {"p": queue(60, rates={"day_factor_shape": 4.0})}
    assert FirstCalls.of(scenario(two)) == pytest.approx((2880.0, 2880.0 + 2880.0**2 / 4.0))
    counts = {"q": queue(rates={}) | {"arrivals": {"kind": "counts", "per_interval": 4}}}
    assert FirstCalls.of(scenario(counts)) == (96.0, 0.0)
