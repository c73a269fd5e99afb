"""Small scenarios for the tests of the plan, and what is drawn for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.plan import callers, demand
from sim.plan.timetable import Timetable
from sim.record import Rows
from sim.scenario import Scenario


def queue(per_hour: Any = 60, **more: Any) -> dict[str, Any]:
    """A queue, open all day, with Poisson arrivals and constant talk unless `more` says otherwise."""
    arrivals = {"kind": "rates", "per_hour": per_hour} | more.pop("rates", {})
    return {"arrivals": arrivals, "talk": {"kind": "constant", "value_s": 60}} | more


def scenario(queues: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """A scenario with these queues (default: one called q) and whatever else is given."""
    return Scenario.model_validate({"queues": queues or {"q": queue()}, **more})


def staffed(team: dict[str, Any], shifts: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """A scenario with one team, called front, that serves the queues."""
    queues = more.pop("queues", {"q": queue(open="08:00-20:00")})
    front = {"skills": {name: 1 for name in queues}} | team
    return scenario(queues, teams={"front": front} | more.pop("teams", {}), shifts=shifts or {}, **more)


def timetable(center: Scenario, seed: int, replication: int) -> Rows:
    """The timetable of a replication."""
    return Timetable.of(center).draw(seed, replication)


def arrivals(center: Scenario, seed: int, replication: int, day: int) -> demand.Arrivals:
    """The arrivals of one day."""
    return demand.arrivals(demand.Demand.of(center), seed, replication, day)


def portions(center: Scenario, seed: int, replication: int, size: int) -> Iterator[demand.Arrivals]:
    """The arrivals of the whole horizon."""
    return demand.portions(demand.Demand.of(center), seed, replication, size)


def marks(center: Scenario, seed: int, replication: int, came: demand.Arrivals, first_caller: int = 0) -> Rows:
    """The contacts of these arrivals."""
    return callers.marks(callers.Callers.of(center), seed, replication, came, first_caller).contacts


def contacts(center: Scenario, seed: int, replication: int, portion: int = callers.PORTION) -> Iterator[Rows]:
    """The contacts of the whole horizon."""
    return (part.contacts for part in callers.contacts(callers.Callers.of(center), seed, replication, portion))
