"""The rule over all figures: it keeps its promise for a right simulator, and finds what is wrong."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.study.validation import CASES, Case, Checked, Verdict, judge
from sim.study.validation.check import Comparison, compare, correlation_of
from sim.study.validation.family import ERROR_RATE, SHARES, Shares, bound, holm, p_as_many, p_spread, root_of
from sim.study.validation.reference import Reference

FIGURES, OBSERVATIONS = 8, 64
OTHERS = {"f1": (Reference(1.0, 0.02, "published"),)}
"""A second reference for a figure, with an error of its own."""


def made_up(name: str) -> Case:
    """A case of eight figures that are all 1."""
    names = {f"f{k}": None for k in range(FIGURES)}
    made = replace(CASES["B12_10"], name=name, exact=lambda: dict.fromkeys(names, 1.0), elsewhere=OTHERS)
    return replace(made, measures=names)  # type: ignore[arg-type]


def drawn(random: np.random.Generator, cases: int, *, off: float = 0.0, swell: float = 1.0) -> list[Checked]:
    """Cases as a right simulator shows them: figures of a case move together, as one common and one own number each.

    `off` moves one figure by so many standard errors, `swell` makes every case's figures lie so many times as far off.
    """
    found = []
    for number in range(cases):
        common, own = random.standard_normal((OBSERVATIONS, 1)), random.standard_normal((OBSERVATIONS, FIGURES))
        tops = 1.0 + 0.1 * (0.8 * common + 0.6 * own)
        error = 0.1 / math.sqrt(OBSERVATIONS)
        tops += (swell - 1.0) * (tops.mean(axis=0) - 1.0)
        if number == 0:
            tops[:, 0] += off * error
        sums = np.stack([tops, np.ones_like(tops)], axis=2)
        case = made_up(f"made up {number}")
        shifted = {"f1": (OTHERS["f1"][0]._replace(value=1.0 + 0.02 * float(random.standard_normal())),)}
        case = replace(case, elsewhere=shifted)
        figures = compare(case, sums)
        found.append(Checked(case, figures, 1, correlation_of(case, sums, figures)))
    return found


def test_a_right_simulator_passes_as_often_as_promised() -> None:
    # 250 validations of 10 cases with 9 figures each, at ten times the error rates, to see failures at all.
    random = np.random.default_rng(6)
    shares = Shares(*(10.0 * share for share in SHARES))
    verdicts = [judge(drawn(random, 10), shares, draws=500) for _ in range(250)]

    def failures(failed: list[bool], rate: float) -> None:
        assert sum(failed) <= 250 * rate + 3.0 * math.sqrt(250 * rate * (1.0 - rate))

    failures([bool(each.wrong) for each in verdicts], shares.largest)
    failures([each.too_many for each in verdicts], shares.many)
    failures([each.odd_spread for each in verdicts], shares.spread)
    failures([not each.holds for each in verdicts], 10.0 * ERROR_RATE)
    # And the questions are no empty ones: those that are exact fail about as often as they may.
    assert sum(each.odd_spread for each in verdicts) >= 1  # 6 expected
    assert sum(not each.holds for each in verdicts) >= 6  # 25 at most expected


def told(verdict: Verdict) -> tuple[bool, bool, bool]:
    return bool(verdict.wrong), verdict.too_many, verdict.odd_spread


def test_one_figure_far_off_is_found_and_named() -> None:
    verdict = judge(drawn(np.random.default_rng(1), 20, off=8.0))
    assert [(row.case, row.figure) for row in verdict.wrong] == [("made up 0", "f0")]
    assert told(verdict)[0] and not verdict.holds
    assert judge(drawn(np.random.default_rng(1), 20)).holds


def test_small_faults_everywhere_are_found_though_no_figure_is_far_off() -> None:
    verdict = judge(drawn(np.random.default_rng(2), 40, swell=1.4))
    assert verdict.wrong == []
    assert verdict.too_many or verdict.odd_spread
    assert not verdict.holds


def test_standard_errors_that_are_too_large_are_found() -> None:
    verdict = judge(drawn(np.random.default_rng(3), 40, swell=0.3))
    assert verdict.odd_spread and verdict.spread < 0.5
    assert not verdict.holds


def row(p_value: float, name: str = "x") -> Comparison:
    """A figure with that p-value, from ever so many observations."""
    from scipy.special import ndtri

    return Comparison("case", name, float(-ndtri(p_value / 2.0)), 1.0, Reference(0.0), 10**9)


def test_holm_goes_on_while_p_values_are_small_enough() -> None:
    # Of four at 0.05: 0.01 <= 0.05/4, 0.015 <= 0.05/3, 0.03 > 0.05/2, so 0.04 is not looked at any more.
    rows = [row(p, str(p)) for p in (0.03, 0.01, 0.04, 0.015)]
    assert [each.figure for each in holm(rows, 0.05)] == ["0.01", "0.015"]
    assert holm([row(0.04)], 0.05) and not holm([row(0.06)], 0.05)
    assert holm([], 0.05) == []


def test_a_skew_figure_leans_as_its_interval_does() -> None:
    from sim.measure.evidence import Evidence

    skew = Comparison("case", "x", 10.0, 1.0, Reference(12.6), 64, skewness=3.0)
    known = Evidence(*(np.asarray(each) for each in (10.0, 1.0, 3.0, 64.0)))
    low, high = (known.estimate(1.0 - skew.p_value)[k] for k in (1, 2))
    assert low < 10.0
    assert high == pytest.approx(12.6)  # the confidence with which the interval just reaches the reference
    assert skew.p_value > row(0.0103).p_value  # 2.6 standard errors below, with few large days missing: likelier
    assert skew.score < 0.0 < replace(skew, simulated=15.2).score
    # A reference with a larger error of its own drowns the skewness, and adds degrees of freedom.
    drowned = replace(skew, reference=Reference(12.6, 5.0))
    assert drowned.score == pytest.approx(drowned.difference, rel=0.02)


def correlated(matrix: NDArray[np.float64]) -> Checked:
    return Checked(CASES["B12_10"], [row(0.5)] * len(matrix), 1, matrix)


def test_correlation_makes_many_far_figures_likelier() -> None:
    alone, together = correlated(np.eye(10)), correlated(np.ones((10, 10)))
    # Independent: P(5 or more of 10 beyond 2) = 1e-5; all the same: P(beyond 2) = 0.0455. 20,000 draws.
    assert p_as_many([alone], 5) < 5e-4
    assert p_as_many([together], 10) == pytest.approx(0.0455, abs=4.0 * math.sqrt(0.0455 / 20_000))
    assert p_as_many([alone], 0) == 1.0


def test_the_root_of_a_singular_correlation() -> None:
    matrix = np.array([[1.0, 1.0, 0.5], [1.0, 1.0, 0.5], [0.5, 0.5, 1.0]])
    root = root_of(matrix)
    assert root @ root.T == pytest.approx(matrix, abs=1e-12)


def test_spread_by_hand() -> None:
    # Two squares that sum to s have the chi-square law with 2 degrees of freedom, P(> s) = exp(-s / 2).
    assert p_spread([1.0, 3.0]) == pytest.approx(2.0 * math.exp(-5.0))
    assert p_spread([0.01, 0.0]) == pytest.approx(-2.0 * math.expm1(-0.00005), rel=1e-6)
    assert math.isnan(p_spread([]))


def test_the_bound_on_the_worst_of_many() -> None:
    # Bonferroni: 2 (1 - Phi(4.42)) = 1e-5 = 0.005 / 500.
    assert bound(500) == pytest.approx(4.4172, abs=1e-4)
    assert pytest.approx(0.01) == ERROR_RATE


def test_correlation_of_figures_is_that_of_their_residuals() -> None:
    case = replace(made_up("by hand"), elsewhere={"f1": (Reference(1.0, 0.3, "published"),)})
    random = np.random.default_rng(4)
    tops = 1.0 + random.standard_normal((30, FIGURES))
    tops[:, 1] = tops[:, 0]
    sums = np.stack([tops, np.ones_like(tops)], axis=2)
    figures = compare(case, sums)
    found = correlation_of(case, sums, figures)
    assert found[0, 1] == pytest.approx(1.0)
    assert found[0, 2] == pytest.approx(np.corrcoef(tops[:, 0], tops[:, 2])[0, 1])
    # The last row is f1 beside the published figure: its own error of 0.3 is not shared with f1 beside the exact one.
    share = figures[-1].standard_error / math.hypot(figures[-1].standard_error, 0.3)
    assert found[1, -1] == pytest.approx(share)
    assert np.diag(found) == pytest.approx(np.ones(len(figures)))
