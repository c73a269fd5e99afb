"""The disk: full, read-only, somebody else's, used by two at once; and a clock that jumps."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from sim.cli import main
from tests.faults.how_many import FULL
from tests.tiny import desk

__all__ = ["desk"]
ROOT = Path(__file__).resolve().parent.parent.parent
NOT_ABOVE_THE_LAW = """\
import ctypes, os
if os.geteuid() == 0:
    head, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.capget(head, sets) == 0
    sets[0] &= ~0b110
    assert libc.capset(head, sets) == 0, os.strerror(ctypes.get_errno())
"""
"""Takes from root the two rights to pass over what a file allows (CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH)."""
LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); "
NO_PAGES = "import sim.report.sweeps.page as page; page.write_sweep = lambda *_: None; "
MAIN = "import sys; from sim.cli import main; sys.exit(main(sys.argv[1:]))"


def begun(desk: Path, *words: str, first: str = "") -> subprocess.Popen[str]:
    """A command in a process of its own, after some Python."""
    return subprocess.Popen(
        [sys.executable, "-c", first + MAIN, *words], cwd=desk, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT), "TIGHTROPE_TRACEBACK": ""},
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """Exit status, and the lines on stderr."""
    _, said = process.communicate(timeout=300)
    return process.returncode, said.splitlines()


def below(folder: Path) -> set[str]:
    """Files below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


VERBS = {
    "run": ["tiny", "tables=all"],
    "sweep": ["sweep", "tiny", "staffing.scale=0.9,1"],
    "-m": ["-m", "tiny", "staffing.scale=0.9,1"],
}


@pytest.fixture
def small_disk(desk: Path) -> Iterator[Path]:
    """A file system of 48 kB, for who may make one."""
    place = desk / "small"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no right to mount a file system here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("verb", VERBS)
def test_a_full_disk_is_told_in_a_line_and_nothing_half_written_stays(
    verb: str, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*VERBS[verb], "output=small/made"]) == 1
    said = capsys.readouterr().err
    assert "the disk is full: free some space, write elsewhere" in said
    assert "Traceback" not in said and "unexpected" not in said
    left = below(small_disk)
    assert not [name for name in left if "report.html" in name or name.endswith((".partial", "run.json"))]
    if verb == "run":
        assert left == set()


def test_a_file_that_may_not_grow_is_told_as_such(desk: Path) -> None:
    """RLIMIT_FSIZE: where there is no right to mount, the same path of the program."""
    ignored = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    status, said = ended(begun(desk, *VERBS["run"], "output=made", first=ignored + LIMITED.format(8192)))
    assert status == 1
    assert said[-1].endswith("the file would be larger than is allowed here: write less with tables=none")
    assert below(desk) == {"scenarios/tiny.yaml"}


@pytest.mark.parametrize("verb", VERBS if FULL else ["run"])
def test_a_read_only_file_system_is_told(verb: str, small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert main([*VERBS[verb], "output=small/made"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-1] == "small/made: this file system is read-only: write elsewhere with output=FOLDER"
    assert below(small_disk.parent) == {"scenarios/tiny.yaml"}


@pytest.mark.parametrize("verb", VERBS if FULL else ["sweep"])
def test_a_folder_that_may_not_be_written_is_told(verb: str, desk: Path) -> None:
    (desk / "outputs").mkdir(mode=0o555)
    status, said = ended(begun(desk, *VERBS[verb], first=NOT_ABOVE_THE_LAW))
    assert status == 1
    assert said[-1].startswith("outputs/tiny") and ": no permission to " in said[-1]
    assert "with output=FOLDER" in said[-1]
    assert not [line for line in said if "Traceback" in line or "unexpected" in line]
    assert below(desk) == {"scenarios/tiny.yaml"}


def test_a_scenario_that_may_not_be_read_is_told(desk: Path) -> None:
    (desk / "scenarios" / "tiny.yaml").chmod(0)
    status, said = ended(begun(desk, "tiny", first=NOT_ABOVE_THE_LAW))
    assert status == 2
    assert said == ["scenarios/tiny.yaml: cannot be read: Permission denied"]


def test_two_runs_into_one_folder_are_two_runs(desk: Path) -> None:
    """Whoever is later takes the next free name: nothing is mixed and nothing lost."""
    both = [begun(desk, "tiny", f"seed={seed}", "report=tables", "output=made") for seed in (1, 2)]
    told = [ended(each) for each in both]
    seeds = {
        path.parent.name: json.loads(path.read_text())["seed"] for path in desk.glob("made*/run.json")
    }
    taken = [said for status, said in told if status == 2 and "made exists already" in said[0]]
    assert len(seeds) + len(taken) == 2 and "made" in seeds
    assert {status for status, _ in told} <= {0, 2}
    for name, seed in seeds.items():
        assert main(["tiny", f"seed={seed}", "report=tables", f"output=again-{name}"]) == 0
        for file in ("summary.csv", "intervals.csv", "observed.npz"):
            assert (desk / name / file).read_bytes() == (desk / f"again-{name}" / file).read_bytes()
    assert not list(desk.glob(".*"))


@pytest.mark.parametrize("verb", ["sweep", "-m"] if FULL else ["-m"])
def test_two_sweeps_into_one_folder_are_one_sweep(verb: str, desk: Path) -> None:
    words = [verb, "tiny", "staffing.scale=0.8,0.9,1", "output=made", *([] if FULL else ["report=tables"])]
    both = [begun(desk, *words, first=NO_PAGES) for _ in range(2)]
    assert [ended(each)[0] for each in both] == [0, 0]
    assert len(pl.read_csv(desk / "made" / "sweep.csv")) == 3
    points = desk / "made" / ("points" if verb == "sweep" else "")
    found = sorted(path.name.removesuffix(".npz") for path in points.iterdir() if "scale" in path.name)
    assert found == ["staffing.scale=0.8", "staffing.scale=0.9", "staffing.scale=1"]
    assert not [name for name in below(desk) if ".partial" in name]


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0 * 3650])
def test_a_clock_that_is_set_while_a_run_goes_on_changes_no_figure(
    jump: float, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["tiny", "report=tables", "output=calm"]) == 0
    calls = iter(range(10**9))
    import time

    usual = time.time
    monkeypatch.setattr(time, "time", lambda: usual() + (jump if next(calls) % 2 else 0.0))
    assert main(["tiny", "report=tables", "output=jumped"]) == 0
    if FULL:
        assert main(["sweep", "tiny", "staffing.scale=0.9,1", "replications=2", "output=swept"]) == 0
    for name in below(desk / "calm"):
        if name.endswith((".csv", ".npz", ".parquet")):
            assert (desk / "calm" / name).read_bytes() == (desk / "jumped" / name).read_bytes()


def test_what_a_killed_run_left_goes_with_the_next_and_what_lives_stays(desk: Path) -> None:
    from sim.study.half_made import half_made

    mine = half_made(desk / "outputs" / "tiny" / "20010101-000000")
    dead = mine.with_name(mine.name.replace(f"-{os.getpid()}.", f"-{_dead()}."))
    other = mine.with_name(mine.name.replace("-", "-0", 1))
    away = dead.with_name(dead.name.replace("000000", "111111").replace(".partial", ".old"))
    for folder in (mine, dead, away, other, mine.with_name(".hidden"), mine.with_name("x.partial")):
        folder.mkdir(parents=True)
        (folder / "letter.txt").write_text("dear planner")
    (mine.parent / ".gone-by.partial").write_text("not ours")
    assert main(["tiny", "report=tables", "replications=1"]) == 0
    assert not dead.exists() and not away.exists()
    assert (mine.parent / "20010101-111111" / "letter.txt").is_file()  # it was only out of the way
    for left in (mine, other, mine.with_name(".hidden"), mine.with_name("x.partial")):
        assert (left / "letter.txt").is_file()
    assert (mine.parent / ".gone-by.partial").is_file()


def _dead() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, signal.SIG_DFL)
    return process.pid
