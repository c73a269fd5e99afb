"""A validation at a glance: every figure's difference in standard errors, and whether all scatter as they ought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.report import style, written
from sim.study.validation.family import FAR, Verdict, bound

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.validation import Checked

Floats = NDArray[np.float64]

EXACT, ELSEWHERE, WRONG = style.BLUE, style.ORANGE, style.VERMILION
BAND = "#EEF2F5"
ROW = 0.2
"""inches a case"""
EDGE = 6.0
"""Scores beyond it are drawn at the edge."""


@style.styled
def by_case(checked: Sequence[Checked], verdict: Verdict, width: float = style.WIDE) -> Figure:
    """A row a case, a mark a figure: filled where the reference is exact, hollow where others have simulated it."""
    from matplotlib.lines import Line2D

    longest = max(len(case.case.name) for case in checked)
    left = min(0.25 + 0.068 * style.breadth() * longest, 0.48 * width)
    figure, rows = style.frame(width, [ROW * (len(checked) + 1)], left=left, right=0.16, title=0.5, top=0.3)
    (ax,) = rows[0]
    limit = bound(verdict.figures, verdict.shares.largest)
    reach = max(limit + 0.6, min(EDGE, 0.4 + max((abs(row.score) for c in checked for row in c.figures), default=0.0)))
    ax.axvspan(-FAR, FAR, color=BAND, linewidth=0)
    ax.axvline(0.0, color=style.QUIET, linewidth=0.8)
    for side in (-limit, limit):
        ax.axvline(side, color=style.INK, linewidth=1.0, linestyle=(0, (4, 3)))
    wrong = {id(row) for row in verdict.wrong}
    for exact, amiss in ((True, False), (False, False), (True, True), (False, True)):
        colour = WRONG if amiss else EXACT if exact else ELSEWHERE
        marks = [(float(np.clip(np.nan_to_num(row.score, nan=reach), -reach, reach)), y)
                 for y, case in enumerate(checked) for row in case.figures
                 if (row.reference.source == "exact") is exact and (id(row) in wrong) is amiss]
        ax.plot([x for x, _ in marks], [y for _, y in marks], marker="o" if exact else "D", linestyle="none",
                markersize=4.2 if exact else 4.0, markerfacecolor=colour if exact else style.PAPER,
                markeredgecolor="white" if exact else colour, markeredgewidth=0.4 if exact else 1.1, zorder=3 + amiss)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(len(checked) - 0.4, -0.6)
    ax.set_yticks(range(len(checked)), [case.case.name for case in checked], fontsize=8.0, color=style.INK)
    ax.grid(True, axis="y")
    ax.spines["left"].set_visible(False)
    roomy = width >= style.NARROW_BELOW
    ax.set_xlabel("simulated minus reference, in standard errors" if roomy else "difference, in standard errors")
    inches = figure.get_size_inches()[1]
    handles = [Line2D([], [], marker="o", color=EXACT, linestyle="none", markersize=5),
               Line2D([], [], marker="D", markerfacecolor=style.PAPER, markeredgecolor=ELSEWHERE, linestyle="none",
                      markersize=5)]
    figure.legend(handles, ["exact reference", "simulated by others"], loc="upper left", ncols=2,
                  bbox_to_anchor=(0.1 / width, 1.0 - 0.02 / inches))
    ax.text(0.0, -0.85, f"within {FAR:.0f}: 95 %", ha="center", va="bottom", fontsize=8, color=style.QUIET)
    for side in (-limit, limit):
        ax.text(side, -0.85, f"{side:.1f}".replace("-", written.MINUS), ha="center", va="bottom", fontsize=8,
                color=style.INK)
    style.sign(figure, f"Dashed: beyond, one of {verdict.figures} figures is wrong")
    return figure


@style.styled
def against_chance(checked: Sequence[Checked], width: float = style.WIDE) -> Figure:
    """Quantiles of the cases' scores, one figure each, against those of the standard normal law, with its 95 % band."""
    roomy = width >= style.NARROW_BELOW
    figure, rows = style.frame(width, [3.2], left=0.62, right=0.2 if not roomy else 2.6, title=0.1)
    (ax,) = rows[0]
    scores = np.array(sorted(s for case in checked if np.isfinite(s := case.spokesman.score)))
    if len(scores) < 3:
        style.empty(ax, "three cases are needed")
        return figure
    middle, low, high = expected_scores(len(scores))
    reach = max(3.0, float(np.abs(scores).max()) + 0.5)
    ax.fill_between(middle, low, high, color=BAND, linewidth=0)
    ax.plot([-reach, reach], [-reach, reach], color=style.QUIET, linewidth=0.8)
    ax.plot(middle, scores, marker="o", linestyle="none", markersize=4.2, color=EXACT, markeredgecolor="white",
            markeredgewidth=0.4)
    _name_the_ends(ax, checked, middle, scores)
    ax.set_xlim(-2.9, 2.9)
    ax.set_ylim(-reach, reach)
    style.unit(ax, "score of the case")
    ax.set_xlabel("expected of as many standard normal scores")
    style.sign(figure, "One figure a case. Grey: 95 % of such points by chance, each by itself")
    return figure


def expected_scores(count: int) -> tuple[Floats, Floats, Floats]:
    """Medians and 95 % limits of the order statistics of so many standard normal numbers.

    Formula: the k-th of n uniform numbers has the Beta(k, n + 1 - k) law.
    """
    from scipy.special import betaincinv, ndtri

    k = np.arange(1, count + 1)
    middle, low, high = (ndtri(betaincinv(k, count + 1 - k, share)) for share in (0.5, 0.025, 0.975))
    return middle, low, high


def _name_the_ends(ax: Axes, checked: Sequence[Checked], middle: Floats, scores: Floats) -> None:
    """The names of the two cases at either end."""
    named = {case.spokesman.score: case.case.name for case in checked}
    # Beyond the row of points, where no other lies.
    for place, side, shift, level in ((0, "left", (4, -7), "top"), (-1, "right", (-4, 7), "bottom")):
        ax.annotate(named[scores[place]], (middle[place], scores[place]), xytext=shift, fontsize=8,
                    textcoords="offset points", ha=side, va=level, color=style.QUIET)
