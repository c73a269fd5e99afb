"""A run that was stopped goes on with the same command, and ends as if nobody had stopped it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.cli import interrupts, main
from sim.loading import load
from sim.measure import Layout, Tally
from sim.measure.state import apart, together
from sim.run import Model
from sim.study import stopped
from sim.study.replications import make
from tests.study.test_replications import written
from tests.tiny import TINY, desk, plain, write

__all__ = ["desk", "plain"]  # fixtures

WORDS = ["tiny", "behavior=evidence", "costs=standard", "engine=simpy", "report=tables"]


def run(*words: str, stop_after: int | None = None) -> int:
    """A run's exit status; Ctrl-C comes while that replication is taken in."""
    with pytest.MonkeyPatch.context() as patch:
        add = Tally.add

        def add_some(self: Tally, counts: Any, replication: int | None = None) -> None:
            add(self, counts, replication)
            if len(self.rows) == stop_after:
                interrupts._heard.asked = True

        patch.setattr(Tally, "add", add_some)
        try:
            return main([*WORDS, *words])
        finally:
            interrupts._heard.asked = False


def only(*, of: str = "outputs/tiny") -> Path:
    """The one run there is."""
    (found,) = [path for path in Path(of).iterdir()]
    return found


def result(folder: Path) -> dict[str, bytes]:
    """The tables of a finished run; one that is not finished has more."""
    assert not (folder / stopped.NAME).exists()
    return written(folder)


@pytest.mark.parametrize("words", [[], ["tables=all"], ["sampling.strata=3"], ["days=2", "sampling.control=arrivals"]])
def test_it_ends_as_if_nobody_had_stopped_it(
    words: list[str], desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, "replications=12", stop_after=4) == 130
    place = only()
    told = f"interrupted: 4 of 12 replications are kept in {place}; the same command goes on\n"
    assert capsys.readouterr().err.endswith(told)
    assert run(*words, "replications=12", stop_after=7) == 130
    assert f"goes on with {place}: 4 replications are there (resume=false starts anew)\n" in capsys.readouterr().err
    assert run(*words, "replications=12") == 0
    assert only() == place
    facts = json.loads((place / "run.json").read_text())
    assert (facts["replications"], facts["replications_asked"]) == (12, 12)
    assert not any("stopped by hand" in warning for warning in facts["warnings"])
    assert run(*words, "replications=12", "output=whole") == 0
    assert result(place) == result(Path("whole"))


def test_more_replications_may_be_asked_for(desk: Path) -> None:
    run("replications=12", stop_after=4)
    assert run("replications=15", "execution=serial") == 0
    assert run("replications=15", "output=whole") == 0
    assert result(only()) == result(Path("whole"))


def test_a_named_folder_is_gone_on_with(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("output=mine", stop_after=1)
    assert run("output=mine") == 0
    assert "goes on with mine: 1 replication is there" in capsys.readouterr().err
    assert run("output=mine") == 2  # whole by now
    assert "mine exists already" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["resume=false"], ["seed=9"], ["tables=none"], ["goals.within_s=30"]])
def test_another_run_begins_at_the_start(
    words: list[str], desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(stop_after=2)
    before = {path.name: path.read_bytes() for path in only().iterdir() if path.is_file()}
    (place,) = Path("outputs/tiny").iterdir()
    capsys.readouterr()
    assert run(*words) == 0
    assert "goes on" not in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()} == before
    assert len(list(Path("outputs/tiny").iterdir())) == 2


def test_a_changed_file_or_a_damaged_state_is_not_gone_on_with(desk: Path) -> None:
    (desk / "calls.csv").write_text("arrived\n" + "".join(f"{second}\n" for second in range(30_000, 60_000, 100)))
    text = (desk / "scenarios" / "tiny.yaml").read_text()
    write(desk, "tiny", text.replace("{kind: rates, per_hour: 60}", "{kind: recorded, file: ../calls.csv}"))
    run(stop_after=2)
    place = only()
    loaded = load(WORDS)
    assert stopped.find(place, loaded.raw, loaded.scenario) is not None
    (desk / "calls.csv").write_text("arrived\n30000\n30100\n")
    assert stopped.find(place, load(WORDS).raw, loaded.scenario) is None
    kept = (place / stopped.NAME).read_bytes()
    for damaged in (b"", kept[: len(kept) // 2], b"PK" + bytes(100)):
        (place / stopped.NAME).write_bytes(damaged)
        assert stopped.find(place, loaded.raw, loaded.scenario) is None


PRECISE = ["precision.half_width=0.016", "precision.min_replications=5"]


@pytest.fixture(scope="module")
def precise(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of such a run that nobody has stopped."""
    folder = tmp_path_factory.mktemp("precise")
    write(folder, "tiny", TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run(*PRECISE, "precision.max_replications=200", "execution=serial", "output=whole") == 0
        return result(Path("whole"))


@pytest.mark.parametrize("after", [3, 12])
def test_a_precision_ends_where_it_would_have_ended(after: int, precise: dict[str, bytes], desk: Path) -> None:
    limits = [*PRECISE, "precision.max_replications=200", "execution=serial"]
    assert precise["replications.csv"].count(b"center,center,service_level,") >= 15
    assert run(*limits, "output=mine", stop_after=after) == 130
    assert run(*limits, "output=mine") == 0
    assert result(Path("mine")) == precise


def test_a_capped_precision_goes_on_with_a_larger_cap(
    precise: dict[str, bytes], desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*PRECISE, "precision.max_replications=13") == 0
    place = only()
    capsys.readouterr()
    assert run(*PRECISE, "precision.max_replications=13") == 0  # nothing is left to do, so that is a run of its own
    assert "goes on" not in capsys.readouterr().err
    assert run(*PRECISE, "precision.max_replications=200", f"output={place}") == 0
    assert f"goes on with {place}: 13 replications are there" in capsys.readouterr().err
    assert result(place) == precise


def test_what_is_read_is_the_same_tally(desk: Path) -> None:
    scenario = load([*WORDS, "sampling.strata=2"]).scenario
    model, layout = Model.of(scenario), Layout.of(scenario)
    one, other = Tally(layout), Tally(layout)
    for number in range(3):
        one.add(make(model, layout, number, "simpy").counts, number)
    told, arrays = apart(one)
    other = together(layout, json.loads(json.dumps(told)), arrays)
    again, same = apart(other)
    assert again == told and set(same) == set(arrays)
    assert all(np.array_equal(same[name], arrays[name], equal_nan=True) for name in arrays)
    for tally in (one, other):
        tally.add(make(model, layout, 3, "simpy").counts, 3)
    assert repr(one.results(0.95)) == repr(other.results(0.95))
    assert len(arrays) < 200  # whatever the number of replications


def test_a_point_of_a_sweep_goes_on(desk: Path, plain: None, capsys: pytest.CaptureFixture[str]) -> None:
    sweep = ["-m", "demand.scale=0.9,1.1", "replications=6", "output=sweep"]
    assert run(*sweep, stop_after=2) == 130
    assert run(*sweep) == 0
    assert "goes on with sweep/demand.scale=0.9: 2 replications are there" in capsys.readouterr().err
    assert run("demand.scale=0.9", "replications=6", "output=whole") == 0
    assert result(Path("sweep/demand.scale=0.9")) == result(Path("whole"))


@pytest.mark.slow
def test_a_real_ctrl_c_and_the_same_command_again(desk: Path) -> None:
    """By processes, stopped with a signal in the middle of the work."""
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "sim", *WORDS, "replications=80", "workers=2", "output=mine"]
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as program:
        for _ in range(1200):
            if list(desk.glob(".mine-*/tables/contacts/0001.parquet")) or program.poll() is not None:
                break
            time.sleep(0.05)
        time.sleep(1.0)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=60)
    assert program.returncode == 130
    assert "of 80 replications are kept in mine; the same command goes on" in err
    done = json.loads(Path("mine/run.json").read_text())["replications"]
    assert 1 <= done < 80
    assert main(command[3:]) == 0
    assert main([*command[3:-1], "output=whole", "execution=serial"]) == 0
    assert result(Path("mine")) == result(Path("whole"))
