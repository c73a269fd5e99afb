"""The headline figures: those that stand large on the page, the slide and the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.report import written
from sim.report.goals import ServiceGoal, Verdict, service_goal, verdict
from sim.report.kpis import Kpi, kpis_of

if TYPE_CHECKING:
    from sim.measure.results import Results
    from sim.report.about import RunInfo


class Gauge(NamedTuple):
    """Where an interval and a goal lie on a scale, each 0 to 1."""

    low: float
    high: float
    goal: float | None


class Headline(NamedTuple):
    """A headline figure: what it is, its value, its interval, and how it stands to its goal."""

    label: str
    value: str
    interval: str
    goal: str
    """the goal in words, "" without one"""
    note: str
    """what the figure is a share or a mean of, or what else to know"""
    verdict: Verdict = Verdict.NONE
    gauge: Gauge | None = None


def headlines(results: Results, about: RunInfo) -> list[Headline]:
    """The headline figures of the center with their goals, in order of weight."""
    kpis = kpis_of(results)
    goal = service_goal(results)
    limits = about.goals
    days = int(results.layout.days)
    ninety = kpis.get("wait_p90_s")
    slow = "" if ninety is None or ninety.mean is None else f"one in ten waits longer than {ninety.text}"
    aim = "" if goal.target is None else goal.words
    return [
        headline("Service level", kpis("service_level"), goal.target, aim=aim, note="" if aim else goal.words, top=1),
        chance(goal),
        headline("Abandonment", kpis("abandonment_rate"), limits.abandonment, at_most=True, note="of offered"),
        headline("Speed of answer (ASA)", kpis("asa_s"), None, note=slow or "average wait of the answered",
                 absent="none answered"),
        headline("Occupancy", kpis("occupancy"), limits.occupancy, at_most=True, note="of staffed time", top=1,
                 absent="nobody staffed"),
        headline("Handle time (AHT)", kpis("aht_s"), limits.aht_s, at_most=True, note="talk, hold and wrap-up",
                 absent="none handled"),
        headline("Offered a day" if days == 1 else f"Offered in {days} days", kpis("offered"), None,
                 note="contacts, redials and repeat calls included"),
    ]


def chance(goal: ServiceGoal) -> Headline:
    """The share of days that meet the goal; a single day says nothing about it."""
    note = "share of days that meet the goal"
    if goal.trials < 2:
        return Headline("Chance of a good day", written.NONE, "", "", note)
    return Headline("Chance of a good day", written.percent(goal.p_met, 0),
                    written.interval(goal.low, goal.high, "share", 0), "", note,
                    gauge=gauge(Kpi("", "share", goal.p_met, goal.low, goal.high), None, 1))


def headline(label: str, kpi: Kpi, goal: float | None, *, at_most: bool = False, aim: str = "", note: str = "",
             top: float | None = None, absent: str = written.NO_CONTACTS) -> Headline:
    """One headline figure; `aim` is the goal in words where "at least" and "at most" do not say it.

    `absent` stands for the figure where it is 0/0.
    """
    if goal is not None and not aim:
        aim = f"at {'most' if at_most else 'least'} {written.figure(goal, kpi.unit, 0)}"
    what = verdict(kpi.mean, kpi.low, kpi.high, goal, at_least=not at_most)
    value = absent if kpi.mean is None else kpi.text
    return Headline(label, value, kpi.interval, aim, note, what, gauge(kpi, goal, top))


def gauge(kpi: Kpi, goal: float | None, top: float | None) -> Gauge | None:
    """The interval and goal of a figure on a scale from 0 to `top`; without a top, to twice the goal."""
    if kpi.mean is None or (top is None and not goal):
        return None
    low, high = (kpi.mean if end is None else end for end in (kpi.low, kpi.high))
    top = top or max(2 * (goal or 0.0), 1.15 * high)
    return Gauge(max(0.0, low / top), min(1.0, high / top), None if goal is None else min(1.0, goal / top))
