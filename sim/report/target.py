"""How sure it is that the goal is met: its probability by interval, by queue and by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.report import style, written
from sim.report.goals import service_goal
from sim.report.kpis import kpis_of
from sim.report.timeline import Timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

    from sim.measure.results import Results

MOST_QUEUES = 12
MOST_WORDS = 340
"""cells above which a heat strip is drawn without its numbers"""
Grid = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@style.styled
def target(results: Results, width: float = style.WIDE) -> Figure:
    """Bars by slot for the center, then a strip a queue; for some days, a map of days by time first."""
    kpis = kpis_of(results)
    line = Timeline.of(results)
    names = kpis.busiest(MOST_QUEUES)
    roomy = width >= style.NARROW_BELOW
    mapped = len(line.days) > 1 and not line.daily
    heights = [0.27 * len(line.days) if mapped else 1.9]
    if len(names) > 1:
        heights.append(0.27 * len(names))
    most = 22 if roomy else 12
    longest = max(len(written.short(n, most)) for n in names) if len(names) > 1 else 0
    left = max(0.6, 0.2 + 0.076 * longest)
    figure, rows = style.frame(width, heights, title=0.36 if roomy else 0.52, left=left, gap=0.62)
    if mapped:
        map_of_days(results, rows[0][0])
    else:
        bars(results, rows[0][0])
    if len(names) > 1:
        strips(results, names, rows[1][0], most)
    return figure


@style.styled
def bars(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Probability of meeting the goal in each slot, with Wilson's interval."""
    ax = style.one(ax)
    line = Timeline.of(results)
    p, low, high = (line.contacts(results, f"p_target_met{end}", scope, name) for end in ("", "_low", "_high"))
    _title(ax, results, scope, name)
    if np.isnan(p).all():
        line.draw(ax)
        style.empty(ax, keep_time=True)
        return ax
    there = ~np.isnan(p)
    middle = (line.edges[:-1] + 0.5)[there]
    ax.bar(middle, p[there], 0.94, color=colours()(p[there]), edgecolor="#8A949D", linewidth=0.5)
    reach = np.maximum(0.0, np.vstack([p - low, high - p])[:, there])
    ax.errorbar(middle, p[there], reach, fmt="none", ecolor=style.INK, elinewidth=1.0, capsize=1.8, capthick=1.0)
    ax.plot(middle, p[there], "o", color=style.INK, markersize=2.6)
    style.percent_axis(ax)
    ax.set_ylim(-0.02, 1.04)
    line.draw(ax)
    style.unit(ax, f"% of {line.slot_name}s" if line.daily else "% of replications")
    return ax


@style.styled
def map_of_days(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """The same for some days as a map: a row a day, a column an interval."""
    ax = style.one(ax)
    line = Timeline.of(results)
    p = line.contacts(results, "p_target_met", scope, name).reshape(len(line.days), line.per_day)
    _heat(ax, p, [f"{w[:3].capitalize()} {d}" if len(line.days) > 7 else w[:3].capitalize()
                  for d, w in zip(line.days, line.weekdays, strict=True)])
    one_day = Timeline(line.days[:1], line.weekdays[:1], line.opens_s, line.closes_s, line.interval_s, False)
    one_day.draw(ax)
    _title(ax, results, scope, name, "% of replications that meet ")
    return ax


@style.styled
def strips(results: Results, names: Sequence[str], ax: Axes | None = None, letters: int = 22) -> Axes:
    """A strip a queue: by interval for one day, by day for several."""
    ax = style.one(ax)
    line = Timeline.of(results)
    labels = [written.short(name, letters) for name in names]
    if len(line.days) == 1:
        _heat(ax, np.array([line.contacts(results, "p_target_met", "queue", name) for name in names]), labels)
        line.draw(ax)
        words = "The same by queue, each against its own goal"
    else:
        chances = [[service_goal(results, "queue", name, day).p_met for day in line.days] for name in names]
        _heat(ax, np.array(chances, dtype=float), labels)
        by_day = Timeline(line.days, line.weekdays, line.opens_s, line.closes_s, line.interval_s, True)
        by_day.draw(ax)
        if len(line.days) <= 7:
            ax.set_xticks([k + 0.5 for k in range(len(line.days))], [w[:3].capitalize() for w in line.weekdays])
        words = "% of days on which each queue meets its goal"
    ax.set_title(style.fit_title(ax, words))
    return ax


def colours() -> Colormap:
    """Dark for a goal that is never met, pale for one that always is: trouble stands out, in grey too."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("chance", ["#7A2600", "#D57A33", "#F2D6AE", "#EAF3F8"])


def _heat(ax: Axes, p: Grid, labels: Sequence[str]) -> None:
    rows, columns = p.shape
    ax.pcolormesh(np.arange(columns + 1), np.arange(rows + 1), np.ma.masked_invalid(p), cmap=colours(), vmin=0,
                  vmax=1, edgecolors="white", linewidth=0.8)
    ax.set_ylim(rows, 0)
    ax.grid(False)
    ax.set_yticks(np.arange(rows) + 0.5, labels)
    for spine in ax.spines.values():
        spine.set_visible(False)
    room = style.inches(ax) / columns
    if room < 0.2 or rows * columns > MOST_WORDS:
        return
    for y, x in np.ndindex(rows, columns):
        value = float(p[y, x])
        words = written.NONE if np.isnan(value) else f"{100 * value:.0f}"
        ax.text(x + 0.5, y + 0.52, words, ha="center", va="center", fontsize=8 if room > 0.24 else 6.5,
                color="white" if value < 0.4 else style.INK)


def _title(ax: Axes, results: Results, scope: str, name: str, before: str = "Chance of meeting ") -> None:
    goal = service_goal(results, scope, name)
    ax.set_title(style.fit_title(ax, before + goal.words))
