"""The week after the log: requirements by the textbook and simulated results, in the words of the log's own system."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from sim.calibrate.fits.everything import Fitted, fit_contacts
from sim.calibrate.from_facts import contacts_from
from sim.calibrate.scenario_file import write_scenario
from sim.calibrate.week import required, week
from sim.cli import main
from sim.loading import load
from sim.run import Model
from sim.theory import erlang_a
from tests.tiny import TINY, desk, write

__all__ = ["desk"]


@pytest.fixture
def fitted(desk: Path) -> Fitted:
    write(desk, "two", TINY.replace("voice", "voice gold"))
    scenario = load(["two", "behavior=none", "days=14"]).scenario
    contacts = contacts_from(Model.of(scenario).simulate(0), scenario)
    return fit_contacts(contacts.with_columns(pl.col("queue").str.replace(" ", ", ")))


def test_a_week_of_intervals_with_what_they_ask_and_what_comes_of_it(fitted: Fitted, desk: Path) -> None:
    """Of a queue whose name a scenario could not have; figures against the tables of the scenario itself."""
    file = write_scenario(fitted, desk / "scenarios" / "fitted.yaml")
    found = week(file, fitted, replications=5)
    assert found["queue"].unique().to_list() == ["voice, gold"]
    first = found["start"].min()
    assert isinstance(first, dt.datetime) and first.weekday() == 0 and first.date() > fitted.calendar.last
    assert len(found) == 7 * 20 and found["length_s"].unique().to_list() == [1800]
    assert main(["fitted", "behavior=none", "replications=5", "output=mine", "report=tables"]) == 0
    own = pl.read_csv(desk / "mine" / "intervals.csv").filter(pl.col("scope") == "queue", pl.col("offered") > 0)
    assert found["offered"].sum() == pytest.approx(own["offered"].sum(), abs=0.1)
    assert found["service_level"].to_list() == pytest.approx(own["service_level"].round(3).to_list(), abs=1e-9)
    row = found.row(10, named=True)
    queue = fitted.queues["voice, gold"]
    asked = (row["offered"] / 1800, queue.aht.value, queue.patience.mean.value, 20.0)
    levels = [erlang_a.erlang_a(n, *asked).service_level("of_offered") for n in (row["required"], row["required"] - 1)]
    assert levels[0] >= 0.8 > levels[1]
    assert 4 <= row["scheduled"] <= 7


def test_without_patience_or_work_nobody_fails(fitted: Fitted) -> None:
    queue = fitted.queues["voice, gold"]
    patient = queue._replace(patience=queue.patience._replace(mean=queue.patience.mean._replace(value=None)))
    assert required(patient, 0.02, 0.8, 20.0) >= required(queue, 0.02, 0.8, 20.0)  # type: ignore[operator]
    assert required(queue._replace(aht=queue.aht._replace(value=None)), 0.02, 0.8, 20.0) is None
    assert required(queue, 1e6, 0.8, 20.0) is None
