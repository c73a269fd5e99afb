"""Opening hours of the queues over the simulated days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.record import Duty, Row, Rows, Window, rows
from sim.scenario import Scenario


class Opening(NamedTuple):
    """When queues are open: `windows` holds those of queue 0, then of queue 1, ...

    Those of queue q are `windows[bounds[q]:bounds[q + 1]]`, in order of time.
    """

    windows: Rows
    """`Window` rows"""
    bounds: NDArray[np.int64]
    """shape (queues + 1,)"""


def opening(scenario: Scenario) -> Opening:
    """The opening windows of every queue, windows that touch joined into one."""
    listed = [scenario.open_windows(name) for name in scenario.queues]
    windows = rows(Window, sum(map(len, listed)))
    windows["opens"] = [opens for own in listed for opens, _ in own]
    windows["closes"] = [closes for own in listed for _, closes in own]
    return Opening(windows, np.cumsum([0, *map(len, listed)]))


def opening_rows(scenario: Scenario) -> Rows:
    """Timetable rows: one OPEN and one CLOSE for each window of each queue, queue by queue."""
    given = opening(scenario)
    queue = np.repeat(np.arange(len(scenario.queues)), np.diff(given.bounds))
    table = rows(Row, 2 * len(queue))
    for half, edge, duty in ((table[::2], "opens", Duty.OPEN), (table[1::2], "closes", Duty.CLOSE)):
        half["at"] = given.windows[edge]
        half["who"] = queue
        half["what"] = int(duty)
    return table
