"""Recorded duty: the agents of held-out days one by one, on duty when they were, as rows of a timetable."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calibrate.fits.estimate import Flags, Floats, Ints
from sim.calibrate.fits.presence import SPLIT_S
from sim.record import Duty, Row, Rows, dtype_of

LEAST_S = 1.0
"""an agent is there for this long before leaving again, so that a caller who waits is taken"""


class Recorded(NamedTuple):
    """Spells on duty by (agent, start), a row each, in seconds since midnight of the first held-out day."""

    agent: Ints
    """place among the held-out teams, each of which is one agent"""
    start: Floats
    end: Floats
    rest_at_leave_s: float
    """mean rest of the contact in hand where such a spell ends"""

    def between(self, start: float, end: float) -> Recorded:
        """What lies between these moments, in seconds since the first of them."""
        inside = (self.end > start) & (self.start < end)
        return Recorded(
            self.agent[inside],
            np.maximum(self.start[inside], start) - start,
            np.minimum(self.end[inside], end) - start,
            self.rest_at_leave_s,
        )

    def only(self, kept: Flags) -> Recorded:
        """The spells for which `kept` is true."""
        return Recorded(self.agent[kept], self.start[kept], self.end[kept], self.rest_at_leave_s)

    def leaves_nobody(self) -> Flags:
        """Spells after which nobody is there, in no queue."""
        order = np.argsort(self.start, kind="stable")
        ends = np.maximum.accumulate(self.end[order])
        begun = np.searchsorted(self.start[order], self.end, side="right")
        return np.asarray(ends[begun - 1] <= self.end)

    def without(self, agent: Ints, start: Floats, end: Floats) -> Recorded:
        """The spells less the times from `start` to `end` that these agents spent otherwise; they may overlap."""
        spells, other = len(self.agent), len(agent)
        who = np.concatenate((self.agent, self.agent, agent, agent))
        at = np.concatenate((self.start, self.end, start, end))
        step = np.repeat([1, -1, 0, 0], (spells, spells, other, other))
        away = np.repeat([0, 0, 1, -1], (spells, spells, other, other))
        order = np.lexsort((at, who))
        who, at, there, elsewhere = who[order], at[order], np.cumsum(step[order]), np.cumsum(away[order])
        free = (there[:-1] > 0) & (elsewhere[:-1] == 0) & (at[1:] > at[:-1])
        return Recorded(who[:-1][free], at[:-1][free], at[1:][free], self.rest_at_leave_s)

    def rows(self, who: Ints) -> Rows:
        """The agents' part of a timetable: `Row` rows in no order; `who`: number of each agent in the scenario.

        Agents sign on where a spell begins after more than an hour off duty, sign off before such a pause, and are away
        in between. Whoever is to leave finishes the contact in hand, so every leave is due earlier by its mean rest;
        an absence then takes its full length: on average agents leave and come back when they did, and the hours on
        duty are those of the log. Who goes off duty as the last one is there to the end, for nobody else could answer.
        """
        same = self.agent[1:] == self.agent[:-1]
        pause = self.start[1:] - self.end[:-1]
        away = same & (pause <= SPLIT_S)
        due = np.maximum(self.end - self.rest_at_leave_s, self.start + LEAST_S)
        off = np.where(self.leaves_nobody(), self.end, due)
        comes, goes = np.append(True, ~away), np.append(~away, True)
        if len(self.agent) == 0:
            comes = goes = np.zeros(0, dtype=bool)
        parts = (
            (self.start[comes], self.agent[comes], Duty.SIGN_ON, 0.0),
            (due[:-1][away], self.agent[:-1][away], Duty.AWAY, pause[away]),
            (off[goes], self.agent[goes], Duty.SIGN_OFF, 0.0),
        )
        found = []
        for at, agent, what, lasts in parts:
            rows = np.zeros(len(at), dtype_of(Row))
            rows["at"], rows["who"], rows["what"], rows["lasts"] = at, who[agent], int(what), lasts
            found.append(rows[rows["lasts"] > 0.0] if what == Duty.AWAY else rows)
        return np.concatenate(found)


def with_duty(timetable: Rows, duty: Rows) -> Rows:
    """A timetable whose agents do what `duty` says; its queues open and close as they did."""
    queues = timetable[np.isin(timetable["what"], (int(Duty.OPEN), int(Duty.CLOSE)))]
    every = np.concatenate([queues, duty])
    return every[np.lexsort((every["who"], every["what"], every["at"]))]
