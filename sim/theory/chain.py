"""Stationary law of any finite Markov chain in continuous time, by a sparse direct solution.

For the small rooms whose exact figures no formula gives; see `redial`, `wrap_up`, `n_design`, `m_design`.
Source: W. J. Stewart (1994), "Introduction to the Numerical Solution of Markov Chains", chapter 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

State = TypeVar("State", bound=tuple[int, ...])
_SPLIT = "the chain has no single stationary law: some states do not lead back to the start"


@dataclass(frozen=True, slots=True)
class LongRun(Generic[State]):
    """The states that can be reached, and the share of time spent in each."""

    states: list[State]
    share: NDArray[np.float64]

    def mean(self, reward: Callable[[State], float]) -> float:
        """Long-run mean of a function of the state."""
        return float(np.dot(self.share, [reward(state) for state in self.states]))


def long_run(start: State, moves: Callable[[State], Iterable[tuple[State, float]]]) -> LongRun[State]:
    """Stationary law over all states reached from `start`.

    Formula: p Q = 0, sum p = 1; moves(state) yields (next state, rate). Every state must lead back to start.
    Errors: ValueError when the balance is not met to 1e-12 of the flow (a chain that falls apart).
    """
    number, states = {start: 0}, [start]
    origin: list[int] = []
    target: list[int] = []
    rates: list[float] = []
    for i, state in enumerate(states):  # grows while it is walked
        for onward, rate in moves(state):
            if rate > 0.0:
                j = number.get(onward)
                if j is None:
                    j = number[onward] = len(states)
                    states.append(onward)
                origin.append(i)
                target.append(j)
                rates.append(rate)
    return LongRun(states, _balance(np.array(origin), np.array(target), np.array(rates), len(states)))


def _balance(
    origin: NDArray[np.int_], target: NDArray[np.int_], rates: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    from scipy.sparse import coo_array, csc_array, diags_array
    from scipy.sparse.linalg import splu

    if size == 1:
        return np.ones(1)
    inflow = coo_array((rates, (target, origin)), shape=(size, size)).tocsc()
    outflow = np.bincount(origin, weights=rates, minlength=size)
    balance: Any = csc_array(inflow - diags_array(outflow))
    # Fixing the share of the start at 1 keeps the rest sparse and regular; the scale follows at the end.
    try:
        factors = splu(balance[1:, 1:].tocsc())
    except RuntimeError as singular:
        raise ValueError(_SPLIT) from singular
    right = -balance[1:, [0]].toarray().ravel()
    rest = factors.solve(right)
    rest += factors.solve(right - balance[1:, 1:] @ rest)
    share = np.concatenate([[1.0], rest])
    share /= share.sum()
    flow = float(np.dot(share, outflow))
    if not np.abs(balance @ share).max() <= 1e-12 * flow or share.min() < -1e-12:
        raise ValueError(_SPLIT)
    return np.asarray(np.maximum(share, 0.0))
