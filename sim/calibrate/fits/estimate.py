"""One fitted figure: its value, how sure it is, what it rests on."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

Z95 = 1.959963984540054
"""two-sided 95 % of the standard normal"""


class Estimate(NamedTuple):
    """A figure with its 95 % interval, or None with the reason in the note."""

    value: float | None
    low: float | None
    high: float | None
    se: float | None
    n: int
    """rows (contacts, days, agents: as the note says) on which it rests"""
    note: str

    @property
    def known(self) -> float:
        """The value; ValueError where there is none."""
        if self.value is None:
            raise ValueError(self.note)
        return self.value

    def covers(self, truth: float) -> bool:
        """Whether the interval holds this value; an end that is None is open."""
        if self.value is None:
            return False
        return (self.low is None or self.low <= truth) and (self.high is None or truth <= self.high)


def unknown(reason: str, n: int = 0) -> Estimate:
    """No figure, and why."""
    return Estimate(None, None, None, None, n, reason)


def normal(value: float, se: float, n: int, note: str = "") -> Estimate:
    """value +- 1.96 se."""
    return Estimate(value, value - Z95 * se, value + Z95 * se, se, n, note)


def on_log(value: float, relative_se: float, n: int, note: str = "") -> Estimate:
    """value times exp(+-1.96 relative se): for figures above 0."""
    return Estimate(
        value,
        value * math.exp(-Z95 * relative_se),
        value * math.exp(Z95 * relative_se),
        value * relative_se,
        n,
        note,
    )


def on_logit(share: float, se: float, n: int, note: str = "") -> Estimate:
    """A share inside (0, 1) with an interval on the logit scale; `se` is that of the share."""
    inner = share * (1.0 - share)
    if not inner > 0.0:
        return Estimate(share, max(0.0, share - Z95 * se), min(1.0, share + Z95 * se), se, n, note)
    at, width = math.log(share / (1.0 - share)), min(Z95 * se / inner, 500.0)
    return Estimate(share, 1.0 / (1.0 + math.exp(width - at)), 1.0 / (1.0 + math.exp(-width - at)), se, n, note)


def share_of(events: int, n: int, note: str = "") -> Estimate:
    """events / n with Wilson's interval (Wilson 1927), by statsmodels."""
    if n == 0:
        return unknown(note or "no rows", 0)
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(events, n, method="wilson")
    share = events / n
    return Estimate(share, float(low), float(high), math.sqrt(share * (1.0 - share) / n), n, note)
