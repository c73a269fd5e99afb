"""Docs say what is true: commands run, links lead somewhere, the scenario written out in full is accepted."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import sim
from sim import scenario
from sim.cli import main
from sim.cli.verbs import VERBS
from sim.loading import load

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
PATHS = [ROOT / "README.md", *(ROOT / "docs" / f"{reader}.md" for reader in ("planner", "leader", "researcher"))]
"""what people start from: every command there is run"""


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def commands() -> list[str]:
    """Every command of README and the three paths, once, the two that set everything up left out: .ci/run and the
    wheel's test are those. Blocks of several lines belong together."""
    found: list[str] = []
    for block in (block.strip() for page in PATHS for block in blocks(page, "bash")):
        told = {line for other in found for line in other.splitlines()}
        if "pip install" not in block and not told.issuperset(block.splitlines()):
            found.append(block)
    return found


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
def test_the_commands_that_people_start_from_run(
    command: str, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(checkout)
    for line in command.splitlines():
        if line.startswith("python -m sim ") and not {"&&", ">", "|", ";"} & set(shlex.shlex(line, True, True)):
            assert main(as_bash_reads(line)[3:]) == 0, capsys.readouterr().err
        else:
            bash(line)


def bash(line: str) -> str:
    """What a line prints, in a shell whose `python` is this one and finds the program."""
    own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": os.getcwd()}
    done = subprocess.run(["bash", "-euc", line], env=os.environ | own, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout


def as_bash_reads(line: str) -> list[str]:
    """The words of a command without quotes, `*` being the names of files. Python need not start for each of them."""
    return bash(f"printf '%s\\n' {line}").splitlines()


def test_there_are_commands() -> None:
    assert len(commands()) >= 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not leads(page, link)]
    assert broken == []


def leads(page: Path, link: str) -> bool:
    """Whether there is such a file beside a page, and in it such a heading."""
    path, _, heading = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists() or not heading:
        return target.exists()
    titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return heading in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_citation_is_of_this_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["cff-version"] == "1.2.0" and cited["message"] and cited["title"] and cited["authors"]
    assert cited["version"] == sim.__version__


def test_the_scenario_written_out_in_full_is_accepted() -> None:
    (full, *_) = blocks(ROOT / "docs" / "scenarios.md", "yaml")
    raw = yaml.safe_load(full)
    raw["queues"]["sales"] = {
        "arrivals": {"kind": "rates", "per_hour": 10},
        "talk": {"kind": "constant", "value_s": 100},
    }
    raw["queues"]["service"]["arrivals"]["per_hour"] = 100
    assert scenario.faults(raw) == []


def lines() -> list[str]:
    """Every line of every page that gives a command of ours, in blocks of any kind."""
    found = [
        line.strip().removeprefix("$ ")
        for page in PAGES
        for block in re.findall(r"```\w*\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for line in block.replace("\\\n", " ").splitlines()
    ]
    return sorted({line for line in found if re.match(r"(\w+=\S+ )*python (-m (sim|tests)\b|benchmarks/)", line)})


@pytest.mark.parametrize("line", lines())
def test_a_command_in_docs_can_be_given(line: str) -> None:
    """The program, verb, scenario, options and keys that it names are there. (What people start from is run, above.)"""
    words = shlex.split(line, comments=True)
    _, *words = words[words.index("python") : words.index(">") if ">" in words else None]
    if words[0] != "-m":
        assert (ROOT / words[0]).exists()
    elif words[1] != "sim":
        assert (ROOT / words[1].replace(".", "/")).with_suffix(".py").exists() or importlib.util.find_spec(words[1])
    else:
        checked(words[2:])


def checked(words: list[str]) -> None:
    """Nothing that a command of ours says is unknown."""
    verb = words.pop(0) if words and words[0] in VERBS else "run"
    told = VERBS[verb].load().HELP
    shipped = {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    named = [word.removeprefix("+scenario=") for word in words if word.startswith("+scenario=")]
    named += [word for word in words if word in shipped]
    (scenario, *_) = [name for name in named if name in shipped] or ["calm"]
    assert all(name in (*shipped, "mine", "again") or name.endswith(".yaml") for name in named)
    for word in words:
        key, is_one, value = word.lstrip("+").partition("=")
        if word.startswith("-"):
            assert word in ("-m", "--help") or word in told
        elif key.startswith("hydra/"):  # launchers are Hydra's, and not all of them are installed
            continue
        elif key.partition(".")[0] in (verb, "pilot", "plot", "hydra") or key.startswith("with"):
            assert key.partition(".")[0].rstrip("2") in told
        elif is_one and key != "scenario" and f"{key}=" not in told:
            load([scenario, f"{key}={re.split('[,:](?![^{[]*[]}])', value)[0]}"])
