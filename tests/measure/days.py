"""Hand-made facts: a day is a list of contacts, a list of what agents did, and a list of queue lengths."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np

from sim.measure import Counts, Goals, Layout, QueueLayout, Tally, count
from sim.measure.layout import People
from sim.measure.results import Results
from sim.record import Agent, AgentState, AgentWas, ContactLeft, Facts, Met, Outcome, QueueIs, Rows, arrival_order, rows

NINE = 9 * 3600.0
TYPICAL = log(9.0)
"""Satisfaction of a typical contact in logits, 90 % content."""


def call(caller: int, at: float, **fields: Any) -> dict[str, Any]:
    """A contact that arrives at nine plus `at` seconds; give `wait` and `talk`, or `outcome` and `wait`.

    `met` says how it went, where behavior counts; then for every handled contact.
    """
    wait, talk, hold = fields.pop("wait", 0.0), fields.pop("talk", 0.0), fields.pop("hold", 0.0)
    outcome = fields.pop("outcome", Outcome.HANDLED)
    handled = outcome == Outcome.HANDLED
    arrived = NINE + at
    answered = arrived + wait if handled else np.nan
    left = arrived + wait + talk + hold
    agent = fields.pop("agent", 0 if handled else -1)
    about = {"caller": caller, "attempt": 1, "queue": 0, "outcome": outcome, "agent": agent, "team": min(agent, 0)}
    times = {"arrived": arrived, "answered": answered, "left": left, "talk": talk, "hold": hold}
    return {**about, **times, **fields}


def met(**fields: Any) -> dict[str, Any]:
    """How a handled contact went: resolved and in no way special, but for these fields; 90 % of such say 4 or 5."""
    plain = {"energy": 0.8, "delivered": 0.5, "p_resolved": 0.7, "resolved": 1, "csat": 4, "nps": 8, "effort": 2}
    latent = TYPICAL + sum(value for name, value in fields.items() if name.startswith("from_"))
    return {**plain, "satisfaction": latent, **fields}


def was(agent: int, state: AgentState, start: float, end: float, **fields: Any) -> dict[str, Any]:
    """What an agent of team 0 did from nine plus `start` to nine plus `end` seconds."""
    busy = state in (AgentState.TALK, AgentState.HOLD, AgentState.WRAP)
    return {
        "agent": agent,
        "team": 0,
        "state": state,
        "queue": 0 if busy else -1,
        "start": NINE + start,
        "end": NINE + end,
        **fields,
    }


def table(record: type, entries: Sequence[dict[str, Any]]) -> Rows:
    """Rows of a record with the given fields."""
    made = rows(record, len(entries))
    for index, entry in enumerate(entries):
        for name, value in entry.items():
            made[name][index] = value
    return made


def day(
    calls: Sequence[dict[str, Any]] = (),
    states: Sequence[dict[str, Any]] = (),
    lengths: Sequence[tuple[float, int, int]] = (),
    teams: Sequence[int] = (0,),
    end: float | None = None,
) -> Facts:
    """Facts of these contacts, agent states and queue lengths (seconds after nine, queue, length)."""
    contacts = table(ContactLeft, [{k: v for k, v in entry.items() if k != "met"} for entry in calls])
    order = arrival_order(contacts)
    contacts = contacts[order]
    went = [calls[place]["met"] for place in order if "met" in calls[place]]
    given = [{"team": team, "handle_factor": 1.0, "empathy": 0.5, "speed": 0.5} for team in teams]
    changes = [{"at": NINE + at, "queue": queue, "length": length} for at, queue, length in lengths]
    last = max([NINE, *contacts["left"].tolist(), *(state["end"] for state in states)])
    return Facts(
        contacts,
        table(AgentWas, states),
        table(QueueIs, changes),
        table(Agent, given),
        last if end is None else NINE + end,
        np.ones(1),
        table(Met, went),
    )


def layout(
    *queues: str,
    days: int = 1,
    interval_s: int = 1800,
    teams: tuple[str, ...] = ("front",),
    people: People | None = None,
    **goals: Any,
) -> Layout:
    """A center open from nine to seventeen every day."""
    aims = Goals(**goals)
    windows = tuple((d * 86400.0 + NINE, d * 86400.0 + 17 * 3600.0) for d in range(days))
    made = tuple(QueueLayout(name, aims, windows) for name in queues or ("service",))
    return Layout(made, teams, days=days, interval_s=interval_s, goals=aims, people=people)


def results(calendar: Layout, *replications: Facts | Counts, confidence: float = 0.95) -> Results:
    """The results of these replications."""
    tally = Tally(calendar)
    for facts in replications:
        tally.add(facts if isinstance(facts, Counts) else count(facts, calendar))
    return tally.results(confidence)


def means(made: Results, scope: str = "center", name: str = "center") -> dict[str, float | None]:
    """The summary's means of one scope, by KPI."""
    return {
        row["kpi"]: row["mean"]
        for row in made.summary.iter_rows(named=True)
        if (row["scope"], row["name"]) == (scope, name)
    }
