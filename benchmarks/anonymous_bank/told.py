"""Callers who are told how many stand ahead of them: one move of the model replaced, for comparison."""
from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.center.queue import join
from sim.center.verbs import Center
from sim.clocks.simpy_clock import SimpyClock
from sim.distributions.listed import PiecewiseHazard
from sim.record import Rows
from sim.run import Model

Floats = NDArray[np.float64]
LATEST_S = 1e6
"""No patience is longer."""


class Hazard:
    """A hazard constant between given times, as its sum up to each of them."""

    def __init__(self, from_s: list[float], per_s: list[float]) -> None:
        self.at: Floats = np.array([*from_s, LATEST_S])
        self.total: Floats = np.concatenate([[0.0], np.cumsum(np.diff(self.at) * np.array(per_s))])

    def upto(self, seconds: float) -> float:
        """The hazard summed up to a time."""
        return float(np.interp(seconds, self.at, self.total))

    def reaches(self, total: float) -> float:
        """When that sum is reached."""
        return float(np.interp(total, self.total, self.at))


def read_hazards(path: Path) -> dict[str, list[tuple[int, Hazard]]]:
    """By queue: (least number ahead, hazard of hanging up) from ahead.csv, in rising order."""
    cells: dict[tuple[str, int], tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            start, rate = cells[row["queue"], int(row["ahead_from"])]
            start.append(float(row["from_s"]))
            rate.append(float(row["per_s"]))
    found: dict[str, list[tuple[int, Hazard]]] = defaultdict(list)
    for (queue, low), cell in sorted(cells.items()):
        found[queue].append((low, Hazard(*cell)))
    return dict(found)


def told_places(model: Model, hazards: dict[str, list[tuple[int, Hazard]]]) -> Callable[[int], Rows]:
    """What simulates a replication's contacts when patience depends on the number of callers ahead.

    The caller's own mark stays: patience is when the hazard that belongs to the number ahead has summed up to what the
    hazard of the whole queue sums up to at the patience drawn. So the same callers are patient, under the same seed.
    """
    whole: dict[int, Hazard] = {}
    groups: dict[int, list[tuple[int, Hazard]]] = {}
    for number, (name, queue) in enumerate(model.scenario.queues.items()):
        if name in hazards:
            assert isinstance(queue.patience, PiecewiseHazard)
            whole[number] = Hazard(list(queue.patience.from_s), list(queue.patience.per_s))
            groups[number] = hazards[name]

    def join_and_hear(center: Center, k: int, now: float) -> None:
        contact = center.contacts[k]
        if contact.queue in whole:
            ahead = sum(queue.length for queue in center.queues)
            mine = [hazard for low, hazard in groups[contact.queue] if low <= ahead][-1]
            contact.patience = mine.reaches(whole[contact.queue].upto(contact.patience))
        join(center, k, now)

    own: dict[str, Any] = {"join": join_and_hear}
    return lambda replication: SimpyClock(model.given(replication), own=own).run().left
