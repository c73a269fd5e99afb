"""Sweeps that meet bad values, damaged folders and Ctrl-C: a clear line each, and nothing finished is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from sim.cli import main
from sim.measure.spreadsheet import no_formulas
from sim.study.sweeps.folder import read_sweep
from tests.tiny import TINY, desk, plain, write

__all__ = ["desk", "plain"]
NOBODY = "queues.voice.arrivals.per_hour=0"


SWEEP = ["sweep", "tiny", "teams.front.agents=5,6,7", "output=made"]


@pytest.fixture(scope="module")
def whole_sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sweep of three points."""
    folder = tmp_path_factory.mktemp("swept")
    write(folder, "tiny", TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("sim.report.sweeps.page.write_sweep", lambda *_: None)
        assert main(SWEEP) == 0
    return folder / "made"


@pytest.fixture
def swept(desk: Path, plain: None, whole_sweep: Path) -> Path:
    """A copy of it on the desk, to be spoilt."""
    return Path(shutil.copytree(whole_sweep, desk / "made"))


def test_values_that_are_no_numbers_are_rows_with_reasons_and_the_page_is_there(desk: Path) -> None:
    assert main(["sweep", "tiny", "staffing.scale=nan,inf,0.9,1", "output=made"]) == 1
    found = pl.read_csv(desk / "made" / "sweep.csv")
    assert found["status"].to_list() == ["failed", "failed", "finished", "finished"]
    assert (desk / "made" / "report.html").is_file()


def test_where_nobody_calls_what_can_be_told_is_drawn(desk: Path) -> None:
    assert main(["sweep", "tiny", "teams.front.agents=1,2", NOBODY, "output=made"]) == 0
    assert (desk / "made" / "report.html").is_file()


def test_axes_that_not_all_points_have_do_not_cost_the_report(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", "tiny", "behavior=none,evidence", "plot.y=csat", "output=made"]) == 1
    assert "plot.y=csat: not all points have it" in capsys.readouterr().err
    assert (desk / "made" / "report.html").is_file()


def test_bad_axes_of_a_sweep_that_is_there_leave_it_as_it_was(swept: Path) -> None:
    before = (swept / "sweep.json").read_bytes()
    assert main(["sweep", "made", "plot.foo=asa_s"]) == 2
    assert main(["sweep", "made", "plot.x=nonsense"]) == 2
    assert (swept / "sweep.json").read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda head: 3,
        lambda head: head | {"confidence": "x"},
        lambda head: head | {"plot": [1]},
        lambda head: head | {"stands": 5},
        lambda head: head | {"points": [head["points"][0] | {"name": 5}]},
        lambda head: head | {"points": [head["points"][0] | {"name": "../../elsewhere"}]},
        lambda head: head | {"points": [head["points"][0] | {"values": []}]},
    ],
)  # fmt: skip
def test_a_damaged_sweep_json_is_told_in_one_line(
    swept: Path, change: object, capsys: pytest.CaptureFixture[str]
) -> None:
    file = swept / "sweep.json"
    file.write_text(json.dumps(change(json.loads(file.read_text()))))  # type: ignore[operator]
    assert main(["sweep", "made", "plot.x=asa_s"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and told[0].startswith("made/sweep.json: cannot be read")


def test_a_damaged_point_is_told_and_simulated_again(swept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = (swept / "sweep.csv").read_bytes()
    point = swept / "points" / "teams.front.agents=5.npz"
    point.write_bytes(point.read_bytes()[:500])
    assert main(["sweep", "made"]) == 1
    assert "2 finished, 1 failed" in capsys.readouterr().out
    assert main(SWEEP) == 0
    assert (swept / "sweep.csv").read_bytes() == whole


def test_ctrl_c_while_the_report_is_written_tells_what_is_kept(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.report.sweeps.page.write_sweep", stop)
    assert main(["sweep", "tiny", "staffing.scale=0.9,1", "output=made"]) == 130
    assert "2 of 2 points are kept in made; the same command goes on" in capsys.readouterr().err
    assert main(["-m", "tiny", "staffing.scale=0.9,1", "report=tables", "output=runs"]) == 130
    assert "2 runs are kept in runs; the same command goes on" in capsys.readouterr().err


def test_too_many_points_are_refused_and_none_is_left_out_in_silence(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", "tiny", "staffing.scale=range(0,10001)"]) == 2
    assert "more than 10,000 values" in capsys.readouterr().err
    assert main(["sweep", "tiny", "staffing.scale=range(0,101)", "goals.within_s=range(1,101)"]) == 2
    assert "10,100 points" in capsys.readouterr().err
    assert not (desk / "outputs").exists()


def test_no_text_is_a_formula_in_a_spreadsheet(desk: Path, plain: None) -> None:
    assert main(["sweep", "tiny", "name='=1+1','@x','plain'", "output=made"]) == 0
    assert pl.read_csv(desk / "made" / "sweep.csv")["name"].to_list() == ["'=1+1", "'@x", "plain"]
    assert read_sweep(desk / "made").table["name"].to_list() == ["=1+1", "@x", "plain"]
    words = ["choose", "tiny", "name='=1+1','b'", "choose.kpi=csat", "choose.max_replications=10", "output=best"]
    assert main(words) == 0
    assert pl.read_csv(desk / "best" / "choose.csv")["name"].to_list() == ["'=1+1", "b"]
    texts = pl.DataFrame({"text": ["-1", "+1.5e3", "-1+cmd", "\tx", None], "number": [-1.0, 0.0, 1.0, 2.0, 3.0]})
    assert no_formulas(texts)["text"].to_list() == ["-1", "+1.5e3", "'-1+cmd", "'\tx", None]
    assert no_formulas(texts)["number"].equals(texts["number"])


def test_a_folder_of_something_else_is_left_alone(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "mine").mkdir()
    (desk / "mine" / "letter.txt").write_text("dear planner")
    for verb in ("sweep", "-m"):
        assert main([verb, "tiny", "staffing.scale=0.9,1", "output=mine"]) == 2
        assert "mine holds something else already" in capsys.readouterr().err
    assert [path.name for path in (desk / "mine").iterdir()] == ["letter.txt"]


def test_a_run_whose_facts_are_damaged_is_made_again(desk: Path, plain: None) -> None:
    words = ["-m", "tiny", "staffing.scale=0.9,1", "report=tables", "output=runs"]
    assert main(words) == 0
    whole = (desk / "runs" / "sweep.csv").read_bytes()
    (desk / "runs" / "staffing.scale=0.9" / "run.json").write_text("3")
    assert main(words) == 0
    assert (desk / "runs" / "sweep.csv").read_bytes() == whole


def test_a_point_that_is_gone_at_the_end_is_no_success(swept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (swept / "points" / "teams.front.agents=5.npz").unlink()
    assert main(["sweep", "made"]) == 1
    assert "2 finished, 0 failed, 1 not done yet" in capsys.readouterr().out


def test_points_are_taken_again_where_only_they_are_left(swept: Path) -> None:
    whole = (swept / "sweep.csv").read_bytes()
    for path in swept.iterdir():
        if path.is_file():
            path.unlink()
    kept = {path: path.stat().st_mtime_ns for path in (swept / "points").iterdir()}
    assert main(SWEEP) == 0
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert (swept / "sweep.csv").read_bytes() == whole
