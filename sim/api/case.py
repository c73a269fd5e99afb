"""A case: a scenario with some of its keys changed, checked and ready."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sim.api.html import rows_of
from sim.loading.study_file import written

if TYPE_CHECKING:
    from sim.loading.check import Loaded
    from sim.scenario import Scenario

Changes: TypeAlias = str | Mapping[str, Any]
"""What is to be different: an override such as "staffing.scale=1.1", or keys and values."""


@dataclass(frozen=True)
class Case:
    """A scenario as loaded. `scenario` holds all of its values, `words` how it was asked for."""

    words: tuple[str, ...]
    loaded: Loaded

    @property
    def scenario(self) -> Scenario:
        """The checked scenario."""
        return self.loaded.scenario

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.scenario.name

    @property
    def warnings(self) -> list[str]:
        """What looks odd about it, a line each."""
        return list(self.loaded.warnings)

    def but(self, *changes: Changes) -> Case:
        """The same with some keys changed. Raises Refused."""
        return load(*self.words, *changes)

    def __repr__(self) -> str:
        return f"<Case {' '.join(self.words)}>"

    def _repr_html_(self) -> str:
        scenario = self.scenario
        agents = ", ".join(f"{name} {team.agents}" for name, team in scenario.teams.items())
        return rows_of(
            scenario.name,
            [
                ("what", scenario.description),
                ("queues", ", ".join(scenario.queues)),
                ("teams", agents),
                ("days, replications, seed", f"{scenario.days}, {scenario.replications}, {scenario.seed}"),
                ("changed", ", ".join(self.words[1:]) or "nothing"),
                *(("warning", line) for line in self.warnings),
            ],
        )


def load(scenario: str, *changes: Changes) -> Case:
    """The case that a name, or a path to a YAML file, and some changes mean.

    Raises Refused with a line for each fault. What looks odd is warned of.
    """
    from sim import loading

    words = [scenario, *words_of(changes)]
    loaded = loading.load(words)
    for line in loaded.warnings:
        warnings.warn(line, stacklevel=2)
    return Case(tuple(words), loaded)


def words_of(changes: Iterable[Changes]) -> list[str]:
    """Changes as words of the command line."""
    words: list[str] = []
    for change in changes:
        if isinstance(change, str):
            words.append(change)
        else:
            words += [f"{key}={written(value)}" for key, value in change.items()]
    return words


def as_case(case: Case | str) -> Case:
    """A case, loaded if only its name is given."""
    return load(case) if isinstance(case, str) else case
