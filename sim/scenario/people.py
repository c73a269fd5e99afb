"""What a queue's issues are like and what its leaders ask: repeats, transfers, surveys, weights."""

from __future__ import annotations

from pydantic import Field

from sim.distributions import Distribution, Lognormal
from sim.scenario.name import Name
from sim.scenario.part import Part
from sim.units import Share


class Repeat(Part):
    """Coming back because the issue was not resolved."""

    probability: Share = Field(
        default=0.6,
        description="Probability of calling again after a contact that did not resolve the issue; these calls come "
        "on top of the arrivals, so 0 where the arrivals are all contacts measured.",
    )
    delay: Distribution = Field(
        default=Lognormal(kind="lognormal", mean_s=None, cv=None, median_s=86400.0, sigma=1.5),
        description="Time to that call, in seconds; default median one day.",
    )


class Transfer(Part):
    """Passing on what could not be resolved."""

    probability: Share = Field(default=0.0, description="Probability that an unresolved contact is passed on.")
    to: Name | None = Field(default=None, description="Queue that it is passed on to.")


class Survey(Part):
    """Asking callers."""

    offered: Share = Field(description="Share of handled contacts that are asked.")


class Asks(Part):
    """What leaders ask of agents; null = what the scorecard rewards."""

    empathy: Share | None = Field(default=None, description="Weight of quality (0 to 1); null = from the scorecard.")
    speed: Share | None = Field(default=None, description="Weight of speed (0 to 1); null = from the scorecard.")
