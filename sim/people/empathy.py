"""Empathy: what of an agent's own reaches the caller, and what is put on."""

from __future__ import annotations

from dataclasses import dataclass

from sim.people.trait import TYPICAL, within_unit

USUAL_ENERGY = 0.9


@dataclass(slots=True)
class Empathy:
    """Coefficients of delivered empathy, from the `empathy` part of a behavior."""

    energy: float = 0.0
    """share of empathy that comes and goes with energy"""
    pressure: float = 0.0
    """fall in full hurry where quality is not asked for"""
    acting: float = 0.0
    """share of what is asked for and missing that is put on"""
    script: float = 0.0
    """the same in addition under a strict script"""
    held_back: float = 0.0
    """share of empathy beyond what is asked for that a strict script holds back"""


def own_empathy(trait: float, energy: float, hurry: float, asked: float, script: float, empathy: Empathy) -> float:
    """Empathy that an agent feels and shows, 0 to 1: the trait as energy allows, less what pressure eats.

    clip(e (1 + a (energy - 0.9)) - b hurry (1 - asked)); under a script, c script of what goes beyond the typical,
    and beyond what is asked for, is held back. An agent of usual energy without hurry or script shows the trait itself.

    Assumed; that exhaustion lowers it is well established in direction (Huelsheger and Schewe 2011).
    """
    felt = trait * (1.0 + empathy.energy * (energy - USUAL_ENERGY)) - empathy.pressure * hurry * (1.0 - asked)
    held_back = empathy.held_back * script * max(0.0, felt - max(asked, TYPICAL))
    return within_unit(felt - held_back)


def acted_empathy(own: float, asked: float, script: float, empathy: Empathy) -> float:
    """Empathy put on because it is asked for and missing (surface acting): (a + b script) max(0, asked - own).

    Never more than what is missing. It shows a little, counts less with callers, and costs energy.

    Source: direction from Huelsheger and Schewe 2011 (surface acting and impaired well-being, r 0.39 to 0.48).
    """
    return min(empathy.acting + empathy.script * script, 1.0) * max(0.0, asked - own)
