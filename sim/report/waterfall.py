"""Waterfalls: from a typical contact to what was reached, cause by cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.report import style, written
from sim.report.kpis import Kpi

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOSS, GAIN, UNSURE = style.VERMILION, style.BLUE, "#B4BCC3"
"""Colours of steps for the worse and for the better, and of those that may as well be none."""
ROW = 0.27
"""inches: one bar with the room around it"""
SMALL_ROW = 0.2


class Fall(NamedTuple):
    """A sum of causes: `start` plus all steps is the end."""

    title: str
    before: str
    """what the start is: "a typical contact" """
    start: float
    steps: tuple[Kpi, ...]
    """causes with their signed effects, in the order in which they are drawn"""
    after: str
    end: Kpi
    axis: str
    """label of the axis, with its unit: "CSAT (% of handled contacts)" """
    less_is_good: bool = False


@style.styled
def waterfall(fall: Fall, width: float = style.WIDE) -> Figure:
    """One waterfall, its numbers in a column at the right."""
    roomy = width >= style.NARROW_BELOW
    figure, rows = style.frame(width, [ROW * (len(fall.steps) + 2)], left=_room((fall,), 30 if roomy else 24),
                               right=1.95 if roomy else 0.75, title=0.42 if roomy else 0.6)
    steps(fall, rows[0][0], letters=30 if roomy else 24, intervals=roomy)
    return figure


@style.styled
def small_waterfalls(falls: Sequence[Fall], width: float = style.WIDE, one_scale: bool = True) -> Figure:
    """The same causes of several queues or teams, a panel each: on one scale, or each where it lies, as far across."""
    columns = min(len(falls), 3 if width >= style.NARROW_BELOW else 1)
    lines = -(-len(falls) // columns)
    bars = max(len(fall.steps) for fall in falls) + 2
    figure, rows = style.frame(width, [SMALL_ROW * bars] * lines, [1.0] * columns, left=_room(falls, 25, 8.0),
                               right=0.5, between=0.5, title=0.4, gap=0.12)
    ends = np.array([_reach(fall) for fall in falls])
    if one_scale:
        ends[:] = ends[:, 0].min(), ends[:, 1].max()
    else:
        ends[:, 1] = ends[:, 0] + np.diff(ends, axis=1).max()
    for k, (ax, fall) in enumerate(zip((ax for row in rows for ax in row), falls, strict=False)):
        steps(fall, ax, letters=25, size=8.0, intervals=False, reach=(float(ends[k, 0]), float(ends[k, 1])))
        ax.set_title(written.short(fall.title, int((style.inches(ax) + 0.4) / 0.09)))
        ax.set_xlabel(fall.axis.replace("% of handled contacts", "%"))
        if k % columns:
            ax.tick_params(labelleft=False)
        if k + columns < len(falls) and one_scale:
            style.bare(ax)
        elif k + columns < len(falls):
            ax.set_xlabel("")
    for ax in [ax for row in rows for ax in row][len(falls):]:
        ax.remove()
    return figure


@style.styled
def steps(fall: Fall, ax: Axes | None = None, letters: int = 30, size: float = 9.0, intervals: bool = True,
          reach: tuple[float, float] | None = None) -> Axes:
    """The steps on a panel: a bar a cause, whiskers for its interval, diamonds for start and end.

    The scale does not begin at 0, so that start and end are points, not bars. Grey: cannot be told from no effect.
    """
    ax = style.one(ax, ROW * (len(fall.steps) + 2))
    scale = _scale(fall)
    at = _levels(fall)
    count = len(fall.steps)
    ys = np.arange(count) + 1.0
    ax.barh(ys, np.diff(at), 0.62, left=at[:-1], color=[_colour(step, fall) for step in fall.steps], linewidth=0)
    # One line with gaps for all whiskers, and one collection of connectors, are much faster than many lines.
    ends = np.array([(at[k] + scale * step.low, at[k] + scale * step.high, np.nan) for k, step in enumerate(fall.steps)
                     if step.low is not None and step.high is not None]).ravel()
    known = [y for y, step in zip(ys, fall.steps, strict=True) if step.low is not None and step.high is not None]
    ax.plot(ends, np.repeat(known, 3), color=style.INK, linewidth=1.1, marker="|", markersize=4.5)
    ax.vlines(at, [0.0, *(ys - 0.31)], [*(ys + 0.31), count + 1.0], color="#8A949D", linewidth=0.8, zorder=1.5)
    ax.plot((at[0], at[-1]), (0, count + 1), "D", color=style.INK, markersize=5.5 if size >= 9 else 4.5)
    _axis(ax, fall, reach or _reach(fall), letters, size)
    _numbers(ax, fall, size, intervals)
    return ax


def _colour(step: Kpi, fall: Fall) -> str:
    if not step.sure:
        return UNSURE
    return GAIN if ((step.mean or 0.0) < 0) is fall.less_is_good else LOSS


def _axis(ax: Axes, fall: Fall, reach: tuple[float, float], letters: int, size: float) -> None:
    from matplotlib.ticker import MaxNLocator

    names = [fall.before, *(step.label for step in fall.steps), fall.after]
    ax.set_yticks(range(len(names)), [written.short(name, letters) for name in names], fontsize=size)
    ax.tick_params(axis="y", labelcolor=style.INK)
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.set_xlim(*reach)
    ax.xaxis.set_major_locator(MaxNLocator(max(2, int(style.inches(ax) / 0.55)), steps=[1, 2, 2.5, 5, 10]))
    ax.grid(False)
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(fall.axis)
    figure = ax.get_figure(root=True)
    beside = 0.0 if figure is None else (1 - float(ax.get_position().x1)) * float(figure.get_size_inches()[0])
    ax.set_title(style.fit_title(ax, fall.title, beside - 0.2))


def _numbers(ax: Axes, fall: Fall, size: float, intervals: bool) -> None:
    """Write the figures into a column at the right: nothing there can run into a bar."""
    end = fall.end.full if intervals else fall.end.text
    texts = [written.figure(fall.start, fall.end.unit), *(signed(step, intervals) for step in fall.steps), end]
    for k, text in enumerate(texts):
        total = k in (0, len(texts) - 1)
        ax.text(1.015, k, text, va="center", fontsize=size, transform=ax.get_yaxis_transform(),
                fontweight="bold" if total and not intervals else "normal",
                color=style.INK if total else style.QUIET)


def signed(step: Kpi, interval: bool = True) -> str:
    """A change with its sign and its interval: "-4.2 (-4.6 to -3.8)"; of shares, in points."""
    scale = 100.0 if step.unit == "share" else 1.0
    texts = [f"{scale * v:+.1f}".replace("-", written.MINUS) for v in (step.mean, step.low, step.high) if v is not None]
    if not texts:
        return written.NONE
    return f"{texts[0]} ({texts[1]} to {texts[2]})" if interval and len(texts) == 3 else texts[0]


def _scale(fall: Fall) -> float:
    return 100.0 if fall.end.unit == "share" else 1.0


def _levels(fall: Fall) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The start and where each step leads, in the unit of the axis."""
    levels: np.ndarray[tuple[int], np.dtype[np.float64]] = _scale(fall) * np.cumsum(
        [fall.start, *(step.mean or 0.0 for step in fall.steps)])
    return levels


def _reach(fall: Fall) -> tuple[float, float]:
    """Ends of the scale: every level and whisker, and a little room."""
    at, scale = _levels(fall), _scale(fall)
    ends = [level + scale * end for level, step in zip(at, fall.steps, strict=False)
            for end in (step.low, step.high) if end is not None]
    low, high = float(min([*at, *ends])), float(max([*at, *ends]))
    room = 0.04 * (high - low) or 1.0
    return low - room, high + room


def _room(falls: Sequence[Fall], letters: int, size: float = 9.0) -> float:
    """Inches that the names of the causes take."""
    names = [name for fall in falls for name in (fall.before, fall.after, *(step.label for step in fall.steps))]
    return 0.15 + 0.0073 * size * style.breadth() * max(len(written.short(name, letters)) for name in names)
