"""Sums by hour of what came, waited, was answered and hung up: of a log, of replications, of a formula, all alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Flags, Floats, Ints
from sim.record import AgentState, Facts, Outcome
from sim.units import DAY, HOUR

SUMS = ("offered", "waited", "wait_s", "answered", "answer_s", "within", "abandoned", "busy_s", "duty_s")
KPIS: dict[str, tuple[str, str]] = {
    "wait_s": ("wait_s", "offered"),
    "asa_s": ("answer_s", "answered"),
    "p_wait": ("waited", "offered"),
    "abandonment": ("abandoned", "offered"),
    "service_level": ("within", "offered"),
    "occupancy": ("busy_s", "duty_s"),
}
"""Each is a sum over a sum; occupancy is of all queues together only."""
CONTACT_KPIS = ("wait_s", "p_wait", "abandonment", "service_level", "occupancy")
REPORT_KPIS = ("asa_s", "abandonment", "service_level", "occupancy")
"""What a log of contacts tells, and what a report by interval may tell: the mean wait is of the answered there."""
SECONDS = ("wait_s", "asa_s")
"""KPIs in seconds; all others are shares."""
BUSY = (AgentState.TALK, AgentState.HOLD, AgentState.WRAP)
HOURS = 24


class Groups(NamedTuple):
    """Hours put together."""

    number: Ints
    """of each hour's group, -1 = in none"""
    total: int
    """groups there are"""


class Hourly(NamedTuple):
    """Sums by hour, shape (replications, queues + 1, hours, SUMS); place 0 of the queues is all of them together."""

    sums: Floats

    def ratio(self, kpi: str, group: Groups | None = None, pooled: bool = False) -> Floats:
        """A KPI by replication, queue and hour, or by group of hours; nan where nobody came.

        `pooled`: replications added up first (one is left).
        """
        above, below = (self.summed(name, group) for name in KPIS[kpi])
        if pooled:
            above, below = above.sum(axis=0, keepdims=True), below.sum(axis=0, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(below > 0, above / below, np.nan))

    def summed(self, name: str, group: Groups | None = None) -> Floats:
        """One of SUMS by replication, queue and hour, or by group of hours."""
        values = self.sums[..., SUMS.index(name)]
        if group is None:
            return values
        member = np.zeros((len(group.number), group.total))
        inside = np.flatnonzero(group.number >= 0)
        member[inside, group.number[inside]] = 1.0
        return np.asarray(values @ member)


def of_log(contacts: pl.DataFrame, queues: list[str], days: Ints, first_day: int, within_s: float) -> Floats:
    """Sums of a log's contacts, shape (queues + 1, hours, SUMS), without agents' seconds.

    contacts: handled and abandoned ones, with `at`, seconds since midnight of day `first_day`; `days`: the days (of
    the same numbering) that count, in order; hour h of place d is d * 24 + h.
    """
    place = {queue: k for k, queue in enumerate(queues)}
    rows = contacts.filter(pl.col("queue").is_in(queues))
    return _summed(
        rows["queue"].replace_strict(place, return_dtype=pl.Int64).to_numpy(), rows["at"].to_numpy(),
        rows["wait_s"].fill_null(0.0).to_numpy(), (rows["outcome"] == "handled").to_numpy(),
        np.ones(rows.height, dtype=bool), len(queues), days - first_day, within_s,
    )  # fmt: skip


def of_facts(facts: Facts, queues: int, days: Ints, within_s: float) -> Floats:
    """The same of a replication's facts; `days`: places of its days that count. With agents' seconds."""
    rows = facts.contacts
    handled = rows["outcome"] == int(Outcome.HANDLED)
    counted = handled | np.isin(rows["outcome"], (int(Outcome.ABANDONED), int(Outcome.BALKED)))
    wait = np.where(handled, rows["answered"], rows["left"]) - rows["arrived"]
    found = _summed(rows["queue"].astype(np.int64), rows["arrived"], wait, handled, counted, queues, days, within_s)
    states = facts.states
    busy = np.isin(states["state"], [int(state) for state in BUSY])
    duty = busy | (states["state"] == int(AgentState.IDLE))
    for name, own in (("busy_s", busy), ("duty_s", duty)):
        found[0, :, SUMS.index(name)] = seconds_by_hour(states["start"][own], states["end"][own], days)
    return found


def _summed(
    queue: Ints, at: Floats, wait: Floats, handled: Flags, counted: Flags, queues: int, days: Ints, within_s: float
) -> Floats:
    place = np.full(int(days.max(initial=0)) + 2, -1, dtype=np.int64)
    place[days] = np.arange(len(days))
    day = (at // DAY).astype(np.int64)
    inside = counted & (day >= 0) & (day < len(place))
    day = np.where(inside, place[np.where(inside, day, 0)], -1)
    used = day >= 0
    cell = day * HOURS + (at % DAY // HOUR).astype(np.int64)
    answered = handled.astype(np.float64)
    columns = {
        "offered": np.ones(len(at)), "waited": (wait > 0.0).astype(np.float64), "wait_s": wait, "answered": answered,
        "answer_s": answered * wait, "within": answered * (wait <= within_s), "abandoned": 1.0 - answered,
    }  # fmt: skip
    hours = len(days) * HOURS
    found = np.zeros((queues + 1, hours, len(SUMS)))
    for name, column in columns.items():
        flat = np.bincount((queue * hours + cell)[used], column[used], minlength=queues * hours)
        found[1:, :, SUMS.index(name)] = flat.reshape(queues, hours)
    found[0] = found[1:].sum(axis=0)
    return found


def seconds_by_hour(start: Floats, end: Floats, days: Ints) -> Floats:
    """Seconds of some spells inside each hour of these days, shape (days x 24,)."""
    edges = (np.asarray(days)[:, None] * DAY + np.arange(HOURS + 1) * HOUR).astype(np.float64)

    def upto(moments: Floats) -> Floats:
        ordered = np.sort(moments)
        before = np.concatenate(([0.0], np.cumsum(ordered)))
        many = np.searchsorted(ordered, edges.ravel())
        return np.asarray((many * edges.ravel() - before[many]).reshape(edges.shape))

    return np.asarray(np.diff(upto(start) - upto(end), axis=1).ravel())
