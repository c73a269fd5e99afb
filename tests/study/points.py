"""Sweeps of invented figures: what each replication shows at each point is made up here, not simulated."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.measure.kpis import Kpi
from sim.study.observed import Course, Observed
from sim.study.sweeps.sweep import Point, Sweep, axes_of
from sim.study.variants import Figures

UNITS = {"service_level": "share", "csat": "share", "occupancy": "share", "day_met": "share", "aht_s": "s",
         "asa_s": "s", "operating_cost": "EUR", "paid_hours": "h"}  # fmt: skip
GOALS = {"service_level": 0.8, "within_s": 20, "definition": "of_offered", "csat": 0.8, "aht_target": 300}
N = 1000.0
"""contacts of a replication, over which shares and means are formed"""


def observed(values: Mapping[str, np.ndarray[Any, Any]], numbers: Sequence[int] | None = None) -> Observed:
    """A point whose replications show these values, KPI -> (replications,)."""
    kpis = tuple(Kpi(key, key.replace("_", " ").capitalize(), UNITS[key], ()) for key in values)
    each = np.column_stack([np.asarray(value, np.float64) for value in values.values()])
    sums = np.array([N if UNITS[key] in ("share", "s") else 1.0 for key in values])
    figures = Figures(each * sums, np.broadcast_to(sums, each.shape).copy())
    own = np.arange(len(each)) if numbers is None else np.asarray(numbers)
    course = Course(np.arange(2) * 1800.0, {"offered": Figures(np.ones((len(each), 2)), np.ones((len(each), 2)))})
    return Observed(own.astype(np.int64), kpis, figures, course)


def sweep_of(
    axes: Mapping[str, Sequence[Any]],
    means: Callable[..., Mapping[str, float]],
    replications: int = 10,
    shared: float = 0.02,
    own: float = 0.002,
    seed: int = 1,
    scenario: str = "made up",
    **more: Any,
) -> Sweep:
    """All combinations; each replication adds the same to all points (`shared`), and something to each (`own`).

    Both are standard deviations as parts of a KPI's mean.
    """
    random = np.random.default_rng(seed)
    combinations = list(itertools.product(*axes.values()))
    days = random.standard_normal(replications)
    points = []
    for values in combinations:
        seen = {}
        for key, mean in means(*values).items():
            noise = shared * days + own * random.standard_normal(replications)
            seen[key] = mean * (1.0 + noise)
        name = ",".join(f"{key}={value}" for key, value in zip(axes, values, strict=True)) or "point-1"
        points.append(Point(name, values, observed(seen), config={"goals": GOALS, "days": 1}))
    given = {"confidence": 0.95, "command": "python -m sim sweep", "seed": seed} | more
    return Sweep(scenario, axes_of(list(axes), combinations), tuple(points), **given)


def peaky(staff: float = 1.0, target: float = 300.0, demand: float = 1.0) -> dict[str, float]:
    """Figures that behave like a center's: staff lifts both, a tight target trades CSAT for service level."""
    load = demand / staff
    return {
        "service_level": 0.8 - 0.9 * (load - 1.0) - 0.0002 * (target - 300.0),
        "csat": 0.78 - 0.09 * (load - 1.0) + 0.00013 * (target - 300.0),
        "aht_s": 310.0 + 0.08 * (target - 300.0),
        "operating_cost": 20_000.0 * staff,
        "paid_hours": 660.0 * staff,
        "day_met": float(np.clip(0.5 - 3.0 * (load - 1.0), 0.02, 0.98)),
    }


def plain(staff: float = 1.0) -> dict[str, float]:
    """The same without people: no CSAT, no money."""
    return {"service_level": 0.8 + 0.8 * (staff - 1.0), "occupancy": 0.75 / staff, "asa_s": 14.0 / staff**3,
            "aht_s": 308.0, "paid_hours": 660.0 * staff}  # fmt: skip
