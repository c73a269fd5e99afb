"""Compare: what differs between runs, and what of that is more than chance.

Every run is compared with the first, KPI by KPI: pair by pair of replications where both ran under common random
numbers, else as independent samples.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.study.comparison.differences import UNTOLD, Difference, holm, paired, still_needed, unpaired, verdict
from sim.study.variants import NET_OF_RUN, NET_PER_WEEK, Figures, Floats


class Measure(NamedTuple):
    """A KPI that runs are compared by."""

    key: str
    label: str
    unit: str
    """that of money is the currency of the run"""
    direction: int
    """1: more is better, -1: less is better, 0: neither by itself"""


MONEY = "money"
NETS = {NET_PER_WEEK: "net_per_week_settled", NET_OF_RUN: "net_settled"}
"""The net that a run has, and what it is called with its open cases settled; see `net`."""
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
    Measure(NETS[NET_PER_WEEK], "Net per week, settled", MONEY, 1),
    Measure(NETS[NET_OF_RUN], "Net of the run, settled", MONEY, 1),
)
NET_TERMS = ("value_lost", "cases_closed", "repeats_owed", "redials_owed")
"""What the net is settled with."""
NEEDED = (*(each.key for each in MEASURES if each.key not in NETS.values()), *NETS, *NET_TERMS)
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
        return Figures(top[rows, None], bottom[rows, None], self.strata, self.numbers[rows])

    @property
    def strata(self) -> int:
        """Replications that were drawn together."""
        return strata_of(self.config)


def strata_of(config: Mapping[str, Any]) -> int:
    """`sampling.strata` of a composed scenario."""
    return int((config.get("sampling") or {}).get("strata") or 1)


def net(sums: dict[str, tuple[Floats, Floats]], of: str) -> tuple[Floats, Floats]:
    """Top and bottom of the net (`of` the week or the run) with the cases settled that are open when the run ends.

    Each caller who will call again is charged with the value that a closed case has lost on average in the same
    replication, as in `sim.study.argument.with_net`; else whatever leaves more cases open looks better than it is.
    """
    top, bottom = sums[of]
    lost, cases, *open_cases = (sums[key][0] for key in NET_TERMS)
    return top - sum(open_cases) * np.divide(lost, cases, out=np.zeros_like(lost), where=cases > 0.0), bottom


def with_net(sums: dict[str, tuple[Floats, Floats]]) -> dict[str, tuple[Floats, Floats]]:
    """The same, and the settled net by week (or of the run, where it has none by week) where it can be told."""
    of = next((key for key in NETS if key in sums), None)
    if of is None or not all(key in sums for key in NET_TERMS):
        return sums
    return sums | {NETS[of]: net(sums, of)}


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
    if side.config.get("days") != base.config.get("days"):
        found = [each for each in found if each.key != NETS[NET_OF_RUN]]
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


def course(side: Side, base: Side, confidence: float, pairs: bool = True) -> Course | None:
    """The difference by interval of the day; None where the two have not the same intervals.

    Paired, over the replications that both have, where they can be paired and both keep their replications by
    interval; else from the runs' own half-widths: ± sqrt(h1² + h2²), which is too wide where the runs share random
    numbers.
    """
    a, b = side.days, base.days
    if a is None or b is None or not np.array_equal(a.start_s, b.start_s):
        return None
    if pairs and a.figures is not None and b.figures is not None:
        _, mine, theirs = np.intersect1d(side.numbers, base.numbers, return_indices=True)
        found = [
            one.at(mine).less(other.at(theirs), confidence) for one, other in zip(a.figures, b.figures, strict=True)
        ]
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
        both = (("service_level", "share", found.level), ("staffed", "agents", found.agents))
        for key, unit, (mean, low, high) in both:
            frames.append(pl.DataFrame({
                "run": side.name, "figure": key, "unit": unit,
                "day": (found.start_s // 86_400).astype(np.int64) + 1,
                "interval_start": (found.start_s % 86_400).astype(np.int64),
                "difference": mean, "low": low, "high": high, "paired": found.paired,
            }))  # fmt: skip
    columns = ("run", "figure", "unit", "day", "interval_start", "difference", "low", "high", "paired")
    frame = pl.concat(frames) if frames else pl.DataFrame({name: [] for name in columns})
    return frame.with_columns(pl.selectors.float().fill_nan(None))
