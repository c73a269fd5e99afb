"""Price: what the next point of a KPI costs, step by step along the factor that the cost follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import factors, placing, style, written
from sim.report.placing import Label
from sim.report.scene import footer
from sim.report.style import COLOURS
from sim.report.sweep_words import amount, cost_axis, cost_scale
from sim.report.tradeoff import _ticks
from sim.study import lattice, pareto
from sim.study.plot import Plot
from sim.study.spread import Spread
from sim.study.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@style.styled
def price_figure(sweep: Sweep, plot: Plot, width: float = style.WIDE) -> Figure:
    """What x and y cost, beside each other or one below the other."""
    keys = [key for key in (plot.x, plot.y) if pareto.direction(key)]
    columns = len(keys) if width >= style.NARROW_BELOW else 1
    count = -(-len(keys) // columns)
    figure, rows = style.frame(width, [2.7] * count, [1.0] * columns, title=0.4, left=0.62, between=0.75, top=0.02)
    for ax, key in zip([ax for row in rows for ax in row], keys, strict=False):
        price(sweep, plot, key, ax)
    style.sign(figure, footer(sweep))
    return figure


@style.styled
def price(sweep: Sweep, plot: Plot | None = None, kpi: str | None = None, ax: Axes | None = None) -> Axes:
    """A KPI (default: x) against the cost, and along the factor that the cost follows the price of each step."""
    ax = style.one(ax, 2.8)
    chosen = plot if plot is not None else Plot.of({}, sweep)
    key = kpi if kpi is not None else chosen.x
    axis = cost_axis(sweep, chosen) if sweep.done else None
    if axis is None or chosen.cost is None:
        style.empty(ax, "no factor changes the cost")
        return ax
    spread = Spread.of(sweep, (key, chosen.cost))
    own, money = sweep.kpi(key), sweep.kpi(chosen.cost)
    x = cost_scale(sweep, chosen.cost) * spread.means[spread.place(chosen.cost)]
    y = factors.per(own) * spread.means[spread.place(key)]
    ax.grid(True, axis="both")
    ax.scatter(x, y, s=14 if len(x) <= 200 else 5, color="#B9C2CA", linewidths=0, zorder=1.5, rasterized=len(x) > 1500)
    row = lattice.row_through(sweep, axis, lattice.base(sweep))
    gap = spread.against(lattice.base(sweep))
    half = factors.per(own) * (gap.high - gap.mean)[spread.place(key), row]
    ax.errorbar(x[row], y[row], yerr=half, fmt="none", ecolor=style.QUIET, elinewidth=0.9, zorder=2)
    ax.plot(x[row], y[row], color=style.BLUE, marker="o", markersize=5, zorder=3)
    base = lattice.base(sweep)
    ax.plot([x[base]], [y[base]], "D", color=style.BLUE, markersize=8, markeredgecolor=style.INK, markeredgewidth=1.4,
            zorder=4)
    goal = pareto.common_goal(sweep, key)
    ax.margins(x=0.09, y=0.13)
    low, high = ax.get_ylim()
    if goal is not None and low <= factors.per(own) * goal <= high:
        ax.axhline(factors.per(own) * goal, color=COLOURS["goal"], linewidth=1.2, linestyle=(0, (5, 2.5)), zorder=1)
    ax.set_xlim(*ax.get_xlim())
    ax.set_ylim(low, high)
    _ticks(ax)
    name = factors.kpi_names(own, (sweep.done[base].config or {}).get("goals"))
    unit = {"share": "percentage point", "points": "point"}.get(own.unit, written.short(own.unit, 8))
    currency = "hours" if money.unit == "h" else factors.currency(money)
    ax.set_title(style.fit_title(ax, f"{name.head}: {currency} a day for each {unit}"))
    ax.set_xlabel(f"{factors.kpi_names(money).head}, {currency} a day")
    ax.set_ylabel(name.axis.split(" within")[0])
    _prices(ax, sweep, chosen, key, axis, row, x, y)
    return ax


def _prices(ax: Axes, sweep: Sweep, plot: Plot, key: str, axis: int, row: list[int], x: Any, y: Any) -> None:
    """The price of each step below the line, the values of the factor above it."""
    assert plot.cost is not None
    money = sweep.kpi(plot.cost)
    look: dict[str, Any] = {"fontsize": style.label_size() - 0.5, "color": style.INK}
    found = []
    for step in pareto.steps(sweep, row, key, plot.cost):
        if step.told and step.price[1] > 0.0:
            words = amount(step.price[0], money).partition(written.GLUE)[0]
            low, high = (amount(each, money).partition(written.GLUE)[0] for each in step.price[1:])
            middle = ((x[step.first] + x[step.then]) / 2, (y[step.first] + y[step.then]) / 2)
            found.append(Label(f"{words}\n({low} to {high})", *middle, (0.55, -1.0), look, 8.0))
    for k in row:
        value = sweep.done[k].values[axis]
        words = factors.tick(sweep.axes[axis].key, value) if k not in (row[0], row[-1]) else factors.value(
            sweep.axes[axis].key, value)
        found.append(Label(words, x[k], y[k], (-0.5, 1.0), look | {"color": style.BLUE}, 8.0))
    taken = placing.boxes_at(ax, x[row], y[row], 8.0)
    soft = np.concatenate([placing.along(ax, x[row], y[row]), placing.boxes_at(ax, x, y, 3.0)])
    placing.place(ax, found, taken, soft)
