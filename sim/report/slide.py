"""The day in one picture: the answer, the headline figures and the day, for a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import day, style, words, written
from sim.report.basis import basis
from sim.report.goals import Verdict
from sim.report.headlines import Headline, headlines
from sim.report.outcomes import outcomes
from sim.report.style import COLOURS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.measure.results import Results
    from sim.report.about import RunInfo

SIZE = (13.333, 7.5)
"""inches: a 16:9 slide"""
LARGER = {"font.size": 12.0, "axes.labelsize": 11.0, "axes.titlesize": 13.0, "xtick.labelsize": 11.0,
          "ytick.labelsize": 11.0, "legend.fontsize": 11.0, "lines.linewidth": 2.2, "axes.titlepad": 9.0}
INKS = {Verdict.MET: style.GREEN, Verdict.MISSED: COLOURS["goal"], Verdict.UNCLEAR: style.QUIET,
        Verdict.NONE: style.QUIET}


def slide(results: Results, about: RunInfo) -> Figure:
    """The answer on top, six headline figures below it, then contacts, agents, service level and waits."""
    from matplotlib.figure import Figure

    with style.look(**LARGER):
        figure = Figure(figsize=SIZE, facecolor=style.PAPER)
        _head(figure, results, about)
        _tiles(figure, tiles(results, about))
        panels = (day.volume, day.staffing, day.service_level, day.waiting)
        for k, panel in enumerate(panels):
            column, row = k % 2, k // 2
            ax = figure.add_axes((0.06 + 0.497 * column, 0.362 - 0.275 * row, 0.425, 0.18))
            panel(results, ax)
            if row == 0:
                style.bare(ax)
        style.sign(figure, basis(results, about))
    return figure


def tiles(results: Results, about: RunInfo) -> list[Headline]:
    """Six headline figures; with people, CSAT and cost stand for occupancy and handle time."""
    first, more = headlines(results, about)[:6], outcomes(results, about)
    told = [tile for tile in more if tile.label in ("CSAT", "Cost per resolved case")]
    return first[: 6 - len(told)] + told


def _head(figure: Figure, results: Results, about: RunInfo) -> None:
    told = words.answer(results)
    name = written.short(about.scenario, 60)
    figure.text(0.02, 0.965, name, fontsize=13, color=style.QUIET, va="top")
    lines = style.fit(told.headline, 12.6, 20)
    figure.text(0.02, 0.925, lines, fontsize=20, fontweight="bold", va="top", linespacing=1.2)
    if "\n" not in lines and told.rest:
        more = " ".join(told.rest[:-1]).replace(written.HOLD, "")
        fitting = style.fit(more, 12.9, 13).split("\n")[:2]
        if len(more) <= sum(map(len, fitting)) + 2:
            figure.text(0.02, 0.872, "\n".join(fitting), fontsize=12.5, va="top", linespacing=1.3)


def _tiles(figure: Figure, tiles: list[Headline]) -> None:
    step = 0.965 / len(tiles)
    for k, tile in enumerate(tiles):
        x = 0.02 + k * step
        _rule(figure, x, step - 0.015, INKS[tile.verdict] if tile.verdict is not Verdict.NONE else style.RULE)
        figure.text(x, 0.768, tile.label, fontsize=11.5, color=style.QUIET, va="top")
        figure.text(x, 0.737, tile.value, fontsize=22, fontweight="bold", va="top")
        figure.text(x, 0.682, tile.interval, fontsize=11.5, va="top")
        # The variant of the service level stands in the headline and over its panel.
        told = f"{tile.verdict.value}: {tile.goal.split(',')[0]}" if tile.goal else tile.note
        figure.text(x, 0.656, style.fit(told, step * SIZE[0] - 0.3, 11), fontsize=10.5, color=INKS[tile.verdict],
                    va="top", linespacing=1.15)


def _rule(figure: Figure, x: float, width: float, colour: str) -> None:
    from matplotlib.lines import Line2D

    figure.add_artist(Line2D([x, x + width], [0.785, 0.785], color=colour, linewidth=3, solid_capstyle="butt"))

