"""The script for machine code: the verbs on bare rows, the agenda as a heap, and the loop that ticks.

Nothing here runs as Python: `compiled_make` compiles it together with the moves.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.center.day import close_out, happen
from sim.center.verbs import Event

ARRIVE, TIMETABLE = int(Event.ARRIVE), int(Event.TIMETABLE)
OVER, DRY, FULL = 0, 1, 2
"""Why the loop stops: nothing is left to do, the next contacts are wanted, the tables are full."""

PENDING = np.dtype([("at", "f8"), ("key", "i8")])
"""One event of the agenda; key = event * 2**32 + who orders ties."""


# --- the verbs (`center` holds the bare rows of structured arrays) ----------------------------


def schedule(center: Any, when: float, event: int, who: int) -> None:
    """Put an event onto the agenda, a binary heap by (at, key)."""
    desk, agenda = center.desk[0], center.agenda
    key = (event << 32) + who
    if desk.hole == 1:  # the first place is free: the event there is happening
        desk.hole = 0
        sink(agenda, desk.agenda, when, key)
    else:
        desk.agenda += 1
        rise(agenda, desk.agenda - 1, when, key)


def drop_first(center: Any) -> None:
    """Take the event that has happened off the agenda, unless another has taken its place."""
    desk, agenda = center.desk[0], center.agenda
    if desk.hole == 1:
        desk.hole = 0
        desk.agenda -= 1
        last = agenda[desk.agenda]
        sink(agenda, desk.agenda, last.at, last.key)


def rise(agenda: Any, i: int, at: float, key: int) -> None:
    """Place an event at i, which is free, or above it."""
    while i > 0:
        parent = (i - 1) >> 1
        p = agenda[parent]
        if p.at < at or (p.at == at and p.key <= key):
            break
        agenda[i].at = p.at
        agenda[i].key = p.key
        i = parent
    agenda[i].at = at
    agenda[i].key = key


def sink(agenda: Any, size: int, at: float, key: int) -> None:
    """Place an event in a heap of that size whose first place is free.

    The free place goes down to a leaf without looking at the event, which nearly always belongs down there, and which
    of two is the earlier is reckoned, not branched on: nobody could guess it, and a wrong guess costs more.
    """
    i, child = 0, 1
    while child < size:
        if child + 1 < size:
            c, d = agenda[child], agenda[child + 1]
            child += (d.at < c.at) | ((d.at == c.at) & (d.key < c.key))
        agenda[i].at = agenda[child].at
        agenda[i].key = agenda[child].key
        i = child
        child = 2 * i + 1
    rise(agenda, i, at, key)


def contact_left(center: Any, k: int, now: float, outcome: int, comes_back: int) -> None:
    """Write down that contact k has left, and whether its caller will try again."""
    desk, c = center.desk[0], center.contacts[k]
    row = center.left[desk.left]
    desk.left += 1
    row.caller = c.caller
    row.attempt = c.attempt
    row.leg = c.leg
    row.queue = c.queue
    row.outcome = outcome
    row.comes_back = comes_back
    row.agent = c.agent
    row.arrived = c.arrived
    row.answered = c.answered
    row.left = now
    row.patience = c.patience
    row.empathy = c.empathy
    row.speed = c.speed
    if c.agent >= 0:
        row.team = center.agents[c.agent].team
        row.talk = c.talk
        row.hold = c.hold
        row.wrap = c.wrap
    else:
        row.team = -1
        row.talk = 0.0
        row.hold = 0.0
        row.wrap = 0.0


def agent_was(center: Any, a: int, queue: int, end: float) -> None:
    """Write down what agent a has been doing."""
    desk, agent = center.desk[0], center.agents[a]
    row = center.was[desk.was]
    desk.was += 1
    row.agent = a
    row.team = agent.team
    row.state = agent.state
    row.queue = queue
    row.start = agent.since
    row.end = end


def queue_is(center: Any, q: int, now: float) -> None:
    """Write down how long queue q is from now on."""
    desk = center.desk[0]
    row = center.queued[desk.queued]
    desk.queued += 1
    row.queue = q
    row.length = center.queues[q].length
    row.at = now


def have_met(
    center: Any,
    k: int,
    p_resolved: float,
    resolved: int,
    satisfaction: float,
    from_resolution: float,
    from_repeats: float,
    from_empathy: float,
    from_waiting: float,
    from_long_talk: float,
    from_transfers: float,
    from_goodwill: float,
    goodwill: float,
    churn: float,
    back_after: float,
    surveyed: int,
    csat: int,
    nps: int,
    effort: int,
) -> None:
    """Write down how contact k, which an agent has handled, went."""
    desk, c = center.desk[0], center.callers[k]
    row = center.met[desk.met]
    desk.met += 1
    row.agitation = c.agitation
    row.hurry = c.hurry
    row.energy = c.energy
    row.delivered = c.delivered
    row.acted = c.acted
    row.p_resolved = p_resolved
    row.by_agent = c.by_agent
    row.by_load = c.by_load
    row.by_wait = c.by_wait
    row.by_listening = c.by_listening
    row.by_calming = c.by_calming
    row.by_agitation = c.by_agitation
    row.by_hurry = c.by_hurry
    row.by_aids = c.by_aids
    row.cut_off = c.cut_off
    row.satisfaction = satisfaction
    row.from_resolution = from_resolution
    row.from_repeats = from_repeats
    row.from_empathy = from_empathy
    row.from_waiting = from_waiting
    row.from_long_talk = from_long_talk
    row.from_transfers = from_transfers
    row.from_goodwill = from_goodwill
    row.goodwill = goodwill
    row.churn = churn
    row.back_after = back_after
    row.resolved = resolved
    row.short = c.short
    row.surveyed = surveyed
    row.csat = csat
    row.nps = nps
    row.effort = effort


# `happen` and `close_out` are the script's, which the compiler binds to the verbs above.


def tick(
    center: Any, row: int, last_row: int, queues: int, stop_after: int, trace: Any, room: int
) -> tuple[int, int, int]:
    """Let events happen in order, from timetable row `row` on; returns (why it stopped, row, events).

    Merges the agenda, the timetable and the chain of arrivals by (time, event, who). When nothing is left to
    do, who still waits is written down as inside.
    """
    desk, agenda, timetable = center.desk[0], center.agenda, center.timetable
    events = 0
    while True:
        at, key, source = np.inf, np.int64(0), 0
        if desk.agenda > 0:
            at, key, source = agenda[0].at, agenda[0].key, 1
        if row < last_row:
            due, its_key = timetable[row].at, (TIMETABLE << 32) + np.int64(row)
            if source == 0 or due < at or (due == at and its_key < key):
                at, key, source = due, its_key, 2
        if desk.arriving >= 0:
            due, its_key = center.contacts[desk.arriving].arrived, (ARRIVE << 32) + np.int64(desk.arriving)
            if source == 0 or due < at or (due == at and its_key < key):
                at, key, source = due, its_key, 3
        if source == 0:
            for q in range(queues):
                close_out(center, q, desk.now)
            return OVER, row, events
        event, who = key >> 32, key & 0xFFFFFFFF
        if events < room:
            trace[events].at = at
            trace[events].key = key
        events += 1
        if source == 1:
            desk.hole = 1
        elif source == 2:
            row += 1
        else:
            desk.arriving = center.contacts[who].next
        happen(center, event, who, at)  # type: ignore[arg-type]  # NumPy's integers in compiled code
        drop_first(center)
        if source == 3 and desk.arriving < 0:
            return DRY, row, events
        if desk.left >= stop_after or desk.was >= stop_after or desk.queued >= stop_after:
            return FULL, row, events
