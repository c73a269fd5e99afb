"""Presence: which agents serve what, and when each of them was on duty, from the contacts alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Flags, Floats, Ints
from sim.calibrate.fits.named import MOSTLY, named_share
from sim.calibrate.fits.wrap import SHORT_S, Wrap, fit_wrap

IGNORED_S = 20.0
"""an agent who lets callers stand in their own queues for longer than this in a pause is not there"""
IDLE_S = 1_200.0
"""a pause longer than this, and than 8 times the usual one of the hour, is an absence even if nobody waited"""
SPLIT_S = 3_600.0
"""a pause longer than this ends a shift; shorter ones are absences within it"""
CLOCKS_S = 3.0
"""clocks of queue and service may differ by so much"""
STEP_S, LONG_S = 10.0, 7_200.0
"""steps in which the rest of contacts is found, and the spell after which it no longer changes"""
SKILL = 0.2
"""an agent serves a queue whose share of their contacts is this part of its share of all contacts, or more"""
LEAST_SKILL = 3
SMALL_TEAM = 0.02
"""a set of skills that takes less than this share of the contacts joins the one most like it"""


class Teams(NamedTuple):
    """Who serves what."""

    of: dict[str, int]
    """team of each agent"""
    skills: tuple[tuple[str, ...], ...]
    """queues of each team"""


class Presence(NamedTuple):
    """When agents were on duty. Seconds are counted from midnight of the log's first day."""

    teams: Teams
    team: Ints
    agent: Ints
    """place in `teams.of`"""
    start: Floats
    end: Floats
    """spells on duty, a row each"""
    away: float
    """share of the shift (pauses of over an hour taken off) that agents are away"""
    absence_s: float
    """mean length of an absence within a shift"""
    idle_s: float
    """mean time between a contact's end and the next one's beginning, absences apart"""
    busy: float
    """share of the time on duty spent on contacts, wrap-up included"""
    rest_s: float
    """mean rest of the contact in hand at any moment of it: E[S^2] / 2 E[S]"""
    rest_at_leave_s: float
    """mean rest of the contact in hand where a spell like these ends, 0 for who is idle then (`_rest_at_leave`)"""
    wrap: Wrap | None
    """wrap-up read from the pauses, where it is not on record"""
    agents: int
    services: int


class Waiting(NamedTuple):
    """When somebody stood in any of some queues: stretches that do not touch, in order."""

    start: Floats
    end: Floats
    upto: Floats
    """seconds of waiting before each stretch"""

    def waited(self, at: Floats) -> Floats:
        """Seconds up to these moments in which somebody waited."""
        k = np.searchsorted(self.start, at, side="right") - 1
        inside = np.clip(at - self.start[k], 0.0, self.end[k] - self.start[k])
        return np.asarray(np.where(k >= 0, self.upto[k] + inside, 0.0))

    def following(self, at: Floats) -> Floats:
        """The first moment from these on in which somebody waits; inf if nobody does any more."""
        k = np.searchsorted(self.end, at, side="right")
        start = np.append(self.start, np.inf)[k]
        return np.asarray(np.maximum(start, at))

    def before(self, at: Floats) -> Floats:
        """The last moment up to these in which somebody waited; -inf if nobody did before."""
        k = np.searchsorted(self.start, at, side="left") - 1
        return np.asarray(np.minimum(np.where(k >= 0, self.end[np.maximum(k, 0)], -np.inf), at))


def waiting(contacts: pl.DataFrame, queues: tuple[str, ...]) -> Waiting:
    """When somebody waited in one of these queues; the contacts have `at`, seconds, and `wait_s`."""
    own = contacts.filter(pl.col("queue").is_in(queues) & (pl.col("wait_s") > 0.0)).sort("at")
    start = own["at"].to_numpy()
    if not len(start):
        never = np.array([1e18])
        return Waiting(never, never, np.zeros(1))
    end = np.maximum.accumulate(start + own["wait_s"].to_numpy())
    fresh = np.concatenate(([True], start[1:] > end[:-1]))
    first, last = start[fresh], end[np.concatenate((fresh[1:], [True]))]
    return Waiting(first, last, np.concatenate(([0.0], np.cumsum(last - first)[:-1])))


def fit_teams(contacts: pl.DataFrame) -> Teams:
    """Agents with the same queues are a team.

    An agent serves a queue that makes up a fifth or more of the share it has of all contacts, in 3 contacts or more.
    Sets of skills with under 2 % of the contacts join the set with which they share most (then the larger one).
    """
    taken = contacts.filter((pl.col("outcome") == "handled") & pl.col("agent").is_not_null())
    cells = taken.group_by("agent", "queue").agg(n=pl.len())
    cells = cells.with_columns(
        own=pl.col("n") / pl.col("n").sum().over("agent"), usual=pl.col("n").sum().over("queue") / pl.col("n").sum()
    )
    most = pl.col("n") == pl.col("n").max().over("agent")
    able = (pl.col("own") >= SKILL * pl.col("usual")) & (pl.col("n") >= LEAST_SKILL) | most
    sets = (
        cells.with_columns(able=able)
        .group_by("agent")
        .agg(pl.col("queue").filter(pl.col("able")).sort().alias("skills"), pl.col("n").sum())
        .sort("agent")
    )
    size: dict[tuple[str, ...], int] = {}
    for skills, n in sets.select("skills", "n").iter_rows():
        size[tuple(skills)] = size.get(tuple(skills), 0) + n
    kept = [skills for skills, n in size.items() if n >= SMALL_TEAM * sum(size.values())]
    kept.sort(key=lambda skills: (-size[skills], skills))

    def nearest(skills: tuple[str, ...]) -> int:
        alike = [len(set(skills) & set(other)) / len(set(skills) | set(other)) for other in kept]
        return int(np.argmax(alike))

    return Teams({agent: nearest(tuple(skills)) for agent, skills, _ in sets.iter_rows()}, tuple(kept))


def fit_presence(contacts: pl.DataFrame) -> Presence:
    """When agents were on duty.

    On duty is who is between one contact and the next, but for pauses that show an absence: those in which callers
    stood in the agent's own queues for more than 20 s (a minute of wrap-up allowed for where it is not on record), and
    those longer than 20 minutes and 8 times the hour's median pause. Where ignored callers show an absence, it is taken
    to begin in the middle between the last contact and the first ignored caller, and to end in the middle between the
    last one and the next contact; else, as at both ends of a shift, the agent stayed, and had been there before, for
    the hour's mean idle time. Whether an agent who takes nobody is there while nobody waits cannot be seen.
    Errors: ValueError if no handled contact has an agent, an answer and a handle time, or under half have an agent.
    """
    first = contacts["arrived"].min()
    at = (pl.col("arrived") - pl.lit(first).dt.truncate("1d")).dt.total_microseconds() / 1e6
    contacts = contacts.with_columns(at=at)
    teams = fit_teams(contacts)
    served = contacts.filter(pl.col("outcome") == "handled").drop_nulls(["agent", "wait_s", "talk_s"])
    if served.is_empty():
        raise ValueError("no handled contact has an agent, an answer and a handle time")
    if (share := named_share(contacts)) < MOSTLY:
        raise ValueError(f"only {100 * share:.0f} % of the handled contacts have an agent")
    recorded = served["wrap_s"].null_count() < served.height
    spent = pl.col("talk_s") + pl.col("hold_s").fill_null(0.0) + pl.col("wrap_s").fill_null(0.0)
    names = {name: i for i, name in enumerate(teams.of)}
    served = served.select(
        agent=pl.col("agent").replace_strict(names, return_dtype=pl.Int64),
        start=pl.col("at") + pl.col("wait_s"),
        spent=spent,
    ).sort("agent", "start")
    agent, start, length = (served[name].to_numpy() for name in ("agent", "start", "spent"))
    end = _latest(agent, start + length)
    team = np.array(list(teams.of.values()), dtype=np.int64)[agent]
    same = agent[1:] == agent[:-1]
    begin, stop = end[:-1], np.maximum(start[1:], end[:-1])
    pauses = [_pauses(contacts, teams.skills[t], begin, stop, same & (team[1:] == t)) for t in range(len(teams.skills))]
    wrap = None if recorded else fit_wrap([one.taken_up(begin, stop) for one in pauses])
    wrap_s = 0.0 if wrap is None else wrap.mean_s
    ignored = np.sum([one.ignored for one in pauses], axis=0)
    seen = ignored > 0.0
    left = np.max([one.left for one in pauses], axis=0)
    back = np.max([one.back for one in pauses], axis=0)
    pause = stop - begin
    hour = (begin // 3600).astype(np.int64) % 24
    usual, limit = _usual(pause, hour, same & (ignored <= IGNORED_S) & (pause < SPLIT_S))
    away = same & (
        (ignored > IGNORED_S) & (pause > (SHORT_S if wrap is not None else IGNORED_S)) | (pause > limit[hour])
    )
    split = ~same | (pause > SPLIT_S)
    cut = away | ~same
    idle = np.maximum(usual - wrap_s, 0.0)
    busy_now = float((length + wrap_s).sum())
    stays = np.minimum(idle[hour], 0.45 * np.where(same, pause, np.inf))
    comes = np.minimum(idle[(start[1:] // 3600).astype(np.int64) % 24], 0.45 * np.where(same, pause, np.inf))
    # Who is busy when the shift ends goes after that contact: only the idle part of the agents stays.
    quiet = float(np.clip(1.0 - busy_now / max(busy_now + float(pause[same & ~away].sum()), 1.0), 0.0, 1.0))
    known = seen & same
    off = np.where(
        known & away,
        np.minimum(left + wrap_s, stop),
        np.minimum(begin + wrap_s + quiet * stays, np.where(same, stop, np.inf)),
    )
    on = np.where(known & away, back, start[1:] - comes)
    on = np.where(same, np.maximum(on, off), on)
    edge = float(idle[int(start[0] // 3600) % 24]), quiet * float(idle[int(end[-1] // 3600) % 24]) + wrap_s
    starts = np.concatenate(([start[0] - edge[0]], on[cut]))
    ends = np.concatenate((off[cut], [end[-1] + edge[1]]))
    first_of = np.concatenate(([0], np.flatnonzero(cut) + 1))
    gone = (on - off)[away & ~split]
    total = float((ends - starts).sum())
    busy = min(1.0, busy_now / max(total, 1.0))
    return Presence(
        teams, team[first_of], agent[first_of], np.maximum(starts, 0.0), ends,
        float(gone.sum() / max(total + gone.sum(), 1.0)), float(gone.mean()) if len(gone) else 0.0,
        float(pause[same & ~away].mean()) if (same & ~away).any() else 0.0, busy,
        float(((length + wrap_s) ** 2).mean() / max(2.0 * (length + wrap_s).mean(), 1e-9)),
        _rest_at_leave(ends - starts, length + wrap_s, busy), wrap, len(names), len(agent),
    )  # fmt: skip


def _rest_at_leave(spells: Floats, contacts: Floats, busy: float) -> float:
    """Mean rest of the contact in hand at the end of spells, of an agent who takes contacts from their beginning on.

    Contacts follow one another with a pause that leaves the share `busy`. After a long spell the rest is what it is at
    any moment, `busy` E[S^2] / 2 E[S]; a short one holds no long contact that began long ago, which counts where
    contacts vary much. By the renewal equation, in steps of 10 s: rest(t) = E[(S - t)+] + E[rest(t - S - pause)].
    """
    at = np.arange(0.0, LONG_S + 1.0, STEP_S)
    ordered = np.sort(contacts)
    above = np.concatenate((np.cumsum(ordered[::-1])[::-1], [0.0]))
    later = np.searchsorted(ordered, at, side="right")
    rest = (above[later] - (len(ordered) - later) * at) / len(ordered)
    pause = float(contacts.mean()) * (1.0 - busy) / max(busy, 1e-9)
    steps = np.maximum(np.ceil((contacts + pause) / STEP_S), 1.0).astype(np.int64)
    cycle = np.bincount(steps) / len(contacts)
    for k in range(1, len(at)):
        most = min(k, len(cycle) - 1)
        rest[k] += cycle[1 : most + 1] @ rest[k - most : k][::-1]
    return float(np.interp(spells, at, rest).mean())


def _latest(agent: Ints, end: Floats) -> Floats:
    """The latest end of each agent's contacts so far: contacts that overlap count as one."""
    span = float(end.max()) + 1.0
    return np.asarray(np.maximum.accumulate(end + agent * span) - agent * span)


class _Pauses(NamedTuple):
    """Of all pauses; 0 for those of other teams."""

    who: Flags
    ignored: Floats
    left: Floats
    back: Floats
    queue: Waiting

    def taken_up(self, begin: Floats, stop: Floats) -> tuple[Floats, Flags]:
        """(seconds, whether a contact ended it) of pauses that began while somebody waited."""
        begin, stop = begin[self.who], stop[self.who]
        short = stop - begin <= SPLIT_S
        begin, stop = begin[short], stop[short]
        k = np.searchsorted(self.queue.start, begin, side="right") - 1
        until = np.where(k >= 0, self.queue.end[np.maximum(k, 0)], -np.inf)
        stands = until > begin
        begin, stop, until = begin[stands], stop[stands], until[stands]
        taken = until >= stop - CLOCKS_S
        return np.where(taken, stop, until) - begin, np.asarray(taken)


def _pauses(contacts: pl.DataFrame, queues: tuple[str, ...], begin: Floats, stop: Floats, who: Flags) -> _Pauses:
    queue = waiting(contacts, queues)
    ignored, left, back = np.zeros(len(begin)), np.zeros(len(begin)), np.zeros(len(begin))
    own_begin, own_stop = begin[who], stop[who]
    ignored[who] = queue.waited(own_stop) - queue.waited(own_begin)
    ahead = np.clip(np.minimum(queue.following(own_begin), own_stop) - own_begin, 0.0, IDLE_S)
    behind = np.clip(own_stop - np.maximum(queue.before(own_stop), own_begin), 0.0, IDLE_S)
    left[who], back[who] = own_begin + ahead / 2.0, own_stop - behind / 2.0
    return _Pauses(who, ignored, left, back, queue)


def _usual(pause: Floats, hour: Ints, kept: Flags) -> tuple[Floats, Floats]:
    """By hour of day: mean of the pauses in which nobody is ignored, and from when on one is an absence."""
    whole = float(np.median(pause[kept])) if kept.any() else 0.0
    mean, limit = np.full(24, whole), np.full(24, max(IDLE_S, 8.0 * whole))
    for h in range(24):
        own = pause[kept & (hour == h)]
        if len(own) >= 20:
            limit[h] = max(IDLE_S, 8.0 * float(np.median(own)))
            mean[h] = float(own[own <= limit[h]].mean())
    return mean, limit
