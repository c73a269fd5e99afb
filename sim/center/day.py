"""The day: opening and closing, the timetable, and which move an event calls for."""

from __future__ import annotations

from sim.center.agent import become_free, come_back_to_work, come_due, hang_up, sign_off, sign_on
from sim.center.caller import arrive, stir
from sim.center.leaving import leave_in_vain
from sim.center.queue import free_line, step_out
from sim.center.verbs import Center, Event
from sim.record import Duty, Outcome

HANG_UP = int(Event.HANG_UP)
WRAPPED = int(Event.WRAPPED)
BACK = int(Event.BACK)
TIMETABLE = int(Event.TIMETABLE)
STIR = int(Event.STIR)
OPEN = int(Duty.OPEN)
CLOSE = int(Duty.CLOSE)
SIGN_ON = int(Duty.SIGN_ON)
SIGN_OFF = int(Duty.SIGN_OFF)
INSIDE = int(Outcome.INSIDE)


def happen(center: Center, event: int, who: int, now: float) -> None:
    """The event takes place: its move is made."""
    if event == STIR:
        stir(center, who, now)
        return
    center.desk[0].now = now
    if event == HANG_UP:
        hang_up(center, who, now)
    elif event == WRAPPED:
        become_free(center, who, now)
    elif event == BACK:
        come_back_to_work(center, who, now)
    elif event == TIMETABLE:
        keep_timetable(center, who, now)
    else:
        arrive(center, who, now)


def keep_timetable(center: Center, i: int, now: float) -> None:
    """Row i of the timetable is due."""
    row = center.timetable[i]
    if row.what == OPEN:
        open_up(center, row.who)
    elif row.what == CLOSE:
        center.queues[row.who].is_open = 0
        if center.queues[row.who].disconnects == 1:
            close_out(center, row.who, now)
    elif row.what == SIGN_ON:
        sign_on(center, row.who, now)
    elif row.what == SIGN_OFF:
        sign_off(center, row.who, now)
    else:
        come_due(center, row.who, row.what, row.lasts, now)


def open_up(center: Center, q: int) -> None:
    """The next opening hours of queue q begin."""
    queue = center.queues[q]
    queue.is_open = 1
    queue.window = queue.window_from if queue.window < 0 else queue.window + 1


def close_out(center: Center, q: int, now: float) -> None:
    """All who wait in queue q are cut off, written down as still inside; they try again as those who gave up would."""
    queue = center.queues[q]
    while queue.head >= 0:
        k = queue.head
        step_out(center, k, now)
        free_line(center, q)
        leave_in_vain(center, k, now, INSIDE, queue.after_abandon, center.contacts[k].delay)
