"""Compare: what differs between runs, and what of that is more than chance.

Every run is compared with the first, KPI by KPI: pair by pair of replications where both ran under common random
numbers, else as independent samples.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.measure.statistics import t_quantile
from sim.study.variants import Figures, Floats

BETTER, WORSE, HIGHER, LOWER, UNTOLD = "better", "worse", "higher", "lower", "cannot tell"
MOST_MORE = 1_000_000
"""replications beyond which nobody would wait for a verdict"""


class Measure(NamedTuple):
    """A KPI that runs are compared by."""

    key: str
    label: str
    unit: str
    """that of money is the currency of the run"""
    direction: int
    """1: more is better, -1: less is better, 0: neither by itself"""


MONEY = "money"
NET = "net"
MEASURES = (
    Measure("service_level", "Service level", "share", 1),
    Measure("asa_s", "Speed of answer (ASA)", "s", -1),
    Measure("abandonment_rate", "Abandonment", "share", -1),
    Measure("occupancy", "Occupancy", "share", 0),
    Measure("aht_s", "Handle time (AHT)", "s", 0),
    Measure("csat", "CSAT", "share", 1),
    Measure("fcr", "FCR", "share", 1),
    Measure("nps", "NPS", "points", 1),
    Measure("repeat_rate", "Repeats, of offered", "share", -1),
    Measure("cost_per_resolved", "Cost per resolved", MONEY, -1),
    Measure(NET, "Net per week", MONEY, 1),
)
NET_TERMS = ("net_per_week", "value_lost", "cases_closed", "repeats_owed")
"""What the net is made of: see `net`."""
NEEDED = (*(each.key for each in MEASURES if each.key != NET), *NET_TERMS)
"""The KPIs whose sums a run must bring; those that it has not are not compared."""


class Days(NamedTuple):
    """Service level and agents by interval of the whole center, each of shape (intervals,); nan = no contacts."""

    start_s: Floats
    """since midnight of day 1"""
    level: Floats
    level_half: Floats
    agents: Floats
    agents_half: Floats
    """half-widths of the run's own intervals"""
    figures: tuple[Figures, Figures] | None
    """of level and agents, by replication, where they are known: shape (replications, intervals)"""


class Side(NamedTuple):
    """A run to compare."""

    name: str
    config: dict[str, Any]
    """the composed scenario"""
    numbers: NDArray[np.int64]
    """of the replications"""
    sums: dict[str, tuple[Floats, Floats]]
    """KPI -> top and bottom by replication, each of shape (replications,)"""
    currency: str | None
    days: Days | None
    version: str = ""
    """of the program"""

    def of(self, key: str, rows: NDArray[np.intp] | slice = slice(None)) -> Figures:
        """One KPI's figures, shape (replications, 1)."""
        top, bottom = self.sums[key]
        return Figures(top[rows, None], bottom[rows, None])


def net(sums: dict[str, tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Top and bottom of the net per week, with the cases settled that are still open when the run ends.

    Each caller who will call again is charged with the value that a closed case has lost on average in the same
    replication, as in `sim.study.argument.with_net`; else whatever leaves more cases open looks better than it is.
    """
    top, weeks = sums["net_per_week"]
    lost, cases, owed = (sums[key][0] for key in NET_TERMS[1:])
    return top - owed * np.divide(lost, cases, out=np.zeros_like(lost), where=cases > 0.0), weeks


class Difference(NamedTuple):
    """How far a KPI of one run is above that of another."""

    mean: float
    low: float
    high: float
    """limits of an interval for this KPI alone"""
    p: float
    """of a difference at least this large if there were none; nan where nothing can be said"""
    replications: int
    """pairs, or the smaller of two numbers of replications"""
    deviation: float
    """standard deviation of the difference of one replication of each"""
    reduction: float
    """variance of such a difference between independent replications over that between pairs; nan where unpaired"""


def paired(one: Figures, base: Figures, confidence: float) -> Difference:
    """The difference of runs of the same replications; see `Figures.less` for the interval."""
    found = one.less(base, confidence)
    n = len(one.tops)
    spread = linear(one) - linear(base)
    variance = float(np.square(spread).sum()) / (n - 1)
    apart = _variance(one) + _variance(base)
    reduction = apart / variance if variance > 0.0 else math.nan
    mean = float(found.mean[0])
    p = p_value(mean, math.sqrt(variance / n), n - 1.0)
    return Difference(mean, float(found.low[0]), float(found.high[0]), p, n, math.sqrt(variance), reduction)


def unpaired(one: Figures, base: Figures, confidence: float) -> Difference:
    """The difference of independent runs: limits ± t se, se² = s1²/n1 + s2²/n2, each s² by the delta method.

    Degrees of freedom se⁴ / (s1⁴/(n1²(n1-1)) + s2⁴/(n2²(n2-1))). Source: Welch 1947, Biometrika 34, 28-35.
    """
    sizes = (len(one.tops), len(base.tops))
    parts = [_variance(each) / n for each, n in zip((one, base), sizes, strict=True)]
    mean = float(one.mean()[0] - base.mean()[0])
    squared = sum(parts)
    least = sum(part**2 / (n - 1.0) for part, n in zip(parts, sizes, strict=True))
    freedom = squared**2 / least if least > 0.0 else float(min(sizes) - 1)
    error = math.sqrt(squared)
    half = float(t_quantile(confidence, np.array(freedom))) * error
    deviation = math.sqrt(_variance(one) + _variance(base))
    p = p_value(mean, error, freedom)
    return Difference(mean, mean - half, mean + half, p, min(sizes), deviation, math.nan)


def linear(figures: Figures) -> Floats:
    """What each replication adds to a ratio of sums, to first order: (x - R y) / mean y."""
    bottom = figures.bottoms.mean(axis=0)
    rest = figures.tops - figures.mean() * figures.bottoms
    return np.asarray(np.divide(rest, bottom, out=np.zeros_like(rest), where=bottom > 0.0))


def _variance(figures: Figures) -> float:
    return float(np.square(linear(figures)).sum()) / (len(figures.tops) - 1)


def p_value(mean: float, error: float, freedom: float) -> float:
    """Of Student's t, two-sided: 1 where nothing differs, 0 where everything differs alike."""
    from scipy.special import stdtr

    if math.isnan(mean) or math.isnan(error):
        return math.nan
    if mean == 0.0 or error == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    return 2.0 * float(stdtr(freedom, -abs(mean) / error))


def holm(p: Sequence[float]) -> list[float]:
    """p-values adjusted so that all verdicts hold together: largest of (m - k + 1) p(k) up to each, at most 1.

    nan (nothing to test) stays, and does not count. Source: Holm 1979, Scandinavian Journal of Statistics 6, 65-70.
    """
    order = sorted((k for k in range(len(p)) if not math.isnan(p[k])), key=lambda k: p[k])
    adjusted, largest = [math.nan] * len(p), 0.0
    for rank, k in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p[k]))
        adjusted[k] = largest
    return adjusted


def verdict(mean: float, p: float, level: float, direction: int) -> str:
    """What a difference means for a planner."""
    if math.isnan(p) or p > level or mean == 0.0:
        return UNTOLD
    if direction == 0:
        return HIGHER if mean > 0.0 else LOWER
    return BETTER if mean * direction > 0.0 else WORSE


def still_needed(difference: Difference, level: float) -> float | None:
    """Replications of each run that are still to be made until a difference as large as it seems is told.

    n = (t s / |d|)² less those that there are, t the two-sided quantile of that level with n - 1 degrees of freedom;
    then the chance of being told is about one half. None where there is no difference, inf beyond `MOST_MORE`.
    """
    if not difference.deviation > 0.0 or difference.mean == 0.0 or math.isnan(difference.mean):
        return None
    ratio = difference.deviation / abs(difference.mean)

    def told(n: int) -> bool:
        return n >= (float(t_quantile(1.0 - level, np.array(n - 1.0))) * ratio) ** 2

    least, most = difference.replications, difference.replications + MOST_MORE
    if not told(most):
        return math.inf
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if told(middle) else (middle, most)
    return float(most - difference.replications)


class Comparison(NamedTuple):
    """Runs compared with the first of them."""

    sides: Sequence[Side]
    why_not: Sequence[str | None]
    """for each of them but the first, why it cannot be paired with the first; None = it is"""
    pairs: Sequence[int]
    """for each of them but the first, the replications that are compared"""
    frame: pl.DataFrame
    """see `table`"""
    confidence: float


def compare(sides: Sequence[Side], why_not: Sequence[str | None], confidence: float) -> Comparison:
    """Every run against the first. All verdicts of all runs hold together with this confidence (Holm)."""
    base, rows, found, pairs = sides[0], [], [], []
    for side, reason in zip(sides[1:], why_not, strict=True):
        common, mine, theirs = np.intersect1d(side.numbers, base.numbers, return_indices=True)
        pairs.append(len(common) if reason is None else min(len(side.numbers), len(base.numbers)))
        for measure in shared(side, base):
            if reason is None:
                one, other = side.of(measure.key, mine), base.of(measure.key, theirs)
                difference = paired(one, other, confidence)
            else:
                one, other = side.of(measure.key), base.of(measure.key)
                difference = unpaired(one, other, confidence)
            found.append((measure, difference))
            rows.append(_row(measure, side, base, one, other, difference, reason is None))
    frame = table(rows, found, 1.0 - confidence)
    return Comparison(sides, why_not, pairs, frame, confidence)


def shared(side: Side, base: Side) -> list[Measure]:
    """The KPIs that both runs have; those of money in the same currency, named as their unit."""
    found = [each for each in MEASURES if each.key in side.sums and each.key in base.sums]
    if side.currency != base.currency:
        found = [each for each in found if each.unit != MONEY]
    return [each._replace(unit=side.currency or MONEY) if each.unit == MONEY else each for each in found]


def _row(
    measure: Measure, side: Side, base: Side, one: Figures, other: Figures, difference: Difference, pairs: bool
) -> dict[str, Any]:
    return {
        "base": base.name,
        "run": side.name,
        "kpi": measure.key,
        "label": measure.label,
        "unit": measure.unit,
        "base_value": float(other.mean()[0]),
        "value": float(one.mean()[0]),
        "difference": difference.mean,
        "low": difference.low,
        "high": difference.high,
        "paired": pairs,
        "replications": difference.replications,
        "p": difference.p,
        "variance_reduction": difference.reduction,
    }


def table(rows: Sequence[dict[str, Any]], found: Sequence[tuple[Measure, Difference]], alpha: float) -> pl.DataFrame:
    """A row for each run but the first and each KPI.

    Columns base, run, kpi, label, unit, base_value, value, difference, low, high (an interval for this KPI alone),
    paired, replications, p, variance_reduction, p_holm, verdict (at family-wise error alpha), replications_more: at
    the level that Holm's procedure asks of those that are not told; inf = beyond reach, null = told, or no difference.
    """
    adjusted = holm([each.p for _, each in found])
    left = sum(not p <= alpha for p in adjusted if not math.isnan(p))
    done = []
    for row, (measure, difference), p in zip(rows, found, adjusted, strict=True):
        said = verdict(difference.mean, p, alpha, measure.direction)
        more = still_needed(difference, alpha / max(left, 1)) if said == UNTOLD else None
        done.append(row | {"p_holm": p, "verdict": said, "replications_more": None if more is None else float(more)})
    frame = pl.DataFrame(done, infer_schema_length=None).with_columns(pl.col("replications_more").cast(pl.Float64))
    return frame.with_columns(pl.selectors.float().fill_nan(None))


class Course(NamedTuple):
    """How far one run is above another by interval, with limits, each of shape (intervals,)."""

    start_s: Floats
    level: tuple[Floats, Floats, Floats]
    agents: tuple[Floats, Floats, Floats]
    paired: bool


def course(side: Side, base: Side, confidence: float) -> Course | None:
    """The difference by interval of the day; None where the two have not the same intervals.

    Paired where both runs have their replications by interval, else from the runs' own half-widths: ± sqrt(h1² +
    h2²), which is too wide where the runs share random numbers.
    """
    a, b = side.days, base.days
    if a is None or b is None or not np.array_equal(a.start_s, b.start_s):
        return None
    if a.figures is not None and b.figures is not None:
        found = [one.less(other, confidence) for one, other in zip(a.figures, b.figures, strict=True)]
        level, agents = ((each.mean, each.low, each.high) for each in found)
        return Course(a.start_s, level, agents, True)
    parts = []
    for (one, half), (other, half_other) in (
        ((a.level, a.level_half), (b.level, b.level_half)),
        ((a.agents, a.agents_half), (b.agents, b.agents_half)),
    ):
        both = np.hypot(half, half_other)
        parts.append((one - other, one - other - both, one - other + both))
    return Course(a.start_s, parts[0], parts[1], False)


def course_table(sides: Sequence[Side], courses: Sequence[Course | None]) -> pl.DataFrame:
    """A row for each run but the first, figure and interval: day (from 1), interval_start (s), difference, limits."""
    frames = []
    for side, found in zip(sides[1:], courses, strict=True):
        if found is None:
            continue
        for key, unit, (mean, low, high) in (("service_level", "share", found.level), ("staffed", "agents", found.agents)):
            frames.append(pl.DataFrame({
                "run": side.name, "figure": key, "unit": unit,
                "day": (found.start_s // 86_400).astype(np.int64) + 1,
                "interval_start": (found.start_s % 86_400).astype(np.int64),
                "difference": mean, "low": low, "high": high, "paired": found.paired,
            }))  # fmt: skip
    columns = ("run", "figure", "unit", "day", "interval_start", "difference", "low", "high", "paired")
    frame = pl.concat(frames) if frames else pl.DataFrame({name: [] for name in columns})
    return frame.with_columns(pl.selectors.float().fill_nan(None))
