"""How long callers waited: the distribution with its percentiles, and what any threshold would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from sim.report import style, written
from sim.report.goals import service_goal
from sim.report.kpis import kpis_of
from sim.report.steps import stacked
from sim.report.style import COLOURS
from sim.report.timeline import Numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.measure.results import Results

PERCENTILES = (50, 80, 90, 95)


class Histogram(NamedTuple):
    """Contacts per replication by how long they waited; the last bin holds all longer waits too."""

    from_s: Numbers
    answered: Numbers
    abandoned: Numbers
    step_s: float
    at_once: float
    """answered without waiting"""
    queued: float
    """all who joined the queue or were answered at once"""
    longest_s: float

    @classmethod
    def of(cls, results: Results, scope: str, name: str) -> Histogram:
        """The histogram of the center or a queue."""
        rows = results.wait_histogram.filter(pl.col("scope") == scope, pl.col("name") == name).sort("to_s")
        zero, bins = rows.filter(pl.col("to_s") == 0), rows.filter(pl.col("to_s") > 0)
        total = float(rows.select(pl.sum_horizontal(pl.sum("answered", "abandoned", "other")))[0, 0] or 0)
        start, end = bins["from_s"].to_numpy(), bins["to_s"].to_numpy()
        keep = cls._bins_shown(results, scope, name, start)
        answered, abandoned = (
            np.append(column[: keep - 1], column[keep - 1 :].sum()) if len(column) else column
            for column in (bins["answered"].to_numpy(), bins["abandoned"].to_numpy()))
        return cls(start[:keep], answered, abandoned, float(end[0] - start[0]) if len(end) else 1.0,
                   float(zero["answered"].sum()), total, float(end[-1]) if len(end) else 0.0)

    @staticmethod
    def _bins_shown(results: Results, scope: str, name: str, start: Numbers) -> int:
        """How many bins to draw: a few callers who wait for hours must not squeeze all others to the left."""
        long = kpis_of(results).get("wait_p95_s", scope, name)
        reach = 1.6 * ((None if long is None else long.mean) or 0.0)
        goal = service_goal(results, scope, name).thresholds_s
        reach = max(reach, 2 * max(goal, default=0.0))
        return min(len(start), max(15, int(np.searchsorted(start, reach)) + 1))

    @property
    def edges(self) -> Numbers:
        """Borders of the bins as drawn: the last one as wide as the others."""
        return np.append(self.from_s, self.from_s[-1] + self.step_s)


@style.styled
def waits(results: Results, width: float = style.WIDE) -> Figure:
    """Distribution of the center's waits above, service level at any threshold below, on one time axis."""
    roomy = width >= style.NARROW_BELOW
    figure, rows = style.frame(width, [2.3, 1.7], title=0.36 if roomy else 0.58, gap=0.6)
    distribution(results, rows[0][0])
    thresholds(results, rows[1][0])
    return figure


@style.styled
def distribution(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Contacts by wait, answered and abandoned, with percentiles (of all who queued) and the threshold."""
    from matplotlib.patches import Patch

    ax = style.one(ax)
    got = Histogram.of(results, scope, name)
    if got.queued <= 0 or not len(got.from_s):
        style.empty(ax, "no contacts" if got.queued <= 0 else "nobody waited")
        style.entitle(ax, "Waits")
        return ax
    both = got.answered + got.abandoned
    stacked(ax, got.edges, [got.answered, got.abandoned], [COLOURS["handled"], COLOURS["abandoned"]])
    # Room above the bars for the percentiles' labels.
    style.count_axis(ax, float(both.max()) * 1.45)
    _wait_axis(ax, got)
    style.unit(ax, f"contacts per {got.step_s:g} s")
    _percentiles(ax, results, scope, name, float(got.edges[-1]))
    _thresholds(ax, results, scope, name)
    share = written.percent(got.at_once / got.queued)
    style.entitle(ax, f"Waits of the {written.percent(1 - got.at_once / got.queued)} who were not answered at once"
                  if style.inches(ax) > 4 else f"{share} answered at once; the others waited",
                  [Patch(color=COLOURS["handled"]), Patch(color=COLOURS["abandoned"])], ["answered", "abandoned"])
    return ax


@style.styled
def thresholds(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Share of offered contacts that were answered, and that abandoned, within each time."""
    from matplotlib.lines import Line2D

    ax = style.one(ax)
    got = Histogram.of(results, scope, name)
    offered = kpis_of(results)("offered", scope, name).mean or 0.0
    if offered <= 0:
        style.empty(ax)
        return ax
    edges = got.edges if len(got.from_s) else np.array([0.0, 1.0])
    answered = (got.at_once + np.concatenate(([0.0], np.cumsum(got.answered[:-1])))) / offered
    gone = np.concatenate(([0.0], np.cumsum(got.abandoned[:-1]))) / offered
    inner = edges[: len(answered)]
    ax.plot(inner, answered, color=COLOURS["service_level"])
    ax.plot(inner, gone, color=COLOURS["abandoned"], linestyle=(0, (4, 1.5)), linewidth=1.5)
    style.percent_axis(ax)
    ax.set_ylim(0, 1.02)
    _wait_axis(ax, got)
    style.unit(ax, "% of offered")
    _thresholds(ax, results, scope, name, told=False)
    level = kpis_of(results).get("service_level_of_offered", scope, name)
    within = service_goal(results, scope, name).within_s
    if level is not None and level.mean is not None and within is not None and within <= inner[-1]:
        if level.low is not None and level.high is not None:
            ax.vlines(within, level.low, level.high, color=style.INK, linewidth=3.0, zorder=4)
        ax.plot([within], [level.mean], "o", color=style.INK, markersize=5, zorder=5)
        ax.annotate(level.text, (within, level.mean), (7, -12), textcoords="offset points", fontweight="bold")
    style.entitle(ax, "Answered or gone within that time", [
        Line2D([], [], color=COLOURS["service_level"]),
        Line2D([], [], color=COLOURS["abandoned"], linestyle=(0, (4, 1.5)), linewidth=1.5)],
        ["answered", "abandoned"])
    return ax


def _wait_axis(ax: Axes, got: Histogram) -> None:
    from matplotlib.ticker import MaxNLocator

    end = float(got.edges[-1]) if len(got.from_s) else 1.0
    ax.set_xlim(0, end)
    ax.xaxis.set_major_locator(MaxNLocator(6 if style.inches(ax) < 4 else 10, steps=[1, 2, 3, 5, 6, 10]))
    more = got.longest_s > end * 1.01
    ax.set_xlabel("wait (seconds)" + (f"; last bar: longer, up to {written.seconds(got.longest_s)}" if more else ""))


def _percentiles(ax: Axes, results: Results, scope: str, name: str, end: float) -> None:
    """Mark the percentiles, each label on a line of its own so that close ones stay readable."""
    kpis = kpis_of(results)
    top, roomy, most = 0.92, style.inches(ax) > 4, ax.get_ylim()[1]
    for percentile in reversed(PERCENTILES):
        value = kpis.get(f"wait_p{percentile}_s", scope, name)
        if value is None or value.mean is None or not 0 < value.mean <= end:
            continue
        if value.low is not None and value.high is not None:
            ax.hlines(top * most, value.low, min(value.high, end), color=style.INK, linewidth=2.4, zorder=5)
        ax.axvline(value.mean, ymax=top, color=style.INK, linewidth=1.0)
        left = value.mean < 0.62 * end
        words = f"{percentile} % waited {value.text} or less" if roomy else f"{percentile} %: {value.text}"
        ax.annotate(words, (value.mean, top), (4 if left else -4, 2.5), xycoords=("data", "axes fraction"),
                    textcoords="offset points", fontsize=8.5, ha="left" if left else "right", va="bottom",
                    zorder=6, bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.8})
        top -= 0.115


def _thresholds(ax: Axes, results: Results, scope: str, name: str, told: bool = True) -> None:
    inside = [t for t in service_goal(results, scope, name).thresholds_s if t <= ax.get_xlim()[1]]
    for within in inside[:3]:
        ax.axvline(within, color=COLOURS["goal"], linewidth=1.4, linestyle=(0, (5, 2)), zorder=3)
    if not told or not inside:
        return
    words = f"threshold {inside[0]:g} s" if len(inside) == 1 else f"thresholds {inside[0]:g} to {inside[-1]:g} s"
    ax.annotate(words, (inside[-1], 0.02), (3, 0), xycoords=("data", "axes fraction"), textcoords="offset points",
                fontsize=8.5, color=COLOURS["goal"], rotation=90, va="bottom",
                bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6})
