"""The picture: calls a second of every peer, fastest first, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from measure import Run
from models import ERLANG_A, TWO_SKILLS
from table import of, rounded

from sim.report.style import BLUE, INK, ORANGE, QUIET, SKY, WIDE, frame, look, sign

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIDES = ((ERLANG_A, BLUE, "o", "Erlang-A, 100 agents"), (TWO_SKILLS, ORANGE, "D", "two skills, 30 agents"))
OURS = "Tightrope"
TITLE = "Calls simulated a second on one core, each held against the exact answer"


def draw(runs: Sequence[Run]) -> Figure:
    """One line for each peer, a mark for each center, the range over the rounds as a bar behind it."""
    names = sorted({run.peer.name for run in runs}, key=lambda name: max(r.speed for r in runs if r.peer.name == name))
    with look():
        figure, ((ax,),) = frame(WIDE, [0.36 * len(names) + 0.2], left=2.1, right=0.8, title=0.6)
        for row, name in enumerate(names):
            if name.startswith(OURS):
                ax.axhspan(row - 0.5, row + 0.5, color=SKY, alpha=0.35, linewidth=0)
            for center, colour, mark, label in SIDES:
                run = of(runs, name, center.name)
                if run is None:
                    continue
                ax.plot([min(run.speeds), max(run.speeds)], [row, row], color=colour, linewidth=5, alpha=0.35)
                shape = "none" if not run.peer.events else colour
                ax.plot(run.speed, row, mark, color=colour, markerfacecolor=shape, markersize=7, label=label)
            fastest = max((r for r in runs if r.peer.name == name), key=lambda r: r.speed)
            at, beside = (fastest.speed, row), (10, 0)
            ax.annotate(rounded(fastest.speed), at, beside, textcoords="offset points", va="center", color=INK)
        ax.set_xscale("log")
        ax.set_xlim(1e3, 4e7)
        ax.set_xticks([1e3, 1e4, 1e5, 1e6, 1e7], ["1,000", "10,000", "100,000", "1 million", "10 million"])
        ax.minorticks_off()
        ax.set_ylim(-0.6, len(names) - 0.4)
        ax.set_yticks(range(len(names)), names, color=INK)
        ax.grid(axis="x")
        ax.grid(axis="y", visible=False)
        ax.set_title(TITLE, loc="left", x=-0.42, y=1.09)
        handles = {label: handle for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)}
        solid = {label: ax.plot([], [], mark, color=colour)[0] for _, colour, mark, label in SIDES}
        hollow = ax.plot([], [], "o", color=QUIET, markerfacecolor="none")[0]
        known = {label: solid[label] for label in handles}
        ax.legend(
            [*known.values(), hollow], [*known, "nobody acts when giving up"], loc="lower left",
            bbox_to_anchor=(-0.42, 1.0), ncols=3,
        )
        sign(figure, "From random numbers to one record of every call in memory; without imports and compiling. "
                     "Tightrope keeps every state of agents and queues besides.")
    return figure
