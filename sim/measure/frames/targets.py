"""One row a scope, goal and day: the probability that the day meets the goal."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from sim.measure.frames.frame import frame, quotient, weekday
from sim.measure.layout import Goals, Layout
from sim.measure.statistics import wilson
from sim.measure.tally import Tally
from sim.measure.targets import ALL_QUEUES, GOAL_KPIS

SCHEMA: dict[str, Any] = {
    "scope": pl.String,
    "name": pl.String,
    "kpi": pl.String,
    "goal": pl.Float64,
    "within_s": pl.Float64,
    "definition": pl.String,
    "day": pl.Int32,
    "weekday": pl.String,
    "met": pl.Int64,
    "trials": pl.Int64,
}


def targets_table(tally: Tally, confidence: float) -> pl.DataFrame:
    """Probabilities of meeting a goal, over all days (day null) and on each.

    A day's limits take each replication as one trial. Over all days p is the share of replication-days; as the days
    of one replication may depend on each other, the limits still take a replication as one trial: the variance of
    a share of days is at most p (1 - p), so they are on the safe side.
    """
    layout = tally.layout
    center, *queues = layout.queue_scopes
    goals = layout.all_goals()
    rows: list[dict[str, Any]] = []
    counted: list[int] = []
    named: list[tuple[tuple[str, str], dict[str, Any] | Goals]] = [
        (center, _shared(layout)),
        (ALL_QUEUES, _shared(layout, by_queue=True)),
        *zip(queues, goals[1:], strict=True),
    ]
    for index, (scope, aim) in enumerate(named):
        for which, kpi in enumerate(GOAL_KPIS):
            about = {"scope": scope[0], "name": scope[1], "kpi": kpi.key, **_goal(aim, which)}
            met, tried = tally.targets.met[index, :, which], tally.targets.tried[index, :, which]
            rows.append({**about, "met": int(met.sum()), "trials": int(tried.sum())})
            counted.append(int(tally.targets.runs[index, which]))
            for day in range(layout.days):
                when = {"day": day + 1, "weekday": weekday(layout, day + 1)}
                rows.append({**about, **when, "met": int(met[day]), "trials": int(tried[day])})
                counted.append(int(tried[day]))
    table = pl.DataFrame(rows, schema=SCHEMA)
    share = quotient(table["met"].to_numpy().astype(np.float64), table["trials"].to_numpy().astype(np.float64))
    low, high = wilson(share, np.array(counted), confidence)
    return pl.concat([table, frame({"p": share, "low": low, "high": high})], how="horizontal")


def _shared(layout: Layout, by_queue: bool = False) -> dict[str, Any]:
    """What the goals of several queues have in common; None where they differ."""
    each = [queue.goals for queue in layout.queues]
    aims = each if by_queue else [layout.goals]
    return {
        "service_level": _same({goals.service_level for goals in aims}),
        "abandonment": _same({goals.abandonment for goals in aims}),
        "within_s": _same({goals.within_s for goals in each}),
        "definition": _same({str(goals.definition) for goals in aims}),
    }


def _same(values: set[Any]) -> Any:
    return values.pop() if len(values) == 1 else None


def _goal(aim: dict[str, Any] | Goals, which: int) -> dict[str, Any]:
    """The goal's columns: of the service level, or of the abandonment rate."""
    if isinstance(aim, Goals):
        aim = {
            "service_level": aim.service_level,
            "abandonment": aim.abandonment,
            "within_s": aim.within_s,
            "definition": str(aim.definition),
        }
    if which == 0:
        return {"goal": aim["service_level"], "within_s": aim["within_s"], "definition": aim["definition"]}
    return {"goal": aim["abandonment"]}
