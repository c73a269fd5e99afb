"""Intervals over batches, and controlled figures: exact small cases, statsmodels beside them, and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.measure.batches import Batches
from sim.measure.control import LEAST, controlled, powers
from sim.measure.sampled import Sampled, in_batches, whole_batches
from sim.measure.statistics import moments_of

RNG = np.random.default_rng


def test_an_interval_is_over_the_sums_of_batches() -> None:
    """Three batches of two of a count: sums 6, 10, 8; mean of a replication 4, sd of the sums 2."""
    x = np.array([1.0, 5.0, 4.0, 6.0, 3.0, 5.0])
    found = Sampled(2).estimate(x, np.ones(6), np.arange(6), None, 0.95)
    half = stats.t.ppf(0.975, 2) * 2.0 / np.sqrt(3.0) / 2.0
    assert [float(part) for part in found] == pytest.approx([4.0, 4.0 - half, 4.0 + half, half, 6.0])


def test_what_is_no_whole_batch_is_left_out_and_order_does_not_matter() -> None:
    x, y = RNG(1).uniform(1, 2, (2, 11))
    numbers = np.array([9, 3, 4, 5, 0, 1, 2, 6, 7, 8, 13])
    assert (numbers[whole_batches(numbers, 3)] == np.arange(9)).all()
    found = Sampled(3).estimate(x, y, numbers, None, 0.9)
    rows = whole_batches(numbers, 3)
    assert found == moments_of(in_batches(x[rows], 3), in_batches(y[rows], 3)).estimate(0.9)._replace(
        replications=np.array(9.0)
    )


def test_without_two_whole_batches_there_is_a_figure_but_no_interval() -> None:
    found = Sampled(3).estimate(np.array([1.0, 2.0, 3.0, 6.0]), np.ones(4), np.arange(4), None, 0.95)
    assert found.mean == 3.0 and found.replications == 4 and np.isnan([found.low, found.high, found.half_width]).all()


def test_one_stratum_without_control_is_the_plain_estimate_bit_for_bit() -> None:
    x, y = RNG(2).uniform(1, 2, (2, 30, 4))
    found, plain = Sampled().estimate(x, y, np.arange(30), np.ones(30), 0.95), moments_of(x, y).estimate(0.95)
    assert all((mine == theirs).all() for mine, theirs in zip(found, plain, strict=True))


@pytest.mark.parametrize("last", [2, 7, 12, 13])
def test_running_batches_in_any_order_and_merged_say_the_same(last: int) -> None:
    """Of 2 and 7 replications in batches of 4 there is no interval; of 12 and 13 there is."""
    x, y = RNG(3).uniform(0, 2, (2, last, 5))
    y[x < 0.4] = 0.0
    one, other = Batches.of_shape((5,), 4), Batches.of_shape((5,), 4)
    for number in RNG(4).permutation(last):
        (one if number % 3 else other).add(x[number], y[number], int(number))
    one.merge(other)
    found, wanted = one.estimate(0.95), Sampled(4).estimate(x, y, np.arange(last), None, 0.95)
    for mine, theirs in zip(found, wanted, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9)
    assert len(one.waiting) == (last % 4 > 0) and np.isnan(found.low).all() == (last < 8)


def test_batches_of_one_are_the_moments_themselves() -> None:
    x, y = RNG(5).uniform(0, 2, (2, 9, 3))
    one = Batches.of_shape((3,), 1)
    for number in range(9):
        one.add(x[number], y[number], number)
    for mine, theirs in zip(one.estimate(0.95), moments_of(x, y).estimate(0.95), strict=True):
        assert (mine == theirs).all()


# --- control ----------------------------------------------------------------------------------


def test_a_controlled_count_is_the_intercept_of_statsmodels() -> None:
    """Value and standard error (HC3, t) of the regression's intercept."""
    sm = pytest.importorskip("statsmodels.api")
    z = powers(RNG(6).normal(100, 10, 25), 100.0, 100.0)
    x = 50.0 + z @ [8.0, 3.0] + RNG(7).normal(0, 1, 25)
    fit = sm.OLS(x, sm.add_constant(z)).fit(cov_type="HC3", use_t=True)
    found = controlled(x, np.ones(25), z, 0.9)
    assert float(found.mean) == pytest.approx(fit.params[0])
    assert [float(found.low), float(found.high)] == pytest.approx(list(fit.conf_int(0.1)[0]))


def test_a_controlled_ratio_is_that_of_controlled_sums_with_the_residuals_of_the_difference() -> None:
    """By the normal equations, written out."""
    z = powers(RNG(8).normal(100, 10, 30), 100.0, 100.0)
    y = 100.0 + 10.0 * z[:, 0] + RNG(9).normal(0, 1, 30)
    x = 0.8 * y - 4.0 * z[:, 1] + RNG(10).normal(0, 1, 30)
    design = np.column_stack([np.ones(30), z])
    inverse = np.linalg.inv(design.T @ design)
    a, b = (inverse @ design.T @ each for each in (x, y))
    rest = (x - a[0] / b[0] * y) - design @ (a - a[0] / b[0] * b)
    alone = rest / (1.0 - np.diag(design @ inverse @ design.T))
    error = np.sqrt(np.square((inverse @ design.T)[0] * alone).sum()) / b[0]
    found = controlled(x, y, z, 0.95)
    assert float(found.mean) == pytest.approx(a[0] / b[0])
    assert float(found.half_width) == pytest.approx(stats.t.ppf(0.975, 27) * error)


def test_figures_that_arrivals_explain_wholly_or_that_never_differ_have_no_spread() -> None:
    z = powers(RNG(11).normal(1e4, 100, 20), 1e4, 1e4)
    x = np.stack([1e4 + 100.0 * z[:, 0], np.full(20, 7.0)], axis=1)
    found = controlled(x, np.ones((20, 2)), z, 0.95)
    assert found.mean == pytest.approx([1e4, 7.0], rel=1e-12) and (found.half_width == 0.0).all()


def test_with_too_few_or_without_variation_figures_stay_as_they_are() -> None:
    x, y = RNG(12).uniform(1, 2, (2, 12))
    few = controlled(x[: LEAST - 1], y[: LEAST - 1], powers(x[: LEAST - 1], 1.5, 0.1), 0.95)
    assert few == moments_of(x[: LEAST - 1], y[: LEAST - 1]).estimate(0.95)
    assert controlled(x, y, powers(np.full(12, 2.0), 1.5, 0.1), 0.95) == moments_of(x, y).estimate(0.95)


def test_a_figure_that_nobody_has_says_nothing_and_spoils_nothing() -> None:
    z = powers(RNG(13).normal(100, 10, 15), 100.0, 100.0)
    x, y = np.zeros((15, 2)), np.zeros((15, 2))
    x[:, 1], y[:, 1] = RNG(14).uniform(0, 1, 15), 1.0
    x[0, 0] = y[0, 0] = 1.0  # one replication has it
    found = controlled(x, y, z, 0.95)
    assert found.mean[0] == 1.0 and np.isnan(found.half_width[0]) and found.replications.tolist() == [1.0, 15.0]
    assert np.isfinite(found.half_width[1])


def test_controlled_intervals_cover_where_busy_days_scatter_more() -> None:
    """1,000 studies of 20: a figure with a knee, whose noise grows with arrivals. Standard error: 0.7 points."""
    rng, hits = RNG(15), 0
    z = rng.normal(0, 1, 10**6)
    truth = float(np.mean(np.square(np.maximum(z + 1.0, 0.0))))
    for _ in range(1000):
        z = rng.normal(0, 1, 20)
        x = np.square(np.maximum(z + 1.0, 0.0)) + np.exp(0.7 * z) * rng.normal(0, 0.3, 20)
        found = controlled(x, np.ones(20), powers(z, 0.0, 1.0), 0.95)
        hits += bool(found.low <= truth <= found.high)
    assert 0.93 < hits / 1000 < 0.98
