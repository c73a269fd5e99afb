"""The part of a log that no fit has seen: its days, who was on duty, and weeks of it as scenarios to simulate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import yaml

from sim.calibrate.fits.calendar import fit_calendar
from sim.calibrate.fits.counts import count_contacts, together
from sim.calibrate.fits.estimate import Floats, Ints
from sim.calibrate.fits.everything import Fitted
from sim.calibrate.fits.presence import Presence, fit_presence
from sim.calibrate.fits.staffing import Staffing, TeamStaff, by_day, whole_heads
from sim.calibrate.scenario_file import plain_name, scenario_text
from sim.units import DAY, MINUTE

LEAST_FITTED, LEAST_TESTED = 3, 2
"""days without which there is nothing to test"""
FLOOD, BUSY, FLOODED = 2.0, 8.0, 2
"""a day is flooded if so many of its usually busy intervals bring more than FLOOD times their usual count"""


class HeldOut(NamedTuple):
    """Days that are predicted, and what really happened on them."""

    contacts: pl.DataFrame
    """handled and abandoned ones of the fit's queues; `at`: seconds since midnight of `first`"""
    first: dt.date
    days: Ints
    """the days that are judged, counted from `first`"""
    odd: tuple[dt.date, ...]
    """days unlike their weekday's others, or flooded, which are not judged"""
    presence: Presence
    on_duty: Floats
    """agents on duty, shape (teams, all days from `first` on, intervals)"""

    @property
    def dates(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=int(day)) for day in self.days]


def parted(contacts: pl.DataFrame, holdout: float, since: dt.date | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(the part to fit, the part to predict): the last `holdout` of the log's days, or all from a date on.

    Raises ValueError where either part has too few days.
    """
    dates = contacts["arrived"].dt.date().unique().sort().to_list()
    if since is None:
        place = min(max(round(len(dates) * (1.0 - holdout)), 0), len(dates) - 1)
        since = dates[place]
    before, after = sum(date < since for date in dates), sum(date >= since for date in dates)
    if before < LEAST_FITTED or after < LEAST_TESTED:
        raise ValueError(
            f"{before} days before {since} and {after} from then on: needs {LEAST_FITTED} to fit and {LEAST_TESTED} "
            "to predict"
        )
    day = pl.col("arrived").dt.date()
    return contacts.filter(day < since), contacts.filter(day >= since)


def flooded(contacts: pl.DataFrame, interval_min: int = 30) -> set[dt.date]:
    """Days on which outages, or something else, made callers call again and again.

    Two or more intervals bring over twice the median of their weekday's, and 4 Poisson standard deviations more, where
    that median is 8 contacts or more. Told by counts alone, not by what callers then waited.
    """
    whole = together(count_contacts(contacts, interval_min))
    found: set[dt.date] = set()
    for day in range(7):
        own = np.flatnonzero(whole.weekday == day)
        if len(own) < LEAST_FITTED:
            continue
        usual = np.median(whole.n[own], axis=0)
        many = np.maximum(FLOOD * usual, usual + 4.0 * np.sqrt(usual))
        floods = ((whole.n[own] > many) & (usual >= BUSY)).sum(axis=1)
        found |= {whole.dates[i] for i, number in zip(own, floods, strict=True) if number >= FLOODED}
    return found


def held_out(contacts: pl.DataFrame, after: pl.DataFrame, fitted: Fitted) -> HeldOut:
    """The held-out part as it happened.

    Days are left out that are odd by the rule of the fits (`fit_calendar`, over the whole log) or flooded, and
    weekdays on which the fitted part is closed. Agents on duty are read from the held-out contacts themselves
    (`fit_presence`), day by day: the schedule, as a planner knows it, with the absences of the day. Raises ValueError
    if nothing is left.
    """
    calendar = fit_calendar(count_contacts(contacts, fitted.interval_min), False)
    odd = {day.date for day in calendar.odd} | flooded(contacts, fitted.interval_min)
    first = after["arrived"].min()
    assert isinstance(first, dt.datetime)
    midnight = dt.datetime(first.year, first.month, first.day)
    open_on = {day for windows in fitted.calendar.open.values() for day in range(7) if windows[day]}
    dates = [date for date in after["arrived"].dt.date().unique().sort().to_list()]
    judged = [date for date in dates if date not in odd and date.weekday() in open_on]
    if len(judged) < LEAST_TESTED:
        raise ValueError(f"{len(judged)} days to predict that are like the fitted ones: needs {LEAST_TESTED}")
    presence = fit_presence(after)
    days = (dates[-1] - midnight.date()).days + 1
    step = fitted.interval_min * MINUTE
    every = np.arange(days, dtype=np.int64)
    table = np.stack([
        by_day(presence, team, step, 1440 // fitted.interval_min, every) for team in range(len(presence.teams.skills))
    ])  # fmt: skip
    at = (pl.col("arrived") - pl.lit(midnight)).dt.total_microseconds() / 1e6
    rows = after.filter(
        pl.col("outcome").is_in(["handled", "abandoned"]) & pl.col("queue").is_in(list(fitted.queues))
    ).with_columns(at=at)
    numbers = np.array([(date - midnight.date()).days for date in judged], dtype=np.int64)
    return HeldOut(rows, midnight.date(), numbers, tuple(sorted(odd & set(dates))), presence, table)


# ---------------------------------------------------------------- weeks to simulate


class Week(NamedTuple):
    """Seven days, Monday first, of the held-out part."""

    monday: int
    """its day, counted from the first held-out day; below 0 where that is no Monday"""
    days: Ints
    """places in the week of the days that are judged"""
    heads: Ints
    """whole agents, shape (teams, 7, intervals)"""
    recorded: dict[str, Any]
    """the scenario that replays the recorded arrivals"""
    drawn: dict[str, Any]
    """the scenario that draws them"""


def weeks(fitted: Fitted, held: HeldOut, folder: Path) -> Iterator[Week]:
    """The weeks with days that are judged, as scenarios; recorded arrivals are written into the folder."""
    monday = -held.first.weekday()
    while monday <= int(held.days.max()):
        days = held.days[(held.days >= monday) & (held.days < monday + 7)] - monday
        if len(days):
            heads = _heads(fitted, held, monday)
            if heads.any():
                drawn = _drawn(fitted, held, heads)
                yield Week(monday, days, heads, _recorded(drawn, fitted, held, monday, folder), drawn)
        monday += 7


def _heads(fitted: Fitted, held: HeldOut, monday: int) -> Ints:
    teams, days, slots = held.on_duty.shape
    wanted = np.zeros((teams, 7, slots))
    for day in range(7):
        if 0 <= monday + day < days:
            wanted[:, day] = held.on_duty[:, monday + day]
    pace = fitted.staffing.pace if fitted.staffing is not None else np.ones(24)
    wanted /= pace[np.arange(slots) * fitted.interval_min // 60]
    opened = {queue: fitted.calendar.open_slots(queue) for queue in fitted.queues}
    finishing = held.presence.busy * held.presence.rest_s / (fitted.interval_min * MINUTE)
    return whole_heads(wanted, held.presence.teams.skills, opened, finishing)


def _drawn(fitted: Fitted, held: HeldOut, heads: Ints) -> dict[str, Any]:
    """The fitted scenario with a week's own heads, as values."""
    queues = set(fitted.queues)
    blank = np.full(heads.shape[1:], np.nan)
    teams = tuple(
        TeamStaff(tuple(queue for queue in skills if queue in queues), own.astype(np.float64), blank, own, 0)
        for skills, own in zip(held.presence.teams.skills, heads, strict=True)
        if set(skills) & queues
    )
    presence = fitted.staffing.presence if fitted.staffing is not None else None
    staffing = Staffing(fitted.interval_min, teams, 0.0, np.ones(24), presence, "as in the held-out days")
    found: dict[str, Any] = yaml.safe_load(scenario_text(fitted._replace(staffing=staffing), "week"))
    return found


def _recorded(
    drawn: dict[str, Any], fitted: Fitted, held: HeldOut, monday: int, folder: Path
) -> dict[str, Any]:
    """The same with the arrivals of the log instead, at any hour; who called again is among them."""
    queues: dict[str, Any] = {}
    start = monday * DAY
    here = held.contacts.filter(pl.col("at").is_between(start, start + 7 * DAY, closed="left"))
    for queue in fitted.queues:
        name = plain_name(queue)
        own = here.filter(pl.col("queue") == queue).select(arrived=pl.col("at") - start)
        values = {key: value for key, value in drawn["queues"][name].items() if key not in ("redial", "open")}
        if own.is_empty():
            values["arrivals"] = {"kind": "rates", "per_hour": 0.0}
        else:
            file = folder / f"{len(queues)}-{monday}.csv"
            own.write_csv(file)
            values["arrivals"] = {"kind": "recorded", "file": str(file)}
        queues[name] = values | {"open": "00:00-24:00"}
    return drawn | {"queues": queues}
