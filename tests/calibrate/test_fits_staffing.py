"""Who is on duty when, wrap-up that is not on record, and what is matched where a log does not show it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from sim.calibrate.fits.calendar import fit_calendar
from sim.calibrate.fits.closing import fit_closing
from sim.calibrate.fits.counts import count_contacts
from sim.calibrate.fits.everything import fit_contacts, fit_intervals
from sim.calibrate.fits.match import match_heads
from sim.calibrate.fits.presence import fit_presence, fit_teams, waiting
from sim.calibrate.fits.staffing import factors, fit_staffing, whole_heads
from sim.calibrate.fits.wrap import fit_wrap
from sim.calibrate.log import IntervalLog
from sim.theory.erlang_a import erlang_a
from tests.calibrate.lab import AGENTS, center, log_of, usual_log

START = dt.datetime(2024, 1, 1)


def test_agents_on_duty_of_a_simulated_log() -> None:
    """By hour within a quarter of an agent; over the day within 1.5 %."""
    contacts = usual_log()
    calendar = fit_calendar(count_contacts(contacts, 60))
    staffing = fit_staffing(contacts, calendar, fit_presence(contacts))
    measured = staffing.on_duty[:, 8:18].mean(axis=0)
    assert np.abs(measured - AGENTS).max() < 0.25
    assert measured.mean() == pytest.approx(np.mean(AGENTS), rel=0.015)
    heads = staffing.teams[0].heads[:, 8:18]
    assert heads.mean() == pytest.approx(np.mean(AGENTS), rel=0.015)
    assert (np.abs(heads - AGENTS) <= 1).all()
    assert staffing.teams[0].heads[:, :8].sum() == 0
    assert staffing.presence is not None and staffing.presence.away < 0.002


def test_without_wrap_up_on_record_it_is_read_from_the_pauses() -> None:
    """Wrap-up of 12 s on average: three standard errors, and a second for what is beyond a minute."""
    contacts = log_of(center(4, days=28, spread=0.0))
    # Wrap-up of a mean of 30 s is cut to what is under a minute; the first minute of an exponential has a mean of:
    truth = 30 - 60 * np.exp(-2) / (1 - np.exp(-2))
    presence = fit_presence(contacts.with_columns(wrap_s=pl.lit(None, dtype=pl.Float64)))
    assert presence.wrap is not None
    assert presence.wrap.mean_s == pytest.approx(truth, abs=3 * presence.wrap.se_s + 0.3)
    assert presence.wrap.late == pytest.approx(np.exp(-2), abs=0.02)
    assert fit_presence(contacts).wrap is None


def test_too_few_waits_to_read_wrap_up() -> None:
    wrap = fit_wrap([(np.array([3.0, 4.0]), np.array([True, False]))])
    assert wrap.mean_s == 0.0
    assert "only 1" in wrap.note


def test_ignored_callers_show_an_absence() -> None:
    """One agent serves every two minutes but is away from 9:00 to 9:30, while a caller waits from 9:10 on."""
    minutes = [*range(0, 60, 2), *range(90, 150, 2)]
    rows = [(START + dt.timedelta(hours=8, minutes=m), 0.0, "handled", 90.0, "a") for m in minutes]
    rows.append((START + dt.timedelta(hours=9, minutes=10), 1200.0, "abandoned", None, None))
    contacts = pl.DataFrame(
        sorted(rows), schema=["arrived", "wait_s", "outcome", "talk_s", "agent"], orient="row"
    ).with_columns(
        queue=pl.lit("voice"), hold_s=pl.lit(0.0), wrap_s=pl.lit(0.0), arrived=pl.col("arrived").cast(pl.Datetime("us"))
    )
    presence = fit_presence(contacts)
    assert len(presence.start) == 2
    # The absence begins between 8:59:30 and 9:10 and ends at 9:30: the middle of what is possible.
    assert presence.end[0] / 60 == pytest.approx(544.75, abs=0.1)
    assert presence.start[1] / 60 == pytest.approx(570, abs=0.1)


def test_waiting_is_the_union_of_waits() -> None:
    frame = pl.DataFrame(
        {"queue": ["a", "a", "b", "a"], "at": [0.0, 5.0, 8.0, 100.0], "wait_s": [10.0, 10.0, 30.0, 5.0]}
    )
    found = waiting(frame, ("a",))
    assert found.waited(np.array([5.0, 50.0, 102.0, 200.0])).tolist() == [5.0, 15.0, 17.0, 20.0]
    assert found.following(np.array([3.0, 20.0, 300.0])).tolist() == [3.0, 100.0, np.inf]
    assert found.before(np.array([3.0, 20.0, -1.0])).tolist() == [3.0, 15.0, -np.inf]
    assert waiting(frame, ("none",)).waited(np.array([50.0])).tolist() == [0.0]


def test_teams_by_what_they_serve() -> None:
    rows = [("a1", "voice", 100), ("a2", "voice", 100), ("b1", "voice", 50), ("b1", "sales", 60), ("a1", "sales", 2)]
    contacts = pl.DataFrame(
        [(agent, queue, "handled") for agent, queue, n in rows for _ in range(n)],
        schema=["agent", "queue", "outcome"], orient="row",
    )  # fmt: skip
    teams = fit_teams(contacts)
    assert teams.skills == (("voice",), ("sales", "voice"))
    assert teams.of == {"a1": 0, "a2": 0, "b1": 1}


def test_whole_heads_are_right_on_average() -> None:
    wanted = np.full((1, 7, 48), 6.3)
    opened = {"voice": np.ones((7, 48), dtype=bool)}
    heads = whole_heads(wanted, (("voice",),), opened, 0.0)
    assert set(np.unique(heads)) == {6, 7}
    assert heads.mean() == pytest.approx(6.3, abs=0.02)
    assert np.abs(heads.mean(axis=(0, 2)) - 6.3).max() < 0.05
    # Where teams share the work, nobody is left alone and the parts add up.
    two = whole_heads(np.full((2, 7, 48), 0.8), (("voice",), ("sales",)), {**opened, "sales": opened["voice"]}, 0.0)
    assert two.sum(axis=0).mean() == pytest.approx(1.6, abs=0.02)
    assert np.abs(two.mean(axis=(1, 2)) - 0.8).max() < 0.05


def test_factors_are_spread_as_speeds_are() -> None:
    from sim.calibrate.fits.agents import fit_speeds

    speeds = fit_speeds(usual_log())
    found = np.log(factors(speeds, np.full((7, 2), 63), 0.9))
    assert found.std() == pytest.approx(speeds.spread.known, rel=0.1)
    # The first few are spread about the same middle: those who always work are no faster than the rest.
    assert abs(found[:7].mean() - found.mean()) < 0.1 * speeds.spread.known


def test_factors_leave_the_mean_handle_time_as_it_was() -> None:
    """Six to nine agents who take turns for 20 days: contacts take as long as with typical agents."""
    from sim.calibrate.fits.agents import fit_speeds

    heads = np.array([9, 7, 6, 8, 9, 9, 7, 6, 8, 9])
    speeds = fit_speeds(usual_log())
    speeds = speeds._replace(spread=speeds.spread._replace(value=0.4))
    own = factors(speeds, np.tile(heads, (7, 1)), 0.85)
    assert np.mean(own) > 1.03  # slow agents weigh less: their plain mean is above 1
    plain = center(days=20, spread=0.0, agents=tuple(heads.tolist()))
    teams = {"front": plain.teams["front"].model_copy(update={"handle_factors": tuple(own)})}
    means = []
    for scenario in (plain, plain.model_copy(update={"teams": teams})):
        contacts = log_of(scenario).filter(pl.col("outcome") == "handled")
        means.append(float((contacts["talk_s"] + contacts["hold_s"] + contacts["wrap_s"]).mean()))  # type: ignore[arg-type]
    assert means[1] == pytest.approx(means[0], rel=0.03)  # 17,000 contacts each, cv 1: 3 standard errors


def test_who_waits_at_closing_time() -> None:
    contacts = usual_log()
    calendar = fit_calendar(count_contacts(contacts, 60))
    assert fit_closing(contacts, calendar, "voice").at_close == "disconnect"
    patient = contacts.with_columns(
        outcome=pl.when(pl.col("outcome") == "other").then(pl.lit("handled")).otherwise("outcome")
    )
    assert fit_closing(patient, calendar, "voice").at_close == "serve"


def report(patience_s: float, seed: int = 1, days: int = 20) -> pl.DataFrame:
    """Half hours of an M/M/n+M queue in steady state, with Poisson counts and binomial abandonment."""
    rng = np.random.default_rng(seed)
    rows = []
    loads, staff = rng.uniform(0.75, 1.15, 20), rng.integers(5, 12, 20)
    for day in range(days):
        busy = rng.gamma(50, 1 / 50)
        for slot in range(20):
            load, agents = loads[slot] * busy, int(staff[slot])
            rate = load * agents / 240.0
            figures = erlang_a(agents, rate, 240.0, patience_s)
            offered = int(rng.poisson(rate * 1800))
            lost = int(rng.binomial(offered, figures.p_abandon))
            rows.append({
                "start": START + dt.timedelta(days=day, hours=8, minutes=30 * slot), "length_s": 1800,
                "offered": float(offered), "handled": float(offered - lost), "abandoned": float(lost), "aht_s": 240.0,
                "staffed": float(agents), "asa_s": figures.mean_wait_served,
            })  # fmt: skip
    return IntervalLog.of(pl.DataFrame(rows)).intervals


def test_heads_by_matching_waits() -> None:
    wait = erlang_a(8, 0.035, 200.0, 300.0).mean_wait
    assert match_heads(0.035, 200.0, 300.0, wait) == pytest.approx(8.0, abs=0.01)
    between = match_heads(0.035, 200.0, 300.0, 0.5 * wait)
    assert 8.0 < between < 10.0
    assert match_heads(0.0, 200.0, 300.0, 10.0) == 0.0


def test_an_interval_report() -> None:
    intervals = report(250.0, days=28)
    fitted = fit_intervals(intervals)
    own = fitted.queues["all"]
    assert own.aht.value == pytest.approx(240.0)
    assert own.patience.mean.covers(250.0)
    mondays = intervals.filter((pl.col("start").dt.weekday() == 1) & (pl.col("start").dt.time() == dt.time(8)))
    assert own.arrivals.offered_per_hour[0, 16] == pytest.approx(2 * mondays["offered"].mean())
    assert fitted.staffing is not None
    table = intervals.group_by(pl.col("start").dt.weekday().alias("d"), pl.col("start").dt.time().alias("t")).agg(
        pl.col("staffed").mean()
    )
    assert fitted.staffing.on_duty.sum() == pytest.approx(table["staffed"].sum())
    without = fit_intervals(intervals.with_columns(staffed=pl.lit(None, dtype=pl.Float64)))
    assert without.staffing is not None
    assert without.queues["all"].patience.asks is None
    # Waits are matched with an assumed patience: within a tenth of the truth on average.
    assert without.staffing.on_duty.sum() == pytest.approx(table["staffed"].sum(), rel=0.1)


def test_a_log_without_agents_has_as_many_as_were_in_service_while_somebody_waited() -> None:
    contacts = usual_log().with_columns(agent=pl.lit(None, dtype=pl.String))
    fitted = fit_contacts(contacts, 60)
    assert fitted.speeds is not None and fitted.speeds.spread.value is None
    assert any("in service while somebody waited" in reason for reason in fitted.missing)
    assert fitted.staffing is not None
    measured = fitted.staffing.on_duty[:, 8:18].mean(axis=0)
    assert measured.mean() == pytest.approx(np.mean(AGENTS), rel=0.03)
    assert np.abs(measured - AGENTS).max() < 0.6  # who finishes a contact after the hour counts, too


def test_where_nobody_waits_heads_match_the_waits() -> None:
    contacts = log_of(center(days=7, scale=0.1)).filter(pl.col("wait_s") == 0.0)
    fitted = fit_contacts(contacts.with_columns(agent=pl.lit(None, dtype=pl.String)), 60)
    assert any("matched to the waits" in reason for reason in fitted.missing)
    assert fitted.staffing is not None and fitted.staffing.on_duty.max() > 1.0
