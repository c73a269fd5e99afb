"""One replication through a window of time: the contacts that arrived in it, and the seconds that lie in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.record import Facts, Outcome, Rows
from sim.units import DAY

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Window(NamedTuple):
    """A stretch of time, once or on every one of `days`; times are seconds, of the run or of each day."""

    from_s: float
    to_s: float
    days: int | None = None

    @property
    def seconds(self) -> float:
        """Its length, over all days."""
        return (self.days or 1) * (self.to_s - self.from_s)

    def contacts(self, contacts: Rows) -> Rows:
        """Those of contacts in order of arrival that arrive within it; of days, all."""
        if self.days is not None:
            return contacts
        first, last = np.searchsorted(contacts["arrived"], (self.from_s, self.to_s))
        return contacts[first:last]

    def overlap(self, start: Floats, end: Floats) -> Floats:
        """Seconds of each stretch that lie within; of days, no stretch may run across midnight."""
        midnight = 0.0 if self.days is None else np.floor(start / DAY) * DAY
        inside = np.minimum(end - midnight, self.to_s) - np.maximum(start - midnight, self.from_s)
        return np.asarray(np.maximum(inside, 0.0))


@dataclass(frozen=True)
class View:
    """What figures are counted from. A contact counts when it arrives within the window, whenever it ends."""

    run: Rows
    """all contacts of the run"""
    contacts: Rows
    """those that arrive within the window, of one queue or of all"""
    states: Rows
    queues: Rows
    window: Window
    within_s: float
    """the T of the service level"""
    short_s: float
    """longest wait of a short abandon"""

    @classmethod
    def of(cls, facts: Facts, window: Window, within_s: float, short_s: float) -> View:
        """All of one replication."""
        run = facts.contacts
        return cls(run, window.contacts(run), facts.states, facts.queues, window, within_s, short_s)

    def of_queue(self, queue: int) -> View:
        """What concerns one queue: its contacts, its length, and the time agents spend on it."""
        contacts, states, queues = (rows[rows["queue"] == queue] for rows in (self.contacts, self.states, self.queues))
        return replace(self, contacts=contacts, states=states, queues=queues)

    def of_team(self, team: int) -> View:
        """The same contacts and queues, and one team's time."""
        return replace(self, states=self.states[self.states["team"] == team])

    def of_agent(self, agent: int) -> View:
        """The same contacts and queues, and one agent's time."""
        return replace(self, states=self.states[self.states["agent"] == agent])

    def left_by(self, *outcomes: Outcome) -> Bools:
        """Which contacts left in one of these ways."""
        found = self._outcome == int(outcomes[0])
        for outcome in outcomes[1:]:
            found |= self._outcome == int(outcome)
        return np.asarray(found)

    @cached_property
    def wait(self) -> Floats:
        """Seconds until the answer, or until leaving without one."""
        end = np.where(self.left_by(Outcome.HANDLED), self.contacts["answered"], self.contacts["left"])
        return np.asarray(end - self.contacts["arrived"])

    @cached_property
    def _outcome(self) -> NDArray[np.int32]:
        return np.ascontiguousarray(self.contacts["outcome"])

    @cached_property
    def _seconds(self) -> Floats:
        """Seconds within the window of each row of the agents' states."""
        return self.window.overlap(self.states["start"], self.states["end"])

    def agent_seconds(self, *states: int) -> float:
        """Agents' seconds within the window, in these states or in any."""
        if not states:
            return float(self._seconds.sum())
        return float(self._seconds[np.isin(self.states["state"], states)].sum())

    def waiting_seconds(self) -> float:
        """Integral of the length of one queue over the window."""
        at, length = self.queues["at"], self.queues["length"]
        return float(self.window.overlap(at[:-1], at[1:]) @ length[:-1])
