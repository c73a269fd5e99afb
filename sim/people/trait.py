"""Traits: what 0.5 means, and how far from it somebody is."""

from __future__ import annotations

from math import exp, log

TYPICAL = 0.5
"""the trait of a typical person"""
SPREAD = 0.15
"""one standard deviation of a trait in the population"""


def standard_score(trait: float) -> float:
    """How many standard deviations a trait is above the typical: z = (trait - 0.5) / 0.15."""
    return (trait - TYPICAL) / SPREAD


def weighed_by_need(score: float, need: float) -> float:
    """A standard score as it matters to a caller: times need / 0.5, so 1 for a typical need, 0 for none, at most 2."""
    return score * need / TYPICAL


def within_unit(x: float) -> float:
    """x, or the nearer end of [0, 1]."""
    return min(max(x, 0.0), 1.0)


def renewed(mark: float, probability: float) -> float:
    """A uniform mark that has decided one thing by that probability, made uniform again to decide another.

    Known to be below p it is uniform on (0, p), else on (p, 1): either is stretched to (0, 1).
    """
    if mark < probability:
        return mark / probability
    if probability < 1.0:
        return (mark - probability) / (1.0 - probability)
    return mark


def share_of(log_odds: float) -> float:
    """The share that has these log odds: 1 / (1 + exp(-x)). Below -700, where exp would overflow, as at -700."""
    return 1.0 / (1.0 + exp(min(-log_odds, 700.0)))


def log_odds_of(share: float) -> float:
    """ln(p / (1 - p)), for 0 < p < 1."""
    return log(share / (1.0 - share))
