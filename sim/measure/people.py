"""People: what came of encounters, added up by queue and interval, by team and interval, and by agent."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.measure.bins import Flags, Floats, Ints, add_rows, add_up, bin_of
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
answered a survey; first_...: of first attempts before any transfer; owed: who will try again after the run. Who is
passed on has no outcome yet: of them effort, surveys, what they would say and its steps are left out."""
JUDGED = ("effort", "surveyed", "csat", "content", "content_surveyed", "nps", "nps_surveyed", *CONTENT_STEPS)
"""Those of them that only an encounter has after which nobody is passed on."""
CHAINED = ("repeats", "fresh", "kept")
"""What several contacts of one caller say: contacts after an unresolved one; handled contacts that no other handled
contact of the caller went before within a week; and those of them that none of any kind followed within a week."""
UNANSWERED = ("unanswered", "redials_owed")
"""Cases that ended without an answer, which `closed` and `churn` count, too; contacts without an answer whose caller
will try again after the run."""
PEOPLE_COLUMNS = (*WEIGHED, *CHAINED, *UNANSWERED)
AGENT_PEOPLE = (
    *("csat", "content_surveyed", "surveyed", "resolved", "passed_on"),
    *("delivered", "acted", "hurry", "energy"),
)
"""What is added up by agent."""
OF_AGENTS = [WEIGHED.index(name) for name in AGENT_PEOPLE]
OF_JUDGED = [WEIGHED.index(name) for name in JUDGED]
STEPS = 11
"""Steps of the needs histogram: 0, 0.1, ..., 1 are the middles of its cells."""
WEEK = 7 * DAY
PROMOTERS, DETRACTORS, CONTENT = 9, 6, 4
AT_A_TIME = 1 << 13
"""Encounters whose columns are held at once; so many stay in the processor's cache."""


class PeopleSums(NamedTuple):
    """The sums in the making."""

    queues: Floats
    """(queues * bins, PEOPLE_COLUMNS), by arrival"""
    teams: Floats
    """(teams * bins, PEOPLE_COLUMNS), by answer; the chained and unanswered are 0"""
    agents: Floats
    """(agents, AGENT_PEOPLE)"""
    needs: Floats
    """(queues * STEPS * STEPS, 2): by the caller's need and the empathy delivered, contacts and their `csat`; without
    those passed on"""

    @classmethod
    def of(cls, layout: Layout, agents: int) -> PeopleSums:
        """Of nothing yet; without people the tables of queues and teams have no columns."""
        queues, teams = len(layout.queues), len(layout.teams)
        wide = len(PEOPLE_COLUMNS) if layout.people else 0
        return cls(
            np.zeros((queues * layout.bins, wide)),
            np.zeros((teams * layout.bins, wide)),
            np.zeros((agents, len(AGENT_PEOPLE))),
            np.zeros((queues * STEPS * STEPS if wide else 0, 2)),
        )


def count_encounters(sums: PeopleSums, contacts: Contacts, met: Rows) -> Rows:
    """Add what came of the handled contacts of these rows; `met` has a row for each of them, in their order.

    Returns the rest of `met`, which is about later contacts; ValueError if it has too few rows.
    """
    layout, bins = contacts.layout, contacts.layout.bins
    handled = np.flatnonzero(contacts.outcome == Outcome.HANDLED)
    if len(handled) > len(met):
        raise ValueError(f"{len(handled)} contacts were handled, but {len(met)} encounters are written down")
    met, rest = met[: len(handled)], met[len(handled) :]
    at_a_time = max(AT_A_TIME, len(sums.queues), len(sums.teams))  # each time every sum is touched
    for start in range(0, len(met), at_a_time):
        mine = handled[start : start + at_a_time]
        rows, now = raw(contacts.rows)[mine].view(contacts.rows.dtype), met[start : start + at_a_time]
        columns = encounter_columns(rows, now)
        when = bin_of(np.ascontiguousarray(rows["answered"]), layout.interval_s, bins)
        sums.queues[:, : len(WEIGHED)] += add_rows(contacts.cell[mine], columns, len(sums.queues))
        sums.teams[:, : len(WEIGHED)] += add_rows(rows["team"] * bins + when, columns, len(sums.teams))
        sums.agents[...] += add_rows(rows["agent"], columns, len(sums.agents))[:, OF_AGENTS]
        need, got = _step(rows["empathy"]), _step(now["delivered"])
        over = rows["comes_back"] != ComesBack.ONWARD
        cell = ((contacts.queue[mine] * STEPS + need) * STEPS + got)[over]
        sums.needs[:, 0] += add_up(cell, len(sums.needs))
        sums.needs[:, 1] += add_up(cell, len(sums.needs), columns[over, OF_AGENTS[0]])
    return rest


def encounter_columns(rows: Rows, met: Rows) -> Floats:
    """The columns `WEIGHED` of these encounters, shape (rows, columns): a row is in one place, to be added as one."""
    columns = np.empty((len(met), len(WEIGHED)))
    put = dict(zip(WEIGHED, columns.T, strict=True))
    for name in (*FELT, "churn"):
        put[name][...] = met[name]
    surveyed, resolved, back, nps = met["surveyed"], met["resolved"], rows["comes_back"], met["nps"]
    content = met["csat"] >= CONTENT
    promoters = (nps >= PROMOTERS).astype(np.int32) - (nps <= DETRACTORS)
    first = (rows["attempt"] == 1) & (rows["leg"] == 0)
    put["closed"][...] = back == ComesBack.NO
    put["passed_on"][...] = back == ComesBack.ONWARD
    put["owed"][...] = back == ComesBack.LATER
    put["content"][...] = content
    put["content_surveyed"][...] = content * surveyed
    put["nps"][...] = promoters
    put["nps_surveyed"][...] = promoters * surveyed
    put["first_handled"][...] = first
    put["first_resolved"][...] = first * resolved
    csat, steps = content_steps(met)
    put["csat"][...] = csat
    for name, step in zip((*CONTENT_STEPS, *TIME_STEPS), (*steps, *time_steps(rows, met)), strict=True):
        put[name][...] = step
    onward = np.flatnonzero(back == ComesBack.ONWARD)
    columns[onward[:, None], OF_JUDGED] = 0.0
    return columns


def count_unanswered(sums: PeopleSums, contacts: Contacts) -> None:
    """Add the cases that ended without an answer: each loses its customer as an unresolved one does.

    And the callers who had no answer and will try again after the run.
    """
    layout, size = contacts.layout, len(contacts.layout.queues) * contacts.layout.bins
    lost = (contacts.outcome != Outcome.HANDLED) & ~still_there(contacts)
    closed = add_up(contacts.cell[lost & (contacts.rows["comes_back"] == ComesBack.NO)], size)
    for name in ("closed", "unanswered"):
        sums.queues[:, PEOPLE_COLUMNS.index(name)] += closed
    if layout.people:
        sums.queues[:, WEIGHED.index("churn")] += layout.people.lost_unanswered * closed
    later = lost & (contacts.rows["comes_back"] == ComesBack.LATER)
    sums.queues[:, PEOPLE_COLUMNS.index("redials_owed")] += add_up(contacts.cell[later], size)


def still_there(contacts: Contacts) -> Flags:
    """Whether a contact was inside when the run ended, rather than cut off by a queue that closed, shape (rows,).

    Of a queue that is open until the last midnight nobody knows whether it would have closed then: it counts as open.
    """
    layout = contacts.layout
    inside = contacts.outcome == Outcome.INSIDE
    cut_off = np.array([queue.disconnects for queue in layout.queues])[contacts.queue]
    return np.asarray(inside & ~(cut_off & (contacts.rows["left"] != layout.days * DAY)))


def beyond_a_week(contacts: Contacts, met: Rows) -> Flags:
    """Whether the caller tries again only when nobody links the two contacts any more, shape (rows,)."""
    handled = np.flatnonzero(contacts.outcome == Outcome.HANDLED)
    late = np.zeros(len(contacts.rows), np.bool_)
    late[handled] = met["back_after"][: len(handled)] > WEEK
    late &= contacts.rows["comes_back"] == ComesBack.LATER
    return late


def count_lone(sums: PeopleSums, contacts: Contacts, lone: Flags) -> None:
    """Add what `CHAINED` says of callers whose only contact is in these rows."""
    layout = contacts.layout
    cell = contacts.cell[lone & (contacts.outcome == Outcome.HANDLED)]
    fresh = add_up(cell, len(layout.queues) * layout.bins)
    for name in ("fresh", "kept"):
        sums.queues[:, PEOPLE_COLUMNS.index(name)] += fresh


def count_linked(sums: PeopleSums, rows: Rows, layout: Layout) -> None:
    """Add what `CHAINED` says of callers all of whose contacts are in these rows, in any order."""
    contacts, found = chained(rows, layout)
    size = len(layout.queues) * layout.bins
    for name, which in found.items():
        sums.queues[:, PEOPLE_COLUMNS.index(name)] += add_up(contacts.cell[which], size)


def chained(rows: Rows, layout: Layout) -> tuple[Contacts, dict[str, Ints]]:
    """These contacts caller by caller, and for each of `CHAINED` which of them it counts.

    `rows` has all contacts of its callers, in any order.
    """
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
    soon |= rows["comes_back"][last[: len(first)]] == ComesBack.LATER
    repeats = first[after[handled[last[here]]]]

    # The row of the last handled contact so far, if it is of the same caller.
    before = np.maximum.accumulate(np.where(handled, np.arange(len(rows)), -1))
    before = np.append(-1, before)[first]
    lately = (before >= 0) & (caller[before] == caller[first]) & (arrived[first] - left[before] <= WEEK)
    fresh = handled[first] & ~lately
    return contacts, dict(zip(CHAINED, (repeats, first[fresh], first[fresh & ~soon]), strict=True))


def _step(level: Floats) -> Ints:
    return np.asarray((level * (STEPS - 1) + 0.5).astype(np.int64))
