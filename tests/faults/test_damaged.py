"""Saved runs, sweeps and studies that are damaged, or that somebody has prepared: one line that names the file, no code
that runs, no memory without end; or the study goes on with what is whole."""

from __future__ import annotations

import io
import json
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.cli import main
from sim.loading.plain_files import MOST_BYTES, Damaged, saved_json, saved_yaml
from sim.study.kept import recall
from tests.tiny import TINY, desk, write

__all__ = ["desk"]
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
DEEP = b"[" * 200_000


class Trap:
    """Makes a file where it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.proof,)


def trapped(proof: Path, name: str) -> bytes:
    """An archive of arrays, one of which is a pickle."""
    written = io.BytesIO()
    np.savez(written, **{name: np.array([Trap(proof)], dtype=object)})
    return written.getvalue()


def swollen(size: int) -> bytes:
    """An archive that is small, and endless when it is unpacked."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("head.json", "{}")
        with archive.open("numbers.npy", "w", force_zip64=True) as entry:
            for _ in range(size // 10**7):
                entry.write(bytes(10**7))
    return written.getvalue()


def lying() -> bytes:
    """An archive with an array that says it is far larger than it is."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)})
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("head.json", json.dumps({"format": 1, "kpis": [], "course": [], "about": {}}))
        archive.writestr("numbers.npy", head.getvalue())
    return written.getvalue()


def test_a_trap_is_one(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Trap(tmp_path / "proof")))
    assert (tmp_path / "proof").is_file()


@pytest.mark.parametrize("what", ["numbers", "tops", "head.json"])
def test_no_array_is_unpickled(what: str, tmp_path: Path) -> None:
    from sim.loading import Refused

    (tmp_path / "observed.npz").write_bytes(trapped(tmp_path / "proof", what))
    with pytest.raises(Refused, match=r"observed\.npz: cannot be read"):
        recall(tmp_path / "observed.npz")
    with zipfile.ZipFile(tmp_path / "observed.npz", "a") as archive:
        archive.writestr("head.json", "{}")
    with pytest.raises(Refused, match=r"observed\.npz: cannot be read"):
        recall(tmp_path / "observed.npz")
    assert not (tmp_path / "proof").exists()


def test_an_archive_that_swells_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.loading import Refused

    monkeypatch.setattr("sim.study.kept.memory", lambda: 1e8)
    for raw, said in ((swollen(10**8), r"0\.1 GB when it is unpacked"), (lying(), "observed.npz: cannot be read")):
        (tmp_path / "observed.npz").write_bytes(raw)
        with pytest.raises(Refused, match=said):
            recall(tmp_path / "observed.npz")


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", DEEP, b"null\x00"], ids=len)
def test_json_that_is_none(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(raw)
    with pytest.raises(Damaged):
        saved_json(tmp_path / "x.json")


@pytest.mark.parametrize(
    "raw",
    [b"", b"a: [", b"\xff", DEEP[:5000], BOMB.encode(), b"a: &a [*a]\n", b"- 1\n", b"a: !!python/name:os.system\n"],
    ids=len,
)
def test_yaml_that_is_none(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(raw)
    with pytest.raises(Damaged):
        saved_yaml(tmp_path / "x.yaml")


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "x.json").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(Damaged, match="100 MB long, at most 100 MB are read"):
        saved_json(tmp_path / "x.json")


# ---------------------------------------------------------------- through the verbs


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of a scenario, as tables."""
    folder = tmp_path_factory.mktemp("made")
    write(folder, "tiny", TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, staff in (("one", 6), ("other", 7)):
            words = ["tiny", f"teams.front.agents={staff}", "report=tables", "tables=none", f"output={name}"]
            assert main(words) == 0
    return folder


def cut(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


DAMAGE = {
    "run.json": [cut, lambda raw: DEEP, lambda raw: b"[]", lambda raw: b'{"replications": "many", "seed": 1}'],
    "config.yaml": [lambda raw: b"a: [", lambda raw: BOMB.encode(), lambda raw: b"- 1", lambda raw: DEEP],
    "replications.csv": [cut, lambda raw: b"", lambda raw: b"replication,kpi\n1,2\n", lambda raw: b"\xff\x00" * 99],
    "observed.npz": [cut, lambda raw: b"", lambda raw: lying(), lambda raw: b"PK\x03\x04" + raw[4:][::-1]],
}


@pytest.mark.parametrize(("name", "k"), [(name, k) for name in DAMAGE for k in range(4)])
def test_compare_names_the_damaged_file(
    name: str, k: int, made: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("one", "other"):
        shutil.copytree(made / folder, desk / folder)
    file = desk / "other" / name
    file.write_bytes(DAMAGE[name][k](file.read_bytes()))
    assert main(["compare", "one", "other", "output=compared"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"other/{name}: ")
    assert not (desk / "compared").exists()


def test_a_trap_in_a_saved_run_is_not_sprung(made: Path, desk: Path) -> None:
    for folder in ("one", "other"):
        shutil.copytree(made / folder, desk / folder)
    (desk / "other" / "observed.npz").write_bytes(trapped(desk / "proof", "numbers"))
    assert main(["compare", "one", "other", "output=compared"]) == 2
    config = desk / "one" / "config.yaml"
    config.write_text(config.read_text() + f"trap: !!python/object/apply:os.system ['touch {desk}/proof']\n")
    assert main(["compare", "one", "one", "output=compared"]) == 2
    assert not (desk / "proof").exists()


CHOOSE = ["choose", "tiny", "staffing.scale=0.7,1.3", "choose.kpi=csat", "choose.max_replications=10", "output=best"]


@pytest.fixture(scope="module")
def best(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study."""
    folder = tmp_path_factory.mktemp("chosen")
    write(folder, "tiny", TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("sim.report.choice.choose.write_choice", lambda *_: None)
        assert main(CHOOSE) == 0
    return folder / "best"


@pytest.mark.parametrize("damage", [b"{", b"", b"[1]", DEEP, None], ids=["open", "empty", "list", "deep", "gone"])
def test_a_study_whose_facts_are_damaged_is_gone_on_with(
    damage: bytes | None, best: Path, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.report.choice.choose.write_choice", lambda *_: None)
    shutil.copytree(best, desk / "best")
    table = (desk / "best" / "choose.csv").read_bytes()
    points = {path: path.stat().st_mtime_ns for path in (desk / "best" / "points").iterdir()}
    file = desk / "best" / "study.json"
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    assert main(CHOOSE) == 0
    said = capsys.readouterr().err
    assert ("best/study.json: cannot be read: it is written anew" in said) == (damage is not None)
    assert (desk / "best" / "choose.csv").read_bytes() == table
    assert {path: path.stat().st_mtime_ns for path in points} == points
    assert json.loads(file.read_text())["verb"] == "choose"


def test_a_folder_of_something_else_is_no_study_whatever_its_facts_say(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "best" / "points").mkdir(parents=True)
    (desk / "best" / "study.json").write_text("{")
    (desk / "best" / "points" / "letter.txt").write_text("dear planner")
    assert main(["choose", "tiny", "staffing.scale=0.7,1.3", "output=best"]) == 2
    assert capsys.readouterr().err.startswith("best exists already and is no choose; choose another output=FOLDER")
    assert (desk / "best" / "points" / "letter.txt").is_file()


def test_a_search_in_which_nothing_can_be_told_leaves_nothing(desk: Path) -> None:
    nobody = "queues.voice.arrivals.per_hour=0"
    words = ["optimize", "tiny", "staffing.scale=0.8:1.2", nobody, "optimize.kpis=csat", "optimize.trials=3"]
    assert main([*words, "output=found"]) == 2
    assert not (desk / "found").exists()
