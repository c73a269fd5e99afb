"""The Anonymous Bank's scenario stays as near to the bank's own log as docs/bank.md says."""

from __future__ import annotations

import csv
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim.loading import load
from sim.run import Model

ROOT = Path(__file__).parent.parent
BANK = ROOT / "benchmarks" / "anonymous_bank"
WEEKS = 30
LOGS = "TIGHTROPE_BANK_LOGS"
"""Names the folder with the bank's logs, which are not in this repository."""


def simulated_module() -> ModuleType:
    """benchmarks/anonymous_bank/simulated.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("anonymous_bank_simulated", BANK / "simulated.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def week_rows() -> dict[int | None, dict[str, str]]:
    """Sunday to Thursday, all callers: the log's rows by hour; None is the whole day."""
    with (BANK / "actual.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["queue"], row["kind"]) == ("all", "sun-thu")]
    return {int(row["hour"]) if row["hour"] else None: row for row in rows}


def ratio(row: dict[str, str], top: str, bottom: str) -> float:
    return float(row[top]) / float(row[bottom])


def test_the_model_is_as_near_to_the_log_as_it_was() -> None:
    """A guard against change, no proof: the distances are those of docs/bank.md and about half as much again.

    30 weeks of seed 1 always give the same figures; they stand for the long run to within 8 % of a mean wait (95 %).
    The model is known to let callers wait too seldom (docs/bank.md says why), so the limits have a side: they catch
    demand that is 10 % off either way (waits 17 % below and 29 % above the log's).
    """
    simulated, log = simulated_module(), week_rows()
    model = Model.of(load(["anonymous_bank", "behavior=none"]).scenario)
    weeks = simulated.simulate_weeks(
        lambda number: model.simulate(number, "compiled").contacts, list(model.scenario.queues), WEEKS
    )[:, 0]
    words = log[None]["weekdays"].split()
    weekdays = dict(zip(words[::2], map(int, words[1::2]), strict=True))

    day, actual = simulated.figures(weeks, weekdays, range(24)), log[None]
    assert abs(day["offered"].value / ratio(actual, "offered", "days") - 1) < 0.05
    assert -0.12 < day["p_wait"].value - ratio(actual, "waited", "offered") < 0.0
    assert -0.05 < day["wait_s"].value / ratio(actual, "wait_s", "offered") - 1 < 0.15
    assert abs(day["abandonment"].value - ratio(actual, "abandoned", "offered")) < 0.03

    hours = [hour for hour in log if hour is not None]
    waits = np.array([simulated.figures(weeks, weekdays, [hour])["wait_s"].value for hour in hours])
    logged = np.array([ratio(log[hour], "wait_s", "offered") for hour in hours])
    calls = np.array([float(log[hour]["offered"]) for hour in hours])
    assert (calls * abs(waits - logged)).sum() / (calls * logged).sum() < 0.15
    assert np.corrcoef(waits, logged)[0, 1] > 0.9


@pytest.mark.skipif(LOGS not in os.environ, reason=f"the bank's logs are not committed; {LOGS} names their folder")
def test_the_fit_gives_what_is_committed(tmp_path: Path) -> None:
    made = {
        "--scenario": (tmp_path / "scenario.yaml", ROOT / "scenarios" / "anonymous_bank.yaml"),
        "--actual": (tmp_path / "actual.csv", BANK / "actual.csv"),
    }
    options = [word for option, (file, _) in made.items() for word in (option, str(file))]
    subprocess.run([sys.executable, str(BANK / "fit.py"), os.environ[LOGS], *options], check=True, timeout=120)
    for file, committed in made.values():
        assert file.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8"), committed.name
