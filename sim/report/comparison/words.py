"""What a comparison found, in words: the answer, why it can be trusted how far, and the tables of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from sim.report import written
from sim.report.study_page import Sheet
from sim.study.comparison.compare import MEASURES, Comparison, Course
from sim.study.comparison.differences import BETTER, HIGHER, LOWER, UNTOLD, WORSE
from sim.study.comparison.pilot import Pilot

SHORT = {"service_level": "service level", "asa_s": "ASA", "abandonment_rate": "abandonment", "occupancy": "occupancy",
         "aht_s": "handle time", "csat": "CSAT", "fcr": "FCR", "nps": "NPS", "repeat_rate": "repeats",
         "cost_per_resolved": "cost per resolved", "net_per_week_settled": "net", "net_settled": "net"}
SAID = ((BETTER, "better in"), (WORSE, "worse in"), (HIGHER, "higher in"), (LOWER, "lower in"))
THRESHOLDS = ("within_s", "definition", "short_abandon_s")
"""goals that say what a service level counts"""
MOST = 12
"""differences of two scenarios that are listed"""


class Told(NamedTuple):
    """A comparison and what is known of its runs."""

    result: Comparison
    what: Sequence[str]
    """each run in words"""
    differences: Sequence[Sequence[tuple[str, str, str]]]
    """of each run but the first: key, value of the first, own value"""
    courses: Sequence[Course | None]
    """of each run but the first"""
    facts: Mapping[str, Any]
    """what study.json holds"""
    pilot: Pilot | None = None

    def of(self, name: str) -> list[dict[str, Any]]:
        """The rows of a run, in the order of the KPIs."""
        return list(self.result.frame.filter(pl.col("run") == name).iter_rows(named=True))

    @property
    def names(self) -> list[str]:
        """The letters of the runs."""
        return [side.name for side in self.result.sides]


def listed(words: Sequence[str]) -> str:
    """Words as a list: "a", "a and b", "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def verdicts(rows: Sequence[Mapping[str, Any]]) -> str:
    """What is told of a run: "better in ASA, worse in CSAT and FCR"; "" where nothing is."""
    parts = []
    for verdict, words in SAID:
        found = [SHORT[row["kpi"]] for row in rows if row["verdict"] == verdict]
        if found:
            parts.append(f"{words} {listed(found)}")
    return ", ".join(parts)


def headline(told: Told) -> str:
    """The answer in one sentence."""
    base, others = told.names[0], told.names[1:]
    if len(others) > 1:
        some = [name for name in others if verdicts(told.of(name))]
        if len(some) == len(others):
            return f"{listed(some)} can be told from {base}"
        return f"{listed(some) if some else 'None'} of {listed(others)} can be told from {base}"
    rows = told.of(others[0])
    staff = ", but its agents are other people" if other_people(told, 0) else ""
    if all(row["difference"] == 0.0 for row in rows):
        return f"{others[0]} and {base} do not differ in any figure"
    said = verdicts(rows)
    if said:
        return f"{others[0]} is {said} than {base}{staff}"
    return f"{others[0]} cannot be told from {base} in any figure"


def lines(told: Told) -> list[str]:
    """What was found, in sentences."""
    found = [f"{name}: {written.short(what, 200)}." for name, what in zip(told.names, told.what, strict=True)]
    several = len(told.names) > 2
    for k, name in enumerate(told.names[1:]):
        rows = told.of(name)
        if several:
            said, staff = verdicts(rows), ", but its agents are other people" if other_people(told, k) else ""
            found.append(f"{name} is {said} than {told.names[0]}{staff}." if said
                         else f"{name} cannot be told from {told.names[0]} in any figure.")
        if not other_people(told, k):  # more replications would tell the people apart, not the scenarios
            found += _untold(name, rows)
        found.append(_pairing(told, k, name, rows))
        found += _provisos(told, k, name)
    return found


def other_people(told: Told, k: int) -> bool:
    """Whether a run but the first (counted from 0) has other agents: a seed stands for a staff as well as for days."""
    return bool(told.result.sides[k + 1].config.get("seed") != told.result.sides[0].config.get("seed"))


def _untold(name: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """How many replications would settle what is open."""
    own = [row for row in rows if row["verdict"] == UNTOLD and row["replications_more"] is not None]
    if not own:
        return []
    said = listed([f"{SHORT[row['kpi']]} ({more(row['replications_more'])})" for row in own])
    return [f"Of {name} cannot be told yet: {said}. In brackets the replications still needed, if the difference is as "
            "large as it looks; the chance to tell is then about one half."]


def more(number: float | None) -> str:
    """Replications still needed: "about 140 more"; two digits are all that such a figure is worth."""
    if number is None:
        return written.NONE
    if math.isinf(number):
        return "over a million more"
    digits = max(0, math.floor(math.log10(number)) - 1)
    return f"about {round(number, -digits):,.0f} more"


def _pairing(told: Told, k: int, name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    base, pairs, reason = told.names[0], told.result.pairs[k], told.result.why_not[k]
    if reason is not None:
        sizes = f"{len(told.result.sides[k + 1].numbers):,} and {len(told.result.sides[0].numbers):,}"
        return (f"{name} and {base} are not paired, because {reason}: {sizes} replications are compared as independent "
                "samples (Welch), with wider intervals than pairs would give.")
    gains = sorted(row["variance_reduction"] for row in rows if row["variance_reduction"] is not None)
    text = f"{name} and {base} are compared in {pairs:,} pairs of replications with the same random numbers"
    if not gains:
        return f"{text}."
    first, last = (times(gain) for gain in (gains[0], gains[-1]))
    span = first if first == last else f"{first.removesuffix(' times')} to {last}"
    return f"{text}; that made the variance of the differences {span} smaller than without pairs."


def times(gain: float | None) -> str:
    """A variance reduction: "11 times", "0.8 times"."""
    if gain is None:
        return written.NONE
    return f"{gain:,.0f} times" if gain >= 9.95 else f"{gain:.1f} times"


def _provisos(told: Told, k: int, name: str) -> list[str]:
    base, side = told.result.sides[0], told.result.sides[k + 1]
    found = []
    if other_people(told, k):
        found.append(f"With another seed the agents of {name} are other people than those of {base.name}, the same in "
                     "all replications: unless all agents are alike, part of every difference and verdict is theirs, "
                     "and no number of replications takes it out. To compare the scenarios, run both with one seed.")
    keys = [key for key, *_ in told.differences[k] if key.rpartition(".")[2] in THRESHOLDS and "goals" in key]
    if keys:
        found.append(f"The service levels of {name} and {base.name} count different things ({', '.join(keys[:3])}): "
                     "their difference is not service alone.")
    if side.currency != base.currency:
        found.append(f"{name} and {base.name} have different currencies or prices in one only: money is not compared.")
    one_only = [each for each in MEASURES if (each.key in side.sums) != (each.key in base.sums)]
    if one_only:
        missing = listed(list(dict.fromkeys(SHORT[each.key] for each in one_only)))
        found.append(f"Not in both {name} and {base.name}, so not compared: {missing}.")
    if side.version != base.version:
        found.append(f"{name} and {base.name} come from different versions of the program ({side.version or '?'} and "
                     f"{base.version or '?'}): part of the differences may be the program's.")
    return found


# ---------------------------------------------------------------- figures


def amount(value: float, unit: str, half: float) -> str:
    """A difference with as many decimals as its interval is worth: "+1.16 points", "-3,320 EUR"."""
    number, tail = _number(value, unit, half), {"share": "points", "money": ""}.get(unit, written.short(unit, 8))
    plus = "+" if value > 0 else ""
    return f"{plus}{number}{written.GLUE}{tail}".rstrip(written.GLUE)


def between(low: float | None, high: float | None, unit: str) -> str:
    """The limits of a difference, without its unit: "0.73 to 1.60"."""
    if low is None or high is None:
        return written.NONE
    half = (high - low) / 2.0
    return f"{_number(low, unit, half)} to {_number(high, unit, half)}"


def _number(value: float, unit: str, half: float) -> str:
    scale = 100.0 if unit == "share" else 1.0
    decimals = min(4, max(0, 1 - math.floor(math.log10(half * scale)))) if half > 0.0 else (0 if value == 0.0 else 2)
    text = f"{scale * value:,.{decimals}f}"
    zero = not text.strip("-0.,")
    return text.lstrip("-") if zero else text.replace("-", written.MINUS)


def sheet(told: Told, name: str) -> Sheet:
    """All figures of a run beside those of the first."""
    base = told.names[0]
    rows, pairs = [], False
    for row in told.of(name):
        pairs = pairs or row["paired"]
        unit, known = row["unit"], row["difference"] is not None
        half = (row["high"] - row["low"]) / 2.0 if known and row["high"] is not None else 0.0
        rows.append([
            row["label"], written.figure(row["base_value"], unit), written.figure(row["value"], unit),
            amount(row["difference"], unit, half) if known else written.NONE, between(row["low"], row["high"], unit),
            row["verdict"], more(row["replications_more"]),
            times(row["variance_reduction"]) if row["paired"] else "not paired"])
    level = f"{100 * told.result.confidence:g} %"
    note = (f"Each {'paired ' if pairs else ''}{level} interval holds for itself; all verdicts{_all(told)} hold "
            f"together at {level} (Holm): an interval may leave out 0 where a verdict is open. Occupancy and handle "
            "time are neither better nor worse by themselves.")
    heads = ["Figure", base, name, f"{name} less {base}", "interval", "verdict", "replications", "gain of pairing"]
    return Sheet(f"{name} against {base}", heads, rows, note)


def _all(told: Told) -> str:
    return " of all runs" if len(told.names) > 2 else ""


def changed(told: Told) -> list[Sheet]:
    """What was set otherwise in each run."""
    found = []
    for name, differences in zip(told.names[1:], told.differences, strict=True):
        rows = [[written.short(text or written.NONE, 60) for text in row] for row in differences[:MOST]]
        rest = len(differences) - MOST
        note = f"{rest:,} more: see configs/." if rest > 0 else "" if rows else "Nothing: the scenarios are the same."
        found.append(Sheet(f"What differs between the scenarios of {name} and {told.names[0]}",
                           ["Key", told.names[0], name], rows, note))
    return found


def summary(told: Told) -> str:
    """What the terminal shows."""
    said = [f"{written.short(told.facts['scenario'], 60)}: {headline(told)}"]
    for name in told.names[1:]:
        said += ["", *columns(sheet(told, name), (0, 5))]
    return "\n".join([*said, "", *lines(told)])


def columns(own: Sheet, left: Sequence[int]) -> list[str]:
    """A table as lines of a terminal; `left`: the columns that begin on the left."""
    cells = [list(own.columns), *(list(row) for row in own.rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    return ["  ".join(cell.ljust(w) if k in left else cell.rjust(w) for k, (cell, w) in enumerate(
        zip(row, widths, strict=True))).rstrip() for row in cells]
