"""One row a scope and interval: of contacts, and of agent time."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.measure.bins import Flags, Ints
from sim.measure.evidence import Estimate
from sim.measure.frames.frame import Columns, bounded, calendar_columns, frame, quotient, scope_columns
from sim.measure.kpis import Kpi
from sim.measure.layout import Layout
from sim.measure.people_kpis import interval_kpis, team_interval_kpis
from sim.measure.statistics import wilson
from sim.measure.tally import Tally

WITH_LIMITS = (
    "offered",
    "service_level",
    "abandonment_rate",
    "asa_s",
    "wait_mean_s",
    "p_wait",
    "aht_s",
    "queue_length",
    "csat",
    "empathy_delivered",
    "pressure",
    "energy",
)
TEAM_WITH_LIMITS = ("paid", "staffed", "busy", "occupancy", *WITH_LIMITS[-4:])


def intervals_table(tally: Tally, confidence: float) -> pl.DataFrame:
    """Contacts by scope and interval of arrival, with the probability that the interval meets its goal."""
    layout, scopes = tally.layout, tally.layout.queue_scopes
    bins = _bins(layout, tally.late_contacts)
    kpis = interval_kpis(layout.people)
    estimate = bounded(tally.intervals.estimate(confidence), kpis)
    tried, met = tally.targets.interval_tried[:, bins], tally.targets.interval_met[:, bins]
    share = quotient(met, tried)
    low, high = wilson(share, tried, confidence)
    return frame(
        {
            **scope_columns(scopes, len(bins)),
            **calendar_columns(layout, bins, len(scopes)),
            "open": (layout.open_seconds()[:, bins] > 0.0).reshape(-1),
            "after_end": np.tile(_after_end(layout, bins), len(scopes)),
            **_kpi_columns(kpis, estimate, bins, WITH_LIMITS),
            "target": np.repeat([goals.service_level for goals in layout.all_goals()], len(bins)),
            "p_target_met": share.reshape(-1),
            "p_target_met_low": low.reshape(-1),
            "p_target_met_high": high.reshape(-1),
            "target_trials": tried.reshape(-1).astype(np.int32),
        }
    )


def teams_table(tally: Tally, confidence: float) -> pl.DataFrame:
    """Agents by scope and interval: the mean number in each state, and what share of them was busy."""
    layout, scopes = tally.layout, tally.layout.team_scopes
    bins = _bins(layout, tally.late_agents)
    kpis = team_interval_kpis(layout.people)
    estimate = bounded(tally.team_intervals.estimate(confidence), kpis)
    return frame(
        {
            **scope_columns(scopes, len(bins)),
            **calendar_columns(layout, bins, len(scopes)),
            "after_end": np.tile(_after_end(layout, bins), len(scopes)),
            **_kpi_columns(kpis, estimate, bins, TEAM_WITH_LIMITS),
        }
    )


def _bins(layout: Layout, late: bool) -> Ints:
    """The bins that are shown: the one without an end only if something was in it."""
    return np.arange(layout.bins if late else layout.bins - 1)


def _after_end(layout: Layout, bins: Ints) -> Flags:
    return np.asarray(bins == layout.bins - 1)


def _kpi_columns(kpis: tuple[Kpi, ...], estimate: Estimate, bins: Ints, limits: tuple[str, ...]) -> Columns:
    columns: Columns = {}
    for index, kpi in enumerate(kpis):
        columns[kpi.key] = estimate.mean[:, bins, index].reshape(-1)
        if kpi.key in limits:
            columns[f"{kpi.key}_low"] = estimate.low[:, bins, index].reshape(-1)
            columns[f"{kpi.key}_high"] = estimate.high[:, bins, index].reshape(-1)
    return columns
