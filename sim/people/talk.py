"""How long an agent takes: what an agent's speed does to handle times."""

from __future__ import annotations

from math import exp
from typing import NamedTuple

TYPICAL = 0.5
"""the trait of a typical person"""
SPREAD = 0.15
"""one standard deviation of a trait in the population"""


class Talk(NamedTuple):
    """Coefficients of handle time, from the `talk` part of a behavior."""

    speed: float
    """fall of ln(handle time) per standard deviation of agent speed; 0 = all agents equally fast"""


def standard_score(trait: float) -> float:
    """How many standard deviations a trait is above the typical: z = (trait - 0.5) / 0.15."""
    return (trait - TYPICAL) / SPREAD


def handle_factor(speed: float, talk: Talk) -> float:
    """An agent's talk, hold and wrap times over those of a typical agent: exp(-c z_speed).

    With c = 0.15 a standard deviation of speed is 14 % of handle time, and handle times of agents
    differ with a standard deviation of 0.15 in their log means.

    Source: between agents of a bank's and other centers that standard deviation is 0.15 to 0.22
    (Gans, Liu, Mandelbaum, Shen and Ye 2010, "Service times in call centers: agent heterogeneity
    and learning with some operational consequences"; the Anonymous Bank logs of 1999).
    """
    return exp(-talk.speed * standard_score(speed))
