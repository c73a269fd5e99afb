"""Factors: the swept keys and their values, and the KPIs, in words that a planner uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.measure.kpis import Kpi
from sim.report import written
from sim.report.about import DEFINITIONS
from sim.study.sweeps.sweep import Axis, Point, Sweep

NOUNS = {
    "staffing.scale": "staff",
    "demand.scale": "demand",
    "goals.aht_target": "handle-time target",
    "goals.within_s": "answer within",
    "goals.service_level": "service level goal",
    "goals.csat": "CSAT goal",
    "goals.fcr": "FCR goal",
    "goals.occupancy": "occupancy limit",
    "goals.abandonment": "abandonment limit",
    "goals.scorecard.aht": "weight of AHT",
    "goals.scorecard.service_level": "weight of service level",
    "goals.scorecard.csat": "weight of CSAT",
    "goals.scorecard.fcr": "weight of FCR",
    "routing.pick_agent": "agent chosen",
    "routing.pick_contact": "contact chosen",
    "trunks": "lines",
    "behavior": "behavior",
    "costs": "costs",
    "scenario": "scenario",
    "seed": "seed",
    "days": "days",
}
SCALES = ("staffing.scale", "demand.scale")
SHARES = ("goals.service_level", "goals.csat", "goals.fcr", "goals.occupancy", "goals.abandonment")
SECONDS = {"goals.aht_target": "target", "goals.within_s": "within"}
MORE = {
    "staffing.scale": ("more staff", "less staff"),
    "demand.scale": ("more demand", "less demand"),
    "goals.aht_target": ("a looser handle-time target", "a tighter handle-time target"),
    "goals.within_s": ("more time to answer", "less time to answer"),
    "trunks": ("more lines", "fewer lines"),
}
"""What it means to have more, and less, of a factor."""
LONGEST = 30
GIVEN = ("demand", "behavior", "queues", "seed", "days", "scenario", "costs", "first_day", "calendar")
"""First parts of keys that a planner is not free to choose: what comes, how people are, how it is simulated."""


def chosen(key: str) -> bool:
    """Whether a planner can choose the value of a factor, and so the best one."""
    return key.partition(".")[0] not in GIVEN


class Names(NamedTuple):
    """A KPI in words: in a sentence, over an axis with its unit, in a table."""

    said: str
    axis: str
    head: str


KPIS = {
    "service_level": "service level",
    "csat": "CSAT",
    "aht_s": "handle time",
    "asa_s": "speed of answer",
    "abandonment_rate": "abandonment",
    "occupancy": "occupancy",
    "fcr": "FCR",
    "nps": "NPS",
    "repeat_rate": "repeat calls",
    "cost_per_resolved": "cost per resolved case",
    "net_per_week_settled": "net per week",
    "net_settled": "net",
    "operating_cost": "cost of running the center",
    "paid_hours": "paid hours",
    "day_met": "days that meet the service level goal",
    "pressure": "pressure",
    "energy": "energy",
}
UNITS = {"share": "%", "ratio": "%", "s": "s", "h": "hours", "0-1": "0 to 1"}


def noun(key: str) -> str:
    """A factor in a sentence: "handle-time target", "agents in front", else its key without what all keys have."""
    if key in NOUNS:
        return NOUNS[key]
    parts = key.split(".")
    if len(parts) == 3 and parts[0] == "teams" and parts[2] == "agents":
        return f"agents in {written.short(parts[1], 18)}"
    if len(parts) == 4 and parts[0] == "teams" and parts[2] == "shifts":
        return f"{written.short(parts[1], 14)}, {written.short(parts[3], 12)} shift"
    bare = key.removeprefix("behavior.").removeprefix("routing.")
    return written.short(bare.replace("_", " "), LONGEST)


def value(key: str, of: Any) -> str:
    """A value of a factor, to stand by itself: "staff +10 %", "target 240 s", "38 agents in front"."""
    if not isinstance(of, int | float) or isinstance(of, bool):
        return _text(key, of)
    if key in SCALES:
        change = round(100.0 * (of - 1.0), 6)
        if change == 0.0:
            return f"{NOUNS[key]} as planned"
        return f"{NOUNS[key]} {'+' if change > 0 else written.MINUS}{abs(change):g}{written.GLUE}%"
    if key in SHARES:
        return f"{NOUNS[key]} {written.whole_percent(of)}"
    if key in SECONDS:
        return f"{SECONDS[key]} {of:g}{written.GLUE}s"
    if (key.startswith("teams.") and key.endswith(".agents")) or key == "trunks":
        return f"{of:g}{written.GLUE}{noun(key)}"
    return f"{noun(key)} {of:g}".replace("-", written.MINUS) if of < 0 else f"{noun(key)} {of:g}"


def tick(key: str, of: Any) -> str:
    """A value under an axis that is named for the factor: "+10 %", "240"."""
    if not isinstance(of, int | float) or isinstance(of, bool):
        return written.short(_bare(of), 18)
    if key in SCALES:
        change = round(100.0 * (of - 1.0), 6)
        sign = "+" if change > 0 else written.MINUS if change < 0 else ""
        return f"{sign}{abs(change):g}{written.GLUE}%"
    if key in SHARES:
        return written.whole_percent(of)
    return f"{of:g}".replace("-", written.MINUS)


def brief(key: str, of: Any) -> str:
    """A value beside others of the same factor that are written in full: "+5 %", "270 s"."""
    text = tick(key, of)
    return f"{text}{written.GLUE}s" if key in SECONDS and isinstance(of, int | float) else text


def axis_words(key: str) -> str:
    """What stands under an axis of a factor: "Handle-time target, s"."""
    name = noun(key)[:1].upper() + noun(key)[1:]
    return f"{name}, s" if key in SECONDS else name


def more(key: str, up: bool = True) -> str:
    """What it is to have more of a factor: "more staff", "a tighter handle-time target", "talk.hurry higher"."""
    if key in MORE:
        return MORE[key][0 if up else 1]
    if key.endswith(".agents"):
        return f"{'more' if up else 'fewer'} {noun(key)}"
    return f"{noun(key)} {'higher' if up else 'lower'}"


def point_words(sweep: Sweep, point: Point, axes: list[int]) -> str:
    """A point by some of its values: "staff +10 %, target 240 s"."""
    return ", ".join(value(sweep.axes[k].key, point.values[k]) for k in axes) or written.short(point.name, 60)


def kpi_names(kpi: Kpi, goals: Mapping[str, Any] | None = None) -> Names:
    """A KPI in words; `goals` of a scenario say what its service level counts."""
    said = KPIS.get(kpi.key, kpi.label[:1].lower() + kpi.label[1:] if kpi.label[1:2].islower() else kpi.label)
    said = written.short(said, 60)
    unit = UNITS.get(kpi.unit, "" if kpi.unit in ("contacts", "points", "score") else written.short(kpi.unit, 8))
    head = said[:1].upper() + said[1:]
    axis = f"{head}, {unit}" if unit and not head.endswith(unit) else head
    if kpi.key == "service_level" and isinstance(goals, Mapping) and "within_s" in goals:
        definition = DEFINITIONS.get(str(goals.get("definition")), "")
        axis = f"{head}, % within {goals['within_s']:g}{written.GLUE}s" + (f", {definition}" if definition else "")
    return Names(said, axis, head)


def currency(kpi: Kpi) -> str:
    """The unit of an amount of money, cut to what fits beside a number."""
    return written.short(kpi.unit, 8)


def per(kpi: Kpi) -> float:
    """By what a KPI is multiplied where its unit stands beside the axis: 100 for shares."""
    return 100.0 if kpi.unit in ("share", "ratio") else 1.0


def change(size: float, kpi: Kpi) -> str:
    """How much a KPI changes, without its sign: "14.2 points", "12 s", "1,150 EUR"; points are percentage points."""
    if kpi.unit in ("share", "ratio"):
        points = abs(100.0 * size)
        unit = "point" if f"{points:.1f}" == "1.0" else "points"
        return f"{points:.{1 if points < 9.95 else 0}f}{written.GLUE}{unit}"
    return written.figure(abs(size), kpi.unit)


def numeric(axis: Axis) -> bool:
    """Whether the values of a factor have distances, and there is more than one of them."""
    return axis.numeric and len(axis.values) > 1


def _text(key: str, of: Any) -> str:
    if key == "scenario":
        return written.short(_bare(of), LONGEST)
    return f"{noun(key)}: {written.short(_bare(of), LONGEST)}"


def _bare(of: Any) -> str:
    if of is None:
        return "none"
    if isinstance(of, bool):
        return "yes" if of else "no"
    return str(of).replace("_", " ") if isinstance(of, str) else str(of)
