"""State: a tally taken apart into plain arrays and a description in JSON, and put together again to the last bit.

Nothing that is read is run: what is put together is one of the classes here, filled with numbers. It is read by the
same program that has written it, and by no other version.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measure.batches import Batches
from sim.measure.layout import Layout
from sim.measure.percentiles import Waits
from sim.measure.roster import Roster
from sim.measure.statistics import Moments
from sim.measure.tally import Row, Tally
from sim.measure.targets import Targets

Arrays = dict[str, NDArray[Any]]
PARTS = {part.__name__: part for part in (Batches, Moments, Roster, Row, Targets, Waits)}


def apart(tally: Tally) -> tuple[dict[str, Any], Arrays]:
    """What JSON can hold of a tally, and the arrays that it names."""
    arrays: Arrays = {}
    told = {name: _apart(getattr(tally, name), name, arrays) for name in _names(tally) if name != "layout"}
    return told, arrays


def together(layout: Layout, told: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Tally:
    """The tally of this layout. ValueError or KeyError where the parts are not those of one."""
    tally = Tally(layout)
    if set(told) != set(_names(tally)) - {"layout"}:
        raise ValueError("these are not the parts of a tally")
    for name, part in told.items():
        setattr(tally, name, _together(part, arrays))
    return tally


def _names(part: Any) -> tuple[str, ...]:
    return part._fields if isinstance(part, Row) else tuple(field.name for field in dataclasses.fields(part))


def _apart(value: Any, path: str, arrays: Arrays) -> Any:
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return {"array": path}
    if isinstance(value, bool | int | float):
        return {"value": value}  # JSON in Python keeps every bit of a float
    if isinstance(value, dict):
        return _columns(value, path, arrays)
    if type(value) in PARTS.values():
        of = {name: _apart(getattr(value, name), f"{path}.{name}", arrays) for name in _names(value)}
        return {"part": type(value).__name__, "of": of}
    if isinstance(value, tuple | list):
        each = [_apart(item, f"{path}.{place}", arrays) for place, item in enumerate(value)]
        return {"list" if isinstance(value, list) else "tuple": each}
    raise TypeError(f"{path}: {type(value).__name__} is not kept")


def _columns(values: dict[int, Any], path: str, arrays: Arrays) -> Any:
    """Values by number: where they are alike, each of their arrays as one array of all, for there may be thousands."""
    arrays[f"{path}.numbers"] = np.array(list(values), np.int64)
    own: list[Arrays] = [{} for _ in values]
    told = [_apart(value, "", each) for value, each in zip(values.values(), own, strict=True)]
    shapes = [[(name, array.shape, array.dtype) for name, array in each.items()] for each in own]
    floats = _floats(told)
    alike = bool(told) and floats is not None and all(shape == shapes[0] for shape in shapes)
    if not alike:
        each = [_apart(value, f"{path}.{number}", arrays) for number, value in values.items()]
        return {"numbers": f"{path}.numbers", "each": each}
    for name in own[0]:
        arrays[f"{path}.all{name}"] = np.stack([each[name] for each in own])
    return {"numbers": f"{path}.numbers", "path": f"{path}.all", "like": told[0], "values": floats}


def _floats(told: list[Any]) -> list[list[Any]] | None:
    """The bare numbers in each of several descriptions, which differ in nothing else; None if they do."""
    found = []
    for each in told:
        values: list[Any] = []
        if _walk(each, values.append) != _walk(told[0], lambda value: None):
            return None
        found.append(values)
    return found


def _walk(told: Any, seen: Callable[[Any], Any]) -> Any:
    """A description with each bare number replaced by what `seen` makes of it."""
    if isinstance(told, dict):
        if set(told) == {"value"}:
            return {"value": seen(told["value"])}
        return {key: _walk(value, seen) for key, value in told.items()}
    return [_walk(value, seen) for value in told] if isinstance(told, list) else told


def _together(told: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    if "array" in told:
        return np.array(arrays[told["array"]])
    if "value" in told:
        return told["value"]
    if "numbers" in told:
        return dict(zip(arrays[told["numbers"]].tolist(), _values(told, arrays), strict=True))
    if "part" in told:
        part: Any = PARTS[told["part"]]
        return part(**{name: _together(value, arrays) for name, value in told["of"].items()})
    if "list" in told:
        return [_together(item, arrays) for item in told["list"]]
    return tuple(_together(item, arrays) for item in told["tuple"])


def _values(told: Any, arrays: Mapping[str, NDArray[Any]]) -> list[Any]:
    if "each" in told:
        return [_together(each, arrays) for each in told["each"]]
    start = told["path"]
    own = {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}
    found = []
    for place, values in enumerate(told["values"]):
        like = _walk(told["like"], _in_turn(values))
        found.append(_together(like, {name: array[place] for name, array in own.items()}))
    return found


def _in_turn(values: list[Any]) -> Callable[[Any], Any]:
    rest = iter(values)
    return lambda _: next(rest)
