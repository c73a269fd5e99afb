"""Did you mean: the known name that is nearest to what was written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

_OTHER_NAMES: Final = {
    "aht": "aht_target", "handle_time": "aht_target", "talk_time": "talk", "service_time": "talk", "acw": "wrap",
    "wrap_up": "wrap", "after_call_work": "wrap", "abandon": "patience", "renege": "patience",
    "rate": "per_hour", "rate_per_hour": "per_hour", "rates": "per_hour", "calls_per_hour": "per_hour",
    "counts": "per_interval", "calls": "arrivals", "hours": "open", "opening_hours": "open", "headcount": "agents",
    "heads": "agents", "priority": "level", "lines": "trunks", "sl": "service_level", "threshold_s": "within_s",
    "length_min": "minutes", "duration_min": "minutes", "runs": "replications", "std": "sd", "rho": "correlation",
    "probability": "probability_zero", "value": "value_s",
    "resolution_rate": "fcr", "first_contact_resolution": "fcr", "satisfaction": "csat",
    "escalation": "transfer", "escalate": "transfer", "empowerment": "goodwill", "budget": "goodwill",
    "wage": "agent_hour", "hourly_wage": "agent_hour", "response_rate": "replies", "repeats": "repeat",
}  # fmt: skip
"""Names used elsewhere in the field, and what they are called here."""


_UNIT_SUFFIXES: Final = (
    "_seconds", "_secs", "_sec", "_minutes", "_mins", "_min", "_hours", "_ms", "_pct", "_s", "_m", "_h",
)  # fmt: skip


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
    for suffix in _UNIT_SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name


def did_you_mean(word: object, names: Iterable[str]) -> str:
    """The end of a sentence on an unknown name: the nearest known one, or all of them if few, or nothing."""
    known = list(names)
    near = difflib.get_close_matches(str(word).lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    if near:
        return f", did you mean '{next(name for name in known if name.lower() == near[0])}'?"
    if not known:
        return ": none is given"
    if len(known) <= 6:
        return ": there is " + " and ".join(filter(None, [", ".join(known[:-1]), known[-1]]))
    return ""
