"""Goals: what a center promises, and how its service level is counted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.part import Part
from sim.units import PositiveSeconds, Seconds, Share

Definition = Literal["of_offered", "of_answered", "excluding_short_abandons", "abandons_counted_as_met"]
Target = Annotated[Share, Field(gt=0)]


class Goals(Part):
    """The center's goals; the defaults are the usual ones of the field (80 % within 20 s)."""

    service_level: Target = Field(default=0.8, description="Share to be answered within within_s (0.8 = 80 %).")
    within_s: Seconds = Field(default=20.0, description="Waiting time that still counts as in time, in seconds.")
    definition: Definition = Field(
        default="of_offered",
        description="What the share is of: of_offered, of_answered, excluding_short_abandons, or "
        "abandons_counted_as_met (abandons within within_s count as met).",
    )
    short_abandon_s: Seconds = Field(default=5.0, description="An abandonment before this wait is short, in seconds.")
    aht_target: PositiveSeconds = Field(
        default=300.0, description="Handle time (talk + hold + wrap) aimed at, in seconds."
    )
    abandonment: Share = Field(default=0.05, description="Largest share of offered contacts that may abandon.")
    occupancy: Target = Field(default=0.85, description="Largest share of staffed time that agents should be busy.")


class QueueGoals(Part):
    """A queue's own goals; what is not given is taken from the center's goals."""

    service_level: Target | None = Field(default=None, description="Share to be answered within within_s.")
    within_s: Seconds | None = Field(default=None, description="Waiting time that still counts as in time, in seconds.")
    definition: Definition | None = Field(default=None, description="What the share is of.")
    short_abandon_s: Seconds | None = Field(
        default=None, description="An abandonment before this wait is short, in seconds."
    )
    aht_target: PositiveSeconds | None = Field(default=None, description="Handle time aimed at, in seconds.")
    abandonment: Share | None = Field(default=None, description="Largest share of offered contacts that may abandon.")

    def over(self, goals: Goals) -> Goals:
        """The center's goals with this queue's own in their place."""
        return goals.model_copy(update=self.model_dump(exclude_none=True))
