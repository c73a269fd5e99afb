"""Rounds: points observed further and further, in steps that all of them share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.study.observed import Observed
from sim.study.sweeps.grid import Failure
from sim.study.sweeps.points import Points, Values, Wanted, lacks
from sim.study.variants import Figures, Floats

GROWTH = 0.3
"""share of its replications by which a point goes on at once"""


def looks(first: int, most: int) -> list[int]:
    """The numbers of replications at which points are looked at."""
    found = [first]
    while found[-1] < most:
        found.append(min(most, found[-1] + max(5, math.ceil(GROWTH * found[-1]))))
    return found


@dataclass
class Rounds:
    """Points that are observed further and further, as far as each needs it."""

    points: Points
    values: Sequence[Values]
    first: int
    """replications of every point, which it has from the start"""
    most: int
    """replications of a point at most"""
    keys: Sequence[str]
    """KPIs that every point is judged by"""
    tell: Callable[[int], None]
    """is told how many replications were simulated so far"""

    def __post_init__(self) -> None:
        self.looks = looks(self.first, self.most)
        self.observed: list[Observed | None] = [None] * len(self.values)
        self.reasons = [""] * len(self.values)
        """why a point has failed"""
        self.take([(place, self.first) for place in range(len(self.values))])

    def take(self, wanted: Sequence[tuple[int, int]]) -> None:
        """Observe (place, replications)."""
        for k, found in self.points.observe([Wanted(self.values[place], n) for place, n in wanted]):
            place = wanted[k][0]
            reason = found.reason if isinstance(found, Failure) else lacks(found, self.keys)
            if isinstance(found, Failure) or reason:
                self.observed[place], self.reasons[place] = None, reason
            else:
                self.observed[place] = found
            self.tell(self.points.simulated)

    def further(self, places: Sequence[int]) -> bool:
        """Observe some more of these; False where all of them have what they may have."""
        wanted = []
        for place in places:
            have = self.count(place)
            more = next((look for look in self.looks if look > have), have)
            if more > have:
                wanted.append((place, more))
        self.take(wanted)
        return bool(wanted)

    def count(self, place: int) -> int:
        """Replications of a point."""
        found = self.observed[place]
        return 0 if found is None else len(found.numbers)

    def there(self, places: Sequence[int]) -> list[int]:
        """Those of the points that have not failed."""
        return [place for place in places if self.observed[place] is not None]

    def figures(self, place: int, key: str, n: int | None = None) -> Figures:
        """A KPI of a point, of its first n replications."""
        observed = self.observed[place]
        assert observed is not None
        of = observed.of(key)
        return Figures(of.tops[:n], of.bottoms[:n])

    def each(self, place: int, key: str) -> Floats:
        """A KPI by replication, see `by_replication`."""
        return by_replication(self.figures(place, key), self.first)


def by_replication(figures: Figures, first: int) -> Floats:
    """A ratio of sums as observations whose mean it is, nearly: R + (x - R y) / mean y.

    R and mean y are those of the first replications, so that an observation stays what it is when more come. Over any
    replications their mean is the ratio of sums, but for (R - R1)(mean y1 / mean y - 1), a product of two small errors.
    Where y is 1 they are x.
    """
    x, y = figures.tops[:, 0], figures.bottoms[:, 0]
    mean = float(y[:first].mean())
    if not mean > 0.0:
        return np.zeros_like(x)
    ratio = float(x[:first].sum()) / float(y[:first].sum())
    found: Floats = ratio + (x - ratio * y) / mean
    return found
