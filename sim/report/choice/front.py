"""The front: points in two KPIs, a third as colour, those large that nothing betters, and others beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.report import style, written
from sim.report.colour_bar import colour_bar
from sim.report.sweeps import factors
from sim.report.sweeps.tradeoff import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.choice.objectives import Limit, Objective
    from sim.study.sweeps.pareto import Bools
    from sim.study.sweeps.sweep import Sweep
    from sim.study.variants import Floats

GRID = "#7D8790"


class Beside(NamedTuple):
    """Points for comparison."""

    sweep: Sweep
    on: Bools
    """which of the done ones are on their front"""


class Tried(NamedTuple):
    """Points, and which of the done ones are on the front."""

    objectives: Sequence[Objective]
    """two or more; from the fourth on they are not drawn"""
    limits: Sequence[Limit]
    sweep: Sweep
    on: Bools
    beside: Beside | None = None


@style.styled
def front(tried: Tried, width: float = style.WIDE, footer: str = "") -> Figure:
    """The first two KPIs against each other, the third as colour, of all points tried and of those beside."""
    from matplotlib.lines import Line2D

    x, y, *others = tried.objectives
    figure, rows = style.frame(width, [4.0 if width >= style.NARROW_BELOW else 3.2], left=0.75,
                               right=1.1 if others else 0.25, title=0.3 if width >= style.NARROW_BELOW else 0.5)
    ax = rows[0][0]
    every = [_values(tried.sweep, each) for each in (x, y)]
    handles: list[Any] = []
    if tried.beside is not None:
        theirs = [_values(tried.beside.sweep, each) for each in (x, y)]
        ax.plot(*theirs, "x", color=GRID, markersize=4.5, markeredgewidth=0.9)
        ringed = tried.beside.on
        ax.plot(theirs[0][ringed], theirs[1][ringed], "o", markersize=8.5, markerfacecolor="none",
                markeredgecolor=GRID, markeredgewidth=0.9)
    on = tried.on
    colours = _values(tried.sweep, others[0]) if others else None
    if colours is None:
        ax.plot(every[0][~on], every[1][~on], "o", color=style.SKY, markersize=3.5)
        ax.plot(every[0][on], every[1][on], "o", color=style.GREEN, markersize=6.5)
    else:
        ends = {"vmin": float(np.nanmin(colours)), "vmax": float(np.nanmax(colours))}
        scale: dict[str, Any] = {"cmap": palette(), **ends}
        ax.scatter(every[0][~on], every[1][~on], 11, colours[~on], linewidths=0, alpha=0.75, **scale)
        shown = ax.scatter(every[0][on], every[1][on], 52, colours[on], edgecolors=style.INK, linewidths=0.7,
                           zorder=3, **scale)
        names = factors.kpi_names(others[0].kpi)
        colour_bar(ax, shown, style.fit(names.axis, 0.9, 8.5))
    handles = [Line2D([], [], marker="o", linestyle="none", color=style.INK, markerfacecolor=style.SKY, markersize=6.5),
               Line2D([], [], marker="o", linestyle="none", color=style.SKY, markersize=3.5)]
    labels = ["front", "tried"]
    if tried.beside is not None:
        handles += [Line2D([], [], marker="x", linestyle="none", color=GRID, markersize=4.5),
                    Line2D([], [], marker="o", linestyle="none", markerfacecolor="none", markeredgecolor=GRID)]
        labels += ["beside", "their front"]
    ax.grid(True)
    for limit in tried.limits:
        draw = {x.key: ax.axvline, y.key: ax.axhline}.get(limit.key)
        if draw is not None:
            draw(factors.per(limit.kpi) * limit.value, color=style.COLOURS["goal"], linestyle="--", linewidth=1.0)
    _axis(ax, x, "x")
    _axis(ax, y, "y")
    style.entitle(ax, "", handles, labels)
    if footer:
        style.sign(figure, footer)
    return figure


def _values(sweep: Sweep, objective: Objective) -> Floats:
    return factors.per(objective.kpi) * np.asarray(sweep.estimate(objective.key).mean)


def _axis(ax: Axes, objective: Objective, which: str) -> None:
    from matplotlib.ticker import FuncFormatter

    words = f"{factors.kpi_names(objective.kpi).axis} ({'more' if objective.sign > 0 else 'less'} is better)"
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", written.MINUS)))
    if which == "x":
        ax.set_xlabel(words)
    else:
        ax.set_ylabel(words)
