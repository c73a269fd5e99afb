"""The rule that decides over a whole validation: no more than chance allows, of all figures together.

Hundreds of right figures bring some beyond 2 or 3 standard errors, and those of one case rise and fall together; so no
bound on single figures can decide. Three questions are asked of the family, each with its share of the error rate:

    largest   does any figure lie further off than chance brings in so many? Holm (1979), for any correlation
    many      do more lie beyond 2 standard errors than chance brings? by drawing correlated normal scores
    spread    do cases, one figure each, scatter as a standard normal does, no more and no less? chi-square

A right simulator fails with probability ERROR_RATE at most (the shares add up, whatever goes with what).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.validation.check import Checked, Comparison

Floats = NDArray[np.float64]


class Shares(NamedTuple):
    """Probability with which each question may blame a right simulator."""

    largest: float = 0.005
    many: float = 0.0025
    spread: float = 0.0025


SHARES = Shares()
ERROR_RATE = sum(SHARES)
FAR = 2.0
"""Scores beyond which figures are counted."""
DRAWS = 20_000
"""Smallest probability that so many draws can show: 1 / 20,001, a fiftieth of the share."""
_SEED = 1


class Verdict(NamedTuple):
    """What the figures of a run say together."""

    figures: int
    cases: int
    wrong: list[Comparison]
    """figures further off than chance brings in so many, and those that could not be measured"""
    worst: Comparison
    p_largest: float
    """of the worst, over all figures (Holm's first step)"""
    beyond: int
    """figures beyond FAR"""
    expected: float
    """of these, by chance"""
    p_many: float
    spread: float
    """root mean square of the cases' scores, 1 by chance"""
    p_spread: float
    shares: Shares

    @property
    def too_many(self) -> bool:
        """Whether more figures lie far off than chance brings."""
        return self.p_many <= self.shares.many

    @property
    def odd_spread(self) -> bool:
        """Whether cases scatter otherwise than chance has it."""
        return self.p_spread <= self.shares.spread

    @property
    def holds(self) -> bool:
        """Whether chance alone may have brought all of it."""
        return not (self.wrong or self.too_many or self.odd_spread)


def judge(checked: Sequence[Checked], shares: Shares = SHARES, draws: int = DRAWS) -> Verdict:
    """What the figures of these cases say together."""
    rows = [row for case in checked for row in case.figures]
    measured = [row for row in rows if not math.isnan(row.difference)]
    worst = min(measured, key=lambda row: row.p_value, default=rows[0])
    beyond = sum(abs(row.score) > FAR for row in measured)
    voices = [score for case in checked if not math.isnan(score := case.spokesman.score)]
    return Verdict(
        figures=len(rows),
        cases=len(checked),
        wrong=[row for row in rows if math.isnan(row.difference)] + holm(measured, shares.largest),
        worst=worst,
        p_largest=min(1.0, len(rows) * worst.p_value) if measured else math.nan,
        beyond=beyond,
        expected=chance_beyond() * len(measured),
        p_many=p_as_many(checked, beyond, draws),
        spread=math.sqrt(sum(score**2 for score in voices) / len(voices)) if voices else math.nan,
        p_spread=p_spread(voices),
        shares=shares,
    )


def holm(rows: Sequence[Comparison], share: float) -> list[Comparison]:
    """The figures that are wrong but for a probability of `share` of blaming any right one, under any correlation.

    Formula: in order of their p-values, the k-th (from 0) of m is wrong while p <= share / (m - k).
    Source: S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6.
    """
    ordered = sorted(rows, key=lambda row: row.p_value)
    for k, row in enumerate(ordered):
        if row.p_value > share / (len(ordered) - k):
            return ordered[:k]
    return ordered


def bound(figures: int, share: float = SHARES.largest) -> float:
    """Score beyond which the worst of so many figures is wrong."""
    from scipy.special import ndtri

    return float(-ndtri(0.5 * share / figures))


def chance_beyond(score: float = FAR) -> float:
    """Probability that a right figure's score lies beyond."""
    return math.erfc(score / math.sqrt(2.0))


def p_as_many(checked: Sequence[Checked], beyond: int, draws: int = DRAWS) -> float:
    """Probability that chance brings so many figures beyond FAR, or more.

    Normal scores are drawn case by case with the correlation that the replications show, and counted.
    """
    random = np.random.default_rng(_SEED)
    counts = np.zeros(draws, dtype=np.int64)
    for case in checked:
        root = root_of(case.correlation)
        counts += (np.abs(random.standard_normal((draws, root.shape[1])) @ root.T) > FAR).sum(axis=1)
    return float((1 + np.count_nonzero(counts >= beyond)) / (draws + 1))


def root_of(correlation: Floats) -> Floats:
    """A matrix A with A A' = the correlation, which may be singular: some figures are sums of others."""
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def p_spread(scores: Sequence[float]) -> float:
    """Two-sided p-value of the sum of squares of independent normal scores; nan without any.

    Formula: chi-square with as many degrees of freedom, twice the smaller tail. Too small a spread is as telling as
    too large a one: then standard errors are said to be larger than they are.
    """
    from scipy.special import chdtr, chdtrc

    if not scores:
        return math.nan
    squares = sum(score**2 for score in scores)
    return min(1.0, 2.0 * min(float(chdtr(len(scores), squares)), float(chdtrc(len(scores), squares))))
