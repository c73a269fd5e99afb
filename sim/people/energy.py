"""Energy: how work wears agents out within the day, and what restores them. From 0 to 1; 0.9 is usual."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from sim.people.trait import standard_score, within_unit

HOUR = 3600.0
BUSY = 0.85
"""occupancy above which work wears out"""


@dataclass(slots=True)
class Energy:
    """Rates per hour, from the `energy` part of a behavior."""

    work: float = 0.0
    """fall of ln(energy) per hour of contacts at full occupancy"""
    hurry: float = 0.0
    """per hour of contacts in full hurry"""
    acting: float = 0.0
    """per hour of contacts with empathy wholly put on"""
    agitation: float = 0.0
    """per hour with fully agitated callers"""
    rest: float = 0.0
    """rate at which what is missing comes back, per hour off the phones"""
    passion: float = 0.0
    """rise of that rate per standard deviation of passion"""


def drained(
    energy: float,
    seconds: float,
    occupancy: float,
    hurry: float,
    acted: float,
    agitation: float,
    rates: Energy,
) -> float:
    """Energy after a contact of so many seconds: times exp(-rate hours), so never below 0.

    The rate adds up occupancy above 0.85 (as a share of the rest, at most 1: in a first contact handling may count
    for longer than the agent has been there), hurry, acting and the caller's agitation.
    Assumed; directions: Huelsheger and Schewe 2011 (acting), Deery, Iverson and Walsh 2002 (emotional exhaustion).
    """
    rate = (
        rates.work * within_unit((occupancy - BUSY) / (1.0 - BUSY))
        + rates.hurry * hurry
        + rates.acting * acted
        + rates.agitation * agitation
    )
    return energy * exp(-rate * seconds / HOUR)


def rested(energy: float, seconds: float, passion: float, rates: Energy) -> float:
    """Energy after so many seconds off the phones: what is missing shrinks by exp(-rate hours), so never above 1.

    Assumed; that breaks and time off restore is well established in direction.
    """
    rate = rates.rest * max(0.0, 1.0 + rates.passion * standard_score(passion))
    return 1.0 - (1.0 - energy) * exp(-rate * seconds / HOUR)
