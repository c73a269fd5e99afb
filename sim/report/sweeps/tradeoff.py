"""The trade-off: two KPIs of a sweep against each other, the factors' directions, and what cannot be bettered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.report import style, written
from sim.report.colour_bar import colour_bar
from sim.report.style import COLOURS
from sim.report.sweeps import factors, placing
from sim.report.sweeps.labels import labels
from sim.report.sweeps.labels import room as room_for
from sim.report.sweeps.scene import Scene, numeric, rows, scene
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

FRONT = style.GREEN
LINE = "#9AA4AD"
MOST_CROSSES = 80
"""points up to which each has its cross; beyond, only those that may be on the front"""
MOST_LINES = 3000
"""points up to which those that differ in one factor are connected"""
CROSSED, MANY = 400, 1500
"""points from which marks are small, and from which they are pixels in an SVG"""


@style.styled
def tradeoff(sweep: Sweep, plot: Plot | None = None, ax: Axes | None = None) -> Axes:
    """Two KPIs against each other, coloured by a third: every done point with what chance leaves open of it.

    Crosses: paired intervals of the difference from the diamond, the scenario as it stands (else a point in the
    middle); the long pale cross at the diamond is its own interval, by which all may be shifted together. Lines
    connect points that differ in one factor. Green: no point tried is better in both; band: where that front lies
    against the diamond; the stronger a ring, the likelier that its point is on it.
    """
    chosen = plot if plot is not None else Plot.of({}, sweep)
    ax = style.one(ax, 4.2)
    if not sweep.done:
        style.empty(ax, "no point is done")
        return ax
    shown = scene(sweep, chosen)
    legend(ax, shown)
    return draw(ax, shown)


def palette() -> Colormap:
    """Viridis without its palest end, which nobody sees on white."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    return ListedColormap(colormaps["viridis"](np.linspace(0.0, 0.93, 256)))


def bar_words(name: str) -> str:
    """A name broken so that it stands over a colour bar: "Handle time, s" in two lines."""
    from textwrap import fill

    return fill(name, 9, break_long_words=False)


def draw(ax: Axes, shown: Scene, bar: bool = True, colours: tuple[float, float] | None = None,
         limits: tuple[float, float, float, float] | None = None, words: bool = True) -> Axes:
    """A scene in a panel. `colours`, `limits`: of the scale and the axes, where panels share them."""
    if not len(shown.x):
        style.empty(ax, "no point has both figures")
        return ax
    goals = shown.sweep.done[int(shown.points[0])].config or {}
    names = [factors.kpi_names(kpi, goals.get("goals")) for kpi in shown.kpis]
    ax.grid(True, axis="both")
    _limits(ax, shown, limits)
    ticks(ax)
    short = len(names[0].axis) * 0.0072 * style.label_size() > style.inches(ax)
    ax.set_xlabel(names[0].axis.partition(", of ")[0] if short else names[0].axis)
    if words:
        ax.set_ylabel(names[1].axis)
    blocked = _goals(ax, shown)
    lines = _mesh(ax, shown)
    _front(ax, shown)
    _crosses(ax, shown)
    marks = _points(ax, shown, colours)
    if bar and shown.plot.color is not None and marks is not None:
        name = factors.kpi_names(shown.sweep.kpi(shown.plot.color)).axis
        colour_bar(ax, marks, bar_words(name))
    size = 4.0 if len(shown.x) > CROSSED else 9.0
    marked = placing.boxes_at(ax, shown.x, shown.y, size)
    few = len(shown.x) <= CROSSED
    soft = [lines, marked]
    if len(shown.x) <= MOST_CROSSES and np.isfinite(shown.x_limits[0]).any():
        soft += [_cross_boxes(ax, shown)]
    placing.place(ax, labels(ax, shown), np.concatenate([blocked, marked]) if few else blocked,
                  np.concatenate(soft), room_for(ax))
    return ax


# ---------------------------------------------------------------- the parts


def _limits(ax: Axes, shown: Scene, given: tuple[float, float, float, float] | None) -> None:
    """All points and their crosses, and a goal where it is near."""
    if given is not None:
        ax.set_xlim(given[:2])
        ax.set_ylim(given[2:])
        return
    box = extent(shown)
    ax.set_xlim(box[:2])
    ax.set_ylim(box[2:])


def extent(shown: Scene) -> tuple[float, float, float, float]:
    """Limits of the axes: points, crosses of all that are few, the goals that are near, and room for labels."""
    found: list[float] = []
    for values, (low, high), own, goal, kpi in zip(
        (shown.x, shown.y), (shown.x_limits, shown.y_limits), (shown.own[:2], shown.own[2:]), shown.goals, shown.kpis,
        strict=True,
    ):
        parts = [values]
        if len(values) <= MOST_CROSSES:
            parts += [low, high]
        parts = [part[np.isfinite(part)] for part in parts]
        every = np.concatenate(parts)
        least, most = float(every.min()), float(every.max())
        if shown.base is not None and all(np.isfinite(own)) and len(values) > 1:
            least = min(least, max(own[0], least - 0.25 * (most - least)))
            most = max(most, min(own[1], most + 0.25 * (most - least)))
        span = most - least
        if goal is not None and least - 0.35 * span <= goal <= most + 0.35 * span:
            least, most = min(least, goal), max(most, goal)
        room = 0.09 * (most - least) or 0.02 * abs(most) or 1.0
        least, most = least - room, most + room
        if kpi.unit == "share":
            least, most = max(least, -2.0), min(most, 102.0)
        found += [least, most]
    return found[0], found[1], found[2], found[3]


def ticks(ax: Axes) -> None:
    """As many round ticks as fit on both axes, thousands set apart."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    told = FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", written.MINUS))
    height = float(ax.get_position().height * ax.get_figure(root=True).get_size_inches()[1])  # type: ignore[union-attr]
    for axis, room in ((ax.xaxis, style.inches(ax) / 0.7), (ax.yaxis, height / 0.45)):
        axis.set_major_locator(MaxNLocator(max(2, min(int(room), 9)), steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(told)


def _goals(ax: Axes, shown: Scene) -> placing.Boxes:
    """Goal lines with their words at the edge; what they cover."""
    boxes = []
    inks: dict[str, Any] = {"color": COLOURS["goal"], "linewidth": 1.2, "linestyle": (0, (5, 2.5)), "zorder": 1.5}
    look: dict[str, Any] = {"color": COLOURS["goal"], "fontsize": style.label_size() - 0.5}
    for goal, kpi, low_high, across in ((shown.goals[0], shown.kpis[0], ax.get_xlim(), False),
                                        (shown.goals[1], shown.kpis[1], ax.get_ylim(), True)):
        if goal is None or not low_high[0] <= goal <= low_high[1]:
            continue
        (ax.axhline if across else ax.axvline)(goal, **inks)
        words = f"goal {written.figure(goal / factors.per(kpi), kpi.unit, 0)}"
        room, floor = placing.renderer_of(ax), (ax.get_xlim()[0], ax.get_ylim()[0])
        text = (ax.annotate(words, (ax.get_xlim()[1], goal), (-3, 3), textcoords="offset points", ha="right", **look)
                if across else
                ax.annotate(words, (goal, floor[1]), (3, 3), textcoords="offset points", rotation=90, va="bottom",
                            ha="left", **look))
        boxes.append(text.get_window_extent(room).extents)
    return np.array(boxes) if boxes else np.empty((0, 4))


def _mesh(ax: Axes, shown: Scene) -> placing.Boxes:
    """Lines between points that differ in one factor with distances; what they cover."""
    if len(shown.x) > MOST_LINES:
        return np.empty((0, 4))
    boxes = [np.empty((0, 4))]
    faint = 0.9 if len(shown.x) <= 80 else 0.45
    for n, axis in enumerate(numeric(shown)):
        for row in rows(shown, axis):
            ax.plot(shown.x[row], shown.y[row], color=LINE, linewidth=1.1, alpha=faint, zorder=2,
                    linestyle="-" if n == 0 else (0, (1.2, 1.4)))
            if len(shown.x) <= CROSSED:
                boxes.append(placing.along(ax, shown.x[row], shown.y[row]))
    return np.concatenate(boxes)


def _front(ax: Axes, shown: Scene) -> None:
    if shown.front is None:
        return
    if shown.band is not None and len(shown.x) > 2:
        ax.fill_between(shown.band.x, shown.band.low, shown.band.high, color=FRONT, alpha=0.13, linewidth=0, zorder=1.2)
    on = shown.members
    ax.plot(shown.x[on], shown.y[on], color=FRONT, linewidth=2.6, alpha=0.85, zorder=2.6, solid_capstyle="round",
            solid_joinstyle="round")
    chance = np.where(np.isnan(shown.front.chance), shown.front.on.astype(float), shown.front.chance)
    likely = np.flatnonzero(chance > 0.05)
    inks: Any = [(*_rgb(FRONT), float(each)) for each in chance[likely]]
    size = 140.0 if len(shown.x) <= CROSSED else 30.0
    ax.scatter(shown.x[likely], shown.y[likely], s=size, facecolors="none", edgecolors=inks, linewidths=2.0, zorder=3.4)


def _crosses(ax: Axes, shown: Scene) -> None:
    """Paired intervals about the points, and the base's own interval."""
    if len(shown.x) <= MOST_CROSSES:
        some: NDArray[np.intp] = np.arange(len(shown.x))
    else:
        some = shown.members[:MOST_CROSSES]
    look: dict[str, Any] = {"color": "#4A545E", "alpha": 0.55, "linewidth": 0.9, "zorder": 2.3}
    ax.hlines(shown.y[some], shown.x_limits[0][some], shown.x_limits[1][some], **look)
    ax.vlines(shown.x[some], shown.y_limits[0][some], shown.y_limits[1][some], **look)
    if shown.base is not None and all(np.isfinite(shown.own)):
        x, y = shown.x[shown.base], shown.y[shown.base]
        pale: dict[str, Any] = {"color": style.INK, "alpha": 0.16, "linewidth": 5.0, "zorder": 1.6}
        ax.hlines([y], shown.own[0], shown.own[1], **pale)
        ax.vlines([x], shown.own[2], shown.own[3], **pale)


def _cross_boxes(ax: Axes, shown: Scene) -> placing.Boxes:
    """What the crosses cover."""
    (left, right), (low, high) = shown.x_limits, shown.y_limits
    arms = [*zip(left, right, shown.y, shown.y, strict=True), *zip(shown.x, shown.x, low, high, strict=True)]
    return np.concatenate([placing.along(ax, np.array([x0, x1]), np.array([y0, y1]), 12.0) for x0, x1, y0, y1 in arms
                           if np.isfinite([x0, x1, y0, y1]).all()])


def _points(ax: Axes, shown: Scene, colours: tuple[float, float] | None) -> Any:
    n = len(shown.x)
    size = 46.0 if n <= 80 else 26.0 if n <= CROSSED else 9.0 if n <= MANY else 4.0
    look: dict[str, Any] = {"s": size, "zorder": 3, "rasterized": n > MANY,
                            "linewidths": 0.6 if n <= CROSSED else 0.0, "edgecolors": style.PAPER}
    if shown.colour is None:
        marks = ax.scatter(shown.x, shown.y, color=style.BLUE, **look)
    else:
        low, high = colours if colours is not None else (float(np.nanmin(shown.colour)), float(np.nanmax(shown.colour)))
        marks = ax.scatter(shown.x, shown.y, c=shown.colour, cmap=palette(), vmin=low, vmax=high,
                           plotnonfinite=False, **look)
    if shown.base is not None:
        fill: Any = [style.BLUE] if shown.colour is None else [marks.to_rgba(shown.colour[[shown.base]])[0]]
        ax.scatter(shown.x[[shown.base]], shown.y[[shown.base]], s=2.2 * max(size, 30.0), marker="D", color=fill,
                   edgecolors=style.INK, linewidths=1.6, zorder=4)
    return None if shown.colour is None else marks


def legend(ax: Axes, shown: Scene) -> None:
    """What the marks mean, above the panel."""
    handles, words = marks_of(shown)
    style.entitle(ax, "", handles, words)


def marks_of(shown: Scene) -> tuple[list[Any], list[str]]:
    """Handles and words of a legend."""
    from matplotlib.lines import Line2D

    handles: list[Any] = []
    words: list[str] = []
    if shown.base is not None:
        handles.append(Line2D([], [], marker="D", color="none", markeredgecolor=style.INK, markerfacecolor="#C9D0D6",
                              markersize=7, markeredgewidth=1.5))
        words.append("as it stands" if shown.stands else "compared with")
    if shown.front is not None and len(shown.x) > 1:
        handles.append(Line2D([], [], color=FRONT, linewidth=2.6, marker="o", markerfacecolor="none", markersize=9,
                              markeredgewidth=1.8))
        words.append("none tried is better in both")
    if np.isfinite(shown.x_limits[0]).any():
        handles.append(Line2D([], [], color="#4A545E", alpha=0.7, linewidth=1.0, marker="+", markersize=9))
        words.append(f"difference from the diamond, {100 * shown.sweep.confidence:g} %")
    return handles, words


def _rgb(colour: str) -> tuple[float, ...]:
    from matplotlib.colors import to_rgb

    return to_rgb(colour)
