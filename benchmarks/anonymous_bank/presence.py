"""When each agent was on duty, reconstructed from the calls alone."""
from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from wrap import SHORT_S, Wrap, fit_wrap

LAST_S = 90_000
"""A day's timeline ends at 25:00: services that began before midnight may run over."""
IGNORED_LIMIT_S = 20
"""In a pause of more than a minute, callers may stand in the personal queue this long: then the agent was away."""
IDLE_LIMIT_S = 1_200
"""A pause longer than this is an absence even if nobody waited."""
SPLIT_S = 3_600
"""A pause longer than this ends a shift (split shifts), it is not an absence within one."""
CLOCKS_S = 3
"""The clocks of queue and services differ by up to this."""
WAITING_FROM = (0, 1, 2, 3, 4, 6, 8)

Array = np.ndarray


class Presence(NamedTuple):
    """duty: date, server, start_s, end_s of the spells on duty. shifts: the same, absences included. absence_s: mean
    length of an absence. coming_back: see `_coming_back`."""

    duty: pl.DataFrame
    shifts: pl.DataFrame
    absence_s: float
    wrap: Wrap
    coming_back: pl.DataFrame


class _Day(NamedTuple):
    """One day's queue (callers in the personal queue by second) and its agents' merged services."""

    date: object
    queue: Array
    agents: dict[str, tuple[Array, Array]]

    def pauses(self) -> Iterator[tuple[Array, Array]]:
        """(begin, end) of an agent's pauses within shifts."""
        for first, last in self.agents.values():
            inside = first[1:] - last[:-1] <= SPLIT_S
            yield last[:-1][inside], first[1:][inside]


def presence(calls: pl.DataFrame) -> Presence:
    """Who was on duty when.

    Every agent serves the personal queue. So an agent on shift who takes nobody although somebody stands in that
    queue is wrapping up, or is not there. On duty is whoever is between the first and the last call of the day, except
    in pauses that callers show to be absences: of more than a minute, with somebody waiting for more than
    IGNORED_LIMIT_S of it, or of more than IDLE_LIMIT_S. Whether an agent was there while nobody waited cannot be seen
    and hardly matters. Return calls are no services here: the center places them when it has time.

    When an absence began and ended is not on record either, only that it covers the time in which callers were
    ignored: it is taken to begin in the middle between the last call and the first ignored caller, and to end in the
    middle between the last ignored caller and the next call, as is usual with times known by two limits. Who goes away
    wraps up first. Counting all who take a call in an hour would find 9.8 agents at 13:00, where 6 are on duty.
    """
    served = calls.filter(pl.col("queue") != "return_calls")
    days = [_read_day(date, day) for (date,), day in served.group_by("date", maintain_order=True)]
    wrap = fit_wrap([pause for day in days for pause in _take_ups(day)])
    pieces = [piece for day in days for piece in _spells(day, round(wrap.mean_s))]
    lengths = np.concatenate([length for _, _, length in pieces])
    return Presence(pl.concat([duty for duty, _, _ in pieces]), pl.concat([shift for _, shift, _ in pieces]),
                    float(lengths.mean()), wrap, _coming_back(days))


def on_duty(spells: pl.DataFrame, slot_s: int) -> pl.DataFrame:
    """Mean number of agents by date and slot: date, slot, agents (slots without anybody have no row).

    Each spell is cut at the slot borders and its seconds are added up.
    """
    cut = spells.with_columns(
        pl.int_ranges(pl.col("start_s") // slot_s, (pl.col("end_s") - 1) // slot_s + 1).alias("slot"))
    cut = cut.explode("slot").drop_nulls("slot")
    seconds = (pl.min_horizontal("end_s", (pl.col("slot") + 1) * slot_s)
               - pl.max_horizontal("start_s", pl.col("slot") * slot_s))
    return cut.group_by("date", "slot").agg((seconds.sum() / slot_s).alias("agents")).sort("date", "slot")


def _read_day(date: object, calls: pl.DataFrame) -> _Day:
    queue = calls.filter((pl.col("queue") == "personal") & pl.col("queued"))
    change = np.zeros(LAST_S + 1, dtype=np.int64)
    start = queue["asked_s"].to_numpy()
    np.add.at(change, np.minimum(start, LAST_S), 1)
    np.add.at(change, np.minimum(start + queue["wait_s"].to_numpy(), LAST_S), -1)
    served = calls.filter(pl.col("server").is_not_null())
    return _Day(date, np.cumsum(change), {str(server): _merged(rows["start_s"].to_numpy(), rows["end_s"].to_numpy())
                                          for (server,), rows in served.group_by("server", maintain_order=True)})


def _merged(start: Array, end: Array) -> tuple[Array, Array]:
    """Services that overlap (consultations, wrong clocks: 1 % of them) as one."""
    order = np.argsort(start, kind="stable")
    start, end = np.minimum(start[order], LAST_S), np.minimum(np.maximum.accumulate(end[order]), LAST_S)
    fresh = np.concatenate([[True], start[1:] > end[:-1]])
    return start[fresh], end[np.concatenate([fresh[1:], [True]])]


def _spells(day: _Day, wrap_s: int) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, Array]]:
    """(spells on duty, shifts, lengths of absences) of each agent."""
    waited = np.concatenate([[0], np.cumsum(day.queue > 0)])
    for name, (first, last) in day.agents.items():
        begin, end = last[:-1], first[1:]
        pause, ignored = end - begin, waited[end] - waited[begin]
        away = (pause > SHORT_S) & (ignored > IGNORED_LIMIT_S) | (pause > IDLE_LIMIT_S)
        split = pause > SPLIT_S
        left, back = _middles(day.queue, begin, end, (ignored > 0) & ~split)
        left = np.minimum(left + wrap_s, back)
        yield (_between(day.date, name, np.concatenate([first[:1], back[away]]),
                        np.concatenate([left[away], last[-1:] + wrap_s])),
               _between(day.date, name, np.concatenate([first[:1], end[split]]),
                        np.concatenate([begin[split], last[-1:]])),
               (back - left)[away & ~split])


def _middles(queue: Array, begin: Array, end: Array, seen: Array) -> tuple[Array, Array]:
    """When pauses became absences and ceased to be: the middle of what is possible, where ignored callers show it.

    An agent who is there gets a call within IDLE_LIMIT_S, so that is the longest that either may be off.
    """
    at = np.arange(len(queue))
    following = np.minimum.accumulate(np.where(queue > 0, at, 2 * LAST_S)[::-1])[::-1]
    before = np.maximum.accumulate(np.where(queue > 0, at, -LAST_S))
    free_first = np.clip(following[begin] - begin, 0, IDLE_LIMIT_S)
    free_last = np.clip(end - 1 - before[np.maximum(end - 1, 0)], 0, IDLE_LIMIT_S)
    return np.where(seen, begin + free_first // 2, begin), np.where(seen, end - free_last // 2, end)


def _between(date: object, name: str, start: Array, end: Array) -> pl.DataFrame:
    return pl.DataFrame({"date": [date] * len(start), "server": [name] * len(start), "start_s": start, "end_s": end})


def _take_ups(day: _Day) -> Iterator[tuple[Array, Array]]:
    """(seconds, taken up) of the pauses that began while somebody stood in the queue."""
    at = np.where(day.queue == 0, np.arange(len(day.queue)), len(day.queue))
    empty_at = np.minimum.accumulate(at[::-1])[::-1]
    for begin, end in day.pauses():
        waiting = day.queue[begin] > 0
        begin, end = begin[waiting], end[waiting]
        taken = empty_at[begin] >= end - CLOCKS_S
        yield np.where(taken, end, empty_at[begin]) - begin, taken


def _coming_back(days: list[_Day]) -> pl.DataFrame:
    """Whether agents go or stay away less when more callers wait: by callers in the personal queue.

    hours_away and returns: of absences known by their first minute (more than IGNORED_LIMIT_S of it ignored), from
    that minute's end; a return counts for the queue of a few seconds before. services and absences: of services that
    ended with so many waiting, those that such an absence followed.
    """
    away_s, returns, services, absences = (np.zeros(len(WAITING_FROM)) for _ in range(4))
    for day in days:
        waited = np.concatenate([[0], np.cumsum(day.queue > 0)])
        cell = np.searchsorted(WAITING_FROM, day.queue, side="right") - 1
        for begin, end in day.pauses():
            known = (end - begin > SHORT_S) & (waited[np.minimum(begin + SHORT_S, LAST_S)] - waited[begin]
                                               > IGNORED_LIMIT_S)
            services += np.bincount(cell[begin], minlength=len(WAITING_FROM))
            absences += np.bincount(cell[begin[known]], minlength=len(WAITING_FROM))
            returns += np.bincount(cell[end[known] - CLOCKS_S - 2], minlength=len(WAITING_FROM))
            for start, stop in zip(begin[known] + SHORT_S, end[known], strict=True):
                away_s += np.bincount(cell[start:stop], minlength=len(WAITING_FROM))
    return pl.DataFrame({"waiting_from": WAITING_FROM, "hours_away": away_s / 3600, "returns": returns,
                         "services": services, "absences": absences})
