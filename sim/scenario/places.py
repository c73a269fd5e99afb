"""Where a validation error points: the model, the field and its type at a location, found by walking the types."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.part import Part, Path


@dataclass(frozen=True)
class Place:
    """A location in a scenario: what is asked for there."""

    path: Path = ()
    """Keys as the planner wrote them, without the tags of unions."""
    type: Any = None
    """The bare type asked for (no Annotated, no None); None if unknown."""
    metadata: tuple[object, ...] = ()
    """Bounds and units that belong to the type."""
    parent: type[BaseModel] | None = None
    """The model that holds the last key, if it is a model's."""
    info: FieldInfo | None = None
    """The model field of the last key, if it is one."""
    is_key: bool = field(default=False)
    """True where a key of a mapping is meant, and not its value."""

    @property
    def unit(self) -> str | None:
        """The unit written into the type, such as "seconds"."""
        for item in self.metadata:
            extra = item.json_schema_extra if isinstance(item, FieldInfo) else None
            if isinstance(extra, dict) and isinstance(extra.get("unit"), str):
                return str(extra["unit"])
        return None

    @property
    def models(self) -> tuple[type[BaseModel], ...]:
        """The models that fit here: one, or the members of a union."""
        return tuple(member for member in members(self.type) if is_model(member))


def is_model(annotation: object) -> bool:
    """Whether a type is a pydantic model."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def is_part(annotation: object) -> bool:
    """Whether a type is a part of a scenario that can be salvaged field by field (distributions are not)."""
    return isinstance(annotation, type) and issubclass(annotation, Part)


def bare(annotation: Any) -> tuple[Any, tuple[object, ...]]:
    """A type without Annotated and None, and the metadata that was around it."""
    metadata: tuple[object, ...] = ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata = (*more, *metadata)
            continue
        inner = [item for item in members(annotation) if item is not type(None)]
        if len(inner) == 1 and inner[0] is not annotation:
            annotation = inner[0]
            continue
        return annotation, metadata


def members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union; any other type alone."""
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)


def tag_of(model: Any) -> str | None:
    """The `kind` of a member of a discriminated union."""
    if not is_model(model) or "kind" not in model.model_fields:
        return None
    kinds = get_args(model.model_fields["kind"].annotation)
    return kinds[0] if kinds and get_origin(model.model_fields["kind"].annotation) is Literal else None


def member_of(annotation: Any, tag: object) -> Any:
    """The member of a discriminated union with that tag, or None."""
    return next((member for member in members(annotation) if tag_of(member) == tag), None)


def find(root: type[BaseModel], location: Sequence[str | int], raw: object) -> Place:
    """The place that a pydantic error location means, in a scenario as written (`raw`).

    Tags of unions are left out of the path, and so is what shorthand adds: below a plain value nothing is named.
    """
    place = Place(type=root)
    for key in location:
        inner, _ = bare(place.type)
        if key == "[key]":
            place = Place(place.path, str, (), place.parent, place.info, True)
            continue
        chosen = member_of(inner, key) if len(members(inner)) > 1 else None
        if chosen is not None:
            place = Place(place.path, chosen, (), place.parent, place.info)
            continue
        written = isinstance(raw, Mapping | list | tuple)
        path = (*place.path, key) if written else place.path
        place = _step(inner, key, path)
        raw = _child(raw, key)
    return place


def _step(annotation: Any, key: str | int, path: Path) -> Place:
    if is_model(annotation):
        info = annotation.model_fields.get(key)
        if info is None:
            return Place(path, None, (), annotation)
        inner, metadata = bare(info.annotation)
        return Place(path, inner, (*metadata, info, *info.metadata), annotation, info)
    args = get_args(annotation)
    if get_origin(annotation) is dict or (get_origin(annotation) is tuple and args[-1] is Ellipsis):
        inner, metadata = bare(args[1] if get_origin(annotation) is dict else args[0])
        return Place(path, inner, metadata)
    return Place(path)


def _child(raw: object, key: str | int) -> object:
    if isinstance(raw, Mapping):
        return raw.get(key)
    if isinstance(raw, list | tuple) and isinstance(key, int) and 0 <= key < len(raw):
        return raw[key]
    return None


def all_fields(root: type[BaseModel], path: str = "") -> Iterator[tuple[str, str]]:
    """(field name, dotted place) of every field of every model below a model; recursion is cut."""
    yield from _fields(root, path, set())


def _fields(model: type[BaseModel], path: str, seen: set[type[BaseModel]]) -> Iterator[tuple[str, str]]:
    if model in seen:
        return
    seen.add(model)
    for name, info in model.model_fields.items():
        where = f"{path}.{name}" if path else name
        yield name, where
        inner, _ = bare(info.annotation)
        if get_origin(inner) is dict:
            inner, where = bare(get_args(inner)[1])[0], f"{where}.NAME"
        elif get_origin(inner) is tuple:
            inner = bare(get_args(inner)[0])[0]
        for member in members(inner):
            if is_model(member):
                yield from _fields(member, where, seen)
