"""The colour bar: what the colours of points or cells mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable


def colour_bar(ax: Axes, shown: ScalarMappable, words: str) -> None:
    """Put a colour bar to the right of a panel, in 0.75 inches, with its unit above."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return
    box = ax.get_position()
    width = figure.get_size_inches()[0]
    side = figure.add_axes((box.x1 + 0.1 / width, box.y0, 0.11 / width, box.height * 0.9))
    bar = figure.colorbar(shown, cax=side)
    bar.outline.set_visible(False)
    side.tick_params(length=0, labelsize=8.5)
    side.set_title(words, fontsize=8.5, fontweight="normal", loc="left", pad=5, color=style.QUIET)
