"""Small scenarios for the tests of the plan."""

from __future__ import annotations

from typing import Any

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
