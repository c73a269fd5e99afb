"""The schedule: what every agent is asked to do from when to when, before anything comes between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sim.plan.pauses import Pauses
from sim.record import AgentState

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Schedule(NamedTuple):
    """Stretches of duty as planned, by (agent, start), without overlap.

    All shifts are in it, those that are missed too, with their listed pauses and the block of planned off-phone
    work where it was put; what nobody plans (short absences, a break that starts late) is not.
    """

    agent: Ints
    state: Ints
    """an `AgentState`: IDLE = on the phones, or the activity"""
    start: Floats
    end: Floats

    @classmethod
    def join(cls, parts: Sequence[Schedule]) -> Self:
        """All parts, one after the other."""
        none = np.empty(0, np.int64)
        every = [Schedule(none, none, np.empty(0), np.empty(0)), *parts]
        return cls(*map(np.concatenate, zip(*every, strict=True)))


def stretches(agent: Ints, on: Floats, off: Floats, pauses: Pauses) -> Schedule:
    """The schedule of stints by (agent, on): on the phones from pause to pause; what lies outside is cut off."""
    heads, each = pauses.at.shape
    edges = np.empty((heads, 2 * each + 2))
    edges[:, 0], edges[:, -1] = on, off
    edges[:, 1:-1:2], edges[:, 2:-1:2] = pauses.at, pauses.at + pauses.lasts
    np.clip(edges, on[:, None], off[:, None], out=edges)
    state = np.full((heads, 2 * each + 1), int(AgentState.IDLE))
    state[:, 1::2] = pauses.what
    start, end = edges[:, :-1], edges[:, 1:]
    lasting = start < end
    return Schedule(np.repeat(agent, lasting.sum(axis=1)), state[lasting], start[lasting], end[lasting])
