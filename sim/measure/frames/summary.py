"""One row a scope and KPI: over the run, by day, and by replication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.measure.bins import Floats
from sim.measure.evidence import Estimate
from sim.measure.frames.frame import bounded, frame, label, quotient, scope_columns, weekday
from sim.measure.kpis import STAFF_KPIS, WAIT, Kpi
from sim.measure.layout import Layout
from sim.measure.people_kpis import contact_kpis, team_kpis
from sim.measure.percentiles import KEYS, LABELS
from sim.measure.tally import Tally

PERCENTILE_KPIS = tuple(Kpi(key, text, "s", ()) for key, text in zip(KEYS, LABELS, strict=True))
PRESENT = Kpi("agents_present", "Agents present", "agents", ())
STAFF = slice(-len(STAFF_KPIS), None)
"""The last KPIs of teams are those of staff, which the center has too; those before it has among its contacts."""


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
    numbers = sorted(tally.rows)
    rows = [tally.rows[number] for number in numbers]
    first_calls = np.array([row.first_calls for row in rows])
    contacts = np.stack([row.contacts for row in rows])
    teams = np.stack([row.teams for row in rows])
    present = np.stack([row.present for row in rows])
    percentiles = np.stack([row.percentiles for row in rows])
    waits = tally.waits.estimate(confidence)
    contact_row, team_row = contact_kpis(layout.people), team_kpis(layout.people)
    longest = tally.longest_waits[:, None, None]
    waits = waits._replace(
        mean=np.minimum(waits.mean, longest), low=np.minimum(waits.low, longest), high=np.minimum(waits.high, longest)
    )

    def ratios(
        scope: tuple[str, str], labels: list[str], kpis: tuple[Kpi, ...], top: Floats, bottom: Floats
    ) -> Figures:
        found = layout.sampled.estimate(top, bottom, np.array(numbers), first_calls, confidence)
        estimate = bounded(found, kpis, layout.sampled.first_calls is not None)
        return Figures(scope, labels, kpis, estimate, top, bottom, quotient(top, bottom))

    def staff(index: int) -> Iterator[Figures]:
        scope = layout.team_scopes[index]
        part = slice(None) if index else STAFF
        kpis = team_row[part]
        top, bottom = teams[:, 0, index, part], teams[:, 1, index, part]
        yield ratios(scope, [kpi.label for kpi in kpis], kpis, top, bottom)
        heads = present[:, index, None]
        yield ratios(scope, [PRESENT.label], (PRESENT,), heads, np.ones_like(heads))

    for index, scope in enumerate(layout.queue_scopes):
        labels = [label(kpi, layout, index) for kpi in contact_row]
        top, bottom = contacts[:, 0, index], contacts[:, 1, index]
        after = contact_row.index(WAIT) + 1
        for part in (slice(0, after), slice(after, None)):
            yield ratios(scope, labels[part], contact_row[part], top[:, part], bottom[:, part])
            if part.start == 0:
                value = percentiles[:, index].reshape(len(rows), -1)
                none = np.full(value.shape, np.nan)
                estimate = Estimate(*(part[index].reshape(-1) for part in waits))
                yield Figures(scope, list(LABELS), PERCENTILE_KPIS, estimate, none, none, value)
        if index == 0:
            yield from staff(0)
    for index in range(1, 1 + len(layout.teams)):
        yield from staff(index)


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
    layout = tally.layout
    contact_row, team_row = contact_kpis(layout.people), team_kpis(layout.people)
    contacts = bounded(tally.days.estimate(confidence), contact_row)
    teams = bounded(tally.team_days.estimate(confidence), team_row)
    plain = [kpi.label for kpi in team_row]
    tables = []
    for index, scope in enumerate(layout.queue_scopes):
        labels = [label(kpi, layout, index) for kpi in contact_row]
        tables.append(_days(layout, scope, contact_row, labels, _pick(contacts, index)))
        if index == 0:
            tables.append(_days(layout, scope, team_row[STAFF], plain[STAFF], _pick(teams, 0, STAFF)))
    for index, scope in enumerate(layout.team_scopes[1:], 1):
        tables.append(_days(layout, scope, team_row, plain, _pick(teams, index)))
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
