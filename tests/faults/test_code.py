"""No file can run code, neither a scenario nor a study nor what a run has left; and user code only where it is let."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.cli import main
from sim.clocks import beside
from sim.loading import Refused, load
from tests.tiny import TINY, desk, write

__all__ = ["desk"]
SIM = Path(__file__).resolve().parent.parent.parent / "sim"

RUNS_CODE = {"eval", "exec", "compile", "__import__"}
NEVER = {
    "pickle": "unpickling runs what a file says",
    "marshal": "so does this",
    "shelve": "it pickles",
    "dill": "it pickles",
    "cloudpickle": "it pickles",
    "subprocess": "no program is started",
    "hydra.utils": "instantiate() and call() run what _target_ names",
}
LET = {"clocks/user_code.py": "runpy", "cli/verbs.py": "importlib"}
"""Who may run or import by name: the user's own file, after allow_python=true, and the program's own verbs."""


def uses() -> Iterator[tuple[str, int, str]]:
    """Where the program calls or imports something that could run code: (file, line, what)."""
    for path in sorted(SIM.rglob("*.py")):
        file = path.relative_to(SIM).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RUNS_CODE:
                yield file, node.lineno, node.func.id
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if called in ("np.load", "numpy.load", "yaml.unsafe_load", "yaml.full_load", "os.system", "os.popen"):
                    yield file, node.lineno, called
                if called == "yaml.load" and file != "loading/plain_files.py":  # whose loader is a safe one
                    yield file, node.lineno, called
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False":
                yield file, node.lineno, "allow_pickle"
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name in NEVER or (name in ("runpy", "importlib") and LET.get(file) != name):
                    yield file, node.lineno, f"import {name}"


def test_nothing_in_the_program_runs_what_a_file_says() -> None:
    assert list(uses()) == []


CODE = "from pathlib import Path\nPath('proof').touch()\ndef go(env, floor):\n    yield env.timeout(1)\n"
OWN = "python: {file: own.py, beside: [go]}\n"


@pytest.fixture
def trap(desk: Path) -> Path:
    """Code beside the scenario, which makes a file when it is run."""
    (desk / "scenarios" / "own.py").write_text(CODE)
    write(desk, "own", TINY + OWN)
    return desk / "proof"


def test_own_code_needs_a_word_on_the_command_line_which_the_refusal_names(trap: Path) -> None:
    with pytest.raises(Refused, match=r"own.yaml:16: python: runs code from .*own.py; .* add allow_python=true"):
        load(["own"])
    assert main(["own", "report=tables", "replications=1"]) == 2
    assert not trap.exists()
    assert main(["own", "report=tables", "replications=1", "allow_python=true"]) == 0
    assert trap.exists()


FILES = {
    "a scenario": ("own", TINY + OWN + "allow_python: true\n"),
    "a scenario's alias": ("own", TINY + OWN + "x: &a true\nallow_python: *a\n"),
    "a merge": ("own", TINY + OWN + "<<: {allow_python: true}\n"),
    "Hydra's settings": ("own", TINY + "hydra: {callbacks: {x: {_target_: os.system, command: touch proof}}}\n"),
    "a target": ("own", TINY + "goals: {_target_: pathlib.Path.touch, _args_: [proof]}\n"),
    "defaults": ("own", TINY + "defaults: [{override hydra/launcher: joblib}]\n"),
    "a tag": ("own", TINY + "x: !!python/object/apply:os.system [touch proof]\n"),
    "an interpolation": ("own", TINY + "description: ${oc.env:HOME}${hydra:runtime.cwd}\n"),
    "a cluster": ("own", TINY + "execution: dask\ncluster: tcp://10.0.0.1:8786\n"),
}


@pytest.mark.parametrize("case", FILES)
def test_no_scenario_lets_code_run(case: str, trap: Path, desk: Path) -> None:
    name, text = FILES[case]
    write(desk, name, text)
    for words in ([name], [name, "-m", "seed=1,2"], ["sweep", name, "seed=1,2"]):
        assert main([*words]) == 2, words
    main([name, "--cfg", "job"])  # shows what is there
    assert not trap.exists()


@pytest.mark.parametrize(
    "part",
    [
        "set: {allow_python: true}",
        "set: {'++allow_python': true}",
        "set: {' +allow_python': true}",
        "set: {hydra.callbacks.x: {_target_: os.system, command: touch proof}}",
        "set: {'hydra/launcher': joblib}",
        "set: {'~hydra.sweeper': null}",
        "set: {'hydra@x': a}",
        "set: {cluster: 'tcp://10.0.0.1:8786'}",
        "set: {output: /tmp/elsewhere}",
        "set: {'seed=1 allow_python': true}",
        "points: [{allow_python: true}]",
        "grid: {allow_python: [true, false]}",
        "grid: {hydra.job.chdir: [true]}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["sweep", "-m"])
def test_no_study_lets_code_run(
    verb: str, part: str, trap: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grid = "" if part.startswith("grid") else "grid: {seed: [1, 2]}\n"
    (desk / "mine.yaml").write_text(f"scenario: own\n{part}\n{grid}")
    assert main([verb, "study=./mine.yaml"]) == 2
    assert all(line.startswith("mine.yaml:2: ") for line in capsys.readouterr().err.splitlines())
    assert not trap.exists()


# ---------------------------------------------------------------- the user's own code goes wrong

WRONG = {
    "yields no event": ("def go(env, floor):\n    yield 5\n", "own.py:2: in go: needs to yield SimPy events"),
    "waits for nan": ("def go(env, floor):\n    yield env.timeout(float('nan'))\n", "own.py:2: in go: waits for nan"),
    "waits backwards": ("def go(env, floor):\n    yield env.timeout(-5)\n", "own.py:2: in go: ValueError: Negative"),
    "takes no time": (
        "def go(env, floor):\n    while True:\n        yield env.timeout(0)\n",
        "own.py:3: in go: has gone on 100 times at one moment, 0 s after midnight of day 1",
    ),
    "fails": ("def go(env, floor):\n    yield env.timeout(9)\n    1 / 0\n", "own.py:3: in go: ZeroDivisionError"),
    "ends the program": ("import sys\ndef go(env, floor):\n    sys.exit(0)\n    yield\n", "own.py:3: in go: calls"),
    "is no process": ("def go(env, floor):\n    pass\n", "own.py:1: go: needs to yield SimPy events"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_process_is_told_by_file_and_line(
    case: str, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = WRONG[case]
    monkeypatch.setattr(beside, "MOST_TURNS", 100)
    write(desk, "own", TINY + OWN)
    (desk / "scenarios" / "own.py").write_text(code)
    assert main(["own", "report=tables", "replications=1", "allow_python=true"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"scenarios/{said}")


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("return 7", "needs to return one of the agents given, or None, got 7"),
        ("return seen.setdefault(0, agents[0])", "who was not among them"),
        ("return agents[99]", "IndexError: list index out of range"),
    ],
)
def test_what_is_wrong_with_a_policy_is_told_by_file_and_line(
    policy: str, said: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(desk, "own", TINY + "python: {file: own.py, pick_agent: mine}\n")
    (desk / "scenarios" / "own.py").write_text(f"seen = {{}}\ndef mine(contact, agents):\n    {policy}\n")
    assert main(["own", "report=tables", "replications=1", "allow_python=true"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("scenarios/own.py:") and line.endswith(said)


def test_a_process_may_wait_for_ever_be_interrupted_and_act_often_at_one_moment(desk: Path) -> None:
    write(desk, "own", TINY + OWN)
    (desk / "scenarios" / "own.py").write_text(
        "import simpy\n"
        "def idle(env):\n"
        "    try:\n"
        "        yield env.timeout(float('inf'))\n"
        "    except simpy.Interrupt:\n"
        "        open('interrupted', 'w').close()\n"
        "def go(env, floor):\n"
        "    other = env.process(idle(env))\n"
        "    for _ in range(1000):\n"
        "        yield env.timeout(0)\n"
        "    other.interrupt()\n"
        "    try:\n"
        "        yield env.timeout(1) | env.event()\n"
        "    finally:\n"
        "        while True:\n"
        "            yield env.timeout(3600)\n"
    )
    assert main(["own", "report=tables", "replications=1", "allow_python=true"]) == 0
    assert (desk / "interrupted").is_file()
