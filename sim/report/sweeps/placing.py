"""Placing: labels that stand beside what they name and never on each other; what does not fit is left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

Boxes = NDArray[np.float64]
"""x0, y0, x1, y1 in pixels, shape (boxes, 4)"""
AROUND = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))
"""Where a label may stand about its point, best first."""
PAD = 1.5
"""pixels, at 100 dots per inch, that stay free around a label"""


class Label(NamedTuple):
    """Words for a place in a panel; those that come first are placed first."""

    words: str
    x: float
    y: float
    """in data"""
    toward: tuple[float, float] = (1.0, 0.0)
    """the direction in which it stands best, in pixels"""
    look: dict[str, Any] = {}  # noqa: RUF012
    """keywords of Matplotlib's text"""
    gap: float = 7.0
    """points between the place and the words"""
    far: tuple[float, ...] = (1.0, 2.2)
    """by what the gap may be multiplied where there is no room nearer"""
    turn: float = 2.0
    """how far it may stand off the wanted direction: 1 - cosine of the angle; 2 = anywhere"""


def place(ax: Axes, labels: Sequence[Label], taken: Boxes | None = None, soft: Boxes | None = None,
          inside: tuple[float, float, float, float] | None = None) -> list[Text]:
    """The labels that fit, drawn. Limits of the axes have to be final.

    No label comes within `PAD` of another or of a box in `taken`, or reaches out of `inside` (pixels; default: the
    panel). Of the places that are left the one is taken that is nearest to the wanted direction and covers least of
    the boxes in `soft` (points, lines).
    """
    from matplotlib.patheffects import withStroke

    renderer = renderer_of(ax)
    x0, y0, x1, y1 = inside if inside is not None else ax.get_window_extent(renderer).extents
    blocked = [] if taken is None else [tuple(box) for box in taken]
    weak = np.empty((0, 4)) if soft is None else soft
    placed: list[Text] = []
    halo = [withStroke(linewidth=3.0, foreground="white", alpha=0.95)]
    scale = _dpi(ax) / 72.0
    for label in labels:
        text = ax.text(label.x, label.y, label.words, **({"fontsize": 9.0} | label.look), ha="left", va="bottom",
                       path_effects=halo)
        size = text.get_window_extent(renderer)
        at = ax.transData.transform((label.x, label.y))
        best: tuple[float, tuple[float, float]] | None = None
        towards = np.asarray(label.toward, np.float64)
        towards = towards / np.hypot(*towards) if np.hypot(*towards) > 0.0 else np.array([1.0, 0.0])
        for far in label.far:
            for sx, sy in (tuple(towards), *AROUND):
                length = float(np.hypot(sx, sy))
                ux, uy = sx / length, sy / length
                if 1.0 - (ux * towards[0] + uy * towards[1]) > label.turn:
                    continue
                gap = label.gap * scale * far
                left = at[0] + gap * ux + (ux - 1.0) / 2.0 * size.width
                low = at[1] + gap * uy + (uy - 1.0) / 2.0 * size.height
                box = (left - PAD, low - PAD, left + size.width + PAD, low + size.height + PAD)
                if box[0] < x0 or box[1] < y0 or box[2] > x1 or box[3] > y1:
                    continue
                if blocked and _touch(box, np.asarray(blocked)).any():
                    continue
                cost = 1.0 - (ux * towards[0] + uy * towards[1]) + 1.3 * (far - 1.0)
                cost += 0.35 * min(int(_touch(box, weak).sum()), 12) if len(weak) else 0.0
                if best is None or cost < best[0]:
                    best = (cost, (left, low))
        if best is None:
            text.remove()
            continue
        x, y = ax.transData.inverted().transform(best[1])
        text.set_position((float(x), float(y)))
        blocked.append((best[1][0] - PAD, best[1][1] - PAD, best[1][0] + size.width + PAD,
                        best[1][1] + size.height + PAD))
        placed.append(text)
    return placed


def renderer_of(ax: Axes) -> Any:
    """What measures words, for a figure of any canvas."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure: Any = ax.get_figure(root=True)
    canvas = figure.canvas
    return canvas.get_renderer() if hasattr(canvas, "get_renderer") else FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]


def boxes_at(ax: Axes, x: NDArray[np.float64], y: NDArray[np.float64], size: float) -> Boxes:
    """Squares of a size (points) about places in the data."""
    at = ax.transData.transform(np.column_stack([x, y]))
    half = size * _dpi(ax) / 144.0
    return np.column_stack([at - half, at + half])


def along(ax: Axes, x: NDArray[np.float64], y: NDArray[np.float64], step: float = 6.0) -> Boxes:
    """Small boxes along a line through places in the data, every `step` pixels."""
    at = ax.transData.transform(np.column_stack([x, y]))
    found = []
    for a, b in pairwise(at):
        n = max(int(np.hypot(*(b - a)) / step), 1)
        found.append(a + (b - a) * (np.arange(n) / n)[:, None])
    if not found:
        return np.empty((0, 4))
    spots = np.concatenate(found)
    return np.column_stack([spots - 1.0, spots + 1.0])


def _touch(box: tuple[float, float, float, float], others: Boxes) -> NDArray[np.bool_]:
    return np.asarray((others[:, 0] < box[2]) & (others[:, 2] > box[0]) & (others[:, 1] < box[3])
                      & (others[:, 3] > box[1]))


def _dpi(ax: Axes) -> float:
    figure = ax.get_figure(root=True)
    return 100.0 if figure is None else float(figure.dpi)
