"""Faces: the names of agents whom a scenario's rosters name, and what else is known of them for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sim import scenario as given

FURTHER_TRAITS = ("knowledge", "patience", "persistence", "passion")
"""Traits that only matter where behavior counts; empathy and speed stand in the facts."""


class Faces(NamedTuple):
    """All agents in the order of their numbers."""

    names: tuple[str | None, ...]
    """None: the roster does not say"""
    traits: tuple[tuple[float, ...], ...] = ()
    """`FURTHER_TRAITS`, each of all agents; () where behavior does not count"""

    @classmethod
    def of(cls, scenario: given.Scenario) -> Faces:
        """Those of a scenario; they are the same in all replications."""
        names: list[str | None] = []
        for team in scenario.teams.values():
            known = [individual.name for individual in team.roster]
            heads = team.heads(scenario.staffing.scale)
            names += (known + [None] * heads)[:heads]
        if not scenario.behavior.people:
            return cls(tuple(names))
        from sim.plan.roster import people

        drawn = people(scenario, scenario.seed)
        return cls(tuple(names), tuple(tuple(drawn[trait].tolist()) for trait in FURTHER_TRAITS))
