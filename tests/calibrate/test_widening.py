"""Bands that are kept up day by day."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibrate.hourly import HOURS
from sim.calibrate.widening import Distances, kept_up


def hours(days: int, shift: float, seed: int) -> Distances:
    """Hours whose bands end where 5 % of a normal law lie beyond, of a center that lies so far off."""
    off = np.random.default_rng(seed).normal(shift, 1.0, (1, days * HOURS)) / 1.645
    return Distances(-off, off, np.ones(off.shape, dtype=bool))


def held(seen: Distances, factors: tuple[np.ndarray, np.ndarray]) -> float:
    """Share of hours inside."""
    return float(((seen.down <= factors[0]) & (seen.up <= factors[1])).mean())


def test_bands_that_are_right_stay_as_they_are() -> None:
    seen = hours(60, 0.0, 1)
    factors = kept_up(hours(30, 0.0, 2), seen)
    assert held(seen, factors) == pytest.approx(0.9, abs=0.03)  # 1,440 hours: 4 standard errors
    assert factors[0].max() < 1.4 and factors[1].max() < 1.4


def test_bands_of_a_center_that_has_changed_come_right() -> None:
    """One standard deviation up: plain bands hold 74 %; the first day's are not wider for it, the last ones' are."""
    learnt, seen = hours(30, 0.0, 2), hours(60, 1.0, 1)
    assert held(seen, (np.ones((1, 1)), np.ones((1, 1)))) == pytest.approx(0.74, abs=0.04)
    factors = kept_up(learnt, seen)
    beyond = (seen.up > factors[1])[:, 20 * HOURS :].mean()
    assert beyond == pytest.approx(0.05, abs=0.028)  # 960 hours: 4 standard errors; before: 26 %
    below = (seen.down > factors[0])[:, 20 * HOURS :].mean()
    assert below == pytest.approx(0.05, abs=0.028)  # before: 0.4 %, in bands that are wide for nothing
    assert (factors[0] < 1.0).any() and (factors[0] >= 0.0).all()
    assert factors[1][0, 0] == pytest.approx(kept_up(learnt, hours(60, 0.0, 3))[1][0, 0])


def test_a_day_tells_nothing_of_itself() -> None:
    learnt, seen = hours(30, 0.0, 2), hours(10, 0.0, 1)
    plain = kept_up(learnt, seen)
    up = seen.up.copy()
    up[0, 4 * HOURS : 5 * HOURS] = 50.0
    other = kept_up(learnt, seen._replace(up=up))
    assert np.array_equal(plain[1][0, : 5 * HOURS], other[1][0, : 5 * HOURS])
    assert (other[1][0, 5 * HOURS :] > plain[1][0, 5 * HOURS :]).all()


def test_few_hours_widen_nothing() -> None:
    one = kept_up(None, hours(1, 0.0, 1))
    assert (one[0] == 1.0).all() and (one[1] == 1.0).all()
