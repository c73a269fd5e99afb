"""Validation errors in plain words: what is asked for, what was there, and what to do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from pydantic_core import ErrorDetails

from sim.scenario.asked import NOUNS, expected, hint, limits, plain
from sim.scenario.places import Place, all_fields, tag_of
from sim.scenario.suggest import suggestion
from sim.units import MAX_SECONDS, shown

_UNIT_OF_SUFFIX: Final = {
    "per_s": "events a second",
    "_s": "seconds",
    "_min": "minutes",
    "per_hour": "contacts an hour",
}


def explain(error: ErrorDetails, place: Place, root: Any) -> str:
    """One line that says what an error at a place means and what to do."""
    writer = _WRITERS.get(error["type"])
    if writer is not None:
        return writer(error, place, root)
    if error["type"] in _WRONG_TYPES:
        return _asked(error, place, root)
    return str(error["msg"])[:1].lower() + str(error["msg"])[1:]


# ---------------------------------------------------------------- one writer a kind of error


def _asked(error: ErrorDetails, place: Place, root: Any) -> str:
    """ "needs X, got Y" with the remedies for the usual slips."""
    return f"needs {expected(place)}{hint(error.get('input'), place)}, got {shown(error.get('input'))}"


def _too_large(error: ErrorDetails, place: Place, root: Any) -> str:
    found = limits(place)
    high = found.get("lt", found.get("le", math.inf))
    if high <= 3660 and place.unit != "minutes":
        return _asked(error, place, root)
    if high == MAX_SECONDS:
        return f"needs at most 1,000,000,000 seconds (31 years), got {shown(error['input'])}"
    unit = NOUNS.get(place.unit or "", "").rpartition(" of ")[2]
    return f"needs {'less than' if 'lt' in found else 'at most'} {plain(high)}{unit and ' ' + unit}, got " + shown(
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
    if 1 <= len(elsewhere) <= 3:
        return f"unknown key here: it belongs at {' or '.join(elsewhere)}"
    return "unknown key, known here: " + ", ".join(fields) if len(fields) <= 30 else "unknown key"


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
    given = error["input"]
    got = given.get("kind") if isinstance(given, Mapping) else getattr(given, "kind", None)
    near = suggestion(got, kinds) if isinstance(got, str) else None
    if near is not None:
        return f"unknown kind {shown(got)}, did you mean '{near}'?"
    return f"needs one of {', '.join(kinds)}, got {shown(got)}"


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


def _unicode(error: ErrorDetails, place: Place, root: Any) -> str:
    return "needs a text in UTF-8, and this has other bytes"


def _finite(error: ErrorDetails, place: Place, root: Any) -> str:
    return f"needs {expected(place)} (finite), got {shown(error['input'])}"


def _key_type(error: ErrorDetails, place: Place, root: Any) -> str:
    return "needs keys that are names: write this one in quotes, or leave it out"


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
    "string_unicode": _unicode,
    "recursion_loop": _cycle,
    "invalid_key": _key_type,
}
_WRONG_TYPES: Final = {
    "float_type", "int_type", "int_from_float", "int_parsing", "float_parsing", "int_parsing_size", "bool_type",
    "bool_parsing", "model_type", "model_attributes_type", "dict_type", "tuple_type", "list_type",
}  # fmt: skip
