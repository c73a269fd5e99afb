"""Behavior: what people do beyond an exact queueing model, as coefficients.

The parts have the fields of the dataclasses in `sim.people`; there, shares (`satisfaction.typical`, `replies` and
the three of `loyalty`) are log odds. Every default is off or neutral; the numbers stand in configs/behavior.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.scenario.part import Part
from sim.units import PositiveSeconds, Seconds, Share

Signed = Annotated[float, Field(strict=True, ge=-2, le=2)]
Strength = Annotated[float, Field(strict=True, ge=0, le=10)]
Memory = Annotated[float, Field(strict=True, ge=1, le=1e6)]
Money = Annotated[float, Field(strict=True, gt=0, le=1e9)]
OpenShare = Annotated[Share, Field(gt=0, lt=1)]


def coefficient(what: str, unit: str, default: float = 0.0) -> Any:
    """A model field with its unit; ranges for studies and sources stand in `sim.people.register`."""
    return Field(default=default, description=f"{what} ({unit}).", json_schema_extra={"unit": unit})


class TalkBehavior(Part):
    """How people change handle times: terms of ln(handle time)."""

    speed: Signed = coefficient("Fall per sd of the agent's speed", "ln time per sd")
    load: Signed = coefficient("Fall per unit of ln(load / 0.85)", "ln time per ln load")
    wait: Signed = coefficient("Rise per unit of ln(1 + seconds waited)", "ln time per ln s")
    listening: Signed = coefficient("Rise per sd of empathy delivered to a caller of typical need", "ln time per sd")
    calming: Signed = coefficient("Fall per sd of empathy delivered to a fully agitated caller", "ln time per sd")
    agitation: Signed = coefficient("Rise for a fully agitated caller", "ln time")
    hurry: Signed = coefficient("Fall for an agent in full hurry", "ln time")
    assist: Annotated[float, Field(strict=True, ge=0, le=2)] = coefficient(
        "Effect of AI suggestions, 1 = as studied", "times the effect"
    )
    canned: Annotated[float, Field(strict=True, ge=0, le=2)] = coefficient(
        "Fall where canned answers cover the whole talk", "ln time"
    )


class TemperBehavior(Part):
    """How agitated callers become, and how long those in a hurry wait."""

    waiting: Strength = coefficient("Agitation per 300 seconds of waiting", "per 300 s")
    attempts: Strength = coefficient("Agitation per attempt after the first", "per attempt")
    transfers: Strength = coefficient("Agitation per transfer", "per transfer")
    hurry: Annotated[float, Field(strict=True, ge=0, le=2)] = coefficient(
        "Fall of ln(patience) per sd of the caller's hurry", "ln time per sd"
    )


class EmpathyBehavior(Part):
    """What of an agent's empathy reaches the caller."""

    energy: Share = coefficient("Share of empathy that comes and goes with energy", "share")
    pressure: Share = coefficient("Fall in full hurry where quality is not asked for", "points of empathy")
    acting: Share = coefficient("Share of the empathy asked for and missing that is put on", "share")
    script: Share = coefficient("The same in addition under a strict script", "share")
    held_back: Share = coefficient(
        "Share of warmth beyond what is asked for, and beyond the typical, that a strict script holds back", "share"
    )


class PressureBehavior(Part):
    """Managing to what is measured; cutting talks short."""

    speed: Strength = coefficient("Strength of pressure on speed, 1 = as described", "no unit")
    quality: Strength = coefficient("Strength of pressure on quality, 1 = as described", "no unit")
    agent_memory: Memory = coefficient("Contacts over which agents see their own figures", "contacts", 20.0)
    queue_memory: Memory = coefficient("Contacts over which agents see the queue's service level", "contacts", 50.0)
    gamers: Share = coefficient("Share of agents who cut talks short when pressed on handle time", "share")
    cut: Share = coefficient("Probability of it under full pressure", "share")
    cut_s: PositiveSeconds = coefficient("Length of such a talk", "seconds", 8.0)


class ResolutionBehavior(Part):
    """Whether the issue is solved: terms of the log odds."""

    empathy: Signed = coefficient("Rise per sd of empathy to a caller of typical need", "log odds per sd")
    knowledge: Signed = coefficient("Rise per sd of the agent's knowledge", "log odds per sd")
    persistence: Signed = coefficient("Rise per sd of the agent's persistence", "log odds per sd")
    hurry: Signed = coefficient("Fall for an agent in full hurry", "log odds")
    complexity: Signed = coefficient("Fall per sd of the issue's complexity", "log odds per sd")


class SatisfactionBehavior(Part):
    """What the caller thinks of a handled contact (log odds of a 4 or 5), and who answers a survey."""

    typical: OpenShare = coefficient(
        "Share of 4 and 5 after an issue resolved at the first try, without waiting, by a typical agent",
        "share", 0.5,
    )  # fmt: skip
    unresolved: Strength = coefficient("Loss when the issue is not resolved", "log odds")
    repeats: Strength = coefficient("Loss per attempt after the first", "log odds per attempt")
    empathy: Signed = coefficient("Gain per sd of empathy to a caller of typical need", "log odds per sd")
    acted: Share = coefficient("What empathy that is put on counts, 1 = as much as real", "share")
    waiting: Strength = coefficient(
        "Loss after one minute more than tolerated, for a caller in a typical hurry", "log odds"
    )
    tolerated_s: Seconds = coefficient("Waiting that costs nothing", "seconds", 60.0)
    long_talk: Strength = coefficient(
        "Loss of a caller in full hurry when the talk takes twice as long as expected", "log odds"
    )
    transfers: Strength = coefficient("Loss per transfer", "log odds per transfer")
    goodwill: Strength = coefficient("Most gain that money brings", "log odds")
    goodwill_scale: Money = coefficient("Money that brings 63 % of it", "currency", 20.0)
    replies: OpenShare = coefficient("Share of indifferent callers who answer when asked", "share", 0.5)
    replies_tilt: Signed = coefficient("Rise of the log odds of answering per log odds of satisfaction", "no unit")


class LoyaltyBehavior(Part):
    """Whether the customer leaves when a case closes."""

    at_once: OpenShare = coefficient("Share who want to leave after an issue resolved at the first try", "share", 0.5)
    later: OpenShare = coefficient("The same after more contacts", "share", 0.5)
    unresolved: OpenShare = coefficient("The same when not resolved", "share", 0.5)
    tilt: Strength = coefficient("Fall of their log odds per log odds of satisfaction that other causes add", "no unit")
    follows: Share = coefficient("Share of those who want to leave that do", "share")


class EnergyBehavior(Part):
    """Being worn out, and resting; rates per hour."""

    start: Share = coefficient("Energy at the first sign-on of the run", "share", 0.9)
    work: Strength = coefficient("Fall of ln(energy) in contacts at full occupancy", "per hour")
    hurry: Strength = coefficient("Fall in contacts in full hurry", "per hour")
    acting: Strength = coefficient("Fall in contacts with empathy wholly put on", "per hour")
    agitation: Strength = coefficient("Fall in contacts with fully agitated callers", "per hour")
    rest: Strength = coefficient("Rate at which what is missing comes back off the phones", "per hour")
    passion: Strength = coefficient("Rise of that rate per sd of passion", "share per sd")


class Behavior(Part):
    """What people do beyond an exact queueing model; by default nothing."""

    people: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        description="Whether people count at all; false = exact queueing, whatever the other keys say except "
        "talk.speed.",
    )
    talk: TalkBehavior = Field(default=TalkBehavior(), description="How people change handle times.")
    temper: TemperBehavior = Field(default=TemperBehavior(), description="How agitated callers become.")
    empathy: EmpathyBehavior = Field(default=EmpathyBehavior(), description="What empathy reaches the caller.")
    pressure: PressureBehavior = Field(default=PressureBehavior(), description="Managing to what is measured.")
    resolution: ResolutionBehavior = Field(default=ResolutionBehavior(), description="Whether issues are solved.")
    satisfaction: SatisfactionBehavior = Field(
        default=SatisfactionBehavior(), description="What callers think of it, and who answers a survey."
    )
    loyalty: LoyaltyBehavior = Field(default=LoyaltyBehavior(), description="Whether customers leave.")
    energy: EnergyBehavior = Field(default=EnergyBehavior(), description="Being worn out, and resting.")
