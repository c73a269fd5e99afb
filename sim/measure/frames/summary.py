"""One row a scope and KPI: over the run, by day, and by replication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.measure.bins import Floats
from sim.measure.frames.frame import bounded, frame, label, quotient, scope_columns, weekday
from sim.measure.kpis import CONTACT_KPIS, STAFF_KPIS, WAIT, Kpi
from sim.measure.layout import Layout
from sim.measure.percentiles import KEYS, LABELS
from sim.measure.statistics import Estimate, moments_of
from sim.measure.tally import TEAM_ROW_KPIS, Tally

PERCENTILE_KPIS = tuple(Kpi(key, text, "s", ()) for key, text in zip(KEYS, LABELS, strict=True))
PRESENT = Kpi("agents_present", "Agents present", "agents", ())
STAFF_FROM = len(TEAM_ROW_KPIS) - len(STAFF_KPIS)
"""The center's staff KPIs are the rows of teams from here on; those before it has among its contacts."""


class Figures(NamedTuple):
    """KPIs of one scope: estimates, and top and bottom of each replication, shape (replications, kpis)."""

    scope: tuple[str, str]
    labels: list[str]
    kpis: tuple[Kpi, ...]
    estimate: Estimate
    top: Floats
    bottom: Floats
    """nan in both where the figure is no quotient; then `value` holds it"""
    value: Floats


def figures(tally: Tally, confidence: float) -> Iterator[Figures]:
    """The KPIs of every scope over the run, in the order in which they are shown."""
    layout = tally.layout
    rows = [tally.rows[number] for number in sorted(tally.rows)]
    contacts = np.stack([row.contacts for row in rows])
    teams = np.stack([row.teams for row in rows])
    present = np.stack([row.present for row in rows])
    percentiles = np.stack([row.percentiles for row in rows])
    waits = tally.waits.estimate(confidence)
    longest = tally.longest_waits[:, None, None]
    waits = waits._replace(
        mean=np.minimum(waits.mean, longest), low=np.minimum(waits.low, longest), high=np.minimum(waits.high, longest)
    )

    def staff(index: int) -> Iterator[Figures]:
        scope = layout.team_scopes[index]
        start = 0 if index else STAFF_FROM
        kpis = TEAM_ROW_KPIS[start:]
        top, bottom = teams[:, 0, index, start:], teams[:, 1, index, start:]
        yield _ratios(scope, [kpi.label for kpi in kpis], kpis, top, bottom, confidence)
        heads = present[:, index, None]
        yield _ratios(scope, [PRESENT.label], (PRESENT,), heads, np.ones_like(heads), confidence)

    for index, scope in enumerate(layout.queue_scopes):
        labels = [label(kpi, layout, index) for kpi in CONTACT_KPIS]
        top, bottom = contacts[:, 0, index], contacts[:, 1, index]
        after = CONTACT_KPIS.index(WAIT) + 1
        for part in (slice(0, after), slice(after, None)):
            yield _ratios(scope, labels[part], CONTACT_KPIS[part], top[:, part], bottom[:, part], confidence)
            if part.start == 0:
                value = percentiles[:, index].reshape(len(rows), -1)
                none = np.full(value.shape, np.nan)
                estimate = Estimate(*(part[index].reshape(-1) for part in waits))
                yield Figures(scope, list(LABELS), PERCENTILE_KPIS, estimate, none, none, value)
        if index == 0:
            yield from staff(0)
    for index in range(1, 1 + len(layout.teams)):
        yield from staff(index)


def _ratios(
    scope: tuple[str, str], labels: list[str], kpis: tuple[Kpi, ...], top: Floats, bottom: Floats, confidence: float
) -> Figures:
    estimate = bounded(moments_of(top, bottom).estimate(confidence), kpis)
    return Figures(scope, labels, kpis, estimate, top, bottom, quotient(top, bottom))


def summary_table(parts: list[Figures]) -> pl.DataFrame:
    """The summary: one row a scope and KPI, with its interval and the extremes of the replications."""
    return pl.concat(_summary(part) for part in parts)


def _summary(part: Figures) -> pl.DataFrame:
    known = ~np.isnan(part.value)
    some = known.any(axis=0)
    lowest = np.where(some, np.where(known, part.value, np.inf).min(axis=0), np.nan)
    highest = np.where(some, np.where(known, part.value, -np.inf).max(axis=0), np.nan)
    return frame(
        {
            **scope_columns([part.scope], len(part.kpis)),
            **_kpi_columns(part.kpis, part.labels),
            **_estimate_columns(part.estimate),
            "lowest": lowest,
            "highest": highest,
        }
    )


def replications_table(parts: list[Figures], numbers: list[int]) -> pl.DataFrame:
    """One row a replication, scope and KPI: the value, and of a quotient its two terms."""
    table = pl.concat(_by_replication(part, numbers) for part in parts)
    return table.sort("replication", maintain_order=True)


def _by_replication(part: Figures, numbers: list[int]) -> pl.DataFrame:
    each = len(part.kpis)
    return frame(
        {
            "replication": np.repeat(np.array(numbers, np.int32), each),
            **scope_columns([part.scope], each * len(numbers)),
            "kpi": np.tile([kpi.key for kpi in part.kpis], len(numbers)),
            "value": part.value.reshape(-1),
            "numerator": part.top.reshape(-1),
            "denominator": part.bottom.reshape(-1),
        }
    )


def days_table(tally: Tally, confidence: float) -> pl.DataFrame:
    """One row a scope, day and KPI."""
    layout, staff = tally.layout, slice(STAFF_FROM, None)
    contacts = bounded(tally.days.estimate(confidence), CONTACT_KPIS)
    teams = bounded(tally.team_days.estimate(confidence), TEAM_ROW_KPIS)
    plain = [kpi.label for kpi in TEAM_ROW_KPIS]
    tables = []
    for index, scope in enumerate(layout.queue_scopes):
        labels = [label(kpi, layout, index) for kpi in CONTACT_KPIS]
        tables.append(_days(layout, scope, CONTACT_KPIS, labels, _pick(contacts, index)))
        if index == 0:
            tables.append(_days(layout, scope, TEAM_ROW_KPIS[staff], plain[staff], _pick(teams, 0, staff)))
    for index, scope in enumerate(layout.team_scopes[1:], 1):
        tables.append(_days(layout, scope, TEAM_ROW_KPIS, plain, _pick(teams, index)))
    return pl.concat(tables)


def _pick(estimate: Estimate, index: int, kpis: slice = slice(None)) -> Estimate:
    return Estimate(*(part[index, :, kpis].reshape(-1) for part in estimate))


def _days(
    layout: Layout, scope: tuple[str, str], kpis: tuple[Kpi, ...], labels: list[str], estimate: Estimate
) -> pl.DataFrame:
    days = np.arange(1, layout.days + 1, dtype=np.int32)
    return frame(
        {
            **scope_columns([scope], len(days) * len(kpis)),
            "day": np.repeat(days, len(kpis)),
            "weekday": np.repeat([weekday(layout, int(day)) for day in days], len(kpis)),
            **{key: column * len(days) for key, column in _kpi_columns(kpis, labels).items()},
            **_estimate_columns(estimate),
        }
    )


def _kpi_columns(kpis: tuple[Kpi, ...], labels: list[str]) -> dict[str, list[str]]:
    return {"kpi": [kpi.key for kpi in kpis], "label": labels, "unit": [kpi.unit for kpi in kpis]}


def _estimate_columns(estimate: Estimate) -> dict[str, Floats]:
    return {**estimate._asdict(), "replications": estimate.replications.astype(np.int32)}
