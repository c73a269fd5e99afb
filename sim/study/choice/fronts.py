"""Fronts: which points of a sweep nothing betters in some KPIs within limits, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.study.choice.objectives import Limit, Objective
from sim.study.sweeps.pareto import Bools, efficient
from sim.study.sweeps.spread import Spread
from sim.study.sweeps.sweep import Sweep
from sim.study.variants import Floats


class Fronts(NamedTuple):
    """Of each done point."""

    on: Bools
    """whether it keeps to the limits and no other that does is better, by the figures found"""
    chance: Floats
    """how probable that is in truth: the share of draws (`Spread.draws`) in which it is so; nan with 1 replication"""
    within: Bools
    """whether it keeps to the limits, by the figures found"""
    p_within: Floats
    """how probable that is in truth"""


def fronts(sweep: Sweep, objectives: Sequence[Objective], limits: Sequence[Limit] = (), seed: int = 1) -> Fronts:
    """The front of these objectives among the points that keep to the limits."""
    spread = Spread.of(sweep, [*(each.key for each in objectives), *(limit.key for limit in limits)])
    means = spread.means[:, None, :]
    (on,), (within,) = _of(spread, means, objectives, limits)
    chance = p_within = np.full(len(on), np.nan)
    if len(on) and spread.counts.min() > 1:
        wanted = 2000 if len(objectives) < 3 else int(np.clip(40_000_000 // len(on) ** 2, 100, 2000))
        drawn_on, drawn_within = _of(spread, spread.draws(wanted, seed), objectives, limits)
        chance, p_within = drawn_on.mean(axis=0), drawn_within.mean(axis=0)
    return Fronts(on, chance, within, p_within)


def _of(
    spread: Spread, values: Floats, objectives: Sequence[Objective], limits: Sequence[Limit]
) -> tuple[Bools, Bools]:
    """On the front and within the limits, both of shape (draws, points), of values (kpis, draws, points)."""
    within = np.ones(values.shape[1:], np.bool_)
    for limit in limits:
        within &= limit.sign * (values[spread.place(limit.key)] - limit.value) >= 0.0
    signed = np.stack([each.sign * values[spread.place(each.key)] for each in objectives])
    within &= ~np.isnan(signed).any(axis=0)
    return efficient(np.where(within, signed, -np.inf)) & within, within
