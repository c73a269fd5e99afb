"""What must fit in a queue and around it: lists and opening hours, redials, overflow."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sim.scenario.arrivals import MAX_PER_HOUR, Counts, Rates
from sim.scenario.part import Fault, Path
from sim.scenario.queue import Queue
from sim.scenario.suggest import did_you_mean
from sim.scenario.week import Entries, around, outside
from sim.units import DAY, Window, format_clock, format_days, format_window, shown

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


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


def _told_place_tells(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    kind = getattr(getattr(queue, "patience", None), "kind", None)
    if getattr(queue, "told_place", None) is not None and kind in ("never", "constant"):
        said = "nobody's patience ends" if kind == "never" else "everybody's patience is the same"
        path = ("queues", name, "told_place")
        yield Fault(path, f"changes nothing: {said}; give patience a law, such as exponential")


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


QUEUE_CHECKS: tuple[Callable[[Scenario, str, Queue], Iterator[Fault]], ...] = (
    _durations_end,
    _redial_ends,
    _redial_queue_known,
    _lists_fit,
    _counts_whole,
    _scaled_rate_bounded,
    _overflow_known,
    _told_place_tells,
)
