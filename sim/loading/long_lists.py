"""Long lists of plain values pass around Hydra: it takes 0.2 ms a value, and a measured distribution has thousands.

Hydra sees a short text in their place, which also reads well in `--cfg job`; `put_back` undoes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.loading.yaml_file import Where, YamlFile

LONG = 200


def put_aside(file: YamlFile) -> dict[str, Any]:
    """The file's data with a text in place of every long list of plain values."""

    def copied(value: Any, where: Where) -> Any:
        if isinstance(value, dict):
            return {key: copied(item, (*where, key)) for key, item in value.items()}
        if _is_long(value):
            return _text(file, where, value)
        if isinstance(value, list):
            return [copied(item, (*where, index)) for index, item in enumerate(value)]
        return value

    return {key: copied(item, (key,)) for key, item in file.data.items()}


def put_back(raw: dict[str, Any], file: YamlFile) -> None:
    """Put the file's long lists into composed values, in place, wherever nothing else has been set."""
    for where, values in _long(file.data, ()):
        holder: Any = raw
        try:
            for part in where[:-1]:
                holder = holder[part]
            if holder[where[-1]] == _text(file, where, values):
                holder[where[-1]] = values
        except (LookupError, TypeError):
            continue  # something that holds it was replaced as a whole


def _long(value: Any, where: Where) -> Iterator[tuple[Where, list[Any]]]:
    if _is_long(value):
        yield where, value
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _long(item, (*where, key))


def _is_long(value: Any) -> bool:
    return isinstance(value, list) and len(value) > LONG and not any(isinstance(item, dict | list) for item in value)


def _text(file: YamlFile, where: Where, values: list[Any]) -> str:
    return f"({len(values)} values, {file.path.name} line {file.line_of(where)[0]})"
