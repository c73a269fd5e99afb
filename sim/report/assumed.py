"""The assumed: which coefficients without published size the figures rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.measure.layout import LEVERS as ALL_LEVERS
from sim.people.register import REGISTER, Coefficient

if TYPE_CHECKING:
    from sim.measure.layout import People
    from sim.measure.results import Results
    from sim.report.about import RunInfo

ALWAYS = ("satisfaction", "loyalty")
"""parts whose scales the figures need even where none of their effects is on"""

FIRST = ("satisfaction.typical", "resolution.hurry", "talk.hurry", "talk.listening", "satisfaction.waiting")
"""coefficients that by their nature move CSAT, resolution, handle time and so the net most, and that a line names"""

LEVERS = {
    "satisfaction.goodwill": "goodwill",
    "satisfaction.goodwill_scale": "goodwill",
    "satisfaction.transfers": "transfer",
    "temper.transfers": "transfer",
    "satisfaction.replies": "survey",
    "satisfaction.replies_tilt": "survey",
    "talk.assist": "assist",
    "talk.canned": "canned",
    "empathy.script": "script",
    "empathy.held_back": "script",
}
"""coefficients that do nothing where nobody uses a lever of `sim.measure.layout`"""


def assumed(behavior: Mapping[str, object], people: People | None = None) -> list[Coefficient]:
    """The coefficients marked A that are at work in a behavior, given as part -> name -> value; none without people.

    A coefficient is at work unless it is at the value that switches it off, or the scenario leaves its lever alone.
    Scales and memories, which have no such value, are at work as long as anything else in their part is.
    """
    if not behavior.get("people"):
        return []
    on = {c.key for c in REGISTER if c.off is not None and _value(behavior, c.key) not in (None, c.off)}
    parts = {key.split(".")[0] for key in on}
    levers = ALL_LEVERS if people is None else people.levers
    used = [c for c in REGISTER if c.key not in LEVERS or LEVERS[c.key] in levers]
    return [c for c in used if c.certainty == "A" and _value(behavior, c.key) is not None and (
        c.key in on if c.off is not None else c.key.split(".")[0] in (*ALWAYS, *parts))]


def assumption(results: Results, about: RunInfo, brief: bool = False) -> str:
    """What the figures of people and money rest on, for a manager; "" where they rest on nothing assumed.

    Names those that matter most, or all if they are few. The brief line is for a terminal, the other for the page,
    which lists all of them.
    """
    found = [coefficient.key for coefficient in assumed(about.behavior, results.layout.people)]
    if not found:
        return ""
    many = f"{len(found)} assumed coefficient{'s' if len(found) > 1 else ''}"
    first = [key for key in FIRST if key in found]
    named = ", ".join(found) if len(found) <= len(FIRST) else f"above all {', '.join(first)}" if first else ""
    told = " ".join(filter(None, (many, f"({named})" if named else "", "" if brief else "listed below")))
    return (f"CSAT, resolution and money rest on {told}: treat the figures about people as a what-if, not as findings; "
            "python -m sim sensitivity shows how far each moves them.")


def _value(behavior: Mapping[str, object], key: str) -> float | None:
    part, name = key.split(".", 1)
    own = behavior.get(part)
    value = own.get(name) if isinstance(own, Mapping) else None
    return float(value) if isinstance(value, (int, float)) else None
