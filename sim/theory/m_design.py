"""The M design: two pools of specialists and a pool of generalists who take the longest queue.

A class tries its own specialists, then the generalists; a freed generalist takes the longest queue (class 1
on a tie). Everything is exponential, with one mean handle time. Source: the design is named in O. Garnett
and A. Mandelbaum (2000), "An introduction to skills-based routing and its operational complexities"; solved
here as a finite chain. Units: seconds and contacts per second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.theory import checks
from sim.theory.chain import long_run

MState = tuple[int, int, int, int, int]
"""Busy specialists of class 1, of class 2, busy generalists, class 1 waiting, class 2 waiting."""


@dataclass(frozen=True, slots=True)
class MDesign:
    """An M design: rates per second, means in seconds; pairs are (class 1, class 2)."""

    specialists: tuple[int, int]
    generalists: int
    arrival_rates: tuple[float, float]
    mean_service: float
    mean_patience: float
    waiting_most: int = 30
    """Longest queue of a class that the chain knows; further arrivals of that class are lost."""

    def __post_init__(self) -> None:
        for agents, rate in zip(self.specialists, self.arrival_rates, strict=True):
            checks.whole(least=1, specialists=agents)
            checks.positive(arrival_rate=rate)
        checks.whole(least=1, generalists=self.generalists, waiting_most=self.waiting_most)
        checks.positive(mean_service=self.mean_service, mean_patience=self.mean_patience)

    def moves(self, state: MState) -> Iterator[tuple[MState, float]]:
        """The moves out of a state, with their rates."""
        s1, s2, g, q1, q2 = state
        yield self._arrives(state, 0), self.arrival_rates[0]
        yield self._arrives(state, 1), self.arrival_rates[1]
        yield ((s1, s2, g, q1 - 1, q2) if q1 else (s1 - 1, s2, g, q1, q2)), s1 / self.mean_service
        yield ((s1, s2, g, q1, q2 - 1) if q2 else (s1, s2 - 1, g, q1, q2)), s2 / self.mean_service
        yield self._freed_generalist(state), g / self.mean_service
        yield (s1, s2, g, q1 - 1, q2), q1 / self.mean_patience
        yield (s1, s2, g, q1, q2 - 1), q2 / self.mean_patience

    def _arrives(self, state: MState, which: int) -> MState:
        after = list(state)
        if state[which] < self.specialists[which]:
            after[which] += 1
        elif state[2] < self.generalists:
            after[2] += 1
        else:
            after[3 + which] = min(state[3 + which] + 1, self.waiting_most)
        return (after[0], after[1], after[2], after[3], after[4])

    @staticmethod
    def _freed_generalist(state: MState) -> MState:
        s1, s2, g, q1, q2 = state
        if q1 == q2 == 0:
            return (s1, s2, g - 1, 0, 0)
        return (s1, s2, g, q1 - 1, q2) if q1 >= q2 else (s1, s2, g, q1, q2 - 1)


@dataclass(frozen=True, slots=True)
class MFigures:
    """What an M design shows in the long run; pairs are (class 1, class 2)."""

    p_wait: tuple[float, float]
    p_abandon: tuple[float, float]
    mean_wait: tuple[float, float]
    occupancy: tuple[float, float, float]
    """Of the two pools of specialists and of the generalists."""


def m_design(design: MDesign) -> MFigures:
    """Exact figures of an M design, but for the cut of its queues at `waiting_most`.

    Formula: stationary law of the five-dimensional chain.
    """
    law = long_run((0, 0, 0, 0, 0), design.moves)
    n1, n2 = design.specialists
    wait_1 = law.mean(lambda s: s[3]) / design.arrival_rates[0]
    wait_2 = law.mean(lambda s: s[4]) / design.arrival_rates[1]
    return MFigures(
        p_wait=(
            law.mean(lambda s: s[0] == n1 and s[2] == design.generalists),
            law.mean(lambda s: s[1] == n2 and s[2] == design.generalists),
        ),
        p_abandon=(wait_1 / design.mean_patience, wait_2 / design.mean_patience),
        mean_wait=(wait_1, wait_2),
        occupancy=(
            law.mean(lambda s: s[0]) / n1,
            law.mean(lambda s: s[1]) / n2,
            law.mean(lambda s: s[2]) / design.generalists,
        ),
    )
