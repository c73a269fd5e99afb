"""Ranges: the factors of a search, and between what each of them may lie."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from sim.loading.refusal import Refused

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"({NUMBER}):({NUMBER})(?::({NUMBER}))?")
FINENESS = 200
"""values at least that a range without a step is made of: so that they can be read, and met again"""


class Range(NamedTuple):
    """A factor: the values it may have, a ladder of numbers or a list."""

    key: str
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    """0 for a list"""
    whole: bool = False
    values: tuple[Any, ...] = ()
    """of a list; numbers from small to large"""

    @property
    def ordered(self) -> bool:
        """Whether its values have an order."""
        return self.step > 0.0 or all(_is_number(value) for value in self.values)

    @property
    def length(self) -> int:
        """How many values it has."""
        return len(self.values) if self.values else math.floor((self.high - self.low) / self.step + 1e-9) + 1

    def at(self, place: int) -> Any:
        """The value at a place from 0."""
        if self.values:
            return self.values[place]
        value = self.low + place * self.step
        if self.whole:
            return round(value)
        return round(value, max(0, 2 - math.floor(math.log10(self.step))))

    def spaced(self, count: int) -> list[Any]:
        """So many of its values or fewer, evenly from the first to the last; of a list without order all."""
        if not self.ordered or count >= self.length:
            return [self.at(place) for place in range(self.length)]
        if count == 1:
            return [self.at((self.length - 1) // 2)]
        places = dict.fromkeys(round(k * (self.length - 1) / (count - 1)) for k in range(count))
        return [self.at(place) for place in places]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_range(text: str) -> bool:
    """Whether a value on the command line is `low:high` or `low:high:step`."""
    return _RANGE.fullmatch(text.strip()) is not None


def ladder(key: str, text: str) -> Range:
    """The range that `0.8:1.2` or `40:70:1` means. Whole ends without a step are whole numbers. Raises Refused."""
    match = _RANGE.fullmatch(text.strip())
    assert match is not None
    first, last, by = match.groups()
    low, high = float(first), float(last)
    whole = all(re.fullmatch(r"[+-]?\d+", each) for each in (first, last, by or "1"))
    step = float(by) if by else 1.0 if whole else _fine(high - low)
    if not (math.isfinite(low) and math.isfinite(high) and low < high and 0.0 < step <= high - low):
        raise Refused(f"command line: {key}={text}: write LOW:HIGH or LOW:HIGH:STEP, such as 0.8:1.2 or 40:70:5")
    if (high - low) / step > 1e6:
        raise Refused(f"command line: {key}={text}: more than a million values: take a larger step")
    return Range(key, low, high, step, whole)


def _fine(span: float) -> float:
    """A power of ten, of which a span has `FINENESS` or more."""
    return 10.0 ** math.floor(math.log10(span / FINENESS)) if span > 0.0 else 0.0


def listed(key: str, values: Sequence[Any]) -> Range:
    """The factor with these values."""
    found = Range(key, values=tuple(values))
    return found._replace(values=tuple(sorted(found.values))) if found.ordered else found


def grid(ranges: Sequence[Range], points: int) -> list[tuple[Any, ...]]:
    """All combinations of evenly spaced values: as many for each factor as give at most so many points, at least 2."""
    from itertools import product

    count = 2
    while math.prod(len(each.spaced(count + 1)) for each in ranges) <= points and count < 1000:
        count += 1
    return list(product(*(each.spaced(count) for each in ranges)))
