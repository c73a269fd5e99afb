"""Laws of patience: each against the integral of its own survival function, and against its kin."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.theory.patience import Capped, Exponential, Never, Patience, Survival, ZeroOr
from sim.theory.patience_laws import (
    Constant,
    Gamma,
    Hyperexponential,
    Lognormal,
    Weibull,
    erlang,
    patience_law,
)
from sim.theory.patience_tables import Empirical, PiecewiseHazard, Quantiles

LAWS: dict[str, tuple[Patience, float]] = {
    # law and mean, worked out by hand or from the law's definition
    "constant": (Constant(90.0), 90.0),
    "exponential": (Exponential(120.0), 120.0),
    "lognormal": (Lognormal(390.0, 1.4), 390.0),
    "lognormal by median": (Lognormal.from_median(200.0, 1.0), 200.0 * math.exp(0.5)),
    "gamma": (Gamma(300.0, 1.7), 300.0),
    "erlang": (erlang(300.0, 4), 300.0),
    "weibull, falling hazard": (Weibull(250.0, 0.5), 500.0),
    "weibull, rising hazard": (Weibull(250.0, 2.0), 125.0 * math.sqrt(math.pi)),
    "hyperexponential": (Hyperexponential((0.3, 0.7), (10.0, 500.0)), 353.0),
    # 0.01 for 60 s, nothing for 60 s, then 0.002 for good.
    "piecewise hazard": (
        PiecewiseHazard((0.0, 60.0, 120.0), (0.01, 0.0, 0.002)),
        -math.expm1(-0.6) / 0.01 + math.exp(-0.6) * (60.0 + 500.0),
    ),
    "empirical": (Empirical((5.0, 30.0, 30.0, 400.0), (1.0, 2.0, 2.0, 5.0)), 212.5),
    "quantiles": (Quantiles((0.0, 0.25, 0.25, 1.0), (10.0, 50.0, 80.0, 200.0)), 0.25 * 30.0 + 0.75 * 140.0),
    "zero or": (ZeroOr(0.2, Exponential(120.0)), 96.0),
    "capped": (Capped(Exponential(120.0), 60.0), -120.0 * math.expm1(-0.5)),
    "any survival": (Survival(lambda x: 1.0 / (1.0 + x / 100.0) ** 3, mean_s=50.0), 50.0),
}
every_law = pytest.mark.parametrize(("law", "mean"), LAWS.values(), ids=LAWS.keys())
TIMES = np.array([0.0, 0.5, 7.0, 29.0, 61.0, 100.0, 150.0, 333.0, 900.0])


@every_law
def test_survival_and_gone_are_complements_and_monotone(law: Patience, mean: float) -> None:
    survival = law.survival(TIMES)
    assert law.gone(TIMES) + survival == pytest.approx(np.ones(TIMES.size), rel=1e-13)
    assert (np.diff(survival) <= 0.0).all()
    assert (survival >= 0.0).all()
    assert (survival <= 1.0).all()


@every_law
def test_mean_until_is_the_integral_of_the_survival(law: Patience, mean: float) -> None:
    by_quadrature = Survival(law.survival, law.kinks)
    assert law.mean_until(TIMES) == pytest.approx(by_quadrature.mean_until(TIMES), rel=1e-10, abs=1e-10)
    assert law.mean_until(np.array([math.inf]))[0] == pytest.approx(mean, rel=1e-12)


def test_laws_agree_where_they_are_the_same() -> None:
    exponential = Exponential(120.0)
    same: list[Patience] = [
        Gamma(120.0, 1.0),
        Weibull(120.0, 1.0),
        Hyperexponential((2.0, 3.0), (120.0, 120.0)),
        PiecewiseHazard((0.0, 40.0), (1.0 / 120.0, 1.0 / 120.0)),
        ZeroOr(0.0, exponential),
        Capped(exponential, 1e6),
    ]
    for law in same:
        assert law.survival(TIMES) == pytest.approx(exponential.survival(TIMES), rel=1e-12)
        assert law.gone(TIMES) == pytest.approx(exponential.gone(TIMES), rel=1e-12)
        assert law.mean_until(TIMES) == pytest.approx(exponential.mean_until(TIMES), rel=1e-12)


def test_step_laws_jump_at_their_values() -> None:
    empirical = Empirical((5.0, 30.0), (1.0, 3.0))
    assert empirical.gone(np.array([4.9, 5.0, 29.9, 30.0])).tolist() == [0.0, 0.25, 0.25, 1.0]
    assert Constant(30.0).gone(np.array([29.9, 30.0])).tolist() == [0.0, 1.0]
    # A quarter has exactly 20 s: the two shares with one value are a jump there.
    jump = Quantiles((0.0, 0.5, 0.75, 1.0), (0.0, 20.0, 20.0, 40.0))
    assert jump.gone(np.array([10.0, 20.0, 30.0])).tolist() == [0.25, 0.75, 0.875]


def test_a_scenario_names_its_law() -> None:
    assert patience_law("lognormal", mean_s=390, cv=1.2) == Lognormal(390, 1.2)
    assert patience_law("lognormal", median_s=200, sigma=1.0) == Lognormal.from_median(200, 1.0)
    assert patience_law("erlang", mean_s=60, phases=3) == Gamma(60, 1 / math.sqrt(3))
    assert patience_law("zero_or", probability_zero=0.1, then=Never()) == ZeroOr(0.1, Never())
    with pytest.raises(ValueError, match="unknown kind of patience 'normal'"):
        patience_law("normal", mean_s=3)
    with pytest.raises(ValueError, match="mean_s and cv, or median_s and sigma"):
        patience_law("lognormal", mean_s=3, sigma=1)
