"""How long an agent takes: the terms of ln(handle time) beyond what is drawn for the contact.

Each is 0 for typical people in a typical moment. They add up; the typical time is multiplied by exp of their sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from sim.people.trait import standard_score, weighed_by_need

USUAL_LOAD = 0.85
LEAST_LOAD, MOST_LOAD = 0.5, 2.0
AVERAGE_GAIN = log(1.14)
NOVICE_GAIN = log(1.34)


@dataclass(slots=True)
class Talk:
    """Coefficients of ln(handle time), from the `talk` part of a behavior; 0 switches a term off."""

    speed: float = 0.0
    """fall per standard deviation of the agent's speed"""
    load: float = 0.0
    """fall per unit of ln(load / 0.85)"""
    wait: float = 0.0
    """rise per unit of ln(1 + seconds waited)"""
    listening: float = 0.0
    """rise per standard deviation of empathy delivered to a caller of typical need"""
    calming: float = 0.0
    """fall per standard deviation of empathy delivered to a fully agitated caller"""
    agitation: float = 0.0
    """rise for a fully agitated caller"""
    hurry: float = 0.0
    """fall for an agent in full hurry"""
    assist: float = 0.0
    """strength of suggestions: 1 = as studied"""
    canned: float = 0.0
    """fall where canned answers cover the whole talk"""


def handle_factor(speed: float, talk: Talk) -> float:
    """An agent's talk, hold and wrap times over those of a typical agent: exp(-c z_speed).

    With c = 0.15 a standard deviation of speed is 14 % of handle time, and handle times of agents
    differ with a standard deviation of 0.15 in their log means.

    Source: between agents of a bank's and other centers that standard deviation is 0.15 to 0.22
    (Gans, Liu, Mandelbaum, Shen and Ye 2010, "Service times in call centers: agent heterogeneity
    and learning with some operational consequences"; the Anonymous Bank logs of 1999).
    """
    return exp(-talk.speed * standard_score(speed))


def load_of(waiting: float, busy: float, on_phones: float) -> float:
    """(waiting + in service) / agents on the phones, kept within 0.5 and 2; 2 with nobody there."""
    if on_phones <= 0.0:
        return MOST_LOAD
    return min(max((waiting + busy) / on_phones, LEAST_LOAD), MOST_LOAD)


def load_term(load: float, talk: Talk) -> float:
    """Agents work faster when more is to be done: -c ln(load / 0.85).

    Source: c = 0.109 (standard error 0.007) within agent and hour in the Anonymous Bank logs of 1999; observational,
    so it holds part of what `hurry` explains. KC and Terwiesch 2009 find the same direction in hospitals.
    """
    return -talk.load * log(load / USUAL_LOAD)


def wait_term(wait: float, talk: Talk) -> float:
    """Who waited longer takes a little longer: c ln(1 + wait in seconds).

    Source: c = 0.0115 (standard error 0.001) in the Anonymous Bank logs of 1999.
    """
    return talk.wait * log(1.0 + wait)


def listening_term(empathy_score: float, need: float, talk: Talk) -> float:
    """Listening takes time, the more so the more a caller needs it: c z_delivered need / 0.5.

    Assumed: no coefficient is known; the field argues about its very sign (-0.05 to 0.12).
    """
    return talk.listening * weighed_by_need(empathy_score, need)


def calming_term(empathy_score: float, agitation: float, talk: Talk) -> float:
    """Empathy calms an agitated caller, which saves time: -c z_delivered agitation. Assumed."""
    return -talk.calming * empathy_score * agitation


def agitation_term(agitation: float, talk: Talk) -> float:
    """An agitated caller takes longer: c agitation.

    Source: direction from Altman, Rafaeli and others on customers' emotions as load; size weak.
    """
    return talk.agitation * agitation


def hurry_term(hurry: float, talk: Talk) -> float:
    """An agent in a hurry is quicker: -c hurry. Assumed."""
    return -talk.hurry * hurry


def assist_term(assist: float, knowledge_score: float, talk: Talk) -> float:
    """Suggestions speed up the less knowing: minus the log gain in rate, at most ln 1.34, none for experts.

    The gain is ln 1.14 for typical knowledge and falls on a straight line that reaches ln 1.34 at 1.5 standard
    deviations below and 0 at 1.2 above.

    Source: 14 % more issues an hour on average, 34 % for novices, about 0 for the most skilled (Brynjolfsson, Li
    and Raymond 2023, "Generative AI at work").
    """
    gain = AVERAGE_GAIN - (NOVICE_GAIN - AVERAGE_GAIN) / 1.5 * knowledge_score
    return -talk.assist * assist * min(max(gain, 0.0), NOVICE_GAIN)


def canned_term(canned: float, talk: Talk) -> float:
    """Canned answers save time: -c times the share of the talk that they cover. Assumed."""
    return -talk.canned * canned
