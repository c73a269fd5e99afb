"""What must fit together across a scenario: `errors` that stop a run, and `warnings` that do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario.part import Fault

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def errors(scenario: Scenario) -> Iterator[Fault]:
    """Every contradiction in a scenario, each at its own place."""
    if not scenario.queues:
        yield Fault(
            ("queues",), "needs at least one queue, for example queues: {service: {arrivals: ..., talk: ...}}"
        )
