"""What the argument found, in words: the answer, how sure it is, and which assumptions it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from sim.report import written
from sim.study.argument import NET, Trial, Turn, Verdict
from sim.study.variants import NET_PER_WEEK

SOLID = 0.9
"""share of the sets of assumptions in which the best target must be among the best to be named without a proviso"""


class Argument(NamedTuple):
    """What the study found."""

    scenario: str
    targets: Sequence[float]
    """from loose to tight"""
    staffing: Sequence[float]
    middle: int
    """which of them the conclusions are drawn at"""
    frame: pl.DataFrame
    """see `sim.study.argument.table`"""
    turns: Sequence[Turn]
    """one for each staffing"""
    tried: Sequence[Trial]
    verdict: Verdict | None
    confidence: float

    @property
    def turn(self) -> Turn:
        """The turning point at the middle staffing."""
        return self.turns[self.middle]

    def of(self, kpi: str, staffing: float) -> pl.DataFrame:
        """The rows of a KPI at a staffing, from loose to tight."""
        return self.frame.filter(pl.col("kpi") == kpi, pl.col("staffing") == staffing)


def seconds(targets: Sequence[float]) -> str:
    """Targets as words: "300 s", "330 and 300 s", "330, 300 and 270 s"."""
    texts = [f"{each:g}" for each in targets]
    told = texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + " and " + texts[-1]
    return f"{told}{written.GLUE}s"


def headline(result: Argument) -> str:
    """The answer in one sentence."""
    best, first, last = result.turn, result.targets[0], result.targets[-1]
    if len(best.alike) == len(result.targets):
        return "Which handle-time target is best cannot be told from chance; take more replications"
    ends = [target for target in (first, last) if target != best.target and target in best.alike]
    so_far = "As far as can be told, " if ends else ""
    if not so_far and result.verdict is not None and result.verdict.near < SOLID:
        so_far = "Under these assumptions "
    if best.inside:
        told = f"a tighter handle-time target pays down to {seconds([best.target])}, then costs"
    elif best.target == last:
        told = f"a tighter handle-time target pays throughout, down to {seconds([last])}"
    else:
        told = f"no handle-time target tighter than {seconds([best.target])} pays here"
    return so_far + told if so_far else told[0].upper() + told[1:]


def lines(result: Argument) -> list[str]:
    """What was found, in sentences: the turning points, how sure they are, and what they rest on."""
    unit = unit_of(result)
    told = []
    for heads, each in zip(result.staffing, result.turns, strict=True):
        others = [target for target in each.alike if target != each.target]
        sure = f"; cannot tell it from {seconds(others)}" if others else "; better than every other target"
        told.append(f"Best target with {staff_words(heads)}: {seconds([each.target])}{sure}.")
    best = result.turn
    for name, target, (mean, low, high) in (("loosest", result.targets[0], best.loosest),
                                            ("tightest", result.targets[-1], best.tightest)):
        if target != best.target:
            told.append(f"With this staff the best is {_money(mean, unit)} {period_of(result)} above the {name} "
                        f"({seconds([target])}), interval {_money(low, unit)} to {_money(high, unit)}.")
    if result.verdict is not None:
        told += _assumptions(result, result.verdict)
    return told


def _assumptions(result: Argument, found: Verdict) -> list[str]:
    n = found.sets
    told = [f"Under {n} other sets of the three assumed coefficients the best target lies inside in "
            f"{round(found.inside * n)}, at the loosest in {round(found.loosest * n)}, at the tightest in "
            f"{round(found.tightest * n)}; in {round(found.near * n)} of them {seconds([result.turn.target])} "
            "cannot be told from the best."]
    steps = [abs(a - b) for a, b in zip(result.targets, result.targets[1:], strict=False)]
    rests = found.rests_on(min(steps))
    if rests:
        moved = "; ".join(f"{key}: from {found.effects[key][0]:.0f} to {found.effects[key][1]:.0f}{written.GLUE}s"
                          for key in rests)
        told.append("The turning point depends on assumed coefficients, so it is no finding. Mean best target with "
                    f"each at its lowest and at its highest: {moved}.")
    still = [key for key in found.effects if key not in rests]
    if still:
        told.append(f"It hardly depends on {', '.join(still)} (by less than a step between targets).")
    return told


def staff_words(heads: float) -> str:
    if heads == 1:
        return "this staff"
    return f"{abs(100 * (heads - 1)):.0f}{written.GLUE}% {'more' if heads > 1 else 'less'} staff"


def unit_of(result: Argument) -> str:
    return str(result.frame.filter(pl.col("kpi") == NET)["unit"][0])


def period_of(result: Argument) -> str:
    """What sums of money are for: "a week", or "in the run" where it is not of whole weeks."""
    weekly = result.frame.filter(pl.col("kpi") == NET_PER_WEEK).height > 0
    return "a week" if weekly else "in the run"


def _money(value: float, unit: str) -> str:
    """An amount to the nearest ten: these are differences of large sums."""
    text = f"{round(value, -1) + 0.0:,.0f}".replace("-", written.MINUS)  # + 0.0: no minus before 0
    return f"{text}{written.GLUE}{written.short(unit, 8)}"


def against(net: Mapping[str, Any]) -> str:
    """How far a net is above the loosest target's: "-1,590 EUR ± 980"."""
    half = (net["change_high"] - net["change_low"]) / 2 if net["change_high"] is not None else 0.0
    return f"{_money(net['change'], net['unit'])} ± {abs(round(half, -1)):,.0f}"


def summary(result: Argument) -> str:
    """The terminal's table and sentences."""
    heads = result.staffing[result.middle]
    keys = ("service_level", "asa_s", "aht_s", "fcr", "csat", "repeat_rate", "cost_per_resolved")
    names = ("Service level", "ASA", "AHT", "FCR", "CSAT", "Repeats", "Per resolved", "Net against the loosest target")
    rows = [["Target", *names]]
    for target in result.targets:
        own = {row["kpi"]: row for row in result.frame.filter(
            pl.col("staffing") == heads, pl.col("target_s") == target).iter_rows(named=True)}
        net = own[NET]
        cells = [f"{target:g} s", *(written.figure(own[key]["mean"], own[key]["unit"]) for key in keys)]
        mark = "best" if target == result.turn.target else "cannot tell" if target in result.turn.alike else ""
        cells.append(f"{against(net).rjust(22)}  {mark}")
        rows.append(cells)
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    last = len(widths) - 1
    said = ["  ".join(cell.rjust(w) if k < last else cell for k, (cell, w) in enumerate(zip(row, widths, strict=True)))
            for row in rows]
    return "\n".join([headline(result) + ".", "", *(line.rstrip() for line in said), "", *lines(result)])
