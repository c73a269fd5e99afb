"""The mind of the center over time: pressure, energy, the empathy that is delivered, and what callers make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import style, written
from sim.report.kpis import kpis_of
from sim.report.steps import band, steps
from sim.report.style import COLOURS
from sim.report.timeline import Numbers, Timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.measure.results import Results

LEAST = 0.3
"""share of the whole scale that a panel shows at the least, so that small changes do not look large"""
TYPICAL = 0.5
"""a typical person's trait"""


@style.styled
def mind(results: Results, csat_goal: float | None = None, width: float = style.WIDE) -> Figure:
    """Four panels below one another on one time axis: pressure, energy, empathy delivered, CSAT."""
    figure, rows = style.frame(width, [1.2, 1.2, 1.2, 1.4], title=0.34, gap=0.2)
    axes = [row[0] for row in rows]
    pressure(results, axes[0])
    energy(results, axes[1])
    empathy(results, axes[2])
    csat(results, axes[3], goal=csat_goal)
    for ax in axes[:-1]:
        style.bare(ax)
    return figure


@style.styled
def pressure(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Mean hurry of the agents at each contact, with its interval."""
    return _panel(results, style.one(ax), "pressure", "Pressure: how hurried agents are", "0 to 1", style.VERMILION,
                  scope, name)


@style.styled
def energy(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Mean energy of the agents at each contact, with its interval."""
    return _panel(results, style.one(ax), "energy", "Energy of agents", "0 to 1", style.GREEN, scope, name)


@style.styled
def empathy(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Mean empathy delivered in each slot, with its interval, beside that of a typical agent at rest."""
    ax = _panel(results, style.one(ax), "empathy_delivered", "Empathy delivered, typical 0.5", "0 to 1", style.PURPLE,
                scope, name, TYPICAL)
    return ax


@style.styled
def csat(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center",
         goal: float | None = None) -> Axes:
    """Share of handled contacts that leave content in each slot, with its interval, beside the goal."""
    aim = "" if goal is None else f", goal {written.whole_percent(goal)}"
    return _panel(results, style.one(ax), "csat", f"CSAT{aim}", "% of handled", COLOURS["service_level"], scope, name,
                  goal, percent=True)


def _panel(results: Results, ax: Axes, column: str, title: str, unit: str, colour: str, scope: str, name: str,
           beside: float | None = None, percent: bool = False) -> Axes:
    line = Timeline.of(results)
    mean, low, high = (line.contacts(results, f"{column}{end}", scope, name) for end in ("", "_low", "_high"))
    kpi = kpis_of(results).get(column, scope, name)
    told = "" if kpi is None or kpi.mean is None else f" ({kpi.text} on average)"
    style.entitle(ax, style.fit_title(ax, title + told if len(title + told) < 13 * style.inches(ax) else title))
    line.draw(ax)
    style.unit(ax, unit)
    if np.isnan(mean).all():
        style.empty(ax, "none handled", keep_time=True)
        return ax
    band(ax, line.edges, low, high, colour)
    steps(ax, line.edges, mean, color=colour)
    if beside is not None:
        ax.axhline(beside, color=COLOURS["goal"] if percent else style.QUIET, linewidth=1.1, linestyle=(0, (5, 2)),
                   zorder=2.5)
    _scale(ax, [mean, low, high], beside, percent)
    return ax


def _scale(ax: Axes, parts: list[Numbers], beside: float | None, percent: bool) -> None:
    """A stretch of the scale from 0 to 1 that holds all values, at least `LEAST` of it."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    values = np.concatenate([*parts, [np.nan if beside is None else beside]])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = max(LEAST, 1.1 * (high - low)) - (high - low)
    low, high = low - room / 2, high + room / 2
    shift = max(0.0, -low) - max(0.0, high - 1.0)
    ax.set_ylim(max(0.0, low + shift), min(1.0, high + shift) + 0.004)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{(100 if percent else 1) * value:.3g}"))
