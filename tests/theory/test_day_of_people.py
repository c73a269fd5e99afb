"""The day whose staff are people: equal to the other where nobody leaves, and by hand where somebody does."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from sim.theory.day import Day, day_figures
from sim.theory.day_of_people import day_of_people

RISING = Day([2, 4, 4, 7], [0.02, 0.05, 0.04, 0.06], 1800.0, 100.0, 300.0, 0.1)


@pytest.mark.parametrize("shape", [math.inf, 20.0])
def test_where_nobody_leaves_it_is_the_other_day(shape: float) -> None:
    day = replace(RISING, day_factor_shape=shape)
    one, other = day_of_people(day), day_figures(day)
    for name in ("arrivals", "balked", "abandoned", "total_wait", "busy_time", "busy_after", "occupancy", "lost"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-10), name


def test_a_full_room_loses_those_who_leave_and_their_calls() -> None:
    # A flood fills both agents; one leaves for good, and nobody comes any more. Both calls last their time.
    day = Day([2, 1], [1e3, 0.0], 0.1, 1e5, mean_patience=1e-6)
    figures = day_of_people(day)
    assert figures.busy_time + figures.busy_after == pytest.approx(2e5, rel=1e-5)


def test_who_stays_takes_callers_while_others_finish() -> None:
    """One caller, two agents, then one: the caller is with either of them, at evens, when the next caller comes.

    Nobody calls in the first period but one in an instant; the second caller waits only if the first is with the
    agent who stays. Under the other rule the second always waits for the first.
    """
    service, period = 1e4, 1.0
    day = Day([2, 1], [1e-4, 1e-4], period, service)
    per_pair = 1e-8 * service  # expected seconds waited, if every pair of callers meant one mean handle time
    # Pairs within the second period wait under both rules (half of period^2), pairs across the change under one half.
    assert day_figures(day).total_wait == pytest.approx(1.5 * per_pair, rel=1e-3)
    assert day_of_people(day).total_wait == pytest.approx(1.0 * per_pair, rel=1e-3)


def test_contacts_are_conserved_and_fewer_wait() -> None:
    day = Day([8, 5, 6, 2], [0.07, 0.05, 0.05, 0.02], 1800.0, 100.0, 300.0, 0.1, day_factor_shape=15.0)
    one, other = day_of_people(day), day_figures(day)
    assert one.busy_time + one.busy_after == pytest.approx(100.0 * one.handled, rel=1e-9)
    assert one.arrivals == pytest.approx(other.arrivals, rel=1e-12)
    assert 0.9 * other.total_wait < one.total_wait < other.total_wait
    assert one.lost < other.lost


def test_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="lines must be None"):
        day_of_people(replace(RISING, lines=9))
