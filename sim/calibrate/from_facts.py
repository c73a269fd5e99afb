"""A log that the simulator writes itself, in the columns that readers make: the truth is then known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from sim.calibrate.log import ContactLog
from sim.record import NOBODY, Facts, Outcome
from sim.scenario import Scenario

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
