"""Hydra's own launchers: points of a sweep side by side, the same as one after another."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main
from tests.study.test_replications import written
from tests.tiny import desk, plain

__all__ = ["desk", "plain"]  # fixtures


@pytest.mark.slow
def test_points_by_joblib_are_the_points_made_here(desk: Path, plain: None) -> None:
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    words = ["-m", "+scenario=tiny", "demand.scale=0.9,1.1", "engine=simpy", "execution=serial", "report=tables"]
    assert main([*words, "output=here"]) == 0
    launcher = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
    assert main([*words[:1], *launcher, *words[1:], "output=there"]) == 0
    for point in ("demand.scale=0.9", "demand.scale=1.1"):
        found = written(Path("there", point))
        assert len(found) > 8 and found == written(Path("here", point))
