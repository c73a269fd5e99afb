"""Goals: what a center promises, and how its service level is counted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.part import Part
from sim.units import PositiveSeconds, Seconds, Share

Definition = Literal["of_offered", "of_answered", "excluding_short_abandons", "abandons_counted_as_met"]
Target = Annotated[Share, Field(gt=0)]


Weight = Annotated[float, Field(strict=True, ge=0, le=1000)]


class Scorecard(Part):
    """How strongly each figure is rewarded; only the weights' proportions count."""

    aht: Weight = Field(default=1.0, description="Weight of the handle-time target (no unit); 0 = not rewarded.")
    service_level: Weight = Field(default=1.0, description="Weight of the service level (no unit).")
    csat: Weight = Field(default=1.0, description="Weight of surveyed satisfaction (no unit).")
    fcr: Weight = Field(default=1.0, description="Weight of resolution (no unit).")

    @property
    def asks_speed(self) -> float:
        """Weight of speed, 0 to 1: handle time and service level over all; 0 if nothing is rewarded."""
        total = self.aht + self.service_level + self.csat + self.fcr
        return (self.aht + self.service_level) / total if total else 0.0

    @property
    def asks_empathy(self) -> float:
        """Weight of quality, 0 to 1: satisfaction and resolution over all; 0 if nothing is rewarded."""
        total = self.aht + self.service_level + self.csat + self.fcr
        return (self.csat + self.fcr) / total if total else 0.0

    @property
    def weights(self) -> tuple[float, float, float, float]:
        """Of handle time, service level, satisfaction, resolution: each 0 to 2 within its pair, 1 = both alike."""
        return (*_within_pair(self.aht, self.service_level), *_within_pair(self.csat, self.fcr))


def _within_pair(one: float, other: float) -> tuple[float, float]:
    total = one + other
    return (2 * one / total, 2 * other / total) if total else (0.0, 0.0)


class QueueScorecard(Part):
    """A queue's own weights; what is not given is taken from the center's scorecard."""

    aht: Weight | None = Field(default=None, description="Weight of the handle-time target (no unit).")
    service_level: Weight | None = Field(default=None, description="Weight of the service level (no unit).")
    csat: Weight | None = Field(default=None, description="Weight of surveyed satisfaction (no unit).")
    fcr: Weight | None = Field(default=None, description="Weight of resolution (no unit).")

    def over(self, scorecard: Scorecard) -> Scorecard:
        """The center's scorecard with this queue's own weights in their place."""
        return scorecard.model_copy(update=self.model_dump(exclude_none=True))


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
    csat: Target = Field(default=0.8, description="Share of surveyed callers who should say 4 or 5 (people only).")
    fcr: Target = Field(default=0.7, description="Share of contacts that should resolve the issue (people only).")
    scorecard: Scorecard = Field(
        default=Scorecard(), description="How strongly agents are rewarded for each figure (people only)."
    )


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

    csat: Target | None = Field(default=None, description="Share of surveyed callers who should say 4 or 5.")
    fcr: Target | None = Field(default=None, description="Share of contacts that should resolve the issue.")
    scorecard: QueueScorecard | None = Field(
        default=None, description="How strongly agents are rewarded here; weights not given are the center's."
    )

    def over(self, goals: Goals) -> Goals:
        """The center's goals with this queue's own in their place."""
        own = {name: value for name, value in self if value is not None}
        if self.scorecard is not None:
            own["scorecard"] = self.scorecard.over(goals.scorecard)
        return goals.model_copy(update=own)
