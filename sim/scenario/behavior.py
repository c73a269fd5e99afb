"""Behavior: what people do beyond an exact queueing model, as coefficients with unit, range and how sure they are.

The parts have the fields of the dataclasses in `sim.people`; there, shares (`satisfaction.typical`, `replies` and
the three of `loyalty`) are log odds. Every default is off or neutral; the numbers stand in configs/behavior.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field
from pydantic.config import JsonDict

from sim.scenario.part import Part
from sim.units import PositiveSeconds, Seconds, Share

Sure = Literal["S", "M", "W", "A"]
"""How sure a coefficient is: strong, medium or weak evidence, or assumed."""

Signed = Annotated[float, Field(strict=True, ge=-2, le=2)]
Strength = Annotated[float, Field(strict=True, ge=0, le=10)]
Memory = Annotated[float, Field(strict=True, ge=1, le=1e6)]
Money = Annotated[float, Field(strict=True, gt=0, le=1e9)]
OpenShare = Annotated[Share, Field(gt=0, lt=1)]


def coefficient(what: str, unit: str, sure: Sure, low: float, high: float, default: float = 0.0) -> Any:
    """A model field that also says its unit, how sure it is, and the range that a study should go through."""
    extra: JsonDict = {"unit": unit, "sure": sure, "range": [low, high]}
    return Field(default=default, description=f"{what} ({unit}).", json_schema_extra=extra)


class TalkBehavior(Part):
    """How people change handle times: terms of ln(handle time)."""

    speed: Signed = coefficient("Fall per sd of the agent's speed", "ln time per sd", "S", 0.10, 0.25)
    load: Signed = coefficient("Fall per unit of ln(load / 0.85)", "ln time per ln load", "M", 0.0, 0.2)
    wait: Signed = coefficient("Rise per unit of ln(1 + seconds waited)", "ln time per ln s", "M", 0.0095, 0.0135)
    listening: Signed = coefficient(
        "Rise per sd of empathy delivered to a caller of typical need", "ln time per sd", "A", -0.05, 0.12
    )
    calming: Signed = coefficient(
        "Fall per sd of empathy delivered to a fully agitated caller", "ln time per sd", "A", 0.0, 0.15
    )
    agitation: Signed = coefficient("Rise for a fully agitated caller", "ln time", "W", 0.0, 0.3)
    hurry: Signed = coefficient("Fall for an agent in full hurry", "ln time", "A", 0.0, 0.4)
    assist: Annotated[float, Field(strict=True, ge=0, le=2)] = coefficient(
        "Effect of AI suggestions, 1 = as studied", "times the effect", "S", 0.0, 1.2
    )
    canned: Annotated[float, Field(strict=True, ge=0, le=2)] = coefficient(
        "Fall where canned answers cover the whole talk", "ln time", "A", 0.0, 0.3
    )


class TemperBehavior(Part):
    """How agitated callers become, and how long those in a hurry wait."""

    waiting: Strength = coefficient("Agitation per 300 seconds of waiting", "per 300 s", "A", 0.0, 2.0)
    attempts: Strength = coefficient("Agitation per attempt after the first", "per attempt", "A", 0.0, 1.0)
    transfers: Strength = coefficient("Agitation per transfer", "per transfer", "A", 0.0, 1.0)
    hurry: Annotated[float, Field(strict=True, ge=0, le=2)] = coefficient(
        "Fall of ln(patience) per sd of the caller's hurry", "ln time per sd", "A", 0.0, 0.6
    )


class EmpathyBehavior(Part):
    """What of an agent's empathy reaches the caller."""

    energy: Share = coefficient("Share of empathy that comes and goes with energy", "share", "A", 0.0, 0.6)
    pressure: Share = coefficient(
        "Fall in full hurry where quality is not asked for", "points of empathy", "A", 0.0, 0.5
    )
    acting: Share = coefficient("Share of the empathy asked for and missing that is put on", "share", "A", 0.0, 0.5)
    script: Share = coefficient("The same in addition under a strict script", "share", "A", 0.0, 0.8)


class PressureBehavior(Part):
    """Managing to what is measured; cutting talks short."""

    speed: Strength = coefficient("Strength of pressure on speed, 1 = as described", "no unit", "A", 0.0, 1.0)
    quality: Strength = coefficient("Strength of pressure on quality, 1 = as described", "no unit", "A", 0.0, 1.0)
    agent_memory: Memory = coefficient(
        "Contacts over which agents see their own figures", "contacts", "A", 5.0, 100.0, 20.0
    )
    queue_memory: Memory = coefficient(
        "Contacts over which agents see the queue's service level", "contacts", "A", 10.0, 200.0, 50.0
    )
    gamers: Share = coefficient("Share of agents who cut talks short when pressed on handle time", "share", "M", 0, 0.2)
    cut: Share = coefficient("Probability of it under full pressure", "share", "M", 0.0, 0.3)
    cut_s: PositiveSeconds = coefficient("Length of such a talk", "seconds", "M", 3.0, 10.0, 8.0)


class ResolutionBehavior(Part):
    """Whether the issue is solved: terms of the log odds."""

    empathy: Signed = coefficient("Rise per sd of empathy to a caller of typical need", "log odds per sd", "A", 0, 0.3)
    knowledge: Signed = coefficient("Rise per sd of the agent's knowledge", "log odds per sd", "A", 0.0, 0.6)
    persistence: Signed = coefficient("Rise per sd of the agent's persistence", "log odds per sd", "A", 0.0, 0.3)
    hurry: Signed = coefficient("Fall for an agent in full hurry", "log odds", "A", 0.0, 0.4)
    complexity: Signed = coefficient("Fall per sd of the issue's complexity", "log odds per sd", "A", 0.0, 0.6)


class SatisfactionBehavior(Part):
    """What the caller thinks of a handled contact (log odds of a 4 or 5), and who answers a survey."""

    typical: OpenShare = coefficient(
        "Share of 4 and 5 after an issue resolved at the first try, without waiting, by a typical agent",
        "share", "W", 0.8, 0.9, 0.5,
    )  # fmt: skip
    unresolved: Strength = coefficient("Loss when the issue is not resolved", "log odds", "W", 1.0, 2.5)
    repeats: Strength = coefficient("Loss per attempt after the first", "log odds per attempt", "W", 0.4, 1.0)
    empathy: Signed = coefficient(
        "Gain per sd of empathy to a caller of typical need", "log odds per sd", "W", 0.1, 0.7
    )
    acted: Share = coefficient("What empathy that is put on counts, 1 = as much as real", "share", "A", 0.0, 1.0)
    waiting: Strength = coefficient(
        "Loss after one minute more than tolerated, for a caller in a typical hurry", "log odds", "W", 0.0, 0.5
    )
    tolerated_s: Seconds = coefficient("Waiting that costs nothing", "seconds", "A", 20.0, 120.0, 60.0)
    haste: Strength = coefficient(
        "Loss of a caller in full hurry when the talk takes twice as long as expected", "log odds", "A", 0.0, 0.4
    )
    transfers: Strength = coefficient("Loss per transfer", "log odds per transfer", "A", 0.0, 0.8)
    goodwill: Strength = coefficient("Most gain that money brings", "log odds", "A", 0.0, 0.8)
    goodwill_scale: Money = coefficient("Money that brings 63 % of it", "currency", "A", 10.0, 50.0, 20.0)
    replies: OpenShare = coefficient("Share of indifferent callers who answer when asked", "share", "W", 0.05, 0.4, 0.5)
    replies_tilt: Signed = coefficient(
        "Rise of the log odds of answering per log odds of satisfaction", "no unit", "A", -0.3, 0.6
    )


class LoyaltyBehavior(Part):
    """Whether the customer leaves when a case closes."""

    at_once: OpenShare = coefficient(
        "Share who want to leave after an issue resolved at the first try", "share", "W", 0.03, 0.08, 0.5
    )
    later: OpenShare = coefficient("The same after more contacts", "share", "W", 0.06, 0.15, 0.5)
    unresolved: OpenShare = coefficient("The same when not resolved", "share", "W", 0.15, 0.35, 0.5)
    tilt: Strength = coefficient(
        "Fall of their log odds per log odds of satisfaction that other causes add", "no unit", "A", 0.0, 0.6
    )
    follows: Share = coefficient("Share of those who want to leave that do", "share", "A", 0.1, 0.5)


class EnergyBehavior(Part):
    """Being worn out, and resting; rates per hour."""

    start: Share = coefficient("Energy at the beginning of the run", "share", "A", 0.7, 1.0, 0.8)
    work: Strength = coefficient("Fall of ln(energy) in contacts at full occupancy", "per hour", "A", 0.0, 0.2)
    hurry: Strength = coefficient("Fall in contacts in full hurry", "per hour", "A", 0.0, 0.3)
    acting: Strength = coefficient("Fall in contacts with empathy wholly put on", "per hour", "W", 0.0, 1.2)
    agitation: Strength = coefficient("Fall in contacts with fully agitated callers", "per hour", "A", 0.0, 0.3)
    rest: Strength = coefficient("Rate at which what is missing comes back off the phones", "per hour", "A", 0.4, 1.6)
    passion: Strength = coefficient("Rise of that rate per sd of passion", "share per sd", "A", 0.0, 0.4)


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


class Coefficient(NamedTuple):
    """One coefficient of a behavior."""

    key: str
    """as an override names it: "behavior.talk.listening\""""
    what: str
    unit: str
    sure: Sure
    low: float
    high: float
    """the range that a study should go through; a scenario may go beyond it"""


def coefficients() -> Iterator[Coefficient]:
    """Every coefficient of a behavior, in the order of the model, with its unit, range and how sure it is."""
    for part, info in Behavior.model_fields.items():
        model = info.annotation
        if not (isinstance(model, type) and issubclass(model, Part)):
            continue
        for name, field in model.model_fields.items():
            extra: Any = field.json_schema_extra
            low, high = extra["range"]
            yield Coefficient(
                f"behavior.{part}.{name}", field.description or "", extra["unit"], extra["sure"], low, high
            )
