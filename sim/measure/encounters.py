"""Encounters: what must hold in the `Met` rows of any replication, and between them and the contacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.measure.bins import Floats
from sim.record import ComesBack, Facts, Outcome, Rows

LEVELS = ("agitation", "hurry", "energy", "delivered", "acted", "p_resolved", "churn", "resolved", "short", "surveyed")
"""Fields from 0 to 1."""
SCORES = {"csat": (1, 5), "nps": (0, 10), "effort": (1, 5)}
HANDLE_TERMS = (
    "by_agent",
    "by_load",
    "by_wait",
    "by_listening",
    "by_calming",
    "by_agitation",
    "by_hurry",
    "by_aids",
)
"""Terms of ln(talk and hold); the first is also that of ln(wrap)."""
CONTENT_TERMS = (
    "from_resolution",
    "from_repeats",
    "from_waiting",
    "from_long_talk",
    "from_transfers",
    "from_empathy",
    "from_goodwill",
)
"""Terms of the latent satisfaction."""
ROUNDING = 1e-9


def encounters(facts: Facts) -> Iterator[str]:
    """What does not hold; nothing to say where behavior does not count.

    One row for each handled contact. Satisfaction less its terms is the same constant everywhere. Of ln(handle time)
    what is drawn is not written down, but its first term is known: an agent's, plus one that a team has in a queue.
    A talk cut short lasts as long as any other cut short, has no hold and resolves nothing. Who comes back or is
    passed on was not resolved; only a closed case loses a customer; who is passed on is not asked nor made good to,
    and has no outcome to be displeased with.
    """
    contacts, met = facts.contacts, facts.met
    handled = np.flatnonzero(contacts["outcome"] == Outcome.HANDLED)
    if not len(met):
        back = contacts["comes_back"][handled]
        yield from some(back != ComesBack.NO, "handled contacts come back, but nothing is written down about them")
        return
    if len(met) != len(handled):
        yield f"{len(handled)} contacts were handled, {len(met)} encounters are written down"
        return
    for name in LEVELS:
        yield from some(~((met[name] >= 0.0) & (met[name] <= 1.0)), f"encounters have {name} outside 0 to 1")
    for name, (least, most) in SCORES.items():
        yield from some((met[name] < least) | (met[name] > most), f"encounters have {name} outside {least} to {most}")
    yield from some(met["acted"] > met["delivered"] + ROUNDING, "encounters have more empathy put on than shown")
    yield from some(~(met["goodwill"] >= 0.0), "encounters have negative goodwill")
    constant = met["satisfaction"] - sum(met[name] for name in CONTENT_TERMS)
    yield from some(_differs(constant, constant[0]), "encounters whose satisfaction is not the sum of its terms")
    yield from _times(facts, contacts, met, handled)
    yield from _outcomes(contacts["comes_back"][handled], met)


def _times(facts: Facts, contacts: Rows, met: Rows, handled: np.ndarray[Any, Any]) -> Iterator[str]:
    terms = sum(met[name] for name in HANDLE_TERMS)
    yield from some(~np.isfinite(terms), "encounters have a term of handle time that is no number")
    agent, team, queue = (contacts[name][handled].astype(np.int64) for name in ("agent", "team", "queue"))
    own = met["by_agent"] - np.log(facts.agents["handle_factor"][agent])
    where = team * (int(queue.max()) + 1) + queue
    _, first, group = np.unique(where, return_index=True, return_inverse=True)
    yield from some(_differs(own, own[first][group]), "encounters in which an agent's factor is not that of the team")
    short = met["short"] == 1
    talk = contacts["talk"][handled][short]
    yield from some(talk != talk[:1], "talks were cut short, but not at the same length")
    yield from some(contacts["hold"][handled][short] > 0.0, "talks were cut short and still held")
    yield from some(~(met["cut_off"] >= 0.0), "talks were cut short by less than nothing")
    yield from some((met["cut_off"] > 0.0) & ~short, "cuts took something away from talks that were not cut short")


def _outcomes(back: np.ndarray[Any, Any], met: Rows) -> Iterator[str]:
    resolved = met["resolved"] == 1
    yield from some(resolved & (met["short"] == 1), "talks were cut short and still resolved")
    yield from some(resolved & (back != ComesBack.NO), "resolved contacts come back")
    yield from some((met["churn"] > 0.0) & (back != ComesBack.NO), "customers left while their case was open")
    yield from some(resolved & (met["from_resolution"] != 0.0), "resolved contacts lost satisfaction by not being so")
    judged = (met["surveyed"] == 1) | (met["goodwill"] > 0.0) | (met["from_resolution"] != 0.0)
    yield from some(judged & (back == ComesBack.ONWARD), "contacts were passed on and yet judged as if they were over")


def _differs(one: Floats, other: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.asarray(~(np.abs(one - other) <= ROUNDING * np.maximum(np.abs(other), 1.0)))


def some(wrong: np.ndarray[Any, Any], what: str) -> Iterator[str]:
    """One line saying how many are wrong, if any are."""
    number = int(np.count_nonzero(wrong))
    if number:
        yield f"{number} {what}"
