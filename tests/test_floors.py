"""The house rules that an import can break: which room may know which, and who may know a heavy library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent / "sim"

FLOORS = [
    ["units", "draws", "distributions", "record"],
    ["scenario", "people", "theory"],
    ["center", "plan"],
    ["clocks"],
    ["run", "loading", "measure"],
    ["study", "calibrate"],
    ["__main__", "api", "cli", "report", "web"],
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

KNOWN_TO = {
    "hydra": ["cli/*", "__main__.py", "loading/*"],
    "omegaconf": ["cli/*", "__main__.py", "loading/*"],
    "simpy": ["clocks/simpy_clock.py", "clocks/beside.py"],
    "numba": ["clocks/compiled_*.py"],
    "llvmlite": ["clocks/compiled_*.py"],
    "matplotlib": ["report/*", "api/*"],
    "rich": ["cli/*", "report/*"],
    "jinja2": ["report/*"],
    "distributed": ["study/dask_pool.py"],
    "ray": ["study/ray_pool.py"],
    "polars": ["measure/*", "study/*", "calibrate/*", "api/*", "cli/*", "report/*", "web/*"],
}
"""Library -> the files that may import it."""

LAZILY = {("polars", "plan/recorded.py"): "recorded contacts may lie in a Parquet file"}
"""Imports inside a function that are allowed elsewhere, each with its reason."""

SLOW = ("numba", "scipy", "matplotlib.pyplot", "joblib", "rich", "distributed", "ray")
"""Half a second each: imported inside functions, except in the rooms that exist for them."""


class Import(NamedTuple):
    """One import: the file it stands in, what it asks for, and whether it happens when the file is imported."""

    file: str
    module: str
    line: int
    at_once: bool

    def __str__(self) -> str:
        return f"sim/{self.file}:{self.line} imports {self.module}"


def imports() -> Iterator[Import]:
    """Every import of every file of the package."""
    for path in sorted(ROOT.rglob("*.py")):
        if "_data" in path.parts:
            continue
        file = path.relative_to(ROOT).as_posix()
        yield from _of(ast.parse(path.read_text(), str(path)), file, at_once=True)


def _of(node: ast.AST, file: str, at_once: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if isinstance(child, ast.Import):
            for name in child.names:
                yield Import(file, name.name, child.lineno, at_once)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"sim/{file}:{child.lineno}: write imports in full, from sim. on"
            yield Import(file, child.module or "", child.lineno, at_once)
            if child.module == "sim":
                for name in child.names:
                    if name.name in FLOOR:
                        yield Import(file, f"sim.{name.name}", child.lineno, at_once)
        yield from _of(child, file, at_once and not inside and not typing_only)


ALL = list(imports())
INSIDE = [each for each in ALL if each.module.startswith("sim.")]


def room(file: str) -> str:
    return file.split("/")[0].removesuffix(".py")


def test_the_walk_sees_the_house() -> None:
    """The rules below would hold for nothing, too."""
    assert len(INSIDE) > 50
    assert {"cli", "loading", "scenario", "clocks", "measure"} <= {room(each.file) for each in ALL}
    assert any(not each.at_once for each in ALL)


def test_every_room_has_its_floor() -> None:
    rooms = {path.name.removesuffix(".py") for path in ROOT.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert rooms - {"__init__", "__pycache__", "_data", "py.typed"} <= set(FLOOR)


def test_imports_go_down() -> None:
    up = [
        str(each)
        for each in INSIDE
        if room(each.file) != "__init__" and FLOOR[each.module.split(".")[1]] > FLOOR[room(each.file)]
    ]
    assert up == []


def test_rooms_of_one_floor_do_not_need_each_other_in_a_circle() -> None:
    needs: dict[str, set[str]] = {}
    for each in INSIDE:
        here, there = room(each.file), each.module.split(".")[1]
        if here != there:
            needs.setdefault(here, set()).add(there)
    TopologicalSorter(needs).prepare()  # raises CycleError, which names the circle


def test_the_package_itself_imports_nothing_until_it_is_asked() -> None:
    own = [each for each in ALL if each.file == "__init__.py" and each.module != "__future__"]
    assert [str(each) for each in own if each.at_once] == []
    assert {each.module for each in own} <= {"sim", "sim.api"}


@pytest.mark.parametrize("library", KNOWN_TO)
def test_who_knows(library: str) -> None:
    strangers = [
        str(each)
        for each in ALL
        if each.module.split(".")[0] == library
        and not any(fnmatch(each.file, pattern) for pattern in KNOWN_TO[library])
        and not ((library, each.file) in LAZILY and not each.at_once)
    ]
    assert strangers == []


@pytest.mark.parametrize("library", SLOW)
def test_slow_libraries_wait_until_they_are_needed(library: str) -> None:
    hasty = [
        str(each)
        for each in ALL
        if each.at_once
        and (each.module == library or each.module.startswith(f"{library}."))
        and not each.file.startswith("clocks/compiled_")
        and not each.file.startswith("report/")
    ]
    assert hasty == []


def test_help_answers_without_the_heavy_libraries() -> None:
    heavy = ["hydra", "omegaconf", "pydantic", "numpy", "simpy", "numba", "polars", "matplotlib", "scipy", "rich"]
    code = (
        "import sys, sim.cli; status = sim.cli.main(['--help']); "
        f"print('heavy:', [name for name in {heavy} if name in sys.modules], 'status:', status)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent
    ).stdout
    assert told.splitlines()[-1] == "heavy: [] status: 0"
