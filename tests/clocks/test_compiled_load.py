"""Machine code from disk: used where it fits, made again in every other case, and the same facts either way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.clocks import compiled_cache, compiled_load, compiled_make
from sim.clocks.compiled_clock import CompiledClock
from sim.clocks.script import Told
from sim.loading import load
from sim.run import Model
from tests.scripted import same


@cache
def model() -> Model:
    """A shipped scenario in which all that people do to each other counts."""
    return Model.of(load(["bilingual", "behavior=evidence"]).scenario)


@cache
def made(name: str, kinds: tuple[np.dtype[np.void], ...]) -> compiled_make.Made:
    """Numba's work, which takes seconds, done once for all tests here."""
    return really_make(name, kinds)


really_make = compiled_make.make


class Cache:
    """A cache folder that is empty at first, and how often anything was compiled."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.times_made = folder, 0
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
        monkeypatch.setattr(compiled_make, "make", self.make)

    def make(self, *asked: Any) -> compiled_make.Made:
        self.times_made += 1
        return made(*asked)

    def run(self) -> Told:
        """One day in a process that has not loaded any machine code yet."""
        compiled_load.compiled.cache_clear()
        return CompiledClock(model().given(0)).run()

    @property
    def file(self) -> Path:
        (file,) = (self.folder / "tightrope").iterdir()
        return file


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cache]:
    yield Cache(tmp_path, monkeypatch)
    compiled_load.compiled.cache_clear()


def test_what_was_made_is_kept_and_tells_the_same_when_it_is_loaded(code: Cache) -> None:
    fresh = code.run()
    assert code.times_made == 1
    loaded = code.run()
    assert code.times_made == 1
    assert len(fresh.left) > 1000
    assert len(fresh.met) > 1000
    assert same(fresh, loaded)


def test_a_process_that_finds_it_does_without_numba(code: Cache) -> None:
    code.run()
    work = "import sys; from sim.run import simulate; from sim.loading import load\n"
    work += "facts = simulate(load(['bilingual', 'behavior=evidence']).scenario, 0, 'compiled')\n"
    work += "print(len(facts.contacts), 'numba' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, check=True, env=os.environ)
    assert told.stdout.split() == [str(len(model().simulate(0).contacts)), "False"]


@pytest.mark.parametrize("damage", ["cut short", "one bit", "empty", "nothing but its check", "another's", "a folder"])
def test_a_damaged_file_is_made_again(code: Cache, damage: str) -> None:
    whole = code.run()
    file, content = code.file, code.file.read_bytes()
    middle = len(content) // 2
    match damage:
        case "cut short":
            file.write_bytes(content[:middle])
        case "one bit":
            file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        case "empty":
            file.write_bytes(b"")
        case "nothing but its check":
            file.write_bytes(compiled_cache._check(file.name, b""))
        case "another's":
            file.write_bytes(compiled_cache._check("other", content[16:]) + content[16:])
        case _:
            file.unlink()
            (file / "within").mkdir(parents=True)
    assert same(whole, code.run())
    assert code.times_made == 2
    if damage != "a folder":
        assert file.read_bytes() == content
    assert list(file.parent.iterdir()) == [file]


def test_machine_code_that_has_come_to_a_wrong_name_is_not_taken(code: Cache) -> None:
    code.run()
    name, content = code.file.name, code.file.read_bytes()
    (code.file.parent / "other").write_bytes(content)
    assert compiled_cache.kept("other") is None
    assert compiled_cache.kept(name) is not None


def test_machine_code_without_the_function_is_not_taken(code: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    code.run()
    monkeypatch.setattr(compiled_load, "FUNCTION", "tack")
    assert compiled_load.load(compiled_cache.kept(code.file.name) or b"") is None


def test_another_setting_processor_version_or_record_is_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = [np.dtype([("a", "f8")])]
    digests = [compiled_load.digest_of(kinds), compiled_load.digest_of([np.dtype([("a", "f4")])])]
    monkeypatch.setenv("NUMBA_OPT", "1")
    digests.append(compiled_load.digest_of(kinds))
    monkeypatch.setattr(compiled_load, "version", lambda package: f"9 of {package}")
    digests.append(compiled_load.digest_of(kinds))
    monkeypatch.setattr(compiled_load.llvm, "get_host_cpu_name", lambda: "abacus")
    digests.append(compiled_load.digest_of(kinds))
    assert len(set(digests)) == 5


def test_a_changed_source_is_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = [Path(shutil.copy(source, tmp_path / str(i))) for i, source in enumerate(compiled_load.SOURCES)]
    monkeypatch.setattr(compiled_load, "SOURCES", copies)
    digests = {compiled_load.digest_of([])}
    for copy in copies:
        copy.write_text(copy.read_text() + "#")
        digests.add(compiled_load.digest_of([]))
    assert len(digests) == 1 + len(copies)


def test_a_full_disk_costs_no_run(code: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compiled_cache.tempfile, "mkstemp", full)
    assert len(code.run().left) > 1000
    assert not list((code.folder / "tightrope").iterdir())


def test_where_nothing_may_be_compiled_that_is_said(code: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_make, "make", really_make)
    monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    with pytest.raises(compiled_make.NotCompiled, match="engine=simpy"):
        code.run()
