"""Setting apart: which points are on the front of two or more KPIs, and how probable it is that one is misplaced.

Replications go to points that may be misplaced and to those that they are measured by, in the manner of MOCBA (Lee,
Chew, Teng, Goldsman 2004, Optimal computing budget allocation for multi-objective simulation models, Winter Simulation
Conference). How probable an error is comes from draws of all points together, which know of the common random numbers
(`Spread.draws`), so it is what the data say and no guarantee given before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sim.study.choice.fronts import fronts
from sim.study.choice.objectives import Limit, Objective, zone
from sim.study.choice.rounds import Rounds
from sim.study.observed import OPERATING
from sim.study.sweeps.pareto import Bools
from sim.study.sweeps.points import Points
from sim.study.sweeps.spread import Spread
from sim.study.sweeps.sweep import FAILED, FINISHED, Point, Sweep, axes_of
from sim.study.variants import Floats

BEHIND, OUTSIDE = "not on the front", "outside the limits"
CELLS = 20_000_000
"""comparisons of points in all draws at most"""


class Placed(NamedTuple):
    """What has come of the points."""

    sweep: Sweep
    """all of them"""
    on: Bools
    """of the done points: whether on the front, by the figures found"""
    within: Bools
    """and whether it keeps to the limits"""
    p_wrong: Floats
    """and how probable it is that it is misplaced"""
    any_wrong: float
    """how probable it is that any of them is"""
    zones: tuple[float, ...]
    """of each objective: a difference not worth telling apart"""
    decided: bool
    """whether `any_wrong` came down to what was asked for"""


class Asked(NamedTuple):
    """What is asked of the points."""

    objectives: tuple[Objective, ...]
    limits: tuple[Limit, ...] = ()
    probability: float = 0.95
    """that no point is misplaced"""
    first: int = 10
    most: int = 300

    @property
    def keys(self) -> tuple[str, ...]:
        """The KPIs that points are judged by."""
        return (*(each.key for each in self.objectives), *(limit.key for limit in self.limits))


def set_apart(
    points: Points, keys: Sequence[str], values: Sequence[Sequence[object]], names: Sequence[str], asked: Asked,
    scenario: str, confidence: float, seed: int, tell: Callable[[int], None] = lambda simulated: None,
) -> Placed:  # fmt: skip
    """The points at these values of the factors, those on the front set apart.

    A point of the front is misplaced if another that keeps to the limits is at least as good in all and better in one
    by more than its zone. One that is left out is misplaced if it keeps to the limits and no point of the front is as
    good in all, each within its zone.
    """
    every = [dict(zip(keys, each, strict=True)) for each in values]
    course = Rounds(points, every, asked.first, asked.most, asked.keys, tell)
    alpha = 1.0 - asked.probability
    while True:
        sweep = _sweep(course, keys, values, names, scenario, confidence, seed)
        if not sweep.done:
            nothing = np.zeros(0, np.bool_)
            return Placed(sweep, nothing, nothing, np.zeros(0), math.nan, (), False)
        placed = _placed(sweep, asked, seed)
        doubtful = np.flatnonzero(placed.p_wrong > alpha / len(sweep.done))
        if placed.any_wrong <= alpha or not len(doubtful):
            return placed._replace(decided=placed.any_wrong <= alpha)
        there = course.there(range(len(values)))
        rivals = _rivals(sweep, asked, placed, doubtful.tolist())
        if not course.further([there[k] for k in sorted({*doubtful.tolist(), *rivals})]):
            return placed


def _sweep(
    course: Rounds, keys: Sequence[str], values: Sequence[Sequence[object]], names: Sequence[str], scenario: str,
    confidence: float, seed: int,
) -> Sweep:  # fmt: skip
    every = tuple(
        Point(names[k], tuple(each), found, course.reasons[k], FAILED if found is None else FINISHED)
        for k, (each, found) in enumerate(zip(values, course.observed, strict=True))
    )
    return Sweep(scenario, axes_of(keys, [point.values for point in every]), every, confidence, seed=seed)


def _placed(sweep: Sweep, asked: Asked, seed: int) -> Placed:
    """The front by the figures found, and how probable it is that a point is misplaced."""
    found = fronts(sweep, asked.objectives, asked.limits, seed)
    spread = Spread.of(sweep, asked.keys)
    zones = _zones(sweep, spread, asked.objectives)
    n = len(sweep.done)
    drawn = spread.draws(int(np.clip(CELLS // (n * n), 200, 2000)), seed)
    signed = np.stack([each.sign * drawn[spread.place(each.key)] for each in asked.objectives])
    room = np.array(zones)[:, None, None]
    nearly, surely = (_keeps(drawn, spread, asked.limits, side) for side in (-1.0, 1.0))
    wrong = np.zeros(signed.shape[1:], np.bool_)
    for p in range(n):
        own = signed[:, :, [p]]
        if found.on[p]:
            ahead = (signed >= own).all(axis=0) & (signed > own + room).any(axis=0) & surely
            wrong[:, p] = ahead.any(axis=1) | ~nearly[:, p]
        else:
            as_good = (signed[:, :, found.on] >= own - room).all(axis=0) & nearly[:, found.on]
            wrong[:, p] = surely[:, p] & ~as_good.any(axis=1)
    return Placed(
        sweep, found.on, found.within, wrong.mean(axis=0), float(wrong.any(axis=1).mean()), tuple(zones), False
    )


def _keeps(drawn: Floats, spread: Spread, limits: Sequence[Limit], side: float) -> Bools:
    """Whether points keep to all limits with a zone to spare (side 1), or miss none by more than that (-1)."""
    found = np.ones(drawn.shape[1:], np.bool_)
    for limit in limits:
        found &= limit.sign * (drawn[spread.place(limit.key)] - limit.value) >= side * zone(limit.kpi, limit.value)
    return found


def _zones(sweep: Sweep, spread: Spread, objectives: Sequence[Objective]) -> list[float]:
    """Those of `objectives.zone`; of money by what the center costs to run."""
    costs = {kpi.key: kpi.unit for kpi in sweep.kpis}
    found = []
    for each in objectives:
        key = OPERATING if costs.get(OPERATING) == each.kpi.unit else each.key
        found.append(zone(each.kpi, float(np.nanmedian([one.mean()[0] for one in sweep.figures(key)]))))
    return found


def _rivals(sweep: Sweep, asked: Asked, placed: Placed, doubtful: Sequence[int]) -> set[int]:
    """For each doubtful point, the one that comes nearest to being as good in all: what it is measured by."""
    means = np.array([
        [each.sign * float(one.mean()[0]) / width for one in sweep.figures(each.key)]
        for each, width in zip(asked.objectives, placed.zones, strict=True)
    ])  # fmt: skip
    found = set()
    for p in doubtful:
        margin = (means - means[:, [p]]).min(axis=0)
        margin[[k for k in range(len(margin)) if k == p or not (placed.on[k] or placed.on[p])]] = -math.inf
        if np.isfinite(margin).any():
            found.add(int(np.nanargmax(margin)))
    return found


def table(placed: Placed, asked: Asked) -> pl.DataFrame:
    """A row a point: point, the factors, status (front, not on the front, outside the limits, failed), reason,
    replications; KPI, KPI_low and KPI_high of objectives and limits; p_wrong, the chance that it is misplaced."""
    sweep = placed.sweep
    keys = list(dict.fromkeys(asked.keys))
    estimates = {key: sweep.estimate(key) for key in keys if sweep.done}
    rows, place = [], 0
    for point in sweep.points:
        row: dict[str, Any] = {"point": point.name}
        row |= {axis.key: value for axis, value in zip(sweep.axes, point.values, strict=True)}
        known = point.observed is not None
        status = FAILED
        if known:
            status = "front" if placed.on[place] else BEHIND if placed.within[place] else OUTSIDE
        row |= {"status": status, "reason": point.reason}
        row["replications"] = 0 if point.observed is None else len(point.observed.numbers)
        for key in keys:
            for end, name in (("mean", key), ("low", f"{key}_low"), ("high", f"{key}_high")):
                row[name] = float(getattr(estimates[key], end)[place]) if known else math.nan
        row["p_wrong"] = float(placed.p_wrong[place]) if known else math.nan
        place += known
        rows.append(row)
    frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    return frame.with_columns(pl.selectors.float().fill_nan(None))
