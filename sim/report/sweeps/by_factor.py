"""By factor: figures of a sweep as maps of two factors, lines along one, or dots point by point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import style, written
from sim.report.style import COLOURS
from sim.report.sweeps import factors
from sim.report.sweeps.fields import Field, field, fields
from sim.report.sweeps.scene import footer
from sim.study.sweeps import lattice
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINES = (style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE, style.INK)
MOST_DOTS = 40


@style.styled
def heats_of(sweep: Sweep, plot: Plot, width: float) -> Figure:
    """A map of each figure over the first two factors, the others as at the base."""
    found = fields(sweep, plot)
    columns = 2 if width >= style.NARROW_BELOW else 1
    count = -(-len(found) // columns)
    figure, rows = style.frame(width, [2.2] * count, [1.0] * columns, title=0.5, left=0.62, between=0.75, top=0.02,
                               gap=0.62)
    axes = [ax for row in rows for ax in row]
    for ax, each in zip(axes, found, strict=False):
        _heat(sweep, each, ax)
    for ax in axes[len(found):]:
        ax.set_visible(False)
    _sign(figure, sweep)
    return figure


@style.styled
def heat(sweep: Sweep, kpi: str, ax: Axes | None = None) -> Axes:
    """A map of one KPI over the first two factors that vary, with contours; thick: its goal."""
    ax = style.one(ax, 3.0)
    return _heat(sweep, field(sweep, kpi), ax)


def _heat(sweep: Sweep, each: Field, ax: Axes) -> Axes:
    numeric = [k for k in lattice.varied(sweep) if sweep.axes[k].numeric]
    if len(numeric) < 2:
        style.empty(ax, "a map needs two factors")
        return ax
    across, up = _which(sweep, numeric)
    base = lattice.base(sweep)
    xs, ys = (list(sweep.axes[k].values) for k in (across, up))
    values = np.full((len(ys), len(xs)), np.nan)
    rest = [k for k in range(len(sweep.axes)) if k not in (across, up)]
    for k, point in enumerate(sweep.done):
        if all(str(point.values[j]) == str(sweep.done[base].values[j]) for j in rest):
            values[ys.index(point.values[up]), xs.index(point.values[across])] = each.values[k]
    if not np.isfinite(values).any():
        style.empty(ax, "no figures")
        return ax
    ax.grid(False)
    ax.set_facecolor("#EEF1F3")
    shades = _shades(each)
    mesh = ax.pcolormesh(np.arange(len(xs) + 1) - 0.5, np.arange(len(ys) + 1) - 0.5, values, cmap=shades,
                         edgecolors=style.PAPER, linewidth=0.6)
    if each.key in ("day_met", "chance"):
        mesh.set_clim(0.0, 100.0)
    _contours(ax, each, values, named=not _cells(ax, each, values, mesh))
    _frame(ax, sweep, base, xs.index(sweep.done[base].values[across]), ys.index(sweep.done[base].values[up]))
    ax.set_title(style.fit_title(ax, each.title))
    for axis, key, ticks, room in ((ax.xaxis, sweep.axes[across].key, xs, style.inches(ax) / 0.4),
                                   (ax.yaxis, sweep.axes[up].key, ys, 2.2 / 0.2)):
        step = -(-len(ticks) // max(2, int(room)))
        axis.set_ticks(range(0, len(ticks), step), [factors.tick(key, value) for value in ticks[::step]])
    ax.set_xlabel(factors.axis_words(sweep.axes[across].key))
    ax.set_ylabel(factors.axis_words(sweep.axes[up].key))
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _which(sweep: Sweep, numeric: list[int]) -> tuple[int, int]:
    """The two factors of a map: the one with more values across."""
    first = sorted(numeric, key=lambda k: -len(sweep.axes[k].values))[:2]
    return first[0], first[1]


def _shades(each: Field) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    ends = {"day_met": ("#F6E3D7", "#0B6B52"), "chance": ("#F6E3D7", "#0B6B52")}
    low, high = ends.get(each.key, ("#F4F8FB", "#1F6FA8"))
    middle = ["#F3F3EE"] if each.key in ends else ["#9CC6E4"]
    return LinearSegmentedColormap.from_list("shades", [low, *middle, high])


def _contours(ax: Axes, each: Field, values: np.ndarray[Any, Any], named: bool) -> None:
    """Thin lines of equal values; a thick one where the goal would just be met, between the points by proportion."""
    from matplotlib.ticker import MaxNLocator

    if min(values.shape) < 2 or np.isnan(values).all() or float(np.nanmax(values) - np.nanmin(values)) == 0.0:
        return
    least, most = float(np.nanmin(values)), float(np.nanmax(values))
    known = np.ma.masked_invalid(values)
    x, y = np.arange(values.shape[1]), np.arange(values.shape[0])
    thin = [level for level in MaxNLocator(5).tick_values(least, most) if least < level < most]
    if thin:
        drawn = ax.contour(x, y, known, levels=thin, colors=[style.INK], linewidths=0.6, alpha=0.45)
        if named:
            ax.clabel(drawn, fontsize=7.5, fmt=lambda level: f"{level:,g}")
    if each.goal is not None and least < each.goal < most:
        ax.contour(x, y, known, levels=[each.goal], colors=[COLOURS["goal"]], linewidths=2.2)


def _cells(ax: Axes, each: Field, values: np.ndarray[Any, Any], mesh: Any) -> bool:
    """The figures in the cells, where there is room for them: whether there is."""
    rows, columns = values.shape
    texts = [[f"{value:,.{each.decimals}f}" if np.isfinite(value) else written.NONE for value in row] for row in values]
    width = style.inches(ax) / columns
    size = min(8.0, 0.85 * width / (0.0078 * max(len(text) for row in texts for text in row)))
    if size < 5.5 or 2.2 / rows < 0.15:
        return False
    for r, row in enumerate(texts):
        for c, text in enumerate(row):
            shade = mesh.to_rgba(np.array([values[r, c]]))[0] if np.isfinite(values[r, c]) else (1.0, 1.0, 1.0, 1.0)
            dark = 0.299 * shade[0] + 0.587 * shade[1] + 0.114 * shade[2] < 0.55
            ax.text(c, r, text, ha="center", va="center", fontsize=size, color=style.PAPER if dark else style.INK)
    return True


def _frame(ax: Axes, sweep: Sweep, base: int, column: int, row: int) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=style.INK, linewidth=1.6, zorder=5))


# ---------------------------------------------------------------- one factor


@style.styled
def lines_of(sweep: Sweep, plot: Plot, width: float) -> Figure:
    """Each figure along the one factor with distances, a line for each value of another."""
    found = fields(sweep, plot)
    columns = 2 if width >= style.NARROW_BELOW else 1
    count = -(-len(found) // columns)
    figure, rows = style.frame(width, [1.7] * count, [1.0] * columns, title=0.5, left=0.62, between=0.75, top=0.3,
                               gap=0.62)
    axes = [ax for row in rows for ax in row]
    handles: list[Any] = []
    words: list[str] = []
    for ax, each in zip(axes, found, strict=False):
        handles, words = _lines(sweep, each, ax)
    for ax in axes[len(found):]:
        ax.set_visible(False)
    if len(words) > 1:
        height = float(figure.get_size_inches()[1])
        figure.legend(handles, words, loc="upper left", bbox_to_anchor=(0.1 / width, 1.0 - 0.06 / height),
                      ncols=min(len(words), 4 if columns == 2 else 2))
    _sign(figure, sweep)
    return figure


@style.styled
def along(sweep: Sweep, kpi: str, ax: Axes | None = None) -> Axes:
    """One KPI along the first factor with distances, with bands; a line for each value of the other factors."""
    ax = style.one(ax, 2.6)
    handles, words = _lines(sweep, field(sweep, kpi), ax)
    if len(words) > 1:
        ax.legend(handles, words)
    return ax


def _lines(sweep: Sweep, each: Field, ax: Axes) -> tuple[list[Any], list[str]]:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    numeric = [k for k in lattice.varied(sweep) if sweep.axes[k].numeric]
    if not numeric:
        style.empty(ax, "no factor has distances")
        return [], []
    axis = numeric[0]
    key = sweep.axes[axis].key
    others = [k for k in lattice.varied(sweep) if k != axis]
    base = lattice.base(sweep)
    rows = sorted(lattice.rows_along(sweep, axis), key=lambda row: base not in row)[: len(LINES)]
    rows = sorted(rows)
    handles, words = [], []
    for row, colour in zip(rows, LINES, strict=False):
        x = np.array([float(sweep.done[k].values[axis]) for k in row])
        ax.fill_between(x, each.low[row], each.high[row], color=colour, alpha=0.10, linewidth=0)
        ax.fill_between(x, each.paired_low[row], each.paired_high[row], color=colour, alpha=0.28, linewidth=0)
        (line,) = ax.plot(x, each.values[row], color=colour, marker="o", markersize=4)
        handles.append(line)
        words.append(factors.point_words(sweep, sweep.done[row[0]], others) if others else each.title)
        if base in row:
            ax.plot([float(sweep.done[base].values[axis])], [each.values[base]], "D", color=colour, markersize=7,
                    markeredgecolor=style.INK, markeredgewidth=1.3, zorder=5)
    if each.goal is not None:
        low, high = ax.get_ylim()
        if low - 0.4 * (high - low) <= each.goal <= high + 0.4 * (high - low):
            ax.axhline(each.goal, color=COLOURS["goal"], linewidth=1.2, linestyle=(0, (5, 2.5)))
    if each.key in ("day_met", "chance"):
        ax.set_ylim(-3, 103)
    ax.set_title(style.fit_title(ax, each.title))
    values = [value for value in sweep.axes[axis].values]
    step = -(-len(values) // max(2, int(style.inches(ax) / 0.55)))
    ax.set_xticks([float(value) for value in values[::step]], [factors.tick(key, value) for value in values[::step]])
    ax.set_xlabel(factors.axis_words(key))
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", written.MINUS)))
    return handles, words


# ---------------------------------------------------------------- names without distances


@style.styled
def dots_of(sweep: Sweep, plot: Plot, width: float) -> Figure:
    """Each figure point by point, best first by x."""
    found = [each for each in fields(sweep, plot) if each.key != "chance"]
    roomy = width >= style.NARROW_BELOW
    columns = 2 if roomy else 1
    order = _order(sweep, plot)
    height = max(0.26 * len(order), 0.6)
    count = -(-len(found) // columns)
    names = [written.short(factors.point_words(sweep, sweep.done[k], lattice.varied(sweep)), 34) for k in order]
    longest = max(len(name) for name in names)
    left = min(max(0.075 * longest + 0.15, 0.7), 2.3 if roomy else 1.7)
    figure, rows = style.frame(width, [height] * count, [1.0] * columns, title=0.5, left=left, between=0.3, top=0.02,
                               gap=0.5)
    axes = [ax for row in rows for ax in row]
    for k, (ax, each) in enumerate(zip(axes, found, strict=False)):
        _dots(sweep, each, ax, order, names if k % columns == 0 else None, left)
    for ax in axes[len(found):]:
        ax.set_visible(False)
    _sign(figure, sweep)
    return figure


def _order(sweep: Sweep, plot: Plot) -> list[int]:
    """The points as they were listed; of very many those best in x."""
    if len(sweep.done) <= MOST_DOTS:
        return list(range(len(sweep.done)))
    means = np.nan_to_num(sweep.estimate(plot.x).mean, nan=-np.inf)
    return [int(k) for k in np.argsort(-means)[:MOST_DOTS]]


def _dots(sweep: Sweep, each: Field, ax: Axes, order: list[int], names: list[str] | None, left: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    y = np.arange(len(order))
    base = lattice.base(sweep)
    ax.hlines(y, each.low[order], each.high[order], color=style.SKY, linewidth=5, alpha=0.6)
    ax.hlines(y, each.paired_low[order], each.paired_high[order], color=style.BLUE, linewidth=2)
    ax.plot(each.values[order], y, "o", color=style.BLUE, markersize=5.5)
    if base in order:
        ax.plot([each.values[base]], [order.index(base)], "D", color=style.BLUE, markersize=7,
                markeredgecolor=style.INK, markeredgewidth=1.3)
    if each.goal is not None:
        low, high = ax.get_xlim()
        if low - 0.4 * (high - low) <= each.goal <= high + 0.4 * (high - low):
            ax.axvline(each.goal, color=COLOURS["goal"], linewidth=1.2, linestyle=(0, (5, 2.5)))
    ax.set_yticks(y, [style.fit(name, left - 0.2, style.label_size()) for name in names] if names else [""] * len(y))
    ax.set_ylim(len(order) - 0.4, -0.6)
    ax.grid(False)
    ax.grid(True, axis="x")
    ax.margins(x=0.08)
    ax.set_title(style.fit_title(ax, each.title))
    ax.xaxis.set_major_locator(MaxNLocator(max(2, int(style.inches(ax) / 0.7)), steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", written.MINUS)))


def _sign(figure: Figure, sweep: Sweep) -> None:
    style.sign(figure, footer(sweep))


