"""The needs of callers: what empathy they get, and how content those leave who need more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from sim.report import style, written
from sim.report.colour_bar import colour_bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

    from sim.measure.results import Results

Cells = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Line = np.ndarray[tuple[int], np.dtype[np.float64]]
LEAST = 0.001
"""share of contacts below which nothing is drawn of a need: it would be chance"""
ENOUGH = 100
"""contacts in all replications from which the CSAT of a need is drawn: chance moves it by 4 points then"""
LITTLE, MUCH = 0.3, 0.7
"""need up to which it is called little, and from which it is called much"""
TYPICAL = 0.5
"""delivered empathy of a typical agent at rest"""


class Needs(NamedTuple):
    """Contacts and CSAT by need (columns) and delivered empathy (rows), both 0 to 1."""

    middles: np.ndarray[tuple[int], np.dtype[np.float64]]
    contacts: Cells
    csat: Cells
    runs: int = 1
    """replications; the contacts are those of one"""

    @classmethod
    def of(cls, results: Results, scope: str = "center", name: str = "center") -> Needs:
        """Those of the center or a queue."""
        table = results.needs
        assert table is not None
        rows = table.filter(pl.col("scope") == scope, pl.col("name") == name).sort("delivered", "need")
        middles = rows["need"].unique().sort().to_numpy()
        shape = (len(rows) // max(len(middles), 1), len(middles))
        contacts, csat = (rows[c].cast(pl.Float64).fill_null(float("nan")).to_numpy() for c in ("contacts", "csat"))
        return cls(middles, contacts.reshape(shape), csat.reshape(shape), results.count)

    @property
    def mean(self) -> Line:
        """Mean empathy delivered to callers of each need; nan where there are next to none."""
        total = self.contacts.sum(axis=0)
        there = total > LEAST * max(float(total.sum()), 1e-12)
        found = self.middles @ self.contacts / np.where(there, total, 1.0)
        return np.where(there, found, np.nan)

    def content(self, rows: slice = slice(None)) -> Line:
        """CSAT of callers of each need, of those rows of delivered empathy; nan where there are too few to tell."""
        total = self.contacts[rows].sum(axis=0)
        there = total * self.runs >= ENOUGH
        content = np.nansum(self.contacts[rows] * self.csat[rows], axis=0)
        return np.where(there, content / np.where(there, total, 1.0), np.nan)

    def between(self, low: float, high: float) -> float | None:
        """CSAT of all callers whose need lies between these; None if there are none."""
        mine = (self.middles > low - 1e-9) & (self.middles < high + 1e-9)
        total = float(self.contacts[:, mine].sum())
        return float(np.nansum(self.contacts[:, mine] * self.csat[:, mine])) / total if total > 0 else None


@style.styled
def needs(results: Results, width: float = style.WIDE) -> Figure:
    """What empathy callers get by what they need on the left, how content that leaves them on the right."""
    roomy = width >= style.NARROW_BELOW
    if roomy:
        figure, rows = style.frame(width, [2.75], (1, 1), between=1.4, title=0.52, right=0.8)
        left, right = rows[0]
    else:
        figure, rows = style.frame(width, [2.5, 2.5], title=0.52, right=0.8, gap=0.62)
        left, right = rows[0][0], rows[1][0]
    contacts(results, left)
    contentment(results, right)
    return figure


@style.styled
def contacts(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """How many contacts need how much empathy and get how much, with the mean that they get."""
    from matplotlib.lines import Line2D

    ax = style.one(ax, 3.0)
    got = Needs.of(results, scope, name)
    total = float(got.contacts.sum())
    _frame(ax, got, "What callers get", "empathy delivered (0 to 1)")
    if total > 0:
        _heat(ax, got, np.where(got.contacts > 0, 100 * got.contacts / total, np.nan))
        ax.plot(got.middles, got.mean, color=style.VERMILION, marker="o", markersize=3.5, linewidth=1.6)
        mark = Line2D([], [], color=style.VERMILION, marker="o", markersize=3.5, linewidth=1.6)
        ax.legend([mark], ["mean delivered"], loc="upper left", fontsize=8.5, borderaxespad=0.3)
    return ax


@style.styled
def contentment(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """CSAT by need: of all, and of those who got less and more empathy than a typical agent at rest shows."""
    from matplotlib.ticker import MaxNLocator

    ax = style.one(ax, 3.0)
    got = Needs.of(results, scope, name)
    _frame(ax, got, "How content that leaves them", "CSAT (%)")
    if not float(got.contacts.sum()):
        return ax
    split = int(np.searchsorted(got.middles, TYPICAL - 1e-9))
    less, more = (100 * got.content(rows) for rows in (slice(0, split), slice(split + 1, None)))
    every = 100 * got.content()
    for line, colour, dash, words in ((more, style.BLUE, (0, (5, 2)), f"empathy above {TYPICAL:g}"),
                                      (every, style.INK, "-", "all"),
                                      (less, style.VERMILION, (0, (2, 1.5)), f"below {TYPICAL:g}")):
        if not np.isnan(line).all():
            ax.plot(got.middles, line, color=colour, linestyle=dash, label=words, linewidth=1.7)
    drawn = np.concatenate([less, more, every])
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        style.empty(ax, "too few contacts")
        return ax
    low, high = float(drawn.min()), float(drawn.max())
    span = max(10.0, high - low)
    ax.set_ylim(max(0.0, low - 0.5 * span), min(100.0, high + 0.15 * span))  # the legend has room below the lines
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.grid(True, axis="y")
    ax.legend(loc="lower left", fontsize=8.5, borderaxespad=0.3)
    return ax


def pale_to_dark() -> Colormap:
    """From nearly white to dark blue, in grey too."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("contacts", ["#EEF5FA", "#8FC6E8", "#3B8FC4", "#0B4F7D"])


def _heat(ax: Axes, got: Needs, values: Cells) -> None:
    half = 0.5 / max(len(got.middles) - 1, 1)
    edges = np.append(got.middles - half, got.middles[-1:] + half)
    cells = ax.pcolormesh(edges, edges, np.ma.masked_invalid(values), cmap=pale_to_dark(), edgecolors="white",
                          linewidth=0.5)
    ax.set_ylim(-half, 1 + half)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    ax.set_yticks(ticks, [f"{t:g}" for t in ticks])
    colour_bar(ax, cells, "% of all")


def _frame(ax: Axes, got: Needs, title: str, unit: str) -> None:
    ax.set_title(style.fit_title(ax, title))
    ax.grid(False)
    if not float(got.contacts.sum()):
        style.empty(ax, "none handled")
        return
    half = 0.5 / max(len(got.middles) - 1, 1)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.set_xlim(-half, 1 + half)
    ax.set_xlabel("the caller's need for empathy (0 to 1)")
    style.unit(ax, unit)


def caption(results: Results) -> str:
    """How content those are who need little and those who need much, and what a need is."""
    got = Needs.of(results)
    if not float(got.contacts.sum()):
        return "Nobody handled a contact."
    little, much = got.between(0.0, LITTLE), got.between(MUCH, 1.0)
    told = ""
    if little is not None and much is not None:
        told = (f"CSAT is {written.percent(little)} of callers with little need (to {LITTLE:g}) and "
                f"{written.percent(much)} of those with much (from {MUCH:g}). ")
    return (f"{told}A need is how much a caller minds how they are treated, not a level to be reached: the more need, "
            "the more empathy below the typical costs and above it brings.")
