"""Variants with common random numbers, and what each coefficient moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim.cli import main
from sim.loading import load
from sim.measure import Layout, Tally
from sim.measure.counts import Counting
from sim.measure.people_kpis import contact_kpis
from sim.measure.statistics import moments_of
from sim.people.register import REGISTER
from sim.run import Model
from sim.study.execution import SERIAL, Execution
from sim.study.sensitivity import KPIS, one_at_a_time, spans, varied
from sim.study.variants import Figures, figures, kpis_of, observe, variant
from tests.tiny import desk

__all__ = ["desk"]

SALIB = "the extra sensitivity is not installed"


@pytest.fixture
def raw(desk: Path) -> dict[str, Any]:
    return load(["tiny"]).raw


def test_every_coefficient_of_the_register_can_be_varied(raw: dict[str, Any]) -> None:
    found = varied(raw)
    assert [each.coefficient.key for each in found] == [each.key for each in REGISTER]
    for each in found:
        for end in ("low", "high"):
            part, name = each.coefficient.key.split(".")
            behavior = variant(raw, {each.key: each.at(end)}).behavior
            assert getattr(getattr(behavior, part), name) == each.at(end)
    assert load(["tiny"]).raw == raw  # which a variant leaves alone


def test_parts_and_coefficients_can_be_chosen(raw: dict[str, Any]) -> None:
    assert [each.coefficient.key for each in varied(raw, ["loyalty", "talk.wait"])] == [
        "talk.wait", "loyalty.at_once", "loyalty.later", "loyalty.unresolved", "loyalty.tilt", "loyalty.follows",
    ]  # fmt: skip


def test_a_variant_shows_what_a_run_shows(raw: dict[str, Any]) -> None:
    scenario = load(["tiny", "behavior.talk.hurry=0.5"]).scenario
    model, layout = Model.of(scenario), Layout.of(scenario)
    tally = Tally(layout)
    for replication in range(2):
        counting = Counting(layout, model.agents)
        for told in model.portions(replication, "simpy"):
            counting.add(told.left, told.was, told.queued, told.met)
        tally.add(counting.counts(told.end), replication)
    keys = [kpi.key for kpi in contact_kpis(layout.people)]
    found = observe(raw, {"behavior.talk.hurry": 0.5}, kpis_of(scenario, KPIS), 2)
    looked_at = [kpi.key for kpi in kpis_of(scenario, KPIS)]
    assert looked_at == [*KPIS[:-1], "net"]  # a day is no week
    for place, key in enumerate(looked_at):
        tops = [row.contacts[0][0, keys.index(key)] for row in tally.rows.values()]
        assert found.tops[:, place].tolist() == tops


def test_a_coefficient_without_effect_changes_exactly_nothing(raw: dict[str, Any]) -> None:
    """Nobody has suggestions, canned answers, goodwill or transfers here; scales of satisfaction change no handling."""
    without = ["talk.assist", "talk.canned", "satisfaction.goodwill", "temper.transfers", "satisfaction.transfers"]
    chosen = varied(raw, [*without, "satisfaction.typical"])
    kpis = kpis_of(load(["tiny"]).scenario, KPIS)
    frame = spans(chosen, kpis, figures(raw, one_at_a_time(chosen), kpis, 3, SERIAL), 0.95)
    still = frame.filter(pl.col("coefficient").is_in(without))
    ends = [f"{end}_change{limit}" for end in ("low", "high") for limit in ("", "_low", "_high")]
    assert len(still) == len(without) * len(KPIS)
    assert (still.select(*ends, "span") == 0.0).to_numpy().all()
    csat = frame.row(
        by_predicate=(pl.col("coefficient") == "satisfaction.typical") & (pl.col("kpi") == "csat"), named=True
    )
    assert csat["at_low"] < csat["at_base"] < csat["at_high"]
    assert csat["high_change_low"] > 0 > csat["low_change_high"]


@pytest.mark.slow
def test_the_workers_do_not_matter_and_the_same_is_simulated_once(raw: dict[str, Any]) -> None:
    kpis = kpis_of(load(["tiny"]).scenario, KPIS)
    asked = [{}, {"behavior.talk.load": 0.2}, {}]
    alone = list(figures(raw, asked, kpis, 2, SERIAL))
    shared = list(figures(raw, asked, kpis, 2, Execution("processes", 2)))
    assert alone[0] is alone[2]
    for one, other in zip(alone, shared, strict=True):
        assert np.array_equal(one.tops, other.tops) and np.array_equal(one.bottoms, other.bottoms)


def test_paired_differences_by_hand() -> None:
    one = Figures(np.array([[3.0], [5.0], [10.0]]), np.array([[1.0], [1.0], [1.0]]))
    other = Figures(np.array([[1.0], [4.0], [7.0]]), np.array([[1.0], [1.0], [1.0]]))
    found = one.less(other, 0.95)
    # Differences 2, 1, 3: mean 2, standard deviation 1, t(2) = 4.302653.
    assert found.mean[0] == pytest.approx(2.0)
    assert found.half_width[0] == pytest.approx(4.302652729911275 / np.sqrt(3.0))
    none = one.less(Figures(one.tops, np.zeros((3, 1))), 0.95)
    assert np.isnan(none.mean[0]) and np.isnan(none.low[0])


def test_an_interval_of_a_ratio_is_that_of_its_difference_from_nothing() -> None:
    rng = np.random.default_rng(4)
    y = rng.uniform(50, 150, (200, 1))
    x = 0.7 * y + rng.normal(0, 3, y.shape)
    alone = moments_of(x, y).estimate(0.95)
    against = Figures(x, y).less(Figures(np.zeros_like(x), np.ones_like(y)), 0.95)
    assert against.mean[0] == pytest.approx(alone.mean[0])
    assert against.half_width[0] == pytest.approx(alone.half_width[0])


def test_the_verb_writes_a_whole_folder(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", "tiny", "only=talk.listening,pressure.cut", "replications=2", "output=found"]) == 0
    told = capsys.readouterr().out
    assert "Net of the run" in told and "found/report.html" in told
    names = {path.name for path in Path("found").iterdir()}
    assert {"config.yaml", "sensitivity.csv", "report.html", "study.json", "tornado_csat.png"} <= names
    frame = pl.read_csv("found/sensitivity.csv")
    assert len(frame) == 2 * len(KPIS)
    assert frame["kpi"].unique(maintain_order=True).to_list() == [*KPIS[:-1], "net"]
    study = json.loads(Path("found/study.json").read_text())
    assert study["variants"] == 5 and study["replications"] == 2
    assert study["command"].endswith("only=talk.listening,pressure.cut")
    assert not list(Path().glob(".*partial"))


def test_without_prices_there_is_no_net(desk: Path) -> None:
    words = ["sensitivity", "tiny", "only=talk.wait", "replications=2", "~costs", "output=found"]
    assert main(words) == 0
    assert pl.read_csv("found/sensitivity.csv")["kpi"].to_list() == list(KPIS[:-1])


@pytest.mark.parametrize(
    ("method", "samples", "variants", "column"), [("morris", 2, 6, "mu_star"), ("sobol", 2, 8, "total")]
)
def test_all_at_once(desk: Path, method: str, samples: int, variants: int, column: str) -> None:
    pytest.importorskip("SALib", reason=SALIB)
    words = ["only=satisfaction.typical,talk.assist", f"method={method}", f"samples={samples}", "replications=1"]
    assert main(["sensitivity", "tiny", *words, "output=found"]) == 0
    frame = pl.read_csv("found/sensitivity.csv").filter(pl.col("kpi") == "csat")
    assert json.loads(Path("found/study.json").read_text())["variants"] == variants
    moved = dict(frame.select("coefficient", column).iter_rows())
    assert moved["satisfaction.typical"] > 0.0
    assert moved["talk.assist"] == pytest.approx(0.0, abs=1e-9)


BAD = [
    ([], "no scenario is named"),
    (["tny"], "unknown scenario 'tny', did you mean 'tiny'?"),
    (["tiny", "behavior=none"], "sensitivity: behavior.people is false"),
    (["tiny", "method=moris"], "command line: method=moris: unknown method, did you mean 'morris'?"),
    (["tiny", "method=morris", "method=sobol"], "command line: method=sobol: method is given twice"),
    (["tiny", "only=talk.listenin"], "no coefficient or part talk.listenin, did you mean 'talk.listening'?"),
    (["tiny", "replications=1"], "command line: replications=1: differences need at least 2"),
    (["tiny", "samples=4"], "command line: samples=4: only morris and sobol take samples"),
    (["tiny", "method=sobol", "samples=5"], "command line: samples=5: sobol needs a power of 2"),
    (["tiny", "method=morris", "samples=none"], "command line: samples=none: needs a whole number from 2"),
    (["tiny", "method=morris", "only=talk.wait"], "command line: only=talk.wait: morris needs at least 2 coefficients"),
    (["tiny", "-m"], "command line: -m: `sensitivity` takes no flags"),
    (["tiny", "output=scenarios"], "scenarios exists already"),
]


@pytest.mark.parametrize(("words", "line"), BAD, ids=[" ".join(words) or "nothing" for words, _ in BAD])
def test_bad_input_gets_one_line(desk: Path, capsys: pytest.CaptureFixture[str], words: list[str], line: str) -> None:
    assert main(["sensitivity", *words]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and line in told[0]
    assert not Path("outputs").exists()
