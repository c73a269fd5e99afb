"""A team's roster: agents who are known one by one, instead of drawn from the team's traits."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from sim.scenario.part import Part
from sim.units import Share, shown

MAX_LISTED = 100_000
"""Most agents in a roster, as many as a team may have."""


def _printable(name: str) -> str:
    if not name.isprintable() or name != name.strip():
        raise ValueError(f"needs a name without line breaks and other control signs, got {shown(name)}")
    return name


class Individual(Part):
    """One agent; what is not given is drawn from the team's traits."""

    name: Annotated[str, Field(strict=True, min_length=1, max_length=100), AfterValidator(_printable)] | None = Field(
        default=None, description="Name in reports; default a number."
    )
    empathy: Share | None = Field(default=None, description="How well the agent listens (0 to 1, 0.5 = typical).")
    speed: Share | None = Field(default=None, description="How fast the agent works (0 to 1).")
    knowledge: Share | None = Field(default=None, description="What the agent knows (0 to 1).")
    patience: Share | None = Field(default=None, description="How well agitated callers are borne (0 to 1).")
    persistence: Share | None = Field(default=None, description="How long the agent keeps trying (0 to 1).")
    passion: Share | None = Field(default=None, description="How fast the agent recovers in breaks (0 to 1).")
    handle_factor: Annotated[float, Field(strict=True, gt=0, le=100)] | None = Field(
        default=None, description="Multiplies the agent's handle times (no unit); default from handle_factors."
    )


def _listed(raw: object) -> object:
    if isinstance(raw, str):
        raise ValueError(f"needs a list of agents; a file such as {shown(raw)} is read where scenarios are loaded")
    return raw


def _schema() -> dict[str, Any]:
    file = {"type": "string", "minLength": 1, "description": "CSV file with these columns"}
    return {"anyOf": [file, {"type": "array", "items": Individual.model_json_schema(), "maxItems": MAX_LISTED}]}


Roster = Annotated[
    tuple[Individual, ...], Field(max_length=MAX_LISTED), BeforeValidator(_listed), WithJsonSchema(_schema())
]
"""Agents 1, 2, ... of a team; in a scenario file also the path of a CSV file."""
