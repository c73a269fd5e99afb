"""The record of every call that each peer hands over, and what is counted from it: the same code for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from models import DAY_S, ERLANG_A, TWO_SKILLS, WITHIN_S, Center
from numpy.typing import NDArray

BATCH_S = 7200.0
"""24 to 40 mean talks. The first batch of a day (it starts empty) and the last (cut off) are left out."""
CHANCE = 0.001
"""that any of a run's figures is called wrong although all are right"""

Floats = NDArray[np.float64]


class Calls(NamedTuple):
    """The calls of one day, in any order; who is still waiting or talking when the day ends may be missing."""

    arrived: Floats
    waited: Floats
    abandoned: NDArray[np.bool_]
    kind: NDArray[np.int64]
    """class of caller"""


def of_rows(rows: list[tuple[float, float, bool, int]]) -> Calls:
    """Calls from rows (arrived, waited, abandoned, class)."""
    arrived, waited, abandoned, kind = np.array(rows, np.float64).reshape(-1, 4).T
    return Calls(arrived, waited, abandoned.astype(bool), kind.astype(np.int64))


class Measure(NamedTuple):
    """A share or mean of the calls of a class: what each call adds to it."""

    name: str
    kind: int
    of: Callable[[Calls], Any]


def measures(center: Center) -> list[Measure]:
    """What is held against the exact answer."""
    every: dict[str, Callable[[Calls], Any]] = {
        "abandoned": lambda calls: calls.abandoned,
        "waited": lambda calls: calls.waited > 0.0,
        "mean wait s": lambda calls: calls.waited,
    }
    if center is ERLANG_A:
        every["within 18 s"] = lambda calls: ~calls.abandoned & (calls.waited <= WITHIN_S)
        return [Measure(name, 0, of) for name, of in every.items()]
    return [Measure(f"{name} {c + 1}", c, of) for name, of in every.items() for c in range(len(TWO_SKILLS.rates))]


def batches(calls: Calls, wanted: list[Measure]) -> Floats:
    """(number of calls, sum) by measure and batch of a day, by time of arrival; shape (measures, batches, 2)."""
    edges = np.arange(BATCH_S, DAY_S - BATCH_S + 1.0, BATCH_S)
    parts = []
    for measure in wanted:
        own = calls.kind == measure.kind
        number, _ = np.histogram(calls.arrived[own], edges)
        total, _ = np.histogram(calls.arrived[own], edges, weights=np.asarray(measure.of(calls), float)[own])
        parts.append(np.stack([number, total], axis=1))
    return np.stack(parts)


class Held(NamedTuple):
    """A figure beside the exact one."""

    name: str
    value: float
    error: float
    """standard error"""
    exact: float

    @property
    def off(self) -> float:
        """Standard errors from exact."""
        return (self.value - self.exact) / self.error if self.error > 0.0 else float("inf")


def held(parts: Floats, wanted: list[Measure], exact: Mapping[str, float]) -> list[Held]:
    """Each measure from its batches, shape (measures, batches, 2): sum over number, by the delta method."""
    found = []
    for measure, rows in zip(wanted, parts, strict=True):
        number, total = rows.sum(axis=0)
        mean = total / number
        residuals = rows[:, 1] - mean * rows[:, 0]
        error = np.sqrt(len(rows) / (len(rows) - 1) * (residuals**2).sum()) / number
        found.append(Held(measure.name, float(mean), float(error), exact[measure.name]))
    return found


def allowed(figures: int, count: int) -> float:
    """Standard errors that none of so many figures may be off, each from so many batches (Student, Bonferroni)."""
    from scipy.stats import t

    return float(t.ppf(1.0 - CHANCE / 2.0 / figures, count - 1))
