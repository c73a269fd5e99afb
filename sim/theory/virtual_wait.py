"""The virtual wait: how long an endlessly patient caller would wait in a queue that others may leave.

With Poisson arrivals at rate L, exponential service at total rate M while every agent is busy, and patience
with survival S, the virtual wait has an atom at 0 (somebody is free) and the density
    v(x) proportional to exp(L H(x) - M x),  H(x) = int_0^x S(u) du.
The exponent is concave (S never rises), so the density has one peak and falls at least exponentially beyond
it: everything is a positive integral over a short range, taken by Gauss-Legendre on panels relative to the
peak. Nothing overflows or cancels, from one agent to tens of thousands, under- or overloaded.

Sources: F. Baccelli and G. Hebuterne (1981), "On queues with impatient customers", Performance '81;
S. Zeltyn and A. Mandelbaum (2005), "Call centers with impatient customers: many-server asymptotics of the
M/M/n+G queue", Queueing Systems 51, where J = int exp(...) of this module is their J.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.theory.patience import Patience, Times, gauss_panels

_DROP = 60.0
"""Cut where the density is below e^-60 of its peak: 1e-26, far below rounding."""
_PANELS = 12
"""Panels on either side of the peak; each covers a factor of about e^5."""


@dataclass(frozen=True, slots=True)
class VirtualWait:
    """P(wait > 0) of an endlessly patient caller, and the density beyond as points with masses."""

    p_delay: float
    p_free: float
    """1 - p_delay, to its own full precision."""
    x: Times
    mass: Times
    """Sums to p_delay; an integral of f against the density is (mass * f(x)).sum()."""

    def beyond(self, wait: float) -> float:
        """P(virtual wait > wait), exact for 0 and for the `marks` that the density was split at."""
        return float(self.mass[self.x > wait].sum())


def virtual_wait(
    odds_free: float,
    service_rate: float,
    arrival_rate: float,
    patience: Patience,
    marks: tuple[float, ...] = (),
) -> VirtualWait | None:
    """Law of the virtual wait, or None when the queue grows without end.

    Formula: P(delay) = M J / (odds_free + M J), J = int_0^inf exp(L H - M x) dx, where odds_free is
    P(somebody is free) / P(all busy) of the same room without a queue: (1 - B) / B with like agents.
    Units: rates per second; service_rate is that of all agents together (> 0); marks in seconds.
    """

    def exponent(x: Times) -> Times:
        return arrival_rate * patience.mean_until(x) - service_rate * x

    share = service_rate / arrival_rate if arrival_rate else math.inf
    peak = _peak(share, 1.0 / service_rate, patience)
    if peak is None:
        return None
    top = float(exponent(np.array([peak]))[0])

    def fallen(x: Times) -> Times:
        return top - exponent(x)

    high = _where_fallen(fallen, peak, 1.0 / service_rate)
    if high is None:
        return None
    low = 0.0
    if peak > 0.0 and fallen(np.array([0.0]))[0] > _DROP:
        low = max(0.0, _where_fallen(fallen, peak, -1.0 / service_rate) or 0.0)
    nodes, weights = gauss_panels(_edges(low, peak, high, (*patience.kinks, *marks)))
    weights = weights * np.exp(-fallen(nodes))
    integral = float(weights.sum())
    # M J = service_rate * integral * e^top; beyond odds of e^700 to 1 the lesser share is 0 in any case.
    log_odds = math.log(service_rate * integral) + top - math.log(odds_free)
    p_delay = 1.0 / (1.0 + math.exp(-log_odds)) if log_odds > -700.0 else 0.0
    p_free = 1.0 / (1.0 + math.exp(log_odds)) if log_odds < 700.0 else 0.0
    return VirtualWait(p_delay=p_delay, p_free=p_free, x=nodes, mass=weights * (p_delay / integral))


def _peak(share: float, scale: float, patience: Patience) -> float | None:
    """About where survival falls to `share` (0 if it starts there); None if it never does."""

    def fell(x: Times) -> NDArray[np.bool_]:
        return patience.survival(x) <= share

    if fell(np.array([0.0]))[0]:
        return 0.0
    reach = scale * 2.0 ** np.arange(-60.0, 100.0)
    below = fell(reach)
    if not below.any():
        return None
    first = int(below.argmax())
    low, high = (float(reach[first - 1]) if first else 0.0), float(reach[first])
    for _ in range(9):  # 33^-9 is below rounding: a jump must be hit, so that it can be an edge
        grid = np.linspace(low, high, 34)
        first = int(fell(grid[1:]).argmax())
        low, high = float(grid[first]), float(grid[first + 1])
    return high


def _where_fallen(fallen: Callable[[Times], Times], peak: float, step: float) -> float | None:
    """A point from the peak in the direction of step where the exponent has fallen by _DROP or a bit more."""
    reach = peak + step * 2.0 ** np.arange(-20.0, 70.0)
    reach = np.maximum(reach, 0.0)
    enough = fallen(reach) > _DROP
    if not enough.any():
        return None
    first = int(enough.argmax())
    grid = np.linspace(peak if first == 0 else reach[first - 1], reach[first], 33)
    return float(grid[1:][int((fallen(grid[1:]) > _DROP).argmax())])


def _edges(low: float, peak: float, high: float, marks: tuple[float, ...]) -> Times:
    """Panel edges: even on either side of the peak, halving towards a time of 0, broken at every mark."""
    parts = [np.linspace(low, peak, _PANELS + 1), np.linspace(peak, high, _PANELS + 1)]
    parts.append(np.array([mark for mark in marks if low < mark < high]))
    if low == 0.0:
        # Some laws (Weibull, lognormal) are not smooth at 0; halving panels keep the full order there.
        parts.append(high * 0.5 ** np.arange(1.0, 48.0))
    return np.unique(np.concatenate(parts))
