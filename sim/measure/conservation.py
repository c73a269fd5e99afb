"""Conservation: what must hold in the facts of any replication, whatever the scenario."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.measure.bins import Floats, Ints, add_up
from sim.measure.encounters import encounters, some
from sim.record import AgentState, ComesBack, Facts, Outcome, Rows

ROUNDING = 1e-9
"""Relative difference allowed between two sums of the same seconds in different order; all else is exact."""


def conservation(facts: Facts) -> list[str]:
    """What does not hold, one line each; an empty list if all does.

    Contacts: each left in exactly one way, so offered = handled + abandoned + balked + blocked + called back + inside
    in every queue; times in order; a caller's attempts numbered 1, 2, ..., the legs of an attempt 0, 1, ..., each
    beginning as the one before ends. Agents: rows do not overlap, and the seconds by state add up to the seconds
    present. Queues: lengths change by one, start and end at 0 (but for those inside), and their integral is the sum of
    the waits (Little's law of a day that starts and ends empty). Talk: every talk row belongs to exactly one handled
    contact and the other way round. People: see `encounters`.
    """
    contacts = [*_contacts(facts.contacts), *_chains(facts.contacts)]
    return [*contacts, *_agents(facts.states), *_lengths(facts), *_talk(facts), *encounters(facts)]


def _contacts(rows: Rows) -> Iterator[str]:
    outcome, answered = rows["outcome"], ~np.isnan(rows["answered"])
    offered = np.bincount(rows["queue"])
    ways = np.zeros_like(offered)
    for way in Outcome:
        ways += np.bincount(rows["queue"][outcome == way], minlength=len(offered))
    for queue in np.flatnonzero(offered != ways):
        yield f"queue {queue}: {offered[queue]} contacts were offered, {ways[queue]} left in a known way"
    handled = outcome == Outcome.HANDLED
    yield from some(handled & ~answered, "handled contacts were never answered")
    yield from some(answered & ~handled & (outcome != Outcome.INSIDE), "contacts were answered but not handled")
    yield from some(answered != (rows["agent"] >= 0), "contacts have an answer without an agent, or an agent without")
    until = np.where(answered, rows["answered"], rows["left"])
    yield from some(~((rows["arrived"] <= until) & (until <= rows["left"])), "contacts have times out of order")
    turned_away = (outcome == Outcome.BALKED) | (outcome == Outcome.BLOCKED)
    yield from some(turned_away & (rows["left"] != rows["arrived"]), "balked or blocked contacts stayed")
    for name in ("talk", "hold", "wrap"):
        yield from some(~(rows[name] >= 0.0), f"contacts have no {name} time or a negative one")
    yield from some(
        ~handled & ~answered & (rows["talk"] + rows["hold"] + rows["wrap"] > 0.0), "lost contacts were served"
    )

    yield from some(np.diff(rows["arrived"]) < 0.0, "contacts are not in order of arrival")


def _chains(rows: Rows) -> Iterator[str]:
    order = np.lexsort((rows["leg"], rows["attempt"], rows["caller"]))
    caller, attempt, leg, back = (rows[name][order] for name in ("caller", "attempt", "leg", "comes_back"))
    arrived, left = rows["arrived"][order], rows["left"][order]
    same = np.flatnonzero(caller[1:] == caller[:-1])
    onward = same[attempt[same + 1] == attempt[same]]
    again = np.setdiff1d(same, onward)
    attempts, legs = np.ones(len(rows), np.int64), np.zeros(len(rows), np.int64)
    attempts[again + 1] = attempt[again] + 1
    attempts[onward + 1] = attempt[onward]
    legs[onward + 1] = leg[onward] + 1
    yield from some(attempt != attempts, "attempts do not follow 1, 2, ... within their caller")
    yield from some(leg != legs, "legs do not follow 0, 1, ... within their attempt")
    yield from some(arrived[same + 1] < left[same], "attempts began before the one before was over")
    yield from some(arrived[onward + 1] > left[onward], "legs did not begin when the one before ended")
    passed_on = np.zeros(len(rows), np.bool_)
    passed_on[onward] = True
    yield from some(passed_on != (back == ComesBack.ONWARD), "contacts were passed on without a next leg, or not")
    handled = rows["outcome"][order] == Outcome.HANDLED
    yield from some((back == ComesBack.ONWARD) & ~handled, "contacts were passed on but not handled")
    came = np.zeros(len(rows), np.bool_)
    came[again] = True
    yield from some((back == ComesBack.YES) & ~came, "contacts should have a next attempt but have none")


def _agents(rows: Rows) -> Iterator[str]:
    yield from some(~(rows["start"] < rows["end"]), "agent states end before they start")
    known = (rows["state"] > AgentState.OFF) & (rows["state"] <= max(AgentState))
    yield from some(~known, "agent states are unknown or off duty")
    ordered = rows[np.lexsort((rows["start"], rows["agent"]))]
    for mine in np.split(ordered, np.flatnonzero(np.diff(ordered["agent"])) + 1) if len(rows) else ():
        who = mine["agent"][0]
        start, end = mine["start"], mine["end"]
        before = np.maximum.accumulate(end)[:-1]
        if (start[1:] < before).any():
            yield f"agent {who}: states overlap"
        by_state = sum(float((end - start)[mine["state"] == state].sum()) for state in AgentState)
        present = float((end - np.maximum(start, np.append(-np.inf, before))).clip(0.0).sum())
        if abs(by_state - present) > ROUNDING * present:
            yield f"agent {who}: states add up to {by_state!r} s, present for {present!r} s"


def _lengths(facts: Facts) -> Iterator[str]:
    rows, contacts = facts.queues, facts.contacts
    yield from some(np.diff(rows["at"]) < 0.0, "queue lengths are not in order of time")
    outcome, answered = contacts["outcome"], ~np.isnan(contacts["answered"])
    queued = (outcome != Outcome.BALKED) & (outcome != Outcome.BLOCKED)
    waits = np.where(answered, contacts["answered"], contacts["left"]) - contacts["arrived"]
    queues = int(max(contacts["queue"].max(initial=-1), rows["queue"].max(initial=-1))) + 1
    waited = add_up(contacts["queue"][queued], queues, waits[queued])
    area = np.zeros(queues)
    for queue in range(queues):
        mine = rows[rows["queue"] == queue]
        if not len(mine):
            continue
        length = mine["length"].astype(np.int64)
        if (np.abs(np.diff(length, prepend=0)) != 1).any() or (length < 0).any():
            yield f"queue {queue}: its length does not change by one, or is negative"
        inside = int(((outcome == Outcome.INSIDE) & ~answered & (contacts["queue"] == queue)).sum())
        if length[-1] > inside:
            yield f"queue {queue}: {length[-1]} wait at the end, {inside} were inside"
        area[queue] = _area(mine["at"], length, facts.end)
    for queue in _unequal(area, waited):
        yield f"queue {queue}: its length adds up to {area[queue]!r} contact-seconds, the waits to {waited[queue]!r} s"


def _area(at: Floats, length: Ints, end: float) -> float:
    return float(np.dot(np.diff(at, append=max(end, at[-1])), length))


def _talk(facts: Facts) -> Iterator[str]:
    """A contact of no talk time at all has no row, for a state that lasts no time is not written down."""
    contacts = facts.contacts
    handled = contacts[(contacts["outcome"] == Outcome.HANDLED) & (contacts["talk"] > 0.0)]
    talks = facts.states[facts.states["state"] == AgentState.TALK]
    asked, found = _who_when(handled["agent"], handled["answered"]), _who_when(talks["agent"], talks["start"])
    for name, one, other in (
        ("handled contacts have no talk row", asked, found),
        ("talk rows have no contact", found, asked),
    ):
        missing = len(np.setdiff1d(one, other))
        if missing:
            yield f"{missing} {name}"
    yield from some(np.diff(np.sort(found)) == 0, "talk rows start together with another of their agent")
    yield from some(np.diff(np.sort(asked)) == 0, "handled contacts share their agent and moment of answer")
    for name in ("talk", "hold", "wrap"):
        rows = facts.states[facts.states["state"] == AgentState[name.upper()]]
        spent, wanted = float((rows["end"] - rows["start"]).sum()), float(contacts[name].sum())
        if abs(spent - wanted) > ROUNDING * max(wanted, facts.end):
            yield f"agents spent {spent!r} s in {name}, contacts took {wanted!r} s"


def _who_when(agent: Ints, at: Floats) -> np.ndarray[tuple[int], np.dtype[np.complex128]]:
    """An agent and a moment as one number that can be sorted and compared exactly."""
    return np.asarray(agent + 1j * at, dtype=np.complex128)


def _unequal(one: Floats, other: Floats) -> Ints:
    return np.flatnonzero(~(np.abs(one - other) <= ROUNDING * np.maximum(np.maximum(one, other), 1.0)))
