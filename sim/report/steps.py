"""Marks that hold for a whole slot of time: step lines, filled steps and bands.

Matplotlib's own `stairs` takes 30 ms for a week, and its closed outlines make an SVG twice as large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.timeline import Numbers


def steps(ax: Axes, edges: Numbers, values: Numbers, **look: Any) -> None:
    """Draw a line that is level over each slot; `edges` is one longer than `values`; nan is a gap."""
    ax.plot(edges, np.append(values, values[-1:]), drawstyle="steps-post", solid_joinstyle="miter", **look)


def filled(ax: Axes, edges: Numbers, tops: Numbers, colour: str) -> None:
    """Fill each slot from zero to its top. What is stacked is drawn from the highest to the lowest."""
    turns = np.concatenate(([True], tops[1:] != tops[:-1], [True]))
    ax.fill_between(edges[turns], np.append(tops, tops[-1:])[turns], step="post", color=colour, linewidth=0)


def stacked(ax: Axes, edges: Numbers, parts: list[Numbers], colours: list[str]) -> Numbers:
    """Fill parts on top of one another, the first at the bottom; the height of the pile."""
    tops = np.cumsum(parts, axis=0)
    for top, colour in zip(tops[::-1], colours[::-1], strict=True):
        filled(ax, edges, top, colour)
    height: Numbers = tops[-1]
    return height


def band(ax: Axes, edges: Numbers, low: Numbers, high: Numbers, colour: str, alpha: float = 0.28) -> None:
    """Shade each slot between two values; nothing where either is nan."""
    if not np.isnan(low).all():
        ax.fill_between(edges, np.append(low, low[-1:]), np.append(high, high[-1:]), step="post", color=colour,
                        alpha=alpha, linewidth=0, zorder=2.2)
