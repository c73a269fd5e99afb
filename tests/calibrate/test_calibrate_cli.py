"""The verb `calibrate`: a log in, a scenario and a folder out, or one line and nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.calibrate.kept import without_floods
from sim.calibrate.log import ContactLog, FileRead, Notes
from sim.cli import main
from sim.loading import load
from sim.record import Outcome
from sim.run import Model
from tests.calibrate.lab import RATES, center, log_of

CALM = """\
description: one queue, ten weekdays
days: 5
behavior: {people: false, talk: {speed: 0}}
queues:
  help: {arrivals: {kind: rates, per_hour: 40}, open: {mon-fri: "09:00-13:00"},
         talk: {kind: exponential, mean_s: 200}, wrap: {kind: exponential, mean_s: 20},
         patience: {kind: exponential, mean_s: 200}}
teams: {desk: {skills: {help: 1}, staffing: {start: "09:00", agents: {mon-fri: [4, 4, 4, 4]}}}}
"""


def calls(folder: Path, days: int = 14) -> Path:
    """A log of two weeks as a telephone system might write it."""
    rows = log_of(center(days=days)).select(
        pl.col("arrived").dt.strftime("%Y-%m-%d %H:%M:%S").alias("Start"), pl.col("queue").alias("Queue"),
        pl.col("wait_s").round(1).alias("Wait (s)"), pl.col("outcome").alias("Outcome"),
        pl.col("talk_s").round(1).alias("Talk (s)"), pl.col("hold_s").round(1).alias("Hold (s)"),
        pl.col("wrap_s").round(1).alias("ACW (s)"), pl.col("agent").alias("Agent"), pl.col("caller").alias("Caller"),
    )  # fmt: skip
    path = folder / "calls.csv"
    rows.write_csv(path)
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the verb has run once."""
    folder = tmp_path_factory.mktemp("calibrated")
    calls(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["calibrate", "calls.csv", "name=mine", "output=out", "trust=false"]) == 0
    return folder


def test_a_scenario_and_a_folder(done: Path) -> None:
    names = {path.name for path in (done / "out").iterdir()}
    for name in ("report.html", "fits.csv", "left_out.csv", "calibrate.json", "mine.yaml", "arrivals-1.png",
                 "talk.svg", "patience.png", "speeds.png", "staffing.svg"):  # fmt: skip
        assert name in names
    assert (done / "scenarios" / "mine.yaml").read_text() == (done / "out" / "mine.yaml").read_text()
    scenario = load([str(done / "scenarios" / "mine.yaml"), "behavior=none"]).scenario
    assert scenario.queues["voice"].expected_contacts(0) == pytest.approx(sum(RATES), rel=0.2)
    assert sorted(path.name for path in done.iterdir()) == ["calls.csv", "out", "scenarios"]


def test_every_figure_has_its_interval_and_rows(done: Path) -> None:
    fits = pl.read_csv(done / "out" / "fits.csv")
    patience = fits.filter(pl.col("figure").str.starts_with("patience: seconds"))
    assert patience["low"][0] < 200 < patience["high"][0]
    assert patience["rows"][0] > 1000
    assert fits.filter(pl.col("figure").str.starts_with("first calls an hour")).height == 7 * 20
    known = fits.filter(pl.col("value").is_not_null() & pl.col("low").is_not_null())
    assert (known["low"] <= known["value"]).all() and (known["value"] <= known["high"]).all()
    assert fits.filter(pl.col("value").is_null())["note"].null_count() == 0


def test_facts_and_page(done: Path) -> None:
    facts = json.loads((done / "out" / "calibrate.json").read_text())
    assert facts["rows_read"] == facts["rows_used"] > 10_000
    assert "name=mine" in facts["command"] and "output" not in facts["command"]
    page = (done / "out" / "report.html").read_text()
    assert "Fitted figures" in page and "calls.csv" in page and "http://" not in page.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["calls.csv", "name=mine"], "scenarios/mine.yaml exists already"),
        (["calls.csv", "name=../up"], "name=../up: needs letters"),
        (["calls.csv", "nme=other"], "nme=other: `calibrate` knows name"),
        ([], "needs the log's files"),
        (["nothing.csv"], "nothing.csv: no such file"),
        (["broken.csv", "name=broken"], "broken.csv"),
        (["calls.csv", "overwrite=perhaps"], "needs true or false"),
        (["calls.csv", "name=other", "without=nobody"], "without=nobody: the log has the queues voice"),
        (["calls.csv", "name=other", "without=voice"], "no contact is left"),
        (["calls.csv", "name=other", "from=May"], "from=May: needs a date"),
        (["calls.csv", "name=other", "from=2024-01-08", "holdout=0.3"], "give one of them"),
        (["calls.csv", "name=other", "forecast=13"], "forecast=13: needs a whole number from 1 to 12"),
    ],
)
def test_a_refusal_writes_nothing(
    done: Path, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(done)
    text = (done / "calls.csv").read_text()
    (done / "broken.csv").write_text(text[: len(text) // 2])
    before = sorted(path for path in done.rglob("*"))
    assert main(["calibrate", *words]) == 2
    assert said in capsys.readouterr().err
    assert sorted(path for path in done.rglob("*")) == before
    (done / "broken.csv").unlink()


def test_mapping_show_prints_the_guess(
    done: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(done)
    assert main(["calibrate", "calls.csv", "mapping=show"]) == 0
    assert "Wait (s)" in capsys.readouterr().out


def test_rows_left_out_are_noted() -> None:
    log = ContactLog.of(log_of(center(days=35)), Notes((FileRead("calls.csv", "generic", 1, 1),)))
    hour = (pl.col("arrived").dt.date() == pl.date(2024, 1, 17)) & (pl.col("arrived").dt.hour() == 15)
    again = log.contacts.filter(hour)
    flood = ContactLog.of(pl.concat([log.contacts, again, again, again]), log.notes)
    assert without_floods(log) is log
    kept = without_floods(flood)
    (odd,) = kept.notes.left_out
    assert "2024-01-17" in odd.reason and odd.rows + kept.contacts.height == flood.contacts.height  # type: ignore[union-attr]
    assert kept.notes.rows_used == kept.contacts.height  # type: ignore[union-attr]


def test_a_report_by_interval_with_a_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    handled, handle = pl.col("outcome") == "handled", pl.col("talk_s") + pl.col("hold_s") + pl.col("wrap_s")
    rows = log_of(center(days=42)).group_by(pl.col("arrived").dt.truncate("30m").alias("Start")).agg(
        pl.len().alias("Offered"), handled.sum().alias("Handled"), (~handled).sum().alias("Abandoned"),
        handle.mean().round(1).alias("AHT"),
    )  # fmt: skip
    start = pl.col("Start").dt.strftime("%Y-%m-%d %H:%M")
    rows.sort("Start").with_columns(start, pl.lit(10).alias("Staffed")).write_csv("report.csv")
    words = ["forecast=2", "week=2", "output=out", "holdout=0.1", "replications=5"]
    assert main(["calibrate", "report.csv", *words]) == 0
    ahead = pl.read_csv("out/forecast.csv")
    assert {"Start", "Offered", "low", "high"} <= set(ahead.columns) and ahead.height == 14 * 20
    assert "Forecast by" in Path("scenarios/report.yaml").read_text()
    own, first, second = (
        Path(name).read_text() for name in ("scenarios/report.yaml", "out/report-week-1.yaml", "out/report-week-2.yaml")
    )
    assert "for the week from 2024-02-19 on" in " ".join(second.replace("#", " ").split())
    assert own.split("queues:")[1] == second.split("queues:")[1] != first.split("queues:")[1]
    page, judged = Path("out/report.html").read_text(), pl.read_csv("out/trust.csv")
    assert set(judged["kpi"]) == {"abandonment", "occupancy"} and (Path("out") / "trust-days.png").exists()
    assert "Not in the report, and not judged: ASA, service level." in page and "Abandonment " in page
    assert load(["scenarios/report.yaml", "behavior=none"]).scenario.queues["all"].expected_contacts(0) > 0


def test_a_runs_own_contacts_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two replications of a week: the log has two weeks, and the scenario's figures agree with the truth's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "truth.yaml").write_text(CALM)
    words = ["truth.yaml", "replications=6", "tables=all", "report=tables", "output=run", "first_day=monday"]
    assert main(words) == 0
    tables = sorted(str(path) for path in (tmp_path / "run" / "tables" / "contacts").glob("*.parquet"))
    from sim.calibrate.readers import read_log

    log = read_log(tables)
    assert isinstance(log, ContactLog)
    assert log.notes.files[0].reader == "tightrope" and log.notes.rows_left_out == 0
    assert log.contacts["arrived"].dt.date().n_unique() == 30
    assert set(log.contacts["arrived"].dt.weekday().unique()) == {1, 2, 3, 4, 5}
    assert main(["calibrate", *tables, "name=again", "output=out", "trust=false"]) == 0
    figures = []
    for file in ("truth.yaml", "scenarios/again.yaml"):
        scenario = load([file, "behavior=none", "days=5", "engine=simpy"]).scenario
        model = Model.of(scenario)
        outcomes = np.concatenate([model.simulate(replication).contacts["outcome"] for replication in range(20, 32)])
        lost = float((outcomes == Outcome.ABANDONED).mean())
        figures.append((len(outcomes), scenario.queues["help"].talk.mean, lost))
    assert figures[1][0] == pytest.approx(figures[0][0], rel=0.06)  # 3 sqrt(1 / 4,800 + 1 / 9,600)
    assert figures[1][1] == pytest.approx(figures[0][1], rel=0.06)  # 3 / sqrt(4,500)
    assert figures[1][2] == pytest.approx(figures[0][2], abs=0.03)
