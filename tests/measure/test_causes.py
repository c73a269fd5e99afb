"""What made satisfaction and handle time: steps by hand, and that they add up exactly."""

from __future__ import annotations

from math import exp, log

import numpy as np
import polars as pl
import pytest

from sim.measure.results import Results
from tests.measure.days import call, day, layout, met, results
from tests.measure.test_people import CENTER, PEOPLE, random_facts

ONE = layout(people=PEOPLE)


def flow(made: Results, what: str, scope: str = "center", name: str = "center") -> dict[str, float]:
    """The means of one way from the typical contact to what is, in their order."""
    assert made.causes is not None
    rows = made.causes.filter((pl.col("what") == what) & (pl.col("scope") == scope) & (pl.col("name") == name))
    return dict(rows.select("cause", "mean").iter_rows())


def share(latent: float) -> float:
    return 1.0 / (1.0 + exp(-latent))


def test_one_cause_alone_is_all_of_the_difference() -> None:
    calls = [call(0, 0, talk=60, met=met(resolved=0, from_resolution=-1.9))]
    steps = flow(results(ONE, day(calls)), "satisfaction")
    assert list(steps) == [
        "typical", "unresolved", "repeats", "waiting", "long_talk", "transfers", "empathy", "goodwill", "csat"
    ]  # fmt: skip
    expected = {"typical": 0.9, "unresolved": share(log(9.0) - 1.9) - 0.9, "csat": share(log(9.0) - 1.9)}
    assert steps == pytest.approx({**dict.fromkeys(steps, 0.0), **expected}, abs=1e-15)


def test_terms_share_the_difference_by_their_size_whatever_their_order() -> None:
    calls = [
        call(0, 0, talk=60, met=met(from_waiting=-1.0, from_long_talk=-0.5)),
        call(1, 99, talk=60, met=met(from_transfers=-0.5, from_empathy=0.5)),  # they cancel: slope at the point
    ]
    steps = flow(results(ONE, day(calls)), "satisfaction")
    lost = 0.9 - share(log(9.0) - 1.5)
    assert steps["waiting"] == pytest.approx(-lost * 2 / 3 / 2, rel=1e-13)
    assert steps["long_talk"] == pytest.approx(-lost / 3 / 2, rel=1e-13)
    assert steps["transfers"] == pytest.approx(-0.5 * 0.9 * 0.1 / 2, rel=1e-9)
    assert steps["empathy"] == -steps["transfers"]


def test_a_contact_close_to_typical_has_the_slope_there() -> None:
    """Just above and below the size at which the slope is taken at a point the two ways agree."""
    for small in (0.9e-6, 1.1e-6):
        calls = [call(0, 0, talk=60, met=met(from_waiting=-small))]
        steps = flow(results(ONE, day(calls)), "satisfaction")
        assert steps["waiting"] == pytest.approx(-small * 0.09, rel=1e-5)
        assert steps["typical"] == pytest.approx(0.9, abs=1e-12)


def test_handle_time_by_hand() -> None:
    """Drawn 100 s of talk and hold and 20 s of wrap-up, by a slower agent in a hurry."""
    terms = {"by_agent": 0.2, "by_hurry": -0.05, "by_wait": 0.03}
    took = 100.0 * exp(0.18)
    wrap = 20.0 * exp(0.2)
    calls = [call(0, 0, talk=took - 10.0, hold=10.0, wrap=wrap, met=met(**terms))]
    steps = flow(results(ONE, day(calls)), "handle_time")
    slope = (took - 100.0) / 0.18
    expected = {
        "drawn": 120.0,
        "agent": 0.2 * slope + wrap - 20.0,
        "load": 0.0,
        "wait": 0.03 * slope,
        "listening": 0.0,
        "calming": 0.0,
        "agitation": 0.0,
        "hurry": -0.05 * slope,
        "aids": 0.0,
        "cut_short": 0.0,
        "aht": took + wrap,
    }
    assert list(steps) == list(expected)
    assert steps == pytest.approx(expected, rel=1e-13, abs=1e-13)


def test_a_talk_cut_short_counts_as_long_as_it_would_have_been() -> None:
    would = 100.0 * exp(0.1)
    calls = [call(0, 0, talk=8.0, met=met(resolved=0, short=1, by_load=0.1, cut_off=would - 8.0))]
    steps = flow(results(ONE, day(calls)), "handle_time")
    expected = {"drawn": 100.0, "load": would - 100.0, "cut_short": 8.0 - would, "aht": 8.0}
    assert {cause: steps[cause] for cause in expected} == pytest.approx(expected, rel=1e-13)


def test_contacts_of_no_time_and_nobody_at_all() -> None:
    nothing = results(ONE, day([call(0, 0, talk=0.0, met=met(by_agent=0.3))]))
    assert set(flow(nothing, "handle_time").values()) == {0.0}
    nobody = flow(results(ONE, day()), "satisfaction")
    assert set(nobody.values()) == {None}


def test_causes_add_up_in_every_scope() -> None:
    made = results(CENTER, *(random_facts(seed) for seed in range(5)))
    assert made.causes is not None
    known = made.causes.filter(pl.col("mean").is_not_null())
    assert known.select("scope", "name").unique().height == 5
    for (what, *_), rows in known.group_by("what", "scope", "name", maintain_order=True):
        mean = rows["mean"].to_numpy()
        assert np.abs(mean[1:-1]).max() > 0.0
        size = 1.0 if what == "satisfaction" else mean[-1]
        assert abs(mean[:-1].sum() - mean[-1]) < 1e-12 * size
    ends = {"satisfaction": ("csat", "csat"), "handle_time": ("aht", "aht_s")}
    for what, (cause, kpi) in ends.items():
        for scope, name in (("center", "center"), ("queue", "second line"), ("team", "back")):
            assert flow(made, what, scope, name)[cause] == pytest.approx(made.value(kpi, scope, name).mean, rel=1e-13)


def test_steps_may_be_below_zero_and_have_limits() -> None:
    made = results(CENTER, *(random_facts(seed) for seed in range(5)))
    assert made.causes is not None
    step = made.causes.filter((pl.col("scope") == "center") & (pl.col("cause") == "waiting")).row(0, named=True)
    assert step["low"] < step["mean"] < 0.0
    assert step["high"] == pytest.approx(step["mean"] + step["half_width"])
    assert (step["unit"], step["replications"]) == ("share", 5)
