"""Results: the final tables, made once from a tally."""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import polars as pl

from sim.measure.frames.agents import agent_points_table, agents_table
from sim.measure.frames.intervals import intervals_table, teams_table
from sim.measure.frames.people import causes_table, needs_table
from sim.measure.frames.summary import days_table, figures, replications_table, summary_table
from sim.measure.frames.targets import targets_table
from sim.measure.frames.waits import wait_histogram_table
from sim.measure.layout import Layout
from sim.measure.spreadsheet import no_formulas
from sim.measure.tally import Tally


class Value(NamedTuple):
    """One figure of the summary; None = no contacts, or for the limits fewer than two replications."""

    mean: float | None
    low: float | None
    high: float | None
    half_width: float | None
    replications: int


@dataclass(frozen=True)
class Results:
    """All figures of a study of one scenario. Every column is explained in docs/kpis.md."""

    summary: pl.DataFrame
    """a row per scope (center, queue, team), name and KPI"""
    intervals: pl.DataFrame
    """a row per center or queue, day and interval"""
    teams: pl.DataFrame
    """a row per center or team, day and interval"""
    agents: pl.DataFrame
    """a row per agent"""
    agent_points: pl.DataFrame
    """a row per agent and replication, of the first replications"""
    wait_histogram: pl.DataFrame
    """a row per center or queue and stretch of waiting"""
    days: pl.DataFrame
    """a row per scope, name, day and KPI"""
    targets: pl.DataFrame
    """a row per center or queue, goal and day"""
    replications: pl.DataFrame
    """a row per replication, scope, name and KPI"""
    layout: Layout
    confidence: float
    count: int
    """replications"""
    causes: pl.DataFrame | None = None
    """a row per scope and cause of satisfaction and of handle time; None where behavior does not count"""
    needs: pl.DataFrame | None = None
    """a row per center or queue, step of callers' need and step of empathy delivered; None likewise"""

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables by name."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: table for name, table in named.items() if isinstance(table, pl.DataFrame)}

    def value(self, kpi: str, scope: str = "center", name: str = "center") -> Value:
        """One figure of the summary; KeyError with the nearest name if there is no such row."""
        mine = self.summary.filter((pl.col("scope") == scope) & (pl.col("name") == name))
        row = mine.filter(pl.col("kpi") == kpi)
        if not len(row):
            asked, known = (kpi, mine["kpi"]) if len(mine) else (name, self.summary["name"])
            near = get_close_matches(asked, sorted(set(known)), 1)
            raise KeyError(f"no {kpi} of {scope} {name}" + (f", did you mean {near[0]!r}?" if near else ""))
        return Value(*row.select(Value._fields).row(0))

    def write(self, folder: Path) -> None:
        """Write every table to `folder` as <name>.csv; null is an empty field."""
        for name, table in self.tables().items():
            with (folder / f"{name}.csv").open("wb") as file:  # polars itself would read a "~" in the folder's name
                no_formulas(table).write_csv(file)


def make_results(tally: Tally, confidence: float) -> Results:
    """The tables of all replications counted; ValueError if there are none."""
    if not tally.count:
        raise ValueError("no replication has been counted yet")
    parts = list(figures(tally, confidence))
    return Results(
        summary=summary_table(parts),
        intervals=intervals_table(tally, confidence),
        teams=teams_table(tally, confidence),
        agents=agents_table(tally.roster, tally.layout, tally.count),
        agent_points=agent_points_table(tally.roster, tally.layout),
        wait_histogram=wait_histogram_table(tally),
        days=days_table(tally, confidence),
        targets=targets_table(tally, confidence),
        replications=replications_table(parts, sorted(tally.rows)),
        layout=tally.layout,
        confidence=confidence,
        count=tally.count,
        causes=causes_table(tally, confidence),
        needs=needs_table(tally),
    )
