"""The tornado: how far each coefficient moves each figure, over the range in which it may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sim.people.register import CERTAINTY
from sim.report import style, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 10
"""bars a panel; the coefficients beyond it move the figure less than any shown"""
AT_LOW, AT_HIGH = style.ORANGE, style.BLUE
ROW = 0.36


@style.styled
def tornado(frame: pl.DataFrame, width: float = style.WIDE, most: int = MOST, title: str = "") -> Figure:
    """A panel a KPI, in the order of the frame; in each the coefficients that move it most, widest bar on top.

    A row of the frame is a coefficient and a KPI, with columns coefficient, label, certainty (S, M, W or A), kpi,
    kpi_label, unit (of the KPI), low_value and high_value (of the coefficient), at_low, at_base and at_high (of the
    KPI; null = no contacts). Coefficients that move nothing are left out.
    """
    from matplotlib.patches import Patch

    kpis = frame["kpi"].unique(maintain_order=True).to_list()
    parts = [bars_of(frame.filter(pl.col("kpi") == kpi)) for kpi in kpis]
    roomy = width >= style.NARROW_BELOW
    letters = 48 if roomy else 29
    left = min(3.2 if roomy else 2.0, 0.2 + 0.066 * style.breadth() * max(
        [len(text) for part in parts for row in part.head(most).iter_rows(named=True)
         for text in _name(row, letters).split("\n")], default=10))
    words = style.fit(title, width - 0.3, 11.0) if title else ""
    over = 0.2 * (words.count("\n") + bool(words))
    figure, rows = style.frame(width, [ROW * min(max(len(part), 2), most) for part in parts] or [1.0], left=left,
                               right=0.3, title=0.36, gap=0.56, top=0.3 + over)
    for kpi, row in zip(kpis, rows, strict=False):
        bars(frame.filter(pl.col("kpi") == kpi), row[0], most, letters)
    if not kpis:
        style.empty(rows[0][0], "no coefficient was changed")
    height = figure.get_size_inches()[1]
    figure.text(0.1 / width, 1 - 0.06 / height, words, fontsize=11, fontweight="bold", va="top")
    figure.legend([Patch(color=AT_LOW), Patch(color=AT_HIGH)],
                  ["coefficient at its lowest", "at its highest"], loc="upper left", ncols=2,
                  bbox_to_anchor=(0.1 / width, 1 - (0.1 + over) / height))
    return figure


@style.styled
def bars(frame: pl.DataFrame, ax: Axes | None = None, most: int = MOST, letters: int = 48) -> Axes:
    """The bars of one KPI: from its figure as the scenario stands to that at either end of a coefficient."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ordered = bars_of(frame)
    part = ordered.head(most)
    ax = style.one(ax, ROW * max(len(part), 2))
    first = frame.row(0, named=True)
    ax.set_title(str(first["kpi_label"]))
    if not len(part):
        style.empty(ax, "no coefficient moves it")
        return ax
    scale = 100.0 if first["unit"] == "share" else 1.0
    base = scale * float(part["at_base"][0])
    for y, (low, high) in enumerate(zip(part["at_low"], part["at_high"], strict=True)):
        ends = [(scale * value, colour) for value, colour in ((low, AT_LOW), (high, AT_HIGH)) if value is not None]
        # The longer one first: where both lie on one side of the base, neither hides the other.
        for value, colour in sorted(ends, key=lambda end: -abs(end[0] - base)):
            ax.barh(y, value - base, 0.6, left=base, color=colour, linewidth=0)
    ax.axvline(base, color=style.INK, linewidth=1.0)
    ax.set_ylim(len(part) - 0.45, -0.55)
    ax.margins(x=0.04)
    ax.set_yticks(range(len(part)), [_name(row, letters) for row in part.iter_rows(named=True)], fontsize=8.5,
                  linespacing=1.05)
    for tick, certainty in zip(ax.get_yticklabels(), part["certainty"], strict=True):
        tick.set_color(style.COLOURS["goal"] if certainty == "A" else style.INK)
    ax.grid(False)
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(max(2, int(style.inches(ax) / 0.7)), steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", written.MINUS)))
    label = _unit(str(first["unit"]))
    more = len(ordered) - len(part)
    ax.set_xlabel(label + (f"; {more} more move it less" if more else ""))
    return ax


def bars_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The coefficients that move a KPI, by how far: the span of its figures at low, base and high."""
    ends = ("at_low", "at_base", "at_high")
    return (frame.with_columns(span=pl.max_horizontal(*ends) - pl.min_horizontal(*ends))
            .filter(pl.col("at_base").is_not_null(), pl.col("span") > 0)
            .sort("span", "coefficient", descending=[True, False]))


def _name(row: dict[str, object], letters: int) -> str:
    """A coefficient's label, and below it its range and how certain that is."""
    ends = " to ".join(f"{row[end]:g}".replace("-", written.MINUS) for end in ("low_value", "high_value"))
    sure = CERTAINTY[str(row["certainty"])] + ("" if row["certainty"] == "A" else " evidence")
    return f"{written.short(str(row['label']), letters)}\n{ends}, {sure}"


def _unit(unit: str) -> str:
    return {"share": "%", "s": "seconds", "h": "hours"}.get(unit, unit)
