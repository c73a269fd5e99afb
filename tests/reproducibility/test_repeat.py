"""What a folder says of how to repeat it, done: the same tables, byte for byte, also when the scenario was edited."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from sim.cli import main
from sim.study import again, execution
from tests.tiny import TINY, desk, write

__all__ = ["desk"]  # a fixture

ROOT = Path(__file__).parent.parent.parent
ALL = ["tables=all", "report=tables"]
OTHER_ENGINES = {"simpy": "compiled", "compiled": "simpy"}


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Studies without their pictures and pages, which take longer than all else and are compared nowhere."""
    for writes in ("sweeps.page.write_sweep", "comparison.page.write_compare", "choice.optimize.write_search"):
        monkeypatch.setattr(f"sim.report.{writes}", lambda *_, **__: None)


def told(folder: str, file: str = "run.json") -> str:
    """The command that the folder gives."""
    command: str = json.loads((Path(folder) / file).read_text())["repeat"]
    return command


def repeat(command: str, *more: str) -> int:
    """Give that command, here."""
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "sim"]
    return main([*words[3:], *more])


def edit(desk: Path) -> None:
    """Change the scenario after it has been run."""
    write(desk, "tiny", TINY.replace("agents: 6", "agents: 9").replace("per_hour: 60", "per_hour: 30"))


def unlike(one: str, other: str) -> list[str]:
    """Tables that are not the same bytes in both folders, by a reading of our own."""
    names = {path.relative_to(one) for kind in ("csv", "parquet", "npz") for path in Path(one).rglob(f"*.{kind}")}
    there = {path.relative_to(other) for kind in ("csv", "parquet", "npz") for path in Path(other).rglob(f"*.{kind}")}
    assert len(names) > 1 and names == there
    return [str(name) for name in sorted(names) if (Path(one) / name).read_bytes() != (Path(other) / name).read_bytes()]


@pytest.mark.parametrize(("engine", "workers"), [("simpy", 1), ("compiled", 2)])
def test_a_run_is_repeated_by_the_one_command_that_its_folder_gives(engine: str, workers: int, desk: Path) -> None:
    def typed(command: str) -> subprocess.CompletedProcess[str]:
        own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            ["bash", "-c", command], env=os.environ | own, capture_output=True, text=True, timeout=120
        )

    first = shlex.join(["python", "-m", "sim", "tiny", "seed=5", f"engine={engine}", *ALL])
    done = typed(first)
    assert done.returncode == 0, done.stderr
    (folder,) = Path("outputs/tiny").iterdir()
    edit(desk)
    # Another clock, other workers, another process; and once just what the folder says.
    more = f" engine={OTHER_ENGINES[engine]} workers={workers}" if engine == "simpy" else ""
    done = typed(f"{told(str(folder))} output=again{more}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("tables are the same, byte for byte")
    assert unlike(str(folder), "again") == []
    assert (Path("again") / "tables" / "contacts" / "0003.parquet").is_file()


def test_a_repetition_can_be_repeated(desk: Path) -> None:
    assert main(["tiny", *ALL, "output=a"]) == 0
    edit(desk)
    assert repeat(told("a"), "output=b") == 0
    shutil.rmtree("a")
    (desk / "scenarios" / "tiny.yaml").unlink()
    assert repeat(told("b"), "output=c") == 0
    assert unlike("b", "c") == []


def test_the_scenario_of_a_folder_is_a_scenario_file(desk: Path) -> None:
    assert main(["tiny", "staffing.scale=0.5", *ALL, "output=a"]) == 0
    edit(desk)
    assert main(["+scenario=a/config.yaml", "output=b"]) == 0
    assert unlike("a", "b") == []


def test_a_run_that_was_stopped_is_repeated_as_far_as_it_came(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.study.replications import Replications

    make = Replications.next

    def next_(self: Replications, replication: int, expected: object) -> object:
        if replication == 2:
            raise KeyboardInterrupt
        return make(self, replication, expected)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Replications, "next", next_)
        assert main(["tiny", "replications=9", *ALL, "output=a"]) == 130
    assert repeat(told("a"), "output=b") == 0
    assert pl.read_csv("b/replications.csv")["replication"].n_unique() == 2


def test_a_sweep_is_repeated_by_others_under_another_clock(
    desk: Path, plain: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = ["staffing.scale=0.8,1", "behavior=none,evidence", "replications=2"]
    with monkeypatch.context() as patched:
        patched.setattr(execution, "ALONE", 0)  # so that two processes do what one would
        assert main(["sweep", "tiny", *values, "engine=compiled", "workers=2", "output=a"]) == 0
    edit(desk)
    assert repeat(told("a", "sweep.json"), "output=b", "execution=serial", "engine=simpy") == 0
    assert unlike("a", "b") == []
    assert (
        json.loads(Path("b/sweep.json").read_text())["points"] == json.loads(Path("a/sweep.json").read_text())["points"]
    )


def test_a_sweep_of_run_folders_is_repeated(desk: Path, plain: None) -> None:
    assert main(["-m", "tiny", "staffing.scale=0.8,1", "replications=2", "tables=all", "output=a"]) == 0
    edit(desk)
    assert repeat(told("a", "sweep.json"), "output=b") == 0
    assert unlike("a", "b") == []
    assert Path("b/staffing.scale=0.8/tables/contacts/0002.parquet").is_file()


def test_a_comparison_is_repeated(desk: Path, plain: None) -> None:
    assert (
        main(["compare", "tiny", "with=[staffing.scale=0.8]", "with2=[behavior=none]", "replications=3", "output=a"])
        == 0
    )
    edit(desk)
    assert repeat(told("a", "study.json"), "output=b") == 0
    assert unlike("a", "b") == []


def test_another_study_is_repeated_from_the_scenario_in_its_folder(desk: Path, plain: None) -> None:
    asked = ["staffing.scale=0.8:1.2", "optimize.trials=3", "replications=2", "seed=3"]
    assert main(["optimize", "tiny", *asked, "output=a"]) == 0
    edit(desk)
    assert repeat(told("a", "study.json"), "output=b") == 0
    assert unlike("a", "b") == []


# ---------------------------------------------------------------- what is not the same is said


def test_what_is_not_the_same_is_named(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tiny", *ALL, "output=a"]) == 0
    contacts, summary = Path("a/tables/contacts/0002.parquet"), Path("a/summary.csv")
    frame = pl.read_parquet(contacts)
    frame.with_columns(pl.col("talk_s") * (1 + 2e-12)).write_parquet(contacts)
    summary.write_text(summary.read_text().replace("voice", "chat"))
    Path("a/intervals.csv").unlink()
    assert repeat(told("a"), "output=b") == 1
    said = capsys.readouterr().out
    assert "tables/contacts/0002.parquet:" in said and "of the value, in talk_s" in said and "2e-12" in said
    assert "summary.csv: differs in name" in said
    assert "intervals.csv: is there only once" in said


def test_a_file_that_was_changed_since_is_noted(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = desk / "log.csv"
    log.write_text("arrived\n" + "".join(f"{28_800 + 60 * k}\n" for k in range(500)))
    recorded = "{kind: recorded, file: log.csv}"
    write(desk, "logged", TINY.replace("{kind: rates, per_hour: 60}", recorded))
    assert main(["logged", *ALL, "output=a"]) == 0
    assert repeat(told("a"), "output=b") == 0
    assert "has changed since" not in capsys.readouterr().err
    log.write_text("arrived\n" + "".join(f"{28_800 + 61 * k}\n" for k in range(490)))
    assert repeat(told("a"), "output=c") == 1
    assert "note: the program, or a file that the scenario names, has changed since" in capsys.readouterr().err
    log.unlink()
    assert repeat(told("a"), "output=d") == 2
    assert "queues.voice.arrivals.file: no such file" in capsys.readouterr().err
    assert not Path("d").exists()


def test_other_versions_are_noted(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tiny", *ALL, "output=a"]) == 0
    file = Path("a/run.json")
    file.write_text(file.read_text().replace('"simpy": "4', '"simpy": "3'))
    assert repeat(told("a"), "output=b") == 0
    assert "note: made with other versions: simpy 3." in capsys.readouterr().err


def test_its_own_python_needs_leave_anew(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "mine.py").write_text("def idle(env, floor):\n    yield env.timeout(60)\n    open('ran', 'w').close()\n")
    write(desk, "own", TINY + "python: {file: mine.py, beside: [idle]}\n")
    assert main(["own", "allow_python=true", *ALL, "output=a"]) == 0
    Path("ran").unlink(missing_ok=True)
    assert "allow_python" not in Path("a/config.yaml").read_text()
    assert repeat(told("a"), "output=b") == 2
    assert "add allow_python=true to the command line" in capsys.readouterr().err
    assert not Path("ran").exists()
    assert repeat(told("a"), "output=b", "allow_python=true") == 0
    assert unlike("a", "b") == []


def test_a_folder_cannot_give_itself_leave(desk: Path, plain: None) -> None:
    (desk / "mine.py").write_text("open('ran', 'w').close()\ndef idle(env, floor):\n    yield env.timeout(9 * 3600)\n")
    write(desk, "own", TINY)
    asked = ["staffing.scale=0.8:1.2", "optimize.trials=3", "replications=2"]
    assert main(["optimize", "own", *asked, "output=a"]) == 0
    config, study = Path("a/config.yaml"), Path("a/study.json")
    config.write_text(config.read_text() + f"python: {{file: {desk}/mine.py, beside: [idle]}}\n")
    study.write_text(study.read_text().replace("+scenario=own", "+scenario=own allow_python=true"))
    assert repeat(told("a", "study.json"), "output=b") == 2
    assert not Path("ran").exists()


REFUSED: dict[str, list[str]] = {
    "repeat needs one folder": [],
    "command line: repeat needs one folder": ["a", "b"],
    "nowhere: no such folder": ["nowhere"],
    "scenarios: holds no results that could be repeated": ["scenarios"],
    "tiny.yaml: is no folder": ["scenarios/tiny.yaml"],
    "takes no flags but --help": ["a", "--fast"],
    "staffing.scale=2: what is repeated stays as it was": ["a", "staffing.scale=2"],
    "command line: workers=0: needs a whole number": ["a", "workers=0"],
    "scenarios exists already": ["a", "output=scenarios"],
    "broken/run.json: cannot be read": ["broken"],
    "empty/config.yaml: cannot be read": ["empty"],
    "odd/config.yaml: cannot be read: holds no keys with values": ["odd"],
    "wrong/config.yaml:2: queues.voice.talk": ["wrong"],
}


def test_what_cannot_be_repeated_is_refused(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tiny", "replications=2", *ALL, "output=a"]) == 0
    for name, config in (("empty", None), ("odd", "- 1\n"), ("wrong", "queues:\n  voice: {talk: 3}\n")):
        Path(name).mkdir()
        shutil.copy("a/run.json", name)
        if config is not None:
            (Path(name) / "config.yaml").write_text(config)
    Path("broken").mkdir()
    Path("broken/run.json").write_text("{")
    before = sorted(path.name for path in desk.iterdir())
    capsys.readouterr()
    for said, words in REFUSED.items():
        assert main(["repeat", *words]) == 2
        assert said in capsys.readouterr().err
    assert sorted(path.name for path in desk.iterdir()) == before


def test_archives_are_compared_by_what_was_counted(desk: Path) -> None:
    assert main(["tiny", "replications=2", *ALL, "output=a"]) == 0
    shutil.copytree("a", "b")
    file = Path("b/observed.npz")
    from sim.study.kept import read_archive, write_archive

    head, arrays = read_archive(file)
    write_archive(file, head | {"about": {"digest": "of another program"}}, arrays)
    assert again.compare(Path("a"), Path("b")).others == {}
    write_archive(file, head, arrays | {"tops": arrays["tops"] * 1.5})
    assert list(again.compare(Path("a"), Path("b")).others) == ["observed.npz"]
