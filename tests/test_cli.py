"""The command line: verbs, help, sweeps, what is left behind when something fails, and the installed program."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim import __version__
from sim.cli import errors, main
from sim.cli.verbs import VERBS
from sim.loading.check import Loaded
from sim.loading.refusal import Refused
from tests.tiny import TINY, Runs, desk, runs, write

__all__ = ["desk", "runs"]

ROOT = Path(__file__).resolve().parent.parent


def found(folder: Path) -> list[str]:
    """Every file below a folder, hidden ones too, as sorted paths."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# ---------------------------------------------------------------- verbs and help


def test_no_verb_means_run(desk: Path, runs: Runs) -> None:
    for words in (["+scenario=tiny", "seed=7"], ["run", "+scenario=tiny", "seed=7"], ["tiny", "seed=7"]):
        assert main(words) == 0
    assert [(loaded.scenario.name, loaded.scenario.seed) for loaded in runs.loaded] == [("tiny", 7)] * 3
    assert runs.loaded[0].overrides == ["seed=7"]


def test_warnings_go_to_stderr_with_their_place(desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    write(desk, "late", TINY + "  night: {start: 20:00, end: 23:00}\n")
    assert main(["late"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: scenarios/late.yaml:16: shifts.night: ")
    assert runs.loaded[0].warnings == [line.removeprefix("warning: ")]


def test_help_names_verbs_scenarios_and_how_to_start(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"\n  {verb} " in told for verb in VERBS)
    assert "python -m sim +scenario=peak" in told
    assert "A tiny center." in told
    assert all(len(line) <= 120 for line in told.splitlines())
    assert main([]) == 2  # nothing was asked: the same text, but not as an answer
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_tells_how_it_is_used(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: python -m sim {'[run]' if verb == 'run' else verb}")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"tightrope {__version__}\n"


def test_scenarios_lists_what_can_be_run(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(desk, "broken", "a: [")
    assert main(["scenarios"]) == 0
    told = capsys.readouterr().out
    assert "A tiny center." in told
    assert "scenarios/tiny.yaml" in told
    assert "(cannot be read: not valid YAML" in told
    assert "peak" in told  # the packaged ones are there too


def test_schema_is_written_and_describes_the_scenarios(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert main(["schema", "made/scenario.schema.json"]) == 0
    assert json.loads((desk / "made/scenario.schema.json").read_text()) == schema
    assert {"queues", "teams", "shifts", "goals", "replications"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False
    assert main(["schema", "a", "b"]) == 2


def test_hydras_own_flags_answer(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tiny", "--cfg", "job", "-p", "goals", "goals.within_s=33"]) == 0
    assert "within_s: 33\n" in capsys.readouterr().out
    logging.getLogger("hydra._internal.hydra").disabled = True  # as some library's logging.config does to all there are
    assert main(["--info", "defaults", "+scenario=tiny"]) == 0
    assert "scenario/tiny" in capsys.readouterr().out
    assert found(desk) == ["scenarios/tiny.yaml"]


# ---------------------------------------------------------------- sweeps


OF_SWEEP = {"sweep.csv", "sweep.json"}


def points(folder: Path) -> list[str]:
    """Every file of the points of a sweep."""
    return [name for name in found(folder) if name not in OF_SWEEP]


def sweep_folder(desk: Path) -> Path:
    (folder,) = (desk / "outputs" / "tiny").iterdir()
    assert folder.name.startswith("sweep-")
    return folder


def test_a_sweep_makes_a_folder_for_each_point_and_nothing_else(desk: Path, runs: Runs) -> None:
    assert main(["-m", "+scenario=tiny", "staffing.scale=0.9,1", "goals.aht_target=240,300", "seed=3"]) == 0
    folder = sweep_folder(desk)
    assert points(folder) == [
        f"staffing.scale={scale},goals.aht_target={target}/run.json" for scale in ("0.9", "1") for target in (240, 300)
    ]
    scales = [(loaded.scenario.staffing.scale, loaded.scenario.goals.aht_target) for loaded in runs.loaded]
    assert scales == [(0.9, 240), (0.9, 300), (1.0, 240), (1.0, 300)]
    assert runs.loaded[0].overrides == ["staffing.scale=0.9", "goals.aht_target=240", "seed=3"]


def test_a_point_that_fails_is_recorded_and_the_others_go_on(
    desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(loaded: Loaded) -> None:
        if loaded.scenario.seed == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    runs.before = fail
    assert main(["-m", "tiny", "seed=1,2,-3,4"]) == 1
    folder = sweep_folder(desk)
    assert points(folder) == [
        "seed=-3/failed.json", "seed=-3/failed.txt", "seed=1/run.json",
        "seed=2/failed.json", "seed=2/failed.txt", "seed=4/run.json",
    ]  # fmt: skip
    table = (folder / "sweep.csv").read_text().splitlines()
    assert table[0] == "point,seed,status,reason,replications"
    assert [line.split(",")[2] for line in table[1:]] == ["finished", "failed", "failed", "finished"]
    assert "needs a whole number" in table[3]
    assert (folder / "seed=2/failed.txt").read_text().startswith("the disk is full: ")
    assert (folder / "seed=-3/failed.txt").read_text().startswith("command line: seed=-3: needs a whole")
    told = capsys.readouterr()
    assert "2 finished, 2 failed" in told.out
    assert [line.partition(": ")[0] for line in told.err.splitlines()] == ["seed=2", "seed=-3"]


def test_a_sweep_goes_on_where_it_stopped(desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(loaded: Loaded) -> None:
        if loaded.scenario.seed == 2:
            raise KeyboardInterrupt

    runs.before = stop
    words = ["-m", "tiny", "seed=1,2,3", "output=mine"]
    assert main(words) == 130
    assert points(desk / "mine") == ["seed=1/run.json"]
    assert capsys.readouterr().err == (
        "interrupted: 1 runs are kept in mine; the same command goes on\n"
    )
    runs.before = lambda loaded: None
    assert main(words) == 0
    assert [loaded.scenario.seed for loaded in runs.loaded] == [1, 2, 3]
    assert points(desk / "mine") == [f"seed={seed}/run.json" for seed in (1, 2, 3)]


def test_a_run_that_was_stopped_is_kept_but_not_finished(
    desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    runs.stopped_after = 2
    assert main(["tiny", "output=mine"]) == 130
    assert capsys.readouterr().err == "interrupted: 2 of 3 replications are kept in mine; the same command goes on\n"
    assert main(["-m", "tiny", "seed=1,2", "output=points"]) == 130  # the sweep stops with it
    assert points(desk / "points") == ["seed=1/run.json"]
    runs.stopped_after = None
    assert main(["-m", "tiny", "seed=1,2", "output=points"]) == 0  # and takes that point up again
    assert [loaded.scenario.seed for loaded in runs.loaded[2:]] == [1, 2]


def test_a_sweep_that_was_stopped_goes_on_with_the_same_command(desk: Path, runs: Runs) -> None:
    def stop(loaded: Loaded) -> None:
        if loaded.scenario.seed == 2:
            raise KeyboardInterrupt

    runs.before = stop
    words = ["-m", "tiny", "seed=1,2,3"]
    assert main(words) == 130
    runs.before = lambda loaded: None
    assert main(words) == 0
    assert [loaded.scenario.seed for loaded in runs.loaded] == [1, 2, 3]
    assert points(sweep_folder(desk)) == [f"seed={seed}/run.json" for seed in (1, 2, 3)]


def test_a_failed_point_is_tried_again(desk: Path, runs: Runs) -> None:
    (desk / "mine" / "seed=1").mkdir(parents=True)
    (desk / "mine" / "seed=1" / "failed.txt").write_text("the disk is full\n")
    assert main(["-m", "tiny", "seed=1,2", "output=mine"]) == 0
    assert points(desk / "mine") == ["seed=1/run.json", "seed=2/run.json"]


def test_what_is_wrong_with_every_point_is_told_before_anything_is_written(
    desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    write(desk, "bad", TINY.replace("per_hour", "per_huor"))
    for words in (["bad", "seed=1,2"], ["tiny", "teams.fornt.agents=3,4"], ["tiny", "sede=4", "seed=1,2"]):
        assert main(["-m", *words]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert runs.loaded == []
    assert not (desk / "outputs").exists()


def test_scenarios_can_be_swept(desk: Path, runs: Runs) -> None:
    write(desk, "other", TINY)
    write(desk, "bad", "queues: [")
    assert main(["-m", "+scenario=tiny,other,bad"]) == 1
    (folder,) = (desk / "outputs").iterdir()
    assert points(folder) == [
        "scenario=bad/failed.json", "scenario=bad/failed.txt", "scenario=other/run.json", "scenario=tiny/run.json"
    ]  # fmt: skip
    assert main(["-m", "tiny,nowhere"]) == 2


def test_names_of_points_are_short_and_different(desk: Path, runs: Runs) -> None:
    values = ",".join(f"'{'a/b ' * 60}{letter}'" for letter in "xy")
    assert main(["-m", "tiny", f"description={values}"]) == 0
    names = [path.parent.name for path in sweep_folder(desk).glob("*/run.json")]
    assert len(set(names)) == 2
    assert all(len(name) < 140 and "/" not in name for name in names)
    assert main(["-m", "tiny", "output=one"]) == 0
    assert points(desk / "one") == ["point-1/run.json"]
    assert main(["-m", "tiny", "output=a,b"]) == 2


def test_hydra_mode_multirun_is_a_sweep_too(desk: Path, runs: Runs) -> None:
    assert main(["tiny", "hydra.mode=MULTIRUN", "seed=range(1,4)"]) == 0
    assert [loaded.scenario.seed for loaded in runs.loaded] == [1, 2, 3]


# ---------------------------------------------------------------- when something goes wrong


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (OSError(errno.ENOSPC, "x", "outputs/a.csv"), 1, "outputs/a.csv: the disk is full: free some space"),
        (OSError(errno.EDQUOT, "x"), 1, "your disk quota is used up: "),
        (OSError(errno.EFBIG, "x"), 1, "the file would be larger than is allowed here"),
        (PermissionError(errno.EACCES, "x", "/root/a"), 1, "/root/a: no permission to read or write here"),
        (OSError(errno.EROFS, "x", "/sys/a"), 1, "/sys/a: this file system is read-only"),
        (RuntimeError("writing failed: No space left on device (os error 28)"), 1, "the disk is full: "),
        (OSError(errno.EIO, "x", "a"), 1, "a: input/output error"),
        (MemoryError(), 1, "out of memory: "),
        (KeyboardInterrupt(), 130, "interrupted: nothing of this run was kept"),
        (Refused("scenarios/a.yaml:3: wrong"), 2, "scenarios/a.yaml:3: wrong"),
        (ZeroDivisionError("by zero"), 1, "unexpected error: ZeroDivisionError: by zero at "),
    ],
)
def test_errors_of_a_run_are_one_line(
    error: BaseException, status: int, line: str, desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(loaded: Loaded) -> None:
        raise error

    runs.before = fail
    assert main(["tiny"]) == status
    told = capsys.readouterr().err
    assert told.startswith(line)
    assert told.count("\n") == 1


def test_our_own_errors_are_worded_where_they_are_raised() -> None:
    from sim.scenario import build

    with pytest.raises(ValueError, match="queues") as error:
        build({})
    assert errors.lines(error.value) == str(error.value).splitlines()


def test_an_unexpected_error_shows_its_way_when_asked(
    desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.before = lambda loaded: loaded.raw["no such key"]
    monkeypatch.setenv(errors.TRACEBACK, "1")
    assert main(["tiny"]) == 1
    assert "Traceback (most recent call last):" in capsys.readouterr().err


def test_a_reader_that_has_enough_is_no_error() -> None:
    command = [sys.executable, "-m", "sim", "schema"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None and program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == ""


def test_ctrl_c_while_it_starts_is_one_line(desk: Path) -> None:
    """A real signal to a real process, in the middle of a run that would take minutes."""
    command = [sys.executable, "-m", "sim", "tiny", "replications=1000", "tables=none", "days=3000", "engine=simpy"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as program:
        try:
            program.wait(timeout=4)
        except subprocess.TimeoutExpired:
            program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=60)
    assert program.returncode == 130
    assert out == ""
    assert err == "interrupted: nothing of this run was kept\n"
    assert [name for name in found(desk) if not name.startswith("scenarios/")] == []


# ---------------------------------------------------------------- installed


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the wheel of this checkout is installed, without its dependencies."""
    pytest.importorskip("hatchling", reason="the wheel is built without the network, with hatchling of the dev extra")
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)]
    subprocess.run([*pip, *build], check=True, capture_output=True, timeout=120)
    (wheel,) = wheels.glob("tightrope-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True, timeout=120)
    return target


def tightrope(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The installed program, run in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "sim", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.slow
def test_installed_it_works_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    listed = tightrope(installed, tmp_path, "scenarios")
    assert str(installed / "sim" / "_data" / "scenarios" / "peak.yaml") in listed.stdout
    shown = tightrope(installed, tmp_path, "+scenario=peak", "--cfg", "job")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "within_s: 20" in shown.stdout

    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.yaml").write_text(TINY)
    run = tightrope(installed, tmp_path, "+scenario=mine", "replications=2", "output=results")
    assert (run.returncode, run.stderr) == (0, "")
    assert {"results/config.yaml", "results/report.html", "results/run.json", "results/summary.csv"} <= set(
        found(tmp_path)
    )
    assert [name for name in found(tmp_path) if not name.startswith(("results/", "scenarios/"))] == []


@pytest.mark.slow
def test_the_wheel_carries_what_the_program_needs(installed: Path) -> None:
    data = installed / "sim" / "_data"
    for folder in ("configs", "scenarios"):
        here = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*.yaml")}
        assert {path.relative_to(data / folder) for path in (data / folder).rglob("*.yaml")} == here
    for kind in ("css", "js", "j2"):  # of the pages
        here = {path.relative_to(ROOT) for path in (ROOT / "sim").rglob(f"*.{kind}") if "_data" not in path.parts}
        assert here and {path.relative_to(installed) for path in (installed / "sim").rglob(f"*.{kind}")} == here
    assert (installed / "bin" / "tightrope").is_file()
    assert not (installed / "tests").exists()
    assert not (installed / "outputs").exists()
