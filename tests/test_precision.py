"""Replicate to a precision, at the command line: what is said, what is kept, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from sim.cli import interrupts, main
from sim.cli import precision as words
from sim.cli.replicate import replicate
from sim.loading import load
from sim.loading.precision import faults
from sim.loading.refusal import Refused
from sim.measure import Layout, Tally
from sim.measure.watch import center_kpis
from sim.report.run_folder import RunFolder
from sim.run import Model
from sim.scenario import Scenario
from sim.study.stopping import Reached
from tests.tiny import TINY, Runs, desk, runs, write

__all__ = ["desk", "runs"]

KPIS = center_kpis(None)


def run(capsys: pytest.CaptureFixture[str], *given: str) -> tuple[dict[str, object], str]:
    """What run.json holds, and what the terminal says."""
    assert main(["tiny", "behavior=none", "output=mine", *given]) == 0
    return json.loads(Path("mine/run.json").read_text()), capsys.readouterr().out


def test_a_run_that_meets_its_precision_says_so(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts, said = run(capsys, "precision.half_width=0.05")
    precision = facts["precision"]
    assert isinstance(precision, dict)
    assert precision["because"] == "met" and precision["kpi"] == "service_level" and precision["wanted"] == 0.05
    summary = pl.read_csv("mine/summary.csv").filter(scope="center", kpi="service_level")
    assert summary["half_width"].item() == pytest.approx(precision["half_width"], rel=1e-12) and (
        precision["half_width"] <= 0.05
    )
    done = facts["replications"]
    assert done == facts["replications_asked"] == summary["replications"].item()
    assert isinstance(done, int) and done >= 15 and done % 5 == 0
    (line,) = [line for line in said.splitlines() if line.startswith("Precision: ")]
    assert line.startswith("Precision: service_level +/- ")
    assert line.endswith(f", wanted 5 percentage points: met after {done} replications")
    assert line.removeprefix("Precision: ").replace("+/-", "±") in Path("mine/report.html").read_text()
    assert facts["warnings"] == []


def test_a_run_that_hits_the_cap_says_so(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["precision={kpi: aht_s, half_width: 0.5, max_replications: 12, min_replications: 5}", "tables=all"]
    facts, said = run(capsys, *given)
    assert (facts["replications"], facts["replications_asked"]) == (12, 12)
    end = " replications would do): not met, stopped at precision.max_replications = 12"
    assert end in said
    (warning,) = facts["warnings"]  # type: ignore[misc]
    assert warning.startswith("precision: aht_s ± ") and warning.endswith(end)
    assert len(list(Path("mine/tables/contacts").iterdir())) == 12
    assert "1 warning, told in the report" in said


def test_without_one_nothing_is_said_of_it(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts, said = run(capsys, "report=tables")
    assert facts["precision"] is None and facts["replications"] == 3
    assert "Precision" not in said


def test_its_replications_are_those_of_a_run_with_their_number(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts, _ = run(capsys, "precision.half_width=0.05", "report=tables")
    words = ["report=tables", f"replications={facts['replications']}"]
    assert main(["tiny", "behavior=none", "output=other", *words]) == 0
    assert Path("mine/summary.csv").read_text() == Path("other/summary.csv").read_text()


def stopped(scenario: Scenario, after: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int, str, list[str]]:
    """Replications done and asked for, why it ended, and the warnings, when Ctrl-C comes during a replication."""
    add = Tally.add

    def adding(tally: Tally, *args: object) -> None:
        add(tally, *args)  # type: ignore[arg-type]
        if tally.count == after:
            interrupts._heard.asked = True  # what Ctrl-C does while a replication is written

    monkeypatch.setattr(Tally, "add", adding)
    model = Model.of(scenario)
    try:
        with RunFolder(Path("mine")) as folder:
            tally, _, asked, reached, warnings, _ = replicate(model, Layout.of(scenario), folder)
    finally:
        interrupts._heard.asked = False
    assert reached is not None
    return tally.count, asked, reached.because, warnings


def test_a_run_that_is_stopped_keeps_what_it_has_and_tells_how_far_it_came(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = load(["tiny", "behavior=none", "precision.half_width=0.01"]).scenario
    done, asked, because, (warning,) = stopped(scenario, 7, monkeypatch)
    assert (done, because) == (7, "stopped") and asked > 100
    assert warning.startswith(f"stopped by hand after 7 of about {asked} replications: service_level ± ")
    assert ", wanted 1 percentage point (about " in warning and warning.endswith(" replications would do)")


def test_a_stopped_run_is_not_finished(desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    runs.stopped_after = 2
    assert main(["tiny", "precision.half_width=0.01", "output=mine"]) == 130
    told = "interrupted: 2 of about 3 replications are kept in mine; the same command goes on\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (["kpi=asa", "half_width=1"], "kpi=asa: no KPI of the center is called 'asa', did you mean 'asa_s'?"),
        (["kpi=qqqq", "half_width=1"], "kpi=qqqq: no KPI of the center is called 'qqqq' (docs/kpis.md)"),
        (["kpi=csat", "half_width=0.1"], "kpi=csat: csat is only there with behavior.people: true"),
        (["half_width=1"], "half_width=1: 1 is met by any service_level, which is a share: for 1 % write 0.01"),
        (["half_width=0"], "half_width=0: needs a number > 0, got 0"),
        (["half_widht=1"], "half_widht=1: unknown key, did you mean 'half_width'?"),
        (["kpi=asa_s"], "kpi=asa_s: precision.half_width: is missing: needs a number > 0"),
        (
            ["half_width=0.1", "max_replications=5"],
            "max_replications=5: 5 is less than min_replications 10: raise it, or lower min_replications",
        ),
        (["half_width=0.1", "max_replications=1"], "max_replications=1: needs a whole number >= 2, got 1"),
        (["half_width=0.1", "min_replications=2.5"], "min_replications=2.5: needs a whole number >= 2, got 2.5"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    given: list[str], line: str, desk: Path, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tiny", "behavior=none", *(f"precision.{word}" for word in given)]) == 2
    assert capsys.readouterr().err == f"command line: precision.{line}\n"
    assert runs.loaded == []


def test_a_fault_of_the_file_has_its_line(desk: Path) -> None:
    write(desk, "bad", TINY + "precision:\n  half_width: 0.01\n  kpi: service_levle\n")
    with pytest.raises(Refused) as refused:
        load(["bad"])
    (line,) = refused.value.lines
    assert line.startswith("scenarios/bad.yaml:18: precision.kpi: no KPI of the center is called 'service_levle', did")


@pytest.mark.parametrize(
    ("kpi", "needs"),
    [
        ("total_cost", "with prices: give costs"),
        ("net_per_week", "in runs of whole weeks: days=7"),
        ("goodwill_cost", "with prices: give costs"),
    ],
)
def test_a_figure_that_is_there_elsewhere_says_what_it_needs(kpi: str, needs: str, desk: Path) -> None:
    scenario = load(["tiny", "precision={kpi: offered, half_width: 100}"]).scenario
    asks = scenario.model_copy(
        update={"costs": None, "precision": scenario.precision.model_copy(update={"kpi": kpi})}  # type: ignore[union-attr]
    )
    (fault,) = faults(asks)
    assert fault.where == ("precision", "kpi")
    assert fault.message == f"{kpi} is only there {needs}"


def test_studies_of_pairs_do_not_take_it(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", "tiny", "precision.half_width=0.01"]) == 2
    assert "precision is for runs and sweeps: give replications=N here" in capsys.readouterr().err


def reached(
    key: str, wanted: float, half: float | None, done: int = 45, because: str = "met", needed: float | None = None
) -> str:
    return words.sentence(Reached(KPIS[key], wanted, half, done, needed, because))  # type: ignore[arg-type]


def test_half_widths_are_written_in_the_unit_of_the_figure() -> None:
    share = "service_level ± 0.972, wanted 1 percentage point: met after 45 replications"
    assert reached("service_level", 0.01, 0.00972, needed=42.5) == share
    assert reached("asa_s", 2.5, 2.0) == "asa_s ± 2, wanted 2.5 s: met after 45 replications"
    assert reached("offered", 1500.0, 1234.5) == "offered ± 1,235, wanted 1,500 contacts: met after 45 replications"
    assert reached("occupancy", 0.01, 0.0) == "occupancy ± 0, wanted 1 percentage point: met after 45 replications"


def test_what_was_missed_says_what_it_would_take() -> None:
    narrowly = "aht_s ± 1.01, wanted 1 s (about 1,100 replications would do): not met, stopped at "
    assert reached("aht_s", 1.0, 1.0001, 1000, "capped", 1090.0) == f"{narrowly}precision.max_replications = 1,000"
    far = "asa_s ± 10, wanted 1 s (about 4,200 replications would do): stopped by hand after 42 replications"
    assert reached("asa_s", 1.0, 10.0, 42, "stopped", 4200.0) == far
    none = "service_level has no interval, wanted 0.5 percentage points: stopped by hand after 1 replication"
    assert reached("service_level", 0.005, None, 1, "stopped") == none
