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
        when = in_opening_hours(center, center.contacts[again].queue, now + delay)
        if when >= 0.0:
            contact_left(center, k, now, outcome, 1)
            contact.state = GONE
            schedule(center, when, COME_BACK, again)
            return
    leave_for_good(center, k, now, outcome)


def in_opening_hours(center: Center, q: int, when: float) -> float:
    """When a caller who means to try at `when`, from now on, finds the queue open; -1 = never again.

    Who would call after closing time calls that much after the next opening time.
    """
    queue = center.queues[q]
    w = max(queue.window, queue.window_from)
    while w < queue.window_to and when >= center.windows[w].closes:
        if w + 1 == queue.window_to:
            return -1.0
        when += center.windows[w + 1].opens - center.windows[w].closes
        w += 1
    return when
