"""Contacts: counts and seconds by queue and interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.measure.bins import Flags, Floats, Ints, add_up, bin_of
from sim.measure.layout import Layout
from sim.measure.waits import ABANDONED, ANSWERED, BINS, KINDS, OTHER, wait_bin
from sim.record import Outcome, Rows

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
    def work(self) -> dict[str, Floats]:
        """Seconds of talk, hold and wrap of the handled."""
        return {name: self.rows[name][self.handled] for name in ("talk", "hold", "wrap")}

    @cached_property
    def wait(self) -> Floats:
        """Seconds from arrival to the answer, or to leaving without one."""
        until: Floats = np.where(self.answered, self.field("answered"), self.field("left"))
        return until - self.arrived

    @cached_property
    def within(self) -> Flags:
        """Waited at most the queue's `within_s`."""
        limit = np.array([queue.goals.within_s for queue in self.layout.queues])
        return np.asarray(self.wait <= limit[self.queue])


def count_contacts(contacts: Contacts) -> Floats:
    """The sums of `COLUMNS` by queue and interval, shape (queues, bins, columns); queue_seconds is left at 0."""
    layout, cell, rows = contacts.layout, contacts.cell, contacts.rows
    outcome, answered, wait, within = contacts.outcome, contacts.answered, contacts.wait, contacts.within
    size = len(layout.queues) * layout.bins
    sums = np.zeros((size, len(COLUMNS)))
    ways = add_up(cell * len(OUTCOMES) + outcome, size * len(OUTCOMES)).reshape(size, -1)
    sums[:, 0] = ways.sum(axis=1)
    sums[:, 1 : 1 + len(OUTCOMES)] = ways

    gone = np.flatnonzero(outcome == Outcome.ABANDONED)
    short = np.array([queue.goals.short_abandon_s for queue in layout.queues])[contacts.queue[gone]]
    put(sums, cell[gone[wait[gone] <= short]], "abandoned_short")
    put(sums, cell[gone[within[gone]]], "abandoned_within")
    put(sums, cell[answered & within], "answered_within")
    put(sums, cell[(rows["attempt"] == 1) & (rows["leg"] == 0)], "first_attempts")
    waited = np.flatnonzero(contacts.queued & (wait > 0.0))
    put(sums, cell[waited], "waited")
    put(sums, cell[waited], "wait", wait[waited])
    answers = np.flatnonzero(answered)
    put(sums, cell[answers], "answered")
    put(sums, cell[answers], "answered_wait", wait[answers])
    served = cell[contacts.handled]
    for column, spent in contacts.work.items():
        put(sums, served, column, spent)
    lost = [COLUMN[way] for way in ("abandoned", "balked", "blocked")]
    sums[:, COLUMN["lost"]] = sums[:, lost].sum(axis=1)
    turned_away = sums[:, COLUMN["balked"]] + sums[:, COLUMN["blocked"]]
    sums[:, COLUMN["queued"]] = sums[:, COLUMN["offered"]] - turned_away
    return sums.reshape(len(layout.queues), layout.bins, len(COLUMNS))


def put(sums: Floats, cell: Ints, column: str, weight: Floats | None = None) -> None:
    """Write a column of sums: how many rows are in each cell, or their weight."""
    sums[:, COLUMN[column]] = add_up(cell, len(sums), weight)


def longest_waits(contacts: Contacts) -> Floats:
    """The longest wait by queue and interval of arrival, shape (queues, bins); 0 where nobody queued."""
    bins = contacts.layout.bins
    longest = np.zeros(len(contacts.layout.queues) * bins)
    waited = np.flatnonzero(contacts.queued & (contacts.wait > 0.0))
    np.maximum.at(longest, contacts.cell[waited], contacts.wait[waited])
    return longest.reshape(-1, bins)


def wait_histogram(contacts: Contacts) -> Ints:
    """The queued by queue, kind (how the wait ended) and wait, shape (queues * KINDS * BINS,)."""
    kind = np.full(len(contacts.rows), OTHER, np.int64)
    kind[contacts.outcome == Outcome.ABANDONED] = ABANDONED
    kind[contacts.answered] = ANSWERED
    key = (contacts.queue * KINDS + kind) * BINS + wait_bin(contacts.wait)
    return np.bincount(key[contacts.queued], minlength=len(contacts.layout.queues) * KINDS * BINS)
