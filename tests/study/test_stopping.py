"""Stopping: when it looks, when it ends, and that intervals that end so cover."""

from __future__ import annotations

from math import inf, nan, sqrt
from typing import Any, cast

import numpy as np
import pytest

from sim.measure.bins import Floats
from sim.measure.evidence import Estimate, t_quantile
from sim.measure.kpis import LEVEL
from sim.measure.watch import Watch
from sim.scenario.precision import Precision
from sim.study.stopping import LOOKS, STEP, Reached, Stopping


class Widths:
    """Stands in for the watch: half-widths by the number of replications counted."""

    kpi = LEVEL

    def __init__(self, widths: dict[int, float], missing: int = 0) -> None:
        self.widths, self.missing = widths, missing
        self.tally = self
        self.count = 0

    def estimate(self, confidence: float) -> Estimate:
        known = [at for at in self.widths if at <= self.count]
        half = np.asarray(self.widths[max(known)] if known else nan)
        return Estimate(half, half, half, half, np.asarray(float(self.count - self.missing)))


def stopping(watch: object, first: int = 10, **precision: Any) -> Stopping:
    given = Precision(half_width=1.0, **precision)
    return Stopping(given, given.first_batch(first), 0.95, cast(Watch, watch))


def ended(widths: dict[int, float], missing: int = 0, first: int = 10, **precision: Any) -> Reached:
    """What a run reaches whose half-width is `widths[n]` from n replications on."""
    watch = Widths(widths, missing)
    rule = stopping(watch, first, **precision)
    for number in rule.numbers():
        assert number == watch.count
        watch.count += 1
    return rule.reached()


def told(reached: Reached) -> tuple[int, str]:
    return reached.replications, reached.because


def test_it_ends_at_the_second_of_two_looks_in_a_row_that_are_narrow() -> None:
    assert told(ended({2: 3.0, 21: 1.0})) == (30, "met")  # looks at 25 and 30
    assert told(ended({2: 3.0, 25: 0.5, 26: 1.5, 38: 0.9})) == (45, "met")  # what was narrow once has to begin anew
    assert told(ended({2: 3.0, 11: 0.5, 14: 3.0, 50: 0.9})) == (55, "met")  # between two looks it does not count
    assert told(ended({2: 0.1})) == (10 + STEP * (LOOKS - 1), "met")


def test_replications_are_the_first_batch_and_never_fewer_than_the_least_or_more_than_the_cap() -> None:
    assert told(ended({2: 0.1}, first=40)) == (45, "met")
    assert told(ended({2: 0.1}, first=3)) == (15, "met")
    assert told(ended({2: 0.1}, first=3, min_replications=4)) == (9, "met")
    assert told(ended({2: 0.1}, first=40, max_replications=12)) == (12, "met")
    assert told(ended({2: 0.1}, first=10, max_replications=12)) == (12, "met")


def test_the_cap_ends_it_and_says_so() -> None:
    assert told(ended({2: 3.0}, max_replications=33)) == (33, "capped")
    assert told(ended({2: 3.0, 33: 0.9}, max_replications=33)) == (33, "met")
    assert told(ended({}, max_replications=20)) == (20, "capped")
    assert ended({}, max_replications=20).half_width is None


def test_replications_without_the_figure_do_not_count_for_the_least() -> None:
    assert told(ended({2: 0.1}, missing=8)) == (25, "met")  # 12 at 20, and 17 at 25


def test_a_run_that_somebody_stops_is_neither_met_nor_capped() -> None:
    watch = Widths({2: 0.1})
    rule = stopping(watch)
    for number in rule.numbers():
        watch.count = number + 1
        if watch.count == 13:
            break
    assert told(rule.reached()) == (13, "stopped")


def test_what_is_expected_follows_the_square_of_the_half_width() -> None:
    watch = Widths({2: 2.0})
    rule = stopping(watch)
    assert rule.expected() == 10  # nothing is known yet
    watch.count = 12
    assert rule.expected() == 50 + STEP  # 12 x 2²= 48, which the look at 50 sees, and one more
    watch.count = 400
    assert rule.expected() == 1000
    watch.widths = {2: nan}
    assert rule.expected() == 1000


@pytest.mark.parametrize("width", [0.05, 0.6, 1.1, inf])
def test_what_is_expected_in_the_end_is_what_comes(width: float) -> None:
    widths = {2: width, 40: 0.9}
    watch = Widths(widths)
    rule = stopping(watch, max_replications=60)
    for _ in rule.numbers():
        watch.count += 1
        within = watch.estimate(0.95).half_width <= 1.0
        least = watch.count if watch.count < 10 else 10
        assert max(least, watch.count - 1) <= rule.expected() <= 60
        if within and watch.count == 41:
            assert rule.expected() == 45
    assert told(rule.reached()) == ((15, "met") if width < 1.0 else (45, "met"))


class Normals:
    """Stands in for the watch: means of normal replications, as a t interval knows them."""

    kpi = LEVEL

    def __init__(self, values: Floats) -> None:
        self.sums, self.squares = np.cumsum(values), np.cumsum(values**2)
        self.tally = self
        self.count = 0

    def estimate(self, confidence: float) -> Estimate:
        n = self.count
        mean = self.sums[n - 1] / n
        spread = (self.squares[n - 1] - n * mean * mean) / (n - 1)
        half = QUANTILES[n - 1] * sqrt(spread / n)
        return Estimate(*(np.asarray(value) for value in (mean, mean - half, mean + half, half, float(n))))


QUANTILES = t_quantile(0.95, np.arange(200.0))


@pytest.mark.parametrize(("spread", "needed"), [(2.0, 18), (4.0, 64)])
def test_intervals_cover_as_often_as_they_say(spread: float, needed: int) -> None:
    """4,000 studies of a normal figure: coverage within 4 standard errors (1.4 points) of 95 %."""
    studies = 4000
    random = np.random.default_rng(20)
    covered, replications = 0, 0
    for _ in range(studies):
        watch = Normals(random.normal(0.0, spread, 200))
        rule = stopping(watch, max_replications=200)
        for number in rule.numbers():
            watch.count = number + 1
        assert rule.reached().because == "met"
        now = watch.estimate(0.95)
        covered += bool(now.low <= 0.0 <= now.high)
        replications += watch.count
    assert covered / studies == pytest.approx(0.95, abs=4 * sqrt(0.95 * 0.05 / studies))
    assert needed < replications / studies < needed + STEP * LOOKS
