"""Satisfaction: what a handled contact leaves behind, as a sum, so that every loss has its cause.

The latent is in logits: its constant, for an issue resolved at the first try without waiting by a typical agent, plus
terms that are 0 there. What a caller says is the latent plus logistic chance, cut into steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, floor, sqrt

from sim.people.trait import log_odds_of, share_of, weighed_by_need

MINUTE = 60.0
STEP = 1.0
"""logits between one score of CSAT and effort and the next; 4 begins at 0"""
NPS_ZERO = 6.75
NPS_SLOPE = 1.2


@dataclass(slots=True)
class Satisfaction:
    """Coefficients of satisfaction in logits, from the `satisfaction` part of a behavior."""

    typical: float = 0.0
    """the constant"""
    unresolved: float = 0.0
    """loss when the issue is not resolved"""
    repeats: float = 0.0
    """loss per attempt after the first"""
    empathy: float = 0.0
    """gain per standard deviation of empathy to a caller of typical need"""
    acted: float = 0.0
    """what empathy that is put on counts, 1 = as much as real"""
    waiting: float = 0.0
    """loss after one minute more than tolerated, for a caller in a typical hurry"""
    tolerated_s: float = 60.0
    """seconds of waiting that cost nothing"""
    long_talk: float = 0.0
    """loss of a caller in full hurry when the talk takes twice as long as expected"""
    transfers: float = 0.0
    """loss per transfer"""
    goodwill: float = 0.0
    """most gain that money brings"""
    goodwill_scale: float = 20.0
    """money that brings 63 % of it"""
    replies_tilt: float = 0.0
    """rise of the log odds of answering a survey per logit of satisfaction"""
    replies: float = 0.0
    """log odds that an indifferent caller who is asked answers"""


def resolution_loss(resolved: int, satisfaction: Satisfaction) -> float:
    """-c when the issue is not resolved. Source: SQM Group's surveys (vendor; weak)."""
    return 0.0 if resolved == 1 else -satisfaction.unresolved


def repeats_loss(attempt: int, satisfaction: Satisfaction) -> float:
    """-c (attempt - 1). Source: about 15 points of CSAT for every call more (SQM Group; weak)."""
    return -satisfaction.repeats * (attempt - 1)


def empathy_gain(empathy_score: float, need: float, satisfaction: Satisfaction) -> float:
    """c z need / 0.5, of empathy in which what is put on counts less.

    Source: direction from Huelsheger and Schewe 2011 (deep acting and customer satisfaction, r = 0.37, about 0.7
    logits per standard deviation, halved here); Clark, Murfett, Rogers and Ang 2013 for the caller's need.
    """
    return satisfaction.empathy * weighed_by_need(empathy_score, need)


def waiting_loss(wait: float, hurry: float, satisfaction: Satisfaction) -> float:
    """-c sqrt(max(0, wait - tolerated) / 60 s)(0.5 + hurry).

    Source: that perceived waiting grows like a power below 1: Antonides, Verhoef and van Aalst 2002; size assumed.
    """
    over = max(0.0, wait - satisfaction.tolerated_s)
    return -satisfaction.waiting * sqrt(over / MINUTE) * (0.5 + hurry)


def long_talk_loss(hurry: float, took: float, expected: float, satisfaction: Satisfaction) -> float:
    """-c hurry max(0, took / expected - 1): a talk longer than expected, to a caller in a hurry. Assumed."""
    if expected <= 0.0:
        return 0.0
    return -satisfaction.long_talk * hurry * max(0.0, took / expected - 1.0)


def transfers_loss(transfers: int, satisfaction: Satisfaction) -> float:
    """-c transfers. Assumed; direction: Dixon, Freeman and Toman 2010 on effort."""
    return -satisfaction.transfers * transfers


def goodwill_spent(budget: float, need: float) -> float:
    """Money that an empowered agent spends on a caller: none up to a need of 0.5, the budget from 0.8 on. Assumed."""
    return budget * min(max((need - 0.5) / 0.3, 0.0), 1.0)


def goodwill_gain(spent: float, satisfaction: Satisfaction) -> float:
    """c (1 - exp(-spent / scale)). Assumed."""
    return satisfaction.goodwill * (1.0 - exp(-spent / satisfaction.goodwill_scale))


def said(latent: float, mood: float) -> float:
    """The latent as a caller feels it at the moment: plus logistic chance, from a uniform number in (0, 1)."""
    return latent + log_odds_of(mood)


def csat_score(feeling: float) -> int:
    """1 to 5; 4 or 5 ("top two") from 0 logits on, so their probability is that of the latent's log odds."""
    return int(min(max(floor(feeling / STEP) + 4.0, 1.0), 5.0))


def nps_score(feeling: float) -> int:
    """Readiness to recommend, 0 to 10: 6.75 + 1.2 x, rounded. Assumed, so that a typical center has an NPS near 30."""
    return int(min(max(floor(NPS_ZERO + NPS_SLOPE * feeling + 0.5), 0.0), 10.0))


def effort_score(feeling: float) -> int:
    """1 (easy) to 5 (hard): CSAT's scale turned round, of a feeling that leaves out the agent's manner."""
    return 6 - csat_score(feeling)


def reply_probability(asked: float, latent: float, satisfaction: Satisfaction) -> float:
    """Probability that a caller is asked and answers: asked / (1 + exp(-(a + b latent))). Assumed."""
    return asked * share_of(satisfaction.replies + satisfaction.replies_tilt * latent)
