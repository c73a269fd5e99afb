"""Pauses: what an agent does off the phones during a stint, one thing after another, in whole seconds.

Listed pauses (breaks, lunch, training, meetings) come first, then one block of planned off-phone
work, then short absences. No two overlap: what would begin while something else lasts begins after
it, and what would end after the stint begins earlier. What finds no room any more is cut short, the
last named first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Keys, Purpose, split, uniform
from sim.plan.stints import Stints
from sim.record import Duty
from sim.scenario import Shrinkage
from sim.units import MINUTE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Pauses(NamedTuple):
    """What each stint's agent does off the phones: arrays of shape (stints, pauses), in order of time."""

    at: Floats
    lasts: Floats
    """0 = no pause"""
    what: Ints
    """a `Duty`"""


def pauses(stints: Stints, keys: Keys, shrinkage: Shrinkage) -> Pauses:
    """All pauses of the stints; `keys` name a stint each.

    Planned work is `planned` of the stint, in one block at a uniform place among those where it
    fits between the listed pauses. Absences are a Poisson number with mean `unplanned` times the
    stint over `episode_min`, of exponential lengths, at uniform places; so their share is as given
    on average, except where so much is asked for that some finds no room. With shares that add to 1
    or more the agent is away for the whole stint.
    """
    span = stints.off - stints.on
    if shrinkage.planned + shrinkage.unplanned > 1.0 - 1e-12:
        whole = stints.on[:, None], span[:, None]
        return Pauses(*whole, np.full((len(span), 1), int(Duty.AWAY)))
    at, lasts = [stints.pause_at], [stints.pause_s]
    if shrinkage.planned > 0.0:
        block = np.minimum(np.rint(shrinkage.planned * span), span - np.minimum(lasts[0].sum(axis=1), span))
        lasts.append(block[:, None])
        at.append(free_place(stints, at[0], lasts[0], block, uniform(keys, Purpose.PLANNED_START))[:, None])
    if shrinkage.unplanned > 0.0:
        absences = spells(stints, keys, shrinkage.unplanned, shrinkage.episode_min * MINUTE)
        at.append(absences[0])
        lasts.append(absences[1])
    away = sum(part.shape[1] for part in at[1:])
    what = np.concatenate((stints.what, np.full(away, int(Duty.AWAY), np.int64)))
    return one_after_another(stints, np.hstack(at), np.hstack(lasts), what)


def free_place(stints: Stints, at: Floats, lasts: Floats, block: Floats, u: Floats) -> Floats:
    """Where a block begins: uniform over all places where it overlaps none of the given pauses.

    Where it fits nowhere, uniform over the stint.
    """
    order = np.argsort(at, axis=1, kind="stable")
    begins = np.take_along_axis(at, order, axis=1)
    ends = begins + np.take_along_axis(lasts, order, axis=1)
    low = np.column_stack((stints.on, np.maximum.accumulate(ends, axis=1)))
    high = np.column_stack((begins, stints.off)) - block[:, None]
    room = np.maximum(high - low, 0.0)
    upto = np.cumsum(room, axis=1)
    total = upto[:, -1]
    pick = u * total
    gap = np.minimum((upto <= pick[:, None]).sum(axis=1), room.shape[1] - 1)
    row = np.arange(len(u))
    found = low[row, gap] + pick - (upto - room)[row, gap]
    anywhere = stints.on + u * (stints.off - stints.on - block)
    return np.floor(np.where(total > 0.0, found, anywhere))


def spells(stints: Stints, keys: Keys, share: float, mean_s: float) -> tuple[Floats, Floats]:
    """Begin and length of short absences, shape (stints, most of any stint); length 0 = none."""
    span = stints.off - stints.on
    number = poisson(share * span / mean_s, uniform(keys, Purpose.SPELLS))
    own = split(keys[:, None], np.arange(number.max(initial=0)))
    length = np.rint(-mean_s * np.log(uniform(own, Purpose.SPELL_LENGTH)))
    length = np.where(np.arange(own.shape[1]) < number[:, None], np.minimum(length, span[:, None]), 0.0)
    begins = np.floor(uniform(own, Purpose.SPELL_START) * (span[:, None] - length))
    return stints.on[:, None] + begins, length


def poisson(mean: Floats, u: Floats) -> Ints:
    """Poisson variates by inversion: the first n with P(N <= n) >= u, for each mean and uniform."""
    from scipy.special import pdtr

    out = np.empty(len(mean), np.int64)
    for value in np.unique(mean):
        upto = pdtr(np.arange(int(value + 10.0 * value**0.5) + 30), value)
        here = mean == value
        out[here] = np.searchsorted(upto, u[here], side="left")
    return out


def one_after_another(stints: Stints, at: Floats, lasts: Floats, what: Ints) -> Pauses:
    """The pauses in order of time and without overlap, within their stints."""
    span = (stints.off - stints.on)[:, None]
    before = np.cumsum(lasts, axis=1) - lasts
    lasts = np.clip(span - before, 0.0, lasts)
    order = np.argsort(np.where(lasts > 0.0, at, np.inf), axis=1, kind="stable")
    at, lasts = np.take_along_axis(at, order, axis=1), np.take_along_axis(lasts, order, axis=1)
    free = stints.on.copy()
    for i in range(at.shape[1]):
        at[:, i] = np.maximum(at[:, i], free)
        free = at[:, i] + lasts[:, i]
    until = stints.off.copy()
    for i in reversed(range(at.shape[1])):
        at[:, i] = np.minimum(at[:, i], until - lasts[:, i])
        until = at[:, i]
    return Pauses(at, lasts, what[order])
