"""The day: contacts, agents, service level and waits over time, each a panel of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import style, written
from sim.report.goals import service_goal
from sim.report.kpis import kpis_of
from sim.report.steps import band, filled, stacked, steps
from sim.report.style import COLOURS
from sim.report.timeline import Timeline

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.measure.results import Results

LOST = ("balked", "blocked", "called_back", "inside")
"""Ways to leave other than handled and abandoned."""


@style.styled
def day(results: Results, width: float = style.WIDE) -> Figure:
    """The four panels below one another, of the whole center, on one time axis."""
    roomy = width >= style.NARROW_BELOW
    figure, rows = style.frame(width, [1.75, 1.45, 1.65, 1.45], title=0.34 if roomy else 0.56, gap=0.2)
    axes = [row[0] for row in rows]
    for ax, panel in zip(axes, (volume, staffing, service_level, waiting), strict=True):
        panel(results, ax)
    for ax in axes[:-1]:
        style.bare(ax)
    return figure


@style.styled
def volume(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Contacts offered in each slot, and whether they were handled or abandoned; means per replication."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ax = style.one(ax)
    line = Timeline.of(results)
    got = {c: np.nan_to_num(line.contacts(results, c, scope, name)) for c in ("handled", "abandoned", *LOST)}
    offered = np.nan_to_num(line.contacts(results, "offered", scope, name))
    lost = np.sum([got[c] for c in LOST], axis=0)
    kinds = ["handled", "abandoned", "lost"][: 3 if lost.sum() > 0.005 * max(offered.sum(), 1) else 2]
    parts = [got["handled"], got["abandoned"], lost][: len(kinds)]
    stacked(ax, line.edges, parts, [COLOURS[kind] for kind in kinds])
    low, high = (line.contacts(results, f"offered_{end}", scope, name) for end in ("low", "high"))
    band(ax, line.edges, low, high, style.INK, 0.16)
    steps(ax, line.edges, offered, color=COLOURS["offered"], linewidth=1.2)
    style.count_axis(ax, max(float(offered.max()), float(np.nan_to_num(high).max())))
    line.draw(ax)
    style.unit(ax, f"per {line.slot_name}")
    words = {"lost": "blocked, balked, other"}
    style.entitle(ax, "Contacts", [
        Line2D([], [], color=COLOURS["offered"], linewidth=1.2), *(Patch(color=COLOURS[k]) for k in kinds)],
        ["offered", *(words.get(k, k) for k in kinds)])
    return ax


@style.styled
def staffing(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Agents on the phones (staffed), those of them with a contact (busy), and all who are paid."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ax = style.one(ax)
    line = Timeline.of(results)
    paid, staffed, busy = (np.nan_to_num(line.crew(results, c, scope, name)) for c in ("paid", "staffed", "busy"))
    filled(ax, line.edges, busy, COLOURS["busy"])
    low, high = (line.crew(results, f"busy_{end}", scope, name) for end in ("low", "high"))
    band(ax, line.edges, low, high, style.BLUE, 0.35)
    steps(ax, line.edges, paid, color=style.QUIET, linewidth=1.0, linestyle=(0, (1, 1.2)))
    steps(ax, line.edges, staffed, color=COLOURS["staffed"], linewidth=1.2)
    style.count_axis(ax, float(paid.max()))
    line.draw(ax)
    style.unit(ax, "agents")
    style.entitle(ax, "Agents", [
        Line2D([], [], color=style.QUIET, linewidth=1.0, linestyle=(0, (1, 1.2))),
        Line2D([], [], color=COLOURS["staffed"], linewidth=1.2), Patch(color=COLOURS["busy"])],
        ["paid", "staffed", "busy"])
    return ax


@style.styled
def service_level(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center",
                  title: str | None = None) -> Axes:
    """Service level of each slot with its interval, beside the goal; the variant stands in the title."""
    ax = style.one(ax)
    line = Timeline.of(results)
    goal = service_goal(results, scope, name)
    level = line.contacts(results, "service_level", scope, name)
    low, high = (line.contacts(results, f"service_level_{end}", scope, name) for end in ("low", "high"))
    band(ax, line.edges, low, high, COLOURS["service_level"], 0.28)
    steps(ax, line.edges, level, color=COLOURS["service_level"], linewidth=1.7)
    if goal.target is not None:
        top = np.full(line.slots, goal.target)
        band(ax, line.edges, np.fmin(level, top), top, COLOURS["goal"], 0.13)
        ax.axhline(goal.target, color=COLOURS["goal"], linewidth=1.2, linestyle=(0, (5, 2)), zorder=2.5)
    style.percent_axis(ax)
    ax.set_ylim(0, 1.02)
    line.draw(ax)
    style.unit(ax, "% of contacts")
    words = f"Service level{'' if goal.target is None else ', goal'} {goal.words}" if title is None else title
    style.entitle(ax, style.fit_title(ax, words))
    return ax


@style.styled
def waiting(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """Average speed of answer with its interval, and the longest wait of the slot (mean of replications)."""
    from matplotlib.lines import Line2D

    ax = style.one(ax)
    line = Timeline.of(results)
    asa = line.contacts(results, "asa_s", scope, name)
    longest = line.contacts(results, "max_wait_s", scope, name)
    low, high = (line.contacts(results, f"asa_s_{end}", scope, name) for end in ("low", "high"))
    if np.isnan(asa).all():
        line.draw(ax)
        style.entitle(ax, "Waits")
        style.empty(ax, "none answered", keep_time=True)
        return ax
    band(ax, line.edges, low, high, COLOURS["asa"], 0.28)
    steps(ax, line.edges, longest, color=COLOURS["longest"], linewidth=1.2)
    steps(ax, line.edges, asa, color=COLOURS["asa"], linewidth=1.7)
    style.count_axis(ax, float(np.nanmax([asa, longest, np.nan_to_num(high)])))
    line.draw(ax)
    style.unit(ax, "seconds")
    style.entitle(ax, "Waits", [
        Line2D([], [], color=COLOURS["longest"], linewidth=1.2), Line2D([], [], color=COLOURS["asa"])],
        ["longest", "average speed of answer"])
    return ax


MOST_QUEUES = 8
MOST_STEPS = 1000
"""slots over all panels, beyond which fewer queues or teams are drawn (at least 3)"""


def room_for(most: int, results: Results) -> int:
    """How many rows of panels to draw: fewer if each has many slots."""
    return min(most, max(3, MOST_STEPS // Timeline.of(results).slots))


@style.styled
def queues(results: Results, width: float = style.WIDE) -> Figure:
    """A row for each queue, busiest first: its contacts on the left, its service level on the right."""
    names = kpis_of(results).busiest(room_for(MOST_QUEUES, results))
    roomy = width >= style.NARROW_BELOW
    if roomy:
        figure, rows = style.frame(width, [1.1] * len(names), (1, 1), title=0.5, gap=0.14)
        pairs = [(row[0], row[1]) for row in rows]
    else:
        figure, rows = style.frame(width, [1.1] * (2 * len(names)), title=0.5, gap=0.14)
        pairs = [(rows[2 * k][0], rows[2 * k + 1][0]) for k in range(len(names))]
    for (left, right), name in zip(pairs, names, strict=True):
        volume(results, left, "queue", name)
        service_level(results, right, "queue", name)
        room = style.inches(left)
        style.entitle(left, written.short(name, int(room / 0.088)), *legend(left, left is pairs[0][0]))
        words = service_goal(results, "queue", name).words
        right.set_title(style.fit(words, room, 9), fontsize=9, fontweight="normal", color=style.QUIET)
    last = pairs[-1] if roomy else pairs[-1][1:]
    for ax in (ax for pair in pairs for ax in pair if ax not in last):
        style.bare(ax)
    return figure


def legend(ax: Axes, keep: bool) -> tuple[list[Artist], list[str]]:
    """Take the legend off a panel: its handles and labels if it is to be kept, else none."""
    old = ax.get_legend()
    if old is None:
        return [], []
    found = list(old.legend_handles), [text.get_text() for text in old.get_texts()]
    old.remove()
    return ([h for h in found[0] if h is not None], found[1]) if keep else ([], [])
