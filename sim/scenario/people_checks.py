"""What must fit where people count: transfers that arrive, repeats that end, a scorecard that can be seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sim.scenario.goals import Goals, Scorecard
from sim.scenario.part import Fault, Path
from sim.scenario.queue import Queue
from sim.scenario.suggest import did_you_mean
from sim.scenario.team import Team
from sim.units import shown

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def _transfer_to(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    transfer, path = queue.transfer, ("queues", name, "transfer", "to")
    if transfer.to is None:
        if transfer.probability > 0:
            others = [other for other in scenario.queues if other != name]
            remedy = f"such as {others[0]}" if others else "but there is no other queue: add one"
            yield Fault(path, f"is missing: needs the queue that contacts are passed on to, {remedy}")
    elif transfer.to == name:
        yield Fault(path, "passes contacts on to the queue they come from: needs another queue")
    elif transfer.to not in scenario.queues:
        others = [other for other in scenario.queues if other != name]
        yield Fault(path, f"unknown queue {shown(transfer.to)}{did_you_mean(transfer.to, others)}")


def _transfers_end(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    """Told once, at the circle's first queue."""
    circle = [name]
    while (target := _onward(scenario, circle[-1])) not in (None, *circle):
        circle.append(str(target))
    names = list(scenario.queues)
    if target == name and len(circle) > 1 and names.index(name) == min(names.index(each) for each in circle):
        way = " -> ".join([*circle, name])
        yield Fault(("queues", name, "transfer", "to"), f"contacts would go round in a circle, {way}: end it somewhere")


def _onward(scenario: Scenario, name: str) -> str | None:
    queue = scenario.queues.get(name)
    transfer = getattr(queue, "transfer", None)
    return transfer.to if transfer is not None and getattr(transfer, "probability", 0) > 0 else None


def _repeats_end(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    if math.isinf(queue.repeat.delay.mean):
        path = ("queues", name, "repeat", "delay")
        yield Fault(path, "needs a delay that ends; to let fewer callers come back, lower probability")
    if queue.repeat.probability == 1 and queue.redial.max_attempts is None:
        remedy = "set redial.max_attempts, or less than 1"
        path = ("queues", name, "repeat", "probability")
        yield Fault(path, f"is 1 without redial.max_attempts, so an unresolved case may never close: {remedy}")


def _queue_scorecard(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    if queue.goals.scorecard is not None:
        path = ("queues", name, "goals", "scorecard")
        yield from _rewards_something(path, queue.goals.scorecard.over(scenario.goals.scorecard))


def _survey_offered(scenario: Scenario, name: str, queue: Queue) -> Iterator[Fault]:
    scorecard = queue.goals.over(scenario.goals).scorecard
    if scenario.behavior.people and queue.survey.offered == 0 and scorecard.csat and scorecard != Scorecard():
        yield Fault(("queues", name, "survey", "offered"), f"is 0 {UNSEEN}")


UNSEEN = (
    "while the scorecard rewards csat, which nobody would ever see: offer surveys, or set goals.scorecard.csat to 0"
)


def scorecard(goals: Goals) -> Iterator[Fault]:
    """The center's scorecard rewards something."""
    yield from _rewards_something(("goals", "scorecard"), goals.scorecard)


def _rewards_something(path: Path, weights: Scorecard) -> Iterator[Fault]:
    if not (weights.aht or weights.service_level or weights.csat or weights.fcr):
        remedy = "to have no pressure at all, set behavior.pressure.speed and quality to 0"
        yield Fault(path, f"rewards nothing: needs a weight above 0 for aht, service_level, csat or fcr ({remedy})")


def _roster_names(scenario: Scenario, name: str, team: Team) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, individual in enumerate(team.roster):
        called = getattr(individual, "name", None)
        if called is None:
            continue
        if called in first:
            path = ("teams", name, "roster", number, "name")
            yield Fault(path, f"{shown(called)} is given twice, first as number {first[called] + 1} of the list")
        first.setdefault(called, number)


PEOPLE_QUEUE_CHECKS: tuple[Callable[[Scenario, str, Queue], Iterator[Fault]], ...] = (
    _transfer_to,
    _transfers_end,
    _repeats_end,
    _queue_scorecard,
    _survey_offered,
)
PEOPLE_TEAM_CHECKS: tuple[Callable[[Scenario, str, Team], Iterator[Fault]], ...] = (_roster_names,)
