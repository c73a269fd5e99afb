"""The goals as the results hold them, and what the results say about meeting them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from sim.report import written
from sim.report.remember import once

if TYPE_CHECKING:
    from sim.measure.results import Results


class ServiceGoal(NamedTuple):
    """A service-level goal and how often it is met."""

    target: float | None = None
    thresholds_s: tuple[float, ...] = ()
    """seconds within which a contact counts; several for a center whose queues differ"""
    definition: str = "of_offered"
    p_met: float | None = None
    """share of replication-days that meet it"""
    low: float | None = None
    high: float | None = None
    met: float = 0.0
    trials: int = 0

    @property
    def within_s(self) -> float | None:
        """The one threshold; None if there are several."""
        return self.thresholds_s[0] if len(self.thresholds_s) == 1 else None

    @property
    def threshold(self) -> str:
        """Threshold and variant: "within 20 s, of offered"."""
        return written.threshold(self.thresholds_s, self.definition)

    @property
    def words(self) -> str:
        """Target, threshold and variant: "80 % within 20 s, of offered"."""
        return self.threshold if self.target is None else f"{written.whole_percent(self.target)} {self.threshold}"


def service_goal(results: Results, scope: str = "center", name: str = "center", day: int | None = None) -> ServiceGoal:
    """The service-level goal of the center or a queue, over all days or for one."""
    return _service_goals(results).get((scope, name, day), ServiceGoal())


@once
def _service_goals(results: Results) -> dict[tuple[str, str, int | None], ServiceGoal]:
    rows = results.targets.filter(pl.col("kpi") == "service_level")
    every = tuple(rows.filter(pl.col("scope") == "queue")["within_s"].drop_nulls().unique().sort())
    return {
        (row["scope"], row["name"], row["day"]): ServiceGoal(
            row["goal"], every if row["within_s"] is None else (row["within_s"],), row["definition"],
            row["p"], row["low"], row["high"], row["met"] or 0.0, row["trials"])
        for row in rows.iter_rows(named=True)
    }


class Verdict(Enum):
    """Whether a figure meets a goal, as far as its interval can tell."""

    MET = "met"
    MISSED = "missed"
    UNCLEAR = "cannot tell"
    NONE = ""


def verdict(mean: float | None, low: float | None, high: float | None, goal: float | None,
            at_least: bool = True) -> Verdict:
    """Met or missed if the whole interval lies on one side of the goal; without an interval nobody can tell."""
    if mean is None or goal is None:
        return Verdict.NONE
    sign = 1 if at_least else -1
    worst, best = (low, high) if at_least else (high, low)
    if worst is None or best is None:
        return Verdict.UNCLEAR
    if sign * (worst - goal) >= 0:
        return Verdict.MET
    return Verdict.MISSED if sign * (best - goal) < 0 else Verdict.UNCLEAR
