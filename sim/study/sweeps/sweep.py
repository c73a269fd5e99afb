"""A sweep: a scenario at many points of a few factors, all simulated with the same random numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sim.measure.evidence import Estimate
from sim.measure.kpis import Kpi
from sim.study.comparison.compare import MEASURES
from sim.study.observed import Course, Observed
from sim.study.variants import Figures, Floats

FIRST = (*(measure.key for measure in MEASURES), "day_met", "offered", "handled", "abandoned", "operating_cost")
"""KPIs whose columns come first in the table, in this order."""
FINISHED, FAILED, STOPPED = "finished", "failed", "stopped"


class Axis(NamedTuple):
    """A factor that is swept."""

    key: str
    """as on the command line: `staffing.scale`, `behavior`"""
    values: tuple[Any, ...]
    """each once; numbers from small to large, others in the order given"""

    @property
    def numeric(self) -> bool:
        """Whether all values are numbers, so that they have distances."""
        return all(isinstance(value, int | float) and not isinstance(value, bool) for value in self.values)


class Point(NamedTuple):
    """A combination of values, and what came of it."""

    name: str
    """what is varied: `staffing.scale=0.9,goals.aht_target=240`"""
    values: tuple[Any, ...]
    """of each axis"""
    observed: Observed | None
    """None where there is no replication of it"""
    reason: str = ""
    """why there is none"""
    status: str = FINISHED
    """finished | failed | stopped; stopped: by hand, with what was done"""
    config: Mapping[str, Any] | None = None
    """the composed scenario; None where there is none"""


@dataclass(frozen=True)
class Sweep:
    """All points, and what was asked of them."""

    scenario: str
    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    confidence: float
    command: str = ""
    seed: int = 0
    stands: tuple[Any, ...] | None = None
    """what each axis is in the scenario as it stands, without the sweep; None = not known"""

    @cached_property
    def done(self) -> tuple[Point, ...]:
        """The points that have replications; those of sweeps that are still whole first to last."""
        return tuple(point for point in self.points if point.observed is not None)

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """The KPIs that all done points have, those of `FIRST` first; money only where its unit is the same."""
        if not self.done:
            return ()
        each = [{kpi.key: kpi for kpi in _observed(point).kpis} for point in self.done]
        common = [
            kpi for key, kpi in each[0].items() if all(key in other and other[key].unit == kpi.unit for other in each)
        ]
        order = {key: k for k, key in enumerate(FIRST)}
        return tuple(sorted(common, key=lambda kpi: order.get(kpi.key, len(order))))

    def kpi(self, key: str) -> Kpi:
        """The KPI of that key. KeyError where not all points have it."""
        return {kpi.key: kpi for kpi in self.kpis}[key]

    def figures(self, key: str) -> list[Figures]:
        """A KPI at each done point, each of shape (replications, 1)."""
        return [_observed(point).of(key) for point in self.done]

    def estimate(self, key: str) -> Estimate:
        """A KPI at each done point with its interval, each of shape (done points,); limits within what can be."""
        each = self.figures(key)
        parts = np.full((len(Estimate._fields), len(each)), math.nan)
        counts = np.array([len(found.tops) for found in each])
        together = np.array([found.strata for found in each])
        for k in np.flatnonzero(together > 1):
            parts[:, [k]] = each[k].estimate(self.confidence)
        for count in np.unique(counts[together == 1]):  # all points with as many replications at once
            same = np.flatnonzero((counts == count) & (together == 1))
            tops = np.concatenate([each[k].tops for k in same], axis=1)
            bottoms = np.concatenate([each[k].bottoms for k in same], axis=1)
            parts[:, same] = Figures(tops, bottoms).estimate(self.confidence)
        found = Estimate(*parts)
        low, high = _bounds(self.kpi(key))
        return found._replace(low=np.maximum(found.low, low), high=np.minimum(found.high, high))

    def course(self, point: Point, key: str) -> tuple[Floats, Estimate] | None:
        """A KPI by interval at a point: interval starts (s since midnight of day 1) and estimates; None without it."""
        course: Course = _observed(point).course
        if key not in course.figures:
            return None
        return course.start_s, _observed(point).by_interval(key).estimate(self.confidence)

    @cached_property
    def table(self) -> pl.DataFrame:
        """A row a point: point, the factors, status, reason, replications, and KPI, KPI_low, KPI_high of every KPI."""
        frame: dict[str, Any] = {"point": [point.name for point in self.points]}
        for k, axis in enumerate(self.axes):
            column = [point.values[k] for point in self.points]
            frame[axis.key] = [_number(value) for value in column] if axis.numeric else [str(v) for v in column]
        frame["status"] = [point.status for point in self.points]
        frame["reason"] = [point.reason for point in self.points]
        frame["replications"] = [0 if p.observed is None else len(p.observed.numbers) for p in self.points]
        rows = [k for k, point in enumerate(self.points) if point.observed is not None]
        for kpi in self.kpis:
            found = self.estimate(kpi.key)
            for name, values in (("", found.mean), ("_low", found.low), ("_high", found.high)):
                full = np.full(len(self.points), math.nan)
                full[rows] = values
                frame[f"{kpi.key}{name}"] = full
        return pl.DataFrame(frame, strict=False).with_columns(pl.selectors.float().fill_nan(None))

    @cached_property
    def replications(self) -> pl.DataFrame:
        """A row a point, replication and KPI: point, the factors, replication, kpi, numerator, denominator, value."""
        frames = []
        for point in self.done:
            observed = _observed(point)
            places = observed.places()
            columns = [places[kpi.key] for kpi in self.kpis]
            n, m = len(observed.numbers), len(columns)
            top, bottom = observed.figures.tops[:, columns].ravel(), observed.figures.bottoms[:, columns].ravel()
            factors = {
                axis.key: pl.Series([_number(v) if axis.numeric else str(v)] * (n * m))
                for axis, v in zip(self.axes, point.values, strict=True)
            }
            frames.append(
                pl.DataFrame({
                    "point": pl.Series([point.name] * (n * m), dtype=pl.String),
                    **factors,
                    "replication": np.repeat(observed.numbers, m),
                    "kpi": [kpi.key for kpi in self.kpis] * n,
                    "numerator": top,
                    "denominator": bottom,
                    "value": np.divide(top, bottom, out=np.full(n * m, math.nan), where=bottom > 0.0),
                })
            )  # fmt: skip
        return pl.concat(frames).with_columns(pl.col("value").fill_nan(None)) if frames else pl.DataFrame()


def axes_of(keys: Sequence[str], combinations: Sequence[Sequence[Any]]) -> tuple[Axis, ...]:
    """The axes of points whose values of these keys are given; see `Axis.values` for the order."""
    axes = []
    for k, key in enumerate(keys):
        axis = Axis(key, tuple(dict.fromkeys(_hashable(values[k]) for values in combinations)))
        axes.append(Axis(key, tuple(sorted(axis.values))) if axis.numeric else axis)
    return tuple(axes)


def _hashable(value: Any) -> Any:
    """A value as it stands among an axis's; nan and infinity are names, since they have no distance to anything."""
    odd = isinstance(value, float) and not math.isfinite(value)
    return value if isinstance(value, int | float | str | bool | None) and not odd else str(value)


def _number(value: Any) -> float:
    return float(value)


def _observed(point: Point) -> Observed:
    assert point.observed is not None
    return point.observed


def _bounds(kpi: Kpi) -> tuple[float, float]:
    """Between what a KPI lies."""
    if kpi.signed:
        return -math.inf, math.inf
    return 0.0, 1.0 if kpi.unit in ("share", "0-1") else math.inf
