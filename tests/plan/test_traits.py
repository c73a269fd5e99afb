"""Traits: truncated normals by inversion, tied by a Gaussian copula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, truncnorm

from sim.draws import key, split, uniform
from sim.plan.traits import traits, truncated_normal
from sim.scenario import Trait, Traits

N = 100_000
KEYS = split(key(1, "traits"), np.arange(N))
U, V = uniform(KEYS, 1), uniform(KEYS, 2)


@pytest.mark.parametrize(("mean", "sd"), [(0.5, 0.15), (0.9, 0.3), (0.0, 0.2), (1.0, 5.0)])
def test_truncated_normal_against_scipy(mean: float, sd: float) -> None:
    """The quantile function itself, to 1e-9 (the tails of the two differ by rounding only)."""
    u = np.linspace(1e-6, 1 - 1e-6, 1001)
    expected = truncnorm.ppf(u, -mean / sd, (1 - mean) / sd, loc=mean, scale=sd)
    assert np.abs(truncated_normal(Trait(mean=mean, sd=sd), u) - expected).max() < 1e-9


@given(
    mean=st.floats(0, 1),
    sd=st.floats(0, 10),
    u=st.sampled_from([2.0**-53, 1e-9, 0.5, 1 - 1e-9, 1 - 2.0**-53]),
)
def test_always_within_0_and_1(mean: float, sd: float, u: float) -> None:
    got = truncated_normal(Trait(mean=mean, sd=sd), np.array([u]))
    assert 0.0 <= got[0] <= 1.0


def test_no_spread_is_the_mean_and_no_draw_matters() -> None:
    same = Traits(empathy=Trait(mean=0.7, sd=0.0), speed=Trait(mean=0.2, sd=0.0), correlation=0.5)
    empathy, speed = traits(same, U[:3], V[:3])
    assert empathy.tolist() == [0.7] * 3
    assert speed.tolist() == [0.2] * 3


@pytest.mark.parametrize("r", [-0.9, -0.3, 0.0, 0.6])
def test_correlation_of_the_scores_and_shape_of_each(r: float) -> None:
    """n = 100,000: correlation within 4 (1 - r^2) / sqrt(n) (truncation at 3.3 sd shrinks r by under 0.5 %)."""
    empathy, speed = traits(Traits(correlation=r), U, V)
    got = float(np.corrcoef(empathy, speed)[0, 1])
    assert abs(got - r) < 4 * (1 - r * r) / N**0.5 + 0.005 * abs(r)
    law = truncnorm(-1 / 0.3, 1 / 0.3, loc=0.5, scale=0.15).cdf
    assert kstest(empathy, law).pvalue > 6e-5
    assert kstest(speed, law).pvalue > 6e-5


@pytest.mark.parametrize("r", [1.0, -1.0])
def test_perfect_correlation(r: float) -> None:
    empathy, speed = traits(Traits(correlation=r), U, V)
    assert np.allclose(speed - 0.5, r * (empathy - 0.5), atol=1e-9)


def test_correlation_leaves_empathy_alone() -> None:
    assert (traits(Traits(correlation=0.7), U, V)[0] == traits(Traits(), U, V)[0]).all()
