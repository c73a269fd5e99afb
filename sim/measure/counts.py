"""Counts: all that one replication's facts say, as sums; what a worker sends home instead of the facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.measure.agents import STATES, TRAITS, WORK, agent_seconds, agent_work, state_seconds, team_work
from sim.measure.bins import Floats, Ints
from sim.measure.contacts import COLUMN, COLUMNS, Contacts, count_contacts, longest_waits, wait_histogram
from sim.measure.customers import count_chains, count_single, who_try_again
from sim.measure.layout import Layout
from sim.measure.lengths import queue_lengths
from sim.measure.waits import BINS, KINDS
from sim.record import Facts, Rows

BLOCK = 1 << 19
"""Rows counted at a time."""


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


def count(facts: Facts, layout: Layout) -> Counts:
    """The sums of one replication.

    Contacts and states are counted a block of rows at a time, so that a run of many millions needs little room
    besides its facts.
    """
    again = who_try_again(facts.contacts)
    chains = []
    sums = np.zeros((len(layout.queues), layout.bins, len(COLUMNS)))
    waits = np.zeros(sums.shape[:2])
    histogram = np.zeros(len(layout.queues) * KINDS * BINS, np.int64)
    work = np.zeros((len(layout.teams), layout.bins, len(WORK)))
    by_agent = np.zeros((len(facts.agents), len(WORK)))
    for block in _blocks(facts.contacts):
        contacts = Contacts(block, layout)
        chained = np.isin(block["caller"], again)
        chains.append(block[chained])
        sums += count_contacts(contacts) + count_single(contacts, ~chained)
        waits = np.maximum(waits, longest_waits(contacts))
        histogram += wait_histogram(contacts)
        work += team_work(contacts)
        by_agent += agent_work(contacts, len(facts.agents))
    if chains:
        sums += count_chains(Contacts(np.concatenate(chains), layout))
    seconds, longest_queue = queue_lengths(facts, layout)
    sums[:, :, COLUMN["queue_seconds"]] = seconds[1:]
    time = np.zeros((*work.shape[:2], len(STATES)))
    spent = np.zeros((len(facts.agents), len(STATES)))
    for block in _blocks(facts.states):
        time += state_seconds(block, layout)
        spent += agent_seconds(block, len(facts.agents))
    teams = np.concatenate([time, work], axis=2)
    filled = np.flatnonzero(histogram)
    return Counts(
        contacts=np.concatenate([sums.sum(axis=0, keepdims=True), sums]),
        peaks=np.stack([np.concatenate([waits.max(axis=0, keepdims=True), waits]), longest_queue], axis=2),
        teams=np.concatenate([teams.sum(axis=0, keepdims=True), teams]),
        agents=np.concatenate([spent, by_agent], axis=1),
        traits=np.stack([facts.agents[name].astype(np.float64) for name in TRAITS], axis=1),
        homes=facts.agents["team"].astype(np.int64),
        wait_cells=filled,
        wait_counts=histogram[filled],
    )


def _blocks(rows: Rows) -> Iterator[Rows]:
    return (rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK))
