"""What a run says about itself: how to repeat it, and nothing about the machine it ran on."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from sim.cli.job import run_info
from sim.loading import load
from sim.report import RunInfo
from sim.run import Model
from tests.tiny import TINY, desk, write

__all__ = ["desk"]  # a fixture

LATE = TINY.replace("end: 18:00", "end: 19:00")
"""A shift that ends after the queue closes, which is warned of."""


def about(*words: str) -> RunInfo:
    loaded = load(list(words))
    return run_info(loaded, Model.of(loaded.scenario), 3, loaded.warnings, 1.0)


def test_the_command_repeats_the_run_in_another_folder(desk: Path) -> None:
    words = ["tiny", "seed=7", f"output={desk}/mine", "++queues.voice.balk=0.1", "+output=other"]
    info = about(*words)
    assert info.command == "python -m sim +scenario=tiny seed=7 ++queues.voice.balk=0.1"
    again = load(shlex.split(info.command)[3:]).scenario
    assert again == load(words).scenario.model_copy(update={"output": again.output})


def test_warnings_name_the_file_as_it_is_typed_here(desk: Path) -> None:
    write(desk, "late", LATE)
    (line,) = about("late").warnings
    assert line.startswith("scenarios/late.yaml:15: shifts.day")


def test_warnings_do_not_tell_where_a_file_lies_that_is_elsewhere(
    desk: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = desk / "scenarios"
    write(desk, "late", LATE)
    monkeypatch.chdir(tmp_path_factory.mktemp("work"))
    (line,) = about(str(elsewhere / "late.yaml")).warnings
    assert line.startswith("late.yaml:15: shifts.day")
    assert str(elsewhere) not in line
