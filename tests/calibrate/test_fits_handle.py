"""Handle times, agents' speeds, learning and short calls: what was put into a log comes out of it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from sim.calibrate.fits.agents import Speeds, fit_learning, fit_speeds, flag_short_calls
from sim.calibrate.fits.estimate import unknown
from sim.calibrate.fits.handle import fit_handle
from sim.calibrate.fits.laws import AT, laws, mean_of
from sim.distributions import Quantiles
from tests.calibrate.lab import center, log_of, usual_log

START = dt.datetime(2024, 1, 1, 8)


def handled(talk: np.ndarray, agent: np.ndarray | None = None, at: np.ndarray | None = None) -> pl.DataFrame:
    """Handled contacts with these talk times, a minute apart unless told."""
    n = len(talk)
    minutes = np.arange(n) if at is None else at
    return pl.DataFrame(
        {
            "queue": ["voice"] * n,
            "arrived": np.datetime64(START, "us") + (minutes * 6e7).astype("timedelta64[us]"),
            "wait_s": np.zeros(n),
            "outcome": ["handled"] * n,
            "talk_s": talk.astype(float),
            "hold_s": np.zeros(n),
            "wrap_s": pl.Series([None] * n, dtype=pl.Float64),
            "agent": ["a"] * n if agent is None else [f"a{one}" for one in agent],
        }
    )


def test_talk_hold_wrap_and_speeds_of_a_simulated_log() -> None:
    contacts = usual_log()
    factors = np.log(center(days=56).teams["front"].handle_factors)
    speeds = fit_speeds(contacts)
    assert speeds.spread.covers(0.2)
    assert speeds.spread.value == pytest.approx(factors.std(ddof=1), rel=0.1)
    own = [factors[int(name.split()[1])] for name in speeds.agents]
    assert np.corrcoef(speeds.effect, own)[0, 1] > 0.98
    talk = fit_handle(contacts, "voice", "talk", speeds)
    assert talk.chosen == "lognormal"
    assert talk.parameters["median_s"].covers(160)
    assert talk.parameters["sigma"].covers(0.9)
    assert talk.laws[0].distance < 0.01
    assert talk.expected.sum() == pytest.approx(talk.counts.sum(), rel=0.02)
    hold = fit_handle(contacts, "voice", "hold", speeds)
    assert hold.zero.covers(0.7)
    assert hold.asks is not None and hold.asks["kind"] == "zero_or"
    assert hold.asks["then"]["kind"] == "exponential"
    assert hold.parameters["mean_s"].covers(40)
    wrap = fit_handle(contacts, "voice", "wrap", speeds)
    assert wrap.chosen == "exponential"
    assert wrap.parameters["mean_s"].covers(30)


def test_sigma_without_dividing_speeds_out_is_too_large() -> None:
    """Why speeds are divided out: agents' differences would count twice, in the law and in their factors."""
    contacts = log_of(center(2, days=56, spread=0.4))
    both = fit_handle(contacts, "voice").parameters["sigma"]
    alone = fit_handle(contacts, "voice", "talk", fit_speeds(contacts)).parameters["sigma"]
    assert alone.covers(0.9)
    assert not both.covers(0.9)


@pytest.mark.parametrize(("kind", "draw"), [
    ("exponential", lambda rng: rng.exponential(200, 5000)),
    ("gamma", lambda rng: rng.gamma(2.5, 80, 5000)),
    ("lognormal", lambda rng: rng.lognormal(5, 0.8, 5000)),
])  # fmt: skip
def test_the_right_law_is_chosen(kind: str, draw: object) -> None:
    values = draw(np.random.default_rng(3))  # type: ignore[operator]
    assert laws(values)[0].name == kind


def test_gamma_intervals_cover() -> None:
    """200 samples: 95 % +- 4.6 points are three standard errors."""
    rng = np.random.default_rng(4)
    inside = np.zeros(2)
    for _ in range(200):
        found = next(law for law in laws(rng.gamma(1 / 0.49, 200 * 0.49, 400)) if law.name == "gamma")
        inside += [found.parameters["mean_s"].covers(200), found.parameters["cv"].covers(0.7)]
    assert (np.abs(inside / 200 - 0.95) <= 0.046).all()


def test_short_contacts_are_a_part_of_their_own() -> None:
    rng = np.random.default_rng(5)
    n = 20_000
    talk = np.where(rng.random(n) < 0.06, rng.exponential(3, n), rng.lognormal(5, 0.8, n))
    fit = fit_handle(handled(talk), "voice")
    assert fit.chosen == "lognormal with short contacts"
    for name, truth in {"share_short": 0.06, "short_mean_s": 3.0, "median_s": np.exp(5), "sigma": 0.8}.items():
        # The parts overlap, which their intervals do not know: four standard errors.
        estimate = fit.parameters[name]
        assert estimate.known == pytest.approx(truth, abs=4 * (estimate.se or 0))
    assert fit.asks is not None
    law = Quantiles(**{key: tuple(value) if isinstance(value, list) else value for key, value in fit.asks.items()})
    assert law.mean == pytest.approx(talk.mean(), rel=0.02)
    assert float(law.survival(10)) == pytest.approx((talk > 10).mean(), abs=0.01)


def test_no_law_is_near_then_a_table_that_keeps_the_mean() -> None:
    rng = np.random.default_rng(6)
    talk = np.concatenate([rng.normal(60, 3, 3000), rng.normal(400, 20, 3000)])
    fit = fit_handle(handled(talk), "voice")
    assert fit.chosen == "table of quantiles"
    assert fit.asks is not None and fit.asks["at"] == list(AT)
    law = Quantiles(kind="quantiles", at=AT, values_s=tuple(fit.asks["values_s"]))
    assert law.mean == pytest.approx(talk.mean(), rel=1e-4)


def test_a_scenario_has_the_measured_mean_whatever_the_law() -> None:
    """Long contacts beyond every law's tail: the law that is nearest has a mean 3 % off, the scenario's has not."""
    random = np.random.default_rng(3)
    far = random.random(20_000) < 0.02
    values = np.where(far, random.uniform(1_500, 2_500, 20_000), random.lognormal(5, 0.8, 20_000))
    contacts = handled(values).with_columns(agent=pl.Series(["slow", "quick"] * 10_000))
    quick = Speeds(unknown(""), ("quick", "slow"), *[np.zeros(2)] * 4, 0.0, {"quick": 0.5, "slow": 1.5}, "")
    for speeds in (None, quick):  # whose factors have mean 1
        fit = fit_handle(contacts, "voice", "talk", speeds)
        assert fit.asks is not None and fit.mean.value == pytest.approx(values.mean())
        assert mean_of(fit.asks) == pytest.approx(values.mean(), rel=1e-3)
        assert "for the measured mean" in fit.note


@pytest.mark.parametrize("short_s", [0.0, 2.0])
def test_who_ends_many_contacts_at_once_is_not_fast(short_s: float) -> None:
    """Half of an agent's contacts take 0 or 2 s, the others twice as long as anybody's: as much work for a caller."""
    random = np.random.default_rng(4)
    frames = []
    for agent in range(8):
        values = random.lognormal(5, 0.6, 4_000)
        if agent == 7:
            values = np.where(random.random(4_000) < 0.5, short_s, values * 2.0)
        frames.append(handled(values).with_columns(agent=pl.lit(f"agent {agent}")))
    speeds = fit_speeds(pl.concat(frames))
    assert speeds.factors["agent 7"] == pytest.approx(1.0, abs=0.05)
    assert speeds.spread.known < 0.03


def test_too_few_and_none() -> None:
    few = fit_handle(handled(np.array([100.0, 200.0])), "voice")
    assert few.asks is None and "only 2 contacts" in few.note
    none = fit_handle(handled(np.full(100, 100.0)), "voice", "wrap")
    assert none.asks is None and "not in the log" in none.note
    same = fit_handle(handled(np.full(100, 100.0)), "voice")
    assert same.asks == {"kind": "constant", "value_s": 100.0}
    nothing = fit_handle(handled(np.full(100, 100.0)), "voice", "hold")
    assert nothing.asks == {"kind": "constant", "value_s": 0.0}


def test_one_agent_tells_nothing_about_agents() -> None:
    contacts = handled(np.random.default_rng(1).lognormal(5, 0.8, 3000))
    speeds = fit_speeds(contacts)
    assert speeds.spread.value is None
    assert speeds.factors == {}
    assert "1 agent" in speeds.note
    assert flag_short_calls(contacts).flagged == ()
    assert fit_handle(contacts, "voice", "talk", speeds).parameters["sigma"].covers(0.8)


def test_speeds_interval_covers() -> None:
    """200 centers of 12 agents: 95 % +- 4.6 points are three standard errors."""
    rng = np.random.default_rng(8)
    inside = 0
    agent = np.repeat(np.arange(12), 150)
    at = np.arange(len(agent))
    for _ in range(200):
        effect = rng.normal(0, 0.15, 12)
        inside += fit_speeds(
            handled(np.exp(5 + effect[agent] + rng.normal(0, 0.8, len(agent))), agent, at)
        ).spread.covers(0.15)
    assert inside / 200 == pytest.approx(0.95, abs=0.046)


def test_learning_of_newcomers() -> None:
    """Power law with exponent -0.1 for six newcomers, none for ten others: three standard errors."""
    rng = np.random.default_rng(9)
    parts = []
    for one in range(16):
        new = one >= 10
        n = 800
        so_far = np.arange(1, n + 1)
        trend = -0.1 * np.log(so_far) if new else 0.0
        first = 30_000 + 500 * one if new else 0
        parts.append(handled(np.exp(5 + trend + rng.normal(0, 0.7, n)), np.full(n, one), first + 60.0 * so_far))
    fit = fit_learning(pl.concat(parts))
    assert fit.newcomers.n == 6
    assert fit.newcomers.known == pytest.approx(-0.1, abs=3 * (fit.newcomers.se or 0))
    assert fit.newcomers.high is not None and fit.newcomers.high < 0


def test_who_cuts_calls_short_is_flagged() -> None:
    rng = np.random.default_rng(10)
    agent = np.repeat(np.arange(20), 500)
    cut = np.where(np.isin(agent, [3, 11]), 0.15, 0.02)
    talk = np.where(rng.random(len(agent)) < cut, 4.0, rng.lognormal(5, 0.6, len(agent)))
    assert set(flag_short_calls(handled(talk, agent)).flagged) == {"a3", "a11"}


def test_nobody_is_flagged_by_chance() -> None:
    """20 centers of 20 honest agents: in one of a hundred centers somebody is flagged by chance."""
    rng = np.random.default_rng(11)
    agent = np.repeat(np.arange(20), 200)
    flagged = 0
    for _ in range(20):
        talk = np.where(rng.random(len(agent)) < 0.04, 4.0, 200.0)
        flagged += len(flag_short_calls(handled(talk, agent, np.arange(len(agent)))).flagged)
    assert flagged <= 1
