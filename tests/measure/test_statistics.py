"""Estimates over replications: exact small cases, the jackknife beside the delta method, and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.measure.percentiles import SHARES, Waits, running
from sim.measure.statistics import Moments, moments_of, wilson
from sim.measure.waits import ANSWERED, BINS, KINDS, wait_bin

PAIRS = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=0, max_size=12)


def estimate(x: list[float], y: list[float], confidence: float = 0.95) -> tuple[float, ...]:
    return tuple(float(part) for part in moments_of(np.array(x), np.array(y)).estimate(confidence))


def test_a_count_has_the_ordinary_t_interval() -> None:
    x = [12.0, 15.0, 11.0, 18.0, 14.0]
    mean, low, high, half, n = estimate(x, [1.0] * 5)
    expected = stats.t.interval(0.95, 4, np.mean(x), stats.sem(x))
    assert mean == 14.0 and n == 5
    np.testing.assert_allclose((low, high, half), (*expected, (expected[1] - expected[0]) / 2), rtol=1e-12)


def test_a_ratio_is_the_ratio_of_sums_and_not_the_mean_of_ratios() -> None:
    assert estimate([90.0, 1.0], [100.0, 10.0])[0] == 91 / 110


def test_equal_replications_have_no_spread() -> None:
    assert estimate([8.0] * 7, [10.0] * 7) == (0.8, 0.8, 0.8, 0.0, 7.0)


def test_a_replication_without_contacts_has_nothing_to_say() -> None:
    assert estimate([8.0, 0.0, 9.0], [10.0, 0.0, 10.0]) == pytest.approx(estimate([8.0, 9.0], [10.0, 10.0]))
    mean, *limits, n = estimate([8.0, 0.0, 0.0], [10.0, 0.0, 0.0])
    assert (mean, n) == (0.8, 1.0) and np.isnan(limits).all()
    assert np.isnan(estimate([0.0, 0.0], [0.0, 0.0])[:4]).all()


def test_a_small_spread_around_a_large_mean_is_not_lost() -> None:
    offsets = np.array([0.0, 1.0, 2.0, 3.0])
    assert estimate((1e9 + offsets).tolist(), [1.0] * 4)[3] == pytest.approx(estimate(offsets.tolist(), [1.0] * 4)[3])


def jackknife(x: np.ndarray, y: np.ndarray) -> float:
    """Standard error of sum x / sum y from leaving out one replication at a time (Efron 1982)."""
    left_out = (x.sum() - x) / (y.sum() - y)
    n = len(x)
    return float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))


def test_the_jackknife_agrees_with_the_delta_method() -> None:
    generator = np.random.default_rng(3)
    for _ in range(50):
        offered = generator.poisson(400 * generator.gamma(30, 1 / 30, 30)).astype(float)
        answered = generator.binomial(offered.astype(int), np.clip(1.3 - offered / 800, 0.05, 0.99)).astype(float)
        error = moments_of(answered, offered).evidence().error
        # they differ by terms of order 1/n: with 30 replications whose sizes vary by 18 %, by less than 5 %
        assert error == pytest.approx(jackknife(answered, offered), rel=0.05)


@given(PAIRS, PAIRS, PAIRS)
def test_the_order_of_merging_does_not_matter(one: list, two: list, three: list) -> None:
    def moments(pairs: list) -> Moments:
        made = Moments.of_shape((1,))
        for x, y in pairs:
            made.add(np.array([x]), np.array([y]))
        return made

    whole = moments(one + two + three)
    forwards, backwards = moments(one), moments(three)
    forwards.merge(moments(two))
    forwards.merge(moments(three))
    backwards.merge(moments(one))
    backwards.merge(moments(two))
    for merged in (forwards, backwards):
        assert merged.n == whole.n and merged.defined == whole.defined
        np.testing.assert_allclose((merged.x, merged.y), (whole.x, whole.y), rtol=1e-14)
        # the squares and cubes of up to 36 numbers below 1e6 = 2^20, each rounded at 2^-53 of the largest
        for powers, largest in (("uu uv vv", 2.0**40), ("uuu uuv uvv vvv", 2.0**60)):
            each = [np.concatenate([centred(m)[power] for power in powers.split()]) for m in (merged, whole)]
            np.testing.assert_allclose(*each, rtol=1e-9, atol=1000 * largest * 2.0**-53)


def centred(moments: Moments) -> dict[str, np.ndarray]:
    """The sums of products of distances from the means, from those of distances from the first pair."""
    n, u, v = max(moments.n, 1), moments.u / max(moments.n, 1), moments.v / max(moments.n, 1)
    uu, uv, vv = moments.uu - n * u * u, moments.uv - n * u * v, moments.vv - n * v * v
    return {
        "uu": uu, "uv": uv, "vv": vv,
        "uuu": moments.uuu - 3 * u * uu - n * u**3,
        "uuv": moments.uuv - 2 * u * uv - v * uu - n * u * u * v,
        "uvv": moments.uvv - 2 * v * uv - u * vv - n * u * v * v,
        "vvv": moments.vvv - 3 * v * vv - n * v**3,
    }  # fmt: skip


def test_wilson() -> None:
    low, high = wilson(np.array([0.0, 1.0, 0.5, np.nan]), np.array([10.0, 10.0, 40.0, 0.0]), 0.95)
    for index, (met, trials) in enumerate([(0, 10), (10, 10), (20, 40)]):
        expected = stats.binomtest(met, trials).proportion_ci(0.95, "wilson")
        assert (low[index], high[index]) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert np.isnan(low[3]) and np.isnan(high[3])


STUDIES, REPLICATIONS = 2000, 20
TOLERANCE = 4 * np.sqrt(0.95 * 0.05 / STUDIES)
"""Four standard errors of a coverage of 95 % in 2,000 studies: 1.9 points."""


def test_intervals_of_a_ratio_cover_the_truth() -> None:
    """Days vary in size (Gamma 30) and the busier ones have the lower level; the truth is E answered / E offered."""
    generator = np.random.default_rng(11)
    size = generator.gamma(30, 1 / 30, (STUDIES, REPLICATIONS))
    offered = generator.poisson(200 * size).astype(float)
    answered = generator.binomial(offered.astype(int), 1.1 - 0.3 * np.minimum(size, 3.6)).astype(float)
    truth = 1.1 - 0.3 * (1 + 1 / 30)  # E[F (1.1 - 0.3 F)] / E[F], as E[F] = 1 and E[F²] = 1 + 1/30
    found = moments_of(answered.T, offered.T).estimate(0.95)
    covered = np.mean((found.low <= truth) & (truth <= found.high))
    assert abs(covered - 0.95) < TOLERANCE


def test_intervals_of_a_percentile_cover_the_truth() -> None:
    """Waits are exponential with a mean that varies by day, 30 or 50 s with equal chance, and so does their number.

    400 studies: four standard errors of a coverage of 95 % are 4.4 points.
    """
    studies = 400
    generator = np.random.default_rng(5)
    weights, scales = np.array([100.0, 200.0]), np.array([30.0, 50.0])
    grid = np.linspace(0, 400, 400_001)
    share = 1 - (np.exp(-grid[:, None] / scales) * weights).sum(axis=1) / weights.sum()
    truth = np.interp(SHARES, share, grid)
    hits = np.zeros(len(SHARES))
    for _ in range(studies):
        waits = Waits.of(1)
        for kind in generator.integers(0, 2, REPLICATIONS):
            drawn = generator.exponential(scales[kind], generator.poisson(weights[kind]))
            histogram = np.zeros((2, KINDS, BINS))
            histogram[:, ANSWERED] = np.bincount(wait_bin(drawn), minlength=BINS)
            waits.add(histogram, running(histogram))
        found = waits.estimate(0.95)
        hits += (found.low[0, 0] <= truth) & (truth <= found.high[0, 0])
    assert np.all(np.abs(hits / studies - 0.95) < 4 * np.sqrt(0.95 * 0.05 / studies))
