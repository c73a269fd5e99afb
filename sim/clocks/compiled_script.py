"""The script as machine code: the verbs on structured arrays, the agenda as a heap, and the loop that ticks.

The machine code is kept on disk for the next process, under a digest of the sources that went into
it: Numba itself does not notice when a function that another one calls has changed.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import types

from sim import record
from sim.center.day import close_out, happen
from sim.center.verbs import Center, Event
from sim.clocks import compiled_rows, script
from sim.clocks.compiled_cache import Forgiving, cache_folder
from sim.clocks.compiled_rows import rows_of
from sim.clocks.script import bind

ARRIVE, TIMETABLE = int(Event.ARRIVE), int(Event.TIMETABLE)
OVER, DRY, FULL = 0, 1, 2
"""Why the loop stops: nothing is left to do, the next contacts are wanted, the tables are full."""

PENDING = np.dtype([("at", "f8"), ("key", "i8")])
"""One event of the agenda; key = event * 2**32 + who orders ties."""


# --- the verbs, on arrays (compiled; `center` holds structured arrays) ------------------------


def schedule(center: Any, when: float, event: int, who: int) -> None:
    """Push an event onto the agenda, a binary heap by (at, key)."""
    desk, agenda = center.desk[0], center.agenda
    key = (event << 32) + who
    i = desk.agenda
    desk.agenda += 1
    while i > 0:
        parent = (i - 1) >> 1
        p = agenda[parent]
        if p.at < when or (p.at == when and p.key <= key):
            break
        agenda[i].at = p.at
        agenda[i].key = p.key
        i = parent
    agenda[i].at = when
    agenda[i].key = key


def drop_first(center: Any) -> None:
    """Take the first event off the agenda."""
    desk, agenda = center.desk[0], center.agenda
    desk.agenda -= 1
    last = desk.agenda
    if last == 0:
        return
    at, key = agenda[last].at, agenda[last].key
    i = 0
    while True:
        child = 2 * i + 1
        if child >= last:
            break
        c = agenda[child]
        if child + 1 < last:
            d = agenda[child + 1]
            if d.at < c.at or (d.at == c.at and d.key < c.key):
                child += 1
                c = d
        if at < c.at or (at == c.at and key <= c.key):
            break
        agenda[i].at = c.at
        agenda[i].key = c.key
        i = child
    agenda[i].at = at
    agenda[i].key = key


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
    from_haste: float,
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
    row.from_haste = from_haste
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


# `happen`, `close_out` and `Center` below are this clock's own when compiled: see `compiled`.


def tick(arrays: Any, row: int, stop_after: int, trace: Any) -> tuple[int, int, int]:
    """Let events happen in order, from timetable row `row` on; returns (why it stopped, row, events).

    Merges the agenda, the timetable and the chain of arrivals by (time, event, who).
    """
    center = on_rows(arrays)
    desk, agenda, timetable = center.desk[0], center.agenda, center.timetable
    events, last_row = 0, len(arrays.timetable)
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
            return OVER, row, events
        event, who = key >> 32, key & 0xFFFFFFFF
        if events < len(trace):
            trace[events].at = at
            trace[events].key = key
        events += 1
        if source == 1:
            drop_first(center)
        elif source == 2:
            row += 1
        else:
            desk.arriving = center.contacts[who].next
        happen(center, event, who, at)  # type: ignore[arg-type]  # NumPy's integers in compiled code
        if source == 3 and desk.arriving < 0:
            return DRY, row, events
        if desk.left >= stop_after or desk.was >= stop_after or desk.queued >= stop_after:
            return FULL, row, events


def stop(arrays: Any, q: int, now: float) -> None:
    """The run is over: who still waits in queue q is written down as inside."""
    close_out(on_rows(arrays), q, now)


def on_rows(arrays: Any) -> Any:
    """The center with the bare rows of its arrays."""
    return Center(
        rows_of(arrays.contacts),
        rows_of(arrays.agents),
        rows_of(arrays.queues),
        rows_of(arrays.teams),
        rows_of(arrays.skills),
        rows_of(arrays.routes),
        rows_of(arrays.windows),
        rows_of(arrays.timetable),
        rows_of(arrays.desk),
        rows_of(arrays.callers),
        rows_of(arrays.people),
        rows_of(arrays.policies),
        rows_of(arrays.crews),
        rows_of(arrays.aids),
        rows_of(arrays.ways),
        rows_of(arrays.agenda),
        rows_of(arrays.left),
        rows_of(arrays.was),
        rows_of(arrays.queued),
        rows_of(arrays.met),
    )


# --- compiling --------------------------------------------------------------------------------


def digest() -> str:
    """A short digest of every source that goes into the machine code, and of the compiler's version."""
    sources = [*script.MODULES, script, compiled_rows]
    files = [*(Path(str(module.__file__)) for module in sources), Path(__file__)]
    files += sorted(Path(str(record.__file__)).parent.glob("*.py"))
    text = b"".join(file.read_bytes() for file in files)
    return hashlib.blake2b(text + numba.__version__.encode() + np.__version__.encode(), digest_size=8).hexdigest()


def one_width(machine: Any, args: Any, kws: Any) -> Any:
    """How Numba is to call a move: whole numbers as 64 bits, for it compiles a function for every width it meets."""
    wide = [types.int64 if isinstance(arg, types.Integer) else arg for arg in args]
    return type(machine).get_call_template(machine, wide, kws)


class NotCompiled(ValueError):
    """The compiled clock cannot be had here."""


class Compiled(NamedTuple):
    """The machine code that Python calls."""

    tick: Any
    stop: Any


@cache
def compiled() -> Compiled:
    """The kernel, compiled or read from disk: about 0.2 s warm, several seconds the first time."""
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # set from the environment
        raise NotCompiled("NUMBA_DISABLE_JIT is set, so that nothing is compiled: unset it, or take engine=simpy")
    numba.config.CACHE_DIR = str(cache_folder(digest()))  # type: ignore[attr-defined]  # set from the environment

    def compile_move(move: FunctionType) -> Any:
        called_from_python = move.__name__ in Compiled._fields
        machine: Any = numba.njit(  # type: ignore[call-overload]
            _nrt=False,  # the arrays outlive every call, and counting references costs more than the moves
            error_model="numpy",  # no move divides by zero, and none needs code to say so
            cache=called_from_python,
            no_cpython_wrapper=not called_from_python,
            no_cfunc_wrapper=True,
        )(move)
        machine.get_call_template = MethodType(one_width, machine)
        machine._cache = Forgiving(machine._cache)
        return machine

    own = (schedule, drop_first, contact_left, agent_was, queue_is, have_met, on_rows, tick, stop)
    names = bind(compile_move, __name__=__name__)  # the cache finds the globals of machine code by module
    for verb in own:
        names[verb.__name__] = compile_move(FunctionType(verb.__code__, names, verb.__name__))
    constants = ("np", "rows_of", "OVER", "DRY", "FULL", "ARRIVE", "TIMETABLE")
    names.update({name: globals()[name] for name in constants})
    return Compiled(tick=names["tick"], stop=names["stop"])
