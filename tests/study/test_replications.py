"""Replications made elsewhere: the same as here to the last bit, whoever makes them and in whatever batches."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import interrupts, main
from sim.clocks.script import Told
from sim.loading import load
from sim.measure import Layout, Tally
from sim.run import Model
from sim.study import execution as room
from sim.study.execution import SERIAL, Execution
from sim.study.replications import Replications, batch_size, counted, make
from tests.tiny import desk, write

__all__ = ["desk"]  # a fixture

WORDS = ["tiny", "behavior=evidence", "costs=standard", "engine=simpy"]


def written(folder: Path) -> dict[str, bytes]:
    """The tables of a run folder, by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in (".csv", ".parquet", ".npz")
    }


def tables(numbers: range, who: Execution, size: int | None, folder: Path) -> dict[str, bytes]:
    """The tables of these replications, counted by somebody."""
    scenario = load(WORDS).scenario
    tally = Tally(Layout.of(scenario))
    for number, counts in zip(numbers, counted(scenario, "simpy", numbers, who, size), strict=True):
        tally.add(counts, number)
    folder.mkdir()
    tally.results(0.95).write(folder)
    return written(folder)


def test_who_makes_them_in_what_batches_is_all_one(desk: Path) -> None:
    here = tables(range(11), SERIAL, 1, desk / "serial")
    assert len(here) > 8
    ways = [(SERIAL, 4), (Execution("processes", 1), 3), (Execution("processes", 2), 1), (Execution("processes", 2), 5)]
    for k, (who, size) in enumerate(ways):
        assert tables(range(11), who, size, desk / str(k)) == here


def test_a_run_by_processes_is_the_run_here(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "ALONE", 0)
    for name, who in {"a": "serial", "b": "processes", "c": "processes"}.items():
        workers = 3 if name == "c" else 2
        words = ["replications=9", f"execution={who}", f"workers={workers}", "report=tables", f"output={name}"]
        assert main([*WORDS, *words]) == 0
    here = written(Path("a"))
    assert any(name.startswith("tables/contacts/0001") for name in here)
    assert written(Path("b")) == written(Path("c")) == here


def test_a_precision_ends_at_the_same_replication(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "ALONE", 0)
    wanted = ["precision.half_width=0.03", "precision.min_replications=5", "precision.max_replications=300"]
    for who in ("serial", "processes"):
        assert main([*WORDS, *wanted, f"execution={who}", "workers=2", "report=tables", f"output={who}"]) == 0
    here = written(Path("serial"))
    assert here == written(Path("processes"))
    done = here["replications.csv"].count(b"center,center,service_level,")
    assert 5 < done < 300


class Asked:
    """Notes the work that was asked for elsewhere, and makes it here."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[range] = []
        monkeypatch.setattr("sim.study.replications.counted", self)

    def __call__(self, scenario: object, engine: object, numbers: range, execution: object, size: int) -> object:
        self.begun.append(numbers)
        yield from range(1000)


def begun(words: list[str], expected: int, monkeypatch: pytest.MonkeyPatch, tables: str = "first") -> list[range]:
    """What is made elsewhere of ten replications, when so many are expected in all."""
    asked = Asked(monkeypatch)
    scenario = load(words).scenario
    model, layout = Model.of(scenario), Layout.of(scenario)

    def keeps(number: int) -> bool:
        return tables == "all" or (tables == "first" and number == 0)

    run = Replications(model, layout, Execution.of(scenario), keeps, 5_000)
    for number in range(3):
        run.next(number, lambda: expected)
    run.close()
    return asked.begun


def test_little_work_is_done_here(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # 600 contacts a replication, under SimPy 15 times the work: more than 111 of them are worth two workers.
    two = ["tiny", "engine=simpy", "workers=2"]
    assert begun(two, 100, monkeypatch) == []
    assert begun(two, 400, monkeypatch) == [range(1, 5_000)]
    assert begun([*two, "execution=serial"], 400, monkeypatch) == []


def test_facts_that_are_kept_are_made_here(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert begun(["tiny", "engine=simpy", "workers=2"], 400, monkeypatch, "all") == []
    assert begun(["tiny", "engine=simpy", "workers=2"], 400, monkeypatch, "none") == [range(0, 5_000)]
    scenario = load(["tiny", "engine=simpy"]).scenario
    made = make(Model.of(scenario), Layout.of(scenario), 0, "simpy", keep=True)
    assert isinstance(made.told, Told) and len(made.told.left)


def test_the_users_own_python_runs_here(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk / "mine.py").write_text("def pick(contact, agents):\n    return agents[0]\n")
    text = (desk / "scenarios" / "tiny.yaml").read_text()
    write(desk, "own", f"{text}python: {{file: mine.py, pick_agent: pick}}\n")
    assert begun(["own", "allow_python=true"], 400, monkeypatch) == []


def test_batches_are_neither_long_nor_few(desk: Path) -> None:
    scenario = load(["tiny"]).scenario  # 600 contacts
    assert batch_size(scenario, "compiled", 100_000) == 100
    assert batch_size(scenario, "compiled", 80) == 10
    assert batch_size(scenario, "simpy", 100_000) == 6
    assert batch_size(scenario, "compiled", 1) == 1


def test_what_is_done_by_others_is_kept_when_somebody_stops(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(room, "ALONE", 0)
    add = Tally.add

    def add_some(self: Tally, counts: object, replication: int) -> None:
        add(self, counts, replication)  # type: ignore[arg-type]
        if replication == 4:
            interrupts._heard.asked = True  # what Ctrl-C does while a replication is taken in

    monkeypatch.setattr(Tally, "add", add_some)
    words = ["report=tables", "execution=processes", "workers=2"]
    assert main([*WORDS, *words, "replications=30", "output=stopped"]) == 130
    interrupts._heard.asked = False
    assert "5 of 30 replications are kept in stopped" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.chdir(desk)
    assert main([*WORDS, *words, "replications=5", "output=whole"]) == 0
    assert written(Path("stopped"))["replications.csv"] == written(Path("whole"))["replications.csv"]
