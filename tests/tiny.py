"""A tiny scenario in an empty folder, and a stand-in for its run that is quick and remembers what it was given."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.loading.check import Loaded

TINY = """\
description: A tiny center.
replications: 3
queues:
  voice:
    open: 08:00-18:00
    arrivals: {kind: rates, per_hour: 60}
    talk: {kind: exponential, mean_s: 240}
    patience: {kind: exponential, mean_s: 300}
teams:
  front:
    agents: 6
    skills: {voice: 1}
    shifts: {day: 1}
shifts:
  day: {start: 8:00, end: 18:00}
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A planner's folder with scenarios/tiny.yaml, which is the working folder."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "tiny.yaml").write_text(TINY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweeps without pictures and page, which take seconds."""
    monkeypatch.setattr("sim.report.sweeps.page.write_sweep", lambda *_: None)


def write(desk: Path, name: str, text: str | bytes) -> Path:
    """A scenario file on the desk."""
    path = desk / "scenarios" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


class Runs:
    """Stands in for the run itself: writes a folder with run.json, and keeps what was to be run."""

    def __init__(self) -> None:
        self.loaded: list[Loaded] = []
        self.before: Callable[[Loaded], object] = lambda loaded: None
        self.stopped_after: int | None = None

    def __call__(self, loaded: Loaded, place: Path | None = None, instead: bool = False) -> Path:
        self.before(loaded)
        self.loaded.append(loaded)
        folder = place or Path(loaded.scenario.output or f"outputs/{loaded.scenario.name}/{len(self.loaded)}")
        folder.mkdir(parents=True, exist_ok=instead)
        asked = loaded.scenario.replications
        done = asked if self.stopped_after is None else self.stopped_after
        (folder / "run.json").write_text(json.dumps({"replications": done, "replications_asked": asked}))
        return folder


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The runs that a command would have made."""
    made = Runs()
    monkeypatch.setattr("sim.cli.job.run_scenario", made)
    return made
