"""Objectives: which KPI is to be how: as large or as small as can be, or on one side of a limit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from sim.loading.refusal import Refused, did_you_mean
from sim.measure.kpis import Kpi
from sim.study.sweeps.pareto import direction

_LIMIT = re.compile(r"\s*([A-Za-z_]\w*)\s*(>=|<=)\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(%?)\s*")


class Objective(NamedTuple):
    """A KPI that is to be as large, or as small, as can be."""

    kpi: Kpi
    sign: int
    """1: more is better, -1: less is better"""

    @property
    def key(self) -> str:
        """Of its KPI."""
        return self.kpi.key

    @property
    def word(self) -> str:
        """As it is written on the command line."""
        return f"{'-' if self.sign < 0 else ''}{self.key}"


class Limit(NamedTuple):
    """A KPI that is to be on one side of a limit."""

    kpi: Kpi
    sign: int
    """1: at least, -1: at most"""
    value: float

    @property
    def key(self) -> str:
        """Of its KPI."""
        return self.kpi.key

    @property
    def word(self) -> str:
        """As it is written on the command line."""
        return f"{self.key}{'>=' if self.sign > 0 else '<='}{self.value:g}"


def objectives(text: str, setting: str, kpis: Sequence[Kpi]) -> tuple[Objective, ...]:
    """What `service_level,csat,-operating_cost` asks for. Raises Refused, `setting` being the key in its line."""
    words = [word.strip() for word in text.strip().strip("[]").split(",") if word.strip()]
    if not words:
        raise Refused(f"command line: {setting}={text}: names no KPI; docs/kpis.md lists them")
    found = []
    for word in words:
        key = word.lstrip("+-")
        kpi = _known(key, f"{setting}={text}", kpis)
        sign = {"-": -1, "+": 1}.get(word[0]) or direction(key)
        if not sign:
            raise Refused(
                f"command line: {setting}={text}: is more or less of {key} better? write +{key} or -{key}"
            )
        found.append(Objective(kpi, sign))
    if len({each.key for each in found}) < len(found):
        raise Refused(f"command line: {setting}={text}: a KPI is named twice")
    return tuple(found)


def limits(text: str, setting: str, kpis: Sequence[Kpi]) -> tuple[Limit, ...]:
    """What `service_level>=0.8,asa_s<=30` asks for; a share may be written 80%. Raises Refused."""
    found = []
    for word in text.strip().strip("[]").split(","):
        match = _LIMIT.fullmatch(word)
        if match is None:
            raise Refused(
                f"command line: {setting}={text}: write a KPI, >= or <=, and a number: '{setting}=service_level>=0.8'"
            )
        key, side, number, percent = match.groups()
        kpi = _known(key, f"{setting}={text}", kpis)
        value = float(number) / (100.0 if percent else 1.0)
        if not math.isfinite(value) or (kpi.unit == "share" and not 0.0 <= value <= 1.0):
            raise Refused(f"command line: {setting}={text}: {key} is a share, from 0 to 1 (0.8 is 80 %)")
        found.append(Limit(kpi, 1 if side == ">=" else -1, value))
    return tuple(found)


def _known(key: str, typed: str, kpis: Sequence[Kpi]) -> Kpi:
    by = {kpi.key: kpi for kpi in kpis}
    if key not in by:
        near = did_you_mean(key, by) or "; docs/kpis.md lists them"
        raise Refused(f"command line: {typed}: this scenario has no KPI {key}{near}")
    return by[key]


def default_kpi(kpis: Sequence[Kpi]) -> str:
    """What a point is chosen by where nothing is said: the net, or without prices the service level."""
    keys = {kpi.key for kpi in kpis}
    return next((key for key in ("net_per_week_settled", "net_settled", "csat") if key in keys), "service_level")


def zone(kpi: Kpi, scale: float) -> float:
    """A difference of a KPI that nobody would move for: the indifference zone where none is given.

    Half a point of a share, a second, half a point of a score from -100 to 100; else 0.5 % of `scale` (what running
    the center costs, or the KPI itself) rounded to 1, 2 or 5 times a power of ten, so that chance hardly has a say.
    """
    fixed = {"share": 0.005, "s": 1.0, "points": 0.5, "0-1": 0.005, "score": 0.02, "ratio": 0.005}
    if kpi.unit in fixed:
        return fixed[kpi.unit]
    size = 0.005 * abs(scale)
    if not size > 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(size))
    return power * min((1.0, 2.0, 5.0, 10.0), key=lambda step: abs(math.log(size / power / step)))
