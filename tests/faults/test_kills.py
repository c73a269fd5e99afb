"""Kill -9 at random moments and at renames: a few of those that benchmarks/kills.py makes by the hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.kills import kills
from tests.faults.how_many import FULL

MOMENTS = {"run": (1, 2), "sweep": (0, 1), "calibrate": (0, 1)}
"""Random moments and renames: each costs one run of the command in a process of its own, and one in this."""


@pytest.mark.parametrize("command", MOMENTS)
def test_what_is_killed_leaves_nothing_that_looks_finished_and_completes_to_the_same(
    command: str, tmp_path: Path
) -> None:
    moments, renames = (20, None) if FULL else MOMENTS[command]
    told = kills(command, tmp_path / command, moments, renames)
    assert told.wrong == []
    assert told.killed > 0
