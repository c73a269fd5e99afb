"""The watch: one figure of the center as replications come in, equal to the summary's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sim.loading import load
from sim.measure import Layout, Tally
from sim.measure.counts import Counting
from sim.measure.watch import Watch, center_kpis
from sim.run import Model
from tests.tiny import desk

__all__ = ["desk"]


def replications(*words: str, count: int) -> Iterator[Tally]:
    """The tally of a scenario after each of its replications."""
    model = Model.of(load(list(words)).scenario)
    layout = Layout.of(model.scenario)
    tally = Tally(layout)
    for number in range(count):
        counting = Counting(layout, model.agents, model.schedule(number))
        for told in model.portions(number):
            counting.add(told.left, told.was, told.queued, told.met)
        tally.add(counting.counts(told.end), number)
        yield tally


@pytest.mark.parametrize("behavior", ["evidence", "none"])
def test_every_figure_of_the_center_is_the_summarys(desk: Path, behavior: str) -> None:
    watches: dict[str, Watch] = {}
    for tally in replications("tiny", f"behavior={behavior}", count=4):
        watches = watches or {key: Watch(tally, key) for key in center_kpis(tally.layout.people)}
        if tally.count == 2:
            for watch in list(watches.values())[::3]:
                watch.estimate(0.9)  # a look in between changes nothing
    results = tally.results(0.9)
    of_center = results.summary.filter(scope="center", name="center")
    assert sorted(watches) == sorted(of_center["kpi"])
    for key, watch in watches.items():
        now, value = watch.estimate(0.9), results.value(key)
        assert watch.kpi.key == key
        for mine, told in ((now.mean, value.mean), (now.half_width, value.half_width)):
            if told is None:
                assert np.isnan(mine), key
            elif key.endswith(("p50_s", "p80_s", "p90_s", "p95_s", "p99_s")):
                assert float(mine) >= told - 1e-9, key  # the summary cuts at the longest wait
            else:
                assert float(mine) == pytest.approx(told, rel=1e-12), key
        assert int(now.replications) == value.replications


def test_what_the_center_does_not_have_cannot_be_watched(desk: Path) -> None:
    (tally,) = replications("tiny", "behavior=none", count=1)
    for key in ("csat", "nonsense"):
        with pytest.raises(KeyError, match=key):
            Watch(tally, key)
