"""Pauses: what an agent does off the phones during a stint, one thing after another, in whole seconds.

Listed pauses (breaks, lunch, training, meetings) come first, then one block of planned off-phone
work, then short absences. No two overlap: what would begin while something else lasts begins after
it, and what would end after the stint begins earlier. What finds no room any more is cut short, the
last named first.

Where listed pauses stand, how long the block is and where it fits is the same in every replication:
`PausePlan.of` works it out once, `PausePlan.draw` gives one replication's pauses.
"""

from __future__ import annotations

from collections.abc import Sequence
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

    def only(self, rows: Ints) -> Pauses:
        """Those of these stints."""
        return Pauses(self.at[rows], self.lasts[rows], self.what[rows])


class Blocks(NamedTuple):
    """One block of planned work a stint, and the gaps between its listed pauses where it may begin."""

    lasts: Floats
    """shape (stints,)"""
    begins: Floats
    """shape (stints, gaps): earliest beginning in the gap"""
    before: Floats
    """room in the gaps before it, in seconds"""
    upto: Floats
    """room in the gaps up to this one; inf where a stint has fewer gaps"""
    gaps: Ints
    """shape (stints,)"""
    total: Floats
    """room in all gaps; 0 = the block fits nowhere"""


class Spells(NamedTuple):
    """How many short absences a stint has, and how long they last."""

    mean_s: Floats
    """shape (stints,)"""
    laws: tuple[tuple[Ints, Floats], ...]
    """(stints, P(N <= n) of their number of absences for n = 0, 1, ...); the others have none"""


class PausePlan(NamedTuple):
    """All that is known about the pauses of some stints before anything is drawn."""

    on: Floats
    off: Floats
    at: Floats
    """shape (stints, listed pauses)"""
    lasts: Floats
    """0 = no pause"""
    what: Ints
    blocks: Blocks | None
    spells: Spells

    @classmethod
    def of(cls, parts: Sequence[tuple[Stints, Shrinkage]]) -> PausePlan:
        """The plan of these stints, one part after the other.

        Planned work is `planned` of the stint, in one block at a uniform place among those where it
        fits between the listed pauses. Absences are a Poisson number with mean `unplanned` times the
        stint over `episode_min`, of exponential lengths, at uniform places; so their share is as given
        on average, except where so much is asked for that some finds no room. With shares that add to 1
        or more the agent is away for the whole stint.
        """
        parts = [all_away(stints) if whole(asked) else (stints, asked) for stints, asked in parts]
        every = [stints for stints, _ in parts]
        return cls(
            on=np.concatenate([stints.on for stints in every]),
            off=np.concatenate([stints.off for stints in every]),
            at=side_by_side([stints.pause_at for stints in every]),
            lasts=side_by_side([stints.pause_s for stints in every]),
            what=side_by_side([np.broadcast_to(stints.what, stints.pause_at.shape) for stints in every]).astype(int),
            blocks=blocks(parts) if any(asked.planned > 0.0 for _, asked in parts) else None,
            spells=spells(parts),
        )

    def draw(self, keys: Keys) -> Pauses:
        """All pauses of the stints; `keys` name a stint each."""
        at, lasts = [self.at], [self.lasts]
        if self.blocks is not None:
            at.append(self._free_places(self.blocks, uniform(keys, Purpose.PLANNED_START))[:, None])
            lasts.append(self.blocks.lasts[:, None])
        if self.spells.laws:
            begins, lengths = self._absences(keys)
            at.append(begins)
            lasts.append(lengths)
        return one_after_another(self.on, self.off, np.hstack(at), np.hstack(lasts), self.what)

    def _free_places(self, blocks: Blocks, u: Floats) -> Floats:
        """Where each block begins: uniform over all places where it overlaps none of the listed pauses.

        Where it fits nowhere, uniform over the stint.
        """
        pick = u * blocks.total
        gap = np.minimum((blocks.upto <= pick[:, None]).sum(axis=1), blocks.gaps - 1)
        row = np.arange(len(u))
        found = blocks.begins[row, gap] + pick - blocks.before[row, gap]
        anywhere = self.on + u * (self.off - self.on - blocks.lasts)
        return np.floor(np.where(blocks.total > 0.0, found, anywhere))

    def _absences(self, keys: Keys) -> tuple[Floats, Floats]:
        """Begin and length of short absences, shape (stints, most of any stint); length 0 = none."""
        number = np.zeros(len(keys), np.int64)
        u = uniform(keys, Purpose.SPELLS)
        for mine, upto in self.spells.laws:
            number[mine] = np.searchsorted(upto, u[mine], side="left")  # the first n with P(N <= n) >= u
        row = np.repeat(np.arange(len(keys)), number)
        k = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
        own, span = split(keys[row], k), (self.off - self.on)[row]
        length = np.minimum(np.rint(-self.spells.mean_s[row] * np.log(uniform(own, Purpose.SPELL_LENGTH))), span)
        begins = np.zeros((len(keys), int(number.max(initial=0))))
        lengths = np.zeros(begins.shape)
        begins[row, k] = self.on[row] + np.floor(uniform(own, Purpose.SPELL_START) * (span - length))
        lengths[row, k] = length
        return begins, lengths


def whole(shrinkage: Shrinkage) -> bool:
    """Whether the agent is away for the whole stint."""
    return shrinkage.planned + shrinkage.unplanned > 1.0 - 1e-12


def as_planned(shrinkage: Shrinkage) -> Shrinkage:
    """The part of it that is planned."""
    return shrinkage.model_copy(update={"unplanned": 0.0})


def all_away(stints: Stints) -> tuple[Stints, Shrinkage]:
    """The stints as one long pause."""
    away = np.array([int(Duty.AWAY)])
    on, off = stints.on[:, None], stints.off[:, None]
    return stints._replace(pause_at=on, pause_s=off - on, what=away), Shrinkage()


def side_by_side(tables: Sequence[NDArray[np.generic]], missing: float = 0.0) -> Floats:
    """The rows of all tables, one after the other, as wide as the widest."""
    width = max((table.shape[1] for table in tables), default=0)
    out = np.full((sum(map(len, tables)), width), missing)
    at = 0
    for table in tables:
        out[at : at + len(table), : table.shape[1]] = table
        at += len(table)
    return out


def blocks(parts: Sequence[tuple[Stints, Shrinkage]]) -> Blocks:
    """The blocks of planned work of some stints; 0 long where none is asked for."""
    lasts, gaps = [], []
    for stints, shrinkage in parts:
        span = stints.off - stints.on
        room = span - np.minimum(stints.pause_s.sum(axis=1), span)
        lasts.append(np.minimum(np.rint(shrinkage.planned * span), room))
        gaps.append(free_gaps(stints, lasts[-1]))
    begins, before, upto = (side_by_side(column, np.inf) for column in zip(*gaps, strict=True))
    number = np.concatenate([np.full(len(own[2]), own[2].shape[1]) for own in gaps])
    total = np.concatenate([own[2][:, -1] for own in gaps])
    return Blocks(np.concatenate(lasts), begins, before, upto, number, total)


def free_gaps(stints: Stints, block: Floats) -> tuple[Floats, Floats, Floats]:
    """The gaps of a stint in which its block fits: earliest beginning, room before them, room up to them."""
    order = np.argsort(stints.pause_at, axis=1, kind="stable")
    begins = np.take_along_axis(stints.pause_at, order, axis=1)
    ends = begins + np.take_along_axis(stints.pause_s, order, axis=1)
    low = np.column_stack((stints.on, np.maximum.accumulate(ends, axis=1)))
    high = np.column_stack((begins, stints.off)) - block[:, None]
    room = np.maximum(high - low, 0.0)
    upto = np.cumsum(room, axis=1)
    return low, upto - room, upto


def spells(parts: Sequence[tuple[Stints, Shrinkage]]) -> Spells:
    """The laws of the short absences of some stints."""
    from scipy.special import pdtr

    lengths = [np.full(len(stints.on), shrinkage.episode_min * MINUTE) for stints, shrinkage in parts]
    means = [
        shrinkage.unplanned * (stints.off - stints.on) / mean_s
        for (stints, shrinkage), mean_s in zip(parts, lengths, strict=True)
    ]
    mean = np.concatenate(means)
    laws = tuple(
        (np.flatnonzero(mean == value), pdtr(np.arange(int(value + 10.0 * value**0.5) + 30), value))
        for value in np.unique(mean).tolist()
        if value > 0.0
    )
    return Spells(np.concatenate(lengths), laws)


def one_after_another(on: Floats, off: Floats, at: Floats, lasts: Floats, what: Ints) -> Pauses:
    """The pauses in order of time and without overlap, within their stints; AWAY where `what` says nothing."""
    span = (off - on)[:, None]
    before = np.cumsum(lasts, axis=1) - lasts
    lasts = np.minimum(np.maximum(span - before, 0.0), lasts)
    order = np.argsort(np.where(lasts > 0.0, at, np.inf), axis=1, kind="stable")
    place = order + np.arange(len(at))[:, None] * at.shape[1]
    at, lasts = at.ravel()[place], lasts.ravel()[place]
    free = on.copy()
    for i in range(at.shape[1]):
        at[:, i] = np.maximum(at[:, i], free)
        free = at[:, i] + lasts[:, i]
    until = off.copy()
    for i in reversed(range(at.shape[1])):
        at[:, i] = np.minimum(at[:, i], until - lasts[:, i])
        until = at[:, i]
    kinds = np.full(at.shape, int(Duty.AWAY))
    kinds[:, : what.shape[1]] = what
    return Pauses(at, lasts, kinds.ravel()[place])
