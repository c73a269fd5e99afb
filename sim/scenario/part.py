"""What all parts of a scenario share: frozen, strict, and faults that say where and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, LiteralString, NamedTuple, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from sim.units import shown

Path = tuple[str | int, ...]


def _plain(path: str) -> str:
    if re.search("[\x00-\x1f\x7f]", path):
        raise ValueError(f"needs a path without line breaks and other control signs, got {shown(path)}")
    return path


FilePath = Annotated[str, Field(strict=True, min_length=1, max_length=4096), AfterValidator(_plain)]
"""A file's or folder's path as somebody wrote it."""

CONTRADICTION: Final = "contradiction"
"""Error type of what does not fit together across a scenario; faults inside one value have type "fault"."""


class Fault(NamedTuple):
    """One thing wrong (or worth a warning) in a scenario: where, and what to do about it, in one line."""

    path: Path
    message: str


class Part(BaseModel):
    """Base of every scenario model: given once, never changed; unknown keys, NaN and infinity refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _null_is_default(cls, raw: object) -> object:
        """A key with nothing after it (or an override `hold=null`) means the default, where null says nothing."""
        return without_nulls(cls, raw)


def without_nulls(model: type[BaseModel], raw: object) -> object:
    """A mapping without the keys that are null although the field takes no null and has a default.

    A part with keys that must be given keeps its null: `survey:` with nothing after it does not say what to do.
    """
    if not isinstance(raw, Mapping) or None not in raw.values():
        return raw
    fields = model.model_fields
    return {
        key: value
        for key, value in raw.items()
        if value is not None
        or key not in fields
        or fields[key].is_required()
        or type(None) in get_args(fields[key].annotation)
        or _asks_for_more(fields[key].annotation)
    }


def _asks_for_more(annotation: object) -> bool:
    if not (isinstance(annotation, type) and issubclass(annotation, Part)):
        return False
    return any(info.is_required() for info in annotation.model_fields.values())


def raise_faults(title: str, faults: Iterable[Fault], raw: object = None, type_: LiteralString = "fault") -> None:
    """Raise one pydantic ValidationError that carries every fault at its own place; nothing for no faults."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError(type_, "{message}", {"message": fault.message}),
            loc=fault.path,
            input=raw,
        )
        for fault in faults
    ]
    if details:
        raise ValidationError.from_exception_data(title, details)
