"""Price: what the next point of a KPI costs, step by step along the factor that the cost follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import style, written
from sim.report.style import COLOURS
from sim.report.sweeps import factors, placing
from sim.report.sweeps.effects import cost_scale
from sim.report.sweeps.placing import Label
from sim.report.sweeps.scene import footer
from sim.report.sweeps.sentences import cost_axis
from sim.report.sweeps.tradeoff import ticks
from sim.study.sweeps import lattice, pareto
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.spread import Spread
from sim.study.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@style.styled
def price_figure(sweep: Sweep, plot: Plot, width: float = style.WIDE) -> Figure:
    """What x and y cost: the figure against the cost, and below it the price of each step."""
    keys = [key for key in (plot.x, plot.y) if pareto.direction(key)]
    columns = len(keys) if width >= style.NARROW_BELOW else 1
    heights = [2.1, 1.4] * (len(keys) // columns)
    figure, rows = style.frame(width, heights, [1.0] * columns, title=0.5, left=0.66, between=0.8, top=0.02, gap=0.5)
    for k, key in enumerate(keys):
        upper, lower = (rows[r][k] if columns > 1 else rows[2 * k + r][0] for r in (0, 1))
        against_cost(sweep, plot, key, upper)
        price(sweep, plot, key, lower)
        lower.set_xlim(upper.get_xlim())
        upper.set_xlabel("")
    style.sign(figure, footer(sweep))
    return figure


@style.styled
def against_cost(sweep: Sweep, plot: Plot | None = None, kpi: str | None = None, ax: Axes | None = None) -> Axes:
    """A KPI (default: x) against the cost: the line along the factor that the cost follows, all other points grey."""
    ax = style.one(ax, 2.8)
    chosen, key, axis = _asked(sweep, plot, kpi)
    if axis is None or chosen.cost is None:
        style.empty(ax, "no factor changes the cost")
        return ax
    spread, base = Spread.of(sweep, (key, chosen.cost)), lattice.base(sweep)
    own = sweep.kpi(key)
    x = cost_scale(sweep, chosen.cost) * spread.means[spread.place(chosen.cost)]
    y = factors.per(own) * spread.means[spread.place(key)]
    row = lattice.row_through(sweep, axis, base)
    gap = spread.against(base)
    half = factors.per(own) * (gap.high - gap.mean)[spread.place(key), row]
    ax.grid(True, axis="both")
    ax.scatter(x, y, s=14 if len(x) <= 200 else 5, color="#B9C2CA", linewidths=0, zorder=1.5, rasterized=len(x) > 1500)
    ax.errorbar(x[row], y[row], yerr=half, fmt="none", ecolor=style.QUIET, elinewidth=0.9, zorder=2)
    ax.plot(x[row], y[row], color=style.BLUE, marker="o", markersize=5, zorder=3)
    ax.plot([x[base]], [y[base]], "D", color=style.BLUE, markersize=8, markeredgecolor=style.INK, markeredgewidth=1.4,
            zorder=4)
    goal = pareto.common_goal(sweep, key)
    ax.margins(x=0.12, y=0.14)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    if goal is not None and low <= factors.per(own) * goal <= high:
        ax.axhline(factors.per(own) * goal, color=COLOURS["goal"], linewidth=1.2, linestyle=(0, (5, 2.5)), zorder=1)
    ax.set_xlim(left, right)
    ax.set_ylim(low, high)
    ticks(ax)
    name = factors.kpi_names(own, (sweep.done[base].config or {}).get("goals"))
    ax.set_title(style.fit_title(ax, name.axis.split(" within")[0]))
    ax.set_xlabel(_cost_words(sweep, chosen.cost))
    look: dict[str, Any] = {"fontsize": style.label_size() - 0.5, "color": style.INK}
    found = []
    for k in (row[0], row[-1], *row[1:-1]):
        say = factors.value if k in (row[0], row[-1]) else factors.brief
        found.append(Label(say(sweep.axes[axis].key, sweep.done[k].values[axis]), x[k], y[k], (0.7, -1.0), look, 7.0,
                           (1.0, 2.2) if k in (row[0], row[-1]) else (1.0,)))
    soft = np.concatenate([placing.along(ax, x[row], y[row]), placing.boxes_at(ax, x, y, 3.0)])
    placing.place(ax, found, placing.boxes_at(ax, x[row], y[row], 8.0), soft)
    return ax


@style.styled
def price(sweep: Sweep, plot: Plot | None = None, kpi: str | None = None, ax: Axes | None = None) -> Axes:
    """What each step along that factor costs for each point of a KPI (default: x), with paired intervals."""
    ax = style.one(ax, 1.8)
    chosen, key, axis = _asked(sweep, plot, kpi)
    if axis is None or chosen.cost is None:
        style.empty(ax, "no factor changes the cost")
        return ax
    own, money = sweep.kpi(key), sweep.kpi(chosen.cost)
    row = lattice.row_through(sweep, axis, lattice.base(sweep))
    cost = cost_scale(sweep, chosen.cost) * sweep.estimate(chosen.cost).mean
    found = pareto.steps(sweep, row, key, chosen.cost)
    told = [step for step in found if step.told and step.price[1] > 0.0]
    middles = np.array([(cost[step.first] + cost[step.then]) / 2 for step in told])
    for step in found:
        ax.axvspan(cost[step.first], cost[step.then], color="#F3F5F7" if step.first in row[::2] else style.PAPER,
                   linewidth=0, zorder=0)
    prices = np.array([step.price for step in told]).reshape(-1, 3)
    ax.vlines(middles, prices[:, 1], prices[:, 2], color=style.BLUE, linewidth=2.0, zorder=2)
    ax.plot(middles, prices[:, 0], "o", color=style.BLUE, markersize=6, zorder=3)
    top = float(prices[:, 2].max()) if len(prices) else 1.0
    median = float(np.median(prices[:, 2])) if len(prices) else 1.0
    ax.set_ylim(0.0, 1.12 * min(top, 4.0 * median))
    for step in found:
        if step not in told:
            ax.text((cost[step.first] + cost[step.then]) / 2, 0.04, "cannot tell", transform=ax.get_xaxis_transform(),
                    rotation=90, ha="center", va="bottom", fontsize=8, color=style.QUIET)
    ticks(ax)
    unit = {"share": "percentage point", "points": "point"}.get(own.unit, written.short(own.unit, 8))
    currency = "hours" if money.unit == "h" else factors.currency(money)
    ax.set_title(style.fit_title(ax, f"{currency} a day for the next {unit}"))
    ax.set_xlabel(_cost_words(sweep, chosen.cost))
    return ax


def _asked(sweep: Sweep, plot: Plot | None, kpi: str | None) -> tuple[Plot, str, int | None]:
    chosen = plot if plot is not None else Plot.of({}, sweep)
    return chosen, kpi if kpi is not None else chosen.x, cost_axis(sweep, chosen) if sweep.done else None


def _cost_words(sweep: Sweep, key: str) -> str:
    money = sweep.kpi(key)
    currency = "hours" if money.unit == "h" else factors.currency(money)
    return f"{factors.kpi_names(money).head}, {currency} a day"
