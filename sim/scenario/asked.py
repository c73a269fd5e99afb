"""What is asked for at a place, in words: the unit, the range, an example."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal, get_args, get_origin

import annotated_types as bounds
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.places import Place, bare, is_model, tag_of
from sim.scenario.team import Skill
from sim.units import parse_duration

NOUNS: Final = {
    "seconds": "a number of seconds",
    "minutes": "a number of minutes",
    "whole minutes": "a whole number of minutes",
    "whole days": "a whole number of days",
    "agents": "a whole number of agents",
    "lines": "a whole number of lines",
    "share": "a share",
    "price": "a price",
}
_EXAMPLES: Final = {
    "Distribution": "{kind: lognormal, mean_s: 240, cv: 1.2}",
    "Arrivals": "{kind: rates, per_hour: 300}",
    "Skill": "{level: 2, handle_factor: 1.1}",
    "Trait": "{mean: 0.5, sd: 0.15}",
    "Pause": '{start: "10:00", minutes: 15}',
    "Shift": '{start: "08:00", end: "16:00"}',
    "Staffing": '{start: "08:00", agents: [4, 6, 8]}',
    "Team": "{skills: {service: 1}, shifts: {early: 20}}",
    "Queue": "{arrivals: {kind: rates, per_hour: 300}, talk: {kind: exponential, mean_s: 240}}",
    "QueueGoals": "{service_level: 0.8, within_s: 20}",
    "Goals": "{service_level: 0.8, within_s: 20}",
    "Traits": "{empathy: {mean: 0.5, sd: 0.15}}",
    "Shrinkage": "{planned: 0.05, unplanned: 0.04}",
    "Redial": "{after_abandon: 0.4}",
    "Repeat": "{probability: 0.6}",
    "Transfer": "{probability: 0.2, to: second_line}",
    "Survey": "{offered: 0.5}",
    "Asks": "{empathy: 0.7, speed: 0.3}",
    "Scorecard": "{aht: 1, service_level: 1, csat: 2, fcr: 1}",
    "QueueScorecard": "{csat: 2}",
    "AgentTraits": "{empathy: {mean: 0.5, sd: 0.15}}",
    "Individual": "{name: Ada, empathy: 0.7}",
    "Behavior": "{people: true}",
    "Costs": "{agent_hour: 28, contact: 0.4, customer_value_year: 300}",
    "Overflow": "{after_s: 45, teams: [backup]}",
    "Precision": "{kpi: service_level, half_width: 0.01}",
}


def expected(place: Place) -> str:
    """What is asked for at a place: "a number of seconds > 0", "one of a, b", "a mapping such as {...}"."""
    if place.type is Skill:
        return f"a level such as 1, or {_EXAMPLES['Skill']}"
    if place.models:
        return f"a mapping such as {_example(place)}"
    if get_origin(place.type) is Literal:
        return "one of " + ", ".join(map(str, get_args(place.type)))
    if place.type in (int, float):
        noun = NOUNS.get(place.unit or "", "a whole number" if place.type is int else "a number")
        return f"{noun}{_range(place)}"
    if place.type is bool:
        return "true or false"
    if place.type is str:
        return "a text"
    if get_origin(place.type) is dict:
        value = bare(get_args(place.type)[1])[0]
        of_value = _example_of(value) if is_model(value) else "20"
        return f"a mapping by name such as {{NAME: {of_value}}}"
    if get_origin(place.type) is tuple:
        return "a list"
    return "another value"


def _example(place: Place) -> str:
    models = place.models
    if len(models) > 1:
        return _EXAMPLES["Arrivals" if any(tag_of(model) == "rates" for model in models) else "Distribution"]
    return _example_of(models[0])


def _example_of(model: type[BaseModel]) -> str:
    known = _EXAMPLES.get(model.__name__)
    if known is not None:
        return known
    names = list(model.model_fields)
    return "{" + f"{names[0]}: ..." + ("}" if len(names) == 1 else ", ...}")


def limits(place: Place) -> dict[str, float]:
    """The tightest gt, ge, lt, le of a number."""
    found: dict[str, float] = {}
    flat = [part for item in place.metadata for part in (item.metadata if isinstance(item, FieldInfo) else (item,))]
    for part in flat:
        for name, kind, tightest in _BOUNDS:
            if isinstance(part, kind):
                limit = float(getattr(part, name))
                found[name] = tightest(found.get(name, limit), limit)
    if "gt" in found and found.get("ge", -math.inf) <= found["gt"]:
        found.pop("ge", None)
    if "lt" in found and found.get("le", math.inf) >= found["lt"]:
        found.pop("le", None)
    return found


_BOUNDS: Final[tuple[tuple[str, type, Callable[[float, float], float]], ...]] = (
    ("gt", bounds.Gt, max),
    ("ge", bounds.Ge, max),
    ("lt", bounds.Lt, min),
    ("le", bounds.Le, min),
)


def _range(place: Place) -> str:
    found = limits(place)
    low = found.get("gt", found.get("ge"))
    high = found.get("lt", found.get("le"))
    if low is not None and high is not None and high <= 3660 and place.unit != "minutes":
        above = "above" if "gt" in found else "from"
        below = "below" if "lt" in found else "to"
        joint = " and " if "lt" in found else " "
        return f" {above} {plain(low)}{joint}{below} {plain(high)}"
    if low is not None:
        return f" {'>' if 'gt' in found else '>='} {plain(low)}"
    return ""


def plain(number: float) -> str:
    """A number as people write it: 3,660 or 0.5."""
    if not math.isfinite(number):
        return str(number)
    return f"{number:,.0f}" if number == int(number) else f"{number:g}"


def hint(value: object, place: Place) -> str:
    """What to write instead for the usual slips ("4 min", "80 %", quotes around a number), or nothing."""
    number = place.type in (int, float)
    if number and isinstance(value, str):
        seconds = parse_duration(value)
        if seconds is not None and place.unit in ("seconds", "minutes", "whole minutes"):
            return f", for example {_plain_example(seconds / (1 if place.unit == 'seconds' else 60))}"
        if value.strip().endswith("%") and _float(value.strip()[:-1]) is not None:
            return f", for example {float(value.strip()[:-1]) / 100:g}"
        if _float(value) is not None:
            return " without quotes"
    if isinstance(value, str) and place.path in (("behavior",), ("costs",)):
        return f" (a file of configs/{place.path[0]} is chosen on the command line: {place.path[0]}={value:.40})"
    if place.unit == "share" and isinstance(value, int | float) and 2 <= value <= 100:
        return f" ({value:g} % is {value / 100:g})"
    return ""


def _plain_example(number: float) -> str:
    return f"{number:.0f}" if number == int(number) else f"{number:g}"


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
