"""Temper: how agitated a caller is, and how long one in a hurry waits."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np

from sim.people.trait import SPREAD, TYPICAL

Floats = np.ndarray[Any, np.dtype[np.float64]]
MOST_PATIENCE = 1.5


@dataclass(slots=True)
class Temper:
    """Coefficients of agitation, from the `temper` part of a behavior."""

    waiting: float = 0.0
    """agitation per 300 seconds of waiting"""
    attempts: float = 0.0
    """per attempt after the first"""
    transfers: float = 0.0
    """per transfer"""
    hurry: float = 0.0
    """fall of ln(patience) per standard deviation of the caller's hurry"""


def agitation_of(wait: float, attempt: int, transfers: int, patience: float, temper: Temper) -> float:
    """How agitated a caller is: 1 - exp(-(a wait / 300 s + b (attempt - 1) + c transfers)(1.5 - patience)).

    From 0 to just below 1; `patience` is the agent's trait, which calms: 0.5 leaves the sum as it is. Assumed.
    """
    cause = temper.waiting * wait / 300.0 + temper.attempts * (attempt - 1) + temper.transfers * transfers
    return 1.0 - exp(-cause * (MOST_PATIENCE - patience))


def ln_patience_factor(hurry: Floats, temper: Temper) -> Floats:
    """What a caller's hurry makes of ln(patience): -c z_hurry - c^2 / 2, so that patience is as long on average.

    Takes whole arrays, as callers are drawn before the clock starts. Assumed.
    """
    score: Floats = (hurry - TYPICAL) / SPREAD
    return -temper.hurry * score - 0.5 * temper.hurry * temper.hurry
