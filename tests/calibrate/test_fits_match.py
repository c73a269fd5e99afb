"""Patience from reports by interval: the queue that replays them, and what was put into a report comes out of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl
import pytest

from sim.calibrate.fits.everything import fit_intervals
from sim.calibrate.fits.match import Matched, fit_patience_by_matching, told_by
from sim.calibrate.fits.replay import CUT, LOST, SERVED, Replay, Told, queue
from sim.calibrate.from_facts import intervals_from
from sim.run import Model
from sim.theory.erlang_a import erlang_a
from tests.calibrate.lab import AGENTS, RATES, center, log_of

BOTH: tuple[str, ...] = ()
ASA = ("abandon_wait_s",)
LEVEL = (*ASA, "asa_s")
NONE = (*LEVEL, "service_level")


@lru_cache(maxsize=4)
def report(patience_s: float, days: int = 14) -> pl.DataFrame:
    """Half hours of a known center, about 900 contacts a day."""
    scenario = center(3, days=days, patience=f"{{kind: exponential, mean_s: {patience_s}}}", at_close="serve")
    return intervals_from(Model.of(scenario).simulate(0), scenario)


def matched(frame: pl.DataFrame, hidden: tuple[str, ...]) -> Matched:
    blank = [pl.lit(None, dtype=pl.Float64).alias(column) for column in hidden]
    return fit_patience_by_matching(told_by(frame.with_columns(blank), "voice"), "voice")


# ---------------------------------------------------------------- the queue


def test_callers_in_turn() -> None:
    """One agent from 0 to 100, two until 200, then nobody: by hand."""
    wait, became = queue(
        [0.0, 10.0, 20.0, 90.0, 150.0, 199.0, 199.1, 199.5], [1e9, 1e9, 5.0, 1e9, 1e9, 1e9, 0.4, 1e9],
        [60.0, 50.0, 1.0, 70.0, 60.0, 10.0, 10.0, 10.0], [(0.0, 1), (100.0, 2), (200.0, 0)], [0.0, 0.0, 0.0],
    )  # fmt: skip
    assert became.tolist() == [SERVED, SERVED, LOST, SERVED, SERVED, SERVED, LOST, CUT]
    # The fourth begins when the second agent comes; the last would begin when everybody has gone.
    assert wait.tolist() == pytest.approx([0.0, 50.0, 5.0, 10.0, 0.0, 0.0, 0.4, 0.0])


def test_the_queue_is_erlang_a() -> None:
    """60,000 callers of M/M/8+M; the share that hangs up by batches of 2,000, 4 standard errors."""
    rng = np.random.default_rng(1)
    n, rate, handle, patience = 60_000, 0.04, 200.0, 120.0
    at = np.cumsum(rng.exponential(1 / rate, n))
    wait, became = queue(
        at.tolist(), rng.exponential(patience, n).tolist(), rng.exponential(handle, n).tolist(), [(0.0, 8)], [0.0]
    )
    truth = erlang_a(8, rate, handle, patience)
    for seen, exact in (((became == LOST), truth.p_abandon), (wait, truth.mean_wait), (wait > 0, truth.p_wait)):
        batches = seen.reshape(30, -1).mean(axis=1)
        assert abs(batches.mean() - exact) < 4 * batches.std(ddof=1) / np.sqrt(30)


def test_agents_who_are_there_for_part_of_an_interval() -> None:
    """4.5 of a half hour after one of 4 and before one of 6: the fifth comes in the middle."""
    three = np.ones(3)
    told = Told(
        1800 * np.arange(3.0), 1800 * three, np.ones(3, dtype=np.int64), three, three, three, three, three, 100 * three,
        np.array([4.0, 4.5, 6.0]), np.zeros(3, dtype=np.int64),
    )  # fmt: skip
    assert Replay(told, 1.0, 1).changes == [(0.0, 4), (1800.0, 4), (2700.0, 5), (3600.0, 6), (5400.0, 0)]


# ---------------------------------------------------------------- a report's figures


def test_a_report_adds_up() -> None:
    scenario = center(3, days=3, at_close="serve")
    contacts, frame = log_of(scenario), intervals_from(Model.of(scenario).simulate(0), scenario)
    handled = contacts.filter(pl.col("outcome") == "handled")
    busy = (handled["talk_s"] + handled["hold_s"] + handled["wrap_s"]).sum()
    assert frame["offered"].sum() == contacts.height
    assert (frame["handled"] * frame["aht_s"]).sum() == pytest.approx(busy)
    assert (frame["handled"] * frame["asa_s"]).sum() == pytest.approx(handled["wait_s"].sum())
    assert (frame["staffed"] * frame["occupancy"] * 1800).sum() == pytest.approx(busy, rel=1e-6)
    in_hours = frame.filter(pl.col("start").dt.hour().is_between(8, 17))
    # Who goes off duty finishes the contact in hand.
    assert (in_hours["staffed"].to_numpy().reshape(3, 20) >= np.repeat(AGENTS, 2) - 1e-6).all()
    assert in_hours.height == 3 * 2 * len(RATES)


# ---------------------------------------------------------------- patience


@pytest.mark.parametrize("truth", [60.0, 200.0, 400.0])
def test_patience_from_abandonments_and_waits(truth: float) -> None:
    """Within 3 standard errors, and 12 %; how often the interval holds it, docs/calibrate.md tells."""
    found = matched(report(truth), ASA)
    mean = found.patience.mean
    assert mean.se is not None and mean.known == pytest.approx(truth, abs=3 * mean.se)
    assert mean.known == pytest.approx(truth, rel=0.12)
    assert found.load.known == pytest.approx(1.0, abs=0.05)
    assert "waits of those handled" in found.patience.mean.note
    assert found.patience.fitted.sum() == pytest.approx(found.patience.kaplan_meier.sum(), rel=0.25)


def test_seconds_waited_of_all() -> None:
    found = matched(report(200.0), BOTH).patience
    assert found.chosen == "exponential, by seconds waited"
    assert found.mean.covers(200.0)
    assert found.mean.se == pytest.approx(found.mean.known / np.sqrt(found.hang_ups))


def test_agents_who_are_not_all_on_the_phones() -> None:
    """A fifth of those staffed sits in meetings: patience stands, and the heads of the scenario are those at work."""
    frame = report(200.0).with_columns(pl.col("staffed") * 1.25)
    found = matched(frame, ASA)
    assert found.patience.mean.known == pytest.approx(200.0, rel=0.15)
    assert found.load.known == pytest.approx(1.25, rel=0.05)
    fitted = fit_intervals(frame)
    assert fitted.staffing is not None
    heads = fitted.staffing.teams[0].heads[:, 16:36].mean()
    assert heads == pytest.approx(np.mean(AGENTS), rel=0.05)
    assert fitted.staffing.on_duty[:, 16:36].mean() == pytest.approx(1.25 * np.mean(AGENTS), rel=0.05)


def test_less_told_is_less_sure() -> None:
    level, none = matched(report(200.0), LEVEL).patience.mean, matched(report(200.0), NONE).patience.mean
    assert level.covers(200.0) and none.covers(200.0)
    assert level.known == pytest.approx(200.0, rel=0.25)
    assert none.high is not None and none.low is not None and none.high / none.low > 2.0


def test_nothing_to_match() -> None:
    few = matched(report(200.0).with_columns(abandoned=pl.lit(0.0)), ASA).patience
    assert few.asks is None and "too few" in few.note
    absurd = matched(report(200.0).with_columns(staffed=pl.lit(60.0)), NONE).patience
    assert absurd.asks is None and "check staffed" in absurd.note
    unmanned = report(200.0).with_columns(staffed=pl.lit(None, dtype=pl.Float64), occupancy=pl.lit(None, pl.Float64))
    assert "agents" in matched(unmanned, ASA).patience.note
