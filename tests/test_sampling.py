"""Variance reduction from the command line to the tables: the same on both clocks, in whole batches, or refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.cli import main
from sim.loading import load
from sim.loading.refusal import Refused
from sim.measure import Layout, Tally
from sim.measure.counts import Counting
from sim.measure.evidence import evidence_of
from sim.measure.results import Results
from sim.run import Engine, Model
from sim.study.stopping import Stopping
from tests.tiny import desk

__all__ = ["desk"]

BUSY = "queues.voice.arrivals.day_factor_shape=20"


def counted(engine: Engine, replications: int, *words: str) -> Tally:
    """The tally of the tiny center with a day factor."""
    model = Model.of(load(["tiny", "behavior=none", BUSY, f"replications={replications}", *words]).scenario)
    layout = Layout.of(model.scenario)
    tally = Tally(layout)
    for number in range(replications):
        counting = Counting(layout, model.agents, model.schedule(number))
        for told in model.portions(number, engine):
            counting.add(told.left, told.was, told.queued, told.met)
        tally.add(counting.counts(told.end), number)
    return tally


def test_both_clocks_make_the_same_tables(desk: Path) -> None:
    slow, fast = (counted(engine, 20, "sampling={strata: 2, control: arrivals}").results() for engine in ENGINES)
    for name, table in slow.tables().items():
        assert_frame_equal(table, fast.tables()[name], check_exact=True)
    assert slow.value("service_level").replications == 20


ENGINES: tuple[Engine, Engine] = ("simpy", "compiled")


def test_strata_make_what_arrives_even_and_every_table_takes_batches(desk: Path) -> None:
    """Offered of 100 replications: over batches of 5 the half-widths are less than two thirds."""
    plain, drawn = counted("compiled", 100).results(), counted("compiled", 100, "sampling.strata=5").results()
    for of in (_summary, _days):
        assert 1.5 * of(drawn) < of(plain)
    assert _intervals(drawn) < _intervals(plain)
    mine = drawn.replications.filter(scope="center", kpi="offered")["value"].to_numpy().reshape(20, 5).sum(axis=1)
    batches = evidence_of(mine - mine.mean(), mine.mean(), np.array(20.0)).estimate(0.95)
    half = float(batches.half_width) / 5.0
    assert _summary(drawn) == pytest.approx(half, rel=1e-6)
    assert _days(drawn) == pytest.approx(half, rel=1e-6)


def _summary(results: Results) -> float:
    half = results.value("offered").half_width
    assert half is not None
    return half


def _days(results: Results) -> float:
    return float(results.days.filter(scope="center", kpi="offered")["half_width"].item())


def _intervals(results: Results) -> float:
    """Of the offered of all intervals, as if they were one figure."""
    frame = results.intervals.filter(scope="center").select(half=pl.col("offered_high") - pl.col("offered"))
    return float(frame["half"].sum())


def test_the_control_narrows_the_summary_and_adds_up_over_queues(desk: Path) -> None:
    plain, held = counted("compiled", 30).results(), counted("compiled", 30, "sampling.control=arrivals").results()
    assert 4.0 * _summary(held) < _summary(plain)
    assert _days(held) == _days(plain)  # only the summary is controlled
    parts = held.summary.filter(pl.col("kpi").is_in(["handled", "abandoned", "offered"]), scope="center")
    values = dict(zip(parts["kpi"], parts["mean"], strict=True))
    assert values["handled"] + values["abandoned"] == pytest.approx(values["offered"], rel=1e-12)


def test_a_run_is_of_whole_batches_and_says_what_was_done(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tiny", "behavior=none", BUSY, "sampling.strata=4", "replications=18", "output=mine"]) == 0
    facts, said = json.loads(Path("mine/run.json").read_text()), capsys.readouterr()
    assert facts["replications"] == facts["replications_asked"] == 20
    assert "replications=18: 18 is made 20: whole batches of sampling.strata 4" in said.err
    line = "Sampling: day factors from 4 strata, intervals over 5 batches"
    assert line in said.out and line.removeprefix("Sampling: ") in Path("mine/report.html").read_text()


def test_a_precision_is_looked_at_after_whole_batches(desk: Path) -> None:
    words = ["precision={half_width: 0.01, max_replications: 100}", "sampling={strata: 4, control: arrivals}"]
    scenario = load(["tiny", "behavior=none", BUSY, *words]).scenario
    tally = counted("compiled", 60, "sampling={strata: 4, control: arrivals}")
    rule = Stopping.of(scenario, tally)
    assert rule is not None and (rule.first, rule.step, rule.cap) == (40, 8, 100)
    value = tally.results().value("service_level")
    assert rule.half_width() == pytest.approx(value.half_width, rel=1e-12)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sampling.control=arrivals", "replications=9"], "at least 10, and there are 9: raise replications"),
        (["sampling={control: arrivals, strata: 4}", "replications=36"], "40 (10 batches of sampling.strata 4)"),
        (["sampling.strata=0"], "sampling.strata"),
        (["sampling.control=everything"], "sampling.control"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(desk: Path, words: list[str], said: str) -> None:
    with pytest.raises(Refused) as refused:
        load(["tiny", *words])
    (line,) = str(refused.value).splitlines()
    assert said in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sampling.strata=5", "replications=50"], "no queue has a day factor, so there is nothing to draw"),
        ([BUSY, "sampling.strata=10", "replications=20"], "20 are 2 batches of sampling.strata 10, over which"),
        (
            ["queues.voice.arrivals={kind: counts, per_interval: 20}", "sampling.control=arrivals"],
            "as many contacts come in every replication: there is nothing to control",
        ),
    ],
)
def test_what_brings_nothing_is_said(desk: Path, words: list[str], said: str) -> None:
    warnings = load(["tiny", "replications=20", *words]).warnings
    assert sum(said in warning for warning in warnings) == 1
