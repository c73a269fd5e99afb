"""The picture: processor time by size on logarithmic axes, a panel for each axis, with memory beside each point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from table import Measured

from sim.report.style import BLUE, QUIET, WIDE, frame, look, sign

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANELS = ("agents", "contacts", "replications", "sweep points")


def draw(found: Sequence[Measured]) -> Figure:
    """Four panels."""
    with look():
        figure, rows = frame(WIDE, [1.9, 1.9], (1.0, 1.0), left=0.65, between=0.75, right=0.45)
        for ax, name in zip([ax for row in rows for ax in row], PANELS, strict=True):
            own = [one for one in found if one.axis.name == name]
            if own:
                _panel(ax, own, top=4.0 * max(one.took.cpu_s for one in found))
            ax.set_title(f"{name.capitalize()}: {own[0].axis.what if own else 'not measured'}", fontsize=9)
        sign(figure, "Processor seconds of the whole program, its start included; beside each point the memory of all "
                     "its processes. Dashed: in proportion to the size.")  # fmt: skip
    return figure


def _panel(ax: Axes, own: Sequence[Measured], top: float) -> None:
    sizes, seconds = [one.size for one in own], [one.took.cpu_s for one in own]
    last, most = sizes[-1], seconds[-1]
    if own[0].axis.grows:
        ax.plot(sizes, [most * size / last for size in sizes], color=QUIET, linestyle=(0, (4, 3)), linewidth=1.0)
    ax.plot(sizes, seconds, color=BLUE, marker="o", markersize=5)
    for one in own:
        memory = f"{one.took.peak_mb:,.0f} MB" if one.took.peak_mb < 1000 else f"{one.took.peak_mb / 1024:.1f} GB"
        at, beside = (one.size, one.took.cpu_s), (-3, 7)
        ax.annotate(memory, at, beside, textcoords="offset points", ha="center", fontsize=8, color=QUIET)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(sizes[0] / 2.2, last * 2.2)
    ax.set_xticks(sizes, [_short(size) for size in sizes])
    ax.set_yticks([1, 10, 100], ["1 s", "10 s", "100 s"])
    ax.set_ylim(0.5, max(20.0, top))
    ax.minorticks_off()


def _short(size: int) -> str:
    return f"{size / 1e6:g} million" if size >= 1e6 else f"{size:,}"
