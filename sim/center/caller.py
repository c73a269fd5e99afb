"""A caller: arrive, find a line, be answered or wait, overflow to further teams, give up."""

from __future__ import annotations

from sim.center.agent import answer, stop_idling
from sim.center.encounter import see_abandonment
from sim.center.leaving import leave_in_vain
from sim.center.queue import free_line, has_line, join, step_out, take_line
from sim.center.router import pick_agent
from sim.center.verbs import Center, Event, schedule
from sim.record import ContactState, Outcome

WAITING = int(ContactState.WAITING)
ABANDONED = int(Outcome.ABANDONED)
BALKED = int(Outcome.BALKED)
BLOCKED = int(Outcome.BLOCKED)
STIR = int(Event.STIR)
NEVER = float("inf")


def arrive(center: Center, k: int, now: float) -> None:
    """Contact k reaches the center: it is blocked, answered, balks, or waits."""
    contact = center.contacts[k]
    contact.arrived = now
    queue = center.queues[contact.queue]
    if queue.is_open == 0 or not has_line(center, contact.queue):
        leave_in_vain(center, k, now, BLOCKED, queue.after_block, contact.delay_blocked)
        return
    a = pick_agent(center, k, now)
    if a >= 0:
        take_line(center, contact.queue)
        stop_idling(center, a)
        answer(center, k, a, now)
    elif contact.balk < queue.balk:
        leave_in_vain(center, k, now, BALKED, queue.after_balk, contact.delay)
    else:
        take_line(center, contact.queue)
        if queue.notice_from < queue.notice_to:
            hear_place(center, k)
        join(center, k, now)
        contact.gives_up = now + contact.patience
        wait_on(center, k)


def hear_place(center: Center, k: int) -> None:
    """Contact k, about to join its queue, is told how many stand ahead, and is patient accordingly.

    Who was passed on is not told: that caller has waited before.
    """
    contact = center.contacts[k]
    queue = center.queues[contact.queue]
    step = -1
    for n in range(queue.notice_from, queue.notice_to):
        if queue.length >= center.notices[n].ahead:
            step += 1
    if step >= 0 and contact.leg == 0:
        contact.patience = center.heard[k * center.desk[0].notices + step].patience


def wait_on(center: Center, k: int) -> None:
    """Contact k waits until its patience ends or further teams may be asked."""
    contact = center.contacts[k]
    queue = center.queues[contact.queue]
    until = contact.gives_up
    if contact.tier < queue.tiers:
        for r in range(queue.route_from, queue.route_to):
            route = center.routes[r]
            if route.tier == contact.tier + 1:
                until = min(until, contact.arrived + route.after)
    if until < NEVER:
        contact.stirs = until
        schedule(center, until, STIR, k)


def stir(center: Center, k: int, now: float) -> None:
    """Contact k, still waiting, gives up or overflows; nothing if it was answered meanwhile."""
    contact = center.contacts[k]
    if contact.state != WAITING or contact.stirs != now:
        return
    center.desk[0].now = now
    if contact.gives_up <= now:
        give_up(center, k, now)
        return
    contact.tier += 1
    a = pick_agent(center, k, now)
    if a >= 0:
        step_out(center, k, now)
        stop_idling(center, a)
        answer(center, k, a, now)
    else:
        wait_on(center, k)


def give_up(center: Center, k: int, now: float) -> None:
    """Contact k abandons the queue."""
    contact = center.contacts[k]
    step_out(center, k, now)
    free_line(center, contact.queue)
    if center.desk[0].people == 1:
        see_abandonment(center, contact.queue)
    leave_in_vain(center, k, now, ABANDONED, center.queues[contact.queue].after_abandon, contact.delay)
