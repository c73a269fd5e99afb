"""Staffing: how many agents of each team are on duty by weekday and interval, and as whole heads for a scenario."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.agents import Speeds, factors_of
from sim.calibrate.fits.calendar import Calendar
from sim.calibrate.fits.estimate import Flags, Floats, Ints
from sim.calibrate.fits.named import nameless_days
from sim.calibrate.fits.presence import Presence
from sim.units import MINUTE

GOLDEN = 0.6180339887498949


class TeamStaff(NamedTuple):
    """One team's agents."""

    skills: tuple[str, ...]
    on_duty: Floats
    """shape (7, intervals): mean over regular days"""
    se: Floats
    """of that mean, from how the days differ"""
    heads: Ints
    """shape (7, intervals): whole agents for the scenario"""
    agents: int
    """different people"""
    factors: tuple[float, ...] | None = None
    """handle factors of agents who are known one by one; (): all as those who took the contacts; None: as agents differ
    (`factors`)"""


class Staffing(NamedTuple):
    """Agents on duty as measured and as a scenario has them."""

    interval_min: int
    teams: tuple[TeamStaff, ...]
    finishing: float
    """of an interval: how much longer who goes off duty is expected to stay, for the contact in hand"""
    pace: Floats
    """shape (24,): handle time by hour of day over what the queues' means give; 1 where not known"""
    own_pace: Floats
    """the same over what the queues' means and the speeds of the agents at work give"""
    presence: Presence | None
    note: str

    @property
    def on_duty(self) -> Floats:
        """All teams, shape (7, intervals)."""
        return np.asarray(np.sum([team.on_duty for team in self.teams], axis=0))


def fit_staffing(
    contacts: pl.DataFrame, calendar: Calendar, presence: Presence, speeds: Speeds | None = None
) -> Staffing:
    """The measured number on duty, team by team, in whole heads.

    Spells on duty are cut at the intervals' borders and added up: mean number by weekday and interval, regular days
    on which contacts say who took them.
    Heads = that number over the hour's pace (handle times that are longer at noon than the queues' laws can show need
    more agents), rounded now up, now down (`whole_heads`).
    Who goes off duty in the model finishes the contact in hand; what that is expected to add (share busy times the
    mean rest of a contact, E[S^2] / 2 E[S]) is taken off.
    """
    step = calendar.interval_min * MINUTE
    slots = 1440 // calendar.interval_min
    silent = nameless_days(contacts)
    dates = [calendar.dates[i] for i in calendar.regular if calendar.dates[i] not in silent]
    ordinal = np.array([(date - calendar.first).days for date in dates], dtype=np.int64)
    weekday = np.array([date.weekday() for date in dates], dtype=np.int64)
    pace = _pace(contacts, None)
    means, errors = [], []
    for number in range(len(presence.teams.skills)):
        own = presence.team == number
        table = by_day(presence.start[own], presence.end[own], step, slots, ordinal)
        means.append(np.array([_mean(table[weekday == day]) for day in range(7)]))
        errors.append(np.array([_se(table[weekday == day]) for day in range(7)]))
    finishing = presence.busy * presence.rest_s / step
    opened = {queue: calendar.open_slots(queue) for queue in calendar.open}
    wanted = (
        np.array(means) / np.repeat(pace, 60 // calendar.interval_min if calendar.interval_min <= 60 else 1)[:slots]
    )
    heads = whole_heads(wanted, presence.teams.skills, opened, finishing)
    count = np.bincount(np.array(list(presence.teams.of.values())), minlength=len(means))
    teams = tuple(
        TeamStaff(skills, mean, se, own, int(n))
        for skills, mean, se, own, n in zip(presence.teams.skills, means, errors, heads, count, strict=True)
    )
    note = (
        f"{presence.services} contacts of {presence.agents} agents; away {100 * presence.away:.1f} % of their shifts, "
        f"{presence.absence_s:.0f} s at a time; busy {100 * presence.busy:.0f} % of the time on duty"
    )
    return Staffing(calendar.interval_min, teams, finishing, pace, _pace(contacts, speeds), presence, note)


def by_day(start: Floats, end: Floats, step: float, slots: int, ordinal: Ints) -> Floats:
    """Mean number on duty in spells from `start` to `end`, shape (these days, intervals)."""
    spells = pl.DataFrame({"start": start, "end": end}).filter(pl.col("end") > pl.col("start"))
    cut = spells.with_columns(
        cell=pl.int_ranges((pl.col("start") // step).cast(pl.Int64), (pl.col("end") / step).ceil().cast(pl.Int64))
    ).explode("cell")
    seconds = pl.min_horizontal("end", (pl.col("cell") + 1) * step) - pl.max_horizontal("start", pl.col("cell") * step)
    found = cut.group_by("cell").agg((seconds.sum() / step).alias("agents"))
    days = int(ordinal.max()) + 2 if len(ordinal) else 1
    table = np.zeros(days * slots)
    cell = found["cell"].to_numpy()
    inside = (cell >= 0) & (cell < len(table))
    table[cell[inside]] = found["agents"].to_numpy()[inside]
    return table.reshape(days, slots)[ordinal]


def _mean(table: Floats) -> Floats:
    return table.mean(axis=0) if len(table) else np.zeros(table.shape[1])


def _se(table: Floats) -> Floats:
    if len(table) < 2:
        return np.full(table.shape[1], np.nan)
    return np.asarray(table.std(axis=0, ddof=1) / math.sqrt(len(table)))


def _pace(contacts: pl.DataFrame, speeds: Speeds | None) -> Floats:
    """Handle time by hour over what queues' means and agents' factors give; 1 in hours with under 100 contacts."""
    handle = pl.col("talk_s") + pl.col("hold_s").fill_null(0.0) + pl.col("wrap_s").fill_null(0.0)
    rows = contacts.filter((pl.col("outcome") == "handled") & pl.col("talk_s").is_not_null())
    rows = rows.select(
        "queue", hour=pl.col("arrived").dt.hour().cast(pl.Int64), handle=handle, factor=factors_of(rows, speeds)
    )
    usual = pl.col("factor") * pl.col("handle").mean().over("queue") / pl.col("factor").mean().over("queue")
    by_hour = (
        rows.with_columns(usual=usual)
        .group_by("hour")
        .agg(n=pl.len(), pace=pl.col("handle").sum() / pl.col("usual").sum())
        .filter((pl.col("n") >= 100) & pl.col("pace").is_finite() & (pl.col("pace") > 0))
    )
    pace = np.ones(24)
    pace[by_hour["hour"].to_numpy()] = by_hour["pace"].to_numpy()
    return pace


def whole_heads(
    wanted: Floats, skills: tuple[tuple[str, ...], ...], opened: dict[str, Flags], finishing: float
) -> Ints:
    """Whole heads, shape (teams, 7, intervals), for mean numbers of that shape.

    The sum w of an interval becomes floor(w + u), with u evenly spread over the weekdays of each interval and over the
    intervals of each weekday (golden ratio): on average w, and nearly always 11 for 11.05. The heads go to the teams,
    one by one, to whoever is furthest behind; a queue that is open and has nobody yet goes first. Each head that was
    there an interval before counts as `finishing` heads. While no queue of a team is open, fewer than half an agent is
    nobody: people who sign on a little early, or finish a contact.
    """
    teams, _, slots = wanted.shape
    whole = np.zeros(wanted.shape, dtype=np.int64)
    for day in range(7):
        behind = np.zeros(teams)
        for slot in range(slots):
            bare = {queue for queue, table in opened.items() if table[day, slot]}
            here = np.array([
                own if bare & set(skills[t]) or own >= 0.5 else 0.0 for t, own in enumerate(wanted[:, day, slot])
            ])  # fmt: skip
            behind += here
            phase = (0.5 + day / 7.0 + slot * GOLDEN) % 1.0
            before = int(whole[:, day, slot - 1].sum()) if slot else 0
            heads = math.floor(float(here.sum()) + phase)
            heads = max(0, math.floor(float(here.sum()) - finishing * max(before - heads, 0) + phase))
            for _ in range(heads):
                able = [t for t in range(teams) if bare & set(skills[t]) and behind[t] > -1.0] or list(range(teams))
                team = max(able, key=lambda t: float(behind[t]))
                whole[team, day, slot] += 1
                behind[team] -= 1.0
                bare -= set(skills[team])
    return whole


def factors(speeds: Speeds, heads: Ints, busy: float) -> list[float]:
    """Handle factors for a team's agents in turn, spread as agents' speeds are: exp(spread z).

    z are normal quantiles at van der Corput's sequence, so that any first few of them are spread about 1, too: in a
    team staffed by interval (`heads`, shape (7, intervals)) the first agents work always, the last at the peak only.
    Scaled so that contacts take as long on average as with typical agents: who is fast takes more of them. Where agents
    take turns and are busy for a share `busy` of the time, contacts taken go as 1 / (f + (1 - busy) / busy) with the
    factor f: a contact, and the pause before the next, which is as long for everybody.
    """
    from scipy.special import ndtri

    most = int(heads.max())
    if not speeds.spread.value or most < 2:
        return [1.0]
    found = np.exp(speeds.spread.value * ndtri([_van_der_corput(i + 1) for i in range(most)]))
    present = (heads.ravel()[:, None] > np.arange(most)).sum(axis=0)
    pause = (1.0 - busy) / busy if 0.0 < busy < 1.0 else 0.0
    for _ in range(20):
        taken = present / (found + pause)
        found = found * float(taken.sum() / (taken @ found))
    return [round(float(one), 4) for one in found]


def _van_der_corput(number: int) -> float:
    out, base = 0.0, 0.5
    while number:
        out, base, number = out + base * (number & 1), base / 2.0, number >> 1
    return out


__all__ = ["Staffing", "TeamStaff", "by_day", "factors", "fit_staffing", "whole_heads"]
