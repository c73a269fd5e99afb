"""All faults of a scenario at once, in plain words, each at its own place; or the scenario, if there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.checks import errors as contradictions
from sim.scenario.part import CONTRADICTION, Fault, without_nulls
from sim.scenario.places import Place, bare, find, is_part, member_of, members
from sim.scenario.scenario import Scenario
from sim.scenario.suggest import suggestion
from sim.scenario.wording import at_key, explain


class ScenarioError(ValueError):
    """A scenario that cannot be built; `faults` says why, one line each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{dotted(fault)}: {fault.message}" for fault in self.faults))


def dotted(fault: Fault) -> str:
    """A fault's path as a planner would write it in an override: "queues.service.talk.mean_s"."""
    return ".".join(str(key) for key in fault.path) or "scenario"


def build(raw: Mapping[str, Any]) -> Scenario:
    """The scenario that a mapping (a loaded YAML file) describes; ScenarioError with every fault otherwise."""
    try:
        return Scenario.model_validate(raw)
    except ValidationError as error:
        raise ScenarioError(_faults_of(error, raw)) from None


def faults(raw: Mapping[str, Any]) -> list[Fault]:
    """Everything wrong with a mapping (a loaded YAML file), one plain line each; [] if it is a scenario."""
    try:
        Scenario.model_validate(raw)
    except ValidationError as error:
        return _faults_of(error, raw)
    return []


def _faults_of(error: ValidationError, raw: object) -> list[Fault]:
    details = error.errors(include_url=False)
    if not isinstance(raw, Mapping):
        return [Fault((), "needs a mapping with queues and teams (is the file empty, or a list?)")]
    found = [(detail, find(Scenario, detail["loc"], raw)) for detail in details if not _echo(detail)]
    guessed = _guessed_keys(found)
    listed = [
        Fault((*place.path, *at_key(detail)), explain(detail, place, Scenario))
        for detail, place in found
        if not (detail["type"] == "missing" and place.path in guessed)
    ]
    if any(detail["type"] != CONTRADICTION for detail in details):
        broken = [fault.path for fault in listed]
        listed += [
            fault
            for fault in contradictions(_salvage(Scenario, raw), lenient=True)
            if fault not in listed and not any(fault.path[: len(path)] == path for path in broken)
        ]
    return list(dict.fromkeys(listed))


def _echo(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because its entries were refused (pydantic counts the valid)."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _guessed_keys(found: Sequence[tuple[ErrorDetails, Place]]) -> set[tuple[str | int, ...]]:
    """Keys that are missing only because they are misspelled: the misspelling is reported, not its absence."""
    guessed = set()
    for detail, place in found:
        if detail["type"] == "extra_forbidden" and place.parent is not None:
            near = suggestion(place.path[-1], place.parent.model_fields)
            if near is not None:
                guessed.add((*place.path[:-1], near))
    return guessed


# ---------------------------------------------------------------- what can be read of a faulty scenario


class _Unread:
    """Stands for a part that could not be read; asking it for anything is an AttributeError."""


def _salvage(annotation: Any, raw: object, metadata: tuple[object, ...] = ()) -> Any:
    """What can be read of `raw` as a type: the valid value, or as much of it as is valid.

    In a model the fields that cannot be read are absent, so that reading them is an AttributeError; in a mapping
    or list of models each item is salvaged by itself.
    """
    inner, _ = bare(annotation)
    if inner is not Scenario:
        try:
            return _adapter(annotation, metadata).validate_python(raw)
        except ValidationError:
            pass
    if len(members(inner)) > 1 and isinstance(raw, Mapping):
        inner = member_of(inner, raw.get("kind"))
    if is_part(inner) and isinstance(raw, Mapping):
        return _salvage_model(inner, raw)
    args = get_args(inner)
    if get_origin(inner) is dict and isinstance(raw, Mapping):
        return {key: _salvage(args[1], item) for key, item in raw.items()}
    if get_origin(inner) is tuple and isinstance(raw, list | tuple) and args[-1] is Ellipsis and is_part(args[0]):
        return tuple(_salvage(args[0], item) for item in raw)
    return _Unread()


def _meant(model: type[BaseModel], key: object, given: Mapping[Any, Any]) -> str | None:
    """The field that an unknown key probably means; that field counts as given, but not readable."""
    return suggestion(key, [name for name in model.model_fields if name not in given])


def _adapter(annotation: Any, metadata: tuple[object, ...]) -> TypeAdapter[Any]:
    return TypeAdapter(Annotated[(annotation, *metadata)] if metadata else annotation)


def _salvage_model(model: type[BaseModel], raw: Mapping[Any, Any]) -> BaseModel:
    cleaned = without_nulls(model, raw)
    assert isinstance(cleaned, Mapping)
    values: dict[str, Any] = {}
    unread = [near for key in cleaned if key not in model.model_fields and (near := _meant(model, key, cleaned))]
    for name, info in model.model_fields.items():
        if name not in cleaned:
            unread += [name] if info.is_required() else []
            continue
        value = _salvage(info.annotation, cleaned[name], (info,))
        if isinstance(value, _Unread):
            unread.append(name)
        else:
            values[name] = value
    part = model.model_construct(set(values), **values)
    for name in unread:
        part.__dict__.pop(name, None)
    return part
