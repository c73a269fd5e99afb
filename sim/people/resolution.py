"""Resolution: whether the issue is solved."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from sim.people.trait import log_odds_of, share_of, weighed_by_need

LOGISTIC_NORMAL = 0.346
FURTHEST = 1.5
"""most that people move the log odds of resolution, up or down"""


@dataclass(slots=True)
class Resolution:
    """Coefficients of the log odds of resolution, from the `resolution` part of a behavior."""

    empathy: float = 0.0
    """rise per standard deviation of empathy delivered to a caller of typical need"""
    knowledge: float = 0.0
    """rise per standard deviation of the agent's knowledge"""
    persistence: float = 0.0
    """rise per standard deviation of the agent's persistence"""
    hurry: float = 0.0
    """fall in full hurry"""
    complexity: float = 0.0
    """fall per standard deviation of the issue's complexity"""


def typical_log_odds(share: float, resolution: Resolution) -> float:
    """Log odds at a typical agent's hands of a type of issue of which that share is resolved by a usual staff.

    ln(p / (1 - p)) sqrt(1 + 0.346 v), v the variance that people and issues bring to the log odds: averaging over
    unlike people pulls a share towards one half, and this puts it back. Without such differences ln(p / (1 - p)).

    Source: the logistic-normal mean (Zeger, Liang and Albert 1988; 0.346 = (16 sqrt 3 / 15 pi)^2).
    """
    spread = (
        resolution.empathy * resolution.empathy
        + resolution.knowledge * resolution.knowledge
        + resolution.persistence * resolution.persistence
        + resolution.complexity * resolution.complexity
    )
    return log_odds_of(share) * sqrt(1.0 + LOGISTIC_NORMAL * spread)


def resolution_probability(
    typical_logit: float,
    empathy_score: float,
    need: float,
    knowledge_score: float,
    persistence_score: float,
    hurry: float,
    complexity: float,
    resolution: Resolution,
) -> float:
    """Probability that the issue is resolved: the type's own log odds, moved by people, at most 1.5 either way.

    The sum is cut at 1.5 because nothing is known about people several standard deviations from typical in several
    respects, and adding up for ever would let the type matter no more. Sizes assumed; direction of `hurry`: Goes,
    Ilk, Lin and Zhao 2018 (more at once, fewer resolved).
    """
    moved = (
        resolution.empathy * weighed_by_need(empathy_score, need)
        + resolution.knowledge * knowledge_score
        + resolution.persistence * persistence_score
        - resolution.hurry * hurry
        - resolution.complexity * complexity
    )
    return share_of(typical_logit + min(max(moved, -FURTHEST), FURTHEST))
