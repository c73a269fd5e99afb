"""`${teams.front.agents}` in a value: the value of another key, which must be a plain number or text.

Only this much of OmegaConf's interpolation is taken. Environment variables and other resolvers would make a
run depend on more than its file, and values built from values can grow without bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sim.loading.refusal import one_line
from sim.loading.yaml_file import Where, Wrong, YamlFile

MAX_USES = 1000
_USE = re.compile(r"\$\{\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\s*\}")
_REMEDY = "needs ${key.path} of a plain value, as in ${goals.within_s}"


def without_unreadable(file: YamlFile) -> dict[str, Any]:
    """The file's data with None for every text whose `${` cannot be read; each becomes a fault of the file."""
    for where, text in list(_texts(file.data, ())):
        if "${" in _USE.sub("", text):
            line, _ = file.line_of(where)
            file.faults.append(Wrong(line, where, f"'{one_line(text, 40)}' {_REMEDY}"))
            _put(file.data, where, None)
    return file.data


def resolve(raw: dict[str, Any]) -> list[tuple[Where, str]]:
    """Replace every `${key.path}` in `raw` by its value, in place. Gives the faults as (where, message)."""
    faults: list[tuple[Where, str]] = []
    uses = [(where, text) for where, text in _texts(raw, ()) if "${" in text]
    if sum(text.count("${") for _, text in uses) > MAX_USES:
        return [(uses[0][0], f"more than {MAX_USES} interpolations ${{...}}, write the values out")]
    found: list[tuple[Where, Any]] = []
    for where, text in uses:
        try:
            found.append((where, _value(raw, text)))
        except LookupError as error:
            faults.append((where, str(error.args[0])))
    for where, value in found:
        _put(raw, where, value)
    return faults


def _value(raw: Mapping[str, Any], text: str) -> Any:
    if "${" in _USE.sub("", text):
        raise LookupError(f"'{one_line(text, 40)}' {_REMEDY}")
    whole = _USE.fullmatch(text)
    if whole:
        return _plain(raw, whole.group(1))
    return _USE.sub(lambda use: str(_plain(raw, use.group(1))), text)


def _plain(raw: Mapping[str, Any], key: str) -> Any:
    value: Any = raw
    for part in key.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise LookupError(f"${{{key}}}: there is no key {key}")
    text = value if isinstance(value, str) else ""
    if isinstance(value, Mapping | list) or "${" in text or len(text) > 10_000:
        raise LookupError(f"${{{key}}}: {key} is no plain number or text")
    return value


def _texts(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, str):
        if "${" in value:
            yield where, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*where, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*where, index))


def _put(raw: Any, where: Where, value: Any) -> None:
    for part in where[:-1]:
        raw = raw[part]
    raw[where[-1]] = value
