"""The main job: a scenario replicated, measured, and reported in a folder of its own."""

from __future__ import annotations

import json
import logging
import os
import platform
import shlex
import time
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

import sim
from sim.cli import interrupts, precision, sampling
from sim.cli.errors import say
from sim.cli.replicate import replicate
from sim.cli.run import whole
from sim.loading.check import Loaded
from sim.loading.places import scenarios, shown
from sim.loading.saved import kept
from sim.measure import Layout, Tally
from sim.report import RunInfo, print_summary, write_report
from sim.report.about import Goals
from sim.report.run_folder import RunFolder, free_place
from sim.report.words import answer
from sim.run import Model
from sim.scenario import Scenario
from sim.scenario.goals import Goals as Wanted
from sim.study import again, stopped
from sim.study.kept import NAME as KEPT
from sim.study.kept import digest, keep
from sim.study.stopped import Stopped
from sim.study.stopping import Reached

PACKAGES = ("simpy", "numpy", "numba", "polars", "hydra-core", "pydantic", "scipy", "matplotlib")
APART = ("output", "resume", "execution", "workers", "cluster")
"""Keys that are not repeated in the command that makes the run again."""


def run_scenario(loaded: Loaded, place: Path | None = None, instead: bool = False) -> Path:
    """The folder of the finished run; prints the summary.

    Goes on with the same run where it was stopped, in its folder: the one in `place`, or the last of the scenario.
    `instead`: of a point of a sweep. A stopped run in `place` that cannot be gone on with is replaced; one
    that somebody else has finished there by then is kept in place of this.

    Ctrl-C after the first replication ends the run with what is done, and everything says so; while the report is
    written it takes a second Ctrl-C to throw that away.
    """
    scenario = loaded.scenario
    started = datetime.now()
    clock = time.perf_counter()
    if place is None and scenario.output:
        place = Path(scenario.output).expanduser()
    earlier = _earlier(loaded, place)
    if earlier is not None:
        place = earlier.folder
    elif place is None:
        place = free_place(Path("outputs"), scenario.name, started)
    _only_files()
    unfinished = earlier is not None or (instead and (place / stopped.NAME).is_file())
    with RunFolder(place, unfinished, whole if instead else None) as folder:
        write_config(folder.making, loaded)
        model, layout = Model.of(scenario), Layout.of(scenario)
        replicated = replicate(model, layout, folder, earlier)
        tally, observed, asked, reached, warnings, stopping = replicated
        with interrupts.finishing(lambda: say(f"writing the report of {_done(tally)}; Ctrl-C again throws it away")):
            results = tally.results(scenario.confidence)
            results.write(folder.making)
            keep(observed, folder.making / KEPT, {"digest": digest(loaded.raw)})
            wall_s = time.perf_counter() - clock + (0.0 if earlier is None else earlier.seconds)
            if not replicated.whole:
                stopped.keep(folder.making, loaded.raw, scenario, tally, stopping, wall_s)
            warnings = [*loaded.warnings, *warnings]
            about = run_info(loaded, model, tally.count, warnings, wall_s, reached)
            if scenario.report != "tables":
                write_report(folder.making, results, about)
            write_run_json(folder, loaded, about, started, asked, reached)
    try:
        if scenario.report != "tables":
            print_summary(results, about, folder.place)
        else:
            print(answer(results).headline)
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            say(f"finished, the results are in {shown(folder.place)}, but cannot be printed:")
        raise
    return folder.place


def _earlier(loaded: Loaded, place: Path | None) -> Stopped | None:
    """The same run as it was stopped, which is said; None where there is none, or nobody wants to go on with it."""
    scenario = loaded.scenario
    if not scenario.resume:
        return None
    if place is not None:
        found = stopped.find(place, loaded.raw, scenario)
    else:
        found = stopped.newest(free_place(Path("outputs"), scenario.name, datetime.now()).parent, loaded.raw, scenario)
    if found is not None:
        done = f"{found.tally.count:,} replication{'s are' if found.tally.count > 1 else ' is'} there"
        say(f"goes on with {shown(found.folder)}: {done} (resume=false starts anew)")
    return found


def _done(tally: Tally) -> str:
    return "the replication done" if tally.count == 1 else f"the {tally.count:,} replications done"


def _only_files() -> None:
    """Tell Matplotlib that we write files: which windows it could open, and where it keeps fonts, is all one to us."""
    os.environ["MPLBACKEND"] = "agg"
    logging.getLogger("matplotlib").setLevel(logging.ERROR)


def run_info(
    loaded: Loaded, model: Model, done: int, warnings: list[str], wall_s: float, reached: Reached | None = None
) -> RunInfo:
    """What the report says about the run itself."""
    scenario = loaded.scenario
    found_by_name = [place.path for place in scenarios() if place.name == loaded.file.stem]
    word = loaded.file.stem if found_by_name == [loaded.file] else shown(loaded.file)
    # Where this run was put, and who made it, is no part of what it is: the same words would find that folder taken.
    words = [f"+scenario={word}", *(w for w in loaded.overrides if w.lstrip("+").partition("=")[0] not in APART)]
    return RunInfo(
        scenario=scenario.name,
        command=loaded.command or shlex.join(["python", "-m", "sim", *words]),
        seed=scenario.seed,
        replications=done,
        engine=model.engine,
        description=scenario.description,
        versions=versions(),
        warnings=tuple(passed_on(warning, loaded.file.parent) for warning in warnings),
        precision="" if reached is None else precision.sentence(reached),
        sampling=sampling.sentence(scenario, done),
        wall_s=wall_s,
        finished=datetime.now(),
        goals=center_goals(scenario),
        queue_goals={name: queue_goals(scenario, name) for name in scenario.queues},
        behavior=scenario.behavior.model_dump(),
    )


def passed_on(text: str, folder: Path) -> str:
    """A text for others to read, without the scenario's folder where that is a place on this machine alone."""
    return text.replace(f"{shown(folder)}{os.sep}", "") if Path(shown(folder)).is_absolute() else text


def queue_goals(scenario: Scenario, queue: str) -> Goals:
    """A queue's goals as the report shows them."""
    goals = scenario.goals_for(queue)
    return _as_shown(goals, goals.within_s)


def center_goals(scenario: Scenario) -> Goals:
    """The center's goals as the report shows them; no threshold where its queues have different ones."""
    thresholds = {scenario.goals_for(name).within_s for name in scenario.queues}
    return _as_shown(scenario.goals, thresholds.pop() if len(thresholds) == 1 else None)


def _as_shown(goals: Wanted, within_s: float | None) -> Goals:
    return Goals(
        service_level=goals.service_level,
        within_s=within_s,
        definition=goals.definition,
        abandonment=goals.abandonment,
        occupancy=goals.occupancy,
        aht_s=goals.aht_target,
        csat=goals.csat,
        fcr=goals.fcr,
    )


def versions() -> dict[str, str]:
    """Package -> version of what the figures rest on, Python included."""
    ours = {"tightrope": sim.__version__, "python": platform.python_version()}
    return ours | {name: version(name) for name in PACKAGES}


def write_run_json(
    folder: RunFolder, loaded: Loaded, about: RunInfo, started: datetime, asked: int, reached: Reached | None
) -> None:
    """Write run.json: what was run, with what, when, and how to run it again."""
    facts: dict[str, Any] = {
        "scenario": about.scenario,
        "file": str(loaded.file),
        "command": about.command,
        "repeat": again.command(folder.place),
        "overrides": loaded.overrides,
        "seed": about.seed,
        "replications": about.replications,
        "replications_asked": asked,
        "precision": None if reached is None else precision.facts(reached),
        "engine": about.engine,
        "warnings": list(about.warnings),
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(about.wall_s or 0.0, 3),
        "platform": platform.platform(),
        "versions": dict(about.versions),
    }
    (folder.making / "run.json").write_text(json.dumps(facts, indent=2) + "\n")


def write_config(folder: Path, loaded: Loaded) -> None:
    """Write config.yaml: the composed scenario, base values and overrides included; itself a scenario file."""
    text = yaml.safe_dump(kept(loaded.raw), sort_keys=False, allow_unicode=True)
    (folder / "config.yaml").write_text(text, encoding="utf-8")
