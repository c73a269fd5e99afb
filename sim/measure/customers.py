"""Customers: callers over all their attempts, by queue and interval of the first.

Most callers try once; they are counted with their contact, a block of rows at a time. Those who try again
are put aside, and counted together when all rows have been seen.
"""

from __future__ import annotations

import numpy as np

from sim.measure.bins import Flags, Floats, Ints, add_up
from sim.measure.contacts import COLUMNS, Contacts, put
from sim.record import Outcome, Rows


def who_try_again(rows: Rows) -> Ints:
    """The callers with more than one attempt, each once, in order of number."""
    return np.unique(rows["caller"][rows["attempt"] > 1])


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
    put(sums, home, "attempts", add_up(caller, callers))
    put(sums, home, "customer_wait", total)
    put(sums, home[reached], "customers_reached")
    put(sums, home[reached], "time_to_answer", took)
    put(sums, home[reached[total[reached] <= limit]], "customers_within")
    return sums.reshape(len(layout.queues), layout.bins, len(COLUMNS))
