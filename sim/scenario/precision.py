"""Precision: how well a figure of the whole center is to be known before replications stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from sim.scenario.part import Fault, Part
from sim.units import WHOLE

Replications = Annotated[int, Field(strict=True, ge=2, le=1_000_000), WHOLE]


class Precision(Part):
    """Replicate until the interval of one KPI of the center is narrow enough; `replications` is the first batch."""

    kpi: Annotated[str, Field(strict=True, min_length=1, max_length=200)] = Field(
        default="service_level", description="A KPI of the summary (docs/kpis.md), taken for the whole center."
    )
    half_width: Annotated[float, Field(strict=True, gt=0, le=1e12)] = Field(
        description="Half of the interval's width that is wanted, in the KPI's own unit (0.01 of a share = 1 point)."
    )
    max_replications: Replications = Field(default=1000, description="Replications at which it stops in any case.")
    min_replications: Replications = Field(
        default=10, description="Replications before which it never stops; fewer than 10 make intervals too narrow."
    )

    def first_batch(self, replications: int) -> int:
        """Replications before the first look at the interval."""
        return min(max(replications, self.min_replications), self.max_replications)


def contradictions(precision: Precision) -> Iterator[Fault]:
    """What does not fit together, by its place in the precision: a cap below the least."""
    least, most = precision.min_replications, precision.max_replications
    if most < least:
        remedy = "raise it, or lower min_replications"
        yield Fault(("max_replications",), f"{most:,} is less than min_replications {least:,}: {remedy}")
