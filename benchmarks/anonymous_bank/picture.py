"""The picture: the log's hours as points, the model's as lines with bands."""
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tables import PERCENT, WEEK, Comparison, hours_of

from sim.report.style import BLUE, INK, ORANGE, QUIET, WIDE, frame, look, sign

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANELS = {"offered": "Offered, calls a day", "p_wait": "Callers who wait, %",
          "wait_s": "Mean wait of all callers, s", "abandonment": "Abandoned, %"}


def draw(rows: Comparison, weeks: int, path: Path) -> None:
    """Four panels by hour of day, all callers, Sunday to Thursday, as a PNG."""
    with look():
        figure, axes = frame(WIDE, [2.0, 2.0], (1.0, 1.0), top=0.4, gap=0.5, left=0.45, between=0.5)
        panels = [panel for row in axes for panel in row]
        for ax, (measure, title) in zip(panels, PANELS.items(), strict=True):
            _panel(ax, rows, measure)
            ax.set_title(title)
        handles, labels = panels[1].get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.055, 0.99), ncols=3)
        sign(figure, "Anonymous Bank, Sunday to Thursday, 80 regular days of January to May 1999; bars are 2 standard "
                     f"errors, days taken as drawn one by one. Simulated: {weeks} weeks with 95 % band.")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=160)


def _panel(ax: Axes, rows: Comparison, measure: str) -> None:
    hours = hours_of(rows, "all", WEEK)
    at = np.array([hour + 0.5 for hour, _ in hours])
    scale = 100.0 if measure in PERCENT else 1.0

    def figure_of(side: str) -> tuple[Any, Any]:
        values, errors = zip(*(getattr(row, side)[measure] for _, row in hours), strict=True)
        return scale * np.array(values), scale * np.array(errors)

    model, half = figure_of("model")
    log, error = figure_of("log")
    ax.fill_between(at, model - half, model + half, color=BLUE, alpha=0.25, linewidth=0)
    ax.plot(at, model, color=BLUE, label="model")
    if measure != "offered":
        textbook = [scale * row.erlang_a[measure] for _, row in hours]
        ax.plot(at, textbook, color=ORANGE, linestyle=":", linewidth=1.6, label="Erlang-A, hour by hour")
    ax.errorbar(at, log, 2 * error, fmt="o", color=INK, ecolor=QUIET, markersize=4, elinewidth=1.0, label="log")
    ax.set_ylim(0, None)
    ax.set_xlim(7, 24)
    ax.set_xticks(range(8, 25, 4), [f"{hour}:00" for hour in range(8, 25, 4)])
