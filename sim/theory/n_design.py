"""The N design: pool A serves only class 1; pool B prefers class 2 and helps class 1.

Class 1 tries A, then B; class 2 has B alone; an idle agent of B takes either, a freed one takes class 2 if
it waits, else class 1; first come first served within a class. Everything is exponential.
Source: the design is named in O. Garnett and A. Mandelbaum (2000), "An introduction to skills-based routing
and its operational complexities"; solved here as a finite chain. Units: seconds and contacts per second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.theory import checks
from sim.theory.chain import long_run

NState = tuple[int, int, int, int, int]
"""A on class 1, B on class 1, B on class 2, class 1 waiting, class 2 waiting."""


@dataclass(frozen=True, slots=True)
class NDesign:
    """An N design: rates per second, means in seconds; pairs are (class 1, class 2)."""

    agents_a: int
    agents_b: int
    arrival_rates: tuple[float, float]
    mean_service_a1: float
    mean_service_b1: float
    mean_service_b2: float
    mean_patience: tuple[float, float]
    waiting_most: int = 35
    """Longest queue of a class that the chain knows; further arrivals of that class are lost."""

    def __post_init__(self) -> None:
        checks.whole(least=1, agents_a=self.agents_a, agents_b=self.agents_b, waiting_most=self.waiting_most)
        for rate, patience in zip(self.arrival_rates, self.mean_patience, strict=True):
            checks.positive(arrival_rate=rate, mean_patience=patience)
        checks.positive(
            mean_service_a1=self.mean_service_a1,
            mean_service_b1=self.mean_service_b1,
            mean_service_b2=self.mean_service_b2,
        )

    def moves(self, state: NState) -> Iterator[tuple[NState, float]]:
        """The moves out of a state, with their rates."""
        yield self._class_1_arrives(state), self.arrival_rates[0]
        yield self._class_2_arrives(state), self.arrival_rates[1]
        a1, b1, b2, q1, q2 = state
        after_a = (a1, b1, b2, q1 - 1, q2) if q1 else (a1 - 1, b1, b2, 0, q2)
        yield after_a, a1 / self.mean_service_a1
        yield self._freed_b((a1, b1 - 1, b2, q1, q2)), b1 / self.mean_service_b1
        yield self._freed_b((a1, b1, b2 - 1, q1, q2)), b2 / self.mean_service_b2
        yield (a1, b1, b2, q1 - 1, q2), q1 / self.mean_patience[0]
        yield (a1, b1, b2, q1, q2 - 1), q2 / self.mean_patience[1]

    def _class_1_arrives(self, state: NState) -> NState:
        a1, b1, b2, q1, q2 = state
        if a1 < self.agents_a:
            return (a1 + 1, b1, b2, q1, q2)
        if b1 + b2 < self.agents_b:
            return (a1, b1 + 1, b2, q1, q2)
        return (a1, b1, b2, min(q1 + 1, self.waiting_most), q2)

    def _class_2_arrives(self, state: NState) -> NState:
        a1, b1, b2, q1, q2 = state
        if b1 + b2 < self.agents_b:
            return (a1, b1, b2 + 1, q1, q2)
        return (a1, b1, b2, q1, min(q2 + 1, self.waiting_most))

    @staticmethod
    def _freed_b(state: NState) -> NState:
        a1, b1, b2, q1, q2 = state
        if q2:
            return (a1, b1, b2 + 1, q1, q2 - 1)
        return (a1, b1 + 1, b2, q1 - 1, q2) if q1 else state


@dataclass(frozen=True, slots=True)
class NFigures:
    """What an N design shows in the long run; pairs are (class 1, class 2)."""

    p_wait: tuple[float, float]
    p_abandon: tuple[float, float]
    mean_wait: tuple[float, float]
    occupancy_a: float
    occupancy_b: float
    b_on_class_1: float
    """Share of pool B's agents who serve class 1."""


def n_design(design: NDesign) -> NFigures:
    """Exact figures of an N design, but for the cut of its queues at `waiting_most`.

    Formula: stationary law of the five-dimensional chain; 35 per queue and 15 agents are 14,000 states.
    """
    law = long_run((0, 0, 0, 0, 0), design.moves)
    waiting = law.mean(lambda s: s[3]), law.mean(lambda s: s[4])
    b_full = law.mean(lambda s: s[1] + s[2] == design.agents_b)
    both_full = law.mean(lambda s: s[0] == design.agents_a and s[1] + s[2] == design.agents_b)
    wait_1, wait_2 = (queue / rate for queue, rate in zip(waiting, design.arrival_rates, strict=True))
    on_1, on_2 = law.mean(lambda s: s[1]), law.mean(lambda s: s[2])
    return NFigures(
        p_wait=(both_full, b_full),
        p_abandon=(wait_1 / design.mean_patience[0], wait_2 / design.mean_patience[1]),
        mean_wait=(wait_1, wait_2),
        occupancy_a=law.mean(lambda s: s[0]) / design.agents_a,
        occupancy_b=(on_1 + on_2) / design.agents_b,
        b_on_class_1=on_1 / design.agents_b,
    )
