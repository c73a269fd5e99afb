"""A swept factor in plain words: `staffing.scale` is "Staffing", its value 0.9 is "90 %"."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.report import written


class Factor(NamedTuple):
    """How a factor and its values are called."""

    label: str
    unit: str = ""
    """percent (of a share or a scale) | s | min | what stands behind the number | "" """


KNOWN = {
    "staffing.scale": Factor("Staffing", "percent"),
    "demand.scale": Factor("Demand", "percent"),
    "goals.service_level": Factor("Service level goal", "percent"),
    "goals.within_s": Factor("Answer within", "s"),
    "goals.definition": Factor("Service level counts"),
    "goals.short_abandon_s": Factor("Short abandon, up to", "s"),
    "goals.aht_target": Factor("Handle time target", "s"),
    "goals.abandonment": Factor("Abandonment goal", "percent"),
    "goals.occupancy": Factor("Occupancy goal", "percent"),
    "goals.csat": Factor("CSAT goal", "percent"),
    "goals.fcr": Factor("FCR goal", "percent"),
    "routing.pick_agent": Factor("Who takes the contact"),
    "routing.pick_contact": Factor("Which contact is next"),
    "trunks": Factor("Lines"),
    "behavior": Factor("Behavior"),
    "costs": Factor("Prices"),
    "scenario": Factor("Scenario"),
    "seed": Factor("Seed"),
    "days": Factor("Days"),
}
SHARES = ("absence", "planned", "unplanned", "offered", "probability_zero", "after_abandon")
"""last parts of keys whose values are shares"""
ENDINGS = (("_per_hour", "an hour"), ("per_hour", "an hour"), ("_min", "min"), ("_s", "s"))
NAMED = {"queues": "queue", "teams": "team", "shifts": "shift"}


def factor(key: str) -> Factor:
    """What a factor is called; one that has no entry here is named by the parts of its key."""
    if key in KNOWN:
        return KNOWN[key]
    *path, last = key.split(".")
    unit = "percent" if last in SHARES else ""
    for ending, words in ENDINGS:
        if last.endswith(ending) and not unit:
            last, unit = last.removesuffix(ending), words
    own = ""
    if len(path) >= 2 and path[0] in NAMED:
        own = f", {NAMED[path[0]]} {path[1]}"
        path = path[2:]
    elif path and path[0] in ("goals", "behavior", "routing", "costs"):
        path = path[1:]
    parts = [part.replace("_", " ").strip() for part in (*path, last)]
    text = " ".join(part for part in parts if part) or key
    return Factor(f"{text[:1].upper()}{text[1:]}{own}", unit)


def value(key: str, given: Any) -> str:
    """A factor's value in words: "90 %", "240 s", "evidence"."""
    if isinstance(given, bool) or given is None:
        return {True: "on", False: "off", None: "none"}[given]
    if not isinstance(given, int | float):
        return str(given).replace("_", " ") if factor(key).unit == "" else str(given)
    unit = factor(key).unit
    if unit == "percent":
        return f"{round(100 * given, 6):,.10g}{written.GLUE}%".replace("-", written.MINUS)
    text = f"{given:,.10g}" if abs(given) >= 10_000 else f"{given:.10g}"
    return f"{text}{written.GLUE}{unit}".rstrip(written.GLUE).replace("-", written.MINUS)
