"""The held-out part of a report by interval: agents, counts and results as the report has them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Flags, Floats, Ints
from sim.calibrate.fits.everything import Fitted
from sim.calibrate.fits.moments import USUAL_CV
from sim.calibrate.held_out import Days, HeldOut, days_of
from sim.calibrate.hourly import HOURS, REPORT_KPIS, SUMS, Hourly
from sim.units import HOUR, MINUTE

MEASURES = {"asa_s": "asa_s", "abandonment": "abandoned", "service_level": "service_level", "occupancy": "occupancy"}
"""KPI -> the report's column without which it is not known"""
MOSTLY = 0.9
"""a KPI is judged if so many of the contacts came in intervals that tell it"""


def tidy(intervals: pl.DataFrame) -> pl.DataFrame:
    """The report with offered, handled and abandoned as far as each follows from the other two."""
    offered, handled, abandoned = pl.col("offered"), pl.col("handled"), pl.col("abandoned")
    return intervals.with_columns(
        pl.coalesce(offered, handled + abandoned.fill_null(0.0)).alias("offered"),
        pl.coalesce(handled, (offered - abandoned).clip(0.0)).alias("handled"),
        pl.coalesce(abandoned, (offered - handled).clip(0.0)).alias("abandoned"),
    )


def held_intervals(intervals: pl.DataFrame, after: pl.DataFrame, fitted: Fitted, within_s: float) -> HeldOut:
    """The part `after` of a report (as `tidy` leaves it), as it happened.

    Agents on duty: the report's (staffed), else those who follow from its occupancy; queue by queue, as the report has
    them. The service level is the report's own, at the threshold under which most contacts are reported (`within_s`
    if it tells none). Raises ValueError where the report tells neither agents nor occupancy, or no result.
    """
    days = days_of(intervals, after, fitted)
    rows, threshold, notes = _rows(after, days, fitted, within_s)
    agents, unknown, by_load, said = _agents(rows, days, fitted)
    kpis = tuple(kpi for kpi in REPORT_KPIS if _told(rows, kpi) and not (kpi == "occupancy" and by_load))
    if not kpis:
        raise ValueError("the report tells no waits, no abandonment, no service level and no occupancy to compare with")
    lacking = [kpi for kpi in REPORT_KPIS if kpi not in kpis and not (kpi == "occupancy" and by_load)]
    if lacking:
        told = ", ".join(lacking).replace("asa_s", "ASA").replace("_", " ")
        notes.append(f"Not in the report, and not judged: {told}.")
    sums = _sums(rows, tuple(fitted.queues), days)
    sums[0, :, SUMS.index("duty_s")] = agents[:, days.judged].sum(axis=0).reshape(-1, HOURS, _parts(fitted)).mean(
        axis=2
    ).ravel() * HOUR  # fmt: skip
    unknown |= _gaps(rows, kpis, days)
    worked, there = (float(sums[0, :, SUMS.index(name)].sum()) for name in ("busy_s", "duty_s"))
    if worked > there > 0:
        notes.append(f"The report's agents would have been busy {100 * worked / there:.0f} % of their time: staffed or "
                     "handle times are wrong.")  # fmt: skip
    counts = {queue: _table(rows, queue, "offered", days, fitted).round().astype(np.int64) for queue in fitted.queues}
    busy = float((rows["handled"] * rows["aht_s"]).sum()) / max(float(agents.sum()) * fitted.interval_min * MINUTE, 1.0)
    handle = [fit.aht.known for fit in fitted.queues.values() if fit.aht.value is not None]
    rest = float(np.mean(handle)) * (1.0 + USUAL_CV**2) / 2.0 if handle else 0.0
    finishing = min(busy, 1.0) * rest / (fitted.interval_min * MINUTE)
    queues = list(fitted.queues)
    return HeldOut(days.first, days.judged, days.odd, tuple((queue,) for queue in queues), (None,) * len(queues),
                   agents, None, finishing, counts, Hourly(sums[None]), kpis, unknown, threshold,
                   (*notes, *said))  # fmt: skip


def _rows(
    after: pl.DataFrame, days: Days, fitted: Fitted, within_s: float
) -> tuple[pl.DataFrame, float, list[str]]:
    """(the rows with day, slot and hour; the threshold; notes): a level at another threshold is none."""
    start, notes = pl.col("start"), []
    minute = start.dt.hour().cast(pl.Int64) * 60 + start.dt.minute()
    rows = after.filter(pl.col("queue").is_in(list(fitted.queues))).with_columns(
        day=(start.dt.date() - pl.lit(days.first)).dt.total_days().cast(pl.Int64),
        slot=minute // fitted.interval_min, hour=start.dt.hour().cast(pl.Int64),
    )  # fmt: skip
    told = rows.drop_nulls(["service_level", "within_s"])
    if told.is_empty():
        if rows["service_level"].null_count() < rows.height:
            notes.append(f"The report does not say within how many seconds its service level is; {within_s:g} s are "
                         "taken (within=).")  # fmt: skip
        return rows, within_s, notes
    common = told.group_by("within_s").agg(pl.col("offered").sum()).sort("offered", "within_s")["within_s"][-1]
    threshold = float(common)
    same = pl.col("within_s").is_null() | (pl.col("within_s") == threshold)
    if told.filter(~same).height:
        notes.append(f"The service level is judged at {threshold:g} s alone; queues with another threshold have none.")
    level = pl.when(same).then("service_level").alias("service_level")
    return rows.with_columns(level), threshold, notes


def _told(rows: pl.DataFrame, kpi: str) -> bool:
    """Whether most contacts came in intervals that tell the KPI; what nobody came to tells nothing."""
    came = rows.filter(pl.col("handled" if kpi == "asa_s" else "offered") > 0)
    if kpi == "occupancy":
        there = pl.col("occupancy").is_not_null() | (pl.col("aht_s").is_not_null() | (pl.col("handled") == 0))
    else:
        there = pl.col(MEASURES[kpi]).is_not_null()
    whole = float(came["offered"].sum())
    return whole > 0 and float(came.filter(there)["offered"].sum()) >= MOSTLY * whole


def _gaps(rows: pl.DataFrame, kpis: tuple[str, ...], days: Days) -> Flags:
    """Judged hours with an interval to which somebody came and that does not tell one of the KPIs."""
    silent = pl.lit(False)
    for kpi in kpis:
        came = pl.col("handled" if kpi == "asa_s" else "offered") > 0
        lacks = pl.col("aht_s").is_null() & (pl.col("handled") > 0) if kpi == "occupancy" else (
            pl.col(MEASURES[kpi]).is_null()
        )
        silent = silent | (came & lacks)
    found = np.zeros((int(days.every.max()) + 1, HOURS), dtype=bool)
    own = rows.filter(silent)
    found[own["day"].to_numpy(), own["hour"].to_numpy()] = True
    return np.asarray(found[days.judged].ravel())


def _agents(rows: pl.DataFrame, days: Days, fitted: Fitted) -> tuple[Floats, Flags, bool, list[str]]:
    """(agents on duty, shape (queues, days, intervals); judged hours not told; whether by occupancy; notes)."""
    load = pl.col("handled") * pl.col("aht_s") / (pl.col("occupancy") * pl.col("length_s"))
    by_load = rows["staffed"].null_count() == rows.height
    rows = rows.with_columns(agents=load if by_load else pl.col("staffed"))
    known = rows.filter(pl.col("agents").is_finite())
    if known.is_empty():
        raise ValueError("the report tells neither agents (staffed) nor their occupancy, so how many were there on the "
                         "days to predict cannot be known")  # fmt: skip
    weekday = np.array([(days.first + dt.timedelta(days=int(day))).weekday() for day in days.every], dtype=np.int64)
    found, lacks = [], np.zeros((len(days.every), 1440 // fitted.interval_min), dtype=bool)
    for number, queue in enumerate(fitted.queues):
        table = _table(known, queue, "agents", days, fitted)
        there = _table(known.with_columns(one=pl.lit(1.0)), queue, "one", days, fitted) > 0
        came = _table(rows, queue, "offered", days, fitted) > 0
        usual = _usual(fitted, number, queue)[weekday]
        found.append(np.where(there, table, np.where(came, usual, 0.0)))
        lacks |= came & ~there
    unknown = np.asarray(lacks[days.judged].reshape(-1, HOURS, _parts(fitted)).any(axis=2).ravel())
    notes = []
    if by_load:
        notes.append("Agents are those who follow from the report's occupancy (contacts handled x handle time / "
                     "occupancy), so occupancy itself is not judged.")  # fmt: skip
    if unknown.any():
        notes.append(f"{int(unknown.sum())} hours whose agents are not in the report are not judged.")
    return np.array(found), unknown, by_load, notes


def _usual(fitted: Fitted, number: int, queue: str) -> Floats:
    """What the fitted part has on duty for a queue, shape (7, intervals): where the report has a gap."""
    for team in fitted.staffing.teams if fitted.staffing is not None else ():
        if queue in team.skills:
            return team.on_duty
    return np.zeros((7, 1440 // fitted.interval_min))


def _table(rows: pl.DataFrame, queue: str, column: str, days: Days, fitted: Fitted) -> Floats:
    """Sums of a column of one queue, shape (days, intervals)."""
    own = rows.filter((pl.col("queue") == queue) & pl.col(column).is_not_null())
    table = np.zeros((len(days.every), 1440 // fitted.interval_min))
    np.add.at(table, (own["day"].to_numpy(), own["slot"].to_numpy()), own[column].to_numpy().astype(np.float64))
    return table


def _parts(fitted: Fitted) -> int:
    """Intervals of an hour."""
    return max(60 // fitted.interval_min, 1)


def _sums(rows: pl.DataFrame, queues: tuple[str, ...], days: Days) -> Floats:
    """Sums by queue and hour as in `hourly`; waits of those who hung up are not in a report, and stay nan."""
    length, handled = pl.col("length_s"), pl.col("handled").fill_null(0.0)
    staffed = pl.col("occupancy") * pl.col("staffed") * length
    columns = {
        "offered": pl.col("offered"), "answered": handled, "abandoned": pl.col("abandoned"),
        "within": pl.col("service_level") * pl.col("offered"), "answer_s": pl.col("asa_s") * handled,
        "busy_s": pl.coalesce(staffed, handled * pl.col("aht_s")),
    }  # fmt: skip
    cells = rows.group_by("queue", "day", "hour").agg(
        (each.fill_nan(0.0).fill_null(0.0)).sum().alias(name) for name, each in columns.items()
    )
    found = np.full((len(queues) + 1, int(days.every.max()) + 1, HOURS, len(SUMS)), np.nan)
    for name in columns:
        found[..., SUMS.index(name)] = 0.0
    for number, queue in enumerate(queues, 1):
        own = cells.filter(pl.col("queue") == queue)
        for name in columns:
            found[number, own["day"].to_numpy(), own["hour"].to_numpy(), SUMS.index(name)] = own[name].to_numpy()
    found[0] = found[1:].sum(axis=0)
    hours: Ints = days.judged
    return np.asarray(found[:, hours].reshape(len(queues) + 1, len(hours) * HOURS, len(SUMS)))
