"""The main job: a scenario replicated, measured, and reported in a folder of its own."""

from __future__ import annotations

import json
import platform
import shlex
import time
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

import sim
from sim.cli.progress import progress
from sim.clocks.beside import UserCodeError
from sim.clocks.script import join
from sim.load import Refused
from sim.load.check import Loaded
from sim.load.places import scenarios, shown
from sim.measure import Layout, Tally
from sim.measure.counts import Counting
from sim.report import RunInfo, print_summary, write_report
from sim.report.about import Goals
from sim.report.run_folder import RunFolder, free_place
from sim.run import Model
from sim.scenario import Scenario

PACKAGES = ("simpy", "numpy", "numba", "polars", "hydra-core", "pydantic", "scipy", "matplotlib")


def run_scenario(loaded: Loaded, place: Path | None = None) -> Path:
    """The folder of the finished run; prints the summary.

    Ctrl-C after the first replication ends the run with what is done, and everything says so.
    """
    scenario = loaded.scenario
    started = datetime.now()
    clock = time.perf_counter()
    if place is None:
        place = Path(scenario.output) if scenario.output else free_place(Path("outputs"), scenario.name, started)
    with RunFolder(place) as folder:
        write_config(folder.making, loaded)
        model, layout = Model.of(scenario), Layout.of(scenario)
        tally, warnings = replicate(model, layout, folder)
        results = tally.results(scenario.confidence)
        results.write(folder.making)
        about = run_info(loaded, model, tally.count, [*loaded.warnings, *warnings], time.perf_counter() - clock)
        write_run_json(folder.making, loaded, about, started)
        write_report(folder.making, results, about)
    print_summary(results, about, folder.place)
    return folder.place


def replicate(model: Model, layout: Layout, folder: RunFolder) -> tuple[Tally, list[str]]:
    """The tally of the scenario's replications, their tables written as asked; and what to warn of.

    KeyboardInterrupt before the first replication is done goes on to the caller.
    """
    from sim.measure.tables import fact_tables

    scenario = model.scenario
    tally = Tally(layout)
    wanted = {"all": scenario.replications, "first": 1, "none": 0}[scenario.tables]
    try:
        for replication in progress(scenario.replications, f"{scenario.name} ({model.engine} clock)", tally):
            counting = Counting(layout, model.agents)
            kept = []
            for told in model.portions(replication):
                counting.add(told.left, told.was, told.queued)
                if replication < wanted:
                    kept.append(told)
            tally.add(counting.counts(told.end), replication)
            if kept:
                facts = model.facts(replication, join(kept))
                tables = fact_tables(facts, list(scenario.queues), list(scenario.teams), replication)
                folder.write_tables(tables, replication)
    except UserCodeError as error:
        raise Refused(str(error)) from error
    except KeyboardInterrupt:
        if not tally.count:
            raise
        return tally, [f"stopped by hand after {tally.count} of {scenario.replications} replications"]
    return tally, []


def run_info(loaded: Loaded, model: Model, done: int, warnings: list[str], wall_s: float) -> RunInfo:
    """What the report says about the run itself."""
    scenario = loaded.scenario
    found_by_name = [place.path for place in scenarios() if place.name == loaded.file.stem]
    word = loaded.file.stem if found_by_name == [loaded.file] else shown(loaded.file)
    words = [f"+scenario={word}", *loaded.overrides]
    return RunInfo(
        scenario=scenario.name,
        command=shlex.join(["python", "-m", "sim", *words]),
        seed=scenario.seed,
        replications=done,
        engine=model.engine,
        description=scenario.description,
        versions=versions(),
        warnings=tuple(warnings),
        wall_s=wall_s,
        finished=datetime.now(),
        goals=center_goals(scenario),
        queue_goals={name: queue_goals(scenario, name) for name in scenario.queues},
    )


def queue_goals(scenario: Scenario, queue: str) -> Goals:
    """A queue's goals as the report shows them."""
    goals = scenario.goals_for(queue)
    return Goals(
        service_level=goals.service_level,
        within_s=goals.within_s,
        definition=goals.definition,
        abandonment=goals.abandonment,
        occupancy=goals.occupancy,
        aht_s=goals.aht_target,
    )


def center_goals(scenario: Scenario) -> Goals:
    """The center's goals as the report shows them; no threshold where its queues have different ones."""
    goals = scenario.goals
    thresholds = {scenario.goals_for(name).within_s for name in scenario.queues}
    return Goals(
        service_level=goals.service_level,
        within_s=thresholds.pop() if len(thresholds) == 1 else None,
        definition=goals.definition,
        abandonment=goals.abandonment,
        occupancy=goals.occupancy,
        aht_s=goals.aht_target,
    )


def versions() -> dict[str, str]:
    """Package -> version of what the figures rest on, Python included."""
    ours = {"tightrope": sim.__version__, "python": platform.python_version()}
    return ours | {name: version(name) for name in PACKAGES}


def write_run_json(folder: Path, loaded: Loaded, about: RunInfo, started: datetime) -> None:
    """Write run.json: what was run, with what, when, and how to run it again."""
    facts: dict[str, Any] = {
        "scenario": about.scenario,
        "file": str(loaded.file),
        "command": about.command,
        "overrides": loaded.overrides,
        "seed": about.seed,
        "replications": about.replications,
        "replications_asked": loaded.scenario.replications,
        "engine": about.engine,
        "warnings": list(about.warnings),
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(about.wall_s or 0.0, 3),
        "platform": platform.platform(),
        "versions": dict(about.versions),
    }
    (folder / "run.json").write_text(json.dumps(facts, indent=2) + "\n")


def write_config(folder: Path, loaded: Loaded) -> None:
    """Write config.yaml: the composed scenario, base values and overrides included, without what is Hydra's own."""
    values = {key: value for key, value in loaded.raw.items() if key != "hydra"}
    (folder / "config.yaml").write_text(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), encoding="utf-8")
