"""Contacts: counts and seconds by queue and interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from sim.measure.bins import Flags, Floats, Ints, add_rows, add_up, bin_of, window
from sim.measure.layout import Layout
from sim.measure.waits import ABANDONED, BINS, KINDS, OTHER, wait_bin
from sim.record import ComesBack, Outcome, Rows

OUTCOMES = ("handled", "abandoned", "balked", "blocked", "called_back", "inside")
COLUMNS = (
    "offered",
    *OUTCOMES,
    "first_attempts",
    "answered",
    "answered_within",
    "abandoned_short",
    "abandoned_within",
    "queued",
    "waited",
    "lost",
    "redialled",
    "wait",
    "answered_wait",
    "talk",
    "hold",
    "wrap",
    "customers",
    "customers_reached",
    "customers_within",
    "attempts",
    "customer_wait",
    "time_to_answer",
    "queue_seconds",
)
"""What is added up for every queue and interval. Contacts are counted where they arrived, customers where their
first attempt did. queued: got into the queue (all but the balked and blocked); waited: longer than 0 s; wait: of the
queued, to the answer or to leaving; lost: abandoned, balked or blocked; redialled: the lost who tried again;
answered_wait, talk, hold, wrap: of the answered and the handled; customer_wait: on the line, over attempts, up to the
answer if there is one; time_to_answer: first arrival to answer; queue_seconds: see `lengths`."""
WORK = ("handled", "talk", "hold", "wrap")
"""What is added up of the handled, wherever they are counted."""
ENTERED = ("wait", "answered_wait", "customer_wait", *WORK)
"""Those of which every contact enters a number."""
MARKS = ("first", "answered", "waited", "lone", "within")
"""Flags of a contact that are counted together, as the bits of one number."""
MARKED = {
    "first_attempts": ("first",),
    "answered": ("answered",),
    "answered_within": ("answered", "within"),
    "waited": ("waited",),
    "customers": ("lone",),
    "customers_within": ("lone", "within"),
}
"""Columns that count the contacts with these marks."""
COLUMN = {name: index for index, name in enumerate(COLUMNS)}


@dataclass
class Contacts:
    """The columns of a table of contacts, taken out of their rows once (rows are slow to read by column)."""

    rows: Rows
    layout: Layout

    def field(self, name: str) -> np.ndarray[Any, Any]:
        """One field of the rows as an array of its own."""
        return np.ascontiguousarray(self.rows[name])

    @cached_property
    def queue(self) -> Ints:
        return self.rows["queue"].astype(np.int64)

    @cached_property
    def outcome(self) -> Ints:
        return self.rows["outcome"].astype(np.int64)

    @cached_property
    def arrived(self) -> Floats:
        return self.field("arrived")

    @cached_property
    def bin(self) -> Ints:
        """Interval of arrival."""
        return bin_of(self.arrived, self.layout.interval_s, self.layout.bins)

    @cached_property
    def cell(self) -> Ints:
        """Queue and interval as one number."""
        return self.queue * self.layout.bins + self.bin

    @cached_property
    def answered(self) -> Flags:
        return np.asarray(~np.isnan(self.field("answered")))

    @cached_property
    def queued(self) -> Flags:
        """Got into the queue: neither balked nor blocked."""
        return np.asarray((self.outcome != Outcome.BALKED) & (self.outcome != Outcome.BLOCKED))

    @cached_property
    def handled(self) -> Ints:
        """Which rows were handled."""
        return np.flatnonzero(self.outcome == Outcome.HANDLED)

    @cached_property
    def until(self) -> Floats:
        """When the answer came, or the caller left without one."""
        until = self.field("answered").copy()
        without = np.flatnonzero(~self.answered)
        until[without] = self.rows["left"].take(without)
        return until

    @cached_property
    def wait(self) -> Floats:
        """Seconds from arrival to the answer, or to leaving without one."""
        return self.until - self.arrived

    @cached_property
    def waited(self) -> Flags:
        """Got into the queue and waited longer than 0 s."""
        return np.asarray(self.queued & (self.wait > 0.0))

    @cached_property
    def within(self) -> Flags:
        """Waited at most the queue's `within_s`."""
        limit = np.array([queue.goals.within_s for queue in self.layout.queues])
        return np.asarray(self.wait <= limit.take(self.queue))

    @cached_property
    def first(self) -> Flags:
        """Whether it is the first leg of a caller's first attempt."""
        return np.asarray((self.rows["attempt"] == 1) & (self.rows["leg"] == 0))

    @cached_property
    def lone(self) -> Flags:
        """Whether it is sure to be the only one of its caller, who was answered."""
        return np.asarray(self.first & self.answered & (self.rows["comes_back"] == ComesBack.NO))


class Accounts(NamedTuple):
    """Sums of contacts, in the bins from the first arrival to the last answer or leaving."""

    bins: slice
    queues: Floats
    """(queues, those bins, `COLUMNS`), by arrival; without queue_seconds, and of customers only the lone are counted"""
    longest: Floats
    """(queues, those bins): the longest wait by arrival; 0 where nobody queued"""
    teams: Floats
    """(teams, those bins, `WORK`), by answer"""
    agents: Floats
    """(agents, `WORK`)"""


def count_contacts(contacts: Contacts, agents: int) -> Accounts:
    """The sums by queue, by team and by agent: each contact has one row of numbers that enters all its accounts."""
    layout, handled = contacts.layout, contacts.outcome == Outcome.HANDLED
    when = bin_of(contacts.until, layout.interval_s, layout.bins)
    near = window(contacts.bin, when)
    bins = near.stop - near.start
    queues, teams = len(layout.queues) * bins, len(layout.teams) * bins
    cell = contacts.queue * bins
    cell += contacts.bin
    cell -= near.start
    account = np.empty((len(cell), 3), np.int32)
    account[:, 0] = cell
    # Who was not handled has no work, and may have neither team nor agent: its zeros go to any of them, or where there
    # are none at all to the cells that are spare.
    account[:, 1] = np.maximum(contacts.rows["team"], 0) * bins + (queues - near.start) + when
    account[:, 2] = np.maximum(contacts.rows["agent"], 0) + (queues + teams)
    sums = add_rows(account, _entries(contacts, handled), queues + teams + agents + bins)
    work, waited, longest = sums[queues:, -len(WORK) :], np.flatnonzero(contacts.waited), np.zeros(queues)
    np.maximum.at(longest, cell.take(waited), contacts.wait.take(waited))
    return Accounts(
        near,
        _by_queue(contacts, cell, sums[:queues]).reshape(-1, bins, len(COLUMNS)),
        longest.reshape(-1, bins),
        work[:teams].reshape(-1, bins, len(WORK)),
        work[teams : teams + agents],
    )


def _entries(contacts: Contacts, handled: Flags) -> Floats:
    """What each contact adds to the columns `ENTERED`, shape (rows, columns)."""
    entries = np.empty((len(contacts.rows), len(ENTERED)))
    put = dict(zip(ENTERED, entries.T, strict=True))
    put["handled"][...] = handled
    np.multiply(contacts.wait, contacts.waited, out=put["wait"])
    np.multiply(contacts.wait, contacts.answered, out=put["answered_wait"])
    np.multiply(contacts.wait, contacts.lone, out=put["customer_wait"])
    for name in WORK[1:]:
        np.multiply(contacts.rows[name], handled, out=put[name])
    return entries


def _marked(contacts: Contacts, cell: Ints, size: int) -> Floats:
    """The columns `MARKED` by cell, shape (size, columns)."""
    combinations = 1 << len(MARKS)
    marks = np.zeros(len(contacts.rows), np.uint8)
    for bit, name in enumerate(MARKS):
        marks |= getattr(contacts, name).view(np.uint8) << bit
    counted = add_up(cell * combinations + marks, size * combinations).reshape(size, combinations)
    wanted = [sum(1 << MARKS.index(name) for name in names) for names in MARKED.values()]
    return np.stack([counted[:, np.arange(combinations) & marks == marks].sum(axis=1) for marks in wanted], axis=1)


def _by_queue(contacts: Contacts, cell: Ints, entered: Floats) -> Floats:
    """All of `COLUMNS` by cell from the sums of those entered."""
    outcome, size = contacts.outcome, len(entered)
    sums = np.zeros((size, len(COLUMNS)))
    ways = add_up(cell * len(OUTCOMES) + outcome, size * len(OUTCOMES)).reshape(size, -1)
    sums[:, 0] = ways.sum(axis=1)
    sums[:, 1 : 1 + len(OUTCOMES)] = ways
    sums[:, [COLUMN[name] for name in ENTERED]] = entered
    sums[:, [COLUMN[name] for name in MARKED]] = _marked(contacts, cell, size)
    gone = np.flatnonzero(outcome == Outcome.ABANDONED)
    short = np.array([queue.goals.short_abandon_s for queue in contacts.layout.queues])[contacts.queue[gone]]
    put(sums, cell[gone[contacts.wait[gone] <= short]], "abandoned_short")
    put(sums, cell[gone[contacts.within[gone]]], "abandoned_within")
    lost = [COLUMN[way] for way in ("abandoned", "balked", "blocked")]
    sums[:, COLUMN["lost"]] = sums[:, lost].sum(axis=1)
    turned_away = sums[:, COLUMN["balked"]] + sums[:, COLUMN["blocked"]]
    sums[:, COLUMN["queued"]] = sums[:, COLUMN["offered"]] - turned_away
    for column in ("attempts", "customers_reached"):  # one attempt, and it was answered
        sums[:, COLUMN[column]] = sums[:, COLUMN["customers"]]
    sums[:, COLUMN["time_to_answer"]] = sums[:, COLUMN["customer_wait"]]
    return sums


def put(sums: Floats, cell: Ints, column: str, weight: Floats | None = None) -> None:
    """Write a column of sums: how many rows are in each cell, or their weight."""
    sums[:, COLUMN[column]] = add_up(cell, len(sums), weight)


def wait_histogram(contacts: Contacts) -> Ints:
    """The queued by queue, kind (how the wait ended) and wait, shape (queues * KINDS * BINS,)."""
    key = contacts.queue * (KINDS * BINS)
    key += wait_bin(contacts.wait)
    without = np.flatnonzero(~contacts.answered)
    key[without] += np.where(contacts.outcome[without] == Outcome.ABANDONED, ABANDONED, OTHER) * BINS
    return np.bincount(key.take(np.flatnonzero(contacts.queued)), minlength=len(contacts.layout.queues) * KINDS * BINS)
