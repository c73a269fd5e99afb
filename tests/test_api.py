"""The calls for notebooks: the same figures as the command line, tables, axes, and what a notebook shows."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.axes import Axes

import sim
from sim import api
from sim.api import Refused
from sim.cli import main
from tests.tiny import TINY, desk, write

__all__ = ["desk"]
ROOT = Path(__file__).resolve().parent.parent
COMPILED = "engine=compiled"


def test_importing_the_package_is_quick_and_quiet() -> None:
    code = "import sim, sys; print(sorted(set(sys.modules) & {'numpy', 'polars', 'hydra', 'matplotlib', 'sim.api'}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert told == "[]\n"
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        sim.lode  # type: ignore[attr-defined]  # noqa: B018


def test_a_case_is_what_the_words_mean(desk: Path) -> None:
    case = sim.load("tiny", "staffing.scale=1.5", {"goals.within_s": 30, "queues.voice.weight": 2.0, "seed": 9})
    assert (case.scenario.staffing.scale, case.scenario.goals.within_s, case.scenario.seed) == (1.5, 30, 9)
    other = case.but({"teams.front.agents": 3})
    assert (other.scenario.teams["front"].agents, case.scenario.teams["front"].agents) == (3, 6)
    assert other.scenario.seed == 9
    with pytest.raises(Refused, match="did you mean"):
        case.but("sede=3")
    write(desk, "late", TINY + "  night: {start: 20:00, end: 23:00}\n")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert sim.load("late").warnings
    assert "shifts.night" in str(said[0].message)


def test_a_run_has_the_figures_of_the_command(desk: Path) -> None:
    assert main(["tiny", "output=mine", "report=tables", "replications=4"]) == 0
    run = sim.replicate("tiny", replications=4)
    for name, table in run.results.tables().items():
        file = desk / "here.csv"
        table.write_csv(file)
        assert file.read_bytes() == (desk / "mine" / f"{name}.csv").read_bytes(), name
    with pytest.raises(KeyError, match="service_level"):
        run.value("service_levle")
    assert run.value("service_level").replications == 4
    assert run.causes is not None and len(run.agents)


def test_a_run_goes_on_to_a_precision(desk: Path) -> None:
    words = ["precision.kpi=aht_s", "precision.half_width=10", "precision.min_replications=5"]
    assert main(["tiny", "output=mine", "report=tables", *words]) == 0
    run = sim.replicate("tiny", *words)
    facts = (desk / "mine" / "run.json").read_text()
    assert f'"replications": {run.results.count},' in facts
    assert run.results.count >= 10
    assert run.value("aht_s").half_width <= 10  # type: ignore[operator]


def test_plots_are_axes_and_take_axes(desk: Path) -> None:
    from matplotlib.figure import Figure

    run = sim.replicate("tiny")
    for draw in (run.plot_volume, run.plot_staffing, run.plot_service_level, run.plot_waiting, run.plot_waits):
        assert isinstance(draw(), Axes)
        ax = Figure().subplots()
        assert draw(ax) is ax
    for draw in (run.plot_volume, run.plot_staffing, run.plot_service_level, run.plot_waiting, run.plot_waits):
        with pytest.raises(KeyError, match="no queue 'nope'; there are center 'center', queue 'voice', team 'front'"):
            draw(scope="queue", name="nope")
    assert isinstance(run.plot_people(), Axes)


def test_cases_are_compared_pair_by_pair(desk: Path) -> None:
    compared = sim.compare("tiny", {"staffing.scale": 1.5}, ["staffing.scale=0.7", "seed=2"], replications=6)
    table = compared.table.filter(pl.col("kpi") == "service_level")
    assert table["run"].to_list() == ["B", "C"]
    assert table["paired"].to_list() == [True, False]
    assert table["verdict"][0] == "better"
    assert isinstance(compared.plot_forest(), Axes) and isinstance(compared.plot_day(), Axes)
    with pytest.raises(Refused, match="2 to 10"):
        sim.compare("tiny")
    with pytest.raises(Refused, match="at least 2"):
        sim.compare("tiny", "seed=3", replications=1)


def test_a_sweep_has_the_figures_of_the_command(desk: Path) -> None:
    assert main(["sweep", "tiny", "staffing.scale=0.8,1.2", "goals.within_s=20,30", "output=mine"]) == 0
    swept = sim.sweep("tiny", {"staffing.scale": [0.8, 1.2], "goals.within_s": [20, 30]})
    assert swept.table.write_csv() == (desk / "mine" / "sweep.csv").read_text()
    assert isinstance(swept.plot_tradeoff(), Axes)
    assert isinstance(swept.plot_tradeoff(x="occupancy", y="asa_s"), Axes)
    with pytest.raises(Refused, match="asa_s"):
        swept.plot_tradeoff(x="asa")
    swept.save(desk / "saved")
    assert (desk / "saved" / "sweep.csv").read_bytes() == (desk / "mine" / "sweep.csv").read_bytes()
    assert (desk / "saved" / "report.html").is_file()


def test_points_that_fail_are_rows_and_a_folder_keeps_the_others(desk: Path) -> None:
    swept = sim.sweep("tiny", {"staffing.scale": [-1, 1]}, folder="kept")
    assert swept.table["status"].to_list() == ["failed", "finished"]
    kept = list((desk / "kept" / "points").iterdir())
    stamps = [file.stat().st_mtime_ns for file in kept]
    more = sim.sweep("tiny", {"staffing.scale": [1, 1.1]}, folder="kept")
    assert len(more.table) == 2
    assert [file.stat().st_mtime_ns for file in kept] == stamps
    assert sim.sweep("tiny", {"staffing.scale": [1]}).table["status"].to_list() == ["finished"]
    for bad in ({}, {"staffing.scale": []}, {"staffing.scale": "1,2"}, {"staffing.scale": [-1, -2]}):
        with pytest.raises(Refused):
            sim.sweep("tiny", bad)  # type: ignore[arg-type]


def test_values_of_a_sweep_may_be_an_array_or_any_text(desk: Path) -> None:
    swept = sim.sweep("tiny", {"staffing.scale": np.linspace(0.9, 1.1, 2)}, replications=2)
    assert swept.table["staffing.scale"].to_list() == [0.9, 1.1]
    names = ["a,b", "c'd", 'e"f', "=g"]
    assert sim.sweep("tiny", {"name": names}, replications=2).table["name"].to_list() == names
    assert sim.load("tiny", {"staffing.scale": np.float64(1.5)}).scenario.staffing.scale == 1.5


def test_a_sweep_that_cannot_be_is_refused_and_touches_nothing(desk: Path) -> None:
    (desk / "file").write_text("mine")
    (desk / "mine").mkdir()
    (desk / "mine" / "letter.txt").write_text("mine")
    grid = {"staffing.scale": [0.9, 1.0]}
    with pytest.raises(Refused, match="needs a list of values, got 1"):
        sim.sweep("tiny", {"staffing.scale": 1})  # type: ignore[dict-item]
    for folder, line in (("file", "is a file"), ("mine", "holds something else")):
        with pytest.raises(Refused, match=line):
            sim.sweep("tiny", grid, replications=2, folder=folder)
    with pytest.raises(Refused, match="is a file"):
        sim.sweep("tiny", grid, replications=2).save("file")
    assert [path.name for path in (desk / "mine").iterdir()] == ["letter.txt"]


def test_what_a_notebook_shows_is_escaped(desk: Path) -> None:
    nasty = TINY.replace("A tiny center.", "<b>bold</b> & <script>alert(1)</script>")  # names have no such letters
    write(desk, "nasty", nasty)
    case = sim.load("nasty")
    shown = [
        case._repr_html_(),
        sim.replicate(case)._repr_html_(),
        sim.compare(case, {"staffing.scale": 1.5}, replications=3)._repr_html_(),
        sim.sweep(case, {"staffing.scale": [1, 1.5]})._repr_html_(),
    ]
    assert all("<script" not in html and "<b>" not in html and "<table" in html for html in shown)
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;script" in shown[0]
    assert "Service level" in shown[1] and "better" in shown[2] and "1.5" in shown[3]


@pytest.mark.slow
def test_the_tutorial_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) >= 6
    session: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/tutorial.md", "exec"), session)
    assert {"level.png", "tradeoff.png", "sweeps"} <= {path.name for path in tmp_path.iterdir()}


def test_everything_for_notebooks_is_explained() -> None:
    """What comes back, and what is raised: for every call, class, property and method."""
    for name in sim.__all__:
        told = inspect.getdoc(getattr(sim, name)) or ""
        assert "Raises" in told and "Refused" in told, name
    for kind in (api.Case, api.Run, api.Compared, api.Swept):
        for name, member in vars(kind).items():
            if not name.startswith("_") and (callable(member) or isinstance(member, property)):
                told = inspect.getdoc(member) or ""
                assert told.rstrip().endswith((".", ":")) and len(told) > 15, f"{kind.__name__}.{name}"
