"""Ranges, fronts within limits, what share of a box they have, and searches that go on where they were stopped."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.cli import main
from sim.loading import Refused
from sim.study.choice.ranges import grid, ladder, listed
from sim.study.choice.search import BATCH
from sim.study.choice.volume import growth, share
from tests.tiny import desk

__all__ = ["desk"]

WORDS = ["optimize", "tiny", "teams.front.agents=3:9", "demand.scale=0.8:1.2", "replications=2"]


def test_ranges_have_the_values_that_they_say() -> None:
    agents = ladder("a", "40:70:5")
    assert agents.whole and [agents.at(k) for k in range(agents.length)] == [40, 45, 50, 55, 60, 65, 70]
    assert ladder("a", "3:5").length == 3 and isinstance(ladder("a", "3:5").at(1), int)
    scale = ladder("s", "0.8:1.2")
    assert scale.step == pytest.approx(0.001) and scale.length == 401
    assert (scale.at(0), scale.at(137), scale.at(400)) == (0.8, 0.937, 1.2)
    assert ladder("s", "0:1:0.3").at(3) == 0.9
    assert listed("x", [3, 1, 2]).values == (1, 2, 3) and listed("x", ["b", "a"]).values == ("b", "a")
    assert not listed("x", [True, False]).ordered
    for text in ("1:1", "2:1", "0:1:2", "0:1:-1", "0:1e9:1"):
        with pytest.raises(Refused, match=f"a={text}"):
            ladder("a", text)


def test_a_grid_is_as_fine_as_its_points_allow() -> None:
    ranges = [ladder("a", "0:10"), listed("b", ["x", "y"]), ladder("c", "0.0:1.0")]
    assert len(grid(ranges, 20)) == 3 * 2 * 3
    assert grid([ladder("a", "0:10")], 3) == [(0,), (5,), (10,)]
    assert len(grid(ranges, 1)) == 8  # two of each, whatever was asked


def test_the_share_of_a_box_is_what_counting_says() -> None:
    assert share(np.array([[0.5, 0.5]]), np.zeros(2), np.ones(2)) == pytest.approx(0.25)
    rng = np.random.default_rng(3)
    for kpis in (1, 2, 3, 4):
        points = rng.uniform(0.2, 1.0, (6, kpis))
        dots = rng.uniform(size=(40_000, kpis))
        below = (dots[:, None, :] <= points[None]).all(axis=2).any(axis=1).mean()
        found = share(points, np.zeros(kpis), np.ones(kpis))
        assert found == pytest.approx(below, abs=4.0 * np.sqrt(0.25 / 40_000))
        grown = growth(points, [True] * 6, np.zeros(kpis), np.ones(kpis))
        assert grown[-1] == pytest.approx(found) and (np.diff(grown) >= 0.0).all()
    assert growth(np.ones((2, 2)), [False, True], np.zeros(2), np.ones(2)).tolist() == [0.0, 1.0]


def test_a_search_writes_its_front_and_goes_on(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("optuna", reason="the extra optimize is not installed")
    words = [*WORDS, "optimize.kpis=service_level,-paid_hours", "optimize.grid=9", "output=found"]
    assert main([*words, f"optimize.trials={BATCH + 2}"]) == 0
    capsys.readouterr()
    first = pl.read_csv(desk / "found" / "trials.csv")
    assert len(first) == BATCH + 2
    front = first.filter(pl.col("status") == "front")
    for row in first.filter(pl.col("status") == "inside").iter_rows(named=True):
        better = (front["service_level"] >= row["service_level"]) & (front["paid_hours"] <= row["paid_hours"])
        assert better.any()
    for row in front.iter_rows(named=True):
        better = (first["service_level"] > row["service_level"]) & (first["paid_hours"] < row["paid_hours"])
        assert not better.any()
    assert first["volume"].is_sorted() and 0.0 < first["volume"][-1] <= 1.0
    kept = {path.name for path in (desk / "found").iterdir()}
    assert kept == {
        "trials.csv", "front.csv", "beside.csv", "front.png", "front.svg", "progress.png", "progress.svg",
        "report.html", "study.json", "config.yaml", "points",
    }  # fmt: skip

    assert main([*words, f"optimize.trials={BATCH + 2}"]) == 0
    assert "\n0 replications simulated" in capsys.readouterr().out
    assert pl.read_csv(desk / "found" / "trials.csv").equals(first)
    assert main([*words, f"optimize.trials={2 * BATCH}"]) == 0
    longer = pl.read_csv(desk / "found" / "trials.csv")
    factors = ["teams.front.agents", "demand.scale", "service_level"]
    assert longer[: BATCH + 2].select(factors).equals(first.select(factors))
    new = len(longer[BATCH + 2 :].filter(~pl.col("again")))
    assert f"\n{2 * new} replications simulated" in capsys.readouterr().out


@pytest.mark.parametrize("sampler", ["tpe", "nsga2"])
def test_a_search_finds_what_is_best(desk: Path, sampler: str) -> None:
    """The fewest agents that keep to the limit, which is known from trying all."""
    pytest.importorskip("optuna", reason="the extra optimize is not installed")
    words = ["optimize", "tiny", "teams.front.agents=3:12", "replications=2", "optimize.kpis=-paid_hours"]
    limit = "optimize.subject_to=service_level>=0.7"
    assert main([*words, limit, f"optimize.sampler={sampler}", "optimize.trials=40", "output=found"]) == 0
    every = pl.read_csv(desk / "found" / "beside.csv")
    assert len(every) == 10
    least = every.filter(pl.col("service_level") >= 0.7)["teams.front.agents"].min()
    assert pl.read_csv(desk / "found" / "front.csv")["teams.front.agents"].to_list() == [least]
    study = json.loads((desk / "found" / "study.json").read_text())
    assert study["volume"] == pytest.approx(study["beside_volume"]) and not study["stopped"]


def test_stopped_it_keeps_and_tells_what_it_has(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("optuna", reason="the extra optimize is not installed")
    from sim.study.choice import search

    asked = 0
    usual = search._suggest

    def stops(*given: object) -> object:
        nonlocal asked
        asked += 1
        if asked > 2 * BATCH:
            raise KeyboardInterrupt
        return usual(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "_suggest", stops)
    assert main([*WORDS, "optimize.trials=40", "output=found"]) == 130
    told = capsys.readouterr()
    assert f"Stopped after {BATCH} of 40 trials." in told.out and "output=found goes on" in told.err
    assert json.loads((desk / "found" / "study.json").read_text())["stopped"]


def test_points_that_cannot_be_are_told_and_the_others_searched(desk: Path) -> None:
    pytest.importorskip("optuna", reason="the extra optimize is not installed")
    words = ["optimize", "tiny", "teams.front.agents=-2:6", "replications=2", "optimize.trials=16", "optimize.grid=0"]
    assert main([*words, "optimize.kpis=service_level", "output=found"]) == 0
    frame = pl.read_csv(desk / "found" / "trials.csv")
    failed = frame.filter(pl.col("status") == "failed")
    assert len(failed) and (failed["teams.front.agents"] < 1).all()
    assert frame.filter(pl.col("teams.front.agents") >= 1)["service_level"].is_not_null().all()


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("optimize.kpis=service_level,occupancy", "is more or less of occupancy better?"),
        ("optimize.kpis=csat,fcr,nps,service_level,-asa_s", "four at most"),
        ("optimize.trials=1", "needs a whole number from 2"),
        ("optimize.sampler=tpa", "unknown, did you mean 'tpe'?"),
        ("optimize.trails=9", "unknown setting, did you mean 'trials'?"),
        ("optimize.beside=nowhere", "nowhere"),
        ("demand.scale=1.2:0.8", "write LOW:HIGH or LOW:HIGH:STEP"),
        ("teams.front.agents=4,5", "is given twice"),
        ("seed=1,2", "cannot be searched"),
        ("output=scenarios", "is no optimize"),
    ],
)
def test_words_that_cannot_be_used(desk: Path, capsys: pytest.CaptureFixture[str], word: str, line: str) -> None:
    assert main(["optimize", "tiny", "teams.front.agents=5:9", word]) == 2
    told = capsys.readouterr().err
    assert line in told and len(told.strip().splitlines()) == 1
    assert [path.name for path in desk.iterdir()] == ["scenarios"]


def test_there_must_be_something_to_search(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["optimize", "tiny", "teams.front.agents=5"]) == 2
    assert "nothing to search" in capsys.readouterr().err
