"""Targets: in how many replications a day, or an interval, meets its goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.measure.bins import Flags, Floats
from sim.measure.kpis import ABANDONMENT, CONTACT_CELL, LEVEL, Kpi, evaluate
from sim.measure.layout import Layout

GOAL_KPIS: tuple[Kpi, ...] = (LEVEL, ABANDONMENT)
ALL_QUEUES = ("center", "all queues")
"""Scope and name of: every queue with contacts meets its goal."""


def judge(cells: Floats, layout: Layout) -> tuple[Flags, Flags]:
    """Whether each cell of `contact_cells` has contacts, and meets its goal: (1 + queues, cells, goals), twice.

    A share is compared with its goal as the quotient of two whole numbers, so 4 of 5 meets 0.8.
    """
    top, bottom = evaluate(GOAL_KPIS, cells, CONTACT_CELL)
    tried = bottom > 0.0
    share = np.divide(top, bottom, out=np.zeros_like(top), where=tried)
    goals = layout.all_goals()
    least = np.array([goal.service_level for goal in goals])[:, None]
    most = np.array([goal.abandonment for goal in goals])[:, None]
    met = np.stack([share[:, :, 0] >= least, share[:, :, 1] <= most], axis=2)
    return tried, met & tried


@dataclass
class Targets:
    """How often goals were met; the rows of days are the center, all queues, then each queue."""

    interval_met: Floats
    """service level: replications that met it, (1 + queues, bins)"""
    interval_tried: Floats
    """and those with contacts"""
    met: Floats
    """(2 + queues, days, goals)"""
    tried: Floats
    runs: Floats
    """replications with contacts on any day, (2 + queues, goals)"""

    @classmethod
    def of(cls, layout: Layout) -> Self:
        """Of no replication yet."""
        queues = len(layout.queues)
        cells, days = (1 + queues, layout.bins), (2 + queues, layout.days, len(GOAL_KPIS))
        return cls(
            np.zeros(cells),
            np.zeros(cells),
            np.zeros(days),
            np.zeros(days),
            np.zeros((days[0], days[2])),
        )

    def add(self, intervals: Floats, days: Floats, layout: Layout) -> None:
        """Take in the cells of one replication, by interval and by day."""
        tried, met = judge(intervals, layout)
        self.interval_tried += tried[:, :, 0]
        self.interval_met += met[:, :, 0]
        tried, met = judge(days, layout)
        any_tried = tried[1:].any(axis=0, keepdims=True)
        all_met = (met | ~tried)[1:].all(axis=0, keepdims=True) & any_tried
        tried = np.concatenate([tried[:1], any_tried, tried[1:]])
        self.tried += tried
        self.met += np.concatenate([met[:1], all_met, met[1:]])
        self.runs += tried.any(axis=1)

    def merge(self, other: Targets) -> None:
        """Take in all that another has seen."""
        self.interval_met += other.interval_met
        self.interval_tried += other.interval_tried
        self.met += other.met
        self.tried += other.tried
        self.runs += other.runs
