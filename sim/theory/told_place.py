"""M/M/n/K with exponential patience whose rate depends on how many stood ahead when the caller joined.

The state is (busy agents, then for each who waits, first in line first, how many stood ahead on joining): everybody
keeps the patience of that moment. Source: a finite chain solved exactly. Units: seconds and contacts per second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.theory import checks
from sim.theory.chain import long_run


@dataclass(frozen=True, slots=True)
class ToldPlaceFigures:
    """What such a queue shows in the long run; shares are of all offered contacts."""

    p_wait: float
    """Joins the queue."""
    p_abandon: float
    p_block: float
    mean_wait: float
    """Of all who get a line."""


def told_place(
    agents: int, arrival_rate: float, mean_service: float, mean_patience: float, hazard: Sequence[float]
) -> ToldPlaceFigures:
    """Exact figures of agents with a queue of len(hazard) places: who joins behind j hangs up at hazard[j] / patience.

    Units: seconds, contacts per second. Errors: ValueError for numbers out of range, or more than 10 places (the
    chain has a state for every history of the queue).
    """
    checks.whole(least=1, agents=agents)
    checks.positive(arrival_rate=arrival_rate, mean_service=mean_service, mean_patience=mean_patience)
    checks.whole(least=1, places=len(hazard))
    for one in hazard:
        checks.not_negative(hazard=one)
    if len(hazard) > 10:
        raise ValueError(f"at most 10 places can be reckoned with, not {len(hazard)}")
    moves = _Moves(agents, arrival_rate, 1.0 / mean_service, tuple(one / mean_patience for one in hazard))
    empty: tuple[int, ...] = (0,)
    law = long_run(empty, moves)
    p_block = law.mean(moves.is_full)
    waiting = law.mean(lambda state: len(state) - 1)
    return ToldPlaceFigures(
        p_wait=law.mean(lambda state: state[0] == agents) - p_block,
        p_abandon=law.mean(moves.hang_up_rate) / arrival_rate,
        p_block=p_block,
        mean_wait=waiting / (arrival_rate * (1.0 - p_block)),
    )


@dataclass(frozen=True, slots=True)
class _Moves:
    agents: int
    arrival_rate: float
    service_rate: float
    hang_up: tuple[float, ...]
    """by callers ahead on joining"""

    def __call__(self, state: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], float]]:
        busy, *line = state
        if busy < self.agents:
            yield (busy + 1,), self.arrival_rate
        elif not self.is_full(state):
            yield (busy, *line, len(line)), self.arrival_rate
        yield (busy, *line[1:]) if line else (busy - 1,), busy * self.service_rate
        for place, ahead in enumerate(line):
            yield (busy, *line[:place], *line[place + 1 :]), self.hang_up[ahead]

    def is_full(self, state: tuple[int, ...]) -> bool:
        return len(state) - 1 == len(self.hang_up)

    def hang_up_rate(self, state: tuple[int, ...]) -> float:
        return sum(self.hang_up[ahead] for ahead in state[1:])
