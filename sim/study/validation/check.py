"""Simulates cases, and sets each figure beside the exact one, in standard errors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sim.measure.statistics import moments_of
from sim.run import Engine, Model
from sim.scenario import build
from sim.study.validation.case import Case
from sim.study.validation.view import View

Floats = NDArray[np.float64]

BOUND = 4.0
"""Standard errors beyond which a figure is called wrong."""


class Observed(NamedTuple):
    """What replications of a case have shown."""

    sums: Floats
    """shape (replications, figures, 2)"""
    contacts: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure, simulated and exact."""

    case: str
    figure: str
    simulated: float
    standard_error: float
    exact: float
    replications: int

    @property
    def difference(self) -> float:
        """Simulated minus exact, in standard errors; nan where there is no spread to measure it by."""
        return (self.simulated - self.exact) / self.standard_error if self.standard_error else math.nan

    @property
    def holds(self) -> bool:
        """Whether the difference is within the bound; a figure that could not be measured does not hold."""
        return abs(self.difference) <= BOUND

    def chance_beyond(self, bound: float) -> float:
        """Probability that a right figure lies beyond so many standard errors (Student's t)."""
        from scipy.special import stdtr

        return 2.0 * float(stdtr(self.replications - 1, -bound))


class Checked(NamedTuple):
    """A case with all its figures."""

    case: Case
    figures: list[Comparison]
    contacts: int


def check(cases: Sequence[Case], engine: Engine, seed: int, workers: int | None = 1) -> Iterator[Checked]:
    """The cases one after another, each as soon as it is simulated.

    `workers` processes share the replications, None = as many as there are cores. The outcome does not depend on it.
    """
    from joblib import Parallel, cpu_count, delayed

    workers = workers or cpu_count()
    shares = [np.array_split(np.arange(case.replications), 2 * workers if workers > 1 else 1) for case in cases]
    pool = Parallel(n_jobs=workers, return_as="generator")
    found = pool(
        delayed(observe)(case, engine, seed, share.tolist())
        for case, own in zip(cases, shares, strict=True)
        for share in own
        if len(share)
    )
    for case, own in zip(cases, shares, strict=True):
        parts = [next(found) for share in own if len(share)]
        sums = np.concatenate([part.sums for part in parts])
        yield Checked(case, compare(case, sums), sum(part.contacts for part in parts))


def observe(case: Case, engine: Engine, seed: int, replications: Sequence[int]) -> Observed:
    """What these replications show of a case."""
    # Each case has random numbers of its own: what is unlikely in one case must not be so in all of them.
    own = (seed + crc32(case.name.encode())) % 2**63
    model = Model.of(build({**case.scenario, "days": case.days, "seed": own}))
    sums, contacts = [], 0
    for replication in replications:
        facts = model.simulate(replication, engine)
        view = View.of(facts, case.window, case.within_s, case.short_s)
        sums.append([measure(view) for measure in case.measures.values()])
        contacts += len(facts.contacts)
    return Observed(np.array(sums), contacts)


def compare(case: Case, sums: Floats) -> list[Comparison]:
    """The case's figures as ratios of sums over replications, shape (replications, figures, 2), beside the exact ones.

    Formula: R = sum x / sum y, its standard error by the delta method (see `sim.measure.statistics`).
    """
    exact = case.exact()
    found = moments_of(sums[:, :, 0], sums[:, :, 1]).evidence()
    return [
        Comparison(case.name, name, float(mean), float(error), float(exact[name]), int(n))
        for name, mean, error, n in zip(case.measures, found.mean, found.error, found.observations, strict=True)
    ]
