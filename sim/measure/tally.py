"""Tally: the running account of replications, from which the results are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.measure.agents import STATES
from sim.measure.batches import Batches
from sim.measure.bins import Floats
from sim.measure.contacts import COLUMN
from sim.measure.counts import Counts
from sim.measure.evidence import Estimate
from sim.measure.kpis import CONTACT_KPIS, LEVEL, evaluate
from sim.measure.layout import Layout
from sim.measure.people import STEPS
from sim.measure.people_kpis import (
    CONTENT_FLOW,
    PEOPLE_CELL,
    TEAM_PEOPLE_CELL,
    TIME_FLOW,
    all_contact_cells,
    all_team_cells,
    contact_kpis,
    interval_kpis,
    team_interval_kpis,
    team_kpis,
)
from sim.measure.percentiles import Waits, histograms, percentiles, running
from sim.measure.roster import Roster
from sim.measure.targets import Targets

if TYPE_CHECKING:
    from sim.measure.results import Results

FLOWS = (*CONTENT_FLOW, *TIME_FLOW)
"""The ways from a typical contact to what is, cause by cause; of no replication where behavior does not count."""


class Row(NamedTuple):
    """The figures of one replication by scope: tops and bottoms of KPIs, kept for every replication."""

    contacts: tuple[Floats, Floats]
    """(1 + queues, contact_kpis)"""
    teams: tuple[Floats, Floats]
    """(1 + teams, team_kpis)"""
    present: Floats
    """agents who came, (1 + teams,)"""
    percentiles: Floats
    """(1 + queues, 2, percents)"""
    first_calls: float
    """contacts that are no later attempt of anybody, of the center"""


@dataclass
class Tally:
    """Everything kept of the replications counted so far.

    Its size does not depend on their number but for one small `Row` each. Tallies of different replications can be
    merged in any order: counts, percentiles and all that is made from rows come out the same to the last bit, the
    intervals of the interval and day tables to within rounding.
    """

    layout: Layout
    rows: dict[int, Row] = field(default_factory=dict)
    roster: Roster = field(default_factory=Roster)
    intervals: Batches = field(init=False)
    team_intervals: Batches = field(init=False)
    days: Batches = field(init=False)
    team_days: Batches = field(init=False)
    causes: Batches = field(init=False)
    """(1 + queues, FLOWS)"""
    team_causes: Batches = field(init=False)
    """(1 + teams, FLOWS)"""
    needs: Floats = field(init=False)
    """sums of `Counts.needs`"""
    targets: Targets = field(init=False)
    waits: Waits = field(init=False)
    longest_waits: Floats = field(init=False)
    """(1 + queues,)"""
    late_contacts: bool = False
    """whether any contact arrived, or waited, in the last bin, which has no end"""
    late_agents: bool = False
    """whether any agent was present in it"""

    def __post_init__(self) -> None:
        layout = self.layout
        queues, teams, bins, days = 1 + len(layout.queues), 1 + len(layout.teams), layout.bins, layout.days
        people, strata = layout.people, layout.sampled.strata
        self.intervals = Batches.of_shape((queues, bins, len(interval_kpis(people))), strata)
        self.team_intervals = Batches.of_shape((teams, bins, len(team_interval_kpis(people))), strata)
        self.days = Batches.of_shape((queues, days, len(contact_kpis(people))), strata)
        self.team_days = Batches.of_shape((teams, days, len(team_kpis(people))), strata)
        self.causes = Batches.of_shape((queues, len(FLOWS)), strata)
        self.team_causes = Batches.of_shape((teams, len(FLOWS)), strata)
        self.needs = np.zeros((queues if people else 1, STEPS * STEPS, 2))
        self.targets = Targets.of(layout)
        self.waits = Waits.of(len(layout.queues))
        self.longest_waits = np.zeros(queues)

    @property
    def count(self) -> int:
        """Replications counted."""
        return len(self.rows)

    def add(self, counts: Counts, replication: int | None = None) -> None:
        """Take in one replication, under its number or else the next free one; ValueError if it was counted before."""
        number = max(self.rows, default=-1) + 1 if replication is None else replication
        self._take_numbers({number})
        layout, people = self.layout, self.layout.people
        each, whole, days = list(range(layout.bins)), [0], layout.day_starts()

        cells = all_contact_cells(counts, layout, each)
        by_day = all_contact_cells(counts, layout, days)
        run = all_contact_cells(counts, layout, whole)[:, 0]
        team_run = all_team_cells(counts, layout, whole)[:, 0]
        self.intervals.add(*evaluate(interval_kpis(people), cells, PEOPLE_CELL), number)
        self.days.add(*evaluate(contact_kpis(people), by_day, PEOPLE_CELL), number)
        self.targets.add(cells, by_day, layout)
        self.team_intervals.add(
            *evaluate(team_interval_kpis(people), all_team_cells(counts, layout, each), TEAM_PEOPLE_CELL), number
        )
        self.team_days.add(*evaluate(team_kpis(people), all_team_cells(counts, layout, days), TEAM_PEOPLE_CELL), number)
        if people:
            self.causes.add(*evaluate(FLOWS, run, PEOPLE_CELL), number)
            self.team_causes.add(*evaluate(FLOWS, team_run, TEAM_PEOPLE_CELL), number)
        self.needs += counts.needs

        histogram = histograms(counts, len(layout.queues))
        cumulative = running(histogram)
        self.waits.add(histogram, cumulative)
        self.longest_waits = np.maximum(self.longest_waits, counts.peaks[:, :, 0].max(axis=1))
        self.late_contacts |= bool(counts.contacts[0, -1].any())
        self.late_agents |= bool(counts.teams[0, -1].any())
        self.roster.add(counts, number)
        self.rows[number] = Row(
            evaluate(contact_kpis(people), run, PEOPLE_CELL),
            evaluate(team_kpis(people), team_run, TEAM_PEOPLE_CELL),
            _present(counts, len(layout.teams)),
            np.minimum(percentiles(cumulative), counts.peaks[:, :, 0].max(axis=1)[:, None, None]),
            float(counts.contacts[0, :, COLUMN["first_attempts"]].sum()),
        )

    def service_level(self, confidence: float) -> Estimate:
        """The center's service level so far, with its interval, arrays of shape ()."""
        place = CONTACT_KPIS.index(LEVEL)
        tops, bottoms = (np.array([row.contacts[part][0, place] for row in self.rows.values()]) for part in (0, 1))
        return self.estimate(tops, bottoms, confidence)

    def estimate(self, tops: Floats, bottoms: Floats, confidence: float) -> Estimate:
        """Ratios of sums over the replications counted, in the order they were counted: shape (replications, ...)."""
        rows = self.rows.values()
        numbers = np.fromiter(self.rows, np.int64, len(rows))
        first_calls = np.array([row.first_calls for row in rows])
        return self.layout.sampled.estimate(tops, bottoms, numbers, first_calls, confidence)

    def merge(self, other: Tally) -> None:
        """Take in all replications of another tally; ValueError if one was counted in both or layouts differ."""
        if other.layout != self.layout:
            raise ValueError("cannot merge the tallies of two different centers")
        self._take_numbers(set(other.rows))
        self.rows |= other.rows
        self.intervals.merge(other.intervals)
        self.team_intervals.merge(other.team_intervals)
        self.days.merge(other.days)
        self.team_days.merge(other.team_days)
        self.causes.merge(other.causes)
        self.team_causes.merge(other.team_causes)
        self.needs += other.needs
        self.targets.merge(other.targets)
        self.waits.merge(other.waits)
        self.longest_waits = np.maximum(self.longest_waits, other.longest_waits)
        self.late_contacts |= other.late_contacts
        self.late_agents |= other.late_agents
        self.roster.merge(other.roster)

    def results(self, confidence: float = 0.95) -> Results:
        """All tables of the replications counted so far; ValueError if there are none."""
        from sim.measure.results import make_results  # brings polars, which a worker that only counts does without

        return make_results(self, confidence)

    def _take_numbers(self, numbers: set[int]) -> None:
        twice = sorted(numbers & set(self.rows))
        if twice:
            raise ValueError(f"replication {twice[0]} was counted before")


def _present(counts: Counts, teams: int) -> Floats:
    """Agents with any paid time, of the center and by the team they were hired for."""
    came = counts.agents[:, : len(STATES)].sum(axis=1) > 0.0
    by_team = np.bincount(counts.homes[came], minlength=teams).astype(np.float64)
    return np.concatenate([[by_team.sum()], by_team])
