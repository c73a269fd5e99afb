"""Wavering: by how much handle times and patience of days and hours differ beyond chance, and what replications make
of it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from sim.calibrate.fits.everything import fit_contacts
from sim.calibrate.wavering import Wavering, measured, simulate
from sim.run import Model
from tests.calibrate.lab import center, log_of


@pytest.fixture(scope="module")
def log() -> pl.DataFrame:
    return log_of(center(days=28))


NONE = Wavering(0.0, 0.0, 0.0, 0.0, 0.0)


def test_a_log_without_wavering_has_next_to_none(log: pl.DataFrame) -> None:
    """The center's handle times and patience have one law: what is found is noise, 25,000 contacts of 28 days."""
    found = measured(log, fit_contacts(log, 60))
    assert np.hypot(found.handle_day, found.handle_hour) < 0.06
    assert found.patience_day < 0.08
    assert 0.0 < found.handle_mean < 0.03 and 0.0 < found.patience_mean < 0.08


def test_wavering_that_was_put_in_is_found(log: pl.DataFrame) -> None:
    """Days' handle times times exp(0.1 z), hours' times exp(0.15 z); waits of days times exp(-0.3 z), for patience."""
    random = np.random.default_rng(3)
    days = log["arrived"].dt.date().unique().sort().to_list()
    by_day = {day: float(np.exp(random.normal(0.0, 0.1))) for day in days}
    waits = {day: float(np.exp(random.normal(0.0, 0.3))) for day in days}
    hours = {dt.datetime.combine(each, dt.time(hour)): float(np.exp(random.normal(0.0, 0.15)))
             for each in days for hour in range(24)}  # fmt: skip
    day, hour = pl.col("arrived").dt.date(), pl.col("arrived").dt.truncate("1h")
    factor = day.replace_strict(by_day, return_dtype=pl.Float64) * hour.replace_strict(hours, return_dtype=pl.Float64)
    wavered = log.with_columns(
        *((pl.col(f"{part}_s") * factor).alias(f"{part}_s") for part in ("talk", "hold", "wrap")),
        wait_s=pl.col("wait_s") * day.replace_strict(waits, return_dtype=pl.Float64),
    )
    found = measured(wavered, fit_contacts(log, 60))
    assert found.handle_day == pytest.approx(0.1, abs=0.05)  # of 28 days: a standard error of 0.014
    assert np.hypot(found.handle_day, found.handle_hour) == pytest.approx(np.hypot(0.1, 0.15), abs=0.04)
    put_in = float(np.std(np.log(list(waits.values()))))
    assert found.patience_day == pytest.approx(np.sqrt(np.expm1(put_in**2)), abs=0.1)


def test_replications_waver() -> None:
    model = Model.of(center(days=1, redial=0.0, spread=0.0))
    plain, same = model.simulate(3, "simpy"), simulate(model, 3, "simpy", NONE, 1)
    assert np.array_equal(plain.contacts["left"], same.contacts["left"])
    days = NONE._replace(handle_mean=0.3)
    ratios = []
    for replication in range(40):
        plain, facts = model.simulate(replication, "simpy"), simulate(model, replication, "simpy", days, 1)
        served = np.isfinite(plain.contacts["answered"]) & np.isfinite(facts.contacts["answered"])
        one = facts.contacts["talk"][served] / plain.contacts["talk"][served]
        assert np.ptp(one) < 1e-9 and np.array_equal(plain.contacts["patience"], facts.contacts["patience"])
        ratios.append(float(one[0]))
    assert np.std(np.log(ratios)) == pytest.approx(0.3, abs=0.13)  # 40 draws: 4 standard errors
    daily = simulate(model, 0, "simpy", NONE._replace(patience_day=0.5), 1)
    one = daily.contacts["patience"] / model.simulate(0, "simpy").contacts["patience"]
    assert np.ptp(one) < 1e-9 and abs(one[0] - 1.0) > 0.01
