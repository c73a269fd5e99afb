"""What a scenario needs at the least: contacts to simulate and memory, told before anything is started."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.queue import Queue
from sim.scenario.scenario import Scenario, estimated_contacts
from sim.units import DAY, MINUTE

CONTACT, CONTACT_OF_PEOPLE = 12, 100
"""Bytes of a try of a caller, without and with behavior (measured, compiled clock: 15 and 126)."""
INTERVAL = 1_400
"""Bytes of an interval of the center, a queue or a team (measured: 1,495)."""
AGENT, AGENT_DAY = 800, 150
"""Bytes of an agent, and of a day on which one works (measured: 1,180 and 180)."""
FIGURES, FIGURES_OF_PEOPLE = 12_000, 25_000
"""Bytes of a replication's figures of the center, a queue or a team (measured: 20,000 and 37,000)."""


class Size(NamedTuple):
    """What a scenario needs. Of memory it is what was measured, less a fifth: never more than it takes."""

    tries: float
    """of callers in one replication, redials included"""
    replications: int
    """that are asked for; with a precision those of the first look"""
    replication: float
    """bytes, of one replication"""
    results: float
    """bytes, of the figures of all replications"""

    @property
    def contacts(self) -> float:
        """Tries of callers in all replications."""
        return self.tries * self.replications

    @property
    def memory(self) -> float:
        """Bytes."""
        return self.replication + self.results


def size(scenario: Scenario) -> Size:
    """What a scenario needs. Recorded contacts are not counted: their file has been read by then."""
    people, precision = scenario.behavior.people, scenario.precision
    replications = scenario.sampling.whole(scenario.replications)
    if precision is not None:
        replications = precision.first_batch(replications)
    scopes = 1 + len(scenario.queues) + len(scenario.teams)
    tries = _tries(scenario)
    intervals = scenario.days * (DAY / MINUTE) / scenario.interval_min * (1 + scopes)  # the center twice
    replication = tries * (CONTACT_OF_PEOPLE if people else CONTACT) + intervals * INTERVAL + _staff(scenario)
    figures = FIGURES_OF_PEOPLE if people else FIGURES
    return Size(tries, replications, replication, figures * float(replications) * scopes)


def _tries(scenario: Scenario) -> float:
    """Tries that are drawn for all callers of a replication, whether they come to be made or not."""
    alone = estimated_contacts(scenario)
    if not alone:
        return 0.0
    most = max(_each(queue, scenario.queues[queue.redial.queue or name]) for name, queue in scenario.queues.items())
    if most < 2:
        return alone
    total = 0.0
    for name, queue in scenario.queues.items():
        own = scenario.model_copy(update={"queues": {name: queue}})
        total += estimated_contacts(own) * _each(queue, scenario.queues[queue.redial.queue or name])
    return total


def _each(queue: Queue, later: Queue) -> float:
    """Tries drawn for a caller at least: 1 + p + p^2 + ..., p the likelier of the ways to try again."""
    p, most = min(_again(queue), _again(later)), queue.redial.max_attempts
    if p >= 1.0:
        return float(most or 1)
    return (1.0 - (p**most if most else 0.0)) / (1.0 - p)


def _again(queue: Queue) -> float:
    return max(queue.redial.after_abandon, queue.redial.after_block, queue.redial.after_balk)


def _staff(scenario: Scenario) -> float:
    """Bytes of all agents and of the days on which they work."""
    total = 0.0
    for team in scenario.teams.values():
        total += AGENT * team.heads(scenario.staffing.scale)
        for name, heads in team.heads_by_shift(scenario.staffing.scale).items():
            total += AGENT_DAY * heads * scenario.days * len(scenario.shifts[name].days) / 7
    return total
