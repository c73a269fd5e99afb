"""A queue: contacts in order of arrival, linked through the contacts themselves."""

from __future__ import annotations

from sim.center.verbs import Center, queue_is
from sim.record import NOBODY, ContactState

WAITING = int(ContactState.WAITING)


def has_line(center: Center, q: int) -> bool:
    """Whether a contact for queue q finds a free line."""
    queue, desk = center.queues[q], center.desk[0]
    if desk.trunks >= 0 and desk.lines >= desk.trunks:
        return False
    return queue.trunks < 0 or queue.lines < queue.trunks


def take_line(center: Center, q: int) -> None:
    """A contact of queue q holds a line from now on."""
    center.queues[q].lines += 1
    center.desk[0].lines += 1


def free_line(center: Center, q: int) -> None:
    """A contact of queue q has hung up."""
    center.queues[q].lines -= 1
    center.desk[0].lines -= 1


def join(center: Center, k: int, now: float) -> None:
    """Contact k stands at the end of its queue."""
    contact = center.contacts[k]
    queue = center.queues[contact.queue]
    contact.state = WAITING
    contact.next = NOBODY
    contact.prev = queue.tail
    if queue.tail < 0:
        queue.head = k
    else:
        center.contacts[queue.tail].next = k
    queue.tail = k
    queue.length += 1
    queue_is(center, contact.queue, now)


def step_out(center: Center, k: int, now: float) -> None:
    """Contact k leaves its place in the queue, to be answered or to give up."""
    contact = center.contacts[k]
    queue = center.queues[contact.queue]
    if contact.prev < 0:
        queue.head = contact.next
    else:
        center.contacts[contact.prev].next = contact.next
    if contact.next < 0:
        queue.tail = contact.prev
    else:
        center.contacts[contact.next].prev = contact.prev
    queue.length -= 1
    queue_is(center, contact.queue, now)
