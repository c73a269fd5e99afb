"""The long-run figures of one queue, and the named definitions of service level.

Every stationary model of this package answers with a `QueueFigures`, so that a caller reads
`erlang_a(...).p_abandon` or `erlang_c(...).service_level("of_offered")` whatever the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Definition = Literal["of_offered", "of_answered", "excluding_short_abandons", "abandons_counted_as_met", "virtual"]
DEFINITIONS: tuple[Definition, ...] = get_args(Definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """What a queue shows in the long run; probabilities are shares of all offered contacts.

    Times carry the unit of the arguments, which is seconds everywhere in this project. A ratio without
    any contact below the line (the mean wait of abandons where nobody abandons) is nan.
    An overloaded queue that never settles has p_wait 1, an infinite mean wait and service level 0.
    """

    agents: int
    arrival_rate: float
    mean_service: float
    awt: float
    """Acceptable waiting time: the T of the service level."""
    p_wait: float
    """Joins the queue: finds every agent busy, gets a line and does not leave at once."""
    p_delay_virtual: float
    """Finds every agent busy: a caller of endless patience would wait."""
    mean_wait: float
    """Mean wait of everybody who gets a line, zero waits included: served, abandoned and balked."""
    mean_wait_served: float
    mean_queue: float
    """Mean number waiting (Little: arrivals that get a line times their mean wait)."""
    occupancy: float
    sl_of_offered: float
    """Answered within awt, of all offered contacts (blocked and balked ones are offered too)."""
    sl_of_answered: float
    """Answered within awt, of all answered contacts."""
    sl_excluding_short_abandons: float
    """Answered within awt, of all but those who balked or abandoned within `short_abandon`."""
    sl_abandons_counted_as_met: float
    """Answered, abandoned or balked within awt, of all offered contacts."""
    sl_virtual: float
    """Share of callers whose virtual wait (the wait of an endlessly patient caller) is within awt."""
    p_block: float = 0.0
    p_balk: float = 0.0
    p_abandon: float = 0.0
    """Gives up after joining the queue; balking is counted apart."""
    mean_wait_abandoned: float = float("nan")

    @property
    def p_lost(self) -> float:
        """Share of offered contacts that are not handled: blocked, balked or abandoned."""
        return self.p_block + self.p_balk + self.p_abandon

    @property
    def mean_wait_left(self) -> float:
        """Mean wait of those who left unserved, balkers (zero wait) and abandons together."""
        left = self.p_balk + self.p_abandon
        return self.p_abandon * self.mean_wait_abandoned / left if self.p_abandon > 0.0 else float("nan")

    @property
    def offered_load(self) -> float:
        """Offered load in erlangs: arrival rate times mean service."""
        return self.arrival_rate * self.mean_service

    @property
    def busy_agents(self) -> float:
        """Mean number of busy agents."""
        return self.occupancy * self.agents if self.agents else 0.0

    def service_level(self, definition: Definition = "of_offered") -> float:
        """Service level under one of the named definitions."""
        if definition not in DEFINITIONS:
            raise ValueError(f"definition must be one of {', '.join(DEFINITIONS)}, not {definition!r}")
        return float(getattr(self, f"sl_{definition}"))
