"""Pilot: how long a live test of one way of working against another must run to see the difference between them.

Power by simulation: pilots are put together from simulated days drawn with replacement, judged by the test that an
analyst would do, and counted when the test finds the difference with the right sign. The same with the first way of
working in both arms says how often the test finds something where there is nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import key
from sim.measure.evidence import t_quantile
from sim.measure.kpis import Kpi
from sim.study.comparison.differences import UNTOLD, Difference, holm, paired, verdict
from sim.study.comparison.pilot_days import KPIS, LOTS, PilotDays
from sim.study.variants import Figures, Floats

Split = Literal["callers", "days"]
PILOTS = 2_000
RESAMPLES = 400
BEYOND = 10
"""Pilots longer than this many times the longest simulated are not spoken of."""
LEAST = 4
"""Days, or stretches of days, in either arm without which nobody would judge days by each other."""
LOUD = 0.075
"""Share of false alarms from which too few replications make pilots look shorter than they must be."""
SURVEYS = ("csat_surveyed",)
UNSEEN = ("csat_said",)
"""What no center sees; for reference."""
SHARED = ("service_level", "asa_s", "abandonment_rate")
"""What arms that wait in one queue have in common, so that only whole days can be compared."""


class Asked(NamedTuple):
    """What is asked of a pilot."""

    share: float = 0.5
    """of the callers, or days, that are handled in the new way"""
    power: float = 0.8
    kpis: tuple[str, ...] = KPIS
    max_days: int = 90
    """longest pilot that is simulated"""

    @property
    def powers(self) -> tuple[float, ...]:
        """The powers for which lengths are given: the one asked for, and 90 % if that is more."""
        return (self.power, 0.9) if self.power < 0.9 else (self.power,)


class Need(NamedTuple):
    """How long a pilot must run for a power."""

    power: float
    days: float
    """inf = longer than is spoken of"""
    low: float
    high: float
    """limits of `days`, as far as the simulated difference and the spread of days are known"""
    beyond: bool
    """longer than any simulated pilot: by the normal approximation"""


class Found(NamedTuple):
    """What pilots find of one KPI in one design."""

    run: str
    kpi: Kpi
    split: Split
    difference: Difference
    """between the ways of working, from paired replications"""
    told: bool
    """whether that can be told from none, together with all others (Holm)"""
    days: NDArray[np.int64]
    """lengths of the pilots, shape (lengths,)"""
    power: Floats
    """share of pilots that find it; nan where it is not told, or where no test can be done"""
    false: Floats
    """share of pilots of two like arms that find something"""
    needs: tuple[Need, ...]
    """one for each power; none where it is not told"""
    callers: float
    """a day, in both arms"""
    counted: float
    """contacts, or answers, that the KPI rests on a day, in both arms"""


class Pilot(NamedTuple):
    """Pilots of every other run against the first."""

    asked: Asked
    found: Sequence[Found]
    block: int
    """days that stay together: those of the scenario"""
    replications: int
    confidence: float
    heads: Mapping[str, str]
    """run -> what it changes in how many agents there are, which all callers share; not there = nothing"""
    pilots: int = PILOTS


def found(
    run: str, kpis: Sequence[Kpi], one: PilotDays, base: PilotDays, asked: Asked, heads: str, block: int,
    confidence: float, seed: int, pilots: int = PILOTS,
) -> list[Found]:  # fmt: skip
    """What pilots of `one` against `base` find, KPI by KPI: split by callers, where that can be, and by days.

    `seed` is the scenario's; `block` its days; `heads` see `Pilot`.
    """
    kpis = [kpi for kpi in kpis if kpi.key in one.days and kpi.key in base.days]
    differences = [paired(_figures(one, kpi.key), _figures(base, kpi.key), confidence) for kpi in kpis]
    adjusted = holm([each.p for each in differences])
    random = np.random.default_rng(int(key(seed, "pilot", run)[0]))
    lengths = np.arange(1, math.ceil(asked.max_days / block) + 1)
    replications = len(one.callers)
    day = random.integers(replications, size=(2, pilots, len(lengths)))
    lot = random.integers(LOTS, size=(pilots, len(lengths)))
    again = random.multinomial(replications, np.full(replications, 1.0 / replications), size=RESAMPLES)
    done = []
    for kpi, difference, p in zip(kpis, differences, adjusted, strict=True):
        said = verdict(difference.mean, p, 1.0 - confidence, 1) != UNTOLD
        sign = math.copysign(1.0, difference.mean) if said else math.nan
        for split in splits(kpi.key, one, heads):
            if split == "callers":
                power, false = _by_callers(one, base, kpi.key, day[0], lot, sign, confidence)
            else:
                power, false = _by_days(one, base, kpi.key, day, asked.share, sign, confidence)
            arms = [each.whole[kpi.key] if split == "callers" else each.days[kpi.key] for each in (one, base)]
            volume = [each.callers.mean() / block for each in (one, base)]
            counts = [each.days[kpi.key][:, 2].mean() / block for each in (one, base)]
            done.append(Found(
                run, kpi, split, difference, said, lengths * block, power, false,
                tuple(_need(level, power, arms, again, asked, block, confidence) for level in asked.powers if said),
                float(np.average(volume, weights=[asked.share, 1.0 - asked.share])),
                float(np.average(counts, weights=[asked.share, 1.0 - asked.share])),
            ))  # fmt: skip
    return done


def splits(kpi: str, days: PilotDays, heads: str) -> tuple[Split, ...]:
    """The designs by which this KPI can be compared."""
    return ("days",) if heads or kpi in SHARED or kpi not in days.whole else ("callers", "days")


def _figures(days: PilotDays, kpi: str) -> Figures:
    return Figures(days.days[kpi][:, 1, None], days.days[kpi][:, 2, None])


# ---------------------------------------------------------------- many pilots


def significant(one: Floats, base: Floats, confidence: float) -> tuple[Floats, NDArray[np.bool_]]:
    """The difference of two arms, and whether it is told; from `SUMS` in the last axis, shapes as those before it.

    Ratio of sums x/y in each arm, its variance by linearisation over the units, n/(n-1) sum (x - R y)² / (sum y)²;
    two-sided t test with Welch's degrees of freedom. For shares of callers it is the test of two proportions, unpooled.
    nan where an arm has fewer than two units. Source: Cochran 1977, Sampling Techniques, 3rd ed., 2.11 and 9A.
    """
    ratio, variance, units = zip(*(_ratio(each) for each in (one, base)), strict=True)
    difference, error2 = ratio[0] - ratio[1], variance[0] + variance[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        least = variance[0] ** 2 / (units[0] - 1.0) + variance[1] ** 2 / (units[1] - 1.0)
        freedom = np.where(least > 0.0, error2**2 / least, units[0] + units[1] - 2.0)
        known = np.isfinite(error2)
        limit = t_quantile(confidence, np.where(known, freedom, 1.0))
        told = known & (difference != 0.0) & (np.abs(difference) >= limit * np.sqrt(error2))
    return np.where(known, difference, np.nan), told


def _ratio(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """The figure, its variance and the number of units; nan with fewer than two units."""
    n, x, y, xx, xy, yy = np.moveaxis(sums, -1, 0)
    enough = n > 1.5
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(enough, x / y, np.nan)
        rest = np.maximum(xx - 2.0 * ratio * xy + ratio**2 * yy, 0.0)
        return ratio, np.asarray(n / (n - 1.0) * rest / y**2), n


def _by_callers(
    one: PilotDays, base: PilotDays, kpi: str, day: NDArray[np.int64], lot: NDArray[np.int64], sign: float,
    confidence: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Power and false alarms by length, where callers are split on the same days."""
    rest = (base.whole[kpi][:, None] - base.part[kpi])[day, lot].cumsum(axis=1)
    arms = [each.part[kpi][day, lot].cumsum(axis=1) for each in (one, base)]
    return _shares(arms, rest, sign, confidence)


def _by_days(
    one: PilotDays, base: PilotDays, kpi: str, day: NDArray[np.int64], share: float, sign: float, confidence: float
) -> tuple[Floats, Floats]:
    """The same, where every day is worked wholly in one of the two ways; both arms have days of their own."""
    turn = turns(share, day.shape[-1])
    new = turn[None, :, None]
    rest = np.where(new, 0.0, base.days[kpi][day[0]]).cumsum(axis=1)
    arms = [np.where(new, each.days[kpi][day[1]], 0.0).cumsum(axis=1) for each in (one, base)]
    few = np.minimum(turn.cumsum(), (~turn).cumsum()) < LEAST
    power, false = _shares(arms, rest, sign, confidence)
    return np.where(few, np.nan, power), np.where(few, np.nan, false)


def turns(share: float, days: int) -> NDArray[np.bool_]:
    """Which days are worked in the new way, as evenly as can be; both ways occur early."""
    at = np.arange(1, days + 1)
    return np.asarray(np.floor(at * share + 0.5) > np.floor((at - 1) * share + 0.5))


def _shares(arms: Sequence[Floats], rest: Floats, sign: float, confidence: float) -> tuple[Floats, Floats]:
    difference, told = significant(arms[0], rest, confidence)
    alike, wrongly = significant(arms[1], rest, confidence)
    power = np.where(np.isnan(difference), np.nan, told & (difference * sign > 0.0)).mean(axis=0)
    false = np.where(np.isnan(alike), np.nan, wrongly).mean(axis=0)
    return (power if not math.isnan(sign) else np.full_like(power, np.nan)), false


# ---------------------------------------------------------------- how long


def _need(
    power: float, curve: Floats, arms: Sequence[Floats], again: NDArray[np.int64], asked: Asked, block: int,
    confidence: float,
) -> Need:  # fmt: skip
    """How long for this power: from the simulated pilots, or beyond them by the normal approximation."""
    short = np.flatnonzero(~(curve >= power))
    first = int(short[-1]) + 2 if len(short) else 1
    simulated = first <= len(curve)
    new, old = (each.sum(axis=0) for each in arms)
    known = float(blocks_needed(new, old, len(again[0]), asked.share, power, confidence))
    blocks = float(first) if simulated else float(max(math.ceil(known), first))
    sums = [again.astype(np.float64) @ each for each in arms]
    others = blocks_needed(sums[0], sums[1], len(again[0]), asked.share, power, confidence)
    sign = np.sign(_ratio(new)[0] - _ratio(old)[0])
    others[np.sign(_ratio(sums[0])[0] - _ratio(sums[1])[0]) != sign] = np.inf
    tail = (1.0 - confidence) / 2.0
    ends = np.quantile(others, (tail, 1.0 - tail), method="closest_observation") / known * blocks
    most = BEYOND * asked.max_days
    lengths = (blocks, max(math.floor(ends[0]), 1), math.ceil(ends[1]) if math.isfinite(ends[1]) else math.inf)
    days, low, high = (each * block if each * block <= most else math.inf for each in lengths)
    return Need(power, days, low, high, not simulated)


def blocks_needed(
    one: Floats, base: Floats, blocks: int, share: float, power: float, confidence: float
) -> NDArray[np.float64]:
    """Blocks of days until the difference of two arms is found with this power, from `SUMS` of so many blocks.

    (z + z_power)² (V1 / share + V0 / (1 - share)) / d², V the variance of a figure over one whole block, z the
    two-sided normal quantile. inf where nothing differs.
    """
    from scipy.special import ndtri

    reach = float(ndtri(0.5 + confidence / 2.0) + ndtri(power)) ** 2
    (new, spread_new, _), (old, spread_old, _) = _ratio(one), _ratio(base)
    spread = blocks * (spread_new / share + spread_old / (1.0 - share))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(new == old, np.inf, reach * spread / (new - old) ** 2), dtype=np.float64)
