"""The benchmarks beside other simulators and of scaling run, and those who take part agree with theory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
NEEDS_C = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
LIMIT = 4.5
"""Standard errors by which none of 12 figures, each from 10 batches or more, may be off: chance 1 in 100."""


def run(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@NEEDS_C
def test_peers_agree_with_erlang_a_and_make_a_table() -> None:
    out = run("benchmarks/peers", "--quick", "--only", "heapq", "hand", "--centers", "erlang_a")
    assert "all within chance of the exact answer" in out
    assert "| plain Python, heapq |" in out and "| C by hand (gcc -O3) |" in out


@NEEDS_C
def test_the_reference_day_is_the_same_in_c() -> None:
    out = run("benchmarks/reference_day/compare.py", "--days", "1", "--rounds", "1")
    assert "bit for bit the same on 1 of 1 days" in out


def means(peer: str, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard errors of a peer's figures of the center with two skills."""
    told = json.loads(run("benchmarks/peers/one.py", peer, "two_skills", str(seconds), "3"))
    parts = np.array(told["parts"])
    number, total = parts.sum(axis=1).T
    residuals = parts[:, :, 1] - (total / number)[:, None] * parts[:, :, 0]
    return total / number, np.sqrt((residuals**2).sum(axis=1)) / number


@NEEDS_C
@pytest.mark.parametrize("peer", ["Tightrope, compiled clock", "SimPy, a process a call"])
def test_two_skills_are_the_same_in_c(peer: str) -> None:
    ours, error = means(peer, 0.5)
    its, its_error = means("C by hand (gcc -O3)", 0.2)
    assert (np.abs(ours - its) / np.hypot(error, its_error) < LIMIT).all()


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read as Linux tells it")
def test_scaling_makes_a_table() -> None:
    out = run("benchmarks/scaling", "--quick", "--only", "by speed")
    rows = [line.split("|") for line in out.splitlines() if "agents |" in line]
    assert [row[2].strip() for row in rows] == ["10 agents", "100 agents"]
    assert all(float(row[5].replace(",", "")) > 20.0 for row in rows)  # MB of a process with NumPy in it


def test_no_script_hides_a_package() -> None:
    """A script's own folder comes first on the path: benchmarks/coverage.py would be what Numba imports."""
    scripts = {path.stem for path in (ROOT / "benchmarks").rglob("*.py") if path.stem != "__main__"}
    installed = set(sys.stdlib_module_names) | set(packages_distributions())
    assert not scripts & installed


def test_scripts_that_use_the_tests_find_them(tmp_path: Path) -> None:
    """As a reader calls them: no PYTHONPATH, any folder."""
    scripts = [path for path in ROOT.glob("benchmarks/**/*.py") if "from tests." in path.read_text(encoding="utf-8")]
    assert len(scripts) >= 2
    load = "import runpy, sys; [runpy.run_path(path, run_name='only loaded') for path in sys.argv[1:]]"
    for script in scripts:
        done = subprocess.run(
            [sys.executable, "-c", load, str(script)], cwd=tmp_path, timeout=120, capture_output=True, text=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
