"""Scenario files spoilt at random: each is run or refused, in one clear line a fault, soon, and in little memory."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.loading import Refused, load
from sim.loading.too_large import memory
from sim.measure import conservation
from sim.run import Model
from sim.scenario import Scenario
from sim.scenario.size import size
from tests.faults.how_many import of
from tests.faults.mutations import ROOT, TEXTS, spoilt
from tests.tiny import TINY, desk, write

__all__ = ["desk"]
SECONDS = 60
"""of processor time that one file may take: most take hundredths"""
MEGABYTES = 300
"""that all of them together may add to what the program had before"""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raises TimeoutError after so much processor time."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def is_small(scenario: Scenario) -> bool:
    needs = size(scenario)
    return needs.tries < 2_000 and needs.replication < 1e7


@pytest.fixture(scope="module", autouse=True)
def little_memory() -> Iterator[None]:
    load([str(ROOT / "scenarios" / "peak.yaml")])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MEGABYTES


@settings(max_examples=of(40, 1000), deadline=None, database=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])  # fmt: skip
@given(text=st.sampled_from(range(len(TEXTS))), seed=st.integers(0, 2**48))
@example(text=0, seed=53346137)  # a list where the base values have a mapping
def test_a_spoilt_file_is_refused_line_by_line_or_runs(text: int, seed: int, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(spoilt(TEXTS[text], seed))
    with within(SECONDS):
        try:
            scenario = load([str(file)]).scenario
        except Refused as refused:
            assert refused.lines
            for line in refused.lines:
                assert line.startswith(f"{file}:"), line
                assert "\n" not in line and len(line) < 1500
            return
        if is_small(scenario):
            assert conservation(Model.of(scenario).simulate(0, "simpy")) == []


@pytest.mark.parametrize("seed", [3, 406])
def test_the_command_line_says_so_and_leaves_nothing(seed: int, desk: Path) -> None:
    write(desk, "bad", spoilt(TINY, seed))
    ended = subprocess.run(
        [sys.executable, "-m", "sim", "bad"], capture_output=True, text=True, timeout=120, cwd=desk,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "40"},
    )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == "" and ended.stderr
    assert all(line.startswith("scenarios/bad.yaml:") and line.isprintable() for line in ended.stderr.splitlines())
    assert [path.name for path in desk.iterdir()] == ["scenarios"]


@pytest.mark.parametrize(
    "key", ["staffing", "demand", "goals", "routing", "behavior", "costs", "goals: {scorecard", "behavior: {talk"]
)
def test_a_list_where_a_mapping_belongs_is_told_with_its_line(key: str, desk: Path) -> None:
    write(desk, "bad", TINY + f"{key}: [1, 2]{'}' * key.count('{')}\n")
    with pytest.raises(Refused) as refused:
        load(["bad"])
    (line,) = refused.value.lines
    where = key.replace(": {", ".")
    assert line == f"scenarios/bad.yaml:16: {where}: needs keys with values, such as {{key: value}}, got a list"


TOO_LARGE = {
    "contacts in all": (
        ["replications=1000000", "days=3660", "demand.scale=100"],
        "replications=1000000: about 2.2e+14 contacts in all, 43,571 hours of one core: at most 100,000,000,000",
    ),
    "contacts of one replication": (["days=3660", "demand.scale=1000"], "2,196,000,000 contacts a replication"),
    "replications": (["replications=1000000"], "replications=1000000: needs at least 75.0 GB of memory, and there are"),
    "intervals": (["days=3660", "interval_min=1"], "days=3660: needs at least 29.7 GB of memory"),
    "agents": (["teams.front.agents=100000", "staffing.scale=1000"], "gives 100,000,000 agents in all"),
    "a team": (["teams.front.agents=1000000", "days=3660"], "teams.front.agents=1000000: needs at most 100,000 agents"),
    "days of agents": (["teams.front.agents=100000", "days=3660"], "days=3660: needs at least 56.2 GB of memory"),
    "tries": (
        ["queues.voice.redial={after_block: 0.999999999, max_attempts: null}", "demand.scale=1000"],
        "days: about 1.8e+15 contacts in all, 357,143 hours of one core: at most 100,000,000,000 are simulated at once",
    ),
}


@pytest.mark.parametrize("case", TOO_LARGE)
def test_what_no_machine_could_finish_is_refused_before_it_starts(
    case: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.loading.too_large.memory", lambda: 16e9)
    words, said = TOO_LARGE[case]
    with pytest.raises(Refused) as refused:
        load(["tiny", *words])
    assert any(said in line for line in refused.value.lines), refused.value.lines


def test_the_machine_tells_its_memory() -> None:
    found = memory()
    assert found is not None and 1e8 < found < 1e14


@settings(max_examples=of(15, 200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\x00")
@example(b"")
def test_any_bytes_are_no_scenario(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(raw)
    with pytest.raises(Refused), within(SECONDS):
        load([str(file)])
