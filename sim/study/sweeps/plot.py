"""Plot: which figures of a sweep are drawn against each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.loading.refusal import Refused, did_you_mean, one_line
from sim.study.sweeps import lattice
from sim.study.sweeps.pareto import cost_key
from sim.study.sweeps.sweep import Sweep

KEYS = ("x", "y", "color", "panel", "cost")
SPELT = {"colour": "color"}
STEADY = 0.002
"""share of its mean by which a KPI has to range over the points to be worth a colour"""


class Plot(NamedTuple):
    """What is drawn against what: KPIs, and the factor whose values get a panel each."""

    x: str = "service_level"
    y: str = "csat"
    color: str | None = "aht_s"
    panel: str | None = None
    """the key of an axis"""
    cost: str | None = None
    """the KPI that cost is told in"""

    @classmethod
    def of(cls, asked: Mapping[str, str], sweep: Sweep) -> Plot:
        """What was asked for (`x`, `plot.x`, ...), and what suits the sweep for the rest.

        Service level against CSAT, coloured by AHT; without behavior against occupancy, coloured by AHT where that
        changes, else by the cost. From three factors that vary on, the one with fewest values gets panels.
        Raises Refused, with a line for each fault: unknown keys, KPIs that the points do not have, factors that are
        not swept.
        """
        own = {_key(key): str(value) for key, value in asked.items()}
        kpis = [kpi.key for kpi in sweep.kpis if _told(sweep, kpi.key)]
        swept = [axis.key for axis in sweep.axes]
        faults = [f"plot.{key}: unknown key{did_you_mean(key, KEYS)} ({', '.join(KEYS)})" for key in own
                  if key not in KEYS]  # fmt: skip
        for key, value in own.items():
            none = value in NOTHING and key not in ("x", "y")
            if key == "panel" and not none and value not in swept:
                faults.append(f"plot.panel={one_line(value, 60)}: is no factor of this sweep"
                              f"{did_you_mean(value, swept)} ({', '.join(swept) or 'none is swept'})")  # fmt: skip
            elif key in KEYS and key != "panel" and not none and sweep.done and value not in kpis:
                faults.append(f"plot.{key}={one_line(value, 60)}: {_missing(value, sweep)}")
        if own.get("x") is not None and own.get("x") == own.get("y"):
            faults.append(f"plot.y={own['y']}: is the same as plot.x: choose another one")
        if faults:
            raise Refused(*faults)
        chosen = _defaults(sweep, kpis, own)
        chosen |= {key: None if value in NOTHING else value for key, value in own.items()}
        return cls(str(chosen["x"]), str(chosen["y"]), chosen["color"], chosen["panel"], chosen["cost"])


NOTHING = ("none", "null", "None", "")
"""Values that ask for no colour, no panels, no cost."""


def _key(key: str) -> str:
    bare = key.removeprefix("plot.")
    return SPELT.get(bare, bare)


def _missing(value: str, sweep: Sweep) -> str:
    """Why a KPI cannot be drawn, and what to write in its place."""
    if any(value in point.observed.places() for point in sweep.done if point.observed is not None):
        return "not all points have it, or not in the same unit"
    kpis = [kpi.key for kpi in sweep.kpis]
    if value in kpis:
        return "cannot be told at any point: nothing has happened that it counts"
    return f"no KPI that these points have{did_you_mean(value, kpis)} (docs/kpis.md)"


def _defaults(sweep: Sweep, kpis: list[str], own: Mapping[str, str]) -> dict[str, str | None]:
    taken = {own[key] for key in ("x", "y") if key in own}

    def first(*keys: str) -> str:
        return next((key for key in (*keys, *kpis) if key in kpis and key not in taken), keys[0])

    x = own.get("x") or first("service_level", "asa_s")
    taken.add(x)
    y = own.get("y") or first("csat", "occupancy", "asa_s")
    taken.add(y)
    cost = cost_key(sweep)
    candidates = ("aht_s", cost, "occupancy", "asa_s")
    color = next((key for key in candidates if key in kpis and key not in taken and _ranges(sweep, key)), None)
    return {"x": x, "y": y, "color": color, "panel": _panel(sweep), "cost": cost}


def _told(sweep: Sweep, key: str) -> bool:
    """Whether a KPI can be told at one point at least: where nobody calls, there is no service level."""
    return any(float(each.bottoms.sum()) > 0.0 for each in sweep.figures(key))


def _ranges(sweep: Sweep, key: str) -> bool:
    """Whether a KPI changes from point to point by more than nobody would see."""
    means = np.array([each.mean()[0] for each in sweep.figures(key)])
    means = means[~np.isnan(means)]
    return len(means) > 1 and float(np.ptp(means)) > STEADY * abs(float(means.mean()))


def _panel(sweep: Sweep) -> str | None:
    axes = lattice.varied(sweep)
    if len(axes) < 3:
        return None
    few = [k for k in axes if len(sweep.axes[k].values) <= 12]
    return sweep.axes[min(few, key=lambda k: (len(sweep.axes[k].values), -k))].key if few else None
