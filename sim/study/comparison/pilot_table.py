"""Pilots as a table and as the facts of a study."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.measure.statistics import wilson
from sim.study.comparison.pilot import BEYOND, UNSEEN, Pilot

SHOWN = (1, 2, 3, 4, 5, 7, 10, 14, 21, 28, 42, 56, 70, 90, 120, 180, 270, 365)
"""Lengths of which tables have a row, in days."""


def shown(days: NDArray[np.int64]) -> NDArray[np.intp]:
    """Places of the lengths of which tables have a row: those of `SHOWN`, rounded up to what there is; and the last."""
    places = np.searchsorted(days, [each for each in SHOWN if each <= days[-1]])
    return np.unique(np.append(places, len(days) - 1))


def pilot_table(pilot: Pilot) -> pl.DataFrame:
    """A row for each run but the first, KPI, design and length.

    Columns run, kpi, label, unit, split, observed, days, callers, counted (contacts or answers that the KPI rests
    on), power, power_low, power_high, false_alarms, false_low, false_high (Wilson); power is null where the simulated
    difference cannot be told from none.
    """
    frames = []
    for each in pilot.found:
        at = shown(each.days)
        days, power, false = each.days[at], each.power[at], each.false[at]
        trials = np.full(len(at), float(pilot.pilots))
        sure, alarm = wilson(power, trials, pilot.confidence), wilson(false, trials, pilot.confidence)
        frames.append(pl.DataFrame({
            "run": each.run, "kpi": each.kpi.key, "label": each.kpi.label, "unit": each.kpi.unit,
            "split": each.split, "observed": each.kpi.key not in UNSEEN, "days": days,
            "callers": np.rint(each.callers * days), "counted": np.rint(each.counted * days),
            "power": power, "power_low": sure[0], "power_high": sure[1],
            "false_alarms": false, "false_low": alarm[0], "false_high": alarm[1],
        }))  # fmt: skip
    return pl.concat(frames).with_columns(pl.selectors.float().fill_nan(None))


def facts(pilot: Pilot) -> dict[str, Any]:
    """What study.json says of the pilot; a length beyond what is spoken of is null."""

    def known(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return {
        **pilot.asked._asdict(),
        "pilots": pilot.pilots,
        "days_together": pilot.block,
        "replications": pilot.replications,
        "longest_spoken_of": BEYOND * pilot.asked.max_days,
        "found": [
            {
                "run": each.run,
                "kpi": each.kpi.key,
                "split": each.split,
                "difference": known(each.difference.mean),
                "low": known(each.difference.low),
                "high": known(each.difference.high),
                "told": each.told,
                "callers_a_day": each.callers,
                "counted_a_day": each.counted,
                "needs": [{name: value if name == "beyond" else known(value) for name, value in need._asdict().items()}
                          for need in each.needs],
            }
            for each in pilot.found
        ],
    }  # fmt: skip
