"""What happened beside what was predicted, by hour, and the forecast beside its history: pictures."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from sim.calibrate.forecast import Forecast, bounds
from sim.calibrate.hourly import HOURS, SECONDS
from sim.calibrate.scores import LEAST, band_of, groups_of, stretched
from sim.calibrate.trust import DRAWN, REPLAYED, Trust
from sim.report import style
from sim.report.calibration.fits import clock_axis, head, panels
from sim.report.calibration.verdict import NAMES

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIMULATED, TEXTBOOK, BAND = style.BLUE, style.ORANGE, "#CFE3F1"


@style.styled
def by_hour(trust: Trust, width: float = style.WIDE, method: str = REPLAYED) -> Figure:
    """Each KPI by hour of the day, mean over the held-out days: actual, simulated with band, Erlang A."""
    group = groups_of(trust.fitted, trust.held)["hour of the day"]
    figure, axes = panels(width, len(trust.kpis), 1.35)
    weight = trust.actual.summed("offered", group)[0, 0]
    used = np.flatnonzero(weight >= LEAST)
    first, last = (int(used[0]), int(used[-1]) + 1) if len(used) else (0, 24)
    at = np.arange(first, last) + 0.5
    handles: dict[str, Artist] = {}
    for ax, kpi in zip(axes, trust.kpis, strict=True):
        scale = 1.0 if kpi in SECONDS else 100.0
        limits = band_of(trust.predicted[method], kpi, group)
        assert limits is not None
        part = slice(first, last)
        low, high = (np.where(weight >= LEAST, limits[k][0], np.nan)[part] for k in (0, 2))
        handles["simulated, 90 % of replications"] = ax.fill_between(
            at, scale * low, scale * high, color=BAND, linewidth=0
        )  # fmt: skip
        lines = (("log", trust.actual, style.INK, "-", 1.8, "o"), ("simulated", trust.predicted[method], SIMULATED, "-",
                 1.6, None), ("Erlang A", trust.predicted[f"Erlang A, {method}"], TEXTBOOK, (0, (3, 1.5)), 1.4, None))
        for name, sums, colour, dash, thick, mark in lines:
            values = np.where(weight >= LEAST, sums.ratio(kpi, group, pooled=True)[0, 0], np.nan)[part]
            (handles[name],) = ax.plot(at, scale * values, color=colour, linestyle=dash, linewidth=thick, marker=mark,
                                       markersize=3.0)  # fmt: skip
        ax.set_title(f"{NAMES[kpi]}, {'s' if kpi in SECONDS else '%'}")
        clock_axis(ax, float(first), float(last))
        ax.set_ylim(bottom=0.0)
    order = ("log", "simulated", "simulated, 90 % of replications", "Erlang A")
    head(figure, f"By hour of the day, {method}",
         {name: handles[name] for name in order})  # fmt: skip
    style.sign(figure, f"time of day, hours · {len(trust.dates)} held-out days, fitted on the days before; "
                       f"{trust.replications} replications; all queues")  # fmt: skip
    return figure


@style.styled
def days(trust: Trust, width: float = style.WIDE, number: int = 6) -> Figure:
    """The first KPI (the wait) of single days by hour: actual, and the 90 % band to hold it; days evenly chosen."""
    kpi = trust.kpis[0]
    scale = 1.0 if kpi in SECONDS else 100.0
    places = np.unique(np.linspace(0, len(trust.dates) - 1, min(number, len(trust.dates))).round().astype(int))
    figure, axes = panels(width, len(places), 1.15)
    group = groups_of(trust.fitted, trust.held)["hour"]
    limits = band_of(trust.predicted[REPLAYED], kpi, group)
    assert limits is not None
    low, high = (scale * each for each in stretched(limits, trust.widening.get((REPLAYED, kpi)), kpi))
    truth, weight = scale * trust.actual.ratio(kpi, group)[0, 0], trust.actual.summed("offered", group)[0, 0]
    handles: dict[str, Artist] = {}
    every = np.flatnonzero(weight.reshape(-1, HOURS).max(axis=0) >= LEAST)
    first, last = (int(every[0]), int(every[-1]) + 1) if len(every) else (0, 24)
    at, most = np.arange(HOURS) + 0.5, 1.0
    for ax, place in zip(axes, places, strict=True):
        part = slice(place * HOURS, (place + 1) * HOURS)
        shown = weight[part] >= LEAST
        lower, upper, seen = (np.where(shown, each, np.nan) for each in (low[0, part], high[0, part], truth[part]))
        handles["90 % band"] = ax.fill_between(at, lower, upper, color=BAND, linewidth=0)
        (handles["log"],) = ax.plot(at, seen, color=style.INK, marker="o", markersize=3.0, linewidth=1.2)
        if shown.any():
            most = max(most, float(np.nanmax(seen)), float(np.nanquantile(upper, 0.8)))
        ax.set_title(f"{trust.dates[place]:%a %d %b}")
        clock_axis(ax, float(first), float(last))
    for ax in axes:
        style.count_axis(ax, most)
    row = trust.score(REPLAYED, kpi)
    head(figure, f"{NAMES[kpi]} on single days, {'seconds' if kpi in SECONDS else '%'}", handles)
    share = f"{100 * row['coverage']:.0f} %" if row.get("coverage") is not None else "?"
    style.sign(figure, f"time of day, hours · replayed arrivals; of all {row['hours']:,} held-out hours {share} lie "
                       "inside the band")  # fmt: skip
    return figure


@style.styled
def forecast(found: Forecast, width: float = style.WIDE) -> Figure:
    """Contacts by day: the last weeks of the history, and the forecast with its 90 % band."""
    queues = sorted(found.queues, key=lambda queue: -float(found.queues[queue].mean.sum()))[:4]
    figure, axes = panels(width, len(queues), 1.3, most=1)
    handles: dict[str, Artist] = {}
    for ax, queue in zip(axes, queues, strict=True):
        _forecast(ax, found, queue, handles)
    head(figure, "First calls a day: history and forecast", handles)
    style.sign(figure, "regular days; the band holds 90 % of days, by the back-test's errors and Poisson noise")
    return figure


def _forecast(ax: Axes, found: Forecast, queue: str, handles: dict[str, Artist]) -> None:
    own = found.queues[queue]
    kept = [i for i, date in enumerate(own.history.dates)
            if date > own.history.dates[-1] - dt.timedelta(weeks=6)]  # fmt: skip
    dates = [own.history.dates[i] for i in kept]
    (handles["log"],) = ax.plot(np.array(dates, dtype="datetime64[D]"), own.history.n[kept].sum(axis=1), "o-",
                                color=style.INK, markersize=3.0, linewidth=0.8)  # fmt: skip
    total = own.mean.sum(axis=1)
    low, high = bounds(total, own.variance.value or 0.0)
    at = np.array(own.dates, dtype="datetime64[D]")
    handles["90 % band"] = ax.vlines(at, low, high, color=BAND, linewidth=5.0)
    (handles["forecast"],) = ax.plot(at, total, "D", color=SIMULATED, markersize=3.6)
    error = f", back-tested error of a day {100 * own.errors[0].wape_days:.0f} %" if own.errors else ""
    ax.set_title(style.fit_title(ax, f"{queue}: {own.chosen}{error}"))
    mondays = [date for date in [*dates, *own.dates] if date.weekday() == 0]
    mondays = mondays[:: max(1, round(len(mondays) * 0.6 / style.inches(ax)))]
    ax.set_xticks(np.array(mondays, dtype="datetime64[D]"), [f"{date:%d %b}" for date in mondays])
    style.count_axis(ax, float(max(own.history.n[kept].sum(axis=1).max(initial=1.0), high.max(initial=1.0))))


__all__ = ["DRAWN", "by_hour", "days", "forecast"]
