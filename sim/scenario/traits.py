"""Traits of a population: what callers need and what agents give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.part import Part
from sim.units import Share


class Trait(Part):
    """One trait's distribution: normal, cut to [0, 1]; 0.5 is typical, 0.15 the usual spread."""

    mean: Share = Field(default=0.5, description="Mean before cutting to [0, 1] (no unit); 0.5 = typical.")
    sd: Annotated[float, Field(strict=True, ge=0, le=10)] = Field(
        default=0.15, description="Standard deviation before cutting to [0, 1] (no unit)."
    )


class Traits(Part):
    """Empathy and speed with their correlation (Gaussian copula)."""

    empathy: Trait = Field(
        default=Trait(), description="How much callers need to be listened to; how well agents listen."
    )
    speed: Trait = Field(default=Trait(), description="How much of a hurry callers are in; how fast agents work.")
    correlation: Annotated[float, Field(strict=True, ge=-1, le=1)] = Field(
        default=0.0, description="Correlation of empathy and speed (no unit), from -1 to 1."
    )


class AgentTraits(Traits):
    """What agents give: four more, each independent of the others."""

    knowledge: Trait = Field(default=Trait(), description="What agents know.")
    patience: Trait = Field(default=Trait(), description="How well agents bear agitated callers.")
    persistence: Trait = Field(default=Trait(), description="How long agents keep trying until it is solved.")
    passion: Trait = Field(default=Trait(), description="How fast agents recover in breaks.")
