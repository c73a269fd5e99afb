"""Replications drawn together, from figures to sweeps: a batch is one observation; and what pairing brings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.loading import load
from sim.measure.sampled import Sampled
from sim.study.comparison import sides
from sim.study.comparison.compare import compare
from sim.study.comparison.differences import paired, still_needed, unpaired
from sim.study.kept import keep, recall
from sim.study.observed import Task, chosen, joined, observe
from sim.study.variants import Figures, figures, kpis_of
from tests.study.test_compare import counts, side
from tests.tiny import desk, write

__all__ = ["desk"]

ONE, BASE = [3.0, 5.0, 4.0, 8.0, 6.0, 5.0], [1.0, 4.0, 2.0, 7.0, 3.0, 4.0]
MEANS = ([4.0, 6.0, 5.5], [2.5, 4.5, 3.5])
"""of pairs of these"""


def drawn(values: list[float], numbers: list[int] | None = None) -> Figures:
    own = None if numbers is None else np.array(numbers)
    return counts(values)._replace(strata=2, numbers=own)


def test_pairs_of_batches_are_the_paired_t_test_of_their_means() -> None:
    found, known = paired(drawn(ONE), drawn(BASE), 0.95), stats.ttest_rel(*MEANS)
    low, high = known.confidence_interval(0.95)
    assert (found.mean, found.p, found.low, found.high) == pytest.approx((10.0 / 6.0, known.pvalue, low, high))
    assert found.replications == 6
    less = drawn(ONE).less(drawn(BASE), 0.95)
    assert [float(part[0]) for part in less[:3]] == pytest.approx([10.0 / 6.0, low, high]) and less.replications == 6


def test_batches_of_independent_runs_are_the_test_of_welch_of_their_means() -> None:
    found = unpaired(drawn(ONE), counts(BASE), 0.95)
    known = stats.ttest_ind(MEANS[0], BASE, equal_var=False)
    low, high = known.confidence_interval(0.95)
    assert (found.mean, found.p, found.low, found.high) == pytest.approx((10.0 / 6.0, known.pvalue, low, high))


def test_what_is_still_needed_counts_replications() -> None:
    """Twice as many replications of batches of two as there would be batches, give or take one more."""
    batches = still_needed(paired(counts(MEANS[0]), counts(MEANS[1]), 0.95), 0.001)
    each = still_needed(paired(drawn(ONE), drawn(BASE), 0.95), 0.001)
    assert batches is not None and each is not None and batches + 3 <= each + 6 <= 2 * (batches + 3)


def test_a_batch_that_is_not_whole_is_left_out() -> None:
    """Numbers 0 to 3 are two batches, 5 is half of one."""
    found = drawn([*ONE[:4], 99.0], [2, 3, 0, 1, 5])
    whole = drawn(ONE[:4])
    assert found.mean() == whole.mean() and found.estimate(0.9)[:4] == whole.estimate(0.9)[:4]
    assert drawn(ONE[:3]).mean() == [4.0]  # with a single batch all replications count, and there is no interval
    assert np.isnan(drawn(ONE[:3]).estimate(0.9).half_width)


def test_runs_are_paired_by_whole_batches_and_only_with_the_same_strata() -> None:
    a, b = (side(name, level, sampling={"strata": 2}) for name, level in (("A", BASE), ("B", ONE)))
    assert sides.why_not(b, a) is None
    row = compare([a, b], [None], 0.95).frame.row(0, named=True)
    assert (row["p"], row["replications"]) == (pytest.approx(stats.ttest_rel(*MEANS).pvalue), 6)
    alone = side("B", ONE)
    assert sides.why_not(alone, a) == "their sampling.strata differ"
    few = side("B", ONE[:3], sampling={"strata": 2})
    assert sides.why_not(few, a) == "they have fewer than two batches of 2 replications in common"


def test_what_is_observed_knows_what_was_drawn_together(desk: Path) -> None:
    """In pieces, kept in a file and read again, it is what one piece is, and what a variant of a study is."""
    words = ["tiny", "behavior=none", "sampling.strata=3", "queues.voice.arrivals.day_factor_shape=10"]
    raw = load(words).raw
    whole = observe(Task(raw, tuple(range(8))))
    parts = joined([observe(Task(raw, (4, 5, 6, 7))), observe(Task(raw, (0, 1, 2, 3)))])
    keep(parts, desk / "kept.npz", {})
    read, _ = recall(desk / "kept.npz")
    level = whole.of("service_level")
    for found in (parts, read):
        assert found.strata == 3 and found.of("service_level").estimate(0.95) == level.estimate(0.95)
    expected = Sampled(3).estimate(level.tops, level.bottoms, np.arange(8), None, 0.95)
    assert level.estimate(0.95) == expected and expected.replications == 6 and np.isfinite(expected.half_width)
    by_interval = chosen(whole, range(6)).by_interval("offered").estimate(0.95)
    assert (by_interval.replications[16:36] == 6).all() and np.isfinite(by_interval.half_width[16:36]).all()
    kpis = kpis_of(load(words).scenario, ["service_level"])
    (study,) = figures(raw, [{}], kpis, 5)
    assert study.strata == 3 and study.estimate(0.95) == expected  # five are two batches


SIXTY = """\
queues:
  voice:
    open: "08:00-18:00"
    arrivals: {kind: rates, per_hour: 684, day_factor_shape: 30}
    talk: {kind: exponential, mean_s: 300}
    patience: {kind: exponential, mean_s: 390}
teams:
  front: {agents: 60, skills: {voice: 1}, shifts: {day: 1}}
shifts:
  day: {start: "08:00", end: "18:00"}
"""


def test_pairing_60_and_62_agents_takes_nineteen_twentieths_of_the_variance(desk: Path) -> None:
    """20 replications; benchmarks/pairing.py has the figure of 400."""
    write(desk, "sixty", SIXTY)
    raws = [load(["sixty", "behavior=none", f"teams.front.agents={agents}"]).raw for agents in (60, 62)]
    a, b = (sides.observe(raw, name, 20, 0.95) for raw, name in zip(raws, "AB", strict=True))
    rows = {row["kpi"]: row for row in compare([a, b], [None], 0.95).frame.iter_rows(named=True)}
    assert rows["service_level"]["variance_reduction"] > 20.0
    assert rows["service_level"]["verdict"] == "better"
