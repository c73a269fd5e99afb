"""The needs of callers: how much empathy they need and how much they get."""

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
LEAST = 0.001
"""share of contacts below which a cell's CSAT is left out: it would be chance"""


class Needs(NamedTuple):
    """Contacts and CSAT by need (columns) and delivered empathy (rows), both 0 to 1."""

    middles: np.ndarray[tuple[int], np.dtype[np.float64]]
    contacts: Cells
    csat: Cells

    @classmethod
    def of(cls, results: Results, scope: str = "center", name: str = "center") -> Needs:
        """Those of the center or a queue."""
        table = results.needs
        assert table is not None
        rows = table.filter(pl.col("scope") == scope, pl.col("name") == name).sort("delivered", "need")
        middles = rows["need"].unique().sort().to_numpy()
        shape = (len(rows) // max(len(middles), 1), len(middles))
        contacts, csat = (rows[c].cast(pl.Float64).fill_null(float("nan")).to_numpy() for c in ("contacts", "csat"))
        return cls(middles, contacts.reshape(shape), csat.reshape(shape))

    @property
    def short(self) -> float | None:
        """Share of contacts that get less than they need, by a cell of the grid or more."""
        total = float(self.contacts.sum())
        rows, columns = np.indices(self.contacts.shape)
        return float(self.contacts[rows < columns].sum()) / total if total > 0 else None

    @property
    def mean(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Mean empathy delivered to callers of each need; nan where there are next to none."""
        total = self.contacts.sum(axis=0)
        there = total > LEAST * max(float(total.sum()), 1e-12)
        found = self.middles @ self.contacts / np.where(there, total, 1.0)
        return np.where(there, found, np.nan)


@style.styled
def needs(results: Results, width: float = style.WIDE) -> Figure:
    """Contacts by need and delivered empathy on the left, how content they are on the right."""
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
    """How many contacts need how much empathy and get how much, with the mean they get and the line of as much."""
    from matplotlib.lines import Line2D

    ax = style.one(ax, 3.0)
    got = Needs.of(results, scope, name)
    total = float(got.contacts.sum())
    if total > 0:
        _heat(ax, got, np.where(got.contacts > 0, 100 * got.contacts / total, np.nan), pale_to_dark(), "% of all")
        ax.plot(got.middles, got.mean, color=style.VERMILION, marker="o", markersize=3.5, linewidth=1.6)
    marks = [Line2D([], [], color=style.INK, linestyle=(0, (4, 2)), linewidth=1.1),
             Line2D([], [], color=style.VERMILION, marker="o", markersize=3.5, linewidth=1.6)]
    _frame(ax, got, "Contacts")
    if total > 0:
        ax.legend(marks, ["as much as needed", "mean delivered"], loc="upper left", fontsize=8.5, borderaxespad=0.3)
    return ax


@style.styled
def contentment(results: Results, ax: Axes | None = None, scope: str = "center", name: str = "center") -> Axes:
    """CSAT of the same contacts."""
    ax = style.one(ax, 3.0)
    got = Needs.of(results, scope, name)
    enough = got.contacts > LEAST * float(got.contacts.sum())
    if enough.any():
        _heat(ax, got, np.where(enough, 100 * got.csat, np.nan), "cividis", "CSAT, %")
    _frame(ax, got, "How content they are")
    return ax


def pale_to_dark() -> Colormap:
    """From nearly white to dark blue, in grey too."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("contacts", ["#EEF5FA", "#8FC6E8", "#3B8FC4", "#0B4F7D"])


def _heat(ax: Axes, got: Needs, values: Cells, colours: Colormap | str, words: str) -> None:
    half = 0.5 / max(len(got.middles) - 1, 1)
    edges = np.append(got.middles - half, got.middles[-1:] + half)
    cells = ax.pcolormesh(edges, edges, np.ma.masked_invalid(values), cmap=colours, edgecolors="white", linewidth=0.5)
    ax.plot((-half, 1 + half), (-half, 1 + half), color=style.INK, linestyle=(0, (4, 2)), linewidth=1.1)
    ax.set_xlim(-half, 1 + half)
    ax.set_ylim(-half, 1 + half)
    colour_bar(ax, cells, words)


def _frame(ax: Axes, got: Needs, title: str) -> None:
    ax.set_title(title)
    ax.grid(False)
    if not float(got.contacts.sum()):
        style.empty(ax, "none handled")
        return
    ticks = [0, 0.25, 0.5, 0.75, 1]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.set_yticks(ticks, [f"{t:g}" for t in ticks])
    ax.set_xlabel("empathy that the caller needs (0 to 1)")
    style.unit(ax, "empathy delivered (0 to 1)")


def caption(results: Results) -> str:
    """How many get less than they need."""
    got = Needs.of(results)
    if got.short is None:
        return "Nobody handled a contact."
    return (f"{written.percent(got.short, 0)} of contacts get clearly less empathy than their caller needs "
            "(below the dashed line, by a cell or more).")
