"""Scene: all that a trade-off picture shows of a sweep, as numbers in the units of its axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measure.kpis import Kpi
from sim.report import written
from sim.report.sweeps import factors
from sim.study.sweeps import lattice, pareto
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.spread import Spread
from sim.study.sweeps.sweep import Sweep
from sim.study.variants import Floats

CORNERS = 160
"""places at which the band of the front is worked out"""
LEAST = 0.02
"""chance of being on the front below which a point has no part in its band"""
DRAWN = 400
"""draws that the band is made of"""


class Band(NamedTuple):
    """Between what limits the best y lies that can be had with an x at least as good, in the units of the axes."""

    x: Floats
    low: Floats
    high: Floats


class Scene(NamedTuple):
    """Points against two KPIs; shares in percent. Arrays are of the done points shown, in their order."""

    sweep: Sweep
    plot: Plot
    points: NDArray[np.intp]
    """which of `sweep.done` are shown: those that have both figures"""
    x: Floats
    y: Floats
    colour: Floats | None
    x_limits: tuple[Floats, Floats]
    y_limits: tuple[Floats, Floats]
    """of the difference from the base, laid about the point; nan with a single replication"""
    base: int | None
    """place in `points` of the point that others are compared with"""
    stands: bool
    """whether that is the scenario as it stands"""
    own: tuple[float, float, float, float]
    """limits of the base by itself: x, x, y, y"""
    front: pareto.Front | None
    """None where x or y has no direction"""
    band: Band | None
    mesh: list[int]
    """axes that vary, without that of the panels"""
    goals: tuple[float | None, float | None]

    @property
    def kpis(self) -> tuple[Kpi, Kpi]:
        """Of x and y."""
        return self.sweep.kpi(self.plot.x), self.sweep.kpi(self.plot.y)

    @property
    def members(self) -> NDArray[np.intp]:
        """Places in `points` on the front, from left to right."""
        if self.front is None:
            return np.empty(0, np.intp)
        on = np.flatnonzero(self.front.on)
        return np.asarray(on[np.lexsort((-self.y[on] * (pareto.direction(self.plot.y) or 1), self.x[on]))])

    def place(self, done: int) -> int | None:
        """Where a done point stands among those shown."""
        at = np.flatnonzero(self.points == done)
        return int(at[0]) if len(at) else None


def scene(sweep: Sweep, plot: Plot, within: Sequence[int] | None = None, against: int | None = None) -> Scene:
    """The scene of all done points, or of those `within`; `against`: the base (default: `lattice.base`)."""
    shown = np.arange(len(sweep.done)) if within is None else np.asarray(within, np.intp)
    keys = [plot.x, plot.y, *([plot.color] if plot.color else [])]
    every = Spread.of(sweep, keys)
    places = [every.place(key) for key in keys]
    shown = shown[~np.isnan(every.means[places[:2]][:, shown]).any(axis=0)]
    scales = [factors.per(sweep.kpi(key)) for key in keys]
    found = [scale * every.means[k, shown] for k, scale in zip(places, scales, strict=True)]
    base_point = lattice.base(sweep) if against is None else against
    gap = every.against(base_point)
    limits = [(value + scale * (gap.low - gap.mean)[k, shown], value + scale * (gap.high - gap.mean)[k, shown])
              for k, scale, value in zip(places[:2], scales, found, strict=False)]
    at = np.flatnonzero(shown == base_point)
    own = tuple(scale * float(limit[base_point]) for key, scale in zip(keys[:2], scales, strict=False)
                for limit in (sweep.estimate(key).low, sweep.estimate(key).high))
    part = part_of(sweep, shown)
    front = pareto.front(part, keys[:2]) if all(map(pareto.direction, keys[:2])) and len(shown) > 1 else None
    mesh = [k for k in lattice.varied(sweep) if sweep.axes[k].key != plot.panel]
    aims = tuple(None if (goal := pareto.common_goal(part, key)) is None else scale * goal
                 for key, scale in zip(keys[:2], scales, strict=False))
    band = None if front is None or not len(at) else _band(every, places[:2], scales, shown, base_point, front)
    return Scene(sweep, plot, shown, found[0], found[1], found[2] if len(found) > 2 else None, limits[0], limits[1],
                 int(at[0]) if len(at) else None, base_point == lattice.as_it_stands(sweep),
                 (own[0], own[1], own[2], own[3]), front, band, mesh, (aims[0], aims[1]))


def part_of(sweep: Sweep, shown: Sequence[int] | NDArray[np.intp]) -> Sweep:
    """The sweep with these done points alone."""
    if len(shown) == len(sweep.done):
        return sweep
    return Sweep(sweep.scenario, sweep.axes, tuple(sweep.done[int(k)] for k in shown), sweep.confidence,
                 sweep.command, sweep.seed, sweep.stands)


def _band(every: Spread, places: list[int], scales: list[float], shown: NDArray[np.intp], base: int,
          front: pareto.Front) -> Band | None:
    """Where the true front may lie against the base: what all points share, busy days, moves it but not its shape."""
    rivals = np.flatnonzero(front.chance > LEAST)
    if len(rivals) < 2:
        return None
    signs = [pareto.direction(key) for key in front.keys]
    drawn = every.draws(DRAWN, seed=2)[places]
    drawn = drawn - (drawn[:, :, [base]] - every.means[places][:, None, [base]])
    u, v = (sign * scale * each[:, shown[rivals]] for sign, scale, each in zip(signs, scales[:2], drawn, strict=True))
    own = signs[0] * scales[0] * every.means[places[0], shown[rivals]]
    corners = np.linspace(own.min(), np.quantile(u.max(axis=1), 1.0 - (1.0 - front.confidence) / 2.0), CORNERS)
    best = np.full((len(u), len(corners)), -np.inf)
    order = np.argsort(-u, axis=1)
    us, vs = np.take_along_axis(u, order, 1), np.maximum.accumulate(np.take_along_axis(v, order, 1), axis=1)
    for k in range(len(u)):
        reached = np.searchsorted(-us[k], -corners, side="right")
        best[k] = np.where(reached > 0, vs[k, np.maximum(reached - 1, 0)], -np.inf)
    tail = 0.5 - front.confidence / 2.0
    low, high = np.quantile(best, [tail, 1.0 - tail], axis=0, method="nearest")
    floor = signs[1] * scales[1] * every.means[places[1], shown[rivals]]
    low = np.where(np.isfinite(low), low, min(float(floor.min()), float(low[np.isfinite(low)].min(initial=np.inf))))
    keep = np.isfinite(high)
    x, low, high = signs[0] * corners[keep], signs[1] * low[keep], signs[1] * high[keep]
    order = np.argsort(x)
    return Band(x[order], np.minimum(low, high)[order], np.maximum(low, high)[order])


def footer(sweep: Sweep) -> str:
    """What the pictures rest on."""
    counts = sorted({len(point.observed.numbers) for point in sweep.done if point.observed is not None})
    each = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}" if counts else "0"
    return (f"{written.short(sweep.scenario, 30)} · {len(sweep.done):,} points, {each} replications, seed "
            f"{sweep.seed}, the same days at all points; {100 * sweep.confidence:g} % intervals")


def rows(shown: Scene, axis: int) -> list[list[int]]:
    """Places of the points shown that differ in one axis alone, row by row."""
    at = {int(done): k for k, done in enumerate(shown.points)}
    return [[at[k] for k in row] for row in lattice.rows_along(shown.sweep, axis, [int(k) for k in shown.points])]


def numeric(shown: Scene) -> list[int]:
    return [k for k in shown.mesh if shown.sweep.axes[k].numeric]
