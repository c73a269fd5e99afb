"""Lattice: how the points of a sweep lie to each other, as the rows of a table do: which differ in one factor alone."""

from __future__ import annotations

from collections.abc import Sequence

from sim.study.sweeps.sweep import Sweep

SCALE = ".scale"
"""End of the keys that multiply what a scenario has; 1 leaves it as it stands."""


def varied(sweep: Sweep) -> list[int]:
    """The axes of which the done points have more than one value, in their order."""
    return [k for k in range(len(sweep.axes)) if len({_same(point.values[k]) for point in sweep.done}) > 1]


def as_it_stands(sweep: Sweep) -> int | None:
    """The done point at which the scenario is as it would be without the sweep; None where there is none.

    Known from `Sweep.stands`; without it only where all factors are scales, which stand at 1.
    """
    values = sweep.stands
    if values is None:
        if not sweep.axes or not all(axis.key.endswith(SCALE) for axis in sweep.axes):
            return None
        values = (1.0,) * len(sweep.axes)
    wanted = [_same(value) for value in values]
    return next((k for k, point in enumerate(sweep.done) if [_same(v) for v in point.values] == wanted), None)


def base(sweep: Sweep) -> int:
    """The done point that others are compared with: the scenario as it stands, else the one in the middle of all.

    In the middle: each factor at its value as it stands where that is known and swept, else at the middle one;
    else the middle point in the list.
    """
    found = as_it_stands(sweep)
    if found is not None:
        return found
    wanted = []
    for k, axis in enumerate(sweep.axes):
        there = {_same(point.values[k]) for point in sweep.done}
        values = [value for value in axis.values if _same(value) in there]
        known = None if sweep.stands is None else sweep.stands[k]
        if known is None and axis.key.endswith(SCALE):
            known = 1.0
        middle = values[(len(values) - 1) // 2] if axis.numeric else values[0]
        wanted.append(_same(known) if known in values else _same(middle))
    exact = [k for k, point in enumerate(sweep.done) if [_same(v) for v in point.values] == wanted]
    return exact[0] if exact else (len(sweep.done) - 1) // 2


def rows_along(sweep: Sweep, axis: int, within: Sequence[int] | None = None) -> list[list[int]]:
    """Done points that differ in one axis alone, in the order of its values, row by row; rows of one are left out."""
    order = {_same(value): k for k, value in enumerate(sweep.axes[axis].values)}
    rows: dict[tuple[object, ...], list[int]] = {}
    for k in range(len(sweep.done)) if within is None else within:
        values = sweep.done[k].values
        others = tuple(_same(value) for j, value in enumerate(values) if j != axis)
        rows.setdefault(others, []).append(k)
    places = {k: order[_same(sweep.done[k].values[axis])] for row in rows.values() for k in row}
    return [sorted(row, key=places.__getitem__) for row in rows.values() if len(row) > 1]


def row_through(sweep: Sweep, axis: int, point: int) -> list[int]:
    """The done points that differ from this one in one axis alone, and itself, in the order of its values."""
    return next((row for row in rows_along(sweep, axis) if point in row), [point])


def counterpart(sweep: Sweep, point: int, axis: int, value: object) -> int | None:
    """The done point that differs from this one in one axis alone, which is at that value; None without one."""
    wanted = [_same(value) if k == axis else _same(own) for k, own in enumerate(sweep.done[point].values)]
    return next((k for k, other in enumerate(sweep.done) if [_same(v) for v in other.values] == wanted), None)


def slice_of(sweep: Sweep, axis: int, value: object) -> list[int]:
    """The done points with this value of an axis."""
    return [k for k, point in enumerate(sweep.done) if _same(point.values[axis]) == _same(value)]


def _same(value: object) -> object:
    """What makes two values the same: 1 and 1.0 are, True and 1 are not, lists are by how they are written."""
    if isinstance(value, bool) or value is None:
        return str(value)
    return float(value) if isinstance(value, int | float) else str(value)
