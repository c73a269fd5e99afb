"""M/M/n+M with redials: those who give up call again with some probability after an exponential delay.

The state is (contacts in the room, callers who will call again), a chain without a closed form.
Source: the model is known as Erlang X: G. Koole (2013), "Call Center Optimization", chapter 5 on redials;
general: J. R. Artalejo and A. Gomez-Corral (2008), "Retrial Queueing Systems". Koole's fixed point on
Erlang A comes close to these exact figures without giving them. Units: seconds and contacts per second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.theory import checks
from sim.theory.chain import LongRun, long_run

_BOUNDARY = 1e-13


@dataclass(frozen=True, slots=True)
class RedialFigures:
    """What a queue with redials shows in the long run; shares are per attempt unless said otherwise."""

    total_rate: float
    """Attempts per second, first calls and redials together."""
    p_wait: float
    p_abandon: float
    mean_wait: float
    occupancy: float
    mean_in_orbit: float
    """Mean number of callers who will call again."""
    p_customer_lost: float
    """Share of customers who in the end give up for good."""


def redial(
    agents: int,
    first_calls_rate: float,
    mean_service: float,
    mean_patience: float,
    redial_probability: float,
    mean_redial_delay: float,
) -> RedialFigures:
    """Exact figures of an Erlang A queue whose abandons redial with a probability, again and again.

    Formula: stationary law of the two-dimensional chain, truncated where less than 1e-13 of the time is
    spent; work grows with the product of the room's and the orbit's spread (up to some thousand erlangs^2).
    Units: seconds, contacts per second. Errors: ValueError for numbers out of range; redial probability < 1.
    """
    checks.whole(least=1, agents=agents)
    checks.positive(
        first_calls_rate=first_calls_rate,
        mean_service=mean_service,
        mean_patience=mean_patience,
        mean_redial_delay=mean_redial_delay,
    )
    if not 0.0 <= redial_probability < 1.0:
        raise ValueError(f"redial_probability must be at least 0 and below 1, not {redial_probability}")
    room_most, orbit_most = agents + 40, 40
    while True:
        moves = _Moves(
            agents,
            first_calls_rate,
            mean_service,
            mean_patience,
            redial_probability,
            mean_redial_delay,
            room_most,
            orbit_most,
        )
        law = long_run((0, 0), moves)
        room_edge = law.mean(moves.room_is_cut)
        orbit_edge = law.mean(moves.orbit_is_cut)
        if max(room_edge, orbit_edge) < _BOUNDARY:
            return _figures(law, moves)
        room_most += 40 * (room_edge >= _BOUNDARY)
        orbit_most += 40 * (orbit_edge >= _BOUNDARY)


@dataclass(frozen=True, slots=True)
class _Moves:
    agents: int
    first_calls_rate: float
    mean_service: float
    mean_patience: float
    redial_probability: float
    mean_redial_delay: float
    room_most: int
    orbit_most: int

    def __call__(self, state: tuple[int, int]) -> Iterator[tuple[tuple[int, int], float]]:
        room, orbit = state
        give_up = max(0, room - self.agents) / self.mean_patience
        back = give_up * self.redial_probability if orbit < self.orbit_most else 0.0
        if room < self.room_most:
            yield (room + 1, orbit), self.first_calls_rate
            yield (room + 1, orbit - 1), orbit / self.mean_redial_delay
        yield (room - 1, orbit), min(room, self.agents) / self.mean_service + give_up - back
        yield (room - 1, orbit + 1), back

    def room_is_cut(self, state: tuple[int, int]) -> bool:
        return state[0] == self.room_most

    def orbit_is_cut(self, state: tuple[int, int]) -> bool:
        return state[1] == self.orbit_most


def _figures(law: LongRun[tuple[int, int]], given: _Moves) -> RedialFigures:
    waiting = law.mean(lambda s: max(0, s[0] - given.agents))
    orbit = law.mean(lambda s: s[1])
    total_rate = given.first_calls_rate + orbit / given.mean_redial_delay

    def attempts_that_wait(state: tuple[int, int]) -> float:
        room, orbit = state
        return (given.first_calls_rate + orbit / given.mean_redial_delay) * (room >= given.agents)

    give_ups = waiting / given.mean_patience
    return RedialFigures(
        total_rate=total_rate,
        p_wait=law.mean(attempts_that_wait) / total_rate,
        p_abandon=give_ups / total_rate,
        mean_wait=waiting / total_rate,
        occupancy=law.mean(lambda s: min(s[0], given.agents)) / given.agents,
        mean_in_orbit=orbit,
        p_customer_lost=give_ups * (1.0 - given.redial_probability) / given.first_calls_rate,
    )
