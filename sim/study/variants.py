"""Variants of a scenario, simulated with common random numbers.

A variant is the scenario with some keys set to other values. All of them have the scenario's seed, and every random
mark belongs to a caller, an agent or a day and not to the order of events; so the replications of two variants differ
by what was changed and by nothing else, and are compared pair by pair.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measure import Layout
from sim.measure.counts import Counting
from sim.measure.evidence import Estimate, Evidence, evidence_of
from sim.measure.kpis import Kpi, evaluate
from sim.measure.people_kpis import PEOPLE_CELL, all_contact_cells, contact_kpis
from sim.measure.sampled import Sampled, in_batches, whole_batches
from sim.measure.statistics import moments_of
from sim.run import Engine, Model
from sim.scenario import Scenario, build, estimated_contacts
from sim.study.execution import Execution, closing, in_order, perform

Floats = NDArray[np.float64]
Values = Mapping[str, float]
"""Dotted keys of a scenario, such as `behavior.talk.listening`, and what they are set to."""

NET_PER_WEEK, NET_OF_RUN = "net_per_week", "net"


class Figures(NamedTuple):
    """What the replications of one variant have shown of the whole center."""

    tops: Floats
    bottoms: Floats
    """of each KPI, shape (replications, kpis); the figure is the ratio of their sums"""
    strata: int = 1
    """replications that were drawn together (`sampling.strata`): then a batch of them is one observation"""
    numbers: NDArray[np.int64] | None = None
    """of the replications; None = 0, 1, 2, ..."""

    def estimate(self, confidence: float) -> Estimate:
        """The figures with their intervals, each of shape (kpis,)."""
        return Sampled(self.strata).estimate(self.tops, self.bottoms, self._numbers, None, confidence)

    def known(self) -> Evidence:
        """What the replications say of the figures, those that were drawn together as one."""
        found = self.batches()
        return moments_of(found.tops, found.bottoms).evidence()

    def at(self, rows: NDArray[np.intp]) -> Figures:
        """Those of some of the replications, by their places."""
        return self._replace(tops=self.tops[rows], bottoms=self.bottoms[rows], numbers=self._numbers[rows])

    def batches(self) -> Figures:
        """The sums of whole batches in order, each as if it were a replication by itself."""
        if self.strata == 1:
            return self
        rows = whole_batches(self._numbers, self.strata)
        return Figures(in_batches(self.tops[rows], self.strata), in_batches(self.bottoms[rows], self.strata))

    @property
    def _numbers(self) -> NDArray[np.int64]:
        return np.arange(len(self.tops)) if self.numbers is None else self.numbers

    def mean(self) -> Floats:
        """The figures, shape (kpis,)."""
        found = self.batches()
        return _ratio(found if len(found.tops) > 1 else self)

    def less(self, base: Figures, confidence: float) -> Estimate:
        """How far the figures are above those of another variant, with paired intervals, each of shape (kpis,).

        Where nothing differs, the difference and its interval are exactly 0.
        """
        found = self.known_less(base).estimate(confidence)
        return found._replace(replications=found.replications * self.strata)

    def known_less(self, base: Figures) -> Evidence:
        """What the replications that both have say of how far the figures are above those of another variant.

        R - R0 with the distances d = (x - R y) / mean y - (x0 - R0 y0) / mean y0: the delta method for the difference
        of two ratios of sums of the same replications. Those that were drawn together count as one, with their sums.
        """
        mine, other = self.batches(), base.batches()
        one, zero = _ratio(mine), _ratio(other)
        difference = one - zero
        count = np.where(np.isfinite(difference), float(len(mine.tops)), 0.0)
        return evidence_of(_linear(mine, one) - _linear(other, zero), difference, count)


def _ratio(figures: Figures) -> Floats:
    bottom = figures.bottoms.sum(axis=0)
    top: Floats = figures.tops.sum(axis=0)
    ratio: Floats = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0.0)
    return ratio


def _linear(figures: Figures, ratio: Floats) -> Floats:
    mean = figures.bottoms.mean(axis=0)
    rest: Floats = figures.tops - ratio * figures.bottoms
    linear: Floats = np.divide(rest, mean, out=np.zeros_like(rest), where=mean > 0.0)
    return linear


def kpis_of(scenario: Scenario, keys: Sequence[str]) -> tuple[Kpi, ...]:
    """Those of the named KPIs that the scenario has, in that order; without prices there are none of money.

    A run that is not of whole weeks has its `net` in the place of `net_per_week`.
    """
    known = {kpi.key: kpi for kpi in contact_kpis(Layout.of(scenario).people)}
    if NET_PER_WEEK not in known and NET_OF_RUN in known:
        known[NET_PER_WEEK] = known[NET_OF_RUN]
    return tuple(known[key] for key in keys if key in known)


def variant(raw: Mapping[str, Any], values: Values) -> Scenario:
    """The scenario of composed values with these keys changed."""
    changed = copy.deepcopy(dict(raw))
    for key, value in values.items():
        *path, last = key.split(".")
        holder = changed
        for part in path:
            holder = holder.setdefault(part, {})
        holder[last] = value
    return build(changed)


def figures(
    raw: Mapping[str, Any],
    variants: Sequence[Values],
    kpis: Sequence[Kpi],
    replications: int,
    execution: Execution | None = None,
) -> Iterator[Figures]:
    """The figures of each variant, one after another, each as soon as it is simulated.

    `execution` says who shares the variants, None = whom the scenario asks for, or this process if little is to be
    done. What comes out does not depend on it. Variants with the same values are simulated once.
    """
    if execution is None:
        scenario = build(copy.deepcopy(dict(raw)))
        work = estimated_contacts(scenario) * replications * len(variants)
        execution = Execution.of(scenario).pays_for(work, scenario.engine)
    keys = [tuple(sorted(values.items())) for values in variants]
    wanted = list(dict.fromkeys(keys))
    found = in_order(perform(_observe, [(raw, dict(key), tuple(kpis), replications) for key in wanted], execution))
    known: dict[tuple[tuple[str, float], ...], Figures] = {}
    with closing(found):
        for key in keys:
            while key not in known:
                known[wanted[len(known)]] = next(found)
            yield known[key]


def _observe(task: tuple[Mapping[str, Any], Values, tuple[Kpi, ...], int]) -> Figures:
    return observe(*task)


def observe(raw: Mapping[str, Any], values: Values, kpis: tuple[Kpi, ...], replications: int) -> Figures:
    """The figures of one variant."""
    scenario = variant(raw, values)
    model, layout = Model.of(scenario), Layout.of(scenario)
    engine: Engine = model.engine if scenario.engine != "auto" or scenario.python is not None else "compiled"
    replications = scenario.sampling.whole(replications)
    tops, bottoms = np.empty((2, replications, len(kpis)))
    for replication in range(replications):
        counting, end = Counting(layout, model.agents), 0.0
        for told in model.portions(replication, engine):
            counting.add(told.left, told.was, told.queued, told.met)
            end = told.end
        center = all_contact_cells(counting.counts(end), layout, [0])[0]
        (tops[replication],), (bottoms[replication],) = evaluate(kpis, center, PEOPLE_CELL)
    return Figures(tops, bottoms, scenario.sampling.strata)
