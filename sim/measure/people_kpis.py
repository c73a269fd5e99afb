"""KPIs of people and money: declared as those of `kpis`, and only there where behavior counts."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim.measure.agents import TEAM_COLUMNS
from sim.measure.bins import Floats
from sim.measure.causes import CONTENT_CAUSES, CONTENT_STEPS, TIME_CAUSES, TIME_STEPS
from sim.measure.counts import Counts
from sim.measure.kpis import (
    CONTACT_CELL,
    CONTACT_KPIS,
    HANDLING,
    INTERVAL_KPIS,
    PAID,
    STAFF_KPIS,
    TEAM_CELL,
    TEAM_INTERVAL_KPIS,
    TEAM_KPIS,
    Kpi,
    contact_cells,
    team_cells,
)
from sim.measure.layout import Layout, People
from sim.measure.money import HOUR, MONEY, money
from sim.measure.people import PEOPLE_COLUMNS
from sim.measure.service_level import Terms

PEOPLE_CELL = (*CONTACT_CELL, *PEOPLE_COLUMNS, *MONEY)
TEAM_PEOPLE_CELL = (*TEAM_CELL, *PEOPLE_COLUMNS)
"""What the terms of a KPI may name where behavior counts. Both begin with the columns that there are without it."""
UNIT_INTERVAL = "0-1"
"""Unit of levels from 0 to 1 that are no shares of anything."""
COSTS = ("paid_cost", "contact_cost", "goodwill_cost")


OVER: Terms = ("handled", "-passed_on")
"""Handled contacts after which the caller was not passed on: those that have an outcome to be judged."""


def _of_handled(key: str, label: str, unit: str, column: str, scale: float = 1.0, signed: bool = False) -> Kpi:
    return Kpi(key, label, unit, (column,), ("handled",), scale, signed)


def _of_over(key: str, label: str, unit: str, column: str, scale: float = 1.0, signed: bool = False) -> Kpi:
    return Kpi(key, label, unit, (column,), OVER, scale, signed)


def _level(key: str, label: str, column: str) -> Kpi:
    return _of_handled(key, label, UNIT_INTERVAL, column)


def _share(key: str, label: str, top: str, bottom: str) -> Kpi:
    return Kpi(key, label, "share", (top,), (bottom,))


CSAT = _of_over("csat", "CSAT (4 or 5 of 5)", "share", "csat")
RESOLUTION = _of_over("resolution_rate", "Resolved, of handled", "share", "resolved")
DELIVERED = _level("empathy_delivered", "Empathy delivered", "delivered")
AGITATION = _level("agitation", "Agitation of callers", "agitation")
PRESSURE = _level("pressure", "Pressure on agents", "hurry")
ENERGY = _level("energy", "Energy of agents", "energy")
REPEATS = Kpi("repeats", "Contacts after an unresolved one", "contacts", ("repeats",))
SURVEYED = _share("csat_surveyed", "CSAT as surveyed", "content_surveyed", "surveyed")
ACTED = _level("empathy_acted", "Empathy put on", "acted")
FEELINGS = (
    CSAT,
    _of_over("csat_said", "CSAT, if all were asked and answered", "share", "content"),
    SURVEYED,
    Kpi("surveyed", "Surveys answered", "contacts", ("surveyed",)),
    _of_over("response_rate", "Surveys answered, of handled", "share", "surveyed"),
    _of_over("nps", "NPS", "points", "nps", 100.0, True),
    Kpi("nps_surveyed", "NPS as surveyed", "points", ("nps_surveyed",), ("surveyed",), 100.0, True),
    _of_over("effort", "Effort (1 easy to 5)", "score", "effort"),
    Kpi("resolved", "Resolved", "contacts", ("resolved",)),
    RESOLUTION,
    _share("fcr", "First contact resolution", "first_resolved", "first_handled"),
)
TREATMENT = (
    Kpi("transfers", "Passed on", "contacts", ("passed_on",)),
    _share("transfer_rate", "Passed on, of handled", "passed_on", "handled"),
    Kpi("repeats_owed", "Unresolved, will call again after the run", "contacts", ("owed",)),
    Kpi("cut_short", "Cut short by agents", "contacts", ("short",)),
    DELIVERED,
    ACTED,
    AGITATION,
    PRESSURE,
    ENERGY,
    Kpi("cases_closed", "Cases closed", "customers", ("closed",)),
    Kpi("churn", "Customers who leave", "customers", ("churn",)),
    _share("churn_rate", "Customers who leave, of cases closed", "churn", "closed"),
)
CHAINS = (
    _share("fcr_measured", "First contact resolution as measured", "kept", "fresh"),
    REPEATS,
    _share("repeat_rate", "Contacts after an unresolved one, of offered", "repeats", "offered"),
    Kpi("redials_owed", "Unanswered, will call again after the run", "contacts", ("redials_owed",)),
)

AGENT_KPIS = (CSAT, SURVEYED, RESOLUTION, DELIVERED, ACTED, PRESSURE, ENERGY)
"""Of each agent, beside the number of surveys."""


def _money(unit: str, whole_weeks: bool) -> tuple[Kpi, ...]:
    total: Terms = (*COSTS, "value_lost")
    by_week = Kpi("net_per_week", "Net per week", unit, total, ("weeks",), -1.0, True)
    return (
        Kpi("paid_cost", "Cost of paid hours", unit, ("paid_cost",)),
        Kpi("contact_cost", "Cost of lines", unit, ("contact_cost",)),
        Kpi("goodwill_cost", "Goodwill", unit, ("goodwill_cost",)),
        Kpi("value_lost", "Value of customers who leave", unit, ("value_lost",)),
        Kpi("total_cost", "Cost and value lost", unit, total),
        Kpi("cost_per_contact", "Cost per handled contact", unit, COSTS, ("handled",)),
        Kpi("cost_per_resolved", "Cost per resolved case", unit, COSTS, ("resolved",)),
        Kpi("net", "Net of the run", unit, total, (), -1.0, True),
        *((by_week,) if whole_weeks else ()),
    )


@lru_cache(maxsize=8)
def contact_kpis(people: People | None) -> tuple[Kpi, ...]:
    """KPIs of the center and of each queue, for the run and for each day."""
    if people is None:
        return CONTACT_KPIS
    prices = _money(people.prices.currency, people.whole_weeks) if people.prices else ()
    return (*CONTACT_KPIS, *FEELINGS, *CHAINS, *TREATMENT, *prices)


@lru_cache(maxsize=8)
def team_kpis(people: People | None) -> tuple[Kpi, ...]:
    """KPIs of each team, for the run and for each day; those of staff, which the center has too, are the last."""
    if people is None:
        return (*TEAM_KPIS, *STAFF_KPIS)
    bills: tuple[Kpi, ...] = ()
    if people.prices:
        unit, prices = people.prices.currency, people.prices
        bills = (
            Kpi("paid_cost", "Cost of paid hours", unit, PAID, (), prices.agent_hour / HOUR),
            Kpi("goodwill_cost", "Goodwill", unit, ("goodwill",)),
            Kpi("value_lost", "Value of customers who leave", unit, ("churn",), (), prices.customer_value_year),
        )
    return (*TEAM_KPIS, *FEELINGS, *TREATMENT, *bills, *STAFF_KPIS)


def interval_kpis(people: People | None) -> tuple[Kpi, ...]:
    """KPIs of the center and of each queue, by interval."""
    if people is None:
        return INTERVAL_KPIS
    return (*INTERVAL_KPIS, CSAT, DELIVERED, AGITATION, PRESSURE, ENERGY, RESOLUTION, REPEATS)


def team_interval_kpis(people: People | None) -> tuple[Kpi, ...]:
    """KPIs of the center and of each team, by interval."""
    if people is None:
        return TEAM_INTERVAL_KPIS
    return (*TEAM_INTERVAL_KPIS, CSAT, DELIVERED, AGITATION, PRESSURE, ENERGY, RESOLUTION)


def _less(columns: Terms) -> Terms:
    return tuple(f"-{column}" for column in columns)


CONTENT_FLOW = (
    Kpi("typical", "Typical contact", "share", ("csat", *_less(CONTENT_STEPS)), OVER),
    *(_of_over(cause.key, cause.label, "share", cause.column, signed=True) for cause in CONTENT_CAUSES),
    CSAT._replace(label="CSAT"),
)
TIME_FLOW = (
    Kpi("drawn", "As drawn", "s", (*HANDLING, *_less(TIME_STEPS)), ("handled",)),
    *(_of_handled(cause.key, cause.label, "s", cause.column, signed=True) for cause in TIME_CAUSES),
    Kpi("aht", "Average handle time", "s", HANDLING, ("handled",)),
)
"""From the typical contact over its causes to what is: the first and all steps add up to the last."""


def all_contact_cells(counts: Counts, layout: Layout, starts: list[int]) -> Floats:
    """The columns `CONTACT_CELL` of stretches that begin at `starts`, or `PEOPLE_CELL` where behavior counts."""
    cells = contact_cells(counts.contacts, counts.peaks, layout, starts)
    if layout.people is None:
        return cells
    people = np.add.reduceat(counts.people, starts, axis=1)
    parts = [cells, people]
    if layout.people.prices:
        paid = counts.teams[0][:, [TEAM_COLUMNS.index(name) for name in PAID]].sum(axis=1)
        parts.append(money(cells, people, np.add.reduceat(paid, starts), layout, layout.people.prices))
    return np.concatenate(parts, axis=2)


def all_team_cells(counts: Counts, layout: Layout, starts: list[int]) -> Floats:
    """The columns `TEAM_CELL` of stretches that begin at `starts`, or `TEAM_PEOPLE_CELL` where behavior counts."""
    cells = team_cells(counts.teams, layout, starts)
    if layout.people is None:
        return cells
    return np.concatenate([cells, np.add.reduceat(counts.team_people, starts, axis=1)], axis=2)
