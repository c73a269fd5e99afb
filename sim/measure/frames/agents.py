"""One row an agent: pooled over replications, and in each of the first replications."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.measure.agents import AGENT_COLUMNS, STATES, TRAITS
from sim.measure.bins import Floats, Ints
from sim.measure.faces import FURTHER_TRAITS
from sim.measure.frames.frame import Columns, frame, quotient
from sim.measure.kpis import ADHERENCE, CONFORMANCE, OCCUPANCY, PAID, SHRINKAGE, UTILIZATION, WORK, Kpi, total
from sim.measure.layout import Layout
from sim.measure.people_kpis import AGENT_KPIS
from sim.measure.roster import Roster

RATIOS = (WORK[0], OCCUPANCY, UTILIZATION, SHRINKAGE, ADHERENCE, CONFORMANCE)


def agents_table(roster: Roster, layout: Layout, replications: int) -> pl.DataFrame:
    """Agents over all replications: hours and contacts are means per replication, the rest ratios of sums."""
    sums = roster.sums
    hours = sums / (3600.0 * replications)
    traits = {name: quotient(roster.traits[:, i], roster.given) for i, name in enumerate(TRAITS)}
    return frame(
        {
            "agent": np.arange(len(sums), dtype=np.int32),
            "name": _named(layout, len(sums)),
            "team": _names(layout, roster.homes),
            "replications": roster.present.astype(np.int32),
            **traits,
            **_further(layout),
            "scheduled_hours": total(hours, ("scheduled_time",), AGENT_COLUMNS),
            "paid_hours": total(hours, PAID, AGENT_COLUMNS),
            **{f"{state}_hours": total(hours, (f"{state}_time",), AGENT_COLUMNS) for state in STATES},
            "handled": total(sums, ("handled",), AGENT_COLUMNS) / replications,
            **{kpi.key: _ratio(kpi, sums) for kpi in RATIOS},
            **_people(layout, sums, 1.0 / replications),
        }
    )


def agent_points_table(roster: Roster, layout: Layout) -> pl.DataFrame:
    """Agents one by one, of the first replications."""
    return pl.concat(_points(layout, number, *roster.points[number]) for number in sorted(roster.points))


def _points(layout: Layout, number: int, sums: Floats, traits: Floats, homes: Ints) -> pl.DataFrame:
    columns: Columns = {
        "replication": np.full(len(sums), number, np.int32),
        "agent": np.arange(len(sums), dtype=np.int32),
        "name": _named(layout, len(sums)),
        "team": _names(layout, homes),
        **{name: traits[:, i] for i, name in enumerate(TRAITS)},
        **_further(layout),
        "handled": total(sums, ("handled",), AGENT_COLUMNS).astype(np.int32),
        **{kpi.key: _ratio(kpi, sums) for kpi in (WORK[0], OCCUPANCY, ADHERENCE)},
        "paid_hours": total(sums, PAID, AGENT_COLUMNS) / 3600.0,
        **_people(layout, sums, 1.0),
    }
    return frame(columns)


def _people(layout: Layout, sums: Floats, per: float) -> Columns:
    """What came of the contacts handled; nothing where behavior does not count."""
    if layout.people is None:
        return {}
    surveyed = total(sums, ("surveyed",), AGENT_COLUMNS)
    return {"surveyed": surveyed * per, **{kpi.key: _ratio(kpi, sums) for kpi in AGENT_KPIS}}


def _named(layout: Layout, heads: int) -> pl.Series:
    """Names from rosters; null of the others."""
    return pl.Series([None] * heads if layout.faces is None else layout.faces.names, dtype=pl.String)


def _further(layout: Layout) -> Columns:
    """The traits that only matter where behavior counts; none where it does not."""
    if layout.faces is None or not layout.faces.traits:
        return {}
    return {name: np.array(column) for name, column in zip(FURTHER_TRAITS, layout.faces.traits, strict=True)}


def _names(layout: Layout, homes: Ints) -> pl.Series:
    return pl.Series([layout.teams[home] for home in homes], dtype=pl.String)


def _ratio(kpi: Kpi, sums: Floats) -> Floats:
    return quotient(total(sums, kpi.top, AGENT_COLUMNS), total(sums, kpi.bottom, AGENT_COLUMNS))
