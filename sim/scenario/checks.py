"""What must fit together across a scenario: the contradictions that stop a run, each at its own place.

A check is a generator over one queue, team or shift (or the whole). Checks read only what they need, so that with
`lenient` they also run over a scenario of which some parts could not be read: a check that meets such a part
(AttributeError, or TypeError in sums) stops there, and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario.part import Fault
from sim.scenario.people_checks import PEOPLE_QUEUE_CHECKS, PEOPLE_TEAM_CHECKS, scorecard
from sim.scenario.precision import contradictions
from sim.scenario.queue_checks import QUEUE_CHECKS
from sim.scenario.sampling import contradictions as sampling_contradictions
from sim.scenario.team_checks import SHIFT_CHECKS, TEAM_CHECKS

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

MAX_CONTACTS = 1e9
"""Most first tries in one replication: their table alone would take over 100 GB of memory."""


def errors(scenario: Scenario, lenient: bool = False) -> Iterator[Fault]:
    """Every contradiction in a scenario, each at its own place; see the module for `lenient`."""
    for check in _checks(scenario, lenient):
        try:
            yield from check
        except (AttributeError, TypeError):
            if not lenient:
                raise


def _checks(scenario: Scenario, lenient: bool) -> Iterator[Iterator[Fault]]:
    try:
        queues = scenario.queues
    except AttributeError:
        queues = {}
    else:
        yield _some_queue(scenario)
    for name, queue in queues.items():
        for of_queue in (*QUEUE_CHECKS, *PEOPLE_QUEUE_CHECKS):
            yield of_queue(scenario, name, queue)
    for team_name, team in getattr(scenario, "teams", {}).items():
        for of_team in (*TEAM_CHECKS, *PEOPLE_TEAM_CHECKS):
            yield of_team(scenario, team_name, team)
    for shift_name, shift in getattr(scenario, "shifts", {}).items():
        for of_shift in SHIFT_CHECKS:
            yield of_shift(shift_name, shift)
    yield _scorecard(scenario)
    yield _precision(scenario)
    yield sampling_contradictions(scenario)
    yield _python_allowed(scenario)
    yield _python_clock(scenario)
    yield _cluster_used(scenario)
    yield _heads_bounded(scenario)
    if not lenient:
        yield _contacts_bounded(scenario)


def _some_queue(scenario: Scenario) -> Iterator[Fault]:
    if not scenario.queues:
        example = "queues: {service: {arrivals: ..., talk: ...}}"
        yield Fault(("queues",), f"needs at least one queue, for example {example}")


def _scorecard(scenario: Scenario) -> Iterator[Fault]:
    yield from scorecard(scenario.goals)


def _precision(scenario: Scenario) -> Iterator[Fault]:
    for path, message in contradictions(scenario.precision) if scenario.precision is not None else ():
        yield Fault(("precision", *path), message)


def _cluster_used(scenario: Scenario) -> Iterator[Fault]:
    if scenario.cluster is not None and scenario.execution not in ("dask", "ray"):
        yield Fault(("cluster",), f"is not used by execution {scenario.execution}: needs execution dask or ray")


def _python_allowed(scenario: Scenario) -> Iterator[Fault]:
    if scenario.python is not None and not scenario.allow_python:
        remedy = "if you trust it, add allow_python=true to the command"
        yield Fault(("python",), f"asks to run Python code from a file: {remedy}")


def _python_clock(scenario: Scenario) -> Iterator[Fault]:
    if scenario.python is not None and scenario.engine == "compiled":
        yield Fault(("engine",), "compiled cannot run your Python code: needs engine simpy or auto")


def _heads_bounded(scenario: Scenario) -> Iterator[Fault]:
    total = sum(team.heads(scenario.staffing.scale) for team in scenario.teams.values())
    if total > 1_000_000:
        yield Fault(("staffing", "scale"), f"gives {total:,} agents in all: at most 1,000,000 are possible")


def _contacts_bounded(scenario: Scenario) -> Iterator[Fault]:
    from sim.scenario.scenario import estimated_contacts

    expected = estimated_contacts(scenario)
    if expected > MAX_CONTACTS:
        got = f"{scenario.days} days would have about {expected:,.0f} contacts a replication"
        yield Fault(("days",), f"{got}: at most {MAX_CONTACTS:,.0f} are possible, simulate fewer days")
