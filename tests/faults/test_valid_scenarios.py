"""Whatever can be written in a scenario file and is accepted: it ends, nobody is lost, and both clocks agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import yaml
from hypothesis import HealthCheck, given, settings

from sim.clocks.compiled_clock import CompiledClock
from sim.clocks.simpy_clock import SimpyClock
from sim.loading import load
from sim.measure import Layout, Tally, conservation
from sim.run import Model
from sim.study.replications import make
from tests.faults.how_many import of
from tests.faults.scenarios import scenarios
from tests.scripted import same


@settings(max_examples=of(20, 200), deadline=None, database=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])  # fmt: skip
@given(written=scenarios())
def test_a_scenario_that_is_accepted_is_run_to_its_end_by_both_clocks(written: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "drawn.yaml"
    file.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), encoding="utf-8")
    model = Model.of(load([str(file)]).scenario)
    slow, fast = SimpyClock(model.given(0)).run(), CompiledClock(model.given(0)).run()
    assert same(slow, fast)
    facts = model.facts(0, slow)
    assert conservation(facts) == []
    layout = Layout.of(model.scenario)
    tally = Tally(layout)
    tally.add(make(model, layout, 0, "compiled").counts, 0)
    summary = tally.results(0.95).summary
    offered = summary.filter(pl.col("scope") == "center", pl.col("kpi") == "offered")["mean"].to_list()
    assert offered == [len(facts.contacts)]


def test_a_center_without_teams_has_its_tables(tmp_path: Path) -> None:
    """Behavior counts, and nobody is there who could behave."""
    file = tmp_path / "empty.yaml"
    file.write_text("behavior: {people: true}\nqueues: {voice: {arrivals: {kind: rates, per_hour: 5}, "
                    "talk: {kind: exponential, mean_s: 60}, patience: {kind: exponential, mean_s: 60}}}\n")  # fmt: skip
    model = Model.of(load([str(file)]).scenario)
    tally = Tally(Layout.of(model.scenario))
    tally.add(make(model, Layout.of(model.scenario), 0, "simpy").counts, 0)
    results = tally.results(0.95)
    assert results.value("offered").mean == results.value("abandoned").mean > 0
    assert results.causes is not None and set(results.causes["scope"]) == {"center", "queue"}
