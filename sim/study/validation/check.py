"""Simulates cases, and sets each figure beside its reference, in standard errors of the two together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sim.measure.evidence import Evidence
from sim.measure.statistics import moments_of
from sim.run import Engine, Model
from sim.scenario import Scenario, build
from sim.study.validation.case import Case
from sim.study.validation.reference import Reference
from sim.study.validation.view import View

Floats = NDArray[np.float64]

_LARGEST_SCORE = 37.0
"""Beyond it the normal law's tail is 0 to a computer."""


class Observed(NamedTuple):
    """What replications of a case have shown."""

    sums: Floats
    """shape (observations, measures, 2)"""
    contacts: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure, simulated and from elsewhere."""

    case: str
    figure: str
    simulated: float
    standard_error: float
    reference: Reference
    replications: int
    skewness: float = 0.0
    """of the observations"""

    @property
    def together(self) -> float:
        """Standard error of the difference."""
        return math.hypot(self.standard_error, self.reference.error)

    @property
    def difference(self) -> float:
        """Simulated minus reference, in standard errors of both; nan where there is no spread to measure it by."""
        if not self.standard_error > 0.0:
            return math.nan
        return (self.simulated - self.reference.value) / self.together

    @property
    def freedom(self) -> float:
        """Degrees of freedom of that standard error: n - 1, more where the reference's error is part of it (Welch)."""
        return (self.replications - 1) * (self.together / self.standard_error) ** 4

    @property
    def _evidence(self) -> Evidence:
        """What the difference is known to be, as if from freedom + 1 observations, whose mean leans as ours does.

        Skewness of the difference: that of the mean, g / sqrt(n), times (standard_error / together)^3, since the
        reference's error is taken for normal.
        """
        count = self.freedom + 1.0
        lean = self.skewness * math.sqrt(count / self.replications) * (self.standard_error / self.together) ** 3
        off = self.simulated - self.reference.value
        return Evidence(*(np.asarray(each) for each in (off, self.together, lean, count)))

    @property
    def p_value(self) -> float:
        """Probability that a right figure lies so far off or further (`sim.measure.evidence`); nan if unmeasured."""
        return math.nan if math.isnan(self.difference) else float(self._evidence.p())

    @property
    def score(self) -> float:
        """The difference on the normal law's scale, with the same probability beyond it."""
        from scipy.special import ndtri

        if math.isnan(self.difference):
            return math.nan
        size = min(float(-ndtri(0.5 * self.p_value)), _LARGEST_SCORE)
        return math.copysign(size, float(self._evidence.at_least(0.0)) - 0.5)


class Checked(NamedTuple):
    """A case with all its figures."""

    case: Case
    figures: list[Comparison]
    contacts: int
    correlation: Floats
    """of the figures' differences, shape (figures, figures)"""

    @property
    def spokesman(self) -> Comparison:
        """The figure that speaks for the case."""
        return next(row for row in self.figures if row.figure == self.case.spokesman)


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
        figures = compare(case, sums)
        yield Checked(case, figures, sum(part.contacts for part in parts), correlation_of(case, sums, figures))


def scenario_of(case: Case, seed: int) -> Scenario:
    """The case as the scenario that is run.

    Each case has random numbers of its own: what is unlikely in one case must not be so in all of them.
    """
    own = (seed + crc32(case.name.encode())) % 2**63
    sampling = {"sampling": {"strata": case.strata}} if case.strata > 1 else {}
    python = {"allow_python": True} if case.uses_python else {}
    return build({**case.scenario, **sampling, **python, "days": case.days, "seed": own})


def observe(case: Case, engine: Engine, seed: int, observations: Sequence[int]) -> Observed:
    """What these observations show of a case: replications, or batches of them whose sums are added up."""
    model = Model.of(scenario_of(case, seed))
    clock = "simpy" if case.uses_python else engine
    sums, contacts = np.zeros((len(observations), len(case.measures), 2)), 0
    for row, observation in zip(sums, observations, strict=True):
        for replication in range(observation * case.strata, (observation + 1) * case.strata):
            facts = model.simulate(replication, clock)
            view = View.of(facts, case.window, case.within_s, case.short_s)
            row += [measure(view) for measure in case.measures.values()]
            contacts += len(facts.contacts)
    return Observed(sums, contacts)


def compare(case: Case, sums: Floats) -> list[Comparison]:
    """The case's figures as ratios of sums over observations, shape (observations, measures, 2), beside references.

    Formula: R = sum x / sum y, its standard error by the delta method (see `sim.measure.statistics`).
    """
    found = moments_of(sums[:, :, 0], sums[:, :, 1]).evidence()
    place = {name: k for k, name in enumerate(case.measures)}
    return [
        Comparison(
            case.name,
            name,
            float(found.mean[place[name]]),
            float(found.error[place[name]]),
            reference,
            int(found.observations[place[name]]),
            float(found.skewness[place[name]]),
        )
        for name, reference in case.references()
    ]


def correlation_of(case: Case, sums: Floats, figures: Sequence[Comparison]) -> Floats:
    """Correlation of the figures' differences, shape (figures, figures).

    Formula: that of the residuals x - R y over observations; an error of a reference's own adds to the variance alone.
    """
    place = {name: k for k, name in enumerate(case.measures)}
    columns = [place[row.figure] for row in figures]
    tops, bottoms = sums[:, :, 0], sums[:, :, 1]
    total = bottoms.sum(axis=0)
    ratio = np.divide(tops.sum(axis=0), total, out=np.zeros(len(total)), where=total > 0.0)
    residuals = (tops - ratio * bottoms)[:, columns]
    size = np.sqrt((residuals**2).sum(axis=0))
    units = np.divide(residuals, size, out=np.zeros_like(residuals), where=size > 0.0)
    own = np.array([row.standard_error / row.together if row.together else 0.0 for row in figures])
    correlation: Floats = np.nan_to_num(units.T @ units * np.outer(own, own))
    np.fill_diagonal(correlation, 1.0)
    return correlation
