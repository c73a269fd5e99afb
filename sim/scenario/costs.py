"""Costs: what an hour, a contact and a customer are worth. The usual prices stand in configs/costs."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from sim.scenario.part import Part
from sim.units import shown

Price = Annotated[float, Field(strict=True, ge=0, le=1e9, json_schema_extra={"unit": "price"})]


def _three_letters(text: str) -> str:
    if not re.fullmatch("[A-Z]{3}", text):
        raise ValueError(f"needs a currency's three capital letters such as EUR, got {shown(text)}")
    return text


class Costs(Part):
    """Prices, all in one currency. None has a default here: a price that is missing is asked for."""

    currency: Annotated[str, Field(strict=True), AfterValidator(_three_letters)] = Field(
        default="EUR", description="Currency of all prices, as three letters."
    )
    agent_hour: Price = Field(
        description="Price of a paid hour of an agent, with all that comes on top of the wage; shifts that absent "
        "agents miss are not among the paid hours."
    )
    contact: Price = Field(description="Price of the line for each contact that got one.")
    customer_value_year: Price = Field(description="Margin that a customer who stays brings in a year.")
