"""Frames: what all tables share, from arrays to columns. Nothing to say is null, never nan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs

from sim.measure.bins import Floats, Ints
from sim.measure.evidence import Estimate
from sim.measure.kpis import LEVEL, Kpi
from sim.measure.layout import WEEKDAYS, Layout
from sim.measure.people_kpis import UNIT_INTERVAL
from sim.measure.service_level import WORDS
from sim.units import format_clock

Columns = dict[str, Any]
Scopes = Sequence[tuple[str, str]]
LARGEST = {"share": 1.0, UNIT_INTERVAL: 1.0, "points": 100.0}
"""The largest figure that there can be of a unit."""


def frame(columns: Mapping[str, Any]) -> pl.DataFrame:
    """A table of these columns, with null for nan."""
    return pl.DataFrame(columns).with_columns(cs.float().fill_nan(None))


def scope_columns(scopes: Scopes, each: int) -> Columns:
    """Scope and name, each repeated for a block of rows."""
    return {
        "scope": np.repeat([scope for scope, _ in scopes], each),
        "name": np.repeat([name for _, name in scopes], each),
    }


def weekday(layout: Layout, day: int) -> str:
    """The weekday of a day that counts from 1."""
    return WEEKDAYS[(layout.first_weekday + day - 1) % 7]


def calendar_columns(layout: Layout, bins: Ints, blocks: int) -> Columns:
    """Day, weekday, start and clock time of bins, the whole repeated `blocks` times."""
    day = bins // layout.per_day + 1
    start = bins % layout.per_day * layout.interval_s
    return {
        "day": np.tile(day.astype(np.int32), blocks),
        "weekday": np.tile([weekday(layout, int(d)) for d in day], blocks),
        "interval_start": np.tile(start.astype(np.int32), blocks),
        "clock": np.tile([format_clock(float(s)) for s in start], blocks),
    }


def bounded(estimate: Estimate, kpis: Sequence[Kpi], controlled: bool = False) -> Estimate:
    """The estimate with limits that a figure can have: none below 0 unless signed, none above the unit's largest.

    KPIs along the last axis. A `controlled` mean is kept within as well; any other is there by itself.
    """
    most = np.array([LARGEST.get(kpi.unit, np.inf) for kpi in kpis])
    least = np.array([0.0 if not kpi.signed else -LARGEST.get(kpi.unit, np.inf) for kpi in kpis])
    if controlled:
        estimate = estimate._replace(mean=np.clip(estimate.mean, least, most))
    return estimate._replace(low=np.maximum(estimate.low, least), high=np.minimum(estimate.high, most))


def label(kpi: Kpi, layout: Layout, scope: int) -> str:
    """A KPI's label for a row of `queue_scopes`; the service level's says which variant it is."""
    if kpi.key != LEVEL.key:
        return kpi.label
    return f"{kpi.label} ({WORDS[layout.all_goals()[scope].definition]})"


def quotient(top: Floats, bottom: Floats) -> Floats:
    """Top over bottom, nan where the bottom is 0."""
    return np.asarray(np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0.0))
