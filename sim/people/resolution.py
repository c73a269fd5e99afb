"""Resolution: whether the issue is solved."""

from __future__ import annotations

from dataclasses import dataclass

from sim.people.trait import share_of, weighed_by_need

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
