"""Facts as tables with names and units: what is written to Parquet, one row a contact, a state, a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sim.record import AgentState, ComesBack, Facts, Outcome, Rows

Numbers = np.ndarray[Any, np.dtype[Any]]


def fact_tables(facts: Facts, queues: Sequence[str], teams: Sequence[str], replication: int) -> dict[str, pl.DataFrame]:
    """The tables `contacts`, `agent_states` and `queue_lengths` of one replication; nobody and no time are null.

    Times are seconds since midnight of day 1; durations are seconds. Where behavior counts contacts also say their leg
    and whether they come back, and a fourth table, `encounters`, what came of those that were handled.
    """
    people = {"encounters": encounters(facts, replication)} if len(facts.met) else {}
    return {
        "contacts": contacts(facts, queues, teams, replication),
        "agent_states": agent_states(facts, queues, teams, replication),
        "queue_lengths": queue_lengths(facts, queues, replication),
        **people,
    }


def contacts(facts: Facts, queues: Sequence[str], teams: Sequence[str], replication: int) -> pl.DataFrame:
    """One row a contact, in order of arrival."""
    rows = facts.contacts
    handled = rows["outcome"] == Outcome.HANDLED
    until = np.where(handled, rows["answered"], rows["left"])
    return pl.DataFrame(
        {
            "replication": _same(replication, rows),
            "caller": rows["caller"],
            "attempt": rows["attempt"],
            "queue": _named(rows["queue"], queues),
            "outcome": _named(rows["outcome"], [outcome.name.lower() for outcome in Outcome]),
            "agent": _known(rows["agent"]),
            "team": _named(rows["team"], teams),
            "arrived_s": rows["arrived"],
            "answered_s": pl.Series(rows["answered"]).fill_nan(None),
            "left_s": rows["left"],
            "wait_s": until - rows["arrived"],
            "talk_s": rows["talk"],
            "hold_s": rows["hold"],
            "wrap_s": rows["wrap"],
            "patience_s": rows["patience"],
            "need_empathy": rows["empathy"],
            "need_speed": rows["speed"],
            **(_journey(rows) if len(facts.met) else {}),
        }
    )


def encounters(facts: Facts, replication: int) -> pl.DataFrame:
    """One row a handled contact, in order of arrival: `Met` beside what names the contact."""
    rows = facts.contacts[facts.contacts["outcome"] == Outcome.HANDLED]
    names, flags = facts.met.dtype.names or (), ("resolved", "short", "surveyed")
    return pl.DataFrame(
        {
            "replication": _same(replication, rows),
            **{name: rows[name] for name in ("caller", "attempt", "leg")},
            **{name: facts.met[name] == 1 if name in flags else facts.met[name] for name in names},
        }
    )


def _journey(rows: Rows) -> dict[str, Any]:
    return {"leg": rows["leg"], "comes_back": _named(rows["comes_back"], [back.name.lower() for back in ComesBack])}


def agent_states(facts: Facts, queues: Sequence[str], teams: Sequence[str], replication: int) -> pl.DataFrame:
    """One row a stretch of time that an agent spent in one state, in order of its end."""
    rows = facts.states
    return pl.DataFrame(
        {
            "replication": _same(replication, rows),
            "agent": rows["agent"],
            "team": _named(rows["team"], teams),
            "state": _named(rows["state"], [state.name.lower() for state in AgentState]),
            "queue": _named(rows["queue"], queues),
            "start_s": rows["start"],
            "end_s": rows["end"],
        }
    )


def queue_lengths(facts: Facts, queues: Sequence[str], replication: int) -> pl.DataFrame:
    """One row a change of a queue's length, in order of time."""
    rows = facts.queues
    return pl.DataFrame(
        {
            "replication": _same(replication, rows),
            "queue": _named(rows["queue"], queues),
            "at_s": rows["at"],
            "length": rows["length"],
        }
    )


def _same(replication: int, rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.full(len(rows), replication, np.int32)


def _known(numbers: Numbers) -> pl.Series:
    """The numbers, with null for -1."""
    series = pl.Series(numbers)
    return series.set(series < 0, None)


def _named(numbers: Numbers, names: Sequence[str]) -> pl.Series:
    """The names that go with the numbers, with null for -1."""
    kind = pl.Enum(names) if names else pl.String
    return pl.Series([*names, None], dtype=kind).gather(pl.Series(np.where(numbers < 0, len(names), numbers)))
