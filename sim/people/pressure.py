"""Pressure: agents manage to what is measured and rewarded."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

STEEPNESS = 0.2
"""shortfall at which 63 % of the effect is reached: 20 % over the handle-time target, or 20 points of a share"""


@dataclass(slots=True)
class Pressure:
    """Coefficients of pressure, from the `pressure` part of a behavior."""

    speed: float = 0.0
    """strength of pressure on speed, 1 = as described"""
    quality: float = 0.0
    """strength of pressure on quality"""
    agent_memory: float = 20.0
    """contacts over which agents see their own figures"""
    queue_memory: float = 50.0
    """contacts over which agents see the queue's service level"""
    cut: float = 0.0
    """probability that an agent who does so cuts a talk short under full pressure on handle time"""
    cut_s: float = 8.0
    """seconds that such a talk lasts"""


def saturated(shortfall: float) -> float:
    """How strongly a shortfall is felt, 0 to 1: 1 - exp(-shortfall / 0.2), 0 where there is none."""
    return 1.0 - exp(-max(0.0, shortfall) / STEEPNESS)


def hurry_of(
    asked: float, weight_aht: float, pace: float, weight_level: float, level: float, pressure: Pressure
) -> float:
    """How much of a hurry an agent is in for the scoreboard's sake, 0 to 1.

    S (1 - exp(-(w_aht max(0, pace - 1) + w_level max(0, -level)) / 0.2)): `asked` is how much speed weighs on the
    queue's scorecard, `pace` the agent's recent handle time over its target, `level` the queue's recent service
    level less its target. Assumed; that workers speed up under load and targets is Oliva and Sterman 2001.
    """
    shortfall = weight_aht * max(0.0, pace - 1.0) + weight_level * max(0.0, -level)
    return min(pressure.speed * asked, 1.0) * saturated(shortfall)


def care_of(asked: float, weight_csat: float, csat: float, weight_fcr: float, fcr: float, pressure: Pressure) -> float:
    """How much an agent takes care for the scoreboard's sake, 0 to 1: the same of missed CSAT and resolution.

    `csat` and `fcr` are the agent's recent figures less their targets; without surveys `csat` stays where it is.
    Care takes hurry away. Assumed.
    """
    shortfall = weight_csat * max(0.0, -csat) + weight_fcr * max(0.0, -fcr)
    return min(pressure.quality * asked, 1.0) * saturated(shortfall)


def hurry_left(hurry: float, care: float) -> float:
    """The hurry of an agent who also takes care: hurry (1 - care)."""
    return hurry * (1.0 - care)


def cut_probability(games: int, asked: float, weight_aht: float, pace: float, pressure: Pressure) -> float:
    """Probability that an agent ends this talk within seconds: only who games, as pressed on handle time alone.

    Source: 6.1 % of the Anonymous Bank's calls in 1999 lasted under 10 seconds, 10 to 27 % of some agents'; Gans,
    Koole and Mandelbaum 2003 tell why.
    """
    if games == 0:
        return 0.0
    return pressure.cut * asked * saturated(weight_aht * max(0.0, pace - 1.0))


def seen(recent: float, latest: float, memory: float) -> float:
    """A figure on the scoreboard after one contact more: an exponentially weighted mean over about `memory` of them."""
    return recent + (latest - recent) / memory
