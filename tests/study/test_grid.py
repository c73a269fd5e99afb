"""A grid of points: what is kept is not made again, and whoever makes it makes the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.loading import load
from sim.study.execution import Execution
from sim.study.kept import recall
from sim.study.observed import Observed, Task
from sim.study.sweeps import grid
from tests.tiny import desk

__all__ = ["desk"]
SERIAL = Execution("serial")


def cells(replications: int = 4, scales: tuple[float, ...] = (0.8, 1.0, 1.2)) -> list[grid.Cell]:
    return [
        grid.Cell(f"staffing.scale={scale}", load(["tiny", f"staffing.scale={scale}"]).raw, replications)
        for scale in scales
    ]


def simulated(
    these: list[grid.Cell], folder: Path, execution: Execution = SERIAL
) -> dict[int, Observed | grid.Failure]:
    folder.mkdir(exist_ok=True)
    return dict(grid.simulate(these, folder, execution, [{} for _ in these]))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of all replications that were made."""
    numbers: list[int] = []
    attempt = grid.attempt

    def counting(task: Task) -> Any:
        numbers.extend(task.numbers)
        return attempt(task)

    monkeypatch.setattr(grid, "attempt", counting)
    return numbers


def test_only_what_is_missing_is_made(desk: Path, made: list[int]) -> None:
    first = simulated(cells(), desk / "points")
    assert sorted(made) == sorted([0, 1, 2, 3] * 3)
    made.clear()
    again = simulated(cells(), desk / "points")
    assert made == []
    more = simulated(cells(6), desk / "points")
    assert sorted(made) == sorted([4, 5] * 3)
    for place in range(3):
        one, two, three = first[place], again[place], more[place]
        assert isinstance(one, Observed) and isinstance(two, Observed) and isinstance(three, Observed)
        assert np.array_equal(one.figures.tops, two.figures.tops)
        assert np.array_equal(one.figures.tops, three.figures.tops[:4])
    made.clear()
    fewer = simulated(cells(2), desk / "points")[0]
    assert made == [] and isinstance(fewer, Observed) and list(fewer.numbers) == [0, 1]


def test_a_damaged_point_and_one_of_another_scenario_are_made_anew(desk: Path, made: list[int]) -> None:
    simulated(cells(), desk / "points")
    file = desk / "points" / "staffing.scale=0.8.npz"
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    made.clear()
    simulated(cells(), desk / "points")
    assert made == [0, 1, 2, 3]
    assert file.read_bytes() == whole
    made.clear()
    other = [cell._replace(raw={**cell.raw, "seed": 5}) for cell in cells()]
    simulated(other, desk / "points")
    assert len(made) == 12


def test_processes_write_the_same_bytes(desk: Path) -> None:
    simulated(cells(), desk / "alone")
    simulated(cells(), desk / "together", Execution("processes", 2))
    names = sorted(path.name for path in (desk / "alone").iterdir())
    assert len(names) == 3
    for name in names:
        assert (desk / "alone" / name).read_bytes() == (desk / "together" / name).read_bytes()


def test_a_point_that_fails_is_told_and_the_others_go_on(desk: Path) -> None:
    bad = cells()
    bad[1] = bad[1]._replace(raw={**bad[1].raw, "queues": {}})
    found = simulated(bad, desk / "points")
    assert isinstance(found[1], grid.Failure) and "queue" in found[1].reason
    assert isinstance(found[0], Observed) and isinstance(found[2], Observed)
    assert not (desk / "points" / "staffing.scale=1.0.npz").exists()


def test_points_share_their_callers(desk: Path) -> None:
    found = simulated(cells(), desk / "points")
    first, last = found[0], found[2]
    assert isinstance(first, Observed) and isinstance(last, Observed)
    assert np.array_equal(first.of("first_attempts").tops, last.of("first_attempts").tops)
    assert not np.array_equal(first.of("asa_s").tops, last.of("asa_s").tops)
    observed, _ = recall(desk / "points" / "staffing.scale=0.8.npz")
    assert np.array_equal(observed.figures.tops, first.figures.tops)
