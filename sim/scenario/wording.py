"""Validation errors in plain words: what is asked for, what was there, and what to do."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, get_args, get_origin

import annotated_types as bounds
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.scenario.part import shown
from sim.scenario.places import Place, all_fields, tag_of
from sim.units import MAX_SECONDS, parse_duration

_NOUNS: Final = {
    "seconds": "a number of seconds",
    "minutes": "a number of minutes",
    "whole minutes": "a whole number of minutes",
    "whole days": "a whole number of days",
    "agents": "a whole number of agents",
    "lines": "a whole number of lines",
    "share": "a share",
}
_UNIT_OF_SUFFIX: Final = {"_s": "seconds", "_min": "minutes", "per_hour": "contacts an hour"}
_OTHER_NAMES: Final = {
    "aht": "aht_target", "handle_time": "aht_target", "talk_time": "talk", "service_time": "talk",  "acw": "wrap",
    "wrap_up": "wrap", "after_call_work": "wrap", "abandon": "patience", "renege": "patience",
    "rate": "per_hour", "rate_per_hour": "per_hour", "rates": "per_hour", "calls_per_hour": "per_hour",
    "counts": "per_interval", "calls": "arrivals", "hours": "open", "opening_hours": "open", "headcount": "agents",
    "heads": "agents", "priority": "level", "lines": "trunks", "sl": "service_level", "threshold_s": "within_s",
    "length_min": "minutes", "duration_min": "minutes", "runs": "replications", "std": "sd", "rho": "correlation",
    "probability": "probability_zero", "value": "value_s",
}  # fmt: skip
"""Names used elsewhere in the field, and what they are called here."""
_EXAMPLES: Final = {
    "Distribution": "{kind: lognormal, mean_s: 240, cv: 1.2}",
    "Arrivals": "{kind: rates, per_hour: 300}",
    "Skill": "1 or {level: 2, handle_factor: 1.1}",
    "Trait": "{mean: 0.5, sd: 0.15}",
    "Pause": '{start: "10:00", minutes: 15}',
    "Shift": '{start: "08:00", end: "16:00"}',
    "Staffing": '{start: "08:00", agents: [4, 6, 8]}',
    "Team": "{skills: {service: 1}, shifts: {early: 20}}",
    "Queue": "{arrivals: {kind: rates, per_hour: 300}, talk: {kind: exponential, mean_s: 240}}",
    "Overflow": "{after_s: 45, teams: [backup]}",
    "queues": "{service: {arrivals: ..., talk: ...}}",
    "teams": "{front: {skills: {service: 1}, shifts: {early: 20}}}",
    "shifts": "{early: 20, late: 20}",
    "skills": "{service: 1}",
}


def explain(error: ErrorDetails, place: Place, root: Any) -> str:
    """One line that says what an error at a place means and what to do."""
    writer = _WRITERS.get(error["type"])
    if writer is not None:
        return writer(error, place, root)
    if error["type"] in _WRONG_TYPES:
        return _asked(error, place, root)
    return str(error["msg"])[:1].lower() + str(error["msg"])[1:]


def suggestion(word: object, names: Iterable[str]) -> str | None:
    """The nearest of some names: another name for it, the same but for its unit, or spelled alike."""
    text, known = str(word).lower().replace("-", "_"), list(names)
    if text in known:
        return text
    if _OTHER_NAMES.get(text) in known:
        return _OTHER_NAMES[text]
    stems = {_stem(name): name for name in reversed(known)}
    if _stem(text) in stems:
        return stems[_stem(text)]
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.6)
    if not near:
        near = [stems[stem] for stem in difflib.get_close_matches(_stem(text), stems, n=1, cutoff=0.7)]
    return near[0] if near else None


def _stem(name: str) -> str:
    for suffix in (
        "_seconds",
        "_secs",
        "_sec",
        "_minutes",
        "_mins",
        "_min",
        "_hours",
        "_ms",
        "_pct",
        "_s",
        "_m",
        "_h",
    ):
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name


def expected(place: Place) -> str:
    """What is asked for at a place: "a number of seconds > 0", "one of a, b", "a mapping such as {...}"."""
    if place.models:
        return f"a mapping such as {_example(place)}"
    if get_origin(place.type) is Literal:
        return "one of " + ", ".join(map(str, get_args(place.type)))
    if place.type in (int, float):
        noun = _NOUNS.get(place.unit or "", "a whole number" if place.type is int else "a number")
        return f"{noun}{_range(place)}"
    if place.type is bool:
        return "true or false"
    if place.type is str:
        return "a text"
    if get_origin(place.type) is dict:
        example = _EXAMPLES.get(str(place.path[-1]))
        return f"a mapping by name such as {example}" if example else "a mapping by name"
    if get_origin(place.type) is tuple:
        return "a list"
    return "another value"


def _example(place: Place) -> str:
    models = place.models
    if len(models) > 1:
        return _EXAMPLES["Arrivals" if any(tag_of(model) == "rates" for model in models) else "Distribution"]
    known = _EXAMPLES.get(models[0].__name__)
    if known is not None:
        return known
    names = list(models[0].model_fields)
    return "{" + f"{names[0]}: ..." + ("}" if len(names) == 1 else ", ...}")


def _limits(place: Place) -> dict[str, float]:
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
    limits = _limits(place)
    low = limits.get("gt", limits.get("ge"))
    high = limits.get("lt", limits.get("le"))
    if low is not None and high is not None and high <= 3660 and place.unit != "minutes":
        above = "above" if "gt" in limits else "from"
        below = "below" if "lt" in limits else "to"
        joint = " and " if "lt" in limits else " "
        return f" {above} {_plain(low)}{joint}{below} {_plain(high)}"
    if low is not None:
        return f" {'>' if 'gt' in limits else '>='} {_plain(low)}"
    return ""


def _plain(number: float) -> str:
    if not math.isfinite(number):
        return str(number)
    return f"{number:,.0f}" if number == int(number) else f"{number:g}"


# ---------------------------------------------------------------- one writer a kind of error


def _asked(error: ErrorDetails, place: Place, root: Any) -> str:
    """ "needs X, got Y" with the remedies for the usual slips."""
    return f"needs {expected(place)}{_hint(error.get('input'), place)}, got {shown(error.get('input'))}"


def _hint(value: object, place: Place) -> str:
    number = place.type in (int, float)
    if number and isinstance(value, str):
        seconds = parse_duration(value)
        if seconds is not None and place.unit in ("seconds", "minutes", "whole minutes"):
            return f", for example {_plain_example(seconds / (1 if place.unit == 'seconds' else 60))}"
        if value.strip().endswith("%") and _float(value.strip()[:-1]) is not None:
            return f", for example {float(value.strip()[:-1]) / 100:g}"
        if _float(value) is not None:
            return " without quotes"
    if place.unit == "share" and isinstance(value, int | float) and 1 < value <= 100:
        return f" ({value:g} % is {value / 100:g})"
    return ""


def _plain_example(number: float) -> str:
    return f"{number:.0f}" if number == int(number) else f"{number:g}"


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _too_large(error: ErrorDetails, place: Place, root: Any) -> str:
    limits = _limits(place)
    high = limits.get("lt", limits.get("le", math.inf))
    if high <= 3660 and place.unit != "minutes":
        return _asked(error, place, root)
    if high == MAX_SECONDS:
        return f"needs at most 1,000,000,000 seconds (31 years), got {shown(error['input'])}"
    unit = _NOUNS.get(place.unit or "", "").rpartition(" of ")[2]
    return f"needs {'less than' if 'lt' in limits else 'at most'} {_plain(high)}{unit and ' ' + unit}, got " + shown(
        error["input"]
    )


def _unknown_key(error: ErrorDetails, place: Place, root: Any) -> str:
    key = str(error["loc"][-1])
    fields = place.parent.model_fields if place.parent is not None else {}
    near = suggestion(key, [name for name in fields if name != "kind"] or list(fields))
    if near is None and suggestion(key, ["kind"]) == "kind" and "kind" in fields:
        near = "kind"
    if near is not None:
        units = [unit for suffix, unit in _UNIT_OF_SUFFIX.items() if near.endswith(suffix)]
        return (
            f"unknown key, did you mean '{near}'?" if not units else f"unknown key, did you mean '{near}' ({units[0]})?"
        )
    if "kind" in fields:
        own = ", ".join(name for name in fields if name != "kind") or "none"
        return f"kind {tag_of(place.parent)} has no such key (its keys: {own})"
    elsewhere = [where for name, where in all_fields(root) if name == key]
    if elsewhere:
        return f"unknown key here: it belongs at {elsewhere[0]}"
    return "unknown key, known here: " + ", ".join(fields) if len(fields) <= 12 else "unknown key"


def _missing(error: ErrorDetails, place: Place, root: Any) -> str:
    what = place.info.description if place.info is not None and place.info.description else ""
    asked = expected(place)
    if asked == "another value":
        first = what.split(". ")[0].rstrip(".")
        return f"is missing: {first[:1].lower()}{first[1:]}" if first else "is missing"
    return f"is missing: needs {asked}"


def _no_kind(error: ErrorDetails, place: Place, root: Any) -> str:
    kinds = ", ".join(str(tag_of(model)) for model in place.models)
    if at_key(error):
        return "unknown key, did you mean 'kind'?"
    return f"is missing its kind: one of {kinds}"


def at_key(error: ErrorDetails) -> tuple[str, ...]:
    """The key below an error's location that is to blame: `kind`, or what was written for it; () for none."""
    if error["type"] == "union_tag_invalid":
        return ("kind",)
    if error["type"] == "union_tag_not_found" and isinstance(error["input"], Mapping):
        return tuple(str(key) for key in error["input"] if suggestion(key, ["kind"]) == "kind")[:1]
    return ()


def _wrong_kind(error: ErrorDetails, place: Place, root: Any) -> str:
    kinds = [str(tag_of(model)) for model in place.models]
    got = error.get("ctx", {}).get("tag")
    near = suggestion(got, kinds)
    if near is not None:
        return f"unknown kind '{got}', did you mean '{near}'?"
    return f"unknown kind '{got}': one of {', '.join(kinds)}"


def _choice(error: ErrorDetails, place: Place, root: Any) -> str:
    near = suggestion(error.get("input"), map(str, get_args(place.type))) if isinstance(error["input"], str) else None
    return f"needs {expected(place)}, got {shown(error['input'])}" + (f", did you mean '{near}'?" if near else "")


def _own_words(error: ErrorDetails, place: Place, root: Any) -> str:
    cause = error.get("ctx", {}).get("error")
    return str(cause) if cause is not None else str(error["msg"])


def _length(error: ErrorDetails, place: Place, root: Any) -> str:
    ctx = error.get("ctx", {})
    actual = ctx.get("actual_length")
    if "min_length" in ctx:
        return (
            "needs at least one entry, got an empty list"
            if actual == 0
            else (f"needs at least {ctx['min_length']} entries, got {actual}")
        )
    return f"needs at most {ctx.get('max_length'):,} entries" + (f", got {actual:,}" if actual else "")


def _name(error: ErrorDetails, place: Place, root: Any) -> str:
    rule = "a name that begins with a letter or digit and has only letters, digits, spaces and - _ & +"
    if not isinstance(error.get("input"), str):
        return (
            f"needs a name in quotes, got {shown(error.get('input'))}" if place.is_key else _asked(error, place, root)
        )
    return f"needs {rule}, got {shown(error['input'])}"


def _text(error: ErrorDetails, place: Place, root: Any) -> str:
    ctx = error.get("ctx", {})
    if "min_length" in ctx:
        return "needs a text, got an empty one"
    return f"needs a text of at most {ctx.get('max_length'):,} characters"


def _finite(error: ErrorDetails, place: Place, root: Any) -> str:
    return f"needs {expected(place)} (finite), got {shown(error['input'])}"


def _cycle(error: ErrorDetails, place: Place, root: Any) -> str:
    return "contains itself (a YAML anchor that points to its own parent)"


_Writer = Callable[[ErrorDetails, Place, Any], str]
_WRITERS: Final[dict[str, _Writer]] = {
    "fault": _own_words,
    "contradiction": _own_words,
    "value_error": _own_words,
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "union_tag_not_found": _no_kind,
    "union_tag_invalid": _wrong_kind,
    "literal_error": _choice,
    "finite_number": _finite,
    "greater_than": _asked,
    "greater_than_equal": _asked,
    "less_than": _too_large,
    "less_than_equal": _too_large,
    "too_short": _length,
    "too_long": _length,
    "string_too_short": _text,
    "string_too_long": _text,
    "string_pattern_mismatch": _name,
    "string_type": _name,
    "recursion_loop": _cycle,
}
_WRONG_TYPES: Final = {
    "float_type", "int_type", "int_from_float", "int_parsing", "float_parsing", "int_parsing_size", "bool_type",
    "bool_parsing", "model_type", "model_attributes_type", "dict_type", "tuple_type", "list_type",
}  # fmt: skip
