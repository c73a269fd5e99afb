"""The trust report of what names no agents one by one: reports by interval, and logs of contacts without agents."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.calibrate.fits.concurrency import fit_concurrency
from sim.calibrate.fits.everything import fit_contacts, fit_intervals
from sim.calibrate.held_contacts import held_contacts
from sim.calibrate.held_intervals import held_intervals, tidy
from sim.calibrate.held_out import parted
from sim.calibrate.hourly import SUMS
from sim.calibrate.log import FileRead, IntervalLog, Notes
from sim.calibrate.readers import read_log
from sim.calibrate.trust import DRAWN, REPLAYED, trust
from sim.calibrate.write_back import write_back
from sim.report.calibration import verdict
from tests.calibrate.lab import AGENTS, center, log_of

KPIS = ("asa_s", "abandonment", "service_level", "occupancy")


def report(days: int = 14) -> pl.DataFrame:
    """What a telephone system reports of the center by half hour; it knows who was scheduled."""
    handled, handle = pl.col("outcome") == "handled", pl.col("talk_s") + pl.col("hold_s") + pl.col("wrap_s")
    rows = log_of(center(days=days)).group_by("queue", pl.col("arrived").dt.truncate("30m").alias("start")).agg(
        offered=pl.len(), handled=handled.sum(), abandoned=(~handled).sum(), aht_s=handle.mean(),
        asa_s=pl.col("wait_s").filter(handled).mean(), service_level=(handled & (pl.col("wait_s") <= 30.0)).mean(),
    )  # fmt: skip
    rows = rows.filter(pl.col("start").dt.hour().is_between(8, 17)).sort("start")
    return rows.with_columns(
        length_s=pl.lit(1800, dtype=pl.Int32), within_s=pl.lit(30.0),
        scheduled=pl.col("start").dt.hour().replace_strict(dict(enumerate(AGENTS, 8)), return_dtype=pl.Float64),
    )  # fmt: skip


@pytest.fixture(scope="module")
def avaya(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The report in the layout of Avaya CMS, read back."""
    path = tmp_path_factory.mktemp("avaya") / "hsplit.csv"
    write_back(report(), path, Notes((FileRead("", "avaya", 0, 0),)))
    log = read_log([path])
    assert isinstance(log, IntervalLog) and log.notes.files[0].reader == "avaya"
    return log.intervals


def test_a_report_of_a_known_center_is_trusted(avaya: pl.DataFrame) -> None:
    """6 days of 10 hours; of 9 replications the band, lowest to highest, holds about 80 % before it is made wider."""
    found = trust(avaya, replications=9)
    assert found.kpis == KPIS and found.held.within_s == 30.0
    judged = {each.kpi: each.verdict for each in verdict.judged(found)}
    assert set(judged) == set(KPIS) and verdict.NOT not in judged.values(), judged
    assert [judged[kpi] for kpi in KPIS].count(verdict.TRUSTED) >= 3
    for kpi in KPIS:
        row = found.score(REPLAYED, kpi)
        assert row["hours"] == 60 and row["coverage"] >= 0.75, kpi
    offered = float(found.actual.summed("offered")[0, 0].sum())
    assert found.predicted[REPLAYED].summed("offered")[:, 0].sum(axis=1).tolist() == [offered] * 9
    assert len({*found.predicted[DRAWN].summed("offered")[:, 0].sum(axis=1).tolist()}) > 1
    said = verdict.lines(found)
    assert any("in brackets that of hourly Erlang A: ASA" in line for line in said)
    assert len(verdict.sheets(found)[0].rows) == 24


def test_a_report_with_half_the_agents_is_not_trusted(avaya: pl.DataFrame) -> None:
    found = trust(avaya.with_columns(pl.col("staffed") / 2.0), replications=5)
    assert [each.verdict for each in verdict.judged(found)] == [verdict.NOT] * 4
    assert any("would have been busy" in note and "handle times are wrong" in note for note in found.held.notes)


def test_agents_by_occupancy_in_the_layout_of_connect(tmp_path: Path) -> None:
    rows = report(12).with_columns(occupancy=pl.col("handled") * pl.col("aht_s") / (pl.col("scheduled") * 1800.0))
    path = tmp_path / "metrics.csv"
    write_back(rows.drop("scheduled", "within_s"), path, Notes((FileRead("", "amazon_metrics", 0, 0),)))
    path.write_text(path.read_text().replace("Service level", "Service level 30 seconds"))
    log = read_log([path])
    assert isinstance(log, IntervalLog) and log.notes.files[0].reader == "amazon_metrics"
    intervals = tidy(log.intervals)
    before, after = parted(intervals, 0.4, None)
    held = held_intervals(intervals, after, fit_intervals(before), 20.0)
    assert held.kpis == KPIS[:3] and held.within_s == 30.0 and not held.unknown.any()
    assert any("occupancy itself is not judged" in note for note in held.notes)
    agents = held.on_duty[0][:, 16:36]
    assert agents[agents > 0] == pytest.approx(np.tile(np.repeat(AGENTS, 2), (5, 1))[agents > 0], rel=0.01)


def test_a_report_that_does_not_tell_its_agents(avaya: pl.DataFrame) -> None:
    before, after = parted(avaya, 0.4, None)
    fitted = fit_intervals(before)
    silent = pl.lit(None, dtype=pl.Float64)
    with pytest.raises(ValueError, match="neither agents"):
        held_intervals(avaya, after.with_columns(staffed=silent), fitted, 20.0)
    noon = pl.col("start").dt.hour() == 12
    part = after.with_columns(staffed=pl.when(noon).then(None).otherwise("staffed"), asa_s=silent)
    held = held_intervals(avaya, part, fitted, 20.0)
    assert held.kpis == KPIS[1:] and held.unknown.reshape(-1, 24)[:, 12].all() and held.unknown.sum() == 6
    assert held.on_duty[0][:, 24:26].min() > 0.0  # as in the fitted part
    assert "Not in the report, and not judged: ASA." in held.notes
    other = part.with_columns(within_s=pl.when(noon).then(60.0).otherwise("within_s"))
    assert any("judged at 30 s alone" in note for note in held_intervals(avaya, other, fitted, 20.0).notes)


def contacts(rows: list[tuple[str, float, float, float]]) -> pl.DataFrame:
    """Handled contacts of one day: queue, arrival, wait, talk, seconds."""
    midnight = dt.datetime(2024, 1, 1)
    return pl.DataFrame({
        "queue": [row[0] for row in rows], "arrived": [midnight + dt.timedelta(seconds=row[1]) for row in rows],
        "at": [row[1] for row in rows], "wait_s": [row[2] for row in rows], "talk_s": [row[3] for row in rows],
    }).with_columns(outcome=pl.lit("handled"), hold_s=pl.lit(0.0), wrap_s=pl.lit(0.0))  # fmt: skip


def test_as_many_as_are_served_while_somebody_waits() -> None:
    """Three in service from 9:00 to 10:00, a fourth waits 10 minutes; from 12:00 on two, and nobody waits."""
    nine, noon = 9 * 3600.0, 12 * 3600.0
    rows = [("a", nine, 0.0, 3600.0)] * 3 + [("a", nine + 3000.0, 600.0, 60.0)] + [("a", noon, 0.0, 3600.0)] * 2
    day = np.zeros(1, dtype=np.int64)
    found = fit_concurrency(contacts(rows), day, day, 30)
    assert found.skills == (("a",),)
    assert found.on_duty[0, 0, 19] == 3.0 and found.own[0, 0, 19] and found.se[0, 0, 19] == 0.0
    assert not found.told[0, 0, 18] and found.on_duty[0, 0, 18] == 3.0  # too long before the wait: a lower bound
    assert not found.told[0, 0, 24] and found.on_duty[0, 0, 24] == 2.0
    with pytest.raises(ValueError, match="nothing tells how many agents"):
        fit_concurrency(contacts(rows).with_columns(outcome=pl.lit("abandoned")), day, day, 30)


def test_one_team_or_one_for_each_queue() -> None:
    """While b's caller waits, b's two agents are busy and a's number changes: apart; or the sum stays three: one."""
    day, at = np.zeros(1, dtype=np.int64), 36_000.0
    waits = [("b", at, 0.0, 1500.0)] * 2 + [("b", at, 1500.0, 60.0)]
    apart = contacts([*waits, ("a", at, 0.0, 700.0), ("a", at + 300.0, 0.0, 900.0)])
    assert fit_concurrency(apart, day, day, 30).skills == (("a",), ("b",))
    one = contacts([("a", at, 0.0, 700.0), ("b", at + 700.0, 0.0, 800.0), *waits])
    assert fit_concurrency(one, day, day, 30).skills == (("a", "b"),)


def test_a_log_without_agents_is_trusted() -> None:
    log = log_of(center(days=14)).with_columns(agent=pl.lit(None, dtype=pl.String))
    found = trust(log, replications=9)
    judged = {each.kpi: each.verdict for each in verdict.judged(found)}
    assert len(judged) == 5 and verdict.NOT not in judged.values(), judged
    assert found.score(REPLAYED, "wait_s")["coverage"] >= 0.75
    assert any("no agents in the log" in line for line in verdict.lines(found))
    told = found.held.on_duty[0][:, 16:36]
    off = np.abs(told.mean(axis=0) - np.repeat(AGENTS, 2))
    assert off.mean() < 0.2 and off.max() < 1.0  # two go at 17:00, and finish their contact first
    assert (found.actual.sums[0, 0, :, SUMS.index("duty_s")] > 0).sum() >= 60


def test_hours_in_which_nobody_ever_waits_are_not_judged() -> None:
    agents = (30, *AGENTS[1:])  # so many at 8:00 that nobody waits
    log = log_of(center(days=12, agents=agents)).with_columns(agent=pl.lit(None, dtype=pl.String))
    before, after = parted(log, 0.4, None)
    held = held_contacts(log, after, fit_contacts(before), 20.0)
    assert held.unknown.reshape(-1, 24)[:, 8].all() and not held.unknown.reshape(-1, 24)[:, 9:18].any()
    assert any("5 hours with 10 contacts or more are not judged" in note for note in held.notes)
