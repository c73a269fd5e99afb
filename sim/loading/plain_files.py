"""Files that the program has written itself, read as if anybody could have changed them: plain data, and bounded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

MOST_BYTES = 100_000_000
MOST_VALUES = 5_000_000
"""Aliases written out: what is small in a file can be endless in memory."""

MOST_DEEP = 100
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Damaged(ValueError):
    """A file is not what the program has written; the message is short."""


def saved_json(file: Path) -> Any:
    """What a JSON file holds. Raises OSError, or Damaged."""
    text = _text(file)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(error, "JSON") from None


def saved_yaml(file: Path) -> dict[str, Any]:
    """The mapping in a YAML file; tags make nothing but plain values. Raises OSError, or Damaged."""
    text = _text(file)
    try:
        _shallow(text)
        found = yaml.load(text, Loader=LOADER)
        _bounded(found)
    except (ValueError, yaml.YAMLError, RecursionError, MemoryError, TypeError, AttributeError) as error:
        raise _damaged(error, "YAML") from None
    if not isinstance(found, dict):
        raise Damaged("holds no keys with values")
    return found


def _text(file: Path) -> str:
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise Damaged(f"is {size / 1e6:,.0f} MB long, at most {MOST_BYTES / 1e6:.0f} MB are read")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Damaged("is no text in UTF-8") from None


def _shallow(text: str) -> None:
    """Raises Damaged for what is nested so deep that the parser would end the program: its stack has no limit."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEEP:
            raise Damaged(f"is nested more than {MOST_DEEP} levels deep")


def _bounded(value: Any) -> None:
    """Raises Damaged for values without end, such as a list that aliases make ever larger, or that holds itself."""
    waiting, seen = [value], 0
    while waiting:
        each = waiting.pop()
        seen += 1
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        if seen + len(waiting) > MOST_VALUES:
            raise Damaged(f"holds more than {MOST_VALUES:,} values (aliases written out)")


def _damaged(error: Exception, what: str) -> Damaged:
    if isinstance(error, Damaged):
        return error
    if isinstance(error, RecursionError | MemoryError):
        return Damaged(f"is nested too deep for {what}")
    return Damaged(f"is no {what}: {' '.join(str(error).split())[:120]}")
