"""The pictures of a sweep's page: the trade-off, figures by factor, what a point costs, and the days that are met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.report import style
from sim.report.sweeps import factors
from sim.report.sweeps.by_factor import dots_of, heats_of, lines_of
from sim.report.sweeps.price import price_figure
from sim.report.sweeps.scene import footer, scene
from sim.report.sweeps.sentences import cost_axis
from sim.report.sweeps.tradeoff import bar_words, draw, extent, marks_of, palette
from sim.study.sweeps import lattice, pareto
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 9


class Drawn(NamedTuple):
    """A picture, for a wide screen and for a phone."""

    name: str
    title: str
    caption: str
    wide: Figure
    narrow: Figure


def pictures(sweep: Sweep, plot: Plot) -> list[Drawn]:
    """All pictures that suit the sweep, the trade-off first."""
    x, y = (factors.kpi_names(sweep.kpi(key)) for key in (plot.x, plot.y))
    found = [_twice("tradeoff_points", f"{x.head} against {y.said}", trade_off_caption(sweep, plot),
                    lambda width: panels(sweep, plot, width))]
    numeric = [k for k in lattice.varied(sweep) if sweep.axes[k].numeric]
    if len(numeric) >= 2:
        found.append(_twice("by_factors", "By two factors", _heat_caption(sweep, numeric),
                            lambda width: heats_of(sweep, plot, width)))
    elif numeric:
        found.append(_twice("by_factor", f"By {factors.noun(sweep.axes[numeric[0]].key)}",
                            "Dark bands: paired intervals of the difference from the point that is marked, which tell "
                            "the points apart. Pale bands: each point by itself, with all that busy and quiet days do.",
                            lambda width: lines_of(sweep, plot, width)))
    elif sweep.done:
        found.append(_twice("by_point", "Point by point",
                            "Dark lines: paired intervals of the difference from the point that is marked, which tell "
                            "the points apart. Pale lines: each point by itself.",
                            lambda width: dots_of(sweep, plot, width)))
    if cost_axis(sweep, plot) is not None:
        found.append(_twice("price", "What the next point costs", _price_caption(sweep, plot),
                            lambda width: price_figure(sweep, plot, width)))
    return found


def _twice(name: str, title: str, caption: str, drawn: Callable[[float], Figure]) -> Drawn:
    return Drawn(name, title, caption, drawn(style.WIDE), drawn(style.NARROW))


def trade_off_caption(sweep: Sweep, plot: Plot) -> str:
    """How to read the picture."""
    told = "Each dot is a point of the sweep"
    if plot.color:
        told += f", its colour the {factors.kpi_names(sweep.kpi(plot.color)).said}"
    told += "; lines join points that differ in one factor alone. "
    if len(sweep.done) > 1:
        told += ("Crosses: how surely a point differs from the diamond (paired intervals); the long pale cross: how "
                 "well the diamond itself is known, by which all points move together. ")
    if all(map(pareto.direction, (plot.x, plot.y))) and len(sweep.done) > 1:
        told += ("Green: points that none tried betters in both; the stronger a ring, the likelier that is true; band: "
                 "where that edge lies.")
    return told.strip()


def _heat_caption(sweep: Sweep, numeric: Sequence[int]) -> str:
    base = sweep.done[lattice.base(sweep)]
    rest = [k for k in lattice.varied(sweep) if k not in numeric[:2]]
    at = f" With {factors.point_words(sweep, base, rest)}." if rest else ""
    return ("Each cell is a point; the thick line is where the goal would just be met, thin lines join equal values; "
            f"the frame marks the point that others are compared with.{at}")


def _price_caption(sweep: Sweep, plot: Plot) -> str:
    axis = cost_axis(sweep, plot)
    assert axis is not None
    return (f"Along {factors.noun(sweep.axes[axis].key)}: what each step costs for each point that it brings, with "
            "paired intervals; steps whose gain cannot be told have no price. Grey: all other points.")


@style.styled
def panels(sweep: Sweep, plot: Plot, width: float = style.WIDE) -> Figure:
    """The trade-off in one panel, or in one for each value of the factor `plot.panel`."""
    roomy = width >= style.NARROW_BELOW
    values = panel_values(sweep, plot)
    columns = min(len(values), 3 if len(values) > 4 else 2) if roomy else 1
    count = -(-len(values) // columns)
    height = (4.3 if roomy else 3.6) if len(values) == 1 else (3.0 if columns < 3 else 2.5)
    right = 1.05 if plot.color else 0.25
    figure, rows = style.frame(width, [height] * count, [1.0] * columns, title=0.34, left=0.62, right=right,
                               top=0.3 if roomy else 0.45, gap=0.62, between=0.45)
    axes = [ax for row in rows for ax in row]
    draw_panels(sweep, plot, axes, columns)
    shown = scene(sweep, plot)
    handles, words = marks_of(shown)
    tall = float(figure.get_size_inches()[1])
    figure.legend(handles, words, loc="upper left", bbox_to_anchor=(0.1 / width, 1.0 - 0.06 / tall),
                  ncols=len(words) if roomy else 1 if len(words) < 3 else 2, fontsize=9 if roomy else 8)
    style.sign(figure, footer(sweep))
    return figure


def panel_values(sweep: Sweep, plot: Plot) -> list[object]:
    """The values that get a panel: all, or from first to last as many as fit; [None] without a factor of panels."""
    axis = next((axis for axis in sweep.axes if axis.key == plot.panel), None)
    if axis is None:
        return [None]
    values: list[object] = list(axis.values)
    if len(values) > MOST_PANELS:
        values = [values[int(k)] for k in np.unique(np.linspace(0, len(values) - 1, MOST_PANELS).round())]
    return values


def draw_panels(sweep: Sweep, plot: Plot, axes: Sequence[Axes], columns: int) -> None:
    """One panel for each value, with the same axes and colours in all of them."""
    from sim.report.colour_bar import colour_bar

    values = panel_values(sweep, plot)
    place = next((k for k, axis in enumerate(sweep.axes) if axis.key == plot.panel), None)
    base = lattice.base(sweep)
    parts = []
    for value in values:
        within = None if place is None else lattice.slice_of(sweep, place, value)
        own = base if place is None else lattice.counterpart(sweep, base, place, value)
        parts.append(scene(sweep, plot, within, base if own is None else own))
    full = [part for part in parts if len(part.x)]
    if not full:
        for ax in axes:
            style.empty(ax, "no point has both figures")
        return
    boxes = np.array([extent(part) for part in full])
    limits = (boxes[:, 0].min(), boxes[:, 1].max(), boxes[:, 2].min(), boxes[:, 3].max())
    shades = np.concatenate([part.colour for part in full if part.colour is not None] or [np.array([0.0])])
    colours = (float(np.nanmin(shades)), float(np.nanmax(shades))) if np.isfinite(shades).any() else (0.0, 1.0)
    for k, (ax, part, value) in enumerate(zip(axes, parts, values, strict=False)):
        draw(ax, part, bar=False, colours=colours, limits=limits, words=k % columns == 0)
        if place is not None:
            ax.set_title(factors.value(sweep.axes[place].key, value))
            if k + columns < len(values):
                style.bare(ax)
    for ax in axes[len(values):]:
        ax.set_visible(False)
    if plot.color is not None:
        from matplotlib.cm import ScalarMappable
        from matplotlib.colors import Normalize

        name = factors.kpi_names(sweep.kpi(plot.color)).axis
        last = axes[min(columns, len(values)) - 1]
        colour_bar(last, ScalarMappable(Normalize(*colours), palette()), bar_words(name))
