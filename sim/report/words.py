"""The answer in plain words: what a planner would say first about these results."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from sim.report import written
from sim.report.goals import ServiceGoal, Verdict, service_goal, verdict
from sim.report.kpis import Kpi, Kpis, kpis_of

if TYPE_CHECKING:
    from sim.measure.results import Results

VERBS = {Verdict.MET: "meets", Verdict.MISSED: "misses", Verdict.UNCLEAR: "cannot be told from"}
SMALL = 0.2
"""share of the mean interval's contacts below which an interval is not called the worst"""


class Answer(NamedTuple):
    """What to say, shortest first."""

    headline: str
    rest: list[str]
    verdict: Verdict


class Slot(NamedTuple):
    """One interval of the center."""

    weekday: str
    start_s: float
    level: Kpi
    offered: float


def answer(results: Results) -> Answer:
    """One sentence that says whether the service level is met, and the sentences a planner asks for next."""
    kpis = kpis_of(results)
    goal = service_goal(results)
    level = kpis("service_level")
    if not kpis("offered").mean:
        return Answer("No contacts came in, so there is nothing to tell about service.", [], Verdict.NONE)
    if level.mean is None:
        return Answer("No contact counts for the service level.", [_contacts(results, kpis)], Verdict.NONE)
    what = verdict(level.mean, level.low, level.high, goal.target)
    rest = [_chance(results, goal), _worst_queue(results, kpis), _worst_slot(results, goal), _contacts(results, kpis)]
    return Answer(headline(level, goal, what, results.count), [text for text in rest if text], what)


def headline(level: Kpi, goal: ServiceGoal, what: Verdict, replications: int) -> str:
    """ "Service level 78.4 % (77.1 to 79.7) misses the goal of 80 % within 20 s, of offered." """
    if goal.target is None:
        return f"Service level {level.full}: {goal.words}; no goal is set."
    if replications == 1:
        return f"Service level {level.full} in a single replication: too little to tell of the goal of {goal.words}."
    return f"Service level {level.full} {VERBS[what]} the goal of {goal.words}."


def _chance(results: Results, goal: ServiceGoal) -> str:
    if goal.p_met is None or goal.trials < 2:
        return ""
    bare = written.bare_interval(goal.low, goal.high, "share", 0)
    share = written.percent(goal.p_met, 0)
    return f"The goal is met on {share} of days ({bare}; {goal.met:g} of {goal.trials} simulated days)."


def _worst_queue(results: Results, kpis: Kpis) -> str:
    names = kpis.names("queue")
    if len(names) < 2:
        return ""
    found = []
    for name in names:
        goal = service_goal(results, "queue", name)
        level = kpis("service_level", "queue", name)
        if level.mean is not None and goal.target is not None:
            found.append((level.mean - goal.target, name, level, goal))
    if not found:
        return ""
    met = sum(verdict(lv.mean, lv.low, lv.high, g.target) is Verdict.MET for _, _, lv, g in found)
    _, name, level, goal = min(found, key=lambda row: row[0])
    many = len(found)
    if met == many:
        so = f"All {many} queues are sure to meet their goal; closest to it is"
    else:
        so = f"{met or 'None'} of the {many} queues {'are' if met > 1 else 'is'} sure to meet its goal; worst off is"
    return f"{so} {written.short(name, 40)}, {level.full} against {written.whole_percent(goal.target)}."


def worst_slot(results: Results) -> Slot | None:
    """The interval with the lowest service level, among those with a fair number of contacts."""
    rows = results.intervals.filter(
        pl.col("scope") == "center", ~pl.col("after_end"), pl.col("service_level").is_not_null())
    rows = rows.filter(pl.col("offered") >= SMALL * pl.col("offered").mean())
    if not len(rows):
        return None
    row = rows.sort("service_level", "day", "interval_start").row(0, named=True)
    level = Kpi("", "share", row["service_level"], row["service_level_low"], row["service_level_high"])
    return Slot(row["weekday"], row["interval_start"], level, row["offered"])


def _worst_slot(results: Results, goal: ServiceGoal) -> str:
    slot = worst_slot(results)
    if slot is None or slot.level.mean is None:
        return ""
    interval_s = int(results.layout.interval_s)
    day = f"{slot.weekday.capitalize()} " if int(results.layout.days) > 1 else ""
    when = f"{day}{written.span(slot.start_s, interval_s)}"
    if goal.target is not None and slot.level.mean >= goal.target:
        return f"Even the worst {written.minutes(interval_s)}, {when}, reaches {slot.level.full}."
    return (f"The worst {written.minutes(interval_s)} is {when}: {slot.level.full} "
            f"with {written.count(slot.offered)} contacts.")


def _contacts(results: Results, kpis: Kpis) -> str:
    days = int(results.layout.days)
    per = "a day" if days == 1 else f"in {days} days"
    gone, offered = kpis("abandonment_rate"), kpis("offered")
    text = f"{written.percent(gone.mean)} of {written.count(offered.mean)} contacts {per} abandon"
    asa, ninety = kpis("asa_s"), kpis.get("wait_p90_s")
    if asa.mean is not None:
        text += f"; the others are answered after {asa.text} on average"
    if ninety is not None and ninety.mean is not None:
        text += f", and one caller in ten waits longer than {ninety.text}"
    return text + "."
