"""Stopped: all that a run which was stopped has counted, so that the same run goes on from there.

Kept in the run's folder, exact to the bit, with a digest of all that its replications depend on (the composed scenario,
the files it names, the program itself): what fits no more is not gone on with.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sim.loading.refusal import Refused
from sim.measure import Layout, Tally
from sim.measure.state import apart, together
from sim.scenario import Scenario
from sim.study.kept import DAMAGED, digest, read_archive, recall, write_archive
from sim.study.kept import NAME as OBSERVED
from sim.study.observed import Observed
from sim.study.stopping import Look, Stopping

NAME = "stopped.npz"
FORMAT = 1


class Stopped(NamedTuple):
    """A run that was stopped, by somebody or by its cap."""

    folder: Path
    tally: Tally
    observed: Observed
    seconds: float
    """that it took"""
    looks: dict[int, Look]
    """at the figure that is wanted now; none where that was another"""


def keep(
    folder: Path, raw: Mapping[str, Any], scenario: Scenario, tally: Tally, stopping: Stopping | None, seconds: float
) -> None:
    """Write down in a run's folder, beside its observed replications, what it takes to go on."""
    told, arrays = apart(tally)
    head = {"format": FORMAT, "of": _of(raw, scenario), "count": tally.count, "seconds": seconds, "tally": told}
    if stopping is not None:
        # No interval is null: JSON knows no nan.
        looks = [(n, None if h != h else h, of) for n, (h, of) in stopping.looks.items()]
        head["looks"] = {"of": _figure(stopping), "at": looks}
    write_archive(folder / NAME, head, arrays)


def find(folder: Path, raw: Mapping[str, Any], scenario: Scenario) -> Stopped | None:
    """The stopped run in a folder; None where there is none, or not of this scenario, or nothing is left to do."""
    try:
        head, arrays = read_archive(folder / NAME)
        if head["format"] != FORMAT or head["of"] != _of(raw, scenario) or head["count"] >= _most(scenario):
            return None
        observed, _ = recall(folder / OBSERVED)
        tally = together(Layout.of(scenario), head["tally"], arrays)
        numbers = list(range(head["count"]))
        if list(tally.rows) != numbers or observed.numbers.tolist() != numbers:
            return None
        stopping, looks = Stopping.of(scenario, tally), head.get("looks")
        known: dict[int, Look] = {}
        if stopping is not None and looks is not None and looks["of"] == _figure(stopping):
            known = {n: Look(float("nan") if h is None else h, of) for n, h, of in looks["at"]}
        return Stopped(folder, tally, observed, float(head["seconds"]), known)
    except (*DAMAGED, Refused):
        return None


def newest(folder: Path, raw: Mapping[str, Any], scenario: Scenario) -> Stopped | None:
    """The last stopped run of this scenario among the folders in a folder."""
    files = [(file.stat().st_mtime_ns, file.parent) for file in folder.glob(f"*/{NAME}")]
    for _, each in sorted(files, reverse=True):
        if not each.name.startswith(".") and (found := find(each, raw, scenario)) is not None:
            return found
    return None


def _of(raw: Mapping[str, Any], scenario: Scenario) -> list[Any]:
    """What must be the same: what replications depend on, and which of their facts are written."""
    return [digest(raw), scenario.tables, scenario.confidence]


def _figure(stopping: Stopping) -> list[Any]:
    return [stopping.watch.kpi.key, stopping.first, stopping.step]


def _most(scenario: Scenario) -> int:
    """Replications that there may be."""
    precision = scenario.precision
    return scenario.sampling.whole(scenario.replications if precision is None else precision.max_replications)
