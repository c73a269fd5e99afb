"""How bands must be stretched, beyond what replications say: learnt within the fitted part, kept up day by day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calibrate.fits.estimate import Flags, Floats
from sim.calibrate.hourly import HOURS, Groups, Hourly
from sim.calibrate.scores import BAND, LEAST, band_of, floor_of

MISSED = (1.0 - BAND) / 2.0
"""share of hours that may lie beyond either end"""
STEP = 0.1
"""by how much a day that was missed whole changes the share that is aimed at; the literature's 0.005 a step, for the
some 15 to 20 hours of a day, put together"""
LEAST_HOURS = 40
"""hours from which anything is learnt"""
Widening = dict[tuple[str, str], tuple[Floats, Floats]]
"""(method, KPI) -> by queue and hour, what a band's distance from the median is multiplied with, below and above it"""


class Distances(NamedTuple):
    """How far off the median hours were, in widths of the band's half on that side; shape (queues + 1, hours)."""

    down: Floats
    up: Floats
    judged: Flags


def distances(sums: Hourly, actual: Hourly, kpi: str, group: Groups) -> Distances:
    """Those of a KPI in single hours, by queue; not judged: hours with few contacts, or without a figure."""
    limits = band_of(sums, kpi, group)
    assert limits is not None
    low, middle, high = limits
    truth = actual.ratio(kpi, group)[0]
    judged = (actual.summed("offered", group)[0] >= LEAST) & np.isfinite(truth) & np.isfinite(middle)
    with np.errstate(invalid="ignore"):
        down = (middle - truth) / np.maximum(middle - low, floor_of(kpi))
        up = (truth - middle) / np.maximum(high - middle, floor_of(kpi))
    return Distances(down, up, judged)


def kept_up(learnt: Distances | None, seen: Distances) -> tuple[Floats, Floats]:
    """What bands are to be multiplied with on either side, by queue and hour; what a day shows counts from the next on.

    learnt: distances within the fitted part, None where there are none. The factor of a day is that quantile of all
    distances so far which leaves MISSED beyond it, 0 at least: a side on which hours hardly ever lie far off becomes
    narrower (locally weighted split conformal prediction: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman 2018,
    "Distribution-free predictive inference for regression", JASA 113).
    A day with more misses than that lowers the share that is aimed at, one with fewer raises it, so that misses come
    right in the long run even if the center changes (Gibbs and Candes 2021, "Adaptive conformal inference under
    distribution shift", NeurIPS 34).
    """
    queues = len(seen.judged)
    found = []
    for side in ("down", "up"):
        factors = np.ones(seen.judged.shape)
        for queue in range(queues):
            before = np.empty(0) if learnt is None else getattr(learnt, side)[queue][learnt.judged[queue]]
            factors[queue] = _one_side(before, getattr(seen, side)[queue], seen.judged[queue])
        found.append(factors)
    return found[0], found[1]


def _one_side(before: Floats, seen: Floats, judged: Flags) -> Floats:
    known, aim = list(before), MISSED
    factors = np.ones(len(seen))
    for start in range(0, len(seen), HOURS):
        day = slice(start, start + HOURS)
        factor = max(0.0, float(np.quantile(known, 1.0 - aim))) if len(known) >= LEAST_HOURS else 1.0
        factors[day] = factor
        here = seen[day][judged[day]]
        if len(here):
            aim = min(max(aim + STEP * (MISSED - float((here > factor).mean())), 1e-3), 0.5)
            known.extend(here)
    return factors
