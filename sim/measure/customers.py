"""Customers: callers over all their attempts, by queue and interval of the first.

Most callers are answered at their first try; they are counted with their contact, a portion of rows at a time.
The others may try again: their contacts are put aside, and counted when no more of the same caller can come. An
attempt that is passed on to another queue has a row for each leg and stays one attempt; its answer is that of the
first leg answered.
"""

from __future__ import annotations

import numpy as np

from sim.measure.bins import Flags, Floats, add_up
from sim.measure.contacts import COLUMNS, Contacts, put
from sim.measure.layout import Layout
from sim.record import ComesBack, Outcome, Rows, by_arrival, raw


def gone_for_good(rows: Rows) -> Flags:
    """Whether no later row can be of the same caller: the latest one does not come back, or not before the run ends."""
    order = np.lexsort((rows["leg"], rows["attempt"], rows["caller"]))
    caller, back = rows["caller"][order], rows["comes_back"][order]
    last = np.flatnonzero(np.append(caller[1:] != caller[:-1], np.ones(min(len(rows), 1), np.bool_)))
    done = (back[last] == ComesBack.NO) | (back[last] == ComesBack.LATER)
    gone = np.empty(len(rows), np.bool_)
    gone[order] = np.repeat(done, np.diff(last, prepend=-1))
    return gone


def count_put_aside(rows: Rows, layout: Layout) -> Floats:
    """The sums of `COLUMNS` that concern the customers whose contacts were put aside, all of them, in any order."""
    rows = by_arrival(rows)
    contacts = Contacts(rows, layout)
    further = (rows["attempt"] > 1) | (rows["leg"] > 0)
    several = np.isin(rows["caller"], np.unique(rows["caller"][further]))
    return count_single(contacts, ~several) + count_chains(Contacts(raw(rows)[several].view(rows.dtype), layout))


def count_single(contacts: Contacts, single: Flags) -> Floats:
    """The sums of `COLUMNS` that concern customers, of those whose only attempt is in these rows; the others are 0."""
    layout = contacts.layout
    sums = np.zeros((len(layout.queues) * layout.bins, len(COLUMNS)))
    cell, wait = contacts.cell[single], contacts.wait[single]
    reached = contacts.answered[single]
    put(sums, cell, "customers")
    put(sums, cell, "attempts")
    put(sums, cell, "customer_wait", wait)
    put(sums, cell[reached], "customers_reached")
    put(sums, cell[reached], "time_to_answer", wait[reached])
    put(sums, cell[reached & contacts.within[single]], "customers_within")
    return sums.reshape(len(layout.queues), layout.bins, len(COLUMNS))


def count_chains(contacts: Contacts) -> Floats:
    """The same of callers all of whose attempts are in these rows; and the lost contacts that were tried again.

    Rows stand in order of arrival, so a caller's attempts do too: of assignments to one place the last holds,
    and read backwards the first.
    """
    layout, rows, cell, wait = contacts.layout, contacts.rows, contacts.cell, contacts.wait
    sums = np.zeros((len(layout.queues) * layout.bins, len(COLUMNS)))
    numbers, caller = np.unique(rows["caller"], return_inverse=True)
    callers, count = len(numbers), len(rows)
    order, backwards = np.arange(count), slice(None, None, -1)

    last = np.zeros(callers, np.int64)
    last[caller] = order
    outcome = contacts.outcome
    lost = (outcome == Outcome.ABANDONED) | (outcome == Outcome.BALKED) | (outcome == Outcome.BLOCKED)
    put(sums, cell[lost & (order < last[caller])], "redialled")

    first = np.zeros(callers, np.int64)
    first[caller[backwards]] = order[backwards]
    answers = np.flatnonzero(contacts.answered)
    answer = np.full(callers, count, np.int64)
    answer[caller[answers][backwards]] = answers[backwards]
    total = add_up(caller, callers, np.where(order <= answer[caller], wait, 0.0))

    reached = np.flatnonzero(answer < count)
    limit = np.array([queue.goals.within_s for queue in layout.queues])[contacts.queue[first[reached]]]
    took = rows["answered"][answer[reached]] - contacts.arrived[first[reached]]
    home = cell[first]
    put(sums, home, "customers")
    put(sums, home, "attempts", add_up(caller[rows["leg"] == 0], callers))
    put(sums, home, "customer_wait", total)
    put(sums, home[reached], "customers_reached")
    put(sums, home[reached], "time_to_answer", took)
    put(sums, home[reached[total[reached] <= limit]], "customers_within")
    return sums.reshape(len(layout.queues), layout.bins, len(COLUMNS))
