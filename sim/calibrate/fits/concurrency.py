"""Concurrency: how many agents there were, from how many contacts were served while others waited."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.calendar import Calendar
from sim.calibrate.fits.estimate import Flags, Floats, Ints
from sim.calibrate.fits.staffing import Staffing, TeamStaff, whole_heads
from sim.units import DAY, MINUTE

LOOK_S = 10.0
"""how often the log is looked at"""
RING_S = 5.0
"""a caller who waits no longer may have heard it ring at a free agent"""
HOLDS_S = 900.0
"""so long before and after a wait the number is taken to hold"""
LEAST_LOOKS = 3
"""looks at which somebody waits, of an interval that tells its number"""


class Concurrency(NamedTuple):
    """Agents on duty by team, day and interval, as the contacts show them."""

    skills: tuple[tuple[str, ...], ...]
    on_duty: Floats
    """shape (teams, days, intervals)"""
    told: Flags
    """of that shape: by somebody's wait in the interval, or in that of the same weekday and time on another day"""
    own: Flags
    """by somebody's wait in the interval itself"""
    se: Floats
    """standard error of those"""
    busy: float
    """share of these agents' time that was spent on contacts"""
    rest_s: float
    """mean rest of the contact in hand at any moment of it: E[S^2] / 2 E[S]"""
    note: str


class _Team(NamedTuple):
    """The same of one team, each of shape (days, intervals)."""

    on_duty: Floats
    told: Flags
    own: Flags
    se: Floats


class _Looks(NamedTuple):
    """What is seen every LOOK_S seconds, by queue."""

    served: Floats
    """shape (queues, days, looks a day): contacts in service"""
    waits: Flags
    """of that shape: whether somebody waits"""


def fit_concurrency(contacts: pl.DataFrame, days: Ints, weekday: Ints, interval_min: int) -> Concurrency:
    """Agents on duty where the log names none: while somebody waits, nobody who could take the contact is free, so the
    number in service is the number of agents.

    contacts: columns of a log and `at`, seconds since midnight of day 0; `days`: days that are asked for, with their
    weekdays. The log is looked at every 10 s. Within a quarter of an hour of a wait the number is taken to hold, but
    never less than are in service; beyond, it is not known. An interval is the mean over what is known of it, if
    somebody waited in it for half a minute; else the mean of the days on which that weekday's interval is known, then
    of all days at that time; and where nobody ever waits, the most that were in service: a lower bound, not told.
    One team for all queues, or one for each: whichever number holds still while its callers wait (`_teams`).
    Wrap-up that is not on record is not seen: agents in it are not counted, nor simulated. Agents who are away while
    nobody waits count as present. Errors: ValueError if no handled contact has a wait and a handle time.
    """
    rows = contacts.filter(pl.col("outcome").is_in(["handled", "abandoned"]))
    served = rows.filter(pl.col("outcome") == "handled").drop_nulls(["wait_s", "talk_s"])
    if served.is_empty():
        raise ValueError("no handled contact has a wait and a handle time, so nothing tells how many agents there were")
    spent = pl.col("talk_s") + pl.col("hold_s").fill_null(0.0) + pl.col("wrap_s").fill_null(0.0)
    served = served.select("queue", start=pl.col("at") + pl.col("wait_s"), spent=spent)
    queues = tuple(rows["queue"].unique().sort())
    looks = _looks(rows, served, queues, int(days.max()) + 1)
    looks = _Looks(looks.served[:, days], looks.waits[:, days])
    teams = _teams(looks, queues, interval_min)
    found = [_team(looks, [queues.index(queue) for queue in skills], weekday, interval_min) for skills in teams]
    on_duty, se = np.stack([each.on_duty for each in found]), np.stack([each.se for each in found])
    told, own = np.stack([each.told for each in found]), np.stack([each.own for each in found])
    length = served["spent"].to_numpy()
    busy = float(looks.served.sum()) * LOOK_S / max(float(on_duty.sum()) * interval_min * MINUTE, 1.0)
    rest = float((length**2).mean() / max(2.0 * length.mean(), 1e-9))
    return Concurrency(teams, on_duty, told, own, se, min(busy, 1.0), rest, _note(on_duty, told, own, se))


def staff_by_concurrency(contacts: pl.DataFrame, calendar: Calendar) -> Staffing | None:
    """The staffing of a scenario where the log names no agents, by `fit_concurrency`; None where nobody ever waits.

    Means over the regular days by weekday and interval, with standard errors from how the days differ, in whole heads.
    """
    days = np.array([(calendar.dates[i] - calendar.first).days for i in calendar.regular], dtype=np.int64)
    weekday = np.array([calendar.dates[i].weekday() for i in calendar.regular], dtype=np.int64)
    at = (pl.col("arrived") - pl.lit(calendar.first).cast(pl.Datetime("us"))).dt.total_microseconds() / 1e6
    try:
        found = fit_concurrency(contacts.with_columns(at=at), days, weekday, calendar.interval_min)
    except ValueError:
        return None
    if not found.own.any():
        return None
    means = np.zeros((len(found.skills), 7, found.on_duty.shape[2]))
    errors = np.full(means.shape, np.nan)
    for day in range(7):
        own = found.on_duty[:, weekday == day]
        n = own.shape[1]
        if n:
            means[:, day] = own.mean(axis=1)
        if n > 1:
            errors[:, day] = own.std(axis=1, ddof=1) / np.sqrt(n)
    finishing = found.busy * found.rest_s / (calendar.interval_min * MINUTE)
    heads = whole_heads(means, found.skills, {name: calendar.open_slots(name) for name in calendar.open}, finishing)
    teams = tuple(TeamStaff(*each, 0) for each in zip(found.skills, means, errors, heads, strict=True))
    return Staffing(calendar.interval_min, teams, finishing, np.ones(24), np.ones(24), None, found.note)


def _looks(rows: pl.DataFrame, served: pl.DataFrame, queues: tuple[str, ...], days: int) -> _Looks:
    times = int(days * DAY / LOOK_S)

    def at_once(start: Floats, end: Floats) -> Floats:
        """How many of these spells hold at each look."""
        first = np.clip(np.ceil(start / LOOK_S), 0, times).astype(np.int64)
        last = np.clip(np.ceil(end / LOOK_S), 0, times).astype(np.int64)
        change = np.bincount(first, minlength=times + 1) - np.bincount(last, minlength=times + 1)
        return np.cumsum(change)[:times].astype(np.float64)

    found, waits = [], []
    for queue in queues:
        own = served.filter(pl.col("queue") == queue)
        start = own["start"].to_numpy()
        found.append(at_once(start, start + own["spent"].to_numpy()))
        held = rows.filter((pl.col("queue") == queue) & (pl.col("wait_s") > RING_S))
        since = held["at"].to_numpy()
        waits.append(at_once(since + RING_S, since + held["wait_s"].to_numpy()) > 0)
    shape = len(queues), days, -1
    return _Looks(np.array(found).reshape(shape), np.array(waits).reshape(shape))


def _teams(looks: _Looks, queues: tuple[str, ...], interval_min: int) -> tuple[tuple[str, ...], ...]:
    """One team, or one for each queue: whose number in service holds still while a queue's callers wait.

    Sums of squares within intervals, while somebody waits, over those at any other time: near 0 where a number is that
    of all agents, near 1 where it has nothing to do with the queue.
    """
    if len(queues) == 1:
        return (queues,)
    whole, anyone = looks.served.sum(axis=0), looks.waits.any(axis=0)
    apart = [_scatter(own, waits, interval_min) for own, waits in zip(looks.served, looks.waits, strict=True)]
    own = sum(waiting for waiting, _ in apart) / max(sum(other for _, other in apart), 1e-9)
    waiting, other = _scatter(np.asarray(whole), np.asarray(anyone), interval_min)
    return tuple((queue,) for queue in queues) if own < waiting / max(other, 1e-9) else (queues,)


def _scatter(served: Floats, waits: Flags, interval_min: int) -> tuple[float, float]:
    """Variance about the mean of each interval, at looks at which somebody waits and at others with a service."""
    here = _by_interval(served, interval_min)
    found = []
    for seen in (waits, ~waits & (served > 0)):
        counted = _by_interval(seen.astype(np.float64), interval_min)
        n = counted.sum(axis=2)
        mean = (here * counted).sum(axis=2) / np.maximum(n, 1.0)
        found.append(float((counted * (here - mean[..., None]) ** 2).sum()) / max(float(n.sum()), 1.0))
    return found[0], found[1]


def _by_interval(looks: Floats, interval_min: int) -> Floats:
    """Shape (days, intervals, looks of an interval)."""
    return looks.reshape(len(looks), 1440 // interval_min, -1)


def _team(looks: _Looks, queues: list[int], weekday: Ints, interval_min: int) -> _Team:
    served = np.asarray(looks.served[queues].sum(axis=0))
    waits = np.asarray(looks.waits[queues].any(axis=0))
    held = np.maximum(_held(served, waits), served)  # nan beyond a quarter of an hour of a wait
    cells, seen = _by_interval(held, interval_min), _by_interval(waits.astype(np.float64), interval_min)
    known = np.isfinite(cells)
    own = (seen.sum(axis=2) >= LEAST_LOOKS) & (known.mean(axis=2) >= 0.5)
    number = np.where(known, cells, 0.0).sum(axis=2) / np.maximum(known.sum(axis=2), 1)
    off = np.where(known, (cells - number[..., None]) ** 2, 0.0).sum(axis=2) / np.maximum(known.sum(axis=2) - 1, 1)
    # looks within a contact's length show the same agents: as many observations as quarters of an hour
    se = np.sqrt(off / np.maximum(known.sum(axis=2) * LOOK_S / HOLDS_S, 1.0))
    most = _by_interval(served, interval_min).max(axis=2)
    on_duty, told = np.where(own, number, 0.0), own.copy()
    for alike in (weekday[:, None] == weekday[None, :], np.ones((len(weekday), len(weekday)), dtype=bool)):
        many = alike.astype(np.float64) @ own
        usual = alike.astype(np.float64) @ np.where(own, number, 0.0) / np.maximum(many, 1.0)
        here = ~told & (many > 0) & (most > 0)
        on_duty[here], told[here] = np.maximum(usual, most)[here], True
    on_duty[~told] = most[~told]
    return _Team(on_duty, told, own, np.where(own, se, np.nan))


def _held(served: Floats, waits: Flags) -> Floats:
    """The number in service at the nearest look at which somebody waits, nan if that is over HOLDS_S away."""
    found = np.full(served.shape, np.nan)
    at = np.arange(served.shape[1], dtype=np.float64)
    for day, here in enumerate(waits):
        places = np.flatnonzero(here)
        if len(places):
            after = np.minimum(np.searchsorted(places, at), len(places) - 1)
            before = np.maximum(after - 1, 0)
            nearer = np.abs(at - places[before]) <= np.abs(at - places[after])
            place = np.where(nearer, places[before], places[after])
            near = np.abs(at - place) * LOOK_S <= HOLDS_S
            found[day, near] = served[day, place[near]]
    return found


def _note(on_duty: Floats, told: Flags, own: Flags, se: Floats) -> str:
    there = on_duty > 0
    error = float(np.nanmedian(se[own])) if own.any() else float("nan")
    return (
        f"no agents in the log: as many as were in service while somebody waited, in {int(own.sum())} of "
        f"{int(there.sum())} intervals (standard error {error:.2f}, median); {int((told & there & ~own).sum())} as on "
        f"other days at that time; in {int((there & ~told).sum())} nobody ever waits, and the most in service are a "
        "lower bound"
    )


__all__ = ["Concurrency", "fit_concurrency", "staff_by_concurrency"]
