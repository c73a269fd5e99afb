"""Sampling: how replications are drawn and their figures estimated, so that fewer of them say as much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sim.scenario.arrivals import Counts, Rates
from sim.scenario.part import Fault, Part, Path
from sim.units import WHOLE

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

LEAST_CONTROLLED = 10
"""Batches (single replications without strata) with which coefficients of the arrivals can be fitted: with fewer the
fit follows chance, and the intervals become wider than they were."""
FEW_BATCHES = 5
"""Batches below which the t quantile takes away what strata bring: 2.8 with 5, 12.7 with 2."""


class Sampling(Part):
    """Variance reduction: the same expectations with narrower intervals. By default none."""

    strata: Annotated[int, Field(strict=True, ge=1, le=1000), WHOLE] = Field(
        default=1,
        description="Replications in a batch; within it every day's factor comes once from each of so many equally "
        "likely parts of its law. Intervals are then over batches; 1 = independent replications.",
    )
    control: Literal["none", "arrivals"] = Field(
        default="none",
        description="Control variate of the summary: arrivals = correct the figures by what the number of first calls "
        "was above or below its known expectation.",
    )

    def whole(self, replications: int) -> int:
        """The least number of whole batches with so many replications, in replications."""
        return -(-replications // self.strata) * self.strata


def contradictions(scenario: Scenario) -> Iterator[Fault]:
    """A control with fewer replications than its coefficients need."""
    sampling = scenario.sampling
    if sampling.control == "none" or scenario.precision is not None:
        return
    least, has = LEAST_CONTROLLED * sampling.strata, sampling.whole(scenario.replications)
    if has < least:
        batches = "" if sampling.strata == 1 else f" ({LEAST_CONTROLLED} batches of sampling.strata {sampling.strata})"
        told = f"fits coefficients to replications, which takes at least {least:,}{batches}, and there are {has:,}"
        yield Fault(("sampling", "control"), f"{told}: raise replications, or take control: none")


def cautions(scenario: Scenario) -> Iterator[Fault]:
    """What the run does otherwise than asked, and what brings nothing."""
    sampling, arrivals = scenario.sampling, [queue.arrivals for queue in scenario.queues.values()]
    rates = [one for one in arrivals if isinstance(one, Rates)]
    if sampling.strata > 1:
        if all(one.day_factor_shape == float("inf") for one in rates):
            yield Fault(("sampling", "strata"), "no queue has a day factor, so there is nothing to draw from strata")
        yield from _rounded(scenario)
    fractions = scenario.demand.scale % 1.0 != 0.0 and any(isinstance(one, Counts) for one in arrivals)
    if sampling.control == "arrivals" and not rates and not fractions:
        yield Fault(("sampling", "control"), "as many contacts come in every replication: there is nothing to control")


def _rounded(scenario: Scenario) -> Iterator[Fault]:
    sampling, precision = scenario.sampling, scenario.precision
    given: list[tuple[Path, int]] = [(("replications",), scenario.replications)]
    if precision is not None:
        given = [(("precision", "max_replications"), precision.max_replications)]
    for path, count in given:
        has = sampling.whole(count)
        if has != count:
            yield Fault(path, f"{count:,} is made {has:,}: whole batches of sampling.strata {sampling.strata}")
        batches = has // sampling.strata
        if batches < FEW_BATCHES:
            told = f"{has:,} are {batches} batch{'es' if batches > 1 else ''} of sampling.strata {sampling.strata}"
            yield Fault(path, f"{told}, over which intervals become wide: take fewer strata or more replications")
