"""What the scenario does: sums of simulated weeks by queue, weekday and hour, and figures made of them."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.record import Outcome, Rows

Floats = NDArray[np.float64]
GROUPS = {"all": "", "personal": "personal", "stock": "stock", "prospective": "prospective", "internet": "internet"}
"""A queue of the log, and how the names of its queues in the scenario begin."""
SUMS = ("offered", "waited", "wait_s", "answered", "answered_wait_s", "abandoned")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
"""In the order of the scenario's week."""
DAY_S, HOUR_S, HOURS = 86_400, 3_600, 24


class Figure(NamedTuple):
    """A figure and how far it may be off: half of its 95 % interval over weeks, or a standard error over days."""

    value: float
    error: float


MEASURES: dict[str, tuple[str, str]] = {
    "p_wait": ("waited", "offered"),
    "wait_s": ("wait_s", "offered"),
    "answered_wait_s": ("answered_wait_s", "answered"),
    "abandonment": ("abandoned", "offered"),
}
"""Each is a sum over a sum; `offered` is besides them, as calls a day."""


def week_sums(contacts: Rows, queues: list[str]) -> Floats:
    """Sums of one week, shape (GROUPS, days of the week, hours of the day, SUMS), by when contacts arrived.

    A wait runs from joining to the answer or to leaving; who is answered at once waits 0 s. Those cut off at closing
    time (1 in 2000) count as offered and waiting, neither as answered nor as abandoned.
    """
    outcome, arrived = contacts["outcome"], contacts["arrived"]
    inside = arrived < DAY_S * len(WEEKDAYS)
    answered = outcome == int(Outcome.HANDLED)
    wait = np.where(answered, contacts["answered"], contacts["left"]) - arrived
    cell = (arrived // HOUR_S).astype(np.int64)
    columns = (np.ones(len(wait)), wait > 0, wait, answered, wait * answered, outcome == int(Outcome.ABANDONED))
    sums = np.zeros((len(GROUPS), len(WEEKDAYS) * HOURS, len(SUMS)))
    for group, begins in enumerate(GROUPS.values()):
        mine = inside & np.isin(contacts["queue"], [q for q, name in enumerate(queues) if name.startswith(begins)])
        for number, column in enumerate(columns):
            sums[group, :, number] = np.bincount(cell[mine], column[mine], minlength=sums.shape[1])
    return sums.reshape(len(GROUPS), len(WEEKDAYS), HOURS, len(SUMS))


def simulate_weeks(simulate: Callable[[int], Rows], queues: list[str], weeks: int) -> Floats:
    """The sums of so many weeks, shape (weeks, *`week_sums`); `simulate` gives the contacts of a replication."""
    return np.stack([week_sums(simulate(replication), queues) for replication in range(weeks)])


def figures(weeks: Floats, weekdays: dict[str, int], hours: Iterable[int]) -> dict[str, Figure]:
    """Offered a day, and the ratios of MEASURES, of one queue in these hours of the day.

    weeks: shape (weeks, days of the week, hours, SUMS). weekdays: how many days of each the log has; the model's days
    count as often. Half widths over weeks: t intervals, ratios by the delta method.
    """
    from scipy.stats import t

    days = np.array([weekdays.get(name, 0) for name in WEEKDAYS], dtype=np.float64)
    sums = np.einsum("wdhs,d->ws", weeks[:, :, list(hours)], days / days.sum())
    factor = float(t.ppf(0.975, len(sums) - 1) / np.sqrt(len(sums)))
    found = {"offered": Figure(float(sums[:, 0].mean()), float(sums[:, 0].std(ddof=1)) * factor)}
    for measure, (over, under) in MEASURES.items():
        top, bottom = sums[:, SUMS.index(over)], sums[:, SUMS.index(under)]
        ratio = float(top.sum() / bottom.sum())
        residual = top - ratio * bottom
        found[measure] = Figure(ratio, float(residual.std(ddof=1) / bottom.mean()) * factor)
    return found
