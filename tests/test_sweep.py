"""Sweeps from the command line: points, study files, failures, stopping and going on, other pictures."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from sim.cli import main, point_loader, swept
from sim.loading.check import check
from sim.loading.composition import compose
from sim.loading.refusal import Refused
from sim.study.sweeps.folder import read_sweep
from tests.tiny import desk, plain, write

__all__ = ["desk", "plain"]
ROOT = Path(__file__).resolve().parent.parent


def sweep_folder(desk: Path) -> Path:
    (folder,) = (desk / "outputs" / "tiny").iterdir()
    return folder


def table(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / "sweep.csv")


def test_a_sweep_is_a_table_with_intervals_and_every_replication(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", "+scenario=tiny", "staffing.scale=0.8,1,1.2", "goals.within_s=20,30", "replications=4"]) == 0
    told = capsys.readouterr().out
    folder = sweep_folder(desk)
    found = table(folder)
    assert found["point"].to_list()[:2] == [f"staffing.scale=0.8,goals.within_s={s}" for s in (20, 30)]
    assert found["staffing.scale"].to_list() == [0.8, 0.8, 1.0, 1.0, 1.2, 1.2]
    assert found["status"].unique().to_list() == ["finished"]
    assert found["replications"].unique().to_list() == [4]
    assert (found["service_level_low"] <= found["service_level"]).all()
    level = found["service_level"].to_list()
    assert level[0] < level[2] < level[4] and level[0] < level[1]
    each = pl.read_parquet(folder / "replications.parquet")
    own = each.filter(pl.col("point") == found["point"][0], pl.col("kpi") == "service_level")
    assert own["numerator"].sum() / own["denominator"].sum() == pytest.approx(level[0], abs=1e-12)
    assert "6 finished, 0 failed" in told and "staffing.scale" in told
    assert {"report.html", "tradeoff.png", "tradeoff.svg", "sweep.json", "points"} <= {p.name for p in folder.iterdir()}
    assert json.loads((folder / "sweep.json").read_text())["finished"] is True


def test_both_ways_give_the_same_figures(desk: Path, plain: None) -> None:
    words = ["+scenario=tiny", "staffing.scale=0.8,1.2", "goals.aht_target=240,300"]
    assert main(["sweep", *words, "output=one"]) == 0
    assert main(["-m", *words, "output=other"]) == 0
    one, other = table(desk / "one"), table(desk / "other")
    assert one.drop("reason").equals(other.drop("reason"))
    assert len(one) == 4
    assert (desk / "other" / "staffing.scale=1.2,goals.aht_target=300" / "summary.csv").is_file()
    assert not (desk / "other" / "staffing.scale=1.2,goals.aht_target=300" / "report.html").exists()


def test_a_point_that_fails_is_a_row_with_its_reason(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "tiny", "staffing.scale=0.9,-1,1.1"]) == 1
    folder = sweep_folder(desk)
    found = table(folder)
    assert found["status"].to_list() == ["finished", "failed", "finished"]
    assert "needs a number from 0" in found["reason"][1]
    assert found["service_level"][1] is None and found["service_level"][2] is not None
    told = capsys.readouterr()
    assert "2 finished, 1 failed" in told.out
    assert "needs a number from 0" in (folder / "report.html").read_text()


def test_groups_scenarios_and_lists_can_be_swept(desk: Path, plain: None) -> None:
    write(desk, "other", (desk / "scenarios" / "tiny.yaml").read_text())
    assert main(["sweep", "+scenario=tiny,other", "behavior=none,evidence", "output=mine", "replications=2"]) == 0
    sweep = read_sweep(desk / "mine")
    assert [axis.key for axis in sweep.axes] == ["scenario", "behavior"]
    assert [point.values for point in sweep.points] == [
        (name, group) for name in ("tiny", "other") for group in ("none", "evidence")
    ]
    assert "csat" not in {kpi.key for kpi in sweep.kpis}  # which not all of the points have


def test_a_study_file_says_what_to_vary(desk: Path, plain: None) -> None:
    (desk / "configs" / "study").mkdir(parents=True)
    (desk / "configs" / "study" / "mine.yaml").write_text(
        "title: How many agents\nscenario: tiny\nreplications: 2\nset: {goals.within_s: 15}\n"
        "grid: {staffing.scale: [0.9, 1.1]}\npoints: [{staffing.scale: 1.5, goals.aht_target: 200}]\n"
        "plot: {x: asa_s}\n"
    )
    assert main(["sweep", "study=mine", "output=mine"]) == 0
    sweep = read_sweep(desk / "mine")
    assert [axis.key for axis in sweep.axes] == ["staffing.scale", "goals.aht_target"]
    assert [point.values for point in sweep.points] == [(0.9, None), (1.1, None), (1.5, 200)]
    assert all(point.config and point.config["goals"]["within_s"] == 15 for point in sweep.points)
    assert sweep.stands == (1.0, 300)
    assert main(["+study=mine", "staffing.scale=1,2", "replications=3", "output=other"]) == 0
    assert [point.values[0] for point in read_sweep(desk / "other").points] == [1, 2, 1.5]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("grid: {staffing.scale: 1}\n", "configs/study/bad.yaml:1: grid.staffing.scale: needs a list of values"),
        ("grdi: {a: [1]}\n", "configs/study/bad.yaml:1: grdi: unknown key, did you mean 'grid'?"),
        ("title: x\n", "configs/study/bad.yaml:1: says nothing to vary"),
        ("grid: {a: [1]}\nreplications: 1\n", "configs/study/bad.yaml:2: replications: needs a whole number from 2"),
        ("grid: {a: [1]}\nplot:\n  colour: x\n", "configs/study/bad.yaml:3: plot.colour: unknown key, did you mean"),
        ("points: 3\n", "configs/study/bad.yaml:1: points: needs a list of points"),
        ("grid: [\n", "configs/study/bad.yaml:"),
    ],
)
def test_a_bad_study_is_told_with_its_line(
    text: str, line: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "configs" / "study").mkdir(parents=True)
    (desk / "configs" / "study" / "bad.yaml").write_text(text)
    assert main(["sweep", "study=bad", "+scenario=tiny"]) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(line)
    assert not (desk / "outputs").exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["tiny"], "no key has several values"),
        (["tiny", "staffing.scale=0.9,1", "plot.w=asa_s"], "plot.w=asa_s: unknown key"),
        (["tiny", "staffing.scale=0.9,1", "plot.x=asa"], "plot.x=asa: unknown KPI, did you mean 'asa_s'?"),
        (["tiny", "staffing.scale=0.9,1", "behavior=none", "plot.y=csat"], "plot.y=csat: unknown KPI"),
        (["tiny", "staffing.scale=0.9,1", "plot.panel=seed"], "plot.panel=seed: is not swept"),
        (["tiny", "staffing.scale=0.9,0.9"], "the same point twice"),
        (["tiny", "staffing.scale=interval(0,1)"], "only a sweep with -m can take that"),
        (["tiny", "staffing.scale=0.9,1", "--cfg", "job"], "takes no flags but --help"),
        (["study=nowhere"], "study=nowhere: unknown study"),
        (["tiny", "staffing.scale=0.9,1", "output=scenarios"], "scenarios holds something else"),
        (["tiny", "staffing.scale=-1,-2"], "needs a number from 0"),
        (["tiny", "staffing.scale=1,2", "precision.half_width=0.1"], "write replications=N"),
        (["tiny", "staffing.scael=1,2"], "did you mean"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_written(
    words: list[str], line: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", *words]) == 2
    err = capsys.readouterr().err
    assert line in err
    assert "Traceback" not in err
    assert not (desk / "outputs").exists()


def test_the_quick_way_to_load_a_point_is_the_same_as_hydras(desk: Path) -> None:
    plan = swept.plan_of(["tiny", "staffing.scale=0.9,1", "behavior=none,evidence", "teams.front.agents=5,6"])
    loader = point_loader.Loader()
    points = swept.planned(plan)
    assert len(points) == 8
    for point in points:
        assert loader.load(point.words).raw == check(compose(point.words), point.words).raw
    assert len(loader._composed) == 2


def test_values_that_others_refer_to_are_composed_in_full(desk: Path) -> None:
    text = (desk / "scenarios" / "tiny.yaml").read_text().replace("agents: 6", "agents: ${goals.within_s}")
    write(desk, "linked", text)
    points = swept.planned(swept.plan_of(["linked", "goals.within_s=7,9"]))
    loader = point_loader.Loader()
    assert [loader.load(point.words).scenario.teams["front"].agents for point in points] == [7, 9]


def test_other_pictures_of_a_sweep_that_was_made(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "tiny", "staffing.scale=0.8,1,1.2", "output=mine"]) == 0
    before = (desk / "mine" / "tradeoff.svg").read_bytes()
    assert main(["sweep", "mine", "plot.x=occupancy", "plot.y=asa_s"]) == 0
    assert (desk / "mine" / "tradeoff.svg").read_bytes() != before
    capsys.readouterr()
    assert main(["sweep", "mine", "seed=3"]) == 2
    assert "beside a folder only plot.x" in capsys.readouterr().err


@pytest.mark.slow
def test_a_sweep_that_is_interrupted_keeps_its_points_and_goes_on(desk: Path, plain: None) -> None:
    """A real signal to a real process as soon as two points are there."""
    words = ["sweep", "tiny", "staffing.scale=0.8,0.9,1,1.1,1.2,1.3", "replications=25", "engine=simpy",
             "execution=serial"]  # fmt: skip
    command = [sys.executable, "-m", "sim", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as program:  # fmt: skip
        until = time.monotonic() + 90
        while time.monotonic() < until and len(list(desk.glob("outputs/tiny/*/points/*.npz"))) < 2:
            time.sleep(0.05)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=60)
    assert program.returncode == 130, err
    assert "the same command goes on" in err
    folder = sweep_folder(desk)
    kept = {path: path.stat().st_mtime_ns for path in (folder / "points").glob("*.npz")}
    assert 2 <= len(kept) < 6
    assert table(folder)["status"].to_list().count("stopped") == 6 - len(kept)
    assert main(words) == 0
    assert sweep_folder(desk) == folder
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert main([*words[:-2], "engine=compiled", "output=whole"]) == 0  # the same to the last bit, and sooner
    assert (folder / "sweep.csv").read_bytes() == (desk / "whole" / "sweep.csv").read_bytes()


def test_a_folder_without_a_sweep_is_refused(desk: Path) -> None:
    (desk / "mine").mkdir()
    (desk / "mine" / "sweep.json").write_text("{")
    with pytest.raises(Refused, match=r"sweep\.json: cannot be read"):
        read_sweep(desk / "mine")
