"""How much of the suite is run: a part that takes a minute, or all of it."""

from __future__ import annotations

import os

FULL = os.environ.get("TIGHTROPE_FAULTS") == "full"
"""TIGHTROPE_FAULTS=full python -m pytest tests/faults: the counts of docs/reliability.md."""


def of(few: int, all_: int) -> int:
    """The number of examples."""
    return all_ if FULL else few
