"""The held-out part of a log of contacts: who was on duty by their calls, or by how many were served while others
waited, and what happened by hour."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.calibrate.fits.concurrency import fit_concurrency
from sim.calibrate.fits.estimate import Flags, Floats
from sim.calibrate.fits.everything import Fitted
from sim.calibrate.fits.named import MOSTLY, named_share, nameless_days
from sim.calibrate.fits.presence import CLOCKS_S, Presence, fit_presence
from sim.calibrate.fits.staffing import by_day
from sim.calibrate.held_out import Days, HeldOut, days_of
from sim.calibrate.hourly import CONTACT_KPIS, HOURS, SUMS, Hourly, of_log, seconds_by_hour
from sim.calibrate.recorded_duty import Recorded
from sim.calibrate.scores import LEAST
from sim.units import HOUR, MINUTE

WORTH_SAYING = 0.05
"""share of contacts from which the report says that its agents may not be those who were there"""


class _Staff(NamedTuple):
    """Who was on duty."""

    skills: tuple[tuple[str, ...], ...]
    factors: tuple[float | None, ...]
    on_duty: Floats
    """shape (teams, days, intervals)"""
    recorded: Recorded | None
    duty_s: Floats
    """seconds of duty by judged hour"""
    finishing: float
    wrap_s: float
    """wrap-up that is not on record"""
    unknown: Flags
    """judged hours in which nobody can tell"""
    blind: str
    """why"""
    notes: tuple[str, ...]


def held_contacts(contacts: pl.DataFrame, after: pl.DataFrame, fitted: Fitted, within_s: float) -> HeldOut:
    """The part `after` of a log, as it happened.

    Agents on duty are read from the held-out contacts themselves, day by day: the schedule, as a planner knows it, with
    the absences of the day. By agents' calls (`fit_presence`), on days on which these have an agent; where most have
    none, by how many are served while somebody waits (`fit_concurrency`). Raises ValueError if no day is left, or
    nothing tells the agents.
    """
    days = days_of(contacts, after, fitted)
    midnight = dt.datetime.combine(days.first, dt.time())
    at = (pl.col("arrived") - pl.lit(midnight)).dt.total_microseconds() / 1e6
    every = after.with_columns(at=at)
    rows = every.filter(
        pl.col("outcome").is_in(["handled", "abandoned"]) & pl.col("queue").is_in(list(fitted.queues))
    )
    if not (rows["outcome"] == "handled").any():
        raise ValueError("on the days to predict nobody answered in the queues of the first part: "
                         f"{', '.join(fitted.queues)}")  # fmt: skip
    named = min(named_share(after), named_share(rows)) >= MOSTLY
    staff = _by_presence(every, days, fitted) if named else _by_concurrency(every, days, fitted)
    actual = _actual(rows, tuple(fitted.queues), days, staff, within_s)
    notes = staff.notes
    blind = int((staff.unknown & (actual.summed("offered")[0, 0] >= LEAST)).sum())
    if blind:
        notes += (f"{blind} hours with {LEAST:.0f} contacts or more are not judged: {staff.blind}.",)
    return HeldOut(days.first, days.judged, days.odd, staff.skills, staff.factors, staff.on_duty, staff.recorded,
                   staff.finishing, rows, actual, CONTACT_KPIS, staff.unknown, within_s, notes)  # fmt: skip


def _by_presence(every: pl.DataFrame, days: Days, fitted: Fitted) -> _Staff:
    """The same by agents' calls: each agent is a team, there to the second when the calls show it.

    The fitted part tells how fast they are; newcomers are as fast as those who took its contacts. While they serve a
    queue that the fitted part does not know, they are away.
    """
    presence = fit_presence(every)
    names = presence.teams.of
    skills = tuple(presence.teams.skills[team] for team in names.values())
    known = fitted.speeds.factors if fitted.speeds is not None else {}
    slots = 1440 // fitted.interval_min
    wrap_s = presence.wrap.mean_s if presence.wrap is not None else 0.0
    recorded, notes = _for_these_queues(presence, every, fitted, wrap_s)
    on_duty = np.stack([
        by_day(recorded.start[own], recorded.end[own], fitted.interval_min * MINUTE, slots, days.every)
        for own in (recorded.agent == agent for agent in range(len(names)))
    ])  # fmt: skip
    duty_s = seconds_by_hour(recorded.start, recorded.end, days.judged)
    silent = nameless_days(every)
    unknown = np.repeat([days.first + dt.timedelta(days=int(day)) in silent for day in days.judged], HOURS)
    factors = tuple(known.get(name) for name in names)
    return _Staff(skills, factors, on_duty, recorded, duty_s, 0.0, wrap_s, unknown,
                  "on their days most contacts do not say who took them", notes + _cautions(every, silent))  # fmt: skip


def _cautions(every: pl.DataFrame, silent: set[dt.date]) -> tuple[str, ...]:
    """What makes the agents' calls a poor witness of who was there, from 5 % of the contacts on."""
    said = []
    handled = every.filter((pl.col("outcome") == "handled") & ~pl.col("arrived").dt.date().is_in(list(silent)))
    named = handled.drop_nulls(["agent", "wait_s", "talk_s"])
    nameless = 1.0 - named.height / max(handled.height, 1)
    if nameless >= WORTH_SAYING:
        said.append(f"{100 * nameless:.0f} % of the handled contacts do not say who took them, or how long they took: "
                    "those who did are not seen then, so agents on duty may be too few.")  # fmt: skip
    start, spent = _service(named, 0.0)
    order = np.lexsort((start, named["agent"].rank("dense").to_numpy()))
    same = (named["agent"][order[1:]] == named["agent"][order[:-1]]).to_numpy()
    overlaps = same & (start[order][1:] < (start + spent)[order][:-1] - CLOCKS_S)
    share = float(overlaps.sum()) / max(named.height, 1)
    if share >= WORTH_SAYING:
        said.append(f"{100 * share:.0f} % of the contacts began while their agent had another in hand (chats?): the "
                    "model's agents have one at a time, so it does not hold for this center.")  # fmt: skip
    return tuple(said)


def _for_these_queues(
    presence: Presence, every: pl.DataFrame, fitted: Fitted, wrap_s: float
) -> tuple[Recorded, tuple[str, ...]]:
    """The spells of agents who serve the fitted queues, less what they spent on others; and a note if they did."""
    before = fitted.staffing.presence if fitted.staffing is not None else None
    rest_s = (before if before is not None else presence).rest_at_leave_s
    recorded = Recorded(presence.agent, presence.start, presence.end, rest_s)
    other = every.filter((pl.col("outcome") == "handled") & ~pl.col("queue").is_in(list(fitted.queues)))
    if other.is_empty():
        return recorded, ()
    new = ", ".join(sorted(other["queue"].unique()))
    note = f"Not in the fitted part, and not judged: {new} ({other.height} contacts); agents are away who serve them."
    known = other.drop_nulls(["agent", "wait_s", "talk_s"])
    teams = presence.teams
    place = {name: agent for agent, name in enumerate(teams.of)}
    agent = known["agent"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    start, spent = _service(known, wrap_s)
    left = recorded.without(agent, start, start + spent)
    serving = np.array([bool(set(teams.skills[team]) & set(fitted.queues)) for team in teams.of.values()])
    return left.only(serving[left.agent]), (note,)


def _service(served: pl.DataFrame, wrap_s: float) -> tuple[Floats, Floats]:
    """When contacts were answered, and how long they took; `wrap_s`: wrap-up where none is on record."""
    start = (served["at"] + served["wait_s"].fill_null(0.0)).to_numpy()
    spent = served["talk_s"] + served["hold_s"].fill_null(0.0) + served["wrap_s"].fill_null(wrap_s)
    return start, spent.to_numpy()


def _by_concurrency(every: pl.DataFrame, days: Days, fitted: Fitted) -> _Staff:
    """The same without agents; hours in which nobody waits on any such day are not judged."""
    own = every.filter(pl.col("queue").is_in(list(fitted.queues)))
    weekday = np.array([(days.first + dt.timedelta(days=int(day))).weekday() for day in days.every], dtype=np.int64)
    found = fit_concurrency(own, days.every, weekday, fitted.interval_min)
    here = found.on_duty[:, days.judged]
    duty_s = np.asarray(_hours(np.asarray(here.sum(axis=0))).mean(axis=2).ravel() * HOUR)
    vague = (here > 0) & ~found.told[:, days.judged]
    unknown = np.asarray(_hours(np.asarray(vague.any(axis=0))).any(axis=2).ravel())
    finishing = found.busy * found.rest_s / (fitted.interval_min * MINUTE)
    note = f"Agents: {found.note}."
    nobody = (None,) * len(found.skills)
    blind = "nobody ever waits at that time, so how many agents there were is not known"
    return _Staff(found.skills, nobody, found.on_duty, None, duty_s, finishing, 0.0, unknown, blind, (note,))


def _hours(table: NDArray[Any]) -> NDArray[Any]:
    """By day, hour and the intervals of an hour, from shape (days, intervals)."""
    return table.reshape(len(table), HOURS, -1)


def _actual(rows: pl.DataFrame, queues: tuple[str, ...], days: Days, staff: _Staff, within_s: float) -> Hourly:
    """What happened by hour. Nobody is busy for longer than on duty: contacts of one agent that overlap, and the mean
    of wrap-up that is not on record, where the agent took less, may add up to more.
    """
    sums = of_log(rows, list(queues), days.judged, 0, within_s)
    served = rows.filter((pl.col("outcome") == "handled") & pl.col("talk_s").is_not_null())
    start, spent = _service(served, staff.wrap_s)
    sums[0, :, SUMS.index("busy_s")] = np.minimum(seconds_by_hour(start, start + spent, days.judged), staff.duty_s)
    sums[0, :, SUMS.index("duty_s")] = staff.duty_s
    return Hourly(sums[None])
