"""Whose callers are taken first, as a picture: choices of agents between callers of two queues, beside the fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.calibrate.fits.everything import Fitted
from sim.calibrate.fits.order import Order, Pair
from sim.report import style
from sim.report.calibration.fits import DATA, FIT, head, panels

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

MOST_PAIRS = 4


def shown_pairs(fitted: Fitted) -> list[Pair]:
    """Pairs of which at least one queue has a head start in the scenario."""
    order = fitted.order
    if order is None:
        return []
    return [pair for pair in order.pairs if order.written(pair.first) or order.written(pair.second)][:MOST_PAIRS]


@style.styled
def order(fitted: Fitted, width: float = style.WIDE) -> Figure:
    """Share of choices in which the first queue's caller was taken, by how much longer the second's had waited."""
    pairs = shown_pairs(fitted)
    figure, axes = panels(width, max(len(pairs), 1), 1.15)
    handles: dict[str, Artist] = {}
    for ax, pair in zip(axes, pairs, strict=False):
        assert fitted.order is not None
        lead = _lead(fitted.order, pair)
        (handles["the log"],) = ax.plot(pair.longer_s, 100.0 * pair.taken, "o", color=DATA, markersize=4.0,
                                        markeredgewidth=0)  # fmt: skip
        ends = float(pair.longer_s.min()), float(pair.longer_s.max())
        (handles["the scenario"],) = ax.plot([ends[0], lead, lead, ends[1]], [100.0, 100.0, 0.0, 0.0], color=FIT,
                                             linestyle=(0, (4, 1.5)))  # fmt: skip
        ax.set_ylim(-4.0, 104.0)
        ax.set_yticks([0, 50, 100])
        ax.set_title(style.fit_title(ax, f"{pair.first} before {pair.second}: {lead:.0f} s"))
        style.unit(ax, "%")
    if not pairs:
        style.empty(axes[0], "callers are taken by longest wait")
    head(figure, "Taken first", handles)
    style.sign(figure, "seconds by which the other caller had waited longer; how often the first one was taken")
    return figure


def _lead(order: Order, pair: Pair) -> float:
    first, second = order.written(pair.first), order.written(pair.second)
    return (first.known if first is not None else 0.0) - (second.known if second is not None else 0.0)
