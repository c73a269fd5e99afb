"""The sweep in one picture: the finding in words, the trade-off, and what a planner asks next; for a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report import style, written
from sim.report.slide import LARGER, SIZE
from sim.report.sweeps import factors, sentences
from sim.report.sweeps.pictures import MOST_PANELS, draw_panels, panel_values
from sim.report.sweeps.scene import footer, scene
from sim.report.sweeps.tradeoff import marks_of
from sim.report.sweeps.words import headline
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMN = 0.735
"""where the column of words begins, of the width"""
LINE = 0.0272
"""height of a line of it, of the height"""


def _headline(figure: Figure, text: str) -> float:
    """The headline in at most three lines, as large as they can be; where it ends, of the height."""
    for size in (21.0, 19.0, 17.0, 15.0):
        lines = style.fit(text, 12.75, size).split("\n")
        if len(lines) <= 2:
            break
    figure.text(0.02, 0.932, "\n".join(lines[:3]), fontsize=size, fontweight="bold", va="top", linespacing=1.2)
    return 0.932 - len(lines[:3]) * 1.25 * size / 72.0 / SIZE[1]


def slide(sweep: Sweep, plot: Plot) -> Figure:
    """A 16:9 slide: the finding, the trade-off in one panel or several, prices and goals beside it."""
    from matplotlib.figure import Figure

    with style.look(**LARGER):
        figure = Figure(figsize=SIZE, facecolor=style.PAPER)
        x, y = (factors.kpi_names(sweep.kpi(key)).said for key in (plot.x, plot.y))
        figure.text(0.02, 0.97, f"{written.short(sweep.scenario, 50)}: {x} against {y}", fontsize=13,
                    color=style.QUIET, va="top")
        end = _headline(figure, headline(sweep, plot))
        top = end - 0.085
        handles, words = marks_of(scene(sweep, plot))
        figure.legend(handles, words, loc="upper left", bbox_to_anchor=(0.055, end - 0.012), ncols=len(words))
        _panels(figure, sweep, plot, top)
        _column(figure, sweep, plot, end - 0.03)
        style.sign(figure, footer(sweep))
    return figure


def _panels(figure: Figure, sweep: Sweep, plot: Plot, top: float) -> None:
    count = min(len(panel_values(sweep, plot)), MOST_PANELS)
    columns = 1 if count == 1 else 2 if count in (2, 4) else 3
    rows = -(-count // columns)
    left, right, bottom = 0.058, COLUMN - (0.085 if plot.color else 0.03), 0.125
    gap_x, gap_y = 0.03, 0.055
    width = (right - left - gap_x * (columns - 1)) / columns
    height = (top - bottom - gap_y * (rows - 1) - (0.0 if count == 1 else 0.03)) / rows
    axes = []
    for k in range(count):
        column, row = k % columns, k // columns
        low = bottom + (rows - 1 - row) * (height + gap_y)
        axes.append(figure.add_axes((left + column * (width + gap_x), low, width, height)))
    draw_panels(sweep, plot, axes, columns)


def _column(figure: Figure, sweep: Sweep, plot: Plot, top: float) -> None:
    """Up to four short paragraphs, each under a rule."""
    from matplotlib.lines import Line2D

    room = (0.985 - COLUMN) * SIZE[0]
    y = top
    for title, text in paragraphs(sweep, plot):
        lines = style.fit(text, room, 11.6)
        height = 0.042 + LINE * (lines.count("\n") + 1)
        if y - height < 0.07:
            break
        figure.add_artist(Line2D([COLUMN, 0.985], [y, y], color=style.RULE, linewidth=1.4))
        look: dict[str, Any] = {"va": "top", "linespacing": 1.25}
        figure.text(COLUMN, y - 0.012, title, fontsize=12, fontweight="bold", **look)
        figure.text(COLUMN, y - 0.042, lines, fontsize=11.5, color=style.INK, **look)
        y -= height + 0.028


def paragraphs(sweep: Sweep, plot: Plot) -> list[tuple[str, str]]:
    """What a planner asks next: what a point costs, how often a day is good, and what is open."""
    found = []
    told = sentences.prices(sweep, plot)
    if told:
        found.append(("What the next point costs", " ".join(told)))
    day = sentences.good_days(sweep)
    if day:
        found.append(("Days that meet the goal", day))
    aims = [line for line in sentences.goals(sweep)]
    if aims:
        found.append(("Goals", " ".join(aims)))
    front = sentences.front_lines(sweep, plot)
    if front:
        found.append(("Bettered by none", front[0]))
    return found
