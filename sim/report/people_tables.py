"""The tables of the section on people: outcomes, causes, money, and the coefficients that are assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sim.report import written
from sim.report.assumed import assumed
from sim.report.causes import passed_on, sums_of
from sim.report.goals import Verdict
from sim.report.kpis import Kpi, Kpis, kpis_of
from sim.report.tables import Cell, Table, figure
from sim.report.waterfall import signed

if TYPE_CHECKING:
    from sim.measure.results import Results
    from sim.report.about import RunInfo

OUTCOMES = (("csat", "CSAT"), ("csat_surveyed", "As surveyed"), ("fcr", "FCR"), ("fcr_measured", "As measured"),
            ("nps", "NPS"), ("repeat_rate", "Repeats"), ("transfer_rate", "Passed on"), ("churn_rate", "Churn"),
            ("empathy_delivered", "Empathy"), ("pressure", "Pressure"), ("energy", "Energy"))
MONEY = (("paid_cost", "Wages"), ("contact_cost", "Lines"), ("goodwill_cost", "Goodwill"),
         ("value_lost", "Customers lost"), ("total_cost", "Total"), ("cost_per_contact", "Per contact"),
         ("cost_per_resolved", "Per resolved case"), ("net_per_week", "Net per week"))
STEPS = "Each column is a step from a typical contact's CSAT to the one reached; they add up exactly."
NAMED = (("handled", "Handled", "contacts"), ("csat", "CSAT", "share"), ("resolution_rate", "Resolved", "share"),
         ("aht_s", "AHT", "s"), ("pressure", "Pressure", "0-1"), ("energy", "Energy", "0-1"),
         ("empathy", "Empathy", "0-1"), ("speed", "Speed", "0-1"), ("knowledge", "Knowledge", "0-1"),
         ("patience", "Patience", "0-1"), ("persistence", "Persistence", "0-1"), ("passion", "Passion", "0-1"))
MOST_NAMED = 60
"""agents in the table; agents.csv has them all"""
Scopes = list[tuple[str, str, str]]


def people_tables(results: Results, about: RunInfo) -> list[Table]:
    """All of them, in order."""
    kpis = kpis_of(results)
    names = scopes(kpis)
    found = [
        _kpis("Satisfaction and resolution", OUTCOMES, kpis, names, about),
        _causes(results, "satisfaction", "Where satisfaction is lost (points of CSAT)", names,
                f"{STEPS} {passed_on(results)}".strip()),
        _causes(results, "handle_time", "Why handle time is what it is (seconds)", names,
                "Steps from the handle time drawn to the one it came to; they add up exactly.", False),
        _money(results, kpis, names),
        _named(results),
        _assumed(results, about),
    ]
    return [table for table in found if table.rows]


def scopes(kpis: Kpis) -> Scopes:
    """(scope, name, words) of the rows: queues and teams where there are several of them, the whole center last."""
    queues, teams = kpis.names("queue"), kpis.names("team")
    found = [("queue", n, n) for n in queues] if len(queues) > 1 else []
    found += [("team", n, f"team {n}") for n in teams] if len(teams) > 1 else []
    return [*found, ("center", "center", "whole center")]


def _kpis(title: str, columns: tuple[tuple[str, str], ...], kpis: Kpis, names: Scopes, about: RunInfo) -> Table:
    """A row a scope, a column a figure; a figure that a scope cannot have is left empty."""
    used = _used(columns, kpis)
    rows = []
    for scope, name, words in names:
        goals = about.goals_of(scope, name)
        cells = [(kpis.get(key, scope, name), getattr(goals, key, None) if key in ("csat", "fcr") else None)
                 for key, _ in used]
        if any(kpi is not None for kpi, _ in cells):
            rows.append([Cell(words), *(Cell("") if kpi is None else figure(kpi, goal) for kpi, goal in cells)])
    return Table(title, ("", *(words for _, words in used)), rows)


def _used(columns: tuple[tuple[str, str], ...], kpis: Kpis) -> list[tuple[str, str]]:
    """The columns that the results have; none of what a scenario may do without and does (transfers, goodwill)."""
    optional = ("transfer_rate", "goodwill_cost")
    found = [(key, words, kpis.get(key)) for key, words in columns]
    return [(key, words) for key, words, kpi in found if kpi is not None and (kpi.mean != 0 or key not in optional)]


def _money(results: Results, kpis: Kpis, names: Scopes) -> Table:
    """A row a scope, a column a sum; the currency stands in the title alone."""
    used = _used(MONEY, kpis)
    rows = []
    for scope, name, words in names:
        cells = [kpis.get(key, scope, name) for key, _ in used]
        if any(kpi is not None for kpi in cells):
            rows.append([Cell(words), *(Cell("") if kpi is None else _bare(figure(kpi)) for kpi in cells)])
    days = int(results.layout.days)
    unit = next((kpi.unit for key, _ in used if (kpi := kpis.get(key)) is not None), "")
    title = f"Money in {days} day{'s' if days > 1 else ''} ({unit})"
    return Table(title, ("", *(words for _, words in used)), rows)


def _bare(cell: Cell) -> Cell:
    """An amount without its currency."""
    return cell._replace(text=cell.text.rpartition(written.GLUE)[0] or cell.text,
                         small=cell.small.rpartition(written.GLUE)[0])


def _causes(results: Results, what: str, title: str, names: Scopes, note: str, opened: bool = True) -> Table:
    sums = sums_of(results)
    center = sums.get((what, "center", "center"))
    if center is None:
        return Table(title, (), [])
    keep = [k for k, _ in enumerate(center.causes)
            if any((total.causes[k].mean or 0.0) for key, total in sums.items() if key[0] == what)]
    rows = []
    for scope, name, words in names:
        total = sums.get((what, scope, name))
        if total is not None:
            first = Cell(total.first.text) if total.first.low == total.first.high else figure(total.first)
            rows.append([Cell(words), first, *(_step(total.causes[k]) for k in keep), figure(total.last)])
    heads = ("", _capital(center.first.label), *(_capital(center.causes[k].label) for k in keep),
             _capital(center.last.label))
    return Table(title, heads, rows, note, opened)


def _step(cause: Kpi) -> Cell:
    scale = 100.0 if cause.unit == "share" else 1.0
    ends = [f"{scale * end:+.1f}".replace("-", written.MINUS) for end in (cause.low, cause.high) if end is not None]
    return Cell(signed(cause, interval=False), " to ".join(ends), Verdict.NONE)


def _named(results: Results) -> Table:
    """A row an agent whom a roster names, those whose callers are most content first."""
    title, table = "Agents whom the roster names", results.agents
    if "name" not in table.columns:
        return Table(title, (), [])
    known = table.filter(pl.col("name").is_not_null(), pl.col("handled") > 0)
    used = [column for column in NAMED if column[0] in table.columns]
    ranked = known.sort("csat", "agent", descending=[True, False], nulls_last=True)
    several = known["team"].n_unique() > 1
    rows = [[Cell(f"{row['name']}, {row['team']}" if several else row["name"]),
             *(Cell(written.figure(row[key], unit)) for key, _, unit in used)]
            for row in ranked.head(MOST_NAMED).iter_rows(named=True)]
    more = len(known) - MOST_NAMED
    note = "Without intervals: of single agents in a short run much of it is chance."
    return Table(title, ("", *(words for _, words, _ in used)), rows,
                 note + (f" {more} more in agents.csv." if more > 0 else ""), open=False)


def _assumed(results: Results, about: RunInfo) -> Table:
    rows = []
    for c in assumed(about.behavior, results.layout.people):
        part, name = c.key.split(".", 1)
        own = about.behavior[part]
        value = f"{own[name]:g}" if isinstance(own, dict) else written.NONE
        rows.append([Cell(c.label), Cell(value, c.unit, wraps=True), Cell(f"{c.low:g} to {c.high:g}"),
                     Cell(f"behavior.{c.key}")])
    return Table("Coefficients that are assumed", ("", "Value", "Range to try", "Setting"), rows, open=False)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
