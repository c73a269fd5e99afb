"""All fitted figures as one table: value, 95 % interval, and the rows each rests on; and what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.arrivals import Arrivals
from sim.calibrate.fits.estimate import Z95, Estimate
from sim.calibrate.fits.everything import Fitted, QueueFit
from sim.calibrate.fits.staffing import Staffing
from sim.calibrate.log import Notes
from sim.units import MINUTE, WEEKDAYS, format_clock

SCHEMA: dict[str, pl.DataType] = {
    "about": pl.String(), "figure": pl.String(), "value": pl.Float64(), "low": pl.Float64(), "high": pl.Float64(),
    "standard_error": pl.Float64(), "rows": pl.Int64(), "chosen": pl.String(), "note": pl.String(),
}  # fmt: skip


class Row(NamedTuple):
    """One fitted figure; `chosen` is the law that it belongs to."""

    about: str
    figure: str
    estimate: Estimate
    chosen: str = ""


def fitted_figures(fitted: Fitted) -> pl.DataFrame:
    """Every fitted figure, a row each: about (queue, team, agent), value, low, high, standard_error, rows, note.

    Figures that could not be fitted have no value; the note says why. `rows` counts contacts, days or agents, as the
    note says.
    """
    rows = [*_of_queues(fitted), *_of_order(fitted), *_of_agents(fitted), *_of_staffing(fitted.staffing)]
    return pl.DataFrame(
        [
            (row.about, row.figure, row.estimate.value, row.estimate.low, row.estimate.high, row.estimate.se,
             row.estimate.n, row.chosen, row.estimate.note)
            for row in rows
        ],
        schema=SCHEMA, orient="row",
    ).with_columns(pl.col(pl.Float64).fill_nan(None))  # fmt: skip


def left_out(notes: Notes, fitted: Fitted) -> pl.DataFrame:
    """Rows and days that no fit uses, and rows kept although odd: what, why, how many, the first one, what to do."""
    calendar = fitted.calendar
    regular = {calendar.dates[i] for i in calendar.regular}
    rows: list[tuple[str, str, int, str, str]] = []
    rows += [("rows left out", odd.reason, odd.rows, odd.example, odd.to_do) for odd in notes.left_out]
    rows += [("rows kept", odd.reason, odd.rows, odd.example, odd.to_do) for odd in notes.kept]
    for day in calendar.odd:
        what = "day kept" if day.date in regular else "day left out of the fits"
        rows.append((what, day.reason, round(day.offered), day.date.isoformat(), f"usually {day.usual:.0f} contacts"))
    rows += [("day not in the log", "no contact", 0, date.isoformat(), "") for date in calendar.missing]
    for queue, many in calendar.outside.items():
        if many:
            rows.append(("contacts outside of the hours", f"{queue}: not in the arrivals", round(many), "", ""))
    names = ("what", "reason", "rows", "first", "what_to_do")
    kinds = dict(zip(names, (pl.String, pl.String, pl.Int64, pl.String, pl.String), strict=True))
    return pl.DataFrame(rows, schema=kinds, orient="row")


# ---------------------------------------------------------------- by queue


def _of_queues(fitted: Fitted) -> Iterator[Row]:
    for queue, fit in fitted.queues.items():
        yield Row(queue, "first calls a day", fit.arrivals.a_day)
        yield Row(queue, "day factor: shape", fit.arrivals.day_factor.shape)
        yield Row(queue, "slot factor: sd", fit.arrivals.slot_factor.sd)
        yield Row(queue, "slot factor: lag-1 correlation", fit.arrivals.slot_factor.lag1)
        yield Row(queue, "correlation of neighbouring days", fit.arrivals.day_correlation)
        yield Row(queue, "handle time: mean, s", fit.aht)
        for part, handle in fit.handle.items():
            yield Row(queue, f"{part}: mean, s", handle.mean, handle.chosen)
            yield Row(queue, f"{part}: share under 10 s", handle.short, handle.chosen)
            for name, one in handle.parameters.items():
                yield Row(queue, f"{part}: {name}", one, handle.chosen)
            yield Row(queue, f"{part}: of those who waited over the others", handle.waited)
        yield from _of_callers(queue, fit)
        yield from _rates(queue, fit.arrivals)


def _of_callers(queue: str, fit: QueueFit) -> Iterator[Row]:
    patience = fit.patience
    yield Row(queue, "patience: seconds waited for each hang-up", patience.mean, patience.chosen)
    yield Row(queue, "patience: share that leaves at once", patience.balk, patience.chosen)
    for name, one in patience.parameters.items():
        yield Row(queue, f"patience: {name}", one, patience.chosen)
    for word, again in (("redial", fit.redials), ("repeat call", fit.repeats)):
        if again is not None:
            yield Row(queue, f"{word}: probability", again.probability)
            yield Row(queue, f"{word}: median delay, s", again.median_s)
            yield Row(queue, f"{word}: sigma of the delay", again.sigma)
    if fit.resolution is not None:
        yield Row(queue, "resolved: no further contact in 7 days", fit.resolution.no_further_contact)
        yield Row(queue, "resolved: as recorded", fit.resolution.recorded)


def _rates(queue: str, arrivals: Arrivals) -> Iterator[Row]:
    for day, slot in zip(*np.nonzero(arrivals.open), strict=True):
        value, low, high = (
            float(table[day, slot]) for table in (arrivals.per_hour, arrivals.low, arrivals.high)
        )
        n = arrivals.days[day]
        se = (high - low) / (2.0 * Z95)
        yield Row(queue, f"first calls an hour, {_moment(day, slot, arrivals.interval_min)}",
                  Estimate(value, low, high, se, n, f"mean of {n} days"))  # fmt: skip


def _moment(day: int, slot: int, interval_min: int) -> str:
    return f"{WEEKDAYS[day]} {format_clock(slot * interval_min * MINUTE)}"


# ---------------------------------------------------------------- agents


def _of_order(fitted: Fitted) -> Iterator[Row]:
    for queue, ahead in fitted.order.head_start.items() if fitted.order is not None else ():
        yield Row(queue, "head start before other queues' callers, s", ahead)


def _of_agents(fitted: Fitted) -> Iterator[Row]:
    speeds, learning, short = fitted.speeds, fitted.learning, fitted.short_calls
    if speeds is not None:
        yield Row("agents", "spread of ln(mean handle time)", speeds.spread)
        for k, name in enumerate(speeds.agents if len(speeds.n) else ()):
            effect, se = float(speeds.effect[k]), float(speeds.se[k])
            said = Estimate(effect, effect - Z95 * se, effect + Z95 * se, se, int(speeds.n[k]), "ln, 0 = typical")
            yield Row(name, "handle time against the typical agent", said)
    if learning is not None:
        yield Row("agents", "learning: change of ln(handle time) a week", learning.by_week)
        yield Row("agents", "learning: newcomers, for each ln(contacts)", learning.newcomers)
    if short is not None:
        for k, name in enumerate(short.agents):
            if name in short.flagged:
                n, share = int(short.n[k]), float(short.short[k])
                said = Estimate(share, None, None, None, n, f"typical {short.typical:.3f}, p {float(short.p[k]):.2g}")
                yield Row(name, "flagged: share of contacts under 10 s", said)


def _of_staffing(staffing: Staffing | None) -> Iterator[Row]:
    for team in staffing.teams if staffing is not None else ():
        assert staffing is not None
        name = " & ".join(team.skills)
        for day, slot in zip(*np.nonzero(team.on_duty > 0), strict=True):
            value, se = float(team.on_duty[day, slot]), float(team.se[day, slot])
            known = np.isfinite(se)
            said = Estimate(
                value, max(0.0, value - Z95 * se) if known else None, value + Z95 * se if known else None,
                se if known else None, team.agents, f"{int(team.heads[day, slot])} heads in the scenario",
            )  # fmt: skip
            yield Row(name, f"agents on duty, {_moment(day, slot, staffing.interval_min)}", said)
