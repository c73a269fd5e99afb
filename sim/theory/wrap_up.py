"""M/PH/n+M: talk, then wrap-up, both exponential; the agent is busy in both, the caller only in the first.

The state is (talking, wrapping, waiting). Source: a finite chain solved exactly; for phase-type service in
general see M. F. Neuts (1981), "Matrix-Geometric Solutions in Stochastic Models". Units: seconds and
contacts per second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.theory import checks
from sim.theory.chain import long_run

_BOUNDARY = 1e-13


@dataclass(frozen=True, slots=True)
class WrapUpFigures:
    """What a queue with wrap-up shows in the long run."""

    p_wait: float
    p_abandon: float
    mean_wait: float
    talking: float
    """Mean number of agents who talk."""
    wrapping: float
    """Mean number of agents in wrap-up."""
    occupancy: float


def wrap_up(
    agents: int, arrival_rate: float, mean_talk: float, mean_wrap: float, mean_patience: float
) -> WrapUpFigures:
    """Exact figures of a queue with exponential talk, wrap-up and patience.

    Formula: stationary law of the chain, with the queue cut where less than 1e-13 of the time is spent.
    Units: seconds, contacts per second. Errors: ValueError for numbers out of range.
    """
    checks.whole(least=1, agents=agents)
    checks.positive(arrival_rate=arrival_rate, mean_talk=mean_talk, mean_wrap=mean_wrap, mean_patience=mean_patience)
    waiting_most = 40
    while True:
        moves = _Moves(agents, arrival_rate, mean_talk, mean_wrap, mean_patience, waiting_most)
        law = long_run((0, 0, 0), moves)
        if law.mean(moves.queue_is_cut) < _BOUNDARY:
            break
        waiting_most *= 2
    waiting = law.mean(lambda s: s[2])
    talking, wrapping = law.mean(lambda s: s[0]), law.mean(lambda s: s[1])
    return WrapUpFigures(
        p_wait=law.mean(lambda s: s[0] + s[1] == agents),
        p_abandon=waiting / mean_patience / arrival_rate,
        mean_wait=waiting / arrival_rate,
        talking=talking,
        wrapping=wrapping,
        occupancy=(talking + wrapping) / agents,
    )


@dataclass(frozen=True, slots=True)
class _Moves:
    agents: int
    arrival_rate: float
    mean_talk: float
    mean_wrap: float
    mean_patience: float
    waiting_most: int

    def __call__(self, state: tuple[int, int, int]) -> Iterator[tuple[tuple[int, int, int], float]]:
        talking, wrapping, waiting = state
        if talking + wrapping < self.agents:
            yield (talking + 1, wrapping, 0), self.arrival_rate
        elif waiting < self.waiting_most:
            yield (talking, wrapping, waiting + 1), self.arrival_rate
        yield (talking - 1, wrapping + 1, waiting), talking / self.mean_talk
        if waiting:
            yield (talking + 1, wrapping - 1, waiting - 1), wrapping / self.mean_wrap
            yield (talking, wrapping, waiting - 1), waiting / self.mean_patience
        else:
            yield (talking, wrapping - 1, 0), wrapping / self.mean_wrap

    def queue_is_cut(self, state: tuple[int, int, int]) -> bool:
        return state[2] == self.waiting_most
