"""Loyalty: whether the customer leaves when a case closes."""

from __future__ import annotations

from dataclasses import dataclass

from sim.people.trait import share_of


@dataclass(slots=True)
class Loyalty:
    """Coefficients of churn, from the `loyalty` part of a behavior."""

    at_once: float = 0.0
    """log odds of wanting to leave after an issue resolved at the first try"""
    later: float = 0.0
    """after one that took more contacts"""
    unresolved: float = 0.0
    """after one that was not resolved"""
    tilt: float = 0.0
    """fall of these per logit of satisfaction above the constant"""
    follows: float = 0.0
    """share of those who want to leave that do; 0 = nobody leaves"""


def churn_probability(resolved: int, contacts: int, content: float, loyalty: Loyalty) -> float:
    """Probability that the customer leaves when the case closes: share that follows times the wish to.

    The wish is 5 % after an issue resolved at once, 9 % after two or more contacts, 25 % when unresolved, moved by
    `content`: satisfaction in logits less what those outcomes alone make of it.

    Source: SQM Group's surveys for the three (vendor; weak); how many follow, and the tilt, assumed.
    """
    if resolved == 0:
        wish = loyalty.unresolved
    elif contacts > 1:
        wish = loyalty.later
    else:
        wish = loyalty.at_once
    return loyalty.follows * share_of(wish - loyalty.tilt * content)
