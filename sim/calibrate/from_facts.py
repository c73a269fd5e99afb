"""A log that the simulator writes itself, in the columns that readers make: the truth is then known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Floats
from sim.calibrate.log import ContactLog, IntervalLog
from sim.record import NOBODY, AgentState, Facts, Outcome
from sim.scenario import Scenario
from sim.units import DAY, MINUTE

MONDAY = dt.date(2024, 1, 1)
"""day 1 of a scenario that begins on a Monday"""
NAMES = {
    Outcome.HANDLED: "handled",
    Outcome.ABANDONED: "abandoned",
    Outcome.BALKED: "abandoned",
    Outcome.BLOCKED: "blocked",
    Outcome.CALLED_BACK: "other",
    Outcome.INSIDE: "other",
}
"""a telephone system knows a caller who balks as one who hung up after 0 s"""


def first_date(scenario: Scenario) -> dt.date:
    """The date that day 1 of the scenario gets: its weekday in the week of 1 January 2024."""
    return MONDAY + dt.timedelta(days=scenario.weekday(0))


def contacts_from(facts: Facts, scenario: Scenario, first: dt.date | None = None) -> pl.DataFrame:
    """The contacts of a replication in the columns of a `ContactLog`, sorted by arrival.

    `arrived` has microseconds; wait, talk, hold and wrap are exact. Agents and callers get names from their
    numbers. `resolved` is known where behavior counts. A contact that is passed on has one row for each leg.
    """
    rows = facts.contacts
    outcome = rows["outcome"].astype(np.int64)
    handled = outcome == Outcome.HANDLED
    answered = np.ascontiguousarray(rows["answered"])
    until = np.where(np.isnan(answered), rows["left"], answered)
    midnight = np.datetime64(first or first_date(scenario), "us")
    arrived = midnight + np.round(np.ascontiguousarray(rows["arrived"]) * 1e6).astype("timedelta64[us]")
    resolved = np.full(len(rows), -1, np.int64)
    if len(facts.met):
        resolved[handled] = facts.met["resolved"]
    frame = pl.DataFrame(
        {
            "queue": rows["queue"].astype(np.int64),
            "arrived": arrived,
            "wait_s": np.maximum(until - rows["arrived"], 0.0),
            "outcome": outcome,
            **{f"{part}_s": np.where(handled, rows[part], np.nan) for part in ("talk", "hold", "wrap")},
            "agent": np.where(handled, rows["agent"], NOBODY).astype(np.int64),
            "caller": rows["caller"].astype(np.int64),
            "resolved": resolved,
        }
    )
    queues = dict(enumerate(scenario.queues))
    return (
        frame.with_columns(
            pl.col("queue").replace_strict(queues, return_dtype=pl.String),
            pl.col("outcome").replace_strict({int(key): value for key, value in NAMES.items()}, return_dtype=pl.String),
            pl.col("talk_s", "hold_s", "wrap_s").fill_nan(None),
            pl.when(pl.col("agent") >= 0).then(pl.format("agent {}", "agent")).alias("agent"),
            pl.format("caller {}", "caller").alias("caller"),
            pl.when(pl.col("resolved") >= 0).then(pl.col("resolved") == 1).alias("resolved"),
        )
        .sort("arrived", maintain_order=True)
        .with_columns(
            pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("row"), pl.lit(0, dtype=pl.Int16).alias("file")
        )
    )


def log_from(facts: Facts, scenario: Scenario, first: dt.date | None = None) -> ContactLog:
    """The same as a log."""
    return ContactLog.of(contacts_from(facts, scenario, first))


def intervals_from(
    facts: Facts, scenario: Scenario, interval_min: int = 30, within_s: float = 20.0, first: dt.date | None = None
) -> pl.DataFrame:
    """The report by interval that a telephone system would make of a replication: the columns of an `IntervalLog`.

    Contacts count in the interval in which they came. `asa_s` is the mean wait of those handled, `abandon_wait_s` of
    those who hung up; service level: handled within `within_s`, of all offered; `staffed`: mean number on duty
    (talking, wrapping up or idle) of all teams that serve the queue; `occupancy`: the busy share of that time.
    """
    handled, start = pl.col("outcome") == "handled", pl.col("arrived").dt.truncate(f"{interval_min}m").alias("start")
    spent, wait = pl.col("talk_s") + pl.col("hold_s") + pl.col("wrap_s"), pl.col("wait_s")
    rows = contacts_from(facts, scenario, first).filter(pl.col("outcome").is_in(["handled", "abandoned"]))
    contacts = rows.group_by("queue", start).agg(
        offered=pl.len().cast(pl.Float64), handled=handled.sum().cast(pl.Float64),
        abandoned=(~handled).sum().cast(pl.Float64), aht_s=spent.filter(handled).mean(),
        asa_s=wait.filter(handled).mean(), abandon_wait_s=wait.filter(~handled).mean(),
        service_level=(handled & (wait <= within_s)).mean(),
    )  # fmt: skip
    agents = _agents(facts, scenario, interval_min, dt.datetime.combine(first or first_date(scenario), dt.time()))
    frame = agents.filter(pl.col("staffed") > 0).join(contacts, on=["queue", "start"], how="full", coalesce=True)
    counts = pl.col("offered", "handled", "abandoned").fill_null(0.0)
    length = pl.lit(round(interval_min * MINUTE), dtype=pl.Int32)
    return IntervalLog.of(frame.with_columns(counts, length_s=length, within_s=pl.lit(within_s))).intervals


def _agents(facts: Facts, scenario: Scenario, interval_min: int, midnight: dt.datetime) -> pl.DataFrame:
    """Mean number on duty and its busy share, by queue and interval."""
    states, step = facts.states, interval_min * MINUTE
    busy = np.isin(states["state"], (AgentState.TALK, AgentState.HOLD, AgentState.WRAP))
    duty = busy | (states["state"] == AgentState.IDLE)
    edges = np.arange(round(scenario.days * DAY / step) + 1) * float(step)
    starts = [midnight + dt.timedelta(seconds=float(edge)) for edge in edges[:-1]]
    frames = []
    for queue in scenario.queues:
        serving = [place for place, team in enumerate(scenario.teams.values()) if queue in team.skills]
        mine = np.isin(states["team"], serving)
        on_duty, at_work = (
            np.diff(_spent(states["start"][mine & own], edges) - _spent(states["end"][mine & own], edges)) / step
            for own in (duty, busy)
        )
        share = np.divide(at_work, on_duty, out=np.zeros(len(on_duty)), where=on_duty > 0)
        frames.append(pl.DataFrame({"start": starts, "staffed": on_duty, "occupancy": share}).with_columns(
            queue=pl.lit(queue)
        ))  # fmt: skip
    return pl.concat(frames)


def _spent(moments: Any, edges: Any) -> Floats:
    """Seconds that have gone by since these moments, all together, at each edge."""
    ordered = np.sort(moments)
    many = np.searchsorted(ordered, edges)
    return np.asarray(many * edges - np.concatenate(([0.0], np.cumsum(ordered)))[many])
