"""Many replications of one scenario, as rows to make studies of; for the benchmarks of intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from sim.loading import load
from sim.measure import Layout
from sim.measure.contacts import COLUMN
from sim.measure.counts import Counting
from sim.measure.evidence import Estimate
from sim.measure.kpis import evaluate
from sim.measure.people_kpis import PEOPLE_CELL, all_contact_cells, contact_kpis
from sim.measure.sampled import Sampled
from sim.run import Model

KPIS = ("service_level", "asa_s", "abandonment_rate", "csat", "offered")
Floats = NDArray[np.float64]


class Many(NamedTuple):
    """Replications of one scenario, in the order of their numbers."""

    keys: tuple[str, ...]
    """those of `KPIS` that it has"""
    numbers: NDArray[np.int64]
    tops: Floats
    bottoms: Floats
    """of the center, (replications, kpis)"""
    first_calls: Floats
    sampled: Sampled

    def study(self, rows: slice, control: bool, confidence: float = 0.95) -> Estimate:
        """The estimate that a run of these replications has in its summary."""
        own = self.sampled if control else Sampled(self.sampled.strata)
        return own.estimate(self.tops[rows], self.bottoms[rows], self.numbers[rows], self.first_calls[rows], confidence)


def many(words: Sequence[str], numbers: range, workers: int = 2) -> Many:
    """These replications of a scenario, simulated by some processes under the compiled clock."""
    parts = np.array_split(np.arange(numbers.start, numbers.stop), 4 * workers)
    found = Parallel(n_jobs=workers)(delayed(_some)(list(words), part) for part in parts if len(part))
    layout = Layout.of(load([*words]).scenario)
    keys = tuple(kpi.key for kpi in contact_kpis(layout.people) if kpi.key in KPIS)
    tops, bottoms, calls = (np.concatenate(each) for each in zip(*found, strict=True))
    order = [keys.index(key) for key in KPIS if key in keys]
    named = tuple(keys[k] for k in order)
    return Many(named, np.asarray(numbers), tops[:, order], bottoms[:, order], calls, layout.sampled)


def _some(words: list[str], numbers: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    model = Model.of(load(words).scenario)
    layout = Layout.of(model.scenario)
    kpis = tuple(kpi for kpi in contact_kpis(layout.people) if kpi.key in KPIS)
    tops, bottoms = np.empty((2, len(numbers), len(kpis)))
    calls = np.empty(len(numbers))
    for row, number in enumerate(numbers):
        counting, end = Counting(layout, model.agents), 0.0
        for told in model.portions(int(number), "compiled"):
            counting.add(told.left, told.was, told.queued, told.met)
            end = told.end
        counts = counting.counts(end)
        (tops[row],), (bottoms[row],) = evaluate(kpis, all_contact_cells(counts, layout, [0])[0], PEOPLE_CELL)
        calls[row] = counts.contacts[0, :, COLUMN["first_attempts"]].sum()
    return tops, bottoms, calls
