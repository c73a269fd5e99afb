"""The maker's tables have the columns of real ones, and a real run makes a whole report."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from sim.loading import load
from sim.measure import Layout, Tally, count
from sim.measure.results import Results
from sim.report import write_report
from sim.run import Model
from tests.report.shapes import about, run


@cache
def real() -> Results:
    scenario = load(["+scenario=calm", "replications=2", "engine=simpy"]).scenario
    model, layout = Model.of(scenario), Layout.of(scenario)
    tally = Tally(layout)
    for replication in range(2):
        tally.add(count(model.simulate(replication), layout))
    return tally.results()


def test_the_maker_has_no_column_that_real_results_lack() -> None:
    for name, table in run("day").tables().items():
        assert set(table.columns) <= set(real().tables()[name].columns), name
    made, found = (set(r.summary["kpi"]) for r in (run("day"), real()))
    assert made <= found


def test_a_real_run_makes_a_whole_report(tmp_path: Path) -> None:
    write_report(tmp_path, real(), about("day"))
    assert (tmp_path / "report.html").stat().st_size > 100_000
    assert len(list((tmp_path / "plots").glob("*.png"))) == len(list((tmp_path / "plots").glob("*.svg"))) >= 7


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "plots").write_text("in the way")
    with pytest.raises(OSError):
        write_report(tmp_path, run("day"), about("day"))
