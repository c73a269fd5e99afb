"""People: what came of encounters, added up by queue and interval, by team and interval, and by agent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sim.measure.bins import Flags, Floats, Ints, add_up, bin_of
from sim.measure.causes import CONTENT_STEPS, TIME_STEPS, content_steps, time_steps
from sim.measure.contacts import Contacts
from sim.measure.layout import Layout
from sim.record import ComesBack, Outcome, Rows, raw
from sim.units import DAY

FELT = ("delivered", "acted", "agitation", "hurry", "energy", "effort", "goodwill", "surveyed", "resolved", "short")
"""Fields of `Met` that are added up as they are."""
WEIGHED = (
    *FELT,
    "churn",
    "closed",
    "csat",
    "content",
    "content_surveyed",
    "nps",
    "nps_surveyed",
    "first_handled",
    "first_resolved",
    "passed_on",
    "owed",
    *CONTENT_STEPS,
    *TIME_STEPS,
)
"""What is added up of encounters. churn: probability that the customer leaves; closed: contacts that ended their case;
csat: probability of saying 4 or 5; content: who says so; nps: 1 for 9 and 10, -1 for 0 to 6; ..._surveyed: of those who
answered a survey; first_...: of first attempts before any transfer; owed: who will try again after the run."""
CHAINED = ("repeats", "fresh", "kept")
"""What several contacts of one caller say: contacts after an unresolved one; handled contacts that no other handled
contact of the caller went before within a week; and those of them that none of any kind followed within a week."""
PEOPLE_COLUMNS = (*WEIGHED, *CHAINED)
AGENT_PEOPLE = ("csat", "content_surveyed", "surveyed", "resolved", "delivered", "acted", "hurry", "energy")
"""What is added up by agent."""
OF_AGENTS = [WEIGHED.index(name) for name in AGENT_PEOPLE]
STEPS = 11
"""Steps of the needs histogram: 0, 0.1, ..., 1 are the middles of its cells."""
WEEK = 7 * DAY
PROMOTERS, DETRACTORS, CONTENT = 9, 6, 4
AT_A_TIME = 1 << 14
"""Encounters whose columns are held at once; so many stay in the processor's cache."""


class PeopleSums(NamedTuple):
    """The sums in the making; columns stand first, so that each is one stretch of memory."""

    queues: Floats
    """(PEOPLE_COLUMNS, queues * bins), by arrival"""
    teams: Floats
    """(PEOPLE_COLUMNS, teams * bins), by answer; the chained are 0"""
    agents: Floats
    """(AGENT_PEOPLE, agents)"""
    needs: Floats
    """(2, queues * STEPS * STEPS): by the caller's need and the empathy delivered, contacts and their `csat`"""

    @classmethod
    def of(cls, layout: Layout, agents: int) -> PeopleSums:
        """Of nothing yet; without people the tables of queues and teams have no columns."""
        queues, teams = len(layout.queues), len(layout.teams)
        wide = len(PEOPLE_COLUMNS) if layout.people else 0
        return cls(
            np.zeros((wide, queues * layout.bins)),
            np.zeros((wide, teams * layout.bins)),
            np.zeros((len(AGENT_PEOPLE), agents)),
            np.zeros((2, queues * STEPS * STEPS if wide else 0)),
        )

    def by_queue(self, layout: Layout) -> Floats:
        """Shape (queues, bins, PEOPLE_COLUMNS)."""
        return _columns_last(self.queues, len(layout.queues), layout.bins)

    def by_team(self, layout: Layout) -> Floats:
        """Shape (teams, bins, PEOPLE_COLUMNS)."""
        return _columns_last(self.teams, len(layout.teams), layout.bins)

    def by_need(self, layout: Layout) -> Floats:
        """Shape (queues, STEPS * STEPS, 2); of no queue without people."""
        return _columns_last(self.needs, len(layout.queues) if layout.people else 0, STEPS * STEPS)


def count_encounters(sums: PeopleSums, contacts: Contacts, met: Rows) -> Rows:
    """Add what came of the handled contacts of these rows; `met` has a row for each of them, in their order.

    Returns the rest of `met`, which is about later contacts; ValueError if it has too few rows.
    """
    layout, bins = contacts.layout, contacts.layout.bins
    handled = np.flatnonzero(contacts.outcome == Outcome.HANDLED)
    if len(handled) > len(met):
        raise ValueError(f"{len(handled)} contacts were handled, but {len(met)} encounters are written down")
    met, rest = met[: len(handled)], met[len(handled) :]
    for start in range(0, len(met), AT_A_TIME):
        mine = handled[start : start + AT_A_TIME]
        rows, now = raw(contacts.rows)[mine].view(contacts.rows.dtype), met[start : start + AT_A_TIME]
        columns = encounter_columns(rows, now)
        when = bin_of(np.ascontiguousarray(rows["answered"]), layout.interval_s, bins)
        _add(sums.queues, contacts.cell[mine], columns)
        _add(sums.teams, rows["team"].astype(np.int64) * bins + when, columns)
        _add(sums.agents, rows["agent"].astype(np.int64), [columns[place] for place in OF_AGENTS])
        need, got = _step(rows["empathy"]), _step(now["delivered"])
        cell = (contacts.queue[mine] * STEPS + need) * STEPS + got
        _add(sums.needs, cell, [np.ones(len(mine)), columns[OF_AGENTS[0]]])
    return rest


def encounter_columns(rows: Rows, met: Rows) -> Floats:
    """The columns `WEIGHED` of these encounters, shape (columns, rows)."""
    columns = np.empty((len(WEIGHED), len(met)))
    for name, column in zip(FELT, columns, strict=False):
        column[...] = met[name]
    named = dict(zip(WEIGHED, columns, strict=True))
    surveyed, back, nps = named["surveyed"], rows["comes_back"], met["nps"]
    named["churn"][...] = met["churn"]
    named["closed"][...] = back == ComesBack.NO
    named["passed_on"][...] = back == ComesBack.ONWARD
    named["owed"][...] = back == ComesBack.LATER
    named["content"][...] = met["csat"] >= CONTENT
    np.multiply(named["content"], surveyed, out=named["content_surveyed"])
    np.subtract(nps >= PROMOTERS, nps <= DETRACTORS, out=named["nps"], dtype=np.float64)
    np.multiply(named["nps"], surveyed, out=named["nps_surveyed"])
    named["first_handled"][...] = (rows["attempt"] == 1) & (rows["leg"] == 0)
    np.multiply(named["first_handled"], named["resolved"], out=named["first_resolved"])
    content, time = WEIGHED.index(CONTENT_STEPS[0]), WEIGHED.index(TIME_STEPS[0])
    content_steps(met, named["csat"], columns[content : content + len(CONTENT_STEPS)])
    time_steps(rows, met, columns[time : time + len(TIME_STEPS)])
    return columns


def count_unanswered(sums: PeopleSums, contacts: Contacts) -> None:
    """Add the cases that ended without an answer: each loses its customer as an unresolved one does."""
    layout = contacts.layout
    over = contacts.rows["comes_back"] == ComesBack.NO
    over &= (contacts.outcome != Outcome.HANDLED) & (contacts.outcome != Outcome.INSIDE)
    closed = add_up(contacts.cell[over], len(layout.queues) * layout.bins)
    sums.queues[WEIGHED.index("closed")] += closed
    if layout.people:
        sums.queues[WEIGHED.index("churn")] += layout.people.lost_unanswered * closed


def count_lone(sums: PeopleSums, contacts: Contacts, lone: Flags) -> None:
    """Add what `CHAINED` says of callers whose only contact is in these rows."""
    layout = contacts.layout
    cell = contacts.cell[lone & (contacts.outcome == Outcome.HANDLED)]
    fresh = add_up(cell, len(layout.queues) * layout.bins)
    for name in ("fresh", "kept"):
        sums.queues[PEOPLE_COLUMNS.index(name)] += fresh


def count_linked(sums: PeopleSums, rows: Rows, layout: Layout) -> None:
    """Add what `CHAINED` says of callers all of whose contacts are in these rows, in any order."""
    order = np.lexsort((rows["leg"], rows["attempt"], rows["caller"]))
    rows = raw(rows)[order].view(rows.dtype)
    contacts = Contacts(rows, layout)
    caller, left, arrived = contacts.field("caller"), contacts.field("left"), contacts.arrived
    handled = contacts.outcome == Outcome.HANDLED
    first = np.flatnonzero(rows["leg"] == 0)
    last = np.append(first[1:], len(rows)) - 1

    follows = np.append(caller[first[1:]] == caller[first[:-1]], False)
    here, after = np.flatnonzero(follows), np.flatnonzero(follows) + 1
    soon = np.zeros(len(first), np.bool_)
    soon[here] = arrived[first[after]] - left[last[here]] <= WEEK
    repeats = first[after[handled[last[here]]]]

    # The row of the last handled contact so far, if it is of the same caller.
    before = np.maximum.accumulate(np.where(handled, np.arange(len(rows)), -1))
    before = np.append(-1, before)[first]
    lately = (before >= 0) & (caller[before] == caller[first]) & (arrived[first] - left[before] <= WEEK)
    fresh = handled[first] & ~lately
    size = len(layout.queues) * layout.bins
    for name, which in (("repeats", repeats), ("fresh", first[fresh]), ("kept", first[fresh & ~soon])):
        sums.queues[PEOPLE_COLUMNS.index(name)] += add_up(contacts.cell[which], size)


def _add(sums: Floats, cell: Ints, columns: Iterable[Floats]) -> None:
    """Add each column to that of `sums`, by cell; many are all 0, for most centers leave something out."""
    for total, column in zip(sums, columns, strict=False):
        if column.any():
            total += np.bincount(cell, column, len(total))


def _columns_last(sums: Floats, rows: int, bins: int) -> Floats:
    return np.ascontiguousarray(sums.reshape(len(sums), rows, bins).transpose(1, 2, 0))


def _step(level: Floats) -> Ints:
    return np.asarray((level * (STEPS - 1) + 0.5).astype(np.int64))
