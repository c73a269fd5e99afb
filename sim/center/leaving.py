"""The ways out of the center: a contact leaves exactly once, and its caller may come back."""

from __future__ import annotations

from sim.center.verbs import Center, Event, contact_left, schedule
from sim.record import NOBODY, ComesBack, ContactState, Outcome

GONE = int(ContactState.GONE)
COMING = int(ContactState.COMING)
COME_BACK = int(Event.COME_BACK)
HANDLED = int(Outcome.HANDLED)
STAYS_AWAY, AGAIN, LATER, ONWARD = (int(what) for what in ComesBack)
NOT_YET = float("nan")


def leave_for_good(center: Center, k: int, now: float, outcome: int, comes_back: int) -> None:
    """Contact k leaves, and its caller will not try again while the run lasts."""
    contact_left(center, k, now, outcome, comes_back)
    while k >= 0:
        contact = center.contacts[k]
        contact.state = GONE
        k = contact.again


def leave_in_vain(center: Center, k: int, now: float, outcome: int, probability: float, delay: float) -> None:
    """Contact k leaves without an answer; with that probability its caller tries again after the delay."""
    contact = center.contacts[k]
    again = contact.again
    if again >= 0 and contact.come_back < probability:
        when = in_opening_hours(center, center.contacts[again].queue, now, delay)
        if when >= 0.0:
            contact_left(center, k, now, outcome, AGAIN)
            contact.state = GONE
            schedule(center, when, COME_BACK, again)
            return
        if center.desk[0].people == 1:
            leave_for_good(center, k, now, outcome, LATER)
            return
    leave_for_good(center, k, now, outcome, STAYS_AWAY)


def leave_unresolved(center: Center, k: int, now: float, probability: float) -> int:
    """Contact k was answered in vain; with that probability its caller tries again, if the run lasts that long.

    Returns what the caller does next, a `ComesBack`.
    """
    contact = center.contacts[k]
    again = contact.again
    if again < 0 or contact.come_back >= probability:
        leave_for_good(center, k, now, HANDLED, STAYS_AWAY)
        return STAYS_AWAY
    when = on_a_day(center, center.contacts[again].queue, now + center.callers[k].repeats_after)
    if when < 0.0:
        leave_for_good(center, k, now, HANDLED, LATER)
        return LATER
    contact_left(center, k, now, HANDLED, AGAIN)
    contact.state = GONE
    schedule(center, when, COME_BACK, again)
    return AGAIN


def leave_onward(center: Center, k: int, now: float, q: int) -> None:
    """Contact k is passed on to queue q, which it reaches at once, as the next leg of the same attempt."""
    contact_left(center, k, now, HANDLED, ONWARD)
    contact, caller = center.contacts[k], center.callers[k]
    contact.queue = q
    contact.leg += 1
    contact.tier = 0
    contact.agent = NOBODY
    contact.answered = NOT_YET
    contact.talk = caller.onward_talk
    contact.hold = caller.onward_hold
    contact.wrap = caller.onward_wrap
    contact.patience = caller.onward_patience
    contact.state = COMING
    caller.transfers += 1
    schedule(center, now, COME_BACK, k)


def on_a_day(center: Center, q: int, when: float) -> float:
    """When a caller who would try again at that time finds queue q open; -1 = not before the run ends.

    The delay runs day and night. Who would call between two opening hours calls in the next, as far into them as
    the time was into the pause before them; so night's calls spread over the next day.
    """
    queue = center.queues[q]
    closed = 0.0
    for w in range(queue.window_from, queue.window_to):
        window = center.windows[w]
        if when < window.opens:
            share = (when - closed) / (window.opens - closed)
            return window.opens + share * (window.closes - window.opens)
        if when < window.closes:
            return when
        closed = window.closes
    return -1.0


def in_opening_hours(center: Center, q: int, now: float, delay: float) -> float:
    """When a caller who leaves now and tries again after the delay finds queue q open; -1 = never again.

    The delay runs only while the queue is open: who would call after closing time calls that much after the
    next opening time, and who leaves while it is closed so long after that.
    """
    queue, when = center.queues[q], now + delay
    w = queue.window
    if w < 0:  # not open yet
        w = queue.window_from
        if w < queue.window_to:
            when += center.windows[w].opens - now
    while w < queue.window_to:
        if when < center.windows[w].closes:
            return when
        w += 1
        if w < queue.window_to:
            when += center.windows[w].opens - max(center.windows[w - 1].closes, now)
    return -1.0
