"""Docs say what is true: commands run, links lead somewhere, the scenario written out in full is accepted."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sim import scenario

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def commands() -> list[str]:
    """Every command of README, the two that set everything up left out: .ci/run and the wheel's test are those."""
    lines = [line for block in blocks(ROOT / "README.md", "bash") for line in block.splitlines()]
    return [line for line in lines if line.strip() and "pip install" not in line]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a newcomer has it, in which commands may write."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("sim", "configs", "docs"):
        os.symlink(ROOT / name, folder / name)
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", commands())
def test_a_command_of_readme_runs(command: str, checkout: Path) -> None:
    own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(checkout)}
    done = subprocess.run(
        ["bash", "-euc", command], cwd=checkout, env=os.environ | own, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr


def test_there_are_commands() -> None:
    assert len(commands()) >= 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert broken == []


def test_the_scenario_written_out_in_full_is_accepted() -> None:
    (full, *_) = blocks(ROOT / "docs" / "scenarios.md", "yaml")
    raw = yaml.safe_load(full)
    raw["queues"]["sales"] = {
        "arrivals": {"kind": "rates", "per_hour": 10},
        "talk": {"kind": "constant", "value_s": 100},
    }
    raw["queues"]["service"]["arrivals"]["per_hour"] = 100
    assert scenario.faults(raw) == []
