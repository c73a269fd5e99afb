"""Plausible figures of people and money, put onto plausible results: for trying the section that tells of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from sim.measure.results import Results

NASTY = '<b onclick="x">B & $x^2$</b>'
"""an agent's name that means harm"""

LOST = {"unresolved": ("Not resolved", -0.061), "repeats": ("Had to call again", -0.031),
        "waiting": ("Waiting", -0.024), "long_talk": ("Talk longer than expected", -0.002),
        "transfers": ("Passed on", 0.0),
        "empathy": ("Empathy", -0.004), "goodwill": ("Goodwill", 0.006)}
TOOK = {"agent": ("Who answers", 4.2), "load": ("Load", -9.2), "wait": ("Waiting", 3.3),
        "listening": ("Listening", 1.1), "calming": ("Calming", -2.0), "agitation": ("Agitation", 6.0),
        "hurry": ("Agents in a hurry", -12.2), "aids": ("Assist and canned answers", 0.0),
        "cut_short": ("Cut short", -1.2)}
KPIS = (("csat", "CSAT", "share", 0.734, 0.006), ("csat_surveyed", "CSAT (surveyed)", "share", 0.79, 0.012),
        ("response_rate", "Answered survey", "share", 0.08, 0.003), ("fcr", "FCR", "share", 0.68, 0.006),
        ("fcr_measured", "FCR (measured)", "share", 0.74, 0.006), ("transfer_rate", "Passed on", "share", 0.03, 0.002),
        ("churn_rate", "Churn", "share", 0.04, 0.001), ("nps", "NPS", "points", 21.4, 2.0),
        ("nps_surveyed", "NPS (surveyed)", "points", -4.0, 3.0), ("surveyed", "Surveyed", "contacts", 210.0, 9.0),
        ("repeat_rate", "Repeats", "share", 0.11, 0.01), ("empathy_delivered", "Empathy", "0-1", 0.47, 0.01),
        ("pressure", "Pressure", "0-1", 0.21, 0.02), ("energy", "Energy", "0-1", 0.83, 0.01),
        ("paid_cost", "Paid time", "EUR", 8960.0, 40.0), ("contact_cost", "Lines", "EUR", 1204.0, 20.0),
        ("goodwill_cost", "Goodwill", "EUR", 60.5, 5.0), ("value_lost", "Customers lost", "EUR", 31200.0, 900.0),
        ("total_cost", "Total", "EUR", 41424.5, 950.0), ("cost_per_contact", "Cost per contact", "EUR", 3.42, 0.04),
        ("cost_per_resolved", "Cost per resolved", "EUR", 4.99, 0.06),
        ("net_per_week", "Net per week", "EUR", -289971.0, 6600.0))
NOT_OF_TEAMS = {"fcr_measured", "repeat_rate", "contact_cost", "total_cost", "cost_per_contact", "cost_per_resolved",
                "net_per_week"}


def with_people(results: Results) -> Results:
    """The same results as if `behavior.people` had been on."""
    rng = np.random.default_rng(5)
    scopes = [("center", "center"), *(("queue", q) for q in _names(results, "queue")),
              *(("team", t) for t in _names(results, "team"))]
    none = results.value("offered").mean == 0
    one = results.count == 1
    points, agents = (_agents(table, rng) for table in (results.agent_points, results.agents))
    return replace(
        results, summary=pl.concat([results.summary, _summary(scopes, none, one)], how="diagonal_relaxed"),
        days=pl.concat([results.days, *(_summary([("center", "center")], none, one).with_columns(day=pl.lit(day))
                                        for day in results.days["day"].unique().sort())], how="diagonal_relaxed"),
        intervals=_over_time(results.intervals, one), agent_points=points, agents=agents,
        causes=_causes(scopes, none, one, rng), needs=_needs(scopes, none))


def _names(results: Results, scope: str) -> list[str]:
    return list(results.summary.filter(pl.col("scope") == scope)["name"].unique(maintain_order=True))


def _band(mean: float | None, half: float, one: bool) -> dict[str, Any]:
    ends = (None, None) if one or mean is None else (mean - half, mean + half)
    return {"mean": mean, "low": ends[0], "high": ends[1], "half_width": None if ends[0] is None else half}


def _summary(scopes: list[tuple[str, str]], none: bool, one: bool) -> pl.DataFrame:
    rows = [{"scope": scope, "name": name, "kpi": kpi, "label": label, "unit": unit,
             **_band(None if none and unit != "contacts" else mean, half, one)}
            for scope, name in scopes for kpi, label, unit, mean, half in KPIS
            if scope != "team" or kpi not in NOT_OF_TEAMS]
    return pl.DataFrame(rows, infer_schema_length=None)


def _over_time(table: pl.DataFrame, one: bool) -> pl.DataFrame:
    hour = pl.col("interval_start") / 3600
    busy = (-((hour - 11) / 3) ** 2).exp()
    there = pl.col("offered") > 0
    found = {"csat": 0.8 - 0.15 * busy, "empathy_delivered": 0.5 - 0.08 * busy, "pressure": 0.1 + 0.6 * busy,
             "energy": 0.95 - 0.02 * (hour - 8)}
    columns = {}
    for name, value in found.items():
        columns[name] = pl.when(there).then(value)
        for end, sign in (("low", -0.02), ("high", 0.02)):
            columns[f"{name}_{end}"] = pl.when(there & (not one)).then(value + sign)
    return table.with_columns(**columns)


def _agents(table: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    noise = pl.Series(rng.normal(0, 0.03, len(table)))
    csat = (0.74 + 0.25 * (pl.col("empathy") - 0.5) - 0.1 * (pl.col("speed") - 0.5) + noise).clip(0, 1)
    named = {0: "Ana", 1: NASTY}
    table = table.with_columns(name=pl.col("agent").replace_strict(named, default=None, return_dtype=pl.String))
    return table.with_columns(csat=pl.when(pl.col("handled") > 0).then(csat))


def _causes(scopes: list[tuple[str, str]], none: bool, one: bool, rng: np.random.Generator) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for what, first, last, unit, causes, start in (
            ("satisfaction", ("typical", "typical contact"), ("csat", "CSAT"), "share", LOST, 0.85),
            ("handle_time", ("drawn", "as drawn"), ("aht", "AHT"), "s", TOOK, 300.0)):
        for scope, name in scopes:
            steps = {key: (label, mean * float(rng.gamma(20, 1 / 20))) for key, (label, mean) in causes.items()}
            end = start + math.fsum(mean for _, mean in steps.values())
            for key, (label, mean) in {first[0]: (first[1], start), **steps, last[0]: (last[1], end)}.items():
                half = 0.0 if key == "typical" else 0.06 * abs(mean) if key in steps else 0.008 * end
                rows.append({"what": what, "scope": scope, "name": name, "cause": key, "label": label, "unit": unit,
                             **_band(None if none else mean, half, one)})
    return pl.DataFrame(rows, infer_schema_length=None)


def _needs(scopes: list[tuple[str, str]], none: bool) -> pl.DataFrame:
    grid = [k / 10 for k in range(11)]
    rows = []
    for scope, name in scopes:
        if scope == "team":
            continue
        for need in grid:
            for delivered in grid:
                size = 400 * math.exp(-((need - 0.55) / 0.2) ** 2 - ((delivered - 0.45) / 0.16) ** 2)
                size = 0.0 if none or size < 0.3 else size
                csat = 0.7 + 0.5 * need * (delivered - 0.5)
                rows.append({"scope": scope, "name": name, "need": need, "delivered": delivered, "contacts": size,
                             "csat": csat if size else None})
    return pl.DataFrame(rows, infer_schema_length=None)
