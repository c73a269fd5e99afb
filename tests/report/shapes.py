"""Runs to report on: one queue, several, days, nothing at all, and names that mean harm."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sim.measure.results import Results
from sim.report import Goals, RunInfo
from tests.report.plausible import results

NASTY = '<script>alert("1")</script> & $x^2$ {{ 7*7 }} _'
LONG = "a queue whose name nobody thought of shortening " * 4

SHAPES: dict[str, dict[str, object]] = {
    "day": {},
    "queues": {
        "queues": ("service", NASTY, LONG, "日本語", "_hidden"), "teams": ("front", NASTY, "back"), "interval_s": 3600},
    "week": {"days": 7, "interval_s": 3600, "agents_fixed": True},
    "month": {"days": 30, "interval_s": 3600, "queues": ("service", "sales"), "heads": 12},
    "single": {"replications": 1},
    "nobody calls": {"per_hour": 0.0, "queues": ("service", "sales")},
}


@cache
def run(shape: str) -> Results:
    """Results of one of the shapes, made once."""
    return results(**SHAPES[shape])


def about(shape: str, **changes: object) -> RunInfo:
    """What is told about such a run."""
    facts: dict[str, object] = {
        "scenario": shape, "command": f"python -m sim +scenario={shape}", "seed": 1, "engine": "simpy",
        "replications": run(shape).count, "goals": Goals(0.8, 20.0, "of_offered", 0.05, 0.85, 300.0),
        "versions": {"tightrope": "0.1.0"}, "wall_s": 1.25, "finished": datetime(2026, 1, 5, 12, 30),
        "description": "A busy Monday"}
    return RunInfo(**facts | changes)  # type: ignore[arg-type]
