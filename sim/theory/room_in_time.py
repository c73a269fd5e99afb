"""The number of contacts in a room over time, with staff on duty and staff who only finish the call in hand.

While no more agents are busy than are on duty, the state is the number of contacts in the room (the
"regular" states). After staff went off duty, more agents may be busy than are on duty; then the state is
(busy agents, waiting callers), one level for each number of busy agents, and levels are only left downwards.
Every level is a birth-and-death chain, so that each resolvent is a series of tridiagonal solutions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.theory.contour import contour

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Inside:
    """Law of what is inside: regular[k] for k contacts, (most + 1,); over[b][q] for b busy and q waiting."""

    agents: int
    regular: Vector
    over: dict[int, Vector]
    """By the number of busy agents, each (most - b + 1,)."""

    @classmethod
    def empty(cls, agents: int, most: int) -> Inside:
        """An empty room for at most `most` contacts."""
        regular = np.zeros(most + 1)
        regular[0] = 1.0
        return cls(agents, regular, {})

    def under(self, agents: int) -> Inside:
        """The same contacts when `agents` are on duty from now on: the new ones take callers at once."""
        most = self.regular.size - 1
        regular = np.zeros(most + 1)
        over: dict[int, Vector] = {}

        def add(busy: int, waiting: int, share: float) -> None:
            taken = min(waiting, max(0, agents - busy))
            busy, waiting = busy + taken, waiting - taken
            if busy <= agents:
                regular[busy + waiting] += share
            else:
                over.setdefault(busy, np.zeros(most - busy + 1))[waiting] += share

        for contacts, share in enumerate(self.regular):
            busy = min(contacts, self.agents)
            add(busy, contacts - busy, float(share))
        for busy, level in self.over.items():
            for waiting, share in enumerate(level):
                add(busy, waiting, float(share))
        return Inside(agents, regular, over)


@dataclass(frozen=True, slots=True)
class Spent:
    """Expected seconds spent by callers waiting and by agents busy, and with all busy or all lines full."""

    waiting: float
    busy: float
    all_busy: float
    full: float


@dataclass(frozen=True, slots=True)
class Room:
    """What moves the contacts inside: rates per second, means in seconds."""

    agents: int
    most: int
    arrival_rate: float
    mean_service: float
    mean_patience: float
    balk: float

    def carry_forward(self, inside: Inside, time: float) -> tuple[Inside, Spent]:
        """The law `time` seconds later, and the time spent in between."""
        z, weights = contour()
        points, weights = z / time, weights / time
        solved = [self._resolvent(complex(point), inside) for point in points]

        def combined(factors: NDArray[np.complex128]) -> tuple[Vector, dict[int, Vector]]:
            regular = _twice_real(factors, [s.regular for s in solved])
            over = {busy: _twice_real(factors, [s.over[busy] for s in solved]) for busy in solved[0].over}
            return regular, over

        return Inside(self.agents, *combined(weights)), self._spent(*combined(weights / points))

    def drain(self, inside: Inside) -> Spent:
        """Time spent from now until the room is empty (arrival_rate must be 0)."""
        solved = self._resolvent(0.0, inside)
        return self._spent(solved.regular.real, {busy: level.real for busy, level in solved.over.items()})

    def _resolvent(self, z: complex, inside: Inside) -> _Transform:
        """(z - A)^-1 applied to the law, level by level downwards, then the regular states.

        At z = 0 of a chain that empties, the time spent in the empty state is infinite and left out.
        """
        into = inside.regular.astype(complex)
        over: dict[int, NDArray[np.complex128]] = {}
        handed = np.zeros(0, dtype=complex)
        for busy in range(max(inside.over, default=self.agents), self.agents, -1):
            right = inside.over.get(busy, np.zeros(self.most - busy + 1)).astype(complex)
            right[: handed.size] += handed
            up, down = self._level(busy)
            leave = np.full(right.size, busy / self.mean_service)
            over[busy] = _tridiagonal(z, up, down, leave, right)
            handed = over[busy] * leave
        into[self.agents : self.agents + handed.size] += handed
        up, down = self._regular()
        leave = np.zeros(into.size)
        if z == 0.0:
            leave[1] = down[0]
            rest = _tridiagonal(z, up[1:], down[1:], leave[1:], into[1:])
            return _Transform(np.concatenate([[0.0], rest]), over)
        return _Transform(_tridiagonal(z, up, down, leave, into), over)

    def _regular(self) -> tuple[Vector, Vector]:
        """Rates k -> k + 1 and k + 1 -> k of the regular states, (most,)."""
        here = np.arange(self.most)
        up = np.where(here < self.agents, self.arrival_rate, (1.0 - self.balk) * self.arrival_rate)
        there = here + 1
        give_up = np.maximum(there - self.agents, 0) / self.mean_patience
        return up, np.minimum(there, self.agents) / self.mean_service + give_up

    def _level(self, busy: int) -> tuple[Vector, Vector]:
        """Rates q -> q + 1 and q + 1 -> q of waiting callers while more agents are busy than on duty."""
        places = self.most - busy
        give_up = np.arange(1, places + 1) / self.mean_patience
        return np.full(places, (1.0 - self.balk) * self.arrival_rate), give_up

    def _spent(self, regular: Vector, over: dict[int, Vector]) -> Spent:
        contacts = np.arange(self.most + 1)
        busy = np.minimum(contacts, self.agents)
        return Spent(
            waiting=float(regular @ (contacts - busy))
            + sum(float(level @ np.arange(level.size)) for level in over.values()),
            busy=float(regular @ busy) + sum(float(level.sum()) * b for b, level in over.items()),
            all_busy=float(regular[self.agents :].sum()) + sum(float(level.sum()) for level in over.values()),
            full=float(regular[-1]) + sum(float(level[-1]) for level in over.values()),
        )


@dataclass(frozen=True, slots=True)
class _Transform:
    """Laplace transform of the law at one point, laid out as `Inside`."""

    regular: NDArray[np.complex128]
    over: dict[int, NDArray[np.complex128]]


def _tridiagonal(
    z: complex, up: Vector, down: Vector, leave: Vector, right: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """x with (z - A) x = right for the birth-and-death chain that also leaves its states at rates `leave`."""
    from scipy.linalg import solve_banded

    bands = np.zeros((3, right.size), dtype=complex)
    bands[0, 1:] = -down
    bands[1] = z + leave
    bands[1, :-1] += up
    bands[1, 1:] += down
    bands[2, :-1] = -up
    return np.asarray(solve_banded((1, 1), bands, right, check_finite=False))


def _twice_real(factors: NDArray[np.complex128], parts: list[NDArray[np.complex128]]) -> Vector:
    return np.asarray(2.0 * (factors[:, None] * np.array(parts)).sum(axis=0).real)
