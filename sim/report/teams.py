"""The teams: what agents do through the day, and how occupied those on the phones are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import style, written
from sim.report.day import room_for
from sim.report.kpis import Kpis, kpis_of
from sim.report.steps import band, stacked, steps
from sim.report.style import COLOURS, STATES
from sim.report.timeline import Timeline

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.measure.results import Results

MOST_TEAMS = 6
MOST_BARS = 14


@style.styled
def teams(results: Results, goal: float | None = None, width: float = style.WIDE) -> Figure:
    """A row for each team, largest first: agents by state on the left, occupancy on the right."""
    names = kpis_of(results).largest(room_for(MOST_TEAMS, results))
    roomy = width >= style.NARROW_BELOW
    if roomy:
        figure, rows = style.frame(width, [1.35] * len(names), (1, 1), gap=0.2, top=0.34)
        pairs = [(row[0], row[1]) for row in rows]
    else:
        figure, rows = style.frame(width, [1.25] * (2 * len(names)), gap=0.16, top=0.66)
        pairs = [(rows[2 * k][0], rows[2 * k + 1][0]) for k in range(len(names))]
    for (left, right), name in zip(pairs, names, strict=True):
        states(results, left, "team", name)
        occupancy(results, right, "team", name, goal)
        left.set_title(written.short(name, int(style.inches(left) / 0.088)))
    last = pairs[-1] if roomy else pairs[-1][1:]
    for ax in (ax for pair in pairs for ax in pair if ax not in last):
        style.bare(ax)
    handles, labels = legend(results)
    height = figure.get_size_inches()[1]
    figure.legend(handles, labels, loc="upper left", ncols=len(labels) if roomy else 4,
                  bbox_to_anchor=(0.6 / width, 1 - 0.06 / height), columnspacing=1.0)
    return figure


@style.styled
def states(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Agents by what they are doing, one state on top of another; the top is all who are paid."""
    ax = style.one(ax)
    line = Timeline.of(results)
    kinds = used(results)
    parts = [np.nan_to_num(line.crew(results, state, scope, name)) for state in kinds]
    pile = stacked(ax, line.edges, parts, [STATES[state] for state in kinds])
    style.count_axis(ax, float(pile.max()))
    line.draw(ax)
    style.unit(ax, "agents")
    return ax


@style.styled
def occupancy(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center",
              goal: float | None = None) -> Axes:
    """Occupancy of each slot with its interval, beside the goal if there is one."""
    ax = style.one(ax)
    line = Timeline.of(results)
    there = manned(results, scope, name)
    share, low, high = (
        np.where(there, line.crew(results, f"occupancy{end}", scope, name), np.nan) for end in ("", "_low", "_high"))
    band(ax, line.edges, low, high, style.BLUE, 0.28)
    steps(ax, line.edges, share, color=style.BLUE, linewidth=1.7)
    if goal is not None:
        ax.axhline(goal, color=COLOURS["goal"], linewidth=1.2, linestyle=(0, (5, 2)))
    style.percent_axis(ax)
    ax.set_ylim(0, 1.02)
    line.draw(ax)
    style.unit(ax, "% of staffed time")
    mean = kpis_of(results)("occupancy", scope, name)
    words = f"Occupancy {mean.text}" + ("" if goal is None else f", goal {written.whole_percent(goal)}")
    ax.set_title(words, fontsize=9, fontweight="normal", color=style.QUIET)
    return ax


def manned(results: Results, scope: str, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The slots with a shift on duty: not those in which the last agents only finish a contact.

    These have a twentieth of the most staff or less, or a fifth or less and nobody ever idle.
    """
    line = Timeline.of(results)
    staffed, idle = (np.nan_to_num(line.crew(results, c, scope, name)) for c in ("staffed", "idle"))
    share = staffed / max(float(staffed.max()), 1e-9)
    there: np.ndarray[tuple[int], np.dtype[np.bool_]] = (share > 0.05) & ((share > 0.2) | (idle > 0.01 * staffed))
    return there


@style.styled
def paid_time(results: Results, width: float = style.WIDE) -> Figure:
    """Where paid time goes: a bar a team, divided by state, its shrinkage written beside it."""
    kpis = kpis_of(results)
    names = kpis.largest(MOST_BARS)
    scopes = [("team", name) for name in names]
    if len(names) > 1:
        scopes.insert(0, ("center", "center"))
    words = ["all teams" if scope == "center" else written.short(name, 20) for scope, name in scopes]
    roomy = width >= style.NARROW_BELOW
    left = 0.2 + 0.078 * max(map(len, words))
    figure, rows = style.frame(width, [0.36 * len(scopes)], left=left, right=1.15 if roomy else 0.9,
                               top=0.1, title=0.6 if roomy else 0.98)
    ax = rows[0][0]
    kinds = used(results)
    for y, (scope, name) in enumerate(scopes):
        _bar(ax, kpis, kinds, y, scope, name)
    ax.set_ylim(len(scopes) - 0.45, -0.55)
    ax.grid(False)
    ax.set_yticks(range(len(scopes)), words)
    ax.tick_params(axis="y", labelcolor=style.INK)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    ax.set_xlabel("% of paid time")
    ax.spines["left"].set_visible(False)
    ax.text(1.02, 1.0, "shrinkage", transform=ax.transAxes, fontsize=8.5, color=style.QUIET, va="bottom")
    handles, labels = legend(results)
    columns = len(labels) if roomy else 4
    lines = -(-len(labels) // columns)
    figure.legend(handles, labels, loc="lower left", ncols=columns, columnspacing=1.0,
                  bbox_to_anchor=(left / width, ax.get_position().y1 + 0.1 / figure.get_size_inches()[1]))
    ax.set_title("Where paid time goes", pad=12 + 15 * lines)
    return figure


def _bar(ax: Axes, kpis: Kpis, kinds: list[str], y: int, scope: str, name: str) -> None:
    paid = kpis("paid_hours", scope, name).mean or 0.0
    if paid <= 0:
        ax.text(0.01, y, "nobody paid", va="center", color=style.QUIET)
        return
    start = 0.0
    for kind in kinds:
        share = (kpis(f"{kind}_hours", scope, name).mean or 0.0) / paid
        ax.barh(y, share, 0.68, left=start, color=STATES[kind], edgecolor="white", linewidth=0.6)
        if share * style.inches(ax) > 0.27:
            ax.text(start + share / 2, y, f"{100 * share:.0f}", ha="center", va="center", fontsize=8.5,
                    color="white" if kind in DARK else style.INK)
        start += share
    shrinkage = kpis("shrinkage", scope, name)
    ax.text(1.02, y, shrinkage.text, va="center", fontweight="bold", transform=ax.get_yaxis_transform())


DARK = {"talk", "hold", "training", "meeting", "away"}
"""States whose colour asks for white letters."""


def used(results: Results) -> list[str]:
    """The agent states that occur, in the order in which they are stacked."""
    kpis = kpis_of(results)
    return [s for s in STATES if (kpis(f"{s}_hours").mean or 0.0) > 0] or ["idle"]


def legend(results: Results) -> tuple[list[Artist], list[str]]:
    """Marks and names of the states that occur."""
    from matplotlib.patches import Patch

    kinds = used(results)
    return [Patch(color=STATES[kind]) for kind in kinds], kinds
