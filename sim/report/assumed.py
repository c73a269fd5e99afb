"""The assumed: which coefficients without published size the figures rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.people.register import REGISTER, Coefficient

if TYPE_CHECKING:
    from sim.report.about import RunInfo

ALWAYS = ("satisfaction", "loyalty")
"""parts whose scales the figures need even where none of their effects is on"""

MOST = 6
"""coefficients that a line names"""


def assumed(behavior: Mapping[str, object]) -> list[Coefficient]:
    """The coefficients marked A that are at work in a behavior, given as part -> name -> value; none without people.

    A coefficient is at work unless it is at the value that switches it off. Scales and memories, which have no such
    value, are at work as long as anything else in their part is.
    """
    if not behavior.get("people"):
        return []
    on = {c.key for c in REGISTER if c.off is not None and _value(behavior, c.key) not in (None, c.off)}
    parts = {key.split(".")[0] for key in on}
    return [c for c in REGISTER if c.certainty == "A" and _value(behavior, c.key) is not None and (
        c.key in on if c.off is not None else c.key.split(".")[0] in (*ALWAYS, *parts))]


def assumption(about: RunInfo, brief: bool = False) -> str:
    """One line on what the figures of people and money rest on; "" where they rest on nothing assumed.

    A few coefficients are named, many are counted by part. The brief line is for a terminal, the other for the page,
    which lists all of them.
    """
    found = assumed(about.behavior)
    if not found:
        return ""
    parts: dict[str, list[str]] = {}
    for coefficient in found:
        parts.setdefault(coefficient.key.split(".")[0], []).append(coefficient.key)
    many = f"{len(found)} assumed coefficient{'s' if len(found) > 1 else ''}"
    if len(found) <= MOST:
        named = ", ".join(coefficient.key for coefficient in found)
    else:
        named = ", ".join(f"{part} {len(own)}" for part, own in parts.items())
    if brief:
        return f"What is told of people rests on {many} ({named}): no findings."
    return f"These figures rest on {many} ({named}), listed below: what depends on them is no finding."


def _value(behavior: Mapping[str, object], key: str) -> float | None:
    part, name = key.split(".", 1)
    own = behavior.get(part)
    value = own.get(name) if isinstance(own, Mapping) else None
    return float(value) if isinstance(value, (int, float)) else None
