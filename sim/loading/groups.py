"""What a group chosen on the command line sets and a scenario's own value overrules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sim.loading.composition import compose
from sim.loading.origin import Told
from sim.loading.words import GROUPS, Word, read_words
from sim.scenario import Scenario


def cautions(scenario: Scenario, words: Sequence[Word]) -> Iterator[Told]:
    """A line if a group such as behavior=narrow_kpis brings a scorecard and the scenario file has one of its own.

    Silent where the command line itself says what is rewarded, and where both say the same.
    """
    chosen = [word for word in words if word.key in GROUPS and word.key != "scenario" and not word.swept]
    if not chosen:
        return
    usual = _brought_by()
    bringing = [word for word in chosen if _brought_by(word.typed) != usual]
    if not bringing:
        return
    goals = [word for word in words if word.key.partition(".")[0] == "goals" and not word.swept]
    if _scorecard([*bringing, *goals]) in ({}, scenario.goals.scorecard.model_dump()):
        return
    weights = ", ".join(f"{name}: {weight:g}" for name, weight in _scorecard(bringing).items())
    typed = " ".join(word.typed for word in bringing)
    remedy = f'to have the group\'s, add "goals.scorecard={{{weights}}}"'
    yield Told(("goals", "scorecard"), f"the scenario's own wins over that of {typed}: {remedy}")


def _scorecard(words: Sequence[Word]) -> dict[str, Any]:
    """The center's weights as they would be without a scenario file; empty if the command line deletes them."""
    weights: dict[str, Any] = compose(words).get("goals", {}).get("scorecard", {})
    return weights


@cache
def _brought_by(*groups: str) -> Mapping[str, Any]:
    """The same of groups alone, as typed. Who loads many scenarios asks often, and these files do not change."""
    return _scorecard(read_words(groups))
