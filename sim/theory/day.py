"""A day with changing rates and staff, exact: M_t/M/N_t(+M, balking, lines), from empty until all have left.

Rates and staff are constant within each period. Staff who go off duty finish the contact in hand first, and
until they have, nobody takes the next caller in their stead. After the last period no one arrives, and the
last period's staff serve those still inside. A Gamma distributed day factor may multiply all rates.
Source: the Kolmogorov forward equations of the chain, solved on a contour (`contour`); the model is that of
the CallCenter example of SSJ (P. L'Ecuyer), which other programs simulate too. Units: seconds, contacts
per second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.theory import checks
from sim.theory.busyness import busyness_rule
from sim.theory.room_in_time import Inside, Room, Spent

_CUT = 1e-13
"""Share of a day's contacts that may meet the cut of an endless queue."""


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of a day before it starts; one entry of `agents` and `arrival_rates` a period."""

    agents: Sequence[int]
    arrival_rates: Sequence[float]
    period: float
    """Length of each period in seconds."""
    mean_service: float
    mean_patience: float = math.inf
    balk: float = 0.0
    lines: int | None = None
    """Contacts that the room holds, talking and waiting; None: no limit."""
    day_factor_shape: float = math.inf
    """Shape a of the Gamma(a, 1/a) day factor; infinite: always 1."""

    def __post_init__(self) -> None:
        if not self.agents or len(self.agents) != len(self.arrival_rates):
            raise ValueError("agents and arrival_rates must have one entry for each period, and at least one")
        for agents, rate in zip(self.agents, self.arrival_rates, strict=True):
            checks.whole(agents=agents)
            checks.not_negative(arrival_rate=rate)
        checks.positive(period=self.period, mean_service=self.mean_service)
        checks.probability(balk=self.balk)
        if not self.mean_patience > 0.0:
            raise ValueError(f"mean_patience must be above 0 (or infinite), not {self.mean_patience}")
        if self.lines is not None:
            checks.whole(least=max(1, *self.agents), lines=self.lines)
        if self.agents[-1] == 0 and self.mean_patience == math.inf:
            raise ValueError("the last period needs agents or callers who give up, or the day never ends")


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Expected totals of a day; times in seconds. Occupancy counts the periods, not the time after them."""

    arrivals: float
    blocked: float
    balked: float
    abandoned: float
    total_wait: float
    busy_time: float
    """Agent seconds of service within the periods."""
    busy_after: float
    """Agent seconds of service after the last period."""
    occupancy: float

    @property
    def handled(self) -> float:
        """Expected number of contacts served."""
        return self.arrivals - self.blocked - self.balked - self.abandoned

    @property
    def lost(self) -> float:
        """Expected number of contacts that balked or gave up."""
        return self.balked + self.abandoned


def day_figures(day: Day, factor_points: int = 32) -> DayFigures:
    """Expected totals of the day.

    Formula: E over the day factor (Gauss, `factor_points`) of the totals given the factor. An endless queue
    is cut where it loses less than 1e-13 of the contacts. Errors of the default rule on a day of a dozen
    periods: about 1e-8 at a shape of 10 or more, 1e-4 at 2 (more points there; 48 gave 1e-5).
    """
    factors, weights = busyness_rule(day.day_factor_shape, factor_points)
    totals = sum(w * _totals(day, float(f)) for f, w in zip(factors, weights, strict=True))
    return summed(day, *(float(total) for total in np.asarray(totals)))


def summed(
    day: Day, arrivals: float, blocked: float, balked: float, waiting: float, busy: float, after: float
) -> DayFigures:
    """The figures of a day's totals: contacts, then seconds waited, and agent seconds busy in and after the periods.

    Who waits gives up at the rate 1 / `mean_patience`.
    """
    return DayFigures(
        arrivals=arrivals,
        blocked=blocked,
        balked=balked,
        abandoned=waiting / day.mean_patience,
        total_wait=waiting,
        busy_time=busy,
        busy_after=after,
        occupancy=busy / (sum(day.agents) * day.period) if any(day.agents) else math.nan,
    )


def _totals(day: Day, factor: float) -> NDArray[np.float64]:
    """Arrivals, blocked, balked, seconds waited, agent seconds busy in and after the periods."""
    most = day.lines if day.lines is not None else 2 * max(day.agents) + 50
    while True:
        totals = _totals_in_room(day, factor, most)
        if day.lines is not None:
            return totals
        if totals[1] <= _CUT * totals[0]:
            totals[1] = 0.0
            return totals
        most *= 2


def _totals_in_room(day: Day, factor: float, most: int) -> NDArray[np.float64]:
    inside = Inside.empty(day.agents[0], most)
    totals = np.zeros(6)
    for agents, rate in zip(day.agents, day.arrival_rates, strict=True):
        room = Room(agents, most, factor * rate, day.mean_service, day.mean_patience, day.balk)
        inside, spent = room.carry_forward(inside.under(agents), day.period)
        totals += _count(spent, factor * rate, day.period, day.balk)
    last = Room(day.agents[-1], most, 0.0, day.mean_service, day.mean_patience, day.balk)
    rest = last.drain(inside)
    totals[3] += rest.waiting
    totals[5] = rest.busy
    return totals


def _count(spent: Spent, rate: float, period: float, balk: float) -> NDArray[np.float64]:
    balked = balk * rate * (spent.all_busy - spent.full)
    return np.array([rate * period, rate * spent.full, balked, spent.waiting, spent.busy, 0.0])
