"""KPIs: every figure declared once, as one sum over another. To add a KPI is to add a line here."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Self

import numpy as np

from sim.measure.agents import STATES, TEAM_COLUMNS
from sim.measure.bins import Floats, Ints
from sim.measure.contacts import COLUMNS
from sim.measure.layout import Goals, Layout
from sim.measure.service_level import ASKED, MET, WORDS, Definition, Terms

PEAKS = ("longest_wait", "longest_queue")
"""Maxima by queue and interval, kept beside the sums."""
CONTACT_CELL = (*COLUMNS, "time", "open_time", *PEAKS, "any_queued", "level_met", "level_asked")
TEAM_CELL = (*TEAM_COLUMNS, "time")
"""What the terms of a KPI may name: the sums, the length of the bin, its opening hours, and what follows from them."""


class Kpi(NamedTuple):
    """A figure: top over bottom, each a sum of columns; without a bottom it is a count per replication."""

    key: str
    label: str
    unit: str
    """"share" is of a whole, "ratio" may be more than 1"""
    top: Terms
    bottom: Terms = ()
    scale: float = 1.0
    """multiplies the top: 1/3600 for hours"""
    signed: bool = False
    """may be below 0"""


def _share(key: str, label: str, top: Terms, bottom: Terms) -> Kpi:
    return Kpi(key, label, "share", top, bottom)


def _seconds(key: str, label: str, top: Terms, bottom: Terms) -> Kpi:
    return Kpi(key, label, "s", top, bottom)


def _count(key: str, label: str, unit: str = "contacts") -> Kpi:
    return Kpi(key, label, unit, (key,))


def _hours(key: str, label: str, top: Terms) -> Kpi:
    return Kpi(key, label, "h", top, (), 1.0 / 3600.0)


BUSY = ("talk_time", "hold_time", "wrap_time")
STAFFED = ("idle_time", *BUSY)
PAID = tuple(f"{state}_time" for state in STATES)
OFF_PHONE = tuple(f"{state}_time" for state in STATES[4:])
HANDLING = ("talk", "hold", "wrap")

LEVEL = _share("service_level", "Service level", ("level_met",), ("level_asked",))
"""The variant that the goals name; its label gets the variant's name."""
VARIANTS = tuple(
    _share(f"service_level_{kind}", f"Service level ({WORDS[kind]})", MET[kind], ASKED[kind]) for kind in Definition
)
ABANDONMENT = _share("abandonment_rate", "Abandonment rate", ("abandoned",), ("offered",))
P_WAIT = _share("p_wait", "Probability of waiting", ("waited",), ("queued",))
ASA = _seconds("asa_s", "Average speed of answer", ("answered_wait",), ("answered",))
WAIT = _seconds("wait_mean_s", "Mean wait of all queued", ("wait",), ("queued",))
LONGEST_WAIT = _seconds("longest_wait_s", "Longest wait", ("longest_wait",), ("any_queued",))
LONGEST_QUEUE = Kpi("queue_length_max", "Longest queue", "contacts", ("longest_queue",))
WORK = (
    _seconds("aht_s", "Average handle time", HANDLING, ("handled",)),
    _seconds("talk_mean_s", "Mean talk time", ("talk",), ("handled",)),
    _seconds("hold_mean_s", "Mean hold time", ("hold",), ("handled",)),
    _seconds("wrap_mean_s", "Mean wrap-up time", ("wrap",), ("handled",)),
)
HANDLED = _count("handled", "Handled")
COUNTS = (
    _count("offered", "Offered"),
    _count("first_attempts", "Offered, first attempts"),
    HANDLED,
    _count("answered", "Answered"),
    _count("abandoned", "Abandoned"),
    _count("abandoned_short", "Abandoned, short"),
    _count("balked", "Balked"),
    _count("blocked", "Blocked"),
    _count("called_back", "Called back"),
    _count("inside", "Still inside at closing"),
)
CONTACT_KPIS = (
    *COUNTS,
    LEVEL,
    *VARIANTS,
    ABANDONMENT,
    _share(
        "abandonment_rate_excluding_short",
        "Abandonment rate (excluding short abandons)",
        ("abandoned", "-abandoned_short"),
        ("offered", "-abandoned_short"),
    ),
    _share("lost_rate", "Lost (abandoned, balked, blocked)", ("lost",), ("offered",)),
    _share("balk_rate", "Balked, of offered", ("balked",), ("offered",)),
    _share("block_rate", "Blocked, of offered", ("blocked",), ("offered",)),
    P_WAIT,
    ASA,
    WAIT,
    LONGEST_WAIT,
    *WORK,
    Kpi("queue_length_mean", "Mean queue length", "contacts", ("queue_seconds",), ("open_time",)),
    LONGEST_QUEUE,
    _hours("handling_hours", "Handling time", HANDLING),
    _count("customers", "Customers", "customers"),
    _count("customers_reached", "Customers reached", "customers"),
    Kpi("customers_lost", "Customers lost", "customers", ("customers", "-customers_reached")),
    _share("reach_rate", "Customers reached, of customers", ("customers_reached",), ("customers",)),
    _share("customer_service_level", "Service level per customer", ("customers_within",), ("customers",)),
    Kpi("attempts_per_customer", "Attempts per customer", "attempts", ("attempts",), ("customers",)),
    _share("redial_rate", "Lost contacts that call again", ("redialled",), ("lost",)),
    _seconds("customer_wait_s", "Wait per customer, all attempts", ("customer_wait",), ("customers",)),
    _seconds("time_to_answer_s", "First attempt to answer", ("time_to_answer",), ("customers_reached",)),
)
"""Of the center and of each queue, for the run and for each day."""

OCCUPANCY = _share("occupancy", "Occupancy", BUSY, STAFFED)
UTILIZATION = _share("utilization", "Utilization", BUSY, PAID)
SHRINKAGE = _share("shrinkage", "Shrinkage", OFF_PHONE, PAID)
ADHERENCE = _share("adherence", "Schedule adherence", ("adherent_time",), ("scheduled_time",))
CONFORMANCE = Kpi("conformance", "Schedule conformance", "ratio", ("worked_time",), ("scheduled_work_time",))
STAFF_KPIS = (
    OCCUPANCY,
    UTILIZATION,
    SHRINKAGE,
    ADHERENCE,
    CONFORMANCE,
    _hours("scheduled_hours", "Scheduled time", ("scheduled_time",)),
    _hours("paid_hours", "Paid time", PAID),
    *(_hours(f"{state}_hours", f"{state.capitalize()} time", (f"{state}_time",)) for state in STATES),
)
"""Of the center and of each team, for the run and for each day."""
TEAM_KPIS = (HANDLED, *WORK)
"""Of each team besides `STAFF_KPIS`; the center has them among its contacts."""

INTERVAL_KPIS = (
    *COUNTS,
    _count("abandoned_within", "Abandoned within the threshold"),
    _count("answered_within", "Answered within the threshold"),
    LEVEL,
    ABANDONMENT,
    ASA,
    WAIT,
    P_WAIT,
    WORK[0],
    LONGEST_WAIT._replace(key="max_wait_s"),
    Kpi("queue_length", "Mean queue length", "contacts", ("queue_seconds",), ("time",)),
    LONGEST_QUEUE,
)
"""Of the center and of each queue, by interval."""
TEAM_INTERVAL_KPIS = (
    Kpi("scheduled", "Scheduled", "agents", ("scheduled_time",), ("time",)),
    Kpi("paid", "Paid", "agents", PAID, ("time",)),
    Kpi("staffed", "Staffed", "agents", STAFFED, ("time",)),
    Kpi("busy", "Busy", "agents", BUSY, ("time",)),
    *(Kpi(state, state.capitalize(), "agents", (f"{state}_time",), ("time",)) for state in STATES),
    OCCUPANCY,
    UTILIZATION,
    SHRINKAGE,
    ADHERENCE,
    CONFORMANCE,
    HANDLED,
)
"""Of the center and of each team, by interval."""


def contact_cells(sums: Floats, peaks: Floats, layout: Layout, starts: list[int]) -> Floats:
    """The columns `CONTACT_CELL` of stretches of bins that begin at `starts`, shape (1 + queues, stretches, columns).

    `sums` (1 + queues, bins, `COLUMNS`) are added over a stretch, `peaks` (1 + queues, bins, `PEAKS`) give their
    maximum. The center counts what its queues count, each against its own threshold.
    """
    whole = np.add.reduceat(np.concatenate([sums, _time(layout)], axis=2), starts, axis=1)
    peak = np.maximum.reduceat(peaks, starts, axis=1)
    queued = (whole[:, :, COLUMNS.index("queued")] > 0.0).astype(np.float64)
    levels = np.stack([level(whole[i], goals) for i, goals in enumerate(layout.all_goals())])
    return np.concatenate([whole, peak, queued[:, :, None], levels], axis=2)


@lru_cache(maxsize=8)
def _time(layout: Layout) -> Floats:
    """Length and opening hours of each bin, shape (1 + queues, bins, 2); the same in every replication."""
    opened = layout.open_seconds()
    return np.stack([np.broadcast_to(layout.bin_seconds(), opened.shape), opened], axis=2)


def level(cells: Floats, goals: Goals) -> Floats:
    """Those who met the service level and those it is asked of, in the goals' variant, shape (cells, 2)."""
    terms = (MET[goals.definition], ASKED[goals.definition])
    return np.stack([total(cells, each, CONTACT_CELL) for each in terms], axis=1)


def team_cells(sums: Floats, layout: Layout, starts: list[int]) -> Floats:
    """The columns `TEAM_CELL` of stretches of bins that begin at `starts`, shape (1 + teams, stretches, columns)."""
    constant = np.broadcast_to(layout.bin_seconds()[:, None], (*sums.shape[:2], 1))
    return np.add.reduceat(np.concatenate([sums, constant], axis=2), starts, axis=1)


def total(cells: Floats, terms: Terms, columns: tuple[str, ...]) -> Floats:
    """The sum of the named columns (those with "-" subtracted), one number a cell."""
    result: Floats = cells[..., columns.index(terms[0])]
    for term in terms[1:]:
        name = term.removeprefix("-")
        column = cells[..., columns.index(name)]
        result = result + column if name == term else result - column
    return result


class Totals(NamedTuple):
    """Which columns several sums are made of, so that all are added up together, term by term."""

    first: Ints
    """the column of each sum's first term, sums of most terms first"""
    further: tuple[tuple[Ints, Floats | None], ...]
    """of the second terms, the third, ...: their columns, and 1 or -1 (None: all 1), for as many sums as have one"""
    place: Ints
    """where each sum stands among those"""

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, sums: tuple[Terms, ...], columns: tuple[str, ...]) -> Self:
        """The sums of the named columns, of which those with "-" are subtracted."""
        column = {sign + name: index for index, name in enumerate(columns) for sign in ("", "-")}
        order = sorted(range(len(sums)), key=lambda index: -len(sums[index]))
        longest_first = [sums[index] for index in order]
        further = []
        for k in range(1, len(longest_first[0])):
            terms = [each[k] for each in longest_first if len(each) > k]
            signs = np.array([-1.0 if term[0] == "-" else 1.0 for term in terms])
            further.append((np.array([column[term] for term in terms]), None if np.all(signs > 0.0) else signs))
        return cls(np.array([column[each[0]] for each in longest_first]), tuple(further), np.argsort(order))

    def add_up(self, by_column: Floats) -> Floats:
        """The sums of an array of shape (columns, cells), shape (sums, cells)."""
        result = by_column.take(self.first, axis=0)
        for column, sign in self.further:
            terms = by_column.take(column, axis=0)
            if sign is not None:
                terms *= sign[:, None]
            result[: len(column)] += terms
        return result.take(self.place, axis=0)


def evaluate(kpis: tuple[Kpi, ...], cells: Floats, columns: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Tops and bottoms of the KPIs, each of shape (..., kpis); the bottom of a count is 1."""
    by_column = np.ascontiguousarray(cells.reshape(-1, cells.shape[-1]).T)
    tops, scale, bottoms, ratios = _sums_of(kpis)
    top, bottom = Totals.of(tops, columns).add_up(by_column), np.ones((len(kpis), by_column.shape[1]))
    top *= scale
    if bottoms:
        bottom[ratios] = Totals.of(bottoms, columns).add_up(by_column)
    shape = (*cells.shape[:-1], len(kpis))
    return np.ascontiguousarray(top.T).reshape(shape), np.ascontiguousarray(bottom.T).reshape(shape)


@lru_cache(maxsize=64)
def _sums_of(kpis: tuple[Kpi, ...]) -> tuple[tuple[Terms, ...], Floats, tuple[Terms, ...], Ints]:
    """Tops and their scales, shape (kpis, 1); bottoms, and which KPIs have one."""
    ratios = [index for index, kpi in enumerate(kpis) if kpi.bottom]
    scale, which = np.array([[kpi.scale] for kpi in kpis]), np.array(ratios, np.int64)
    return tuple(kpi.top for kpi in kpis), scale, tuple(kpis[index].bottom for index in ratios), which
