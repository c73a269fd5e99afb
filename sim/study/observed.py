"""Observed: what each replication of a scenario has shown of the whole center, for comparisons and sweeps.

The tally of a run keeps what its tables need; this keeps every replication by itself, but only of the center, so that
replications of two scenarios can be paired, more can be added, and any figure can be made of them later.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measure import Layout
from sim.measure.counts import Counting, Counts
from sim.measure.kpis import STAFF_KPIS, TEAM_CELL, Kpi, evaluate
from sim.measure.people_kpis import (
    COSTS,
    PEOPLE_CELL,
    TEAM_PEOPLE_CELL,
    all_contact_cells,
    all_team_cells,
    contact_kpis,
    interval_kpis,
    team_interval_kpis,
)
from sim.measure.sampled import whole_batches
from sim.measure.targets import judge
from sim.run import Engine, Model
from sim.scenario import build
from sim.study.comparison.compare import MEASURES, MONEY, NETS, with_net
from sim.study.variants import Figures, Floats

OPERATING = "operating_cost"
DAY_MET = Kpi("day_met", "Days that meet the service level", "share", ())
"""Of the center: days whose service level meets the goal, over days with contacts."""
BY_INTERVAL = ("offered", "service_level", "asa_s", "abandonment_rate", "csat", "pressure")
STAFF_BY_INTERVAL = ("staffed", "occupancy")
"""What is kept of each interval of the day; of people only where behavior counts."""


class Course(NamedTuple):
    """The whole center by interval of the run, replication by replication."""

    start_s: Floats
    """since midnight of day 1, (intervals,); what comes after the last interval is left out"""
    figures: Mapping[str, Figures]
    """KPI -> figures, tops and bottoms of shape (replications, intervals)"""


class Observed(NamedTuple):
    """Replications of one scenario."""

    numbers: NDArray[np.int64]
    """of the replications, each once"""
    kpis: tuple[Kpi, ...]
    figures: Figures
    """tops and bottoms of shape (replications, kpis)"""
    course: Course
    strata: int = 1
    """replications that were drawn together (`sampling.strata`)"""

    def of(self, key: str) -> Figures:
        """One KPI, shape (replications, 1). KeyError where there is none of that key."""
        k = self.places()[key]
        return Figures(self.figures.tops[:, [k]], self.figures.bottoms[:, [k]], self.strata, self.numbers)

    def by_interval(self, key: str) -> Figures:
        """A KPI by interval, shape (replications, intervals). KeyError where there is none of that key."""
        return self.course.figures[key]._replace(strata=self.strata, numbers=self.numbers)

    def in_batches(self) -> Observed:
        """The sums of whole batches, each as if it were a replication by itself, without intervals of the day."""
        if self.strata == 1:
            return self
        figures = self.figures._replace(strata=self.strata, numbers=self.numbers).batches()
        batches = np.unique(self.numbers[whole_batches(self.numbers, self.strata)] // self.strata)
        return Observed(batches, self.kpis, figures, Course(self.course.start_s, {}))

    def places(self) -> dict[str, int]:
        """KPI -> its column."""
        return {kpi.key: k for k, kpi in enumerate(self.kpis)}

    def sums(self) -> dict[str, tuple[Floats, Floats]]:
        """KPI -> top and bottom, each of shape (replications,)."""
        return {kpi.key: (self.figures.tops[:, k], self.figures.bottoms[:, k]) for k, kpi in enumerate(self.kpis)}


def center_kpis(layout: Layout) -> tuple[Kpi, ...]:
    """The KPIs that are observed: all of the center over the run, the days that meet the goal, and the settled net."""
    own = _of_contacts(layout)
    keys = {kpi.key for kpi in own}
    nets = [
        next(kpi for kpi in own if kpi.key == of)._replace(key=settled, label=_label(settled))
        for of, settled in NETS.items()
        if of in keys
    ]
    return (*own, *STAFF_KPIS, DAY_MET, *nets[:1])


def _of_contacts(layout: Layout) -> tuple[Kpi, ...]:
    """Those of contacts, and what running the center costs: hours, lines and goodwill, without customers lost."""
    own, people = contact_kpis(layout.people), layout.people
    if people is None or people.prices is None:
        return own
    return (*own, Kpi(OPERATING, "Cost of running the center", people.prices.currency, COSTS))


def _label(key: str) -> str:
    return next(measure.label for measure in MEASURES if measure.key == key and measure.unit == MONEY)


class Observing:
    """Replications taken in one by one; by interval only where that is asked for, since a year has many."""

    def __init__(self, layout: Layout, by_interval: bool = True) -> None:
        self.layout = layout
        self.by_interval = by_interval
        self.kpis = center_kpis(layout)
        self._contacts = _of_contacts(layout)
        self._in_intervals = tuple(kpi for kpi in interval_kpis(layout.people) if kpi.key in BY_INTERVAL)
        self._staff_in_intervals = tuple(
            kpi for kpi in team_interval_kpis(layout.people) if kpi.key in STAFF_BY_INTERVAL
        )
        self._numbers: list[int] = []
        self._whole: list[Floats] = []
        self._intervals: list[Floats] = []

    def begin(self, observed: Observed) -> None:
        """Take in all of an earlier `Observing` first; its intervals only if all have them."""
        self.by_interval &= len(observed.course.start_s) == self.layout.bins - 1
        self._numbers = observed.numbers.tolist()
        self._whole = list(np.stack([observed.figures.tops, observed.figures.bottoms], axis=1))
        if self.by_interval:
            each = [np.stack([of.tops, of.bottoms], axis=1) for of in observed.course.figures.values()]
            self._intervals = list(np.stack(each, axis=3))

    def add(self, counts: Counts, number: int) -> None:
        """Take in one replication."""
        layout, starts = self.layout, list(range(self.layout.bins))
        staff_cell = TEAM_PEOPLE_CELL if layout.people else TEAM_CELL
        run, staff = all_contact_cells(counts, layout, [0])[:1, 0], all_team_cells(counts, layout, [0])[:1, 0]
        days = all_contact_cells(counts, layout, layout.day_starts())
        tried, met = judge(days, layout)
        parts = [
            np.stack(evaluate(self._contacts, run, PEOPLE_CELL))[:, 0],
            np.stack(evaluate(STAFF_KPIS, staff, staff_cell))[:, 0],
            np.array([[met[0, :, 0].sum()], [tried[0, :, 0].sum()]], np.float64),
        ]
        whole = np.concatenate(parts, axis=1)
        self._whole.append(np.concatenate([whole, _settled(whole, self.kpis)], axis=1))
        self._numbers.append(number)
        if not self.by_interval:
            return
        each, teams = all_contact_cells(counts, layout, starts)[0], all_team_cells(counts, layout, starts)[0]
        intervals = np.concatenate(
            [
                np.stack(evaluate(self._in_intervals, each, PEOPLE_CELL)),
                np.stack(evaluate(self._staff_in_intervals, teams, staff_cell)),
            ],
            axis=2,
        )
        self._intervals.append(intervals[:, :-1])  # the last is what comes after the end

    def observed(self) -> Observed:
        """All that was taken in."""
        layout, n = self.layout, len(self._numbers)
        width = len(self._in_intervals) + len(self._staff_in_intervals)
        whole = np.array(self._whole).reshape(n, 2, len(self.kpis))
        bins = layout.bins - 1 if self.by_interval else 0
        slots = np.array(self._intervals).reshape(n, 2, bins, width)
        start = np.arange(bins, dtype=np.float64) * float(layout.interval_s)
        keys = [kpi.key for kpi in (*self._in_intervals, *self._staff_in_intervals)]
        course = {key: Figures(slots[:, 0, :, k], slots[:, 1, :, k]) for k, key in enumerate(keys)}
        numbers, figures = np.array(self._numbers, np.int64), Figures(whole[:, 0], whole[:, 1])
        return Observed(numbers, self.kpis, figures, Course(start, course), layout.sampled.strata)


def _settled(whole: Floats, kpis: Sequence[Kpi]) -> Floats:
    """Top and bottom of the settled net of one replication, shape (2, 1), or (2, 0) where there is none."""
    sums = {kpi.key: (whole[:1, k], whole[1:, k]) for k, kpi in enumerate(kpis[: whole.shape[1]])}
    found = with_net(sums)
    return np.array([found[key] for key in NETS.values() if key in found]).reshape(-1, 2).T


def joined(parts: Sequence[Observed]) -> Observed:
    """Replications of the same scenario put together, in the order of their numbers; each may come once."""
    first = parts[0]
    numbers = np.concatenate([part.numbers for part in parts])
    order = np.argsort(numbers, kind="stable")
    if (np.diff(numbers[order]) == 0).any():
        raise ValueError("a replication was observed twice")

    def together(figures: Sequence[Figures]) -> Figures:
        return Figures(
            np.concatenate([each.tops for each in figures])[order],
            np.concatenate([each.bottoms for each in figures])[order],
        )

    course = {key: together([part.course.figures[key] for part in parts]) for key in first.course.figures}
    return Observed(
        numbers[order],
        first.kpis,
        together([part.figures for part in parts]),
        Course(first.course.start_s, course),
        first.strata,
    )


def chosen(observed: Observed, numbers: Sequence[int]) -> Observed:
    """Only these replications, all of which are there, in this order."""
    at = {int(number): k for k, number in enumerate(observed.numbers)}
    rows = np.array([at[number] for number in numbers], np.intp)

    def of(figures: Figures) -> Figures:
        return Figures(figures.tops[rows], figures.bottoms[rows])

    course = {key: of(figures) for key, figures in observed.course.figures.items()}
    whole = Course(observed.course.start_s, course)
    return Observed(observed.numbers[rows], observed.kpis, of(observed.figures), whole, observed.strata)


class Task(NamedTuple):
    """Replications to make of a scenario, given as its composed values."""

    raw: Mapping[str, Any]
    numbers: tuple[int, ...]


def observe(task: Task) -> Observed:
    """The replications of a task, simulated."""
    scenario = build(copy.deepcopy(dict(task.raw)))
    model, layout = Model.of(scenario), Layout.of(scenario)
    engine: Engine = model.engine if scenario.engine != "auto" or scenario.python is not None else "compiled"
    observing = Observing(layout)
    for number in task.numbers:
        counting, end = Counting(layout, model.agents, model.schedule(number)), 0.0
        for told in model.portions(number, engine):
            counting.add(told.left, told.was, told.queued, told.met)
            end = told.end
        observing.add(counting.counts(end), number)
    return observing.observed()
