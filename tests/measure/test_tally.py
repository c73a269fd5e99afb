"""The running account: merged in any order it says the same as counting all at once."""

from __future__ import annotations

import pickle
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sim.measure import Counts, Tally, count
from sim.measure.results import Results
from sim.record import AgentState, Facts, Outcome
from tests.measure.days import call, day, layout, results, was

CENTER = layout("service", "sales", days=2, interval_s=3600, teams=("front", "back"))
EXACT = ("summary", "replications", "targets", "agent_points", "wait_histogram")


def random_day(seed: int) -> Facts:
    """A few contacts and states, with no relation between them but that every column of the tables gets filled."""
    generator = np.random.default_rng(seed)
    calls, states = [], []
    for caller in range(int(generator.integers(0, 25))):
        at, queue = float(generator.uniform(0, 110_000)), int(generator.integers(2))
        how = Outcome(int(generator.integers(6)))
        wait = (
            0.0
            if how in (Outcome.BALKED, Outcome.BLOCKED)
            else float(generator.choice([0.0, generator.exponential(30)]))
        )
        agent = int(generator.integers(3))
        work = {"talk": float(generator.exponential(200)), "hold": 5.0, "wrap": 30.0, "agent": agent}
        if how != Outcome.HANDLED:
            work = {}
        calls.append(call(caller, at, queue=queue, wait=wait, outcome=how, **work))
        if how != Outcome.HANDLED and generator.random() < 0.5:
            calls.append(call(caller, at + 1000, queue=queue, attempt=2, wait=wait, talk=60.0))
    for agent in range(3):
        begin = float(generator.uniform(0, 3600))
        for state in generator.integers(1, 10, int(generator.integers(0, 6))):
            end = begin + float(generator.exponential(3000)) + 1
            states.append(was(agent, AgentState(int(state)), begin, end, team=agent % 2))
            begin = end
    lengths = [(float(at), 0, n) for at, n in zip(np.sort(generator.uniform(0, 9000, 4)), (1, 2, 1, 0), strict=True)]
    return day(calls, states, lengths, teams=(0, 1, 0))


@cache
def counts(seed: int) -> Counts:
    return count(random_day(seed), CENTER)


def tally(seeds: list[int], numbers: list[int]) -> Tally:
    made = Tally(CENTER)
    for seed, number in zip(seeds, numbers, strict=True):
        made.add(counts(seed), number)
    return made


def same(one: Results, other: Results) -> None:
    for name, table in one.tables().items():
        if name in EXACT:
            assert_frame_equal(table, other.tables()[name], check_exact=True)
        else:  # sums of up to 8 numbers in another order; limits are roots of differences of squares
            assert_frame_equal(table, other.tables()[name], rel_tol=1e-9, abs_tol=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_tallies_merge_in_any_order(seeds: list[int], chance: Random) -> None:
    numbers = list(range(len(seeds)))
    whole = tally(seeds, numbers).results()
    chance.shuffle(numbers)
    shuffled = [seeds[number] for number in numbers]
    cut = chance.randint(0, len(seeds))
    merged = tally(shuffled[:cut], numbers[:cut])
    merged.merge(pickle.loads(pickle.dumps(tally(shuffled[cut:], numbers[cut:]))))
    assert merged.count == len(seeds)
    same(whole, merged.results())


def test_the_summary_equals_what_all_replications_together_say() -> None:
    made = tally(list(range(12)), list(range(12))).results()
    sums = made.replications.group_by("scope", "name", "kpi", maintain_order=True).agg(
        pl.col("numerator").sum() / pl.col("denominator").sum()
    )
    joined = made.summary.join(sums, on=["scope", "name", "kpi"], nulls_equal=True, maintain_order="left")
    quotients = joined.filter(pl.col("numerator").is_not_nan())
    assert len(quotients) > 150
    np.testing.assert_allclose(quotients["mean"].to_numpy(), quotients["numerator"].to_numpy(), rtol=1e-12)


def test_the_interval_table_adds_up_to_the_summary() -> None:
    made = tally(list(range(12)), list(range(12))).results()
    for column in ("offered", "handled", "abandoned", "answered_within", "inside"):
        by_interval = made.intervals.filter(pl.col("scope") == "queue")[column].sum()
        if column != "answered_within":
            assert by_interval == pytest.approx(made.value(column).mean, rel=1e-12)
        assert by_interval == pytest.approx(made.intervals.filter(pl.col("scope") == "center")[column].sum(), rel=1e-12)
    by_day = made.days.filter((pl.col("scope") == "center") & (pl.col("kpi") == "offered"))["mean"].sum()
    assert by_day == pytest.approx(made.value("offered").mean, rel=1e-12)


def test_a_replication_is_counted_once() -> None:
    made = tally([1, 2], [0, 5])
    with pytest.raises(ValueError, match="replication 5 was counted before"):
        made.add(counts(3), 5)
    with pytest.raises(ValueError, match="replication 0 was counted before"):
        made.merge(tally([1], [0]))
    assert made.count == 2
    made.add(counts(3))
    assert sorted(made.rows) == [0, 5, 6]


def test_only_tallies_of_the_same_center_merge() -> None:
    with pytest.raises(ValueError, match="two different centers"):
        tally([1], [0]).merge(Tally(layout("service", "sales")))


def test_nothing_counted_gives_no_results() -> None:
    with pytest.raises(ValueError, match="no replication has been counted"):
        Tally(CENTER).results()


def test_counting_in_blocks_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = random_day(4)
    whole = count(facts, CENTER)
    monkeypatch.setattr("sim.measure.counts.BLOCK", 3)
    blocks = count(facts, CENTER)
    for name in ("contacts", "peaks", "teams", "agents", "wait_cells", "wait_counts"):
        # sums of at most 30 numbers in another order
        np.testing.assert_allclose(getattr(blocks, name), getattr(whole, name), rtol=1e-13, atol=0)


def test_single_agents_are_kept_of_the_first_replications_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.measure.roster.MOST_POINTS", 7)
    seeds = [1, 2, 3, 4]
    early, late = tally(seeds[:2], [2, 3]), tally(seeds[2:], [0, 1])
    early.merge(late)
    assert early.results().agent_points["replication"].to_list() == [0, 0, 0, 1, 1, 1]
    monkeypatch.setattr("sim.measure.roster.MOST_POINTS", 1)
    assert tally([1], [0]).results().agent_points["replication"].to_list() == [0, 0, 0]


def test_the_account_does_not_grow_with_replications_but_for_a_row_each() -> None:
    made = tally([1, 2], [0, 1])
    rows = len(pickle.dumps(made.rows))
    rest = len(pickle.dumps(made)) - rows
    for number in range(2, 40):
        made.add(counts(number % 5), number)
    assert len(pickle.dumps(made.rows)) < 25 * rows
    made.rows.clear()
    made.roster.points.clear()
    assert len(pickle.dumps(made)) <= rest


def test_values_and_files(tmp_path: Path) -> None:
    made: Results = results(CENTER, random_day(1), random_day(2))
    with pytest.raises(KeyError, match="did you mean 'service_level'"):
        made.value("servicelevel")
    with pytest.raises(KeyError, match="did you mean 'service'"):
        made.value("occupancy", "queue", "servce")
    made.write(tmp_path)
    back = pl.read_csv(tmp_path / "summary.csv")
    assert back["mean"].to_list() == made.summary["mean"].to_list()
    files = sorted(path.stem for path in tmp_path.iterdir())
    contacts = ["days", "intervals", "summary", "targets", "wait_histogram"]
    assert files == sorted(["agent_points", "agents", "replications", "teams", *contacts])
    for name, table in made.tables().items():
        floats = table.select(pl.selectors.float())
        assert not any(column.is_nan().any() for column in floats), name


def test_counting_does_not_import_what_only_tables_need() -> None:
    """A worker that only counts does not pay for polars or scipy."""
    code = "import sys, sim.measure; sys.exit(any(m in sys.modules for m in ('polars', 'scipy.stats', 'matplotlib')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_service_level_so_far_is_that_of_the_results() -> None:
    tally = Tally(layout())
    for waits in ([5, 30], [10, 50, 70], [1]):
        calls = [call(number, 60 * number, wait=wait, talk=5) for number, wait in enumerate(waits)]
        tally.add(count(day(calls), layout()))
    now, final = tally.service_level(0.95), tally.results(0.95).value("service_level")
    assert (now.mean, now.half_width) == (final.mean, final.half_width) == (3 / 6, pytest.approx(final.half_width))
