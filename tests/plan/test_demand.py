"""Arrivals: exact where they can be, right on average, and the same whatever else is in the center."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from sim.draws import Domain, key
from sim.plan import streams
from sim.plan.demand import Demand, day_factors
from sim.plan.factors import busyness, gamma_factors, slot_factors
from sim.plan.streams import DAY_STEP, MINUTE_STEP, PoissonDay
from sim.scenario import Rates, SlotFactor
from tests.plan.given import arrivals, portions, queue, scenario

DAY = 86400.0
HOUR = 3600.0


def counted(per_interval: object, **more: object) -> dict[str, object]:
    return queue(rates={}) | {"arrivals": {"kind": "counts", "per_interval": per_interval} | more}




# --- exact ------------------------------------------------------------------------------------


def test_poisson_times_are_where_the_summed_rate_reaches_the_summed_gaps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All gaps 1: one arrival a unit of summed rate; none while the rate is 0, none at a window's end."""
    monkeypatch.setattr(streams, "uniform", lambda keys, purpose: np.full(len(keys), np.exp(-1.0)))
    edges, rates = np.array([0.0, 35.0, 60.0, 90.0]), np.array([0.1, 0.0, 0.2])
    got = streams.poisson_times(np.zeros(1, np.uint64), edges, rates)
    assert got.tolist() == [10.0, 20.0, 30.0, 62.5, 67.5, 72.5, 77.5, 82.5, 87.5]
    at_the_end = streams.poisson_times(np.zeros(1, np.uint64), np.array([0.0, 20.0]), np.array([0.1]))
    assert at_the_end.tolist() == [10.0, np.nextafter(20.0, 0.0)]


def test_no_rate_gives_nobody() -> None:
    for center in (
        scenario({"q": queue(0)}),
        scenario({"q": queue(60, open="closed")}),
        scenario(demand={"scale": 0.0}),
        scenario({"q": counted(0)}),
    ):
        assert [len(column) for column in arrivals(center, 1, 0, 0)] == [0, 0, 0]
        assert list(portions(center, 1, 0, 10)) == []


def test_a_long_day_is_drawn_in_blocks_as_if_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = arrivals(scenario({"q": queue(20_000)}), 1, 0, 0).times
    monkeypatch.setattr(streams, "BLOCK", 777)
    assert (arrivals(scenario({"q": queue(20_000)}), 1, 0, 0).times == whole).all()


def test_counts_are_exact_and_within_their_intervals() -> None:
    center = scenario({"q": counted([3, 0, 5], start="09:00", interval_min=30)})
    got = arrivals(center, 1, 0, 0)
    assert np.histogram(got.times, 9 * HOUR + 1800.0 * np.arange(4))[0].tolist() == [3, 0, 5]
    assert sorted(got.ordinal.tolist()) == [
        *(540 * MINUTE_STEP + k for k in range(3)),
        *(600 * MINUTE_STEP + k for k in range(5)),
    ]
    later = arrivals(center.model_copy(update={"days": 2}), 1, 0, 1)
    assert (later.ordinal // DAY_STEP).tolist() == [1] * 8
    assert ((later.times >= DAY + 9 * HOUR) & (later.times < DAY + 10.5 * HOUR)).all()


def test_arrivals_at_one_instant_come_in_order_of_queues(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("arrived\n10\n10\n20\n")
    second.write_text("arrived\n5\n10\n20\n20\n")
    queues = {
        name: queue() | {"arrivals": {"kind": "recorded", "file": str(file)}}
        for name, file in (("a", first), ("b", second))
    }
    got = arrivals(scenario(queues), 1, 0, 0)
    assert got.times.tolist() == [5, 10, 10, 10, 20, 20, 20]
    assert got.queue.tolist() == [1, 0, 0, 1, 0, 1, 1]
    assert got.ordinal.tolist() == [0, 0, 1, 1, 2, 2, 3]
    small = list(portions(scenario(queues), 1, 0, 1))
    assert np.concatenate([p.queue for p in small]).tolist() == got.queue.tolist()
    assert np.concatenate([p.ordinal for p in small]).tolist() == got.ordinal.tolist()


def test_recorded_days_and_what_lies_beyond_the_horizon(tmp_path: Path) -> None:
    log = tmp_path / "calls.csv"
    log.write_text("arrived\n100\n86399\n86400\n200000\n")
    center = scenario({"q": queue() | {"arrivals": {"kind": "recorded", "file": str(log)}}}, days=2)
    assert arrivals(center, 1, 0, 0).times.tolist() == [100, 86399]
    assert arrivals(center, 1, 0, 1).times.tolist() == [86400]
    assert arrivals(center, 1, 0, 1).ordinal.tolist() == [DAY_STEP]
    assert [p.times.tolist() for p in portions(center, 1, 5, 10)] == [[100, 86399], [86400]]


# --- the calendar -----------------------------------------------------------------------------


def test_arrivals_stay_in_opening_hours_by_weekday() -> None:
    hours = {"mon-fri": ["08:00-12:00", "13:00-17:00"], "sat": "10:00-11:00", "sun": "closed"}
    center = scenario({"q": queue(500, open=hours)}, days=7)
    for day in range(7):
        at = arrivals(center, 1, 0, day).times - day * DAY
        windows = [(8, 12), (13, 17)] if day < 5 else [(10, 11)] if day == 5 else []
        inside = sum(int(((at >= a * HOUR) & (at < b * HOUR)).sum()) for a, b in windows)
        assert len(at) == inside and (len(at) > 0) == (day < 6)


def test_a_window_across_midnight_goes_on_into_the_next_day() -> None:
    center = scenario({"q": queue(500, open="22:00-02:00"), "r": queue(10)}, days=3)
    days = [arrivals(center, 1, 0, day) for day in range(3)]
    hours = [np.unique((day.times[day.queue == 0] // HOUR).astype(int)).tolist() for day in days]
    assert hours == [[22, 23], [24, 25, 46, 47], [48, 49, 70, 71, 72, 73]]
    assert all((np.diff(day.times) >= 0).all() for day in days)
    late = days[1].ordinal[(days[1].queue == 0) & (days[1].times < 26 * HOUR)]
    assert (late < DAY_STEP).all(), "an arrival after midnight keeps the name that its own day gave it"


@given(size=st.integers(1, 5000), seed=st.integers(0, 10))
@settings(max_examples=30, deadline=None)
def test_portions_are_the_days_whatever_their_size(size: int, seed: int) -> None:
    queues = {"a": queue(50, open="20:00-04:00"), "b": queue(20), "c": counted([7, 3], start="23:00")}
    center = scenario(queues, days=3)
    days = [arrivals(center, seed, 0, day) for day in range(3)]
    parts = list(portions(center, seed, 0, size))
    for column in range(3):
        whole = np.concatenate([day[column] for day in days])
        assert (np.concatenate([part[column] for part in parts]) == whole).all()
    assert max(len(part.times) for part in parts) <= size + len(queues)


# --- common random numbers --------------------------------------------------------------------


def test_other_queues_change_nobody() -> None:
    alone = arrivals(scenario({"sales": queue(80)}), 1, 3, 0)
    queues = {"new": queue(30, rates={"day_factor_shape": 5}), "sales": queue(80), "c": counted([5])}
    together = arrivals(scenario(queues), 1, 3, 0)
    own = together.queue == 1
    assert (together.times[own] == alone.times).all()
    assert (together.ordinal[own] == alone.ordinal).all()


def test_more_demand_is_the_same_callers_sooner() -> None:
    """At constant rate the k-th caller comes at G_k / rate: twice the demand, half the time."""
    one = arrivals(scenario({"q": queue(60)}), 1, 0, 0).times
    two = arrivals(scenario({"q": queue(60)}, demand={"scale": 2.0}), 1, 0, 0).times
    assert np.allclose(two[: len(one)], one / 2, rtol=1e-12)
    assert (two[: len(one)] <= one).all()


def test_more_counts_are_the_same_callers_and_some_more() -> None:
    few = arrivals(scenario({"q": counted([10, 20])}), 1, 0, 0)
    many = arrivals(scenario({"q": counted([10, 20])}, demand={"scale": 1.35}), 1, 0, 0)
    known = dict(zip(many.ordinal.tolist(), many.times.tolist(), strict=True))
    assert all(known[o] == t for o, t in zip(few.ordinal.tolist(), few.times.tolist(), strict=True))
    assert len(many.times) in (13 + 27, 14 + 27)


def test_seeds_replications_and_days_differ() -> None:
    center = scenario(days=2)
    starts = [float(arrivals(center, s, r, d).times[0] % DAY) for s in (1, 2) for r in (0, 1) for d in (0, 1)]
    assert len(set(starts)) == 8


# --- on average -------------------------------------------------------------------------------


def test_numbers_in_intervals_are_poisson() -> None:
    """2,000 days of rates 12, 0, 30 an hour: mean and variance of each within 4 standard errors.

    The variance of a Poisson sample variance is (m + 2 m^2) / n (n large).
    """
    n = 2000
    center = scenario({"q": queue([12, 0, 30], rates={"start": "10:00"})})
    days = [arrivals(center, 1, r, 0).times for r in range(n)]
    counts = np.array([np.histogram(day, 10 * HOUR + HOUR * np.arange(4))[0] for day in days])
    for column, mean in zip(counts.T, (12.0, 0.0, 30.0), strict=True):
        assert abs(column.mean() - mean) <= 4 * (mean / n) ** 0.5
        assert abs(column.var() - mean) <= 4 * ((mean + 2 * mean**2) / n) ** 0.5
    assert abs(np.corrcoef(counts[:, 0], counts[:, 2])[0, 1]) < 4 / n**0.5


def test_gaps_are_exponential_and_places_uniform() -> None:
    """One day of about 48,000 arrivals: Kolmogorov-Smirnov p above 6e-5 (4 standard errors), for both."""
    times = arrivals(scenario({"q": queue(2000)}), 1, 0, 0).times
    assert kstest(np.diff(times, prepend=0.0), "expon", args=(0, 1.8)).pvalue > 6e-5
    assert kstest(times / DAY, "uniform").pvalue > 6e-5


def test_counts_fall_uniformly_and_fractions_come_out_right() -> None:
    """2,000 days of 2.3 an interval: 2 or 3, 30 % of them 3, at uniform places; 4 standard errors."""
    n = 2000
    center = scenario({"q": counted([1], start="10:00")}, demand={"scale": 2.3})
    days = [arrivals(center, 1, r, 0).times for r in range(n)]
    sizes = np.array([len(day) for day in days])
    assert set(sizes) == {2, 3}
    assert abs((sizes == 3).mean() - 0.3) < 4 * (0.3 * 0.7 / n) ** 0.5
    assert kstest(np.concatenate(days) / HOUR - 10.0, "uniform").pvalue > 6e-5


def test_day_factor_is_gamma_with_mean_one() -> None:
    """4,000 days, shape 30: mean 1, variance 1/30 (its standard error: sqrt((kurtosis - 1) / n) / 30)."""
    n = 4000
    factors = gamma_factors(30.0, np.concatenate([busyness(1, r, 1) for r in range(n)]))
    assert abs(factors.mean() - 1.0) < 4 * (1 / 30 / n) ** 0.5
    assert abs(factors.var() - 1 / 30) < 4 / 30 * ((2 + 6 / 30) / n) ** 0.5
    assert gamma_factors(np.inf, busyness(1, 0, 2)).tolist() == [1.0, 1.0]
    days = gamma_factors(30.0, busyness(1, 0, n))
    assert abs(np.corrcoef(days[1:], days[:-1])[0, 1]) < 4 / n**0.5


def test_day_factor_is_one_for_the_center_and_moves_the_arrivals() -> None:
    queues = {
        "a": queue(600, rates={"day_factor_shape": 30}),
        "b": queue(300, rates={"day_factor_shape": 30}),
        "c": queue(600, rates={"day_factor_shape": 5}),
        "d": queue(600),
    }
    center = scenario(queues, days=3)
    wide, narrow = (gamma_factors(shape, busyness(1, 2, 3))[1] for shape in (5.0, 30.0))
    assert (wide > 1.0) == (narrow > 1.0), "queues with another shape are busy on the same days"
    expected = (900 * narrow + 600 * wide + 600) / 2100
    assert day_factors(Demand.of(center), 1, 2)[1] == pytest.approx(expected, rel=1e-12)
    got = arrivals(center, 1, 2, 1)
    for q, mean in enumerate((600 * narrow, 300 * narrow, 600 * wide, 600.0)):
        number = int((got.queue == q).sum())
        assert abs(number - 24 * mean) < 4 * (24 * mean) ** 0.5
    assert day_factors(Demand.of(scenario({"q": counted([5])}, days=2)), 1, 0).tolist() == [1.0, 1.0]


def test_slot_factors_are_lognormal_with_mean_one_and_lag_one() -> None:
    """4,000 days of 8 intervals, sd 0.3, lag 0.8: mean, variance and correlation of logs in 4 errors."""
    n = 4000
    logs = np.log([slot_factors(SlotFactor(sd=0.3, lag1=0.8), 8, key(1, r, Domain.SLOT, "q", 0)) for r in range(n)])
    assert abs(np.exp(logs[:, 5]).mean() - 1.0) < 4 * (np.expm1(0.09) / n) ** 0.5
    assert abs(logs[:, 5].var() - 0.09) < 4 * 0.09 * (2 / n) ** 0.5
    for lag in (1, 2):
        r = 0.8**lag
        assert abs(np.corrcoef(logs[:, 3], logs[:, 3 + lag])[0, 1] - r) < 4 * (1 - r * r) / n**0.5


def test_slot_factors_hold_in_their_intervals() -> None:
    """An interval's rate is its own times its factor, also where the queue opens in the middle of it."""
    rates = {"interval_min": 60, "start": "07:30", "slot_factor": {"sd": 0.5, "lag1": 0.5}}
    center = scenario({"q": queue([6e4] * 4, open="08:00-11:00", rates=rates)})
    asked = center.queues["q"].arrivals
    assert isinstance(asked, Rates) and asked.slot_factor is not None
    known, parent = PoissonDay.of(asked, center.queues["q"], 0, False), key(1, 0, Domain.SLOT, "q", 0)
    assert known.slots is not None
    edges, got = known.edges, known.rates * known.slots.draw(parent)
    assert edges.tolist() == [8 * HOUR, 8.5 * HOUR, 9.5 * HOUR, 10.5 * HOUR, 11 * HOUR]
    # 00:00 lies in the interval that began at 23:30, so 07:30 begins the ninth.
    factors = slot_factors(asked.slot_factor, 12, parent)[8:]
    assert got == pytest.approx(6e4 / HOUR * factors, rel=1e-12)
    seen = np.histogram(arrivals(center, 1, 0, 0).times, edges)[0]
    mean = got * np.diff(edges)
    assert (np.abs(seen - mean) < 4 * mean**0.5).all()


def test_one_number_holds_in_open_hours_with_slot_factors() -> None:
    center = scenario({"q": queue(3000, open="08:15-10:00", rates={"slot_factor": {"sd": 0.4}})})
    asked = center.queues["q"].arrivals
    assert isinstance(asked, Rates)
    assert PoissonDay.of(asked, center.queues["q"], 0, False).edges.tolist() == [8.25 * HOUR, 9 * HOUR, 10 * HOUR]


# --- large ------------------------------------------------------------------------------------


def test_a_large_day_takes_little_memory() -> None:
    """A million arrivals of three queues: 20 bytes each in the end, 8 more in between, and some room."""
    center = scenario({name: queue(14_000, open="00:00-24:00") for name in "abc"})
    arrivals(center.model_copy(update={"demand": center.demand.model_copy(update={"scale": 0.01})}), 1, 0, 0)
    tracemalloc.start()
    got = arrivals(center, 1, 0, 0)
    size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    n = len(got.times)
    assert n > 990_000
    assert size < 20.5 * n
    assert peak < 45 * n


def test_portions_hold_the_times_only() -> None:
    """Eight bytes an arrival and what one portion needs."""
    center = scenario({name: queue(14_000, open="00:00-24:00") for name in "abc"})
    tracemalloc.start()
    n = sum(len(part.times) for part in portions(center, 1, 0, 20_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * n
