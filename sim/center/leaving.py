"""The ways out of the center: a contact leaves exactly once, and its caller may come back."""

from __future__ import annotations

from sim.center.verbs import Center, Event, contact_left, schedule
from sim.record import ContactState

GONE = int(ContactState.GONE)
COMING = int(ContactState.COMING)
COME_BACK = int(Event.COME_BACK)


def leave_for_good(center: Center, k: int, now: float, outcome: int) -> None:
    """Contact k leaves, and its caller will not try again."""
    contact_left(center, k, now, outcome, 0)
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
            contact_left(center, k, now, outcome, 1)
            contact.state = GONE
            schedule(center, when, COME_BACK, again)
            return
    leave_for_good(center, k, now, outcome)


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
