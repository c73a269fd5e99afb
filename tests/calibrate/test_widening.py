"""Bands that are kept up day by day, and heads that do not jump."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibrate.fits.staffing import steady_heads
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


def test_steady_heads_change_when_agents_did() -> None:
    parts, opened = 720, {"voice": np.ones((7, 720), dtype=bool)}
    wanted = np.zeros((1, 7, parts))
    wanted[0, 0, 200:400] = 5.0
    wanted[0, 0, 400:500] = 4.0
    wanted[0, 1, 200:400] = 5.5
    wanted[0, 2] = np.random.default_rng(1).uniform(0, 9, parts)
    heads = steady_heads(wanted, (("voice",),), opened, 0.0)
    assert np.array_equal(heads[0, 0], wanted[0, 0])
    assert set(heads[0, 1, 200:400].tolist()) <= {4, 5, 6, 7} and abs(heads[0, 1].sum() - 1100.0) <= 1.0
    assert np.abs(np.cumsum(heads[0, 2] - wanted[0, 2])).max() < 1.8
    assert not steady_heads(wanted * 0.05, (("voice",),), {"voice": np.zeros((7, parts), dtype=bool)}, 0.0).any()
    # Each of 5 who sign off stays for 2 parts: so much less is asked for.
    wanted[0, 0, 400:500] = 0.5
    finished = steady_heads(wanted, (("voice",),), opened, 2.0)[0, 0]
    assert wanted[0, 0].sum() - finished.sum() == pytest.approx(2.0 * np.maximum(-np.diff(finished), 0).sum(), abs=1.8)
