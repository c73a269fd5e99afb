"""Schedule: agent-seconds as they were asked for and as they were kept, by team and interval and by agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.measure.bins import Flags, Floats, Ints, add_up, bin_of, spread_near
from sim.measure.layout import Layout
from sim.measure.states import States
from sim.record import AgentState

if TYPE_CHECKING:
    from sim.plan.schedule import Schedule

SCHEDULE = ("scheduled_time", "adherent_time", "scheduled_work_time", "worked_time")
"""What is added up of the agents hired for a team: seconds on duty as planned; those of them in which they were on
the phones when asked to be, and off them when asked to be; those planned on the phones; and those on the phones,
planned or not."""
PHONES, ASIDE = 1, 2
"""Kinds of time: on the phones (idle, talk, hold, wrap), or on duty and off them, whatever for."""
DONE = 4
"""Kinds of time as it was spent are those as planned times this, so that a sum says both."""


class Stretches(NamedTuple):
    """Stretches of time of one kind each; no two of an agent overlap."""

    agent: Ints
    start: Floats
    end: Floats
    kind: Ints

    def and_then(self, other: Stretches) -> Stretches:
        """These, then those of another table."""
        return Stretches(
            np.concatenate([self.agent, other.agent]),
            np.concatenate([self.start, other.start]),
            np.concatenate([self.end, other.end]),
            np.concatenate([self.kind, other.kind]),
        )

    def only(self, kept: Flags) -> Stretches:
        """Those for which `kept` is true."""
        return Stretches(self.agent[kept], self.start[kept], self.end[kept], self.kind[kept])


class Keeping:
    """The sums `SCHEDULE` of one replication in the making, all 0 without a schedule."""

    def __init__(self, layout: Layout, homes: Ints, schedule: Schedule | None) -> None:
        self.by_team = np.zeros((len(layout.teams), layout.bins, len(SCHEDULE)))
        self.by_agent = np.zeros((len(homes), len(SCHEDULE)))
        self._layout, self._homes = layout, homes
        self._asked = None if schedule is None else as_asked(schedule)
        if self._asked is not None:
            phones = self._asked.kind == PHONES
            self._put(self._asked, ("scheduled_time", "scheduled_work_time"), ~phones)
            for sums in (self.by_team, self.by_agent):
                sums[..., 0] += sums[..., 2]

    def add(self, states: States) -> None:
        """Take in `AgentWas` rows, in order of their end."""
        if self._asked is None or not len(states.rows):
            return
        done = as_done(states, len(self._homes))
        near = (self._asked.end > done.start.min()) & (self._asked.start < done.end.max())
        agreed = agreeing(self._asked.only(near), done, len(self._homes))
        both = agreed.and_then(done.only(done.kind == PHONES))
        self._put(both, ("adherent_time", "worked_time"), np.arange(len(both.agent)) < len(agreed.agent))

    def _put(self, stretches: Stretches, columns: tuple[str, str], first: Flags) -> None:
        """Add the stretches to one of two columns, the first where that is true."""
        layout, (agent, start, end, _) = self._layout, stretches
        teams, agents = len(layout.teams), len(self._homes)
        second = (~first).astype(np.int64)
        begun, ended = (bin_of(at, layout.interval_s, layout.bins) for at in (start, end))
        cell = 2 * self._homes[agent] + second
        near, team = spread_near(cell, start, begun, end, ended, layout.interval_s, 2 * teams)
        own = add_up(2 * agent + second, 2 * agents, end - start)
        for which, column in enumerate(columns):
            self.by_team[:, near, SCHEDULE.index(column)] += team[which::2]
            self.by_agent[:, SCHEDULE.index(column)] += own[which::2]


def as_asked(schedule: Schedule) -> Stretches:
    """The stretches of a schedule."""
    kind = np.where(schedule.state == AgentState.IDLE, PHONES, ASIDE)
    return Stretches(schedule.agent, schedule.start, schedule.end, kind)


def as_done(states: States, heads: int) -> Stretches:
    """What so many agents did: what follows without a gap and is of one kind is one stretch, whatever it was."""
    agent = states.agent.astype(number_type(heads))
    order = np.argsort(agent, kind="stable")
    agent, start, end = agent.take(order), states.start.take(order), states.end.take(order)
    aside = (states.state > AgentState.WRAP).take(order)
    new = (start[1:] != end[:-1]) | (agent[1:] != agent[:-1]) | (aside[1:] != aside[:-1])
    first = np.flatnonzero(np.concatenate([[True], new]))
    last = np.append(first[1:], len(order)) - 1
    return Stretches(agent[first].astype(np.int64), start[first], end[last], np.where(aside[first], ASIDE, PHONES))


def agreeing(asked: Stretches, done: Stretches, heads: int) -> Stretches:
    """Where agents did what they were asked to do, cut wherever either changes."""
    agent = np.concatenate([asked.agent, asked.agent, done.agent, done.agent])
    at = np.concatenate([asked.start, asked.end, done.start, done.end])
    change = np.concatenate([asked.kind, -asked.kind, DONE * done.kind, -DONE * done.kind])
    order = np.argsort(at)
    order = order[np.argsort(agent.astype(number_type(heads))[order], kind="stable")]
    agent, at, kinds = agent[order], at[order], np.cumsum(change[order])
    agree = np.flatnonzero((kinds == PHONES + DONE * PHONES) | (kinds == ASIDE + DONE * ASIDE))
    return Stretches(agent[agree], at[agree], at[agree + 1], kinds[agree])


def number_type(count: int) -> type[np.unsignedinteger]:
    """A type for so many numbers; NumPy sorts those of 16 bits in linear time."""
    return np.uint16 if count <= 1 << 16 else np.uint32
