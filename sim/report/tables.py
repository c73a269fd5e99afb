"""The tables of the page: rows of cells that are ready to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from sim.report import written
from sim.report.about import DEFINITIONS
from sim.report.goals import Verdict, service_goal, verdict
from sim.report.kpis import Kpi, Kpis, kpis_of

if TYPE_CHECKING:
    from sim.measure.results import Results
    from sim.report.about import RunInfo

MOST_TABLES = 12
"""queues and days whose intervals the page lists; intervals.csv has them all"""


class Cell(NamedTuple):
    """A figure and, below it in small letters, its interval; a verdict colours it."""

    text: str
    small: str = ""
    verdict: Verdict = Verdict.NONE
    title: str = ""
    wraps: bool = False
    """whether the small letters are words, which may be broken into lines"""


class Table(NamedTuple):
    """A table; its first column is a name, the others are figures."""

    title: str
    columns: tuple[str, ...]
    rows: list[list[Cell]]
    note: str = ""
    open: bool = True
    """whether it is shown at once or only its title"""


def tables(results: Results, about: RunInfo) -> list[Table]:
    """All tables of the page, in order."""
    kpis = kpis_of(results)
    found = [definitions(results, kpis)]
    if kpis.names("team"):
        found.append(teams(kpis, about))
    if len(kpis.names("queue")) > 1:
        found.insert(0, queues(results, kpis, about))
    if int(results.layout.days) > 1:
        found.append(days(results))
    return found + intervals(results, kpis)


def figure(kpi: Kpi | None, goal: float | None = None, at_least: bool = True) -> Cell:
    """A figure with its interval, coloured by its goal; a dash where there is none."""
    if kpi is None or kpi.mean is None:
        return Cell(written.NONE, title=written.NO_CONTACTS)
    return Cell(kpi.text, kpi.interval, verdict(kpi.mean, kpi.low, kpi.high, goal, at_least))


def queues(results: Results, kpis: Kpis, about: RunInfo) -> Table:
    """A row a queue, and the center last."""
    rows = []
    for scope, name in (*(("queue", n) for n in kpis.names("queue")), ("center", "center")):
        goal = service_goal(results, scope, name)
        goals = about.goals_of(scope, name)
        rows.append([
            Cell("whole center" if scope == "center" else name),
            figure(kpis("offered", scope, name)), figure(kpis("service_level", scope, name), goal.target),
            Cell(written.whole_percent(goal.target), goal.threshold, wraps=True),
            Cell(written.percent(goal.p_met, 0), written.interval(goal.low, goal.high, "share", 0))
            if goal.p_met is not None else figure(None),
            figure(kpis("abandonment_rate", scope, name), goals.abandonment, at_least=False),
            figure(kpis("asa_s", scope, name)), figure(kpis.get("wait_p90_s", scope, name)),
            figure(kpis("aht_s", scope, name), goals.aht_s, False)])
    return Table("Queues", ("Queue", "Offered", "Service level", "Goal", "Days met", "Abandoned", "ASA",
                            "9 in 10 wait at most", "AHT"), rows)


def definitions(results: Results, kpis: Kpis) -> Table:
    """Service level in its variants, per contact and per customer, a row each."""
    used = service_goal(results).definition
    rows = [[Cell(f"{words} (the goal)" if key == used else words), figure(kpis.get(f"service_level_{key}"))]
            for key, words in DEFINITIONS.items()]
    rows += [[Cell("of customers: answered in time at any of their attempts"),
              figure(kpis.get("customer_service_level"))],
             [Cell("customers reached at last"), figure(kpis.get("reach_rate"))],
             [Cell("contacts that had to wait"), figure(kpis.get("p_wait"))],
             [Cell("longest wait of a run, on average"), figure(kpis.get("longest_wait_s"))]]
    within = service_goal(results).threshold.split(",")[0]
    told = [row for row in rows if row[1].text != written.NONE]
    return Table("Service in other words", (f"Service level {within}", "Estimate"), told)


def teams(kpis: Kpis, about: RunInfo) -> Table:
    """A row a team, and the center last if there are several."""
    names = kpis.names("team")
    rows = []
    for scope, name in (*(("team", n) for n in names), *([("center", "center")] if len(names) > 1 else [])):
        rows.append([Cell("all teams" if scope == "center" else name), figure(kpis("agents_present", scope, name)),
                     figure(kpis("paid_hours", scope, name)),
                     figure(kpis("occupancy", scope, name), about.goals.occupancy, at_least=False),
                     figure(kpis("utilization", scope, name)), figure(kpis("shrinkage", scope, name)),
                     figure(kpis.get("adherence", scope, name)),
                     figure(kpis("handled", scope, name)), figure(kpis("aht_s", scope, name))])
    return Table("Teams", ("Team", "Agents", "Paid hours", "Occupancy", "Utilization", "Shrinkage", "Adherence",
                           "Handled", "AHT"), rows)


def days(results: Results) -> Table:
    """A row a day of the center."""
    table = results.days.filter(pl.col("scope") == "center")
    found = {(d, k): Kpi("", u, m, low, high) for d, k, u, m, low, high in zip(
        *(table[c] for c in ("day", "kpi", "unit", "mean", "low", "high")), strict=True)}
    calendar = table.select("day", "weekday").unique(maintain_order=True)
    rows = []
    for day, weekday in calendar.iter_rows():
        goal = service_goal(results, day=day)
        if not goal.trials:
            continue
        rows.append([Cell(f"{weekday.capitalize()}, day {day}"),
                     *(figure(found.get((day, k))) for k in ("offered", "handled", "abandonment_rate")),
                     figure(found.get((day, "service_level")), goal.target),
                     Cell(written.percent(goal.p_met, 0), written.interval(goal.low, goal.high, "share", 0)),
                     figure(found.get((day, "asa_s"))), figure(found.get((day, "aht_s")))])
    return Table("Days", ("Day", "Offered", "Handled", "Abandoned", "Service level", "Goal met", "ASA", "AHT"), rows)


COLUMNS = ("Interval", "Offered", "Handled", "Abandoned", "Service level", "Goal met", "ASA", "Longest wait", "AHT")


def intervals(results: Results, kpis: Kpis) -> list[Table]:
    """Tables by interval: of the center a day each, then of the queues if there is one day."""
    many = int(results.layout.days) > 1
    parts = [("center", "center", day) for day in results.intervals["day"].unique().sort()]
    if not many and len(kpis.names("queue")) > 1:
        parts += [("queue", name, 1) for name in kpis.busiest(MOST_TABLES)]
    left_out = len(parts) - MOST_TABLES
    found: list[Table] = []
    for scope, name, day in parts[:MOST_TABLES]:
        table = results.intervals.filter(
            pl.col("scope") == scope, pl.col("name") == name, pl.col("day") == day,
            pl.col("open") | (pl.col("offered") > 0))
        rows = [_interval(row, int(results.layout.interval_s)) for row in table.iter_rows(named=True)]
        if not rows:
            continue
        who = "whole center" if scope == "center" else name
        date = f"{table['weekday'][0].capitalize()}, day {day}"
        what = date if many else who if day == 1 else f"{who}, past midnight"
        found.append(Table(f"By interval: {what}", COLUMNS, rows, open=not found and not many))
    if left_out > 0 and found:
        found[-1] = found[-1]._replace(note=f"{left_out} more in intervals.csv.")
    return found


def _interval(row: dict[str, Any], interval_s: int) -> list[Cell]:
    def of(column: str, unit: str, goal: float | None = None) -> Cell:
        ends = row.get(f"{column}_low"), row.get(f"{column}_high")
        return figure(Kpi("", unit, row[column], *ends), goal)

    chance = row["p_target_met"]
    met = figure(None) if chance is None else Cell(
        written.percent(chance, 0), written.interval(row["p_target_met_low"], row["p_target_met_high"], "share", 0))
    return [Cell(written.span(row["interval_start"], interval_s)), of("offered", "contacts"),
            of("handled", "contacts"),
            of("abandonment_rate", "share"), of("service_level", "share", row["target"]), met, of("asa_s", "s"),
            of("max_wait_s", "s"), of("aht_s", "s")]
