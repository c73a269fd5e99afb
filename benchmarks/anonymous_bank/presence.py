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

Array = np.ndarray


class Presence(NamedTuple):
    """duty: date, server, start_s, end_s of the spells on duty. shifts: the same, absences included. absence_s: mean
    length of an absence."""

    duty: pl.DataFrame
    shifts: pl.DataFrame
    absence_s: float
    wrap: Wrap


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

    A replay of the days with their own calls
    and these spells (an absence beginning when the call in hand ends) gave the abandonment of the log, 0.18, and a mean
    wait 10 % above it. Counting all who take a call in an hour would find 9.8 agents at 13:00, where 6 are on duty.
    """
    served = calls.filter(pl.col("queue") != "return_calls")
    days = [_read_day(date, day) for (date,), day in served.group_by("date", maintain_order=True)]
    pieces = [piece for day in days for piece in _spells(day)]
    lengths = np.concatenate([length for _, _, length in pieces])
    return Presence(pl.concat([duty for duty, _, _ in pieces]), pl.concat([shift for _, shift, _ in pieces]),
                    float(lengths.mean()), fit_wrap([pause for day in days for pause in _take_ups(day)]))


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


def _spells(day: _Day) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, Array]]:
    """(spells on duty, shifts, lengths of absences) of each agent."""
    waited = np.concatenate([[0], np.cumsum(day.queue > 0)])
    for name, (first, last) in day.agents.items():
        pause = first[1:] - last[:-1]
        ignored = waited[first[1:]] - waited[last[:-1]]
        away = (pause > SHORT_S) & (ignored > IGNORED_LIMIT_S) | (pause > IDLE_LIMIT_S)
        split = pause > SPLIT_S
        yield (_between(day.date, name, first, last, away), _between(day.date, name, first, last, split),
               pause[away & ~split])


def _between(date: object, name: str, first: Array, last: Array, cut: Array) -> pl.DataFrame:
    start, end = np.concatenate([first[:1], first[1:][cut]]), np.concatenate([last[:-1][cut], last[-1:]])
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
