"""Pareto: which points no other point beats in all that counts, how sure that is, and what the next point costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.comparison.compare import MEASURES
from sim.study.sweeps.spread import Gap, Spread
from sim.study.sweeps.sweep import Sweep
from sim.study.variants import Floats

Bools = NDArray[np.bool_]
BETTER = {measure.key: measure.direction for measure in MEASURES} | {
    **dict.fromkeys(("day_met", "net", "net_per_week", "csat_said", "csat_surveyed", "nps_surveyed", "resolution_rate",
                     "fcr_measured", "reach_rate", "customer_service_level", "energy", "empathy_delivered",
                     "service_level_of_offered", "service_level_of_answered", "resolved",
                     "service_level_excluding_short_abandons", "service_level_abandons_counted_as_met"), 1),
    **dict.fromkeys(("operating_cost", "paid_hours", "paid_cost", "total_cost", "value_lost", "cost_per_contact",
                     "goodwill_cost", "contact_cost", "churn", "churn_rate", "pressure", "lost_rate", "balk_rate",
                     "block_rate", "abandoned", "customers_lost", "wait_mean_s", "longest_wait_s", "p_wait",
                     "customer_wait_s", "time_to_answer_s", "abandonment_rate_excluding_short", "effort",
                     "queue_length_mean", "queue_length_max", "agitation", "repeats", "cut_short"), -1),
}  # fmt: skip
"""1: more is better, -1: less is better; what is not here is neither by itself."""
SMALL_PAIRS = 40_000_000
"""comparisons of points in all draws, for fronts of three KPIs and more"""

SORTED_AT_ONCE = 100_000
"""points in all draws of which a front of two KPIs is found in one go: sorting takes some 80 bytes for each"""


def direction(key: str) -> int:
    """1 where more of a KPI is better, -1 where less is, 0 where it is neither by itself."""
    return BETTER.get(key, 0)


class Front(NamedTuple):
    """Which points are efficient: no other is at least as good in all KPIs and better in one."""

    keys: tuple[str, ...]
    on: Bools
    """by the figures found, shape (points,)"""
    chance: Floats
    """probability that a point is on the true front; nan with a single replication"""
    beaten_by: NDArray[np.intp]
    """the point of the front that most likely is better, -1 where none is by the figures found"""
    confidence: float

    @property
    def members(self) -> NDArray[np.intp]:
        """The points on the front by the figures found, in the order of the first KPI."""
        return np.flatnonzero(self.on)

    @property
    def surely_beaten(self) -> Bools:
        """Points that are on the true front with a probability of at most 1 - confidence."""
        return np.asarray(self.chance <= 1.0 - self.confidence)


def front(sweep: Sweep, keys: Sequence[str], seed: int = 1, wanted: int = 2000) -> Front:
    """The front of KPIs that have a direction, with its uncertainty.

    chance = share of draws of all points together (`Spread.draws`: a normal approximation with Student's tails, under
    common random numbers) in which the point is not dominated. Draws spread all points around what was found, so where
    several points are nearly equal the chance is shared among them. ValueError for a KPI without a direction.
    """
    if not all(direction(key) for key in keys):
        raise ValueError(f"neither more nor less is better: {[key for key in keys if not direction(key)]}")
    spread = Spread.of(sweep, keys)
    signs = np.array([direction(key) for key in spread.keys], np.float64)
    means = spread.means * signs[:, None]
    known = ~np.isnan(means).any(axis=0)
    on = np.zeros(means.shape[1], np.bool_)
    on[known] = efficient(means[:, None, known])[0]
    chance = np.full(len(on), np.nan)
    if known.any() and spread.counts[known].min() > 1:
        if len(keys) > 2:
            wanted = int(np.clip(SMALL_PAIRS // max(int(known.sum()) ** 2, 1), 50, wanted))
        drawn = spread.draws(wanted, seed)[:, :, known] * signs[:, None, None]
        chance[known] = efficient(drawn).mean(axis=0)
    return Front(spread.keys, on, chance, _beaten_by(means, on), sweep.confidence)


def efficient(values: Floats) -> Bools:
    """Which points nothing dominates, more being better in all: values (kpis, draws, points) -> (draws, points)."""
    if len(values) == 1:
        return np.asarray(values[0] == values[0].max(axis=1, keepdims=True))
    found = np.empty(values.shape[1:], np.bool_)
    if len(values) == 2:
        step = max(1, SORTED_AT_ONCE // max(1, values.shape[2]))
        for k in range(0, len(found), step):
            found[k : k + step] = _efficient_of_two(*values[:, k : k + step])
        return found
    for p in range(values.shape[2]):
        own = values[:, :, p : p + 1]
        dominates: Bools = np.all(values >= own, axis=0) & np.any(values > own, axis=0)
        found[:, p] = ~np.any(dominates, axis=1)
    return found


def _efficient_of_two(x: Floats, y: Floats) -> Bools:
    """The same by sorting: going down in x, a point is efficient where y is above all before it."""
    order = np.lexsort((-y, -x), axis=-1)
    xs, ys = np.take_along_axis(x, order, 1), np.take_along_axis(y, order, 1)
    new = np.ones(xs.shape, np.bool_)
    new[:, 1:] = xs[:, 1:] != xs[:, :-1]
    start = np.maximum.accumulate(np.where(new, np.arange(xs.shape[1]), 0), axis=1)
    top = np.concatenate([np.full((len(xs), 1), -np.inf), np.maximum.accumulate(ys, axis=1)], axis=1)
    beaten = (np.take_along_axis(top, start, 1) >= ys) | (np.take_along_axis(ys, start, 1) > ys)
    found = np.empty(x.shape, np.bool_)
    np.put_along_axis(found, order, ~beaten, 1)
    return found


def _beaten_by(means: Floats, on: Bools) -> NDArray[np.intp]:
    """For each point the member of the front that is better in all by the largest share of the range; -1 for none."""
    found = np.full(means.shape[1], -1, np.intp)
    members = np.flatnonzero(on)
    if not len(members):
        return found
    range_of = np.nanmax(means, axis=1) - np.nanmin(means, axis=1)
    scaled = means / np.where(range_of > 0.0, range_of, 1.0)[:, None]
    for p in np.flatnonzero(~on):
        ahead = (scaled[:, members] - scaled[:, [p]]).min(axis=0)
        if not np.isnan(ahead).all() and np.nanmax(ahead) >= 0.0:
            found[p] = members[int(np.nanargmax(ahead))]
    return found


# ---------------------------------------------------------------- what the next point costs


class Step(NamedTuple):
    """From one point to the next: what it costs, what it brings, and so what a point of it costs."""

    first: int
    then: int
    """done points"""
    cost: tuple[float, float, float]
    """how much more, with paired limits; a day where the cost is a sum over the run"""
    gain: tuple[float, float, float]
    """how much better, in percentage points of a share, else in the KPI's unit"""
    price: tuple[float, float, float]
    """cost / gain with limits; all nan where it cannot be told that there is a gain"""

    @property
    def told(self) -> bool:
        """Whether a price can be told."""
        return bool(np.isfinite(self.price[0]))


COST = ("operating_cost", "paid_hours")
"""Sums over a run that cost is told in, the first that there is."""


def cost_key(sweep: Sweep) -> str | None:
    """The KPI that cost is told in: of running the center where there are prices, else paid hours."""
    keys = {kpi.key for kpi in sweep.kpis}
    return next((key for key in COST if key in keys), None)


def days(sweep: Sweep) -> float:
    """Simulated days of a run; 1 where points differ in it or it is not known."""
    found = {_days(point.config) for point in sweep.done}
    return found.pop() if len(found) == 1 else 1.0


def _days(config: Mapping[str, Any] | None) -> float:
    value = (config or {}).get("days", 1)
    return float(value) if isinstance(value, int | float) and value else 1.0


def steps(sweep: Sweep, path: Sequence[int], value: str, cost: str, seed: int = 1) -> list[Step]:
    """What each step of a path of done points costs and brings, with paired intervals.

    Differences have the limits of `Spread.between`. The limits of a price are quantiles of cost / gain over draws of
    both together; there is one only where the interval of the gain leaves out 0, else nobody can tell what a point
    costs.
    """
    if len(path) < 2:
        return []
    spread = Spread.of(sweep, (value, cost))
    v, c = spread.place(value), spread.place(cost)
    scale = (100.0 if sweep.kpi(value).unit == "share" else 1.0) * (direction(value) or 1)
    per_day = 1.0 / days(sweep) if sweep.kpi(cost).unit not in ("share", "s") else 1.0
    gap = spread.between(path[:-1], path[1:])
    single = spread.counts[list(path)].min() < 2
    drawn = None if single else spread.draws(2000, seed)
    found = []
    for k, (first, then) in enumerate(pairwise(path)):
        gain, more = _limits(gap, v, k, scale), _limits(gap, c, k, per_day)
        price = (np.nan, np.nan, np.nan)
        if drawn is not None and (gain[1] > 0.0 or gain[2] < 0.0):
            ratios = per_day * (drawn[c, :, then] - drawn[c, :, first]) / (scale * (drawn[v, :, then]
                                                                                  - drawn[v, :, first]))
            tail = 0.5 - sweep.confidence / 2.0
            low, high = np.quantile(ratios, [tail, 1.0 - tail])
            price = (more[0] / gain[0], float(low), float(high))
        found.append(Step(first, then, more, gain, price))
    return found


def _limits(gap: Gap, kpi: int, pair: int, scale: float) -> tuple[float, float, float]:
    low, high = sorted((scale * float(gap.low[kpi, pair]), scale * float(gap.high[kpi, pair])))
    return scale * float(gap.mean[kpi, pair]), low, high


def cheapest(sweep: Sweep, value: str, cost: str) -> list[int]:
    """The done points for which none is both cheaper and better, from cheap to dear, by the figures found."""
    spread = Spread.of(sweep, (value, cost))
    sign = direction(value) or 1
    values = np.stack([sign * spread.means[spread.place(value)], -spread.means[spread.place(cost)]])
    known = np.flatnonzero(~np.isnan(values).any(axis=0))
    on = known[efficient(values[:, None, known])[0]]
    return [int(p) for p in on[np.argsort(-values[1, on], kind="stable")]]


# ---------------------------------------------------------------- goals

GOALS = {"service_level": "service_level", "csat": "csat", "fcr": "fcr", "abandonment_rate": "abandonment",
         "occupancy": "occupancy", "aht_s": "aht_target"}  # fmt: skip
"""KPI -> the key of its goal in `goals`; the last three are the most that is wanted."""
AT_MOST = ("abandonment_rate", "occupancy", "aht_s")


def goal(config: Mapping[str, Any] | None, key: str) -> float | None:
    """The goal of a KPI in a composed scenario; None without one."""
    goals = (config or {}).get("goals")
    value = goals.get(GOALS.get(key, "")) if isinstance(goals, Mapping) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def common_goal(sweep: Sweep, key: str) -> float | None:
    """The goal of a KPI where all done points have the same one."""
    found = {goal(point.config, key) for point in sweep.done}
    return found.pop() if len(found) == 1 else None


def chance_in_the_long_run(sweep: Sweep, key: str) -> Floats:
    """Probability that a KPI meets its goal over many days, at each done point, as far as these replications tell.

    The confidence of a lower limit (at most: an upper one) that lies at the goal. nan without a goal.
    """
    aims = np.array([np.nan if (aim := goal(point.config, key)) is None else aim for point in sweep.done])
    sign = -1.0 if key in AT_MOST else 1.0
    found = Spread.of(sweep, (key,)).evidence().times(sign).at_least(sign * aims)[0]
    return np.where(np.isnan(aims), np.nan, found)
