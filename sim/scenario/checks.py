"""What must fit together across a scenario: the contradictions that stop a run, each at its own place.

A check is a generator over one queue, team or shift (or the whole). Checks read only what they need, so that with
`lenient` they also run over a scenario of which some parts could not be read: a check that meets such a part
(AttributeError, or TypeError in sums) stops there, and the others go on.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from sim.scenario.arrivals import MAX_PER_HOUR, Counts, Rates
from sim.scenario.part import Fault, Path, shown
from sim.scenario.queue import Queue
from sim.scenario.shift import Shift
from sim.scenario.team import Team
from sim.scenario.week import Entries, around, outside
from sim.units import DAY, Window, format_clock, format_days, format_window

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

MAX_CONTACTS = 1e9
"""Most first tries in one replication: their table alone would take over 100 GB of memory."""


def errors(scenario: Scenario, lenient: bool = False) -> Iterator[Fault]:
    """Every contradiction in a scenario, each at its own place; see the module for `lenient`."""
    for check in _checks(scenario, lenient):
        try:
            yield from check
        except (AttributeError, TypeError):
            if not lenient:
                raise


def _checks(scenario: Scenario, lenient: bool) -> Iterator[Iterator[Fault]]:
    try:
        queues = scenario.queues
    except AttributeError:
        queues = {}
    else:
        yield _some_queue(scenario)
    for name, queue in queues.items():
        for of_queue in _QUEUE_CHECKS:
            yield of_queue(scenario, name, queue)
    for team_name, team in getattr(scenario, "teams", {}).items():
        for of_team in _TEAM_CHECKS:
            yield of_team(scenario, team_name, team)
    for shift_name, shift in getattr(scenario, "shifts", {}).items():
        yield _shift_times(shift_name, shift)
        yield _pauses_in_shift(shift_name, shift)
    yield _python_allowed(scenario)
    yield _python_clock(scenario)
    yield _heads_bounded(scenario)
    if not lenient:
        yield _contacts_bounded(scenario)


def did_you_mean(word: object, names: Iterable[str]) -> str:
    """ ", did you mean 'x'?" for the nearest of some names, or the names themselves if few, or nothing."""
    known = list(names)
    near = difflib.get_close_matches(str(word).lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    if near:
        return f", did you mean '{next(name for name in known if name.lower() == near[0])}'?"
    if known and len(known) <= 6:
        return ": there is " + " and ".join(filter(None, [", ".join(known[:-1]), known[-1]]))
    return ""


# ---------------------------------------------------------------- queues


def _some_queue(scenario: Scenario) -> Iterator[Fault]:
    if not scenario.queues:
        example = "queues: {service: {arrivals: ..., talk: ...}}"
        yield Fault(("queues",), f"needs at least one queue, for example {example}")


def _durations_end(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    for key in ("talk", "hold", "wrap"):
        if hasattr(queue, key) and math.isinf(getattr(queue, key).mean):
            yield Fault(("queues", name, key), "needs a duration that ends, got one that is endless (mean infinite)")
    for key in ("delay", "delay_after_block"):
        delay = getattr(queue.redial, key, None)
        if delay is not None and math.isinf(delay.mean):
            path = ("queues", name, "redial", key)
            yield Fault(path, "needs a delay that ends; to let fewer callers come back, lower after_abandon")


def _redial_ends(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    if queue.redial.max_attempts is not None:
        return
    for key in ("after_abandon", "after_block", "after_balk"):
        if getattr(queue.redial, key, 0.0) == 1:
            path = ("queues", name, "redial", key)
            yield Fault(
                path,
                "is 1 without max_attempts, so callers redial for ever: set max_attempts, or less than 1",
            )


def _redial_queue_known(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    target = queue.redial.queue
    if target is not None and target not in scenario.queues:
        path = ("queues", name, "redial", "queue")
        yield Fault(path, f"unknown queue {shown(target)}{did_you_mean(target, scenario.queues)}")


def _overflow_known(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, step in enumerate(queue.overflow):
        for place, team in enumerate(getattr(step, "teams", ())):
            path: Path = ("queues", name, "overflow", number, "teams", place)
            if team not in scenario.teams:
                yield Fault(path, f"unknown team {shown(team)}{did_you_mean(team, scenario.teams)}")
            elif name not in getattr(scenario.teams[team], "skills", {name: None}):
                yield Fault(path, f"team '{team}' lacks the skill: add {name} to teams.{team}.skills")
            elif team in seen:
                yield Fault(path, f"team '{team}' is listed twice: it joins at one time only")
            seen.add(team)


def _scaled_rate_bounded(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    if not isinstance(queue.arrivals, Rates | Counts):
        return
    per_hour = 60 / queue.arrivals.interval_min if isinstance(queue.arrivals, Counts) else 1.0
    top = max((_largest(entries) for entries in queue.arrivals.week), default=0.0) * per_hour
    scale = scenario.demand.scale
    if scale > 1 and top * scale > MAX_PER_HOUR:
        yield Fault(
            ("demand", "scale"),
            f"gives queue '{name}' {top * scale:,.0f} contacts an hour: at most {MAX_PER_HOUR:,.0f} are possible",
        )


def _largest(entries: Entries) -> float:
    return max(entries) if isinstance(entries, tuple) else entries or 0.0


def _lists_fit(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    """Lists by interval cover the opening hours that are given, and have nothing where it is always closed."""
    arrivals = queue.arrivals
    if not isinstance(arrivals, Rates | Counts):
        return
    path = ("queues", name, "arrivals", "per_hour" if isinstance(arrivals, Rates) else "per_interval")
    for entries in dict.fromkeys(day for day in arrivals.week if isinstance(day, tuple)):
        days = [weekday for weekday in range(7) if arrivals.week[weekday] == entries]
        slots = arrivals.slots(days[0])
        written = f"{format_days(days)}: " if len(days) < 7 else ""
        written += f"{len(entries)} entries of {arrivals.interval_min} min from {format_clock(arrivals.start)}"
        if slots[-1][1] - slots[0][0] > DAY:
            yield Fault(path, f"{written} are more than 24 hours: needs at most {1440 // arrivals.interval_min}")
        elif "open" in queue.model_fields_set:
            yield from _list_fits(path, written, days, slots, entries, queue)


def _list_fits(
    path: Path, written: str, days: list[int], slots: list[Window], entries: tuple[float, ...], queue: Queue
) -> Iterator[Fault]:
    span = (slots[0][0], slots[-1][1])
    step = slots[0][1] - slots[0][0]
    covers = f"{written} cover {format_window(span)}"
    for weekday in days:
        lists = _spans_around(queue, weekday)
        for window in queue.open_windows(weekday):
            if outside([window], lists):
                begin = "" if span[0] <= window[0] else f', start: "{format_clock(window[0])}"'
                wanted = math.ceil((window[1] - min(span[0], window[0])) / step)
                yield Fault(
                    path,
                    f"{covers}, but the queue is open {format_window(window)}: needs {wanted} entries{begin} "
                    "(0 where nobody calls)",
                )
                return
    used = [any(_touches(slot, around(queue.open, weekday)) for weekday in days) for slot in slots]
    stray = [slot for slot, entry, inside in zip(slots, entries, used, strict=True) if entry > 0 and not inside]
    if stray:
        count = f"{len(stray)} of them are" if len(stray) > 1 else "one of them is"
        yield Fault(
            path,
            f"{covers}; {count} not 0 while the queue is closed (first at {format_clock(stray[0][0])}): "
            "change open, start or the list",
        )


def _spans_around(queue: Queue, weekday: int) -> list[Window]:
    """What the lists of a weekday and its neighbours cover; a day without a list covers itself."""
    assert isinstance(queue.arrivals, Rates | Counts)
    spans = []
    for step in (-1, 0, 1):
        slots = queue.arrivals.slots((weekday + step) % 7) or [(0.0, DAY)]
        spans.append((slots[0][0] + step * DAY, slots[-1][1] + step * DAY))
    return spans


def _touches(slot: Window, windows: list[Window]) -> bool:
    return any(max(slot[0], start) < min(slot[1], end) for start, end in windows)


def _counts_whole(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    """Fixed counts have whole intervals: none that is only partly open."""
    if not isinstance(queue.arrivals, Counts):
        return
    path = ("queues", name, "arrivals", "interval_min")
    step = queue.arrivals.interval_s
    for weekday in range(7):
        entries = queue.arrivals.week[weekday]
        if isinstance(entries, tuple):
            for (low, high), count in zip(queue.arrivals.slots(weekday), entries, strict=True):
                windows = around(queue.open, weekday)
                if count > 0 and _touches((low, high), windows) and outside([(low, high)], windows):
                    clock = f"{format_clock(low)}-{format_clock(high)}"
                    yield Fault(path, f"interval {clock} is only partly open: counts need intervals wholly open")
                    return
        elif entries:
            for window in queue.open_windows(weekday):
                if (window[1] - window[0]) % step:
                    hours = format_window(window)
                    yield Fault(path, f"{hours} is not a whole number of {queue.arrivals.interval_min} min intervals")
                    return


# ---------------------------------------------------------------- teams


def _skills_known(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    for queue in team.skills if scenario.queues else ():
        if queue not in scenario.queues:
            path = ("teams", name, "skills", queue)
            yield Fault(path, f"unknown queue {shown(queue)}{did_you_mean(queue, scenario.queues)}")


def _shifts_known(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    for shift in team.shifts or {}:
        if shift not in scenario.shifts:
            path = ("teams", name, "shifts", shift)
            yield Fault(path, f"unknown shift {shown(shift)}{did_you_mean(shift, scenario.shifts)}")


def _shifts_or_staffing(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    if team.shifts and team.staffing is not None:
        yield Fault(("teams", name), "has both shifts and staffing: keep one")
    elif not team.shifts and team.staffing is None:
        remedy = 'shifts: {early: 20} or staffing: {start: "08:00", agents: [4, 6, 8]}'
        yield Fault(("teams", name), f"has neither shifts nor staffing, so nobody ever works: add {remedy}")


def _shift_heads(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    if not team.shifts:
        return
    if team.agents and sum(team.shifts.values()) == 0:
        yield Fault(("teams", name, "shifts"), f"needs a share above 0 to split {team.agents} agents")
    if team.agents is None:
        for shift, heads in team.shifts.items():
            if math.isfinite(heads) and heads != int(heads):
                path = ("teams", name, "shifts", shift)
                yield Fault(path, f"needs a whole number of agents, got {heads:g} (a share needs `agents`, too)")


def _staffing_within_day(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    if team.staffing is None:
        return
    interval = team.staffing.interval_min
    longest = max((len(day) for day in team.staffing.agents if isinstance(day, tuple)), default=0)
    if longest * interval > 1440:
        path = ("teams", name, "staffing", "agents")
        got = f"{longest} entries of {interval} min are more than 24 hours"
        yield Fault(path, f"{got}: needs at most {1440 // interval}")


def _shrinkage_whole(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    total = team.shrinkage.planned + team.shrinkage.unplanned
    if total > 1 + 1e-12:
        path = ("teams", name, "shrinkage")
        yield Fault(path, f"planned + unplanned is {total:g}: needs at most 1 (shares of the shift)")


# ---------------------------------------------------------------- shifts and the whole


def _shift_times(name: str, shift: Shift) -> Iterator[Fault]:
    if shift.start >= DAY:
        path = ("shifts", name, "start")
        yield Fault(path, f'needs a time before "24:00", got "{format_clock(shift.start)}"')
    elif shift.end_s - shift.start > DAY:
        yield Fault(("shifts", name, "end"), f"needs to end within 24 hours of {format_clock(shift.start)}")


def _pauses_in_shift(name: str, shift: Shift) -> Iterator[Fault]:
    hours = f"{format_clock(shift.start_s)}-{format_clock(shift.end_s % DAY or DAY)}"
    for pause in shift.pauses():
        path: Path = ("shifts", name, pause.kind)
        path = path if pause.kind == "lunch" else (*path, pause.number)
        begins, ends = format_clock(pause.start_s % DAY), format_clock(pause.last_end_s % DAY or DAY)
        if not shift.start_s <= pause.start_s < shift.end_s:
            yield Fault(path, f"begins at {begins}, outside the shift {hours}")
        elif pause.last_end_s > shift.end_s:
            last = " (with its stagger_min)" if pause.stagger_s else ""
            yield Fault(path, f"ends at {ends}{last}, after the shift {hours}: begin earlier or shorten it")


def _python_allowed(scenario: Scenario) -> Iterator[Fault]:
    if scenario.python is not None and not scenario.allow_python:
        remedy = "if you trust it, add allow_python=true to the command"
        yield Fault(("python",), f"asks to run Python code from a file: {remedy}")


def _python_clock(scenario: Scenario) -> Iterator[Fault]:
    if scenario.python is not None and scenario.engine == "compiled":
        yield Fault(("engine",), "compiled cannot run your Python code: needs engine simpy or auto")


def _heads_bounded(scenario: Scenario) -> Iterator[Fault]:
    total = sum(team.heads(scenario.staffing.scale) for team in scenario.teams.values())
    if total > 1_000_000:
        yield Fault(("staffing", "scale"), f"gives {total:,} agents in all: at most 1,000,000 are possible")


def _contacts_bounded(scenario: Scenario) -> Iterator[Fault]:
    from sim.scenario.scenario import estimated_contacts

    expected = estimated_contacts(scenario)
    if expected > MAX_CONTACTS:
        got = f"{scenario.days} days would have about {expected:,.0f} contacts a replication"
        yield Fault(("days",), f"{got}: at most {MAX_CONTACTS:,.0f} are possible, simulate fewer days")


_QUEUE_CHECKS: tuple[Callable[[Scenario, str, Queue], Iterator[Fault]], ...] = (
    _durations_end,
    _redial_ends,
    _redial_queue_known,
    _lists_fit,
    _counts_whole,
    _scaled_rate_bounded,
    _overflow_known,
)
_TEAM_CHECKS: tuple[Callable[[Scenario, str, Team], Iterator[Fault]], ...] = (
    _skills_known,
    _shifts_or_staffing,
    _shifts_known,
    _shift_heads,
    _staffing_within_day,
    _shrinkage_whole,
)
