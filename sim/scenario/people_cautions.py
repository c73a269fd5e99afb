"""Warnings about people: what has no effect, what nobody sees, whom the roster names in vain."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.arrivals import Recorded
from sim.scenario.goals import Scorecard
from sim.scenario.part import Fault, Path
from sim.scenario.people_checks import UNSEEN
from sim.scenario.queue import Queue
from sim.scenario.scenario import Scenario
from sim.scenario.team import Team

TWICE = (
    "the recorded contacts contain repeat calls already, and more are made on top: set repeat: {probability: 0}, "
    "or behavior.people=false"
)
_OF_QUEUES = ("fcr", "complexity", "repeat", "transfer", "script", "goodwill", "survey", "asks")
_OF_GOALS = ("csat", "fcr", "scorecard")
_OF_AGENTS = ("knowledge", "patience", "persistence", "passion")
_OF_SKILLS = ("assist", "canned")


def people_warnings(scenario: Scenario) -> Iterator[Fault]:
    """What is allowed but probably a slip where people count, or where they do not."""
    if not scenario.behavior.people:
        yield from _without_effect(scenario)
    for name, queue in scenario.queues.items():
        scorecard = queue.goals.over(scenario.goals).scorecard
        if scenario.behavior.people and queue.survey.offered == 0 and scorecard == Scorecard():
            yield Fault(("queues", name, "survey", "offered"), f"is 0 {UNSEEN}")
        if scenario.behavior.people and isinstance(queue.arrivals, Recorded) and queue.repeat.probability > 0:
            yield Fault(("queues", name, "arrivals"), TWICE)
    for name, team in scenario.teams.items():
        heads = team.heads(scenario.staffing.scale)
        if len(team.roster) > heads:
            left = len(team.roster) - heads
            told = f"names {len(team.roster):,} agents for {heads:,} heads: the last {left:,} never work"
            yield Fault(("teams", name, "roster"), told)


def _without_effect(scenario: Scenario) -> Iterator[Fault]:
    """One line, at the first of the keys that count only where people do."""
    paths = list(_people_only(scenario))
    if not paths:
        return
    others = len(paths) - 1
    also = f" (nor {'has' if others == 1 else 'have'} {others} more such key{'s' * (others > 1)})" if others else ""
    yield Fault(paths[0], f"has no effect{also}: behavior.people is false, as in behavior=none")


def _people_only(scenario: Scenario) -> Iterator[Path]:
    for name, queue in scenario.queues.items():
        yield from _of_queue(("queues", name), queue)
    for name, team in scenario.teams.items():
        yield from _of_team(("teams", name), team)


def _of_queue(path: Path, queue: Queue) -> Iterator[Path]:
    for key in _OF_QUEUES:
        if key in queue.model_fields_set:
            yield (*path, key)
    for key in _OF_GOALS:
        if getattr(queue.goals, key) is not None:
            yield (*path, "goals", key)


def _of_team(path: Path, team: Team) -> Iterator[Path]:
    for key in _OF_AGENTS:
        if key in team.traits.model_fields_set:
            yield (*path, "traits", key)
    for name, skill in team.skills.items():
        for key in _OF_SKILLS:
            if getattr(skill, key):
                yield (*path, "skills", name, key)
