"""Causes: what each term of satisfaction and of handle time made of a contact, so that the parts add up to the whole.

Satisfaction and ln(handle time) are sums, but the share of content callers and seconds are not: they are F(u) and
exp(s). A term's step is therefore taken along the straight line from the typical contact to this one: the term times
the mean slope between the two, (F(u) - F(u0)) / (u - u0). The steps of one contact add up exactly, hence so do their
means over any contacts, and no order of the causes is preferred: for two terms of equal size the steps are equal.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.measure.bins import Floats
from sim.measure.encounters import CONTENT_TERMS, HANDLE_TERMS
from sim.record import Rows

NEAR = 1e-6
"""Logits within which the slope is taken at a point: the error is below a tenth of the square."""


class Cause(NamedTuple):
    """One step from the typical contact to the actual one."""

    key: str
    label: str
    column: str
    """its column of sums"""


CONTENT_CAUSES = (
    Cause("unresolved", "Not resolved", "step_from_resolution"),
    Cause("repeats", "Had to call again", "step_from_repeats"),
    Cause("waiting", "Waiting", "step_from_waiting"),
    Cause("long_talk", "Talk longer than expected", "step_from_long_talk"),
    Cause("transfers", "Passed on", "step_from_transfers"),
    Cause("empathy", "Empathy", "step_from_empathy"),
    Cause("goodwill", "Goodwill", "step_from_goodwill"),
)
TIME_CAUSES = (
    Cause("agent", "Who answers", "step_by_agent"),
    Cause("load", "Load", "step_by_load"),
    Cause("wait", "Waiting", "step_by_wait"),
    Cause("listening", "Listening", "step_by_listening"),
    Cause("calming", "Calming", "step_by_calming"),
    Cause("agitation", "Agitation", "step_by_agitation"),
    Cause("hurry", "Agents in a hurry", "step_by_hurry"),
    Cause("aids", "Assist and canned answers", "step_by_aids"),
    Cause("cut_short", "Cut short", "step_cut"),
)
CONTENT_STEPS = tuple(cause.column for cause in CONTENT_CAUSES)
"""Columns of sums: the steps from the share content after a typical contact to `csat`."""
TIME_STEPS = tuple(cause.column for cause in TIME_CAUSES)
"""Columns of sums: the steps from handle time as drawn for a typical agent and moment to talk + hold + wrap."""


def content_steps(met: Rows) -> tuple[Floats, list[Floats]]:
    """The probability of saying 4 or 5 of each encounter, and the columns `CONTENT_STEPS`."""
    terms = [np.ascontiguousarray(met[term]) for term in CONTENT_TERMS]
    latent, moved = np.ascontiguousarray(met["satisfaction"]), _total(terms)
    csat = 1.0 / (1.0 + np.exp(-latent))
    typical = 1.0 / (1.0 + np.exp(moved - latent))
    far = np.abs(moved) >= NEAR
    slope = np.divide(csat - typical, moved, out=csat * (1.0 - csat), where=far)
    return csat, [term * slope for term in terms]


def time_steps(rows: Rows, met: Rows) -> list[Floats]:
    """The columns `TIME_STEPS` of encounters and their contacts.

    A talk cut short counts with the time that it would have taken, and what was cut off is a step of its own. An
    agent's own factor also holds for wrap-up.
    """
    terms = [np.ascontiguousarray(met[term]) for term in HANDLE_TERMS]
    moved, cut = _total(terms), met["cut_off"]
    took = rows["talk"] + rows["hold"] + cut
    slope = took * np.divide(-np.expm1(-moved), moved, out=np.ones_like(moved), where=moved != 0.0)
    steps = [term * slope for term in terms]
    steps[0] -= np.expm1(-terms[0]) * rows["wrap"]
    return [*steps, -cut]


def _total(terms: list[Floats]) -> Floats:
    total = terms[0].copy()
    for term in terms[1:]:
        total += term
    return total
