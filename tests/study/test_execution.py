"""Tasks done anywhere: each once, what they raise, and killed workers that lose nothing."""

from __future__ import annotations

import dataclasses
import os
import time
from pathlib import Path

import numpy as np
import pytest

from sim.loading import Refused, load
from sim.study.execution import SERIAL, Execution, Kind, Lost, in_order, perform, worth
from sim.study.replications import counted
from tests.study.tasks import Deadly, Fatal, die, kill_once, linger_unless_first, refuse, slow_first, square
from tests.tiny import desk

__all__ = ["desk"]  # a fixture

TWO = Execution("processes", 2)


def alive(pid: int) -> bool:
    """Whether such a process runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("execution", [SERIAL, Execution("processes", 1), TWO, Execution("processes", 3)])
def test_each_task_is_done_once(execution: Execution) -> None:
    found = list(perform(square, range(40), execution))
    assert sorted((place, result[0]) for place, result in found) == [(n, n * n) for n in range(40)]
    here = {pid for _, (_, pid) in found} == {os.getpid()}
    assert here == (execution.kind == "serial" or execution.workers == 1)


def test_one_task_or_none_is_done_here() -> None:
    assert list(perform(square, [7], TWO)) == [(0, (49, os.getpid()))]
    assert list(perform(square, [], TWO)) == []


def test_serial_is_lazy() -> None:
    asked = perform(refuse, range(4), SERIAL)
    assert [next(asked) for _ in range(3)] == [(0, 0), (1, 1), (2, 2)]
    with pytest.raises(Refused, match="three is wrong"):
        next(asked)


def test_results_come_in_any_order_or_in_that_of_the_tasks() -> None:
    places = [place for place, _ in perform(slow_first, range(4), TWO)]
    assert sorted(places) == [0, 1, 2, 3] and places[0] != 0
    assert list(in_order(perform(slow_first, range(4), TWO))) == [0, 1, 2, 3]


def test_what_a_task_raises_is_raised_here() -> None:
    with pytest.raises(Refused) as refused:
        list(perform(refuse, range(6), TWO))
    assert refused.value.lines == ("three is wrong", "in two lines")


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    tasks = [Deadly(number, {2: 1, 5: 2}.get(number, 0), tmp_path) for number in range(8)]
    assert sorted(perform(die, tasks, TWO)) == [(number, number) for number in range(8)]


def test_a_task_that_kills_every_worker_is_given_up_and_no_other(tmp_path: Path) -> None:
    tasks = [Deadly(number, {2: 99}.get(number, 0), tmp_path) for number in range(6)]
    done = []
    with pytest.raises(Lost, match="task 3 has ended its process 3 times"):
        for place, _ in perform(die, tasks, TWO):
            done.append(place)
    assert 3 <= len(list(tmp_path.glob("2-*"))) <= 5
    assert 2 not in done


def waited_for(notes: Path, many: int) -> list[int]:
    for _ in range(200):
        found = [int(each.name) for each in notes.iterdir()]
        if len(found) >= many:
            return found
        time.sleep(0.05)
    raise AssertionError("no worker has started")


def test_closing_early_leaves_no_process(tmp_path: Path) -> None:
    found = perform(linger_unless_first, [("", 0), *((str(tmp_path), n) for n in range(1, 9))], TWO)
    assert next(found) == (0, 0)
    workers = waited_for(tmp_path, 2)
    started = time.monotonic()
    found.close()
    assert time.monotonic() - started < 10.0
    assert not any(alive(pid) for pid in workers)


@pytest.mark.parametrize("kind", ["dask", "ray"])
def test_a_library_that_is_not_installed_is_named(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed" if kind == "dask" else "ray", None)
    with pytest.raises(Refused, match=rf'pip install "tightrope\[{kind}\]"'):
        list(perform(square, [1, 2], Execution(kind)))


def test_little_work_stays_here() -> None:
    assert not worth(1e6, workers=2) and worth(3e6, workers=2) and worth(1e6, workers=4)
    assert worth(200_000.0, "simpy", 2)
    assert not worth(1e12, workers=1)
    assert TWO.pays_for(10.0) is SERIAL and TWO.pays_for(1e7) is TWO
    named = Execution("dask", address="tcp://127.0.0.1:8786")
    assert named.pays_for(10.0) is named


# ---------------------------------------------------------------- clusters


def all_of_them(notes: Path, execution: Execution) -> set[int]:
    """Twenty tasks, one of which kills its worker: all are done once; who has done them."""
    found = list(perform(kill_once, [Fatal(number, notes) for number in range(20)], execution))
    assert (notes / "killed").exists()
    assert sorted((place, result[0]) for place, result in found) == [(n, n * n) for n in range(20)]
    workers = {result[1] for _, result in found}
    assert os.getpid() not in workers
    return workers


@pytest.mark.slow
def test_a_dask_cluster_by_its_address_loses_nothing_with_a_worker(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=None, silence_logs=50
    ) as cluster:
        named = Execution("dask", address=cluster.scheduler_address)
        assert len(all_of_them(tmp_path, named)) >= 2
        with pytest.raises(Refused, match="three is wrong"):
            list(perform(refuse, range(6), named))
        found = perform(square, range(30), named)
        next(found)
        found.close()
        until = time.monotonic() + 30  # the killed one is put back, and they are not ours to end
        while len(cluster.scheduler_info["workers"]) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(cluster.scheduler_info["workers"]) == 2


@pytest.mark.slow
def test_a_dask_cluster_of_its_own_ends_with_the_work() -> None:
    pytest.importorskip("distributed")
    workers = {pid for _, (_, pid) in perform(square, range(10), Execution("dask", 2))}
    assert os.getpid() not in workers and not any(map(alive, workers))


@pytest.mark.slow
def test_ray_loses_nothing_with_a_worker(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    workers = all_of_them(tmp_path, Execution("ray", 2))
    assert len(workers) >= 2 and not any(map(alive, workers))


@pytest.mark.parametrize(("kind", "address"), [("dask", "nonsense"), ("ray", "127.0.0.1:1"), ("ray", "nonsense")])
def test_a_cluster_that_does_not_answer_is_refused_in_one_line(kind: Kind, address: str) -> None:
    pytest.importorskip("distributed" if kind == "dask" else "ray")
    with pytest.raises(Refused, match=f"cluster={address}") as refused:
        list(perform(square, [1, 2], Execution(kind, address=address)))
    assert len(refused.value.lines) == 1 and "\n" not in refused.value.lines[0]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["dask", "ray"])
def test_replications_of_a_cluster_are_those_made_here(kind: Kind, desk: Path) -> None:
    pytest.importorskip("distributed" if kind == "dask" else "ray")
    scenario = load(["tiny", "engine=simpy"]).scenario
    here = list(counted(scenario, "simpy", range(7), SERIAL, 2))
    there = list(counted(scenario, "simpy", range(7), Execution(kind, 2), 2))
    for one, other in zip(here, there, strict=True):
        for field in dataclasses.fields(one):
            assert np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True)
