"""Fields: KPIs of a sweep over its factors, with goals and intervals, ready to be drawn as maps, lines or dots."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.report.sweeps import factors
from sim.report.sweeps.effects import cost_scale
from sim.study.sweeps import lattice, pareto
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.spread import Spread
from sim.study.sweeps.sweep import Sweep
from sim.study.variants import Floats


class Field(NamedTuple):
    """One figure at all done points, in the unit of its axis."""

    key: str
    title: str
    """with its unit"""
    values: Floats
    low: Floats
    high: Floats
    """of each point by itself; nan without"""
    paired_low: Floats
    paired_high: Floats
    """of the difference from the base, laid about the value; nan without"""
    goal: float | None
    at_most: bool
    """whether the goal is the most that is wanted"""
    decimals: int


def fields(sweep: Sweep, plot: Plot) -> list[Field]:
    """Of x, y and the colour, of the cost, and how likely the goal of the service level is met."""
    keys = [key for key in dict.fromkeys((plot.x, plot.y, plot.color, plot.cost)) if key]
    found = [field(sweep, key, plot.cost == key) for key in keys]
    known = {kpi.key for kpi in sweep.kpis}
    if "day_met" in known and "day_met" not in keys:
        found.append(field(sweep, "day_met"))
    chance = pareto.chance_in_the_long_run(sweep, "service_level") if "service_level" in known else np.array([np.nan])
    if not np.isnan(chance).all():
        none = np.full(len(chance), np.nan)
        found.append(Field("chance", "Chance that the service level goal is met in the long run, %", 100.0 * chance,
                           none, none, none, none, None, False, 0))
    return found


def field(sweep: Sweep, key: str, daily: bool = False) -> Field:
    """One KPI; `daily`: a sum over the run, told by day."""
    kpi = sweep.kpi(key)
    scale = cost_scale(sweep, key) if daily else factors.per(kpi)
    own = sweep.estimate(key)
    spread = Spread.of(sweep, (key,))
    gap = spread.against(lattice.base(sweep))
    values = scale * spread.means[0]
    config = sweep.done[0].config or {}
    title = factors.kpi_names(kpi, config.get("goals")).axis
    if daily:
        title = f"{factors.kpi_names(kpi).head}, {'hours' if kpi.unit == 'h' else factors.currency(kpi)} a day"
    if key == "day_met":
        title = "Days that meet the service level goal, %"
    goal = pareto.common_goal(sweep, key)
    most = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 0.0
    decimals = 0 if key == "day_met" or most >= 1000.0 or (kpi.unit == "s" and most >= 100.0) else 1
    return Field(key, title, values, scale * own.low, scale * own.high,
                 values + scale * (gap.low - gap.mean)[0], values + scale * (gap.high - gap.mean)[0],
                 None if goal is None else scale * goal, key in pareto.AT_MOST, decimals)
