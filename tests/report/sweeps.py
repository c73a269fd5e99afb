"""Sweeps made of figures that nobody simulated: quick, of any size, and with common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from sim.measure.kpis import Kpi
from sim.study.observed import Course, Observed
from sim.study.sweeps.sweep import FAILED, Point, Sweep, axes_of
from sim.study.variants import Figures

KPIS = (
    ("service_level", "Service level", "share"), ("csat", "CSAT", "share"), ("aht_s", "Average handle time", "s"),
    ("asa_s", "Average speed of answer", "s"), ("abandonment_rate", "Abandonment rate", "share"),
    ("occupancy", "Occupancy", "share"), ("net_settled", "Net of the run, settled", "EUR"),
    ("offered", "Offered", "contacts"), ("paid_hours", "Paid time", "h"))  # fmt: skip
CURVES = ("service_level", "offered", "asa_s", "occupancy", "csat", "pressure", "staffed")
FIRST, STEP = 16, 1800.0
"""interval of the first contact, and its length in seconds"""
REASON = 'staffing.scale: no agent left in team "front": give more'


@cache
def observed(shift: float, replications: int, slots: int) -> Observed:
    """A point: `shift` moves every figure a little; the days are the same at all points."""
    days = np.random.default_rng(7)
    calls = np.round(days.gamma(30.0, 100.0, replications))
    busy, luck = days.normal(0.0, 0.05, (2, replications))
    own = np.random.default_rng(int(1e6 * abs(shift)) + 11).normal(0.0, 0.004, (replications, len(KPIS)))
    ratios = {
        "service_level": 0.78 + 0.6 * shift - busy, "csat": 0.77 + 0.05 * shift + 0.1 * luck,
        "aht_s": 305.0 * (1.0 + 0.1 * shift + 0.1 * busy), "asa_s": 30.0 * np.exp(-6.0 * shift + 8.0 * busy),
        "abandonment_rate": 0.05 - 0.1 * shift + 0.2 * busy, "occupancy": 0.82 - 0.5 * shift + busy,
        "net_settled": -58_000.0 * (1.0 + 0.02 * shift + busy), "offered": calls, "paid_hours": 312.5 * (1.0 + shift)}
    tops, bottoms = np.empty((2, replications, len(KPIS)))
    for k, (key, _, unit) in enumerate(KPIS):
        bottoms[:, k] = calls if unit in ("share", "s") else 1.0
        tops[:, k] = ratios[key] * (1.0 + own[:, k] * (unit != "h")) * bottoms[:, k]
    start = np.arange(48) * STEP
    course = {}
    for key in CURVES:
        bottom = np.zeros((replications, 48))
        level = ratios.get(key, np.full(replications, 0.2 if key == "pressure" else 50.0))
        day = np.sin(np.linspace(0.3, 2.8, slots))
        bottom[:, FIRST : FIRST + slots] = calls[:, None] * day / slots if key not in ("offered", "staffed") else 1.0
        top = bottom * np.asarray(level)[:, None]
        if key in ("offered", "staffed"):
            top[:, FIRST : FIRST + slots] *= day / slots * 3.0
        course[key] = Figures(top, bottom)
    kpis = tuple(Kpi(key, label, unit, (), signed=key == "net_settled") for key, label, unit in KPIS)
    return Observed(np.arange(replications), kpis, Figures(tops, bottoms), Course(start, course))


def config(aht_target: float = 300.0) -> dict[str, Any]:
    """What of a composed scenario the explorer reads."""
    return {"goals": {"service_level": 0.8, "within_s": 20, "csat": 0.75, "aht_target": aht_target},
            "queues": {"service": {}, "sales": {"goals": {"within_s": 15}}}, "first_day": "monday"}


def sweep(
    staff: Sequence[float] = (0.9, 1.0, 1.1), targets: Sequence[float] = (240.0, 300.0),
    behavior: Sequence[str] = ("evidence", "none"), replications: int = 8, slots: int = 24, fails: bool = True,
    leave_out: Sequence[int] = (), name: str = "peak",
) -> Sweep:
    """A grid of points; the last fails, those at `leave_out` are not there at all."""
    values = list(product(staff, targets, behavior))
    points = []
    for k, (scale, target, way) in enumerate(values):
        shift = scale - 1.0 + (target - 300.0) / 3000.0 + 0.01 * behavior.index(way)
        shift = round(shift, 2) if len(values) > 200 else shift  # many points share their figures: that is quicker
        label = f"staffing.scale={scale},goals.aht_target={target:g},behavior={way}"
        if k in leave_out:
            continue
        if fails and k == len(values) - 1:
            points.append(Point(label, values[k], None, REASON, FAILED))
        else:
            points.append(Point(label, values[k], observed(shift, replications, slots), config=config(target)))
    axes = axes_of(["staffing.scale", "goals.aht_target", "behavior"], values)
    command = f"python -m sim sweep +scenario={name} staffing.scale=0.9,1,1.1 replications={replications} plot.x=csat"
    return Sweep(name, axes, tuple(points), 0.95, command, 3)
