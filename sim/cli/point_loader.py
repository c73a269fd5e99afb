"""Scenarios of a sweep's points, loaded: Hydra composes once what points have in common."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

from sim.loading.check import Loaded, check
from sim.loading.composition import compose
from sim.loading.refusal import Refused
from sim.loading.words import GROUPS, Word, scenario_of


class Loader:
    """Makes scenarios of points. Hydra takes a tenth of a second for each; a plain value needs it only once."""

    def __init__(self) -> None:
        self._composed: dict[tuple[str, ...], dict[str, Any]] = {}

    def load(self, words: Sequence[Word]) -> Loaded:
        """The checked scenario of a point. Raises Refused."""
        plain = [word for word in words if _is_plain(word)]
        others = [word for word in words if not _is_plain(word)]
        key = tuple(word.hydra for word in others)
        if key not in self._composed:
            self._composed[key] = compose(others)
        base = self._composed[key]
        if "${" in json.dumps(base, default=str):
            return check(compose(words), words)
        raw = copy.deepcopy(base)
        if not all(_set(raw, word.key, word.value) for word in plain):
            raw = compose(words)
        return check(raw, words)


def _is_plain(word: Word) -> bool:
    """Whether it sets one key to a number, text or truth value."""
    simple = isinstance(word.value, int | float | str | bool)
    group = word.key in GROUPS or word.for_hydra or word.override.package is not None or word.override.is_delete()
    return simple and not group and "@" not in word.key and "${" not in str(word.value)


def _set(raw: dict[str, Any], key: str, value: Any) -> bool:
    """Set a dotted key; False where what it leads through is no mapping."""
    *path, last = key.split(".")
    holder: Any = raw
    for part in path:
        holder = holder.setdefault(part, {})
        if not isinstance(holder, dict):
            return False
    if isinstance(holder.get(last), dict | list):
        return False
    holder[last] = value
    return True


def first_loaded(words: Sequence[Word], first: Sequence[Word] | None, last: Sequence[Word] | None) -> Loaded | None:
    """The first point, checked, so that a fault of the whole sweep is told before anything is written.

    A fault belongs to the whole sweep when the last point has it too. None where the first point has faults of its
    own: they are the business of that point; and where the points are not known.
    """
    if scenario_of(words) is None:
        check({}, words)
    if first is None or last is None:
        return None
    loaded, wrong = _faults(first)
    if wrong:
        _, others = _faults(last)
        common = [line for key, line in wrong.items() if key in others]
        if common:
            raise Refused(*common)
    return loaded


def _faults(words: Sequence[Word]) -> tuple[Loaded | None, dict[str, str]]:
    """A point's scenario, or its fault lines by what they say apart from the values given."""
    try:
        return check(compose(words), words), {}
    except Refused as refused:
        return None, {_without_values(line, words): line for line in refused.lines}


def _without_values(line: str, words: Sequence[Word]) -> str:
    for word in words:
        line = line.replace(word.typed, word.key)
    return line
