"""What each factor of a sweep does: from its first value to its last, the others as they stand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.measure.kpis import Kpi
from sim.report import written
from sim.report.sweeps import factors
from sim.study.sweeps import lattice, pareto
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.spread import Spread
from sim.study.sweeps.sweep import Sweep

Limits = tuple[float, float, float]
"""mean, low, high"""


class Effect(NamedTuple):
    """What a factor does, from its first to its last value, the others as at the base; differences are paired."""

    axis: int
    first: int
    last: int
    """done points"""
    x: Limits
    y: Limits
    cost: Limits | None
    """a day, where it is money"""

    def way(self, sweep: Sweep, plot: Plot) -> int:
        """1 where the last value is the better one for x (else for y), -1 where the first is, 0 where none can be
        told."""
        for key, change in ((plot.x, self.x), (plot.y, self.y)):
            better = pareto.direction(key) or 1
            if sure(change):
                return better if change[0] > 0.0 else -better
        return 0


def sure(limits: Limits) -> bool:
    """Whether there is a difference: its interval leaves out 0."""
    return bool(limits[1] > 0.0 or limits[2] < 0.0)


def effects(sweep: Sweep, plot: Plot) -> list[Effect]:
    """The effects of all factors that vary and have distances: those that can be chosen first, by how much they do."""
    axes = [k for k in lattice.varied(sweep) if sweep.axes[k].numeric]
    if not axes:
        return []
    keys = [plot.x, plot.y, *([plot.cost] if plot.cost else [])]
    spread, base = Spread.of(sweep, keys), lattice.base(sweep)
    per_day = cost_scale(sweep, plot.cost)
    found = []
    for axis in axes:
        row = lattice.row_through(sweep, axis, base)
        if len(row) < 2:
            continue
        gap = spread.between([row[0]], [row[-1]])
        told = [(float(gap.mean[k, 0]), float(gap.low[k, 0]), float(gap.high[k, 0])) for k in map(spread.place, keys)]
        cost = None if not plot.cost else tuple(per_day * each for each in told[2])
        found.append(Effect(axis, row[0], row[-1], told[0], told[1], cost))  # type: ignore[arg-type]
    span = [float(np.nanmax(each) - np.nanmin(each)) or 1.0 for each in spread.means[:2]]
    return sorted(found, key=lambda each: (not factors.chosen(sweep.axes[each.axis].key),
                                           -abs(each.x[0]) / span[0] - abs(each.y[0]) / span[-1]))


def cost_scale(sweep: Sweep, key: str | None) -> float:
    """By what a sum over the run is multiplied to be one of a day."""
    return 1.0 / pareto.days(sweep) if key is not None and sweep.kpi(key).unit not in ("share", "s") else 1.0


def amount(value: float, kpi: Kpi) -> str:
    """A cost to three digits: "5,500 EUR", "1.24 EUR", "32.4 hours"."""
    size = abs(value)
    digits = 0 if size == 0.0 else int(np.floor(np.log10(size)))
    text = f"{round(size, 2 - digits):,.{max(0, 2 - digits) if digits < 2 else 0}f}"
    unit = "paid hours" if kpi.unit == "h" else written.short(kpi.unit, 8)
    return f"{written.MINUS if value < 0 else ''}{text}{written.GLUE}{unit}"
