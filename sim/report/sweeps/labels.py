"""The labels of a trade-off: at the ends of its lines and at its points, as many as have room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import style, written
from sim.report.sweeps import factors, placing
from sim.report.sweeps.placing import Label
from sim.report.sweeps.scene import Scene, numeric, rows
from sim.study.variants import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEAR = 0.4
"""how far a short label may stand off its line: it would be taken for another's"""


def room(ax: Axes) -> tuple[float, float, float, float]:
    box = ax.get_window_extent(placing.renderer_of(ax))
    return box.x0 + 2, box.y0 + 2, box.x1 + 6, box.y1 + 4


def labels(ax: Axes, shown: Scene) -> list[Label]:
    """What is to be written into the panel, most important first; not all of it may find room."""
    size = style.label_size()
    strong: dict[str, Any] = {"fontsize": size, "color": style.INK, "zorder": 6}
    found: list[Label] = []
    if shown.base is not None and shown.stands and len(shown.x) > 1:
        found.append(Label("as it stands", shown.x[shown.base], shown.y[shown.base], (1.0, -0.6),
                           strong | {"fontweight": "bold"}, 9.0, (1.0, 2.2, 3.6, 5.0)))
    lines = _line_labels(ax, shown, strong)
    if lines:
        return found + lines
    return found + _point_labels(ax, shown, strong)


def _line_labels(ax: Axes, shown: Scene, look: dict[str, Any]) -> list[Label]:
    """A label at the end of each line: the value of the factor that stays the same along it."""
    if len(shown.mesh) == 1 and numeric(shown):
        return _along_one(ax, shown, shown.mesh[0], list(range(len(shown.x))), look)
    if len(shown.mesh) != 2 or not numeric(shown):
        return []
    found: list[tuple[float, Label]] = []
    for fixed, moving in (shown.mesh, shown.mesh[::-1]):
        if not shown.sweep.axes[moving].numeric:
            row = _base_row(shown, fixed)
            found += [(2.0 + k / 100, label) for k, label in enumerate(_along_one(ax, shown, fixed, row, look))]
            continue
        lines = {_value(shown, row[0], fixed): row for row in rows(shown, moving)}
        axis = shown.sweep.axes[fixed]
        values = [value for value in axis.values if value in lines]
        own = None if shown.base is None else _value(shown, shown.base, fixed)
        # At the end of the lines that lies further out, the same for all of them.
        outer = _outer_end(ax, shown, list(lines.values()))
        for k, value in enumerate(values):
            first_or_last, stands = k in (0, len(values) - 1), value == own
            full = first_or_last or stands or not axis.numeric
            words = factors.value(axis.key, value) if full else factors.brief(axis.key, value)
            row = lines[value][:: outer]
            towards = _direction(ax, shown, row)
            weight = 0.0 if first_or_last else 1.0 if stands else 3.0 + abs(k - len(values) / 2) / 100
            found.append((weight, Label(words, shown.x[row[-1]], shown.y[row[-1]], towards,
                                        look if full else look | {"color": style.QUIET}, 8.0,
                                        turn=2.0 if full else NEAR)))
    return [label for _, label in sorted(found, key=lambda pair: pair[0])]


def _value(shown: Scene, place: int, axis: int) -> Any:
    return shown.sweep.done[int(shown.points[place])].values[axis]


def _base_row(shown: Scene, axis: int) -> list[int]:
    every = rows(shown, axis)
    return next((row for row in every if shown.base in row), every[0] if every else [])


def _along_one(ax: Axes, shown: Scene, axis: int, row: list[int], look: dict[str, Any]) -> list[Label]:
    """A label at each point of one line."""
    if not row:
        return []
    order = {str(value): k for k, value in enumerate(shown.sweep.axes[axis].values)}
    row = sorted(row, key=lambda k: order[str(_value(shown, k, axis))])
    key = shown.sweep.axes[axis].key
    at = ax.transData.transform(np.column_stack([shown.x[row], shown.y[row]]))
    centre = at.mean(axis=0)
    found = []
    for k, place in enumerate(row):
        ends = k in (0, len(row) - 1)
        before, after = at[max(k - 1, 0)], at[min(k + 1, len(row) - 1)]
        normal = np.array([after[1] - before[1], before[0] - after[0]])
        if ends and len(row) > 1:
            normal = at[k] - (at[1] if k == 0 else at[-2])
        elif (at[k] - centre) @ normal < 0:
            normal = -normal
        words = (factors.value if ends else factors.brief)(key, _value(shown, place, axis))
        found.append((0 if ends else 1, Label(words, shown.x[place], shown.y[place], (float(normal[0]),
                      float(normal[1])), look if ends else look | {"color": style.QUIET}, 8.0)))
    return [label for _, label in sorted(found, key=lambda pair: pair[0])]


def _point_labels(ax: Axes, shown: Scene, look: dict[str, Any]) -> list[Label]:
    """Labels of single points: those on the front, and those that lie furthest out."""
    n = len(shown.x)
    if n > 1:
        extremes = [int(each) for each in (np.argmin(shown.x), np.argmax(shown.x), np.argmin(shown.y),
                                           np.argmax(shown.y))]
    else:
        extremes = [0]
    members = [int(k) for k in shown.members]
    some = [*members[:1], *members[-1:], *extremes, *members]
    if n <= 40:
        some += list(range(n))
    chosen = list(dict.fromkeys(some))[: 40 if n <= 40 else 12]
    at = ax.transData.transform(np.column_stack([shown.x, shown.y]))
    centre = at.mean(axis=0)
    found = []
    for k in chosen:
        point = shown.sweep.done[int(shown.points[k])]
        words = written.short(factors.point_words(shown.sweep, point, shown.mesh), 44)
        away = at[k] - centre
        found.append(Label(words, shown.x[k], shown.y[k], (float(away[0]) or 1.0, float(away[1])), look, 8.0))
    return found


def _outer_end(ax: Axes, shown: Scene, lines: list[list[int]]) -> int:
    """1: the last points of the lines lie further from the middle of all points than the first; -1: the first."""
    at = ax.transData.transform(np.column_stack([shown.x, shown.y]))
    centre = at.mean(axis=0)
    first, last = (np.mean([np.hypot(*(at[row[k]] - centre)) for row in lines]) for k in (0, -1))
    return 1 if last >= first else -1


def _direction(ax: Axes, shown: Scene, row: list[int]) -> tuple[float, float]:
    """On from the last point of a row, in pixels."""
    at: Floats = ax.transData.transform(np.column_stack([shown.x[row[-2:]], shown.y[row[-2:]]]))
    step = at[1] - at[0]
    return (float(step[0]), float(step[1])) if np.hypot(*step) > 0 else (1.0, 0.0)
