"""Percentiles of waits from the fine histogram, and the histogram that is shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measure.waits import BINS, EDGES, quantile, wait_bin
from sim.record import Outcome
from tests.measure.days import call, day, layout, results

LOST = Outcome.ABANDONED
WAITS = st.lists(st.one_of(st.just(0.0), st.floats(0.0, 1e6), st.integers(0, 5000).map(float)), min_size=1, max_size=60)


@given(WAITS)
def test_a_wait_lies_in_its_bin(waits: list[float]) -> None:
    values = np.array(waits)
    index = wait_bin(values)
    assert np.all(EDGES[index] <= values)
    assert np.all((values < EDGES[index + 1]) | (index == 0))


@given(WAITS, st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
def test_a_percentile_is_within_its_stated_error(waits: list[float], share: float) -> None:
    values = np.sort(np.array(waits))
    curve = np.cumsum(np.bincount(wait_bin(values), minlength=BINS)).astype(float)
    exact = values[min(int(np.searchsorted(np.arange(1, len(values) + 1), share * len(values))), len(values) - 1)]
    found = float(quantile(curve, share)[0])
    assert abs(found - exact) <= max(exact / 128, 1 / 32)


def test_percentiles_of_waits_and_of_answers() -> None:
    calls = [call(i, i, wait=0.0 if i < 60 else 100.0, talk=9) for i in range(80)]
    calls += [call(i, i, wait=400.0, outcome=LOST) for i in range(80, 100)]
    made = results(layout(), day(calls))
    assert made.value("wait_p50_s").mean == 0.0
    assert made.value("wait_p80_s").mean == pytest.approx(100, rel=1 / 128)
    assert made.value("wait_p90_s").mean == pytest.approx(400, rel=1 / 128)
    assert made.value("answer_p90_s").mean == pytest.approx(100, rel=1 / 128)
    assert made.value("wait_p99_s").mean <= made.value("longest_wait_s").mean == 400.0


def test_percentiles_pool_the_contacts_of_all_replications() -> None:
    busy = day([call(i, i, wait=64.0, talk=9) for i in range(90)])
    quiet = day([call(i, i, wait=0.0, talk=9) for i in range(10)])
    value = results(layout(), busy, quiet, quiet).value("wait_p80_s")
    assert value.mean == 64.0  # no contact waited longer, so the limit of the bin does not show
    assert (value.low, value.high, value.replications) == (0.0, 64.0, 3)


def test_percentiles_of_equal_days_have_no_spread() -> None:
    same = day([call(i, i, wait=float(i), talk=9) for i in range(100)])
    value = results(layout(), same, same).value("wait_p90_s")
    assert value.low == value.mean == value.high
    assert value.mean == pytest.approx(89, rel=1 / 128)


def test_the_shown_histogram() -> None:
    calls = [call(0, 0, wait=0, talk=9), call(1, 1, wait=0, talk=9), call(2, 2, wait=10, talk=9)]
    calls += [
        call(3, 3, wait=12, outcome=LOST),
        call(4, 4, wait=119, talk=9),
        call(5, 5, wait=50, outcome=Outcome.INSIDE),
    ]
    table = results(layout(), day(calls), day(calls)).wait_histogram
    center = table.filter(table["scope"] == "center")
    assert center.row(0) == ("center", "center", 0.0, 0.0, 2.0, 0.0, 0.0)
    width = center["to_s"][1]
    assert width == 2.0 and 24 <= len(center) - 1 <= 61
    assert center["from_s"].to_list()[2:] == center["to_s"].to_list()[1:-1]
    filled = center.filter((center["answered"] + center["abandoned"] + center["other"]) > 0)
    assert filled["from_s"].to_list() == [0.0, 10.0, 12.0, 50.0, 118.0]
    assert filled["answered"].to_list() == [2.0, 1.0, 0.0, 0.0, 1.0]
    assert filled["abandoned"].to_list() == [0.0, 0.0, 1.0, 0.0, 0.0]
    assert filled["other"].to_list() == [0.0, 0.0, 0.0, 1.0, 0.0]


def test_the_shown_histogram_loses_nobody() -> None:
    generator = np.random.default_rng(7)
    calls = [call(i, i, wait=float(w), talk=9) for i, w in enumerate(generator.lognormal(3, 1.5, 500))]
    table = results(layout(), day(calls)).wait_histogram
    center = table.filter(table["scope"] == "center")
    assert center["answered"].sum() == pytest.approx(500, rel=1e-12)
    assert center["to_s"][-1] == max(entry["answered"] - entry["arrived"] for entry in calls)


def test_nobody_waited() -> None:
    table = results(layout(), day([call(0, 0, wait=0, talk=9)])).wait_histogram
    assert table.filter(table["scope"] == "center").rows() == [("center", "center", 0.0, 0.0, 1.0, 0.0, 0.0)]
