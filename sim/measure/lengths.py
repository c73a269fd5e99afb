"""Lengths of queues: how many wait, as an average over time and at most, by interval."""

from __future__ import annotations

import numpy as np

from sim.measure.bins import Floats, Ints, bin_of, spread_near
from sim.measure.layout import Layout
from sim.record import Rows


class Lengths:
    """Contact-seconds of waiting and the longest length, both by interval, shape (1 + queues, bins), center first.

    The center's length is the sum over queues at each moment. A length that lasted no time (somebody came and
    another left at the same instant) is not a longest one. Changes are added in portions, in order of time.
    """

    def __init__(self, layout: Layout) -> None:
        self.seconds = np.zeros((1 + len(layout.queues), layout.bins))
        self.longest = np.zeros((1 + len(layout.queues), layout.bins))
        self._layout = layout
        self._level = np.zeros(1 + len(layout.queues), np.int64)
        self._until = 0.0

    def add(self, changes: Rows) -> None:
        """Take in `QueueIs` rows that follow those added before."""
        if not len(changes):
            return
        queue, length = np.ascontiguousarray(changes["queue"]), changes["length"].astype(np.int64)
        at = np.ascontiguousarray(changes["at"])
        end, queues = float(at[-1]), len(self._level) - 1
        if queues == 1:
            self._hold(1, at, length, end)
            for each in (self.seconds, self.longest, self._level):
                each[0] = each[1]
        else:
            step = np.zeros(len(at), np.int64)
            for index in range(queues):
                mine = np.flatnonzero(queue == index)
                step[mine] = np.diff(length.take(mine), prepend=self._level[1 + index])
                self._hold(1 + index, at.take(mine), length.take(mine), end)
            self._hold(0, at, self._level[0] + np.cumsum(step), end)
        self._until = end

    def finish(self, end: float) -> None:
        """The lengths stay as they are until the end."""
        for row in range(len(self._level)):
            self._hold(row, np.empty(0), np.empty(0, np.int64), max(end, self._until))
        self._until = max(end, self._until)

    def _hold(self, row: int, at: Floats, length: Ints, end: float) -> None:
        """One step function from where it was until `end`: length[i] from at[i] on, before that what it was."""
        since, until = np.concatenate([[self._until], at]), np.concatenate([at, [end]])
        level = np.concatenate([self._level[row : row + 1], length])
        self._level[row] = level[-1]
        interval, bins = self._layout.interval_s, self._layout.bins
        begun = bin_of(since, interval, bins)
        ended = np.concatenate([begun[1:], bin_of(until[-1:], interval, bins)])
        near, seconds = spread_near(None, since, begun, until, ended, interval, 1, level)
        self.seconds[row, near] += seconds[0]
        # The level with which an interval opens, and the highest among those that begin in it and last.
        opens = np.arange(bins) * float(interval)
        opens = opens[(opens >= since[0]) & (opens < end)]
        longest = self.longest[row]
        opened = bin_of(opens, interval, bins)
        longest[opened] = np.maximum(longest[opened], level[np.searchsorted(since, opens, side="right") - 1])
        level *= until > since
        first = np.flatnonzero(np.concatenate([[True], begun[1:] != begun[:-1]]))
        begun = begun.take(first)
        longest[begun] = np.maximum(longest[begun], np.maximum.reduceat(level, first))
