"""Expected: mean and variance of how many call for the first time in a replication, worked out without drawing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.plan.demand import Demand
from sim.plan.factors import gamma_factors
from sim.plan.recorded import recorded_times
from sim.plan.streams import CountedDay, PoissonDay
from sim.scenario import Rates, Recorded, Scenario
from sim.units import DAY

Floats = NDArray[np.float64]


class FirstCalls(NamedTuple):
    """First calls of one replication in all queues, from each replication by itself (strata change nothing)."""

    mean: float
    variance: float

    @classmethod
    def of(cls, scenario: Scenario) -> FirstCalls:
        """Those of a scenario, summed over its days, which are independent.

        On a day with rates, N_q is Poisson with mean m_q f_q s_q, f the day factor of the queue's shape and s the mean
        of its slot factors weighted by rates. So E N_q = m_q, and the covariance of queues q and r is
        m_q m_r (E f_q f_r E s_q s_r - 1), plus m_q where q = r. A count w is rounded up with the probability of
        its fraction p, which adds p (1 - p).
        """
        demand, scale = Demand.of(scenario), scenario.demand.scale
        asked = [queue.arrivals for queue in scenario.queues.values()]
        mean, variance = 0.0, 0.0
        for recorded in asked:
            if isinstance(recorded, Recorded):
                times = recorded_times(recorded.file, recorded.column)
                mean += float(np.diff(np.searchsorted(times, (0.0, scenario.days * DAY)))[0])
        shapes = np.array([one.day_factor_shape if isinstance(one, Rates) else np.inf for one in asked])
        together = _products(shapes)
        kinds: dict[tuple[int, bool], int] = {}
        for day in range(scenario.days):
            on = (scenario.weekday(day), day > 0)
            kinds[on] = kinds.get(on, 0) + 1
        for on, days in kinds.items():
            known = [week.get(on) for week in demand.week]
            expected = np.array([scale * one.expected if isinstance(one, PoissonDay) else 0.0 for one in known])
            product = together.copy()
            own = [_slots_squared(one) if isinstance(one, PoissonDay) else 1.0 for one in known]
            product[np.diag_indices(len(known))] *= own
            mean += days * float(expected.sum())
            variance += days * float(expected.sum() + expected @ (product - 1.0) @ expected)
            for one in known:
                if isinstance(one, CountedDay):
                    part = one.wanted % 1.0
                    mean += days * float(one.wanted.sum())
                    variance += days * float((part * (1.0 - part)).sum())
        return cls(mean, variance)


def _products(shapes: Floats) -> Floats:
    """E f_q f_r of day factors of these shapes, which come from one uniform number a day: shape (queues, queues).

    Summed over the normal score of that number, evenly spaced: the sum converges faster than any power of the step.
    """
    from scipy.special import ndtr

    out = np.ones((len(shapes), len(shapes)))
    if (shapes == np.inf).all():
        return out
    step = 0.01
    score = np.arange(-8.0, 8.0 + step / 2.0, step)
    weight = step * np.exp(-0.5 * score**2) / np.sqrt(2.0 * np.pi)
    kinds, which = np.unique(shapes, return_inverse=True)
    factors = np.array([gamma_factors(float(shape), np.minimum(ndtr(score), 1.0 - 2.0**-53)) for shape in kinds])
    products = (factors * weight) @ factors.T
    for k, shape in enumerate(kinds):
        products[k, k] = 1.0 + 1.0 / shape
        if shape == np.inf:
            products[k, :] = products[:, k] = 1.0
    return np.asarray(products[np.ix_(which, which)])


def _slots_squared(day: PoissonDay) -> float:
    """E s² of the mean s of a day's slot factors weighted by the contacts expected in each; 1 where there are none.

    E x_i x_j = exp(sd² lag1^|i - j|) for factors i and j (`sim.plan.factors.slot_factors`).
    """
    if day.slots is None or day.expected == 0.0:
        return 1.0
    factor = day.slots.factor
    share = np.bincount(day.slots.of_piece, np.diff(day.edges) * day.rates, day.slots.intervals) / day.expected
    apart = np.abs(np.subtract.outer(np.arange(len(share)), np.arange(len(share))))
    return float(share @ np.exp(factor.sd**2 * np.power(factor.lag1, apart)) @ share)
