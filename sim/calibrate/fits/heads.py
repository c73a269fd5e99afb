"""Heads that no presence tells: the agents of a report by interval, or as many as waits lead to expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.calibrate.fits.calendar import Calendar
from sim.calibrate.fits.counts import Counts, count_contacts, count_intervals
from sim.calibrate.fits.estimate import Floats
from sim.calibrate.fits.match import DEFAULT_PATIENCE_S, match_heads
from sim.calibrate.fits.moments import USUAL_CV
from sim.calibrate.fits.replay import AT_WORK
from sim.calibrate.fits.staffing import Staffing, TeamStaff, whole_heads
from sim.units import MINUTE

if TYPE_CHECKING:
    from sim.calibrate.fits.everything import QueueFit


def mean_waits(contacts: pl.DataFrame, calendar: Calendar) -> dict[str, Counts]:
    """Mean wait by queue, day and interval; nan where nobody came."""
    waited = contacts.filter(pl.col("outcome").is_in(["handled", "abandoned"])).with_columns(
        pl.col("wait_s").fill_null(0.0)
    )
    seconds = count_contacts(waited, calendar.interval_min, "wait_s")
    callers = count_contacts(waited, calendar.interval_min)
    return {queue: own._replace(n=_ratio(seconds, queue, own)) for queue, own in callers.items()}


def staff_by_waits(queues: dict[str, QueueFit], waits: dict[str, Counts], calendar: Calendar) -> Staffing | None:
    """A team for each queue with the heads for which Erlang A has the mean wait of each weekday's intervals."""
    tables: dict[str, Floats] = {}
    for queue, fit in queues.items():
        if fit.aht.value is None or queue not in waits:
            continue
        table = np.zeros((7, 1440 // calendar.interval_min))
        own = waits[queue]
        patience = fit.patience.mean.value or DEFAULT_PATIENCE_S
        for day, slot in zip(*np.nonzero(fit.arrivals.offered_per_hour > 0), strict=True):
            here = own.n[own.weekday == day][:, slot]
            here = here[np.isfinite(here)]
            if len(here):
                rate = float(fit.arrivals.offered_per_hour[day, slot]) / 3600.0
                table[day, slot] = match_heads(rate, fit.aht.value, patience, float(here.mean()))
        tables[queue] = table
    note = "heads for which Erlang A has the measured mean wait of each interval: no agents in the log"
    return _one_team_each(tables, calendar, note) if tables else None


def staff_as_told(intervals: pl.DataFrame, calendar: Calendar, queues: dict[str, QueueFit]) -> Staffing | None:
    busy = pl.col("handled") * pl.col("aht_s") / (pl.col("occupancy") * pl.col("length_s"))
    told = intervals.with_columns(agents=pl.coalesce("staffed", busy)).filter(pl.col("agents").is_finite())
    slot = (pl.col("start").dt.hour().cast(pl.Int64) * 60 + pl.col("start").dt.minute()) // calendar.interval_min
    means = told.group_by("queue", day=pl.col("start").dt.weekday().cast(pl.Int64) - 1, slot=slot).agg(
        pl.col("agents").mean()
    )
    tables: dict[str, Floats] = {}
    for (queue,), own in means.group_by("queue", maintain_order=True):
        table = np.zeros((7, 1440 // calendar.interval_min))
        table[own["day"].to_numpy(), own["slot"].to_numpy()] = own["agents"].to_numpy()
        tables[str(queue)] = table
    if tables:
        loads = {queue: fit.load.known for queue, fit in queues.items() if fit.load is not None and fit.load.n}
        note = "agents as the report has them (staffed, or by its occupancy)"
        said = [f"{queue} {load:.2f}" for queue, load in loads.items() if queue in tables]
        if said:
            note += f"; heads are these over what gives the report's waits: {', '.join(said)}"
        return _one_team_each(tables, calendar, note, loads, _finishing(queues, calendar.interval_min))
    asa = intervals.drop_nulls(["asa_s", "handled"]).with_columns(seconds=pl.col("asa_s") * pl.col("handled"))
    if asa.is_empty():
        return None
    callers = count_intervals(asa, "handled")
    seconds = count_intervals(asa, "seconds")
    waits = {queue: own._replace(n=_ratio(seconds, queue, own)) for queue, own in callers.items()}
    return staff_by_waits(queues, waits, calendar)


def _one_team_each(
    tables: dict[str, Floats], calendar: Calendar, note: str, loads: dict[str, float] | None = None,
    finishing: float = 0.0,
) -> Staffing:
    """A team for each queue; heads are the agents of its table over its load; `finishing` as in `whole_heads`."""
    skills = tuple((queue,) for queue in tables)
    opened = {queue: calendar.open_slots(queue) for queue in tables}
    wanted = np.array([table / (loads or {}).get(queue, 1.0) for queue, table in tables.items()])
    heads = whole_heads(wanted, skills, opened, finishing)
    teams = tuple(
        TeamStaff(own, table, np.full(table.shape, np.nan), whole, 0)
        for own, table, whole in zip(skills, tables.values(), heads, strict=True)
    )
    return Staffing(calendar.interval_min, teams, finishing, np.ones(24), np.ones(24), None, note)


def _finishing(queues: dict[str, QueueFit], interval_min: int) -> float:
    """Of an interval: how much longer who goes off duty stays, which reports count as presence (see `Replay`)."""
    handle = [fit.aht.value for fit in queues.values() if fit.aht.value is not None]
    return AT_WORK * float(np.mean(handle)) * (1.0 + USUAL_CV**2) / 2.0 / (interval_min * MINUTE) if handle else 0.0


def _ratio(seconds: dict[str, Counts], queue: str, callers: Counts) -> Floats:
    place = {date: i for i, date in enumerate(callers.dates)}
    above = np.zeros(callers.n.shape)
    if queue in seconds:
        for i, date in enumerate(seconds[queue].dates):
            above[place[date]] = seconds[queue].n[i]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(above / callers.n)
