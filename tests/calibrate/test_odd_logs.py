"""Odd but possible logs: agents not on record, a queue that is new, hundreds of agents, contacts that last alike."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.calibrate.fits.agents import fit_speeds
from sim.calibrate.fits.everything import fit_contacts
from sim.calibrate.fits.named import named_share, nameless_days
from sim.calibrate.fits.presence import _rest_at_leave
from sim.calibrate.held_contacts import held_contacts
from sim.calibrate.held_out import HeldOut, parted
from sim.calibrate.hourly import HOURS, SUMS
from sim.calibrate.recorded_duty import Recorded
from sim.calibrate.trust import REPLAYED, trust
from sim.calibrate.wavering import measured
from sim.calibrate.weeks import weeks
from tests.calibrate.lab import center, log_of

HANDLED = pl.col("outcome") == "handled"
DAY = (pl.col("arrived") - dt.datetime(2024, 1, 1)).dt.total_days()
DUTY, BUSY = SUMS.index("duty_s"), SUMS.index("busy_s")


@lru_cache(maxsize=1)
def small() -> pl.DataFrame:
    """Three weeks of three agents: 5,600 contacts."""
    return log_of(center(days=21, scale=0.3, agents=(3,) * 10))


def held(log: pl.DataFrame) -> HeldOut:
    before, after = parted(log, 0.4, None)
    return held_contacts(log, after, fit_contacts(before), 20.0)


def test_spells_less_what_agents_did_otherwise() -> None:
    spells = Recorded(np.array([0, 0, 1]), np.array([0.0, 500.0, 0.0]), np.array([400.0, 900.0, 900.0]), 10.0)
    left = spells.without(np.array([0, 0, 0, 1]), np.array([100.0, 150.0, 350.0, 0.0]),
                          np.array([200.0, 180.0, 600.0, 900.0]))  # fmt: skip
    assert left.agent.tolist() == [0, 0, 0]
    assert left.start.tolist() == [0.0, 200.0, 600.0] and left.end.tolist() == [100.0, 350.0, 900.0]
    none = np.zeros(0)
    assert spells.without(none.astype(np.int64), none, none).start.tolist() == spells.start.tolist()


def test_agents_are_away_while_they_serve_a_queue_that_is_new() -> None:
    late = HANDLED & (DAY >= 14)
    third = pl.int_range(pl.len()) % 3 == 0
    log = small().with_columns(queue=pl.when(late & third).then(pl.lit("new")).otherwise("queue"))
    known, whole = held(log), held(small())
    assert "new" in known.notes[0] and "agents are away" in known.notes[0]
    other = log.filter(pl.col("queue") == "new").filter(DAY.is_in((known.days + 13).tolist()))
    spent = float((other["talk_s"] + other["hold_s"] + other["wrap_s"]).sum())
    there = whole.actual.sums[..., DUTY].sum() - known.actual.sums[..., DUTY].sum()
    assert there == pytest.approx(spent, rel=0.02)
    one = small()["agent"].drop_nulls().unique().sort()[0]
    own = late & (pl.col("agent") == one)
    alone = held(small().with_columns(queue=pl.when(own).then(pl.lit("new")).otherwise("queue")))
    assert alone.actual.sums[..., DUTY].sum() < 0.7 * whole.actual.sums[..., DUTY].sum()
    assert alone.recorded is not None and len(np.unique(alone.recorded.agent)) == 2


def test_queues_that_are_all_new() -> None:
    log = small().with_columns(queue=pl.when(DAY >= 13).then(pl.lit("new")).otherwise("queue"))
    with pytest.raises(ValueError, match="nobody answered in the queues of the first part: voice"):
        held(log)


def test_days_that_do_not_say_who_answered_are_not_judged() -> None:
    log = small().with_columns(agent=pl.when(~DAY.is_in([2, 15, 16])).then("agent"))
    assert nameless_days(log) == {dt.date(2024, 1, 3), dt.date(2024, 1, 16), dt.date(2024, 1, 17)}
    found = held(log)
    silent = found.unknown.reshape(-1, HOURS).any(axis=1)
    assert [date.day for date, one in zip(found.dates, silent, strict=True) if one] == [16, 17]
    assert "do not say who took them" in found.notes[0]
    before, _ = parted(log, 0.4, None)
    usual = fit_contacts(before.filter(DAY != 2)).staffing
    staffing = fit_contacts(before).staffing
    assert staffing is not None and usual is not None
    assert np.abs(staffing.on_duty - usual.on_duty)[2].max() < 1e-9  # of the other Wednesday alone


def test_calls_that_are_a_poor_witness_of_who_was_there() -> None:
    assert held(small()).notes == ()
    third = pl.int_range(pl.len()) % 3 == 0
    nameless = small().with_columns(agent=pl.when(third).then(None).otherwise("agent"))
    assert [note[:4] for note in held(nameless).notes] == ["33 %"]
    chats = pl.concat([small(), small().filter(third).with_columns(pl.col("arrived") + pl.duration(seconds=10))])
    (note,) = held(chats.sort("arrived")).notes
    assert "another in hand" in note


def test_where_few_contacts_have_an_agent_the_number_in_service_tells() -> None:
    log = small().with_columns(agent=pl.when(pl.int_range(pl.len()) % 10 == 0).then("agent"))
    assert named_share(log) == pytest.approx(0.1, abs=0.02)
    found = held(log)
    assert found.recorded is None and "no agents in the log" in found.notes[0]
    busy, there = (found.actual.sums[..., place].sum() for place in (BUSY, DUTY))
    assert busy < 0.8 * there
    missing = fit_contacts(parted(log, 0.4, None)[0]).missing
    assert any("10 % of the handled contacts have an agent" in said for said in missing)


def test_hundreds_of_agents() -> None:
    """Each contact has an agent of its own: 600 agents a week, more than a list of heads for each had room for."""
    log = log_of(center(days=14, scale=0.15, agents=(2,) * 10))
    log = log.with_columns(agent=pl.when(HANDLED).then(pl.int_range(pl.len()).cast(pl.String)))
    found = trust(log, replications=2)
    assert len(found.held.skills) > 600
    answered = found.predicted[REPLAYED].sums[:, 0, :, SUMS.index("answered")].sum(axis=1).mean()
    assert answered == pytest.approx(found.actual.sums[0, 0, :, SUMS.index("answered")].sum(), rel=0.2)


def test_agents_of_the_same_queues_are_one_team(tmp_path: Path) -> None:
    """Each with a factor of their own in the order of the timetable's numbers; newcomers are a team of their own."""
    new = pl.when(DAY >= 14).then(pl.col("agent").replace("agent 1", "new")).otherwise("agent")
    log = small().with_columns(agent=new)
    before, after = parted(log, 0.4, None)
    fitted = fit_contacts(before)
    found = held_contacts(log, after, fitted, 20.0)
    week = list(weeks(fitted, found, tmp_path))[-1]
    assert fitted.speeds is not None and week.duty is not None
    factors = [team["handle_factors"] for team in week.drawn["teams"].values()]
    known = [fitted.speeds.factors[name] for name in ("agent 0", "agent 2")]
    assert factors == [pytest.approx(known, abs=1e-4), [1]]
    assert set(week.duty["who"].tolist()) == {0, 1, 2}


def test_contacts_that_last_alike() -> None:
    alike = small().with_columns(**{f"{part}_s": pl.when(HANDLED).then(60.0) for part in ("talk", "hold", "wrap")})
    speeds = fit_speeds(alike)
    assert speeds.spread.value == 0.0 and set(speeds.factors.values()) == {1.0}
    nothing = alike.with_columns(**{f"{part}_s": pl.when(HANDLED).then(0.0) for part in ("talk", "hold", "wrap")})
    assert not any("NaN" in said for said in fit_contacts(nothing.head(1_500)).missing)
    with pytest.raises(ValueError, match="no work to predict"):
        trust(nothing, replications=2)
    half = np.repeat([0.0, 200.0], 500)
    assert _rest_at_leave(np.array([7_000.0]), half, 1.0) == pytest.approx(100.0, rel=0.05)
    assert _rest_at_leave(np.array([7_000.0]), np.zeros(9), 1.0) == 0.0


def test_a_queue_whose_contacts_last_0_seconds() -> None:
    """Such as mail that a system books without handle time: the other queue is what it was."""
    log = small().with_columns(queue=pl.when(pl.int_range(pl.len()) % 4 == 0).then(pl.lit("mail")).otherwise("queue"))
    free = HANDLED & (pl.col("queue") == "mail")
    log = log.with_columns(pl.when(free).then(0.0).otherwise(f"{part}_s").alias(f"{part}_s")
                           for part in ("talk", "hold", "wrap"))  # fmt: skip
    fitted, alone = fit_contacts(log), fit_speeds(log.filter(~free))
    assert fitted.speeds is not None and fitted.speeds.factors == pytest.approx(alone.factors)
    assert all(np.isfinite(measured(log, fitted)))


def test_hours_over_midnight() -> None:
    """Open from 17 to 3 o'clock: no day has two intervals that are 12 to 14 hours apart."""
    night = small().with_columns(pl.col("arrived") + pl.duration(hours=9))
    fitted = fit_contacts(parted(night, 0.4, None)[0])
    slot = fitted.queues["voice"].arrivals.slot_factor
    assert slot.sd.value is not None and np.isfinite(slot.covariance).all()
