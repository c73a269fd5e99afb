"""The scenario file: every figure in it, it loads, it runs, and it gives the log's figures back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.calibrate.fits.everything import fit_contacts, fit_intervals
from sim.calibrate.from_facts import contacts_from
from sim.calibrate.log import IntervalLog
from sim.calibrate.scenario_file import plain_name, scenario_text, write_recorded, write_scenario
from sim.loading import Refused, load
from sim.plan.recorded import recorded_times
from sim.run import Model
from tests.calibrate.lab import RATES, center, log_of, usual_log


def test_a_file_that_loads_with_every_figure(tmp_path: Path) -> None:
    fitted = fit_contacts(usual_log(), 60)
    path = write_scenario(fitted, tmp_path / "mine.yaml", sources=["log.csv: 51,865 of 51,865 rows used"])
    scenario = load([str(path), "behavior=none"]).scenario
    queue, fit = scenario.queues["voice"], fitted.queues["voice"]
    assert queue.talk.mean == pytest.approx(fit.handle["talk"].laws[0].cdf and 160 * np.exp(0.405), rel=0.1)
    assert queue.redial.after_abandon == pytest.approx(fit.redials.probability.known if fit.redials else 0, rel=1e-3)
    assert queue.expected_contacts(0) == pytest.approx(sum(RATES), rel=0.2)
    assert queue.at_close == "disconnect"
    assert len(set(scenario.teams["agents"].handle_factors)) > 5
    text = path.read_text()
    for said in (
        "log.csv: 51,865",
        "behavior=none",
        "day_factor_shape",
        "slot_factor",
        "Never fitted",
    ):
        assert said in text
    assert all(len(line) <= 130 for line in text.splitlines())
    assert load([str(path)]).scenario.behavior.people  # with behavior it runs as well
    assert list(tmp_path.iterdir()) == [path]


def test_the_scenario_gives_the_logs_figures_back(tmp_path: Path) -> None:
    """Fitted to eight weeks; others of the truth and of the fit are alike, within what one log tells."""
    truth = center(2, days=56, shape=".inf")
    path = write_scenario(fit_contacts(log_of(truth), 60), tmp_path / "mine.yaml")
    fitted = load([str(path), "behavior=none", "days=56", "engine=simpy"]).scenario

    def figures(scenario: object) -> np.ndarray:
        model = Model.of(scenario)  # type: ignore[arg-type]
        found = []
        for replication in range(1, 3):
            contacts = contacts_from(model.simulate(replication), scenario)  # type: ignore[arg-type]
            handled = contacts.filter(pl.col("outcome") == "handled")
            handle = (handled["talk_s"] + handled["hold_s"] + handled["wrap_s"]).mean()
            lost = (contacts["outcome"] == "abandoned").mean()
            found.append([contacts.height / 56, handle, lost, handled["wait_s"].mean()])
        return np.array(found, dtype=float).mean(axis=0)

    one, other = figures(truth), figures(fitted)
    assert other[0] == pytest.approx(one[0], rel=0.02)
    assert other[1] == pytest.approx(one[1], rel=0.03)
    assert other[2] == pytest.approx(one[2], abs=0.02)
    assert other[3] == pytest.approx(one[3], rel=0.35)


def test_what_could_not_be_fitted_is_named(tmp_path: Path) -> None:
    contacts = log_of(center(days=1, agents=(40,) * 10)).with_columns(
        agent=pl.lit("only one"), caller=pl.lit(None, dtype=pl.String), wrap_s=pl.lit(None, dtype=pl.Float64)
    )
    path = write_scenario(fit_contacts(contacts), tmp_path / "bare.yaml")
    text = path.read_text()
    for said in (
        "no weekday has two days",
        "too few for a law of patience",
        "mean 390 s assumed",
        "1 agent(s)",
        "Redial:",
    ):
        assert said in text
    load([str(path)])


def test_interval_report_to_scenario(tmp_path: Path) -> None:
    rows = usual_log().group_by(pl.col("arrived").dt.truncate("30m").alias("start")).agg(
        offered=pl.len().cast(pl.Float64), handled=(pl.col("outcome") == "handled").sum().cast(pl.Float64),
        abandoned=(pl.col("outcome") == "abandoned").sum().cast(pl.Float64),
        aht_s=(pl.col("talk_s") + pl.col("hold_s") + pl.col("wrap_s")).mean(),
    ).with_columns(length_s=1800, staffed=10.0)  # fmt: skip
    fitted = fit_intervals(IntervalLog.of(rows).intervals)
    path = write_scenario(fitted, tmp_path / "report.yaml")
    scenario = load([str(path), "behavior=none"]).scenario
    assert scenario.teams["agents"].staffing is not None and scenario.teams["agents"].staffing.peak == 10
    assert scenario.queues["all"].talk.mean == pytest.approx(fitted.queues["all"].aht.known, rel=1e-3)
    text = " ".join(path.read_text().replace("#", " ").split())
    assert "lognormal, cv 1.2 assumed" in text
    assert "shifts, breaks and absences: heads by interval" in text and "Never fitted: priorities, skill levels" in text


def test_queues_with_names_of_their_own(tmp_path: Path) -> None:
    one = log_of(center(days=14))
    other = one.with_columns(
        queue=pl.lit("1st - Línea. VIP"), caller=pl.col("caller") + " too", agent=pl.col("agent") + " too"
    )
    both = pl.concat([one.with_columns(queue=pl.lit("1st / Línea: VIP")), other])
    path = write_scenario(fit_contacts(both.sort("arrived"), 60), tmp_path / "names.yaml")
    assert len(load([str(path)]).scenario.queues) == 2
    assert "in the log: 1st / Línea: VIP" in path.read_text()
    assert plain_name("  .hidden/queue!") == "hidden queue"
    assert plain_name("???") == "queue"


def test_nothing_is_written_where_there_are_no_agents(tmp_path: Path) -> None:
    intervals = IntervalLog.of(
        pl.DataFrame({"start": [usual_log()["arrived"][0]], "length_s": [1800], "offered": [10.0]})
    )
    with pytest.raises(Refused, match="no agents"):
        write_scenario(fit_intervals(intervals.intervals), tmp_path / "none.yaml")
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_is_replayed(tmp_path: Path) -> None:
    contacts = log_of(center(days=7))
    path = write_recorded(contacts, "voice", tmp_path / "calls.csv")
    times = recorded_times(path, "arrived")
    assert len(times) == contacts.height
    midnight = contacts["arrived"].dt.truncate("1d").min()
    seconds = (contacts["arrived"] - midnight).dt.total_microseconds().to_numpy() / 1e6
    assert np.allclose(times, seconds, atol=1e-3)


def test_no_contacts() -> None:
    with pytest.raises(ValueError, match="no contacts"):
        fit_contacts(usual_log().head(0))


def test_the_text_says_what_is_odd() -> None:
    contacts = usual_log()
    quiet = contacts.filter((pl.col("arrived").dt.date() != pl.date(2024, 1, 10)) | (pl.col("row") % 12 == 0))
    text = scenario_text(fit_contacts(quiet, 60), "mine")
    assert "Left out: Wed 10 Jan 2024: 77 contacts" in text
    assert "Kept: Wed 10 Jan 2024" in scenario_text(fit_contacts(quiet, 60, keep=True), "mine")
