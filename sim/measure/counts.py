"""Counts: all that one replication's facts say, as sums; what a worker sends home instead of the facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.measure.agents import STATES, TRAITS, agent_seconds, state_seconds
from sim.measure.bins import Floats, Ints
from sim.measure.contacts import COLUMN, COLUMNS, WORK, Contacts, count_contacts, wait_histogram
from sim.measure.customers import count_put_aside, gone_for_good
from sim.measure.layout import Layout
from sim.measure.lengths import Lengths
from sim.measure.people import (
    STEPS,
    PeopleSums,
    beyond_a_week,
    count_encounters,
    count_linked,
    count_lone,
    count_unanswered,
)
from sim.measure.schedule import Keeping
from sim.measure.states import States
from sim.measure.waits import BINS, KINDS
from sim.record import ComesBack, Facts, Met, Rows, join_rows, raw, rows

if TYPE_CHECKING:
    from sim.plan.schedule import Schedule

BLOCK = 1 << 19
"""Rows counted at a time."""
AT_MOST_ASIDE = 1 << 18
"""Rows put aside at which those of callers who are done are counted, lest a long run fill the memory with them."""


@dataclass(frozen=True, slots=True)
class Counts:
    """One replication's sums. Row 0 of `contacts`, `peaks` and `teams` is the center."""

    contacts: Floats
    """(1 + queues, bins, contacts.COLUMNS)"""
    peaks: Floats
    """(1 + queues, bins, kpis.PEAKS)"""
    teams: Floats
    """(1 + teams, bins, agents.TEAM_COLUMNS)"""
    agents: Floats
    """(agents, agents.AGENT_COLUMNS), over the run"""
    traits: Floats
    """(agents, agents.TRAITS)"""
    homes: Ints
    """(agents,): the team each agent was hired for"""
    wait_cells: Ints
    wait_counts: Ints
    """the filled cells of the wait histogram, see `contacts.wait_histogram`"""
    people: Floats
    """(1 + queues, bins, people.PEOPLE_COLUMNS); without behavior no columns"""
    team_people: Floats
    """(1 + teams, bins, people.PEOPLE_COLUMNS), likewise"""
    needs: Floats
    """see `people.PeopleSums`, the center first"""


class Counting:
    """The sums of one replication in the making: portions of its facts are added in the order they are written down.

    Holds the sums, and the contacts of callers who were not done with at their first try and may still call again; so
    a run of many millions needs little room. Without the `schedule` what was made of it is not counted.
    """

    def __init__(self, layout: Layout, agents: Rows, schedule: Schedule | None = None) -> None:
        queues, teams, bins = len(layout.queues), len(layout.teams), layout.bins
        self._layout = layout
        self._agents = agents
        self._sums = np.zeros((queues, bins, len(COLUMNS)))
        self._waits = np.zeros((queues, bins))
        self._histogram = np.zeros(queues * KINDS * BINS, np.int64)
        self._work = np.zeros((teams, bins, len(WORK)))
        self._by_agent = np.zeros((len(agents), len(WORK)))
        self._time = np.zeros((teams, bins, len(STATES)))
        self._spent = np.zeros((len(agents), len(STATES)))
        self._aside: list[Rows] = []
        self._settle_at = AT_MOST_ASIDE
        self._lengths = Lengths(layout)
        self._people = PeopleSums.of(layout, len(agents))
        self._keeping = Keeping(layout, agents["team"].astype(np.int64), schedule)

    def add(self, contacts: Rows, states: Rows, queues: Rows, met: Rows | None = None) -> None:
        """Take in a portion: `ContactLeft` rows in any order, `AgentWas` rows, `QueueIs` rows in order of time.

        And, where behavior counts, a `Met` row for each handled contact, in their order. No portion has contacts that
        left before those of the portion ahead of it.
        """
        layout, heads = self._layout, len(self._agents)
        for block in _blocks(contacts):
            these = Contacts(block, layout)
            aside = np.flatnonzero(~these.lone)
            chains = raw(block)[aside].view(block.dtype)
            self._aside.append(chains)
            sums = count_contacts(these, heads)
            self._sums[:, sums.bins] += sums.queues
            self._work[:, sums.bins] += sums.teams
            self._waits[:, sums.bins] = np.maximum(self._waits[:, sums.bins], sums.longest)
            self._by_agent += sums.agents
            self._histogram += wait_histogram(these)
            if layout.people:
                count_unanswered(self._people, these)
                count_lone(self._people, these, these.lone)
                mine = rows(Met, 0) if met is None else met
                met = count_encounters(self._people, these, mine)
                chains["comes_back"][beyond_a_week(these, mine)[aside]] = ComesBack.NO
        for block in _blocks(states):
            spent = States(block)
            bins, seconds = state_seconds(spent, layout)
            self._time[:, bins] += seconds
            self._spent += agent_seconds(spent, heads)
            self._keeping.add(spent)
        self._lengths.add(queues)
        if sum(map(len, self._aside)) >= self._settle_at:
            chained = join_rows(self._aside)
            gone = gone_for_good(chained)
            self._settle(raw(chained)[np.flatnonzero(gone)].view(chained.dtype))
            self._aside = [raw(chained)[np.flatnonzero(~gone)].view(chained.dtype)]
            self._settle_at = max(AT_MOST_ASIDE, 2 * len(self._aside[0]))

    def _settle(self, chains: Rows) -> None:
        """Count callers all of whose contacts are in these rows."""
        self._sums += count_put_aside(chains, self._layout)
        if self._layout.people:
            count_linked(self._people, chains, self._layout)

    def counts(self, end: float) -> Counts:
        """The sums when all portions are in; `end` is when everything was over."""
        layout, sums, waits = self._layout, self._sums, self._waits
        if self._aside:
            self._settle(join_rows(self._aside))
            self._aside = []
        self._lengths.finish(end)
        sums[:, :, COLUMN["queue_seconds"]] = self._lengths.seconds[1:]
        teams = np.concatenate([self._time, self._work, self._keeping.by_team], axis=2)
        filled = np.flatnonzero(self._histogram)
        return Counts(
            contacts=_with_center(sums),
            peaks=np.stack([np.concatenate([waits.max(axis=0, keepdims=True), waits]), self._lengths.longest], axis=2),
            teams=_with_center(teams),
            agents=np.concatenate([self._spent, self._by_agent, self._keeping.by_agent, self._people.agents], axis=1),
            traits=np.stack([self._agents[name].astype(np.float64) for name in TRAITS], axis=1),
            homes=self._agents["team"].astype(np.int64),
            wait_cells=filled,
            wait_counts=self._histogram[filled],
            people=_with_center(_folded(self._people.queues, layout.bins)),
            team_people=_with_center(_folded(self._people.teams, layout.bins)),
            needs=_with_center(_folded(self._people.needs, STEPS * STEPS)),
        )


def count(facts: Facts, layout: Layout, schedule: Schedule | None = None) -> Counts:
    """The sums of one replication."""
    counting = Counting(layout, facts.agents, schedule)
    counting.add(facts.contacts, facts.states, facts.queues, facts.met)
    return counting.counts(facts.end)


def _folded(sums: Floats, cells: int) -> Floats:
    """Rows for queues, or teams, each with that many cells."""
    return sums.reshape(len(sums) // cells, cells, sums.shape[1])


def _with_center(sums: Floats) -> Floats:
    """What the queues, or the teams, say together, before what they say."""
    return np.concatenate([sums.sum(axis=0, keepdims=True), sums])


def _blocks(table: Rows) -> Iterator[Rows]:
    return (table[start : start + BLOCK] for start in range(0, len(table), BLOCK))
