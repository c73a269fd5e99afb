"""When each agent was on duty and free to take calls, reconstructed from the calls alone."""
from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

from days import SLOT_S
from wrap import SHORT_S, Wrap, fit_wrap

LAST_S = 90_000
"""A day's timeline ends at 25:00: services that began before midnight may run over."""
HOURS = LAST_S // 3600
SPLIT_S = 3_600
"""A pause longer than this ends a shift (split shifts), it is not part of one."""
AT_ONCE_S = 5
"""Callers in the queue for up to 5 s are no probe: they may have met an agent whose phone was ringing."""
CLOCKS_S = 3
"""The clocks of queue and services differ by up to this."""
AGE_S = (0, 5, 10, 20, 30, 45, SHORT_S, SPLIT_S)
"""Ages of a pause (s since the service) that are told apart."""
LEAST_PROBES = 500

WEEK = (7, 1, 2, 3, 4)
Array = np.ndarray


class Presence(NamedTuple):
    """duty: date, server, slot (half hour), agents (mean number on duty, 0 to 1), shift (the same for the whole time
    from first to last call). unavailable: share of agents not free to take a call, by age of their pause, while nobody
    waits (the last: more than a minute). away: the last by weekday (1-7) and hour; away_se: its mean standard error,
    Sunday to Thursday. absence_s: mean length of an absence."""

    duty: pl.DataFrame
    unavailable: Array
    away: dict[int, Array]
    away_se: float
    absence_s: float
    wrap: Wrap


class _Day(NamedTuple):
    """One day's queue (callers in the personal queue by second), its agents' merged services, and those of the
    services that were return calls."""

    date: object
    calls: pl.DataFrame
    queue: Array
    agents: dict[str, tuple[Array, Array]]
    return_calls: dict[str, tuple[Array, Array]]

    def pauses(self) -> Iterator[tuple[str, Array, Array]]:
        """(agent, begin, end) of the pauses within shifts."""
        for name, (first, last) in self.agents.items():
            inside = first[1:] - last[:-1] <= SPLIT_S
            yield name, last[:-1][inside], first[1:][inside]


def presence(calls: pl.DataFrame) -> Presence:
    """Who was on duty when.

    Every agent serves the personal queue. So an agent who pauses while somebody stands in that queue is either
    wrapping up or not there; but most pauses meet no queue, and then the log does not tell idle from away. The
    callers who arrive to an empty queue do tell: they have to wait if none of those in a pause is free. With k_i
    agents in a pause of age class i, P(wait) = f_0 prod u_i^k_i, u_i being the share of them who are not free. All
    are fitted by maximum likelihood; that of pauses over a minute, where most absences are, also hour by hour.

    On duty = in service, return calls excepted + free in a pause + wrapping up as the wrap-up law says (`fit_wrap`).
    The rest of the time between an agent's first and last call of a day, pauses of over an hour taken off, is absence.
    The mean length of absences is that of the long pauses in which somebody stood in the queue after a minute: those
    agents were away. Counting all who take a call in an hour would find 9.8 agents at 13:00, where 6 are on duty.
    """
    days = [_read_day(date, day) for (date,), day in calls.group_by("date", maintain_order=True)]
    wrap = fit_wrap([taken for day in days for taken in _take_ups(day)])
    unavailable, away, se = _fit_probes(np.concatenate([_probes(day) for day in days]))
    duty = pl.concat([_duty(day, wrap, unavailable, away) for day in days])
    ignored = np.concatenate([(end - begin - SHORT_S)[_waits(day, begin, end)] for day in days
                              for _, begin, end in day.pauses()])
    return Presence(duty, unavailable, away, se, SHORT_S + float(ignored.mean()), wrap)


def _read_day(date: object, calls: pl.DataFrame) -> _Day:
    queue = calls.filter((pl.col("queue") == "personal") & pl.col("queued"))
    change = np.zeros(LAST_S + 1, dtype=np.int64)
    start = queue["asked_s"].to_numpy()
    np.add.at(change, np.minimum(start, LAST_S), 1)
    np.add.at(change, np.minimum(start + queue["wait_s"].to_numpy(), LAST_S), -1)
    served = calls.filter(pl.col("server").is_not_null())
    return _Day(date, calls, np.cumsum(change), _services(served),
                _services(served.filter(pl.col("queue") == "return_calls")))


def _services(served: pl.DataFrame) -> dict[str, tuple[Array, Array]]:
    return {str(server): _merged(rows["start_s"].to_numpy(), rows["end_s"].to_numpy())
            for (server,), rows in served.group_by("server", maintain_order=True)}


def _merged(start: Array, end: Array) -> tuple[Array, Array]:
    """Services that overlap (consultations, wrong clocks: 1 % of them) as one."""
    order = np.argsort(start, kind="stable")
    start, end = np.minimum(start[order], LAST_S), np.minimum(np.maximum.accumulate(end[order]), LAST_S)
    fresh = np.concatenate([[True], start[1:] > end[:-1]])
    return start[fresh], end[np.concatenate([fresh[1:], [True]])]


def _take_ups(day: _Day) -> Iterator[tuple[Array, Array]]:
    """(seconds, taken up) of the pauses that began while somebody stood in the queue."""
    at = np.where(day.queue == 0, np.arange(len(day.queue)), len(day.queue))
    empty_at = np.minimum.accumulate(at[::-1])[::-1]
    for _, begin, end in day.pauses():
        waiting = day.queue[begin] > 0
        begin, end = begin[waiting], end[waiting]
        taken = empty_at[begin] >= end - CLOCKS_S
        yield np.where(taken, end, empty_at[begin]) - begin, taken


def _waits(day: _Day, begin: Array, end: Array) -> Array:
    """Long pauses in which somebody stands in the queue after a minute."""
    long: Array = end - begin > SHORT_S
    queued: Array = day.queue[np.minimum(begin + SHORT_S, LAST_S)] > 0
    both: Array = long & queued
    return both


def _probes(day: _Day) -> Array:
    """Personal calls that came to an empty queue, a row each: weekday, hour, queued, agents by age of their pause.

    Those put through are counted just before they ended somebody's pause.
    """
    calls = day.calls.filter((pl.col("queue") == "personal") & (pl.col("asked_s") > 0) & (pl.col("asked_s") < LAST_S)
                             & (~pl.col("queued") | (pl.col("wait_s") > AT_ONCE_S)))
    at = calls["asked_s"].to_numpy()
    counts = np.zeros((len(at), len(AGE_S) - 1))
    begin = np.concatenate([np.empty(0, np.int64), *(pause[1] for pause in day.pauses())])
    end = np.concatenate([np.empty(0, np.int64), *(pause[2] for pause in day.pauses())])
    for i, (low, high) in enumerate(pairwise(AGE_S)):
        reached = end - begin > low
        counts[:, i] = (np.searchsorted(np.sort(begin[reached] + low), at - CLOCKS_S + 1)
                        - np.searchsorted(np.sort(np.minimum(end[reached], begin[reached] + high)), at - CLOCKS_S))
    head = calls.select("weekday", pl.col("asked_s") // 3600, pl.col("queued").cast(pl.Int64)).to_numpy()
    rows: Array = np.hstack([head, counts])[day.queue[at - 1] == 0]
    return rows


def _fit_probes(probes: Array) -> tuple[Array, dict[int, Array], float]:
    """Shares not free by age; those of long pauses by weekday and hour; their mean standard error.

    log P(wait) = -(c_0 + sum k_i c_i); the c are fitted on a log scale, Sunday to Thursday together, then the last
    one alone: Sunday to Thursday hour by hour, Friday and Saturday one figure each.
    """
    from scipy.optimize import minimize, minimize_scalar

    def loss(log_c: Array, rows: Array) -> float:
        log_p = np.minimum(-np.exp(log_c[0]) - rows[:, 3:] @ np.exp(log_c[1:]), -1e-9)
        return -float(np.where(rows[:, 2] > 0, log_p, np.log(-np.expm1(log_p))).sum())

    week = probes[np.isin(probes[:, 0], WEEK)]
    best = minimize(loss, [-3.0] + [-1.0] * (len(AGE_S) - 1), args=(week,), method="BFGS").x

    def last(rows: Array) -> tuple[float, float]:
        def alone(x: float) -> float:
            return loss(np.append(best[:-1], x), rows)

        x, step = float(minimize_scalar(alone, bounds=(-6, 2), method="bounded").x), 0.05
        curvature = (alone(x + step) - 2 * alone(x) + alone(x - step)) / step**2
        share = float(np.exp(-np.exp(x)))
        return share, share * float(np.exp(x) / np.sqrt(curvature))

    hourly, errors = np.full(HOURS, np.exp(-np.exp(best[-1]))), []
    for hour in range(HOURS):
        rows = week[week[:, 1] == hour]
        if len(rows) >= LEAST_PROBES:
            hourly[hour], se = last(rows)
            errors.append(se)
    end = {day: np.full(HOURS, last(probes[probes[:, 0] == day])[0]) for day in (5, 6)}
    return np.exp(-np.exp(best[1:])), {**dict.fromkeys(WEEK, hourly), **end}, float(np.mean(errors))


def _duty(day: _Day, wrap: Wrap, unavailable: Array, away: dict[int, Array]) -> pl.DataFrame:
    """Date, server, slot, agents, shift of one day, from the weight of each second of each agent."""
    age = np.searchsorted(AGE_S, np.arange(SHORT_S), side="right") - 1
    wrapping = (1 - wrap.late) * wrap.still
    idle = 1 - unavailable[age] + np.minimum(unavailable[age], wrapping)
    called = wrapping / (wrap.late + wrapping)
    weekday = day.calls["weekday"][0]
    later = np.repeat(1 - away[weekday], 3600)
    tables = []
    for name, (first, last) in day.agents.items():
        weight, shift = np.zeros(LAST_S), np.zeros(LAST_S)
        for start, stop in zip(first.tolist(), last.tolist(), strict=True):
            weight[start:stop] = shift[start:stop] = 1.0
        for start, stop in zip(last[:-1].tolist(), first[1:].tolist(), strict=True):
            if stop - start > SPLIT_S:
                continue
            soon = min(stop, start + SHORT_S)
            nobody = day.queue[start:stop] == 0
            weight[start:soon] = np.where(nobody[:SHORT_S], idle[:soon - start], called[:soon - start])
            weight[soon:stop] = np.where(nobody[SHORT_S:], later[soon:stop], 0.0)
            shift[start:stop] = 1.0
        for start, stop in zip(*day.return_calls.get(name, ([], [])), strict=True):
            weight[start:stop] = 0.0
        tables.append(pl.DataFrame({"server": name, "slot": np.arange(LAST_S // SLOT_S),
                                    "agents": weight.reshape(-1, SLOT_S).mean(axis=1),
                                    "shift": shift.reshape(-1, SLOT_S).mean(axis=1)}))
    return pl.concat(tables).filter(pl.col("shift") > 0).select(pl.lit(day.date).alias("date"), pl.all())
