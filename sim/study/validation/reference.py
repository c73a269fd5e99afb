"""What a simulated figure is held against: an exact figure, or one that others have simulated, with its own error."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

Source = Literal["exact", "published", "simulated"]
"""exact: from queueing theory. published: printed by the authors of the model. simulated: by another program of ours,
in C++, that shares nothing with this one; its figures are on the list of cases (tests/study/published.json)."""


class Reference(NamedTuple):
    """A figure from elsewhere; `error` is its standard error, 0 where it is exact."""

    value: float
    error: float = 0.0
    source: Source = "exact"

    def times(self, factor: float) -> Reference:
        """The same in another unit."""
        return Reference(self.value * factor, self.error * factor, self.source)


def printed(value: float, deviation: float, last_digit: float, days: int = 1000) -> Reference:
    """A mean over `days` with this standard deviation, printed to a unit of its last digit.

    Formula: error² = deviation² / days + last_digit² / 12, for what rounding took away is uniform over one unit.
    """
    return Reference(value, math.hypot(deviation / math.sqrt(days), last_digit / math.sqrt(12.0)), "published")


def simulated(value: float, half_width: float) -> Reference:
    """A mean with the half-width of its 95 % interval (from many replications, so 1.96 standard errors)."""
    return Reference(value, half_width / 1.959964, "simulated")
