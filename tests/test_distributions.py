"""Distributions: every quantile function is monotone, fits its mean, and undoes its survival function."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy.integrate import quad

from sim.distributions import Distribution, Empirical, Hyperexponential, PiecewiseHazard, Quantiles

ADAPTER: TypeAdapter[Any] = TypeAdapter(Distribution)


def of(**given: Any) -> Any:
    """The distribution that a mapping describes."""
    return ADAPTER.validate_python(given)


seconds = st.floats(min_value=0.01, max_value=1e5)
cvs = st.floats(min_value=0.05, max_value=3)


@st.composite
def hyperexponentials(draw: st.DrawFn) -> dict[str, Any]:
    parts = draw(st.integers(1, 5))
    weights = draw(st.lists(st.floats(1e-6, 1), min_size=parts, max_size=parts))
    means = draw(st.lists(st.floats(1e-3, 1e5), min_size=parts, max_size=parts))
    return {"kind": "hyperexponential", "weights": weights, "means_s": means}


@st.composite
def piecewise(draw: st.DrawFn) -> dict[str, Any]:
    lengths = draw(st.lists(st.floats(0.5, 300), min_size=0, max_size=5))
    rates = draw(st.lists(st.floats(1e-4, 0.5) | st.just(0.0), min_size=len(lengths), max_size=len(lengths)))
    edges = [0.0, *np.cumsum(lengths).tolist()]
    return {"kind": "piecewise_hazard", "from_s": edges, "per_s": [*rates, draw(st.floats(1e-4, 0.5))]}


@st.composite
def linear(draw: st.DrawFn) -> dict[str, Any]:
    inner = sorted(draw(st.sets(st.integers(1, 99), max_size=5)))
    steps = draw(st.lists(st.floats(0.1, 100), min_size=len(inner) + 1, max_size=len(inner) + 1))
    values = [draw(st.floats(0, 10)), *np.cumsum(steps).tolist()]
    values[1:] = [values[0] + value for value in values[1:]]
    return {"kind": "quantiles", "at": [0.0, *(i / 100 for i in inner), 1.0], "values_s": values}


continuous = st.one_of(
    st.builds(lambda m: {"kind": "exponential", "mean_s": m}, seconds),
    st.builds(lambda m, c: {"kind": "lognormal", "mean_s": m, "cv": c}, seconds, cvs),
    st.builds(lambda m, s: {"kind": "lognormal", "median_s": m, "sigma": s}, seconds, st.floats(0.05, 1.5)),
    st.builds(lambda m, c: {"kind": "gamma", "mean_s": m, "cv": c}, seconds, cvs),
    st.builds(lambda m, n: {"kind": "erlang", "mean_s": m, "phases": n}, seconds, st.integers(1, 50)),
    st.builds(lambda s, k: {"kind": "weibull", "scale_s": s, "shape": k}, seconds, st.floats(0.3, 5)),
    hyperexponentials(),
    piecewise(),
    linear(),
)
stepped = st.one_of(
    st.builds(lambda v: {"kind": "constant", "value_s": v}, st.floats(0, 1e5)),
    st.builds(lambda v: {"kind": "empirical", "values_s": v}, st.lists(st.floats(0, 1e4), min_size=1, max_size=20)),
    st.builds(
        lambda v: {"kind": "empirical", "values_s": [a for a, _ in v], "weights": [b for _, b in v]},
        st.lists(st.tuples(st.floats(0, 1e4), st.floats(0.01, 10)), min_size=1, max_size=20),
    ),
    st.just({"kind": "never"}),
)
with_zeros = st.builds(
    lambda p, then: {"kind": "zero_or", "probability_zero": p, "then": then}, st.floats(0, 1), continuous
)
GRID = np.concatenate(([0.0, 1e-12, 1e-6], np.linspace(0.001, 0.999, 301), [1 - 1e-6, 1 - 1e-12, 1 - 2**-53]))


@given(continuous | stepped | with_zeros)
def test_quantiles_rise_from_zero_or_more(given: dict[str, Any]) -> None:
    found = of(**given).quantile(GRID)
    assert found.shape == GRID.shape
    assert found[0] >= 0
    assert not np.isnan(found).any()
    assert (found[1:] >= found[:-1]).all()


@given(continuous)
def test_survival_undoes_the_quantile(given: dict[str, Any]) -> None:
    model = of(**given)
    u = GRID[1:]
    # One ulp of t moves the survival by t * density * 2^-52, so the absolute error of a few ulps is all there is.
    np.testing.assert_allclose(model.survival(model.quantile(u)), 1 - u, rtol=0, atol=2e-13)


@settings(max_examples=40, deadline=None)
@given(continuous)
def test_mean_is_the_integral_of_the_survival(given: dict[str, Any]) -> None:
    model = of(**given)
    # On the scale ln t: from far below to far above the bulk, where the rest is under 1e-9 of the mean.
    low, high = math.log(model.mean) - 25, math.log(model.mean) + 17
    kinks = [math.log(t) for t in (*given.get("from_s", ()), *given.get("values_s", ())) if t > 0]
    points = sorted({low, high, *(k for k in kinks if low < k < high), *np.linspace(low, high, 14).tolist()})
    pieces = [
        quad(lambda x: float(model.survival(math.exp(x))) * math.exp(x), a, b, epsrel=1e-10, epsabs=0, limit=200)[0]
        for a, b in pairwise(points)
    ]
    total = sum(pieces) + math.exp(low) * float(model.survival(math.exp(low)))
    assert total == pytest.approx(model.mean, rel=1e-6)


@given(stepped)
def test_steps_are_where_the_weight_is(given: dict[str, Any]) -> None:
    model = of(**given)
    found = model.quantile(GRID)
    # P(T <= t) > u at the drawn value and P(T < t) <= u: a uniform on [0, 1) meets each value with its weight.
    finite = np.isfinite(found)
    assert (1 - model.survival(found[finite]) >= GRID[finite] - 1e-12).all()
    before = np.nextafter(found, -1)
    assert (1 - model.survival(before) <= GRID + 1e-12).all()


@given(with_zeros)
def test_zero_or_mixes_in_zeros(given: dict[str, Any]) -> None:
    model, p = of(**given), given["probability_zero"]
    found = model.quantile(GRID)
    assert (found[p > GRID] == 0).all()
    assert model.mean == pytest.approx((1 - p) * of(**given["then"]).mean)
    past = (p < GRID) & (GRID < 1 - 1e-6)
    np.testing.assert_allclose(model.survival(found[past]), 1 - GRID[past], rtol=0, atol=1e-12)


@given(hyperexponentials(), st.lists(st.floats(1e-9, 1 - 1e-9), min_size=1, max_size=20))
def test_hyperexponential_inversion_is_exact(given: dict[str, Any], us: list[float]) -> None:
    model = of(**given)
    with localcontext() as context:
        context.prec = 40
        weights, means = [[Decimal(x) for x in given[key]] for key in ("weights", "means_s")]
        total = sum(weights)
        for u, t in zip(us, model.quantile(us).tolist(), strict=True):
            parts = [w / total * (-Decimal(t) / m).exp() for w, m in zip(weights, means, strict=True)]
            assert abs(sum(parts) - (1 - Decimal(u))) < Decimal("1e-12") * (1 - Decimal(u))


def test_hyperexponential_with_one_part_is_exponential() -> None:
    u = GRID[1:]
    one = of(kind="hyperexponential", weights=[3], means_s=[7.0]).quantile(u)
    np.testing.assert_allclose(one, of(kind="exponential", mean_s=7.0).quantile(u), rtol=1e-14)


def test_hyperexponential_far_apart_keeps_its_accuracy() -> None:
    model = of(kind="hyperexponential", weights=[0.999, 0.001], means_s=[1e-3, 1e6])
    u = np.array([1e-15, 1e-9, 0.5, 0.9989, 0.999, 0.9991, 1 - 1e-9])
    np.testing.assert_allclose(model.survival(model.quantile(u)), 1 - u, rtol=1e-12)
    # Near zero the hazard is sum w / m, so t = u / hazard to first order in u = 1e-15.
    assert model.quantile(1e-15) == pytest.approx(1e-15 / (0.999e3 + 1e-9), rel=1e-12)


def test_parts_of_weight_zero_do_not_count() -> None:
    model = of(kind="hyperexponential", weights=[0, 1], means_s=[1e6, 2.0])
    assert model.mean == 2.0
    assert model.quantile(0.5) == pytest.approx(2 * math.log(2), rel=1e-14)


def test_piecewise_hazard_by_hand() -> None:
    model = of(kind="piecewise_hazard", from_s=[0, 10, 20], per_s=[0.1, 0.0, 0.2])
    # H(10) = 1, flat to 20, then 0.2 a second.
    assert model.quantile(1 - math.exp(-0.5)) == pytest.approx(5.0, rel=1e-14)
    assert model.quantile(1 - math.exp(-2)) == pytest.approx(25.0, rel=1e-14)
    assert model.survival(15.0) == pytest.approx(math.exp(-1), rel=1e-14)
    # 10 (1 - e^-1) + 10 e^-1 + 5 e^-1
    assert model.mean == pytest.approx(10 + 5 * math.exp(-1), rel=1e-14)


def test_a_last_hazard_of_zero_never_ends() -> None:
    model = of(kind="piecewise_hazard", from_s=[0, 10], per_s=[0.1, 0])
    assert model.mean == math.inf
    assert model.quantile([0.5, 1 - math.exp(-1) + 1e-9]) == pytest.approx([10 * math.log(2), math.inf])
    assert model.survival([1e9, np.inf]).tolist() == [math.exp(-1), math.exp(-1)]
    assert of(kind="piecewise_hazard", from_s=[0], per_s=[0]).quantile([0.0, 0.5]).tolist() == [0.0, math.inf]


def test_no_hazard_at_first_means_nobody_leaves_then() -> None:
    model = of(kind="piecewise_hazard", from_s=[0, 10], per_s=[0, 0.1])
    assert model.quantile(np.array([1e-12]))[0] == pytest.approx(10, abs=1e-9)
    assert model.survival(10.0) == 1


def test_empirical_meets_each_value_with_its_weight() -> None:
    model = of(kind="empirical", values_s=[30, 10, 20], weights=[1, 2, 1])
    assert model.quantile([0.0, 0.49, 0.5, 0.74, 0.75, 0.999]).tolist() == [10, 10, 20, 20, 30, 30]
    assert model.mean == 17.5
    assert model.survival([9, 10, 25, 30]).tolist() == [1.0, 0.5, 0.25, 0.0]


def test_empirical_values_may_be_endless_or_weightless() -> None:
    model = of(kind="empirical", values_s=[10, math.inf], weights=[0.75, 0.25])
    assert (model.mean, model.quantile(0.8)) == (math.inf, math.inf)
    assert of(kind="empirical", values_s=[10, math.inf], weights=[1, 0]).mean == 10
    assert of(kind="empirical", values_s=[10, math.inf], weights=[1, 0]).quantile([0, 1 - 2**-53]).tolist() == [10, 10]


def test_quantiles_with_a_jump() -> None:
    model = of(kind="quantiles", at=[0, 0.25, 0.75, 1], values_s=[0, 10, 10, 30])
    assert model.quantile([0, 0.125, 0.5, 0.875]).tolist() == [0, 5, 10, 20]
    assert model.survival([-1, 5, 9.999, 10, 20, 30, 99]) == pytest.approx([1, 0.875, 0.750025, 0.25, 0.125, 0, 0])
    assert model.mean == 0.25 * 5 + 0.5 * 10 + 0.25 * 20


def test_lognormal_by_mean_or_by_median() -> None:
    by_mean = of(kind="lognormal", mean_s=240, cv=1.2)
    by_median = of(kind="lognormal", median_s=math.exp(by_mean.log_mean), sigma=by_mean.log_sd)
    assert by_mean.mean == 240
    assert by_median.mean == pytest.approx(240, rel=1e-14)
    assert by_mean.quantile(0.5) == pytest.approx(240 / math.sqrt(1 + 1.2**2), rel=1e-14)


def test_lognormal_without_spread_is_constant() -> None:
    model = of(kind="lognormal", mean_s=240, cv=0)
    assert model.quantile([0.0, 0.3, 0.99]) == pytest.approx([240] * 3)


@pytest.mark.parametrize(
    ("kind", "cv"), [("lognormal", 1.2), ("gamma", 0.6), ("erlang", 0.5), ("hyperexponential", None)]
)
def test_second_moment_fits(kind: str, cv: float | None) -> None:
    """E T^2 = 2 * integral of t P(T > t), against the formula of each kind."""
    model = {
        "lognormal": lambda: of(kind="lognormal", mean_s=10, cv=cv),
        "gamma": lambda: of(kind="gamma", mean_s=10, cv=cv),
        "erlang": lambda: of(kind="erlang", mean_s=10, phases=4),
        "hyperexponential": lambda: of(kind="hyperexponential", weights=[0.25, 0.75], means_s=[22.0, 6.0]),
    }[kind]()
    wanted = 100 * (1 + cv**2) if cv is not None else 2 * (0.25 * 22**2 + 0.75 * 6**2)
    edges = [0, 10, 100, 1000, 20000]
    found = sum(
        quad(lambda t: 2 * t * float(model.survival(t)), a, b, epsrel=1e-11, limit=200)[0]
        for a, b in pairwise(edges)
    )
    assert found == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize(
    ("given", "where", "says"),
    [
        ({"kind": "lognormal", "mean_s": 240}, (), "needs mean_s and cv, or median_s and sigma, got mean_s"),
        ({"kind": "lognormal"}, (), "needs mean_s and cv, or median_s and sigma, got neither"),
        ({"kind": "exponential", "mean_s": 0}, ("mean_s",), "greater than 0"),
        ({"kind": "exponential", "mean_s": math.inf}, ("mean_s",), "finite"),
        ({"kind": "exponential", "mean_s": True}, ("mean_s",), "valid number"),
        ({"kind": "hyperexponential", "weights": [0, 0], "means_s": [1, 2]}, (), "at least one weight above 0"),
        ({"kind": "hyperexponential", "weights": [1], "means_s": [1, 2]}, (), "as many entries in weights"),
        ({"kind": "piecewise_hazard", "from_s": [5], "per_s": [1]}, (), "begin with 0"),
        ({"kind": "piecewise_hazard", "from_s": [0, 9, 9], "per_s": [1, 1, 1]}, (), "rise from entry to entry"),
        ({"kind": "empirical", "values_s": [1, math.nan]}, ("values_s", 1), "greater than or equal to 0"),
        ({"kind": "empirical", "values_s": []}, ("values_s",), "at least 1 item"),
        ({"kind": "quantiles", "at": [0, 0.9], "values_s": [1, 2]}, (), "from 0 to 1"),
        ({"kind": "quantiles", "at": [0, 1], "values_s": [2, 1]}, (), "never fall"),
        ({"kind": "zero_or", "probability_zero": 2, "then": {"kind": "never"}}, ("probability_zero",), "less than"),
    ],
)
def test_what_is_no_distribution_is_refused(given: dict[str, Any], where: tuple[str | int, ...], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        of(**given)
    (error,) = refused.value.errors()
    assert says in error["msg"]
    assert error["loc"] == (given["kind"], *where)


def test_shapes_are_kept() -> None:
    square = np.full((3, 2), 0.25)
    for model in (
        of(kind="constant", value_s=1),
        of(kind="never"),
        of(kind="hyperexponential", weights=[1, 2], means_s=[3, 4]),
        of(kind="piecewise_hazard", from_s=[0, 1], per_s=[1, 2]),
        of(kind="empirical", values_s=[1, 2]),
        of(kind="zero_or", probability_zero=0.5, then={"kind": "never"}),
    ):
        assert model.quantile(square).shape == (3, 2)
        assert model.survival(square).shape == (3, 2)
        assert np.shape(model.quantile(0.25)) == ()


def test_models_are_frozen_and_equal_by_value() -> None:
    model = of(kind="exponential", mean_s=3)
    with pytest.raises(ValidationError, match="frozen"):
        model.mean_s = 4.0
    assert model == of(kind="exponential", mean_s=3.0)
    assert {type(of(kind="empirical", values_s=[1])), Empirical} == {Empirical}
    assert isinstance(of(kind="hyperexponential", weights=[1], means_s=[1]), Hyperexponential)
    assert not isinstance(of(kind="never"), PiecewiseHazard | Quantiles)
