"""Roster: what each agent did, pooled over replications, and agents of the first replications one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.measure.agents import AGENT_COLUMNS, STATES, TRAITS
from sim.measure.bins import Floats, Ints
from sim.measure.counts import Counts

MOST_POINTS = 20_000
"""Rows of agents kept one by one; those of the lowest numbered replications, at least one replication."""


def _longer(array: Floats, size: int) -> Floats:
    return np.concatenate([array, np.zeros((size - len(array), *array.shape[1:]))])


@dataclass
class Roster:
    """Sums by agent; grows with the number of agents, not with replications."""

    sums: Floats = field(default_factory=lambda: np.zeros((0, len(AGENT_COLUMNS))))
    traits: Floats = field(default_factory=lambda: np.zeros((0, len(TRAITS))))
    """sums over replications"""
    given: Floats = field(default_factory=lambda: np.zeros(0))
    """replications that have this agent"""
    present: Floats = field(default_factory=lambda: np.zeros(0))
    """replications in which the agent came"""
    homes: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """the team each was hired for"""
    points: dict[int, tuple[Floats, Floats, Ints]] = field(default_factory=dict)
    """(sums, traits, homes) by replication"""

    def add(self, counts: Counts, replication: int) -> None:
        """Take in one replication."""
        ones = np.ones(len(counts.homes))
        came = (counts.agents[:, : len(STATES)].sum(axis=1) > 0.0).astype(np.float64)
        points = {replication: (counts.agents, counts.traits, counts.homes)}
        self.merge(Roster(counts.agents, counts.traits, ones, came, counts.homes, points))

    def merge(self, other: Roster) -> None:
        """Take in all that another has seen."""
        size = max(len(self.given), len(other.given))
        self.homes = max(self.homes, other.homes, key=len)
        self.sums = _longer(self.sums, size) + _longer(other.sums, size)
        self.traits = _longer(self.traits, size) + _longer(other.traits, size)
        self.given = _longer(self.given, size) + _longer(other.given, size)
        self.present = _longer(self.present, size) + _longer(other.present, size)
        self.points |= other.points
        while len(self.points) > 1 and sum(len(point[2]) for point in self.points.values()) > MOST_POINTS:
            del self.points[max(self.points)]
