"""Observed replications in a file: exact, the same bytes for the same figures, and nothing that stands there runs."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.loading import load
from sim.loading.refusal import Refused
from sim.study.kept import digest, keep, recall
from sim.study.observed import Observed, Task, chosen, joined, observe
from tests.tiny import desk

__all__ = ["desk"]


@pytest.fixture
def raw(desk: Path) -> dict[str, Any]:
    return load(["tiny"]).raw


def same(one: Observed, other: Observed) -> bool:
    return (
        np.array_equal(one.numbers, other.numbers)
        and np.array_equal(one.figures.tops, other.figures.tops)
        and np.array_equal(one.figures.bottoms, other.figures.bottoms)
        and [kpi.key for kpi in one.kpis] == [kpi.key for kpi in other.kpis]
        and all(np.array_equal(mine.tops, other.course.figures[key].tops) for key, mine in one.course.figures.items())
    )


def test_what_is_kept_comes_back_to_the_bit(raw: dict[str, Any], tmp_path: Path) -> None:
    observed = observe(Task(raw, (0, 1, 2)))
    keep(observed, tmp_path / "a.npz", {"config": raw, "digest": "x"})
    found, about = recall(tmp_path / "a.npz")
    assert same(found, observed)
    assert about == {"config": raw, "digest": "x"}
    assert [(kpi.key, kpi.label, kpi.unit, kpi.signed) for kpi in found.kpis] == [
        (kpi.key, kpi.label, kpi.unit, kpi.signed) for kpi in observed.kpis
    ]
    keep(observed, tmp_path / "b.npz", {"config": raw, "digest": "x"})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_replications_do_not_depend_on_their_company(raw: dict[str, Any]) -> None:
    whole = observe(Task(raw, (0, 1, 2, 3)))
    assert same(joined([observe(Task(raw, (2, 3))), observe(Task(raw, (0, 1)))]), whole)
    assert same(chosen(whole, (1, 3)), observe(Task(raw, (1, 3))))
    with pytest.raises(ValueError, match="twice"):
        joined([whole, observe(Task(raw, (3,)))])


def test_the_digest_follows_what_matters_and_nothing_else(raw: dict[str, Any], tmp_path: Path) -> None:
    mine = digest(raw)
    assert digest(raw | {"output": "x", "replications": 99, "tables": "none", "engine": "simpy"}) == mine
    assert digest(raw | {"seed": 2}) != mine
    file = tmp_path / "calls.csv"
    file.write_text("a\n")
    before = digest(raw | {"recorded": str(file)})
    file.write_text("b\n")
    assert digest(raw | {"recorded": str(file)}) != before


def test_the_observed_figures_are_those_of_the_summary(raw: dict[str, Any], desk: Path) -> None:
    import polars as pl

    from sim.cli.job import run_scenario

    loaded = load(["tiny", "report=tables", "output=mine"])
    run_scenario(loaded)
    kept, _ = recall(desk / "mine" / "observed.npz")
    summary = pl.read_csv(desk / "mine" / "summary.csv").filter(pl.col("scope") == "center")
    means = dict(summary.select("kpi", "mean").iter_rows())
    estimate = kept.figures.estimate(0.95)
    compared = 0
    for k, kpi in enumerate(kept.kpis):
        if kpi.key in means and means[kpi.key] is not None:
            assert estimate.mean[k] == pytest.approx(means[kpi.key], rel=1e-9, abs=1e-12), kpi.key
            compared += 1
    assert compared > 80


class Bomb:
    """Makes a file where it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("boom"),))


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "pickle", "shapes"])
def test_a_damaged_file_is_one_clear_line(damage: str, raw: dict[str, Any], desk: Path) -> None:
    file = desk / "a.npz"
    keep(observe(Task(raw, (0, 1))), file, {})
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-200])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "text":
        file.write_text("not an archive")
    elif damage == "pickle":
        with zipfile.ZipFile(file) as old:
            members = {name: old.read(name) for name in old.namelist()}
        from io import BytesIO

        bomb = BytesIO()
        np.lib.format.write_array(bomb, np.array([Bomb()], dtype=object), allow_pickle=True)
        assert pickle.dumps(Bomb()) and b"Path" in bomb.getvalue()
        with zipfile.ZipFile(file, "w") as new:
            for name, content in (members | {"numbers.npy": bomb.getvalue()}).items():
                new.writestr(name, content)
    else:
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("x.npy", b"")
    with pytest.raises(Refused) as refused:
        recall(file)
    (line,) = refused.value.lines
    assert line.startswith(f"{file}: ")
    assert not (desk / "boom").exists()
