"""The verb `optimize`: a search for points that are good in several KPIs at once."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from sim.cli.going_on import GoingOn
    from sim.loading.check import Loaded
    from sim.study.choice.found import Found
    from sim.study.choice.ranges import Range
    from sim.study.choice.search import Quest, Trial
    from sim.study.sweeps.points import Points, Values
    from sim.study.sweeps.sweep import Sweep

HELP = """
usage: python -m sim optimize +scenario=NAME KEY=LOW:HIGH[:STEP] [KEY=VALUE,VALUE,...] [KEY=VALUE ...]

Searches the ranges for points of which none is better in all KPIs named: the front. Optuna asks for points (MOTPE, or
NSGA-II), all are simulated with the same random numbers, and a coarse grid of the same ranges is laid beside, so that
it can be seen what the search has brought.

  python -m sim optimize peak staffing.scale=0.8:1.2 goals.aht_target=180:420:10
  python -m sim optimize peak staffing.scale=0.8:1.2 teams.front.agents=40:70:1 optimize.kpis=service_level,-paid_hours
  python -m sim optimize peak staffing.scale=0.8:1.2 behavior=none,evidence 'optimize.subject_to=service_level>=0.8'

KEY=LOW:HIGH[:STEP]    a range; whole ends without a step are whole numbers.   KEY=VALUE,VALUE,...   one of a list
optimize.kpis          one to four KPIs (default: service_level,csat,-operating_cost). -KPI: less is better, +KPI: more
optimize.subject_to    limits, such as service_level>=0.8,asa_s<=30 (in quotes: > means something to a shell)
optimize.trials        points to try (default 100)
optimize.sampler       tpe (default) | nsga2
optimize.grid          points of the grid beside, at most (default: as many as trials; 0: none)
optimize.beside        the folder of a sweep that is laid beside, in place of the grid
replications           of each point (default 10)
Results in outputs/NAME/optimize-DATE-TIME/: trials.csv, front.csv, front.png, progress.png, report.html, study.json,
config.yaml, and points/ (what was simulated). Stopped, or with more trials, the same command with output=FOLDER goes on
and simulates nothing twice. Needs: pip install "tightrope[optimize]"
"""

OWN = ("kpis", "subject_to", "trials", "sampler", "grid", "beside")
VERB = "optimize"
REPLICATIONS = 10


def main(words: list[str]) -> int:
    """Search. Exit status 1 when no point could be simulated."""
    from sim.cli import studies
    from sim.cli.choose import own_settings
    from sim.cli.errors import FAILED, say
    from sim.loading import load

    settings, rest = own_settings(words, VERB, OWN)
    ranges, fixed = _ranges(rest)
    loaded = load(fixed)
    for warning in loaded.warnings:
        say(f"warning: {warning}")
    quest = _quest(settings, loaded, ranges, studies.replications(loaded, REPLICATIONS))
    beside = _beside(settings, quest)
    grid = studies.whole(settings.get("grid", str(quest.trials)), "optimize.grid", 0, 100_000)
    own = [*(f"{VERB}.{key}={value}" for key, value in settings.items())]
    typed = [word for word in rest if word.lstrip("+").partition("=")[0] != "output"]
    command = shlex.join(["python", "-m", "sim", VERB, *typed, *own])
    done = _run(loaded, fixed, quest, grid if beside is None else 0, beside, command)
    return 0 if done else FAILED


def _ranges(words: Sequence[str]) -> tuple[tuple[Range, ...], list[str]]:
    """The factors, and the words that are the same everywhere. Raises Refused."""
    from sim.loading.refusal import Refused
    from sim.loading.words import read_words
    from sim.study.choice.ranges import is_range, ladder, listed

    ranges, fixed = [], []
    for typed in words:
        key, _, text = typed.lstrip("+").partition("=")
        if is_range(text):
            ranges.append(ladder(key, text))
            continue
        (word,) = read_words([typed])
        if not word.swept:
            fixed.append(typed)
            continue
        values = [each.value for each in word.points()]
        if not values or word.key in ("scenario", "output", "replications", "seed"):
            raise Refused(f"command line: {typed}: cannot be searched; write KEY=LOW:HIGH or KEY=VALUE,VALUE,...")
        ranges.append(listed(word.key, values))
    keys = [each.key for each in ranges]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise Refused(f"command line: {twice}: is given twice")
    if not ranges:
        raise Refused("command line: nothing to search: write KEY=LOW:HIGH[:STEP] (python -m sim optimize --help)")
    return tuple(ranges), fixed


def _quest(settings: Mapping[str, str], loaded: Loaded, ranges: tuple[Range, ...], replications: int) -> Quest:
    """What the settings ask for. Raises Refused."""
    from sim.cli.studies import whole
    from sim.loading.refusal import Refused, did_you_mean
    from sim.measure import Layout
    from sim.study.choice.objectives import limits, objectives
    from sim.study.choice.search import SAMPLERS, Quest
    from sim.study.observed import center_kpis

    kpis = center_kpis(Layout.of(loaded.scenario))
    known = {kpi.key for kpi in kpis}
    cost = next(key for key in ("operating_cost", "paid_hours") if key in known)
    usual = ",".join(["service_level", *(["csat"] if "csat" in known else []), f"-{cost}"])
    text = settings.get("kpis", usual)
    wanted = objectives(text, "optimize.kpis", kpis)
    if len(wanted) > 4:
        raise Refused(f"command line: optimize.kpis={text}: four at most: of more KPIs nearly every point is the best")
    quest = Quest(ranges, wanted, replications=replications, seed=loaded.scenario.seed)
    if "subject_to" in settings:
        quest = quest._replace(limits=limits(settings["subject_to"], "optimize.subject_to", kpis))
    if "trials" in settings:
        quest = quest._replace(trials=whole(settings["trials"], "optimize.trials", 2, 100_000))
    sampler = settings.get("sampler", quest.sampler)
    found = next((each for each in SAMPLERS if each == sampler), None)
    if found is None:
        near = did_you_mean(sampler, SAMPLERS)
        raise Refused(f"command line: optimize.sampler={sampler}: unknown{near} ({', '.join(SAMPLERS)})")
    return quest._replace(sampler=found)


def _beside(settings: Mapping[str, str], quest: Quest) -> Sweep | None:
    """The sweep that is to be laid beside. Raises Refused."""
    from sim.loading.refusal import Refused
    from sim.study.sweeps.folder import read_sweep

    if "beside" not in settings:
        return None
    place = settings["beside"]
    if "grid" in settings:
        raise Refused("command line: optimize.beside: takes the place of a grid: leave out optimize.grid")
    sweep = read_sweep(Path(place).expanduser())
    known = {kpi.key for kpi in sweep.kpis}
    for key in quest.keys:
        if key not in known:
            raise Refused(f"command line: optimize.beside={place}: its points have no {key}")
    return sweep


def _run(
    loaded: Loaded, fixed: Sequence[str], quest: Quest, grid: int, beside: Sweep | None, command: str
) -> bool:  # fmt: skip
    from datetime import datetime

    from sim.cli import studies
    from sim.cli.choose import going_on
    from sim.cli.going_on import GoingOn
    from sim.cli.studies import watched
    from sim.loading.places import shown
    from sim.loading.refusal import Refused
    from sim.report.choice.optimize import summary, write_search
    from sim.study.choice.found import found
    from sim.study.choice.search import search
    from sim.study.execution import Execution
    from sim.study.sweeps.points import Points

    started, clock = datetime.now(), time.perf_counter()
    folder, stopped = GoingOn(studies.folder_for(loaded, VERB, started), VERB), False
    trials: list[Trial] = []
    with folder:
        points = Points(_composer(fixed), folder.points, Execution.of(loaded.scenario))
        try:
            for trial in watched(search(points, quest), quest.trials, f"{loaded.scenario.name}: optimize"):
                trials.append(trial)
            if beside is None and grid:
                beside = _grid(points, quest, grid, loaded)
        except KeyboardInterrupt:
            if not any(trial.observed for trial in trials):
                raise KeyboardInterrupt(going_on(folder.place) if folder.kept else "") from None
            stopped = True
        if not any(trial.observed for trial in trials):
            raise Refused(*dict.fromkeys(trial.reason for trial in trials))
        result = found(loaded.scenario.name, quest, trials, beside, loaded.scenario.confidence)
        frame = _write(folder, loaded, result, command, started, clock)
        told = _told(loaded, result, command)
        write_search(folder.making, result, frame, told)
    print(summary(result, frame, told))
    took = f"{time.perf_counter() - clock:.0f} s"
    print(f"\n{points.simulated:,} replications simulated in {took}: {shown(folder.place)}/report.html")
    if stopped:
        raise KeyboardInterrupt(going_on(folder.place))
    return True


def _composer(fixed: Sequence[str]) -> Any:
    from sim.cli.point_loader import Loader
    from sim.loading.study_file import written
    from sim.loading.words import read_words

    loader, words = Loader(), read_words(fixed)

    def composed(values: Values) -> Mapping[str, Any]:
        own = read_words([f"{key}={written(value)}" for key, value in values.items()])
        return loader.load([*words, *own]).raw

    return composed


def _grid(points: Points, quest: Quest, most: int, loaded: Loaded) -> Sweep:
    """The coarse grid beside."""
    from sim.cli.studies import watched
    from sim.study.choice.found import point, sweep_of
    from sim.study.choice.ranges import grid
    from sim.study.choice.search import made
    from sim.study.sweeps.points import Wanted

    keys = [each.key for each in quest.ranges]
    values = grid(quest.ranges, most)
    wanted = [Wanted(dict(zip(keys, each, strict=True)), quest.replications) for each in values]
    found = {}
    for place, seen in watched(points.observe(wanted), len(wanted), f"{loaded.scenario.name}: grid beside"):
        found[place] = made(place, values[place], seen, quest.keys)
    own = [point(keys, found[place]) for place in sorted(found)]
    return sweep_of(loaded.scenario.name, keys, own, loaded.scenario.confidence, quest.seed)


def _write(folder: GoingOn, loaded: Loaded, result: Found, command: str, started: Any, clock: float) -> pl.DataFrame:
    from sim.cli import studies
    from sim.cli.job import write_config
    from sim.measure.spreadsheet import no_formulas
    from sim.study.choice.found import front_table, table

    frame = table(result)
    write_config(folder.making, loaded)
    no_formulas(frame).write_csv(folder.making / "trials.csv")
    no_formulas(front_table(frame, result.quest)).write_csv(folder.making / "front.csv")
    if result.beside is not None:
        no_formulas(result.beside.table).write_csv(folder.making / "beside.csv")
    studies.write_study(folder, _told(loaded, result, command), started, clock)
    return frame


def _told(loaded: Loaded, result: Found, command: str) -> dict[str, Any]:
    """What study.json holds."""
    quest = result.quest
    return {
        "verb": VERB,
        "scenario": loaded.scenario.name,
        "command": command,
        "seed": loaded.scenario.seed,
        "variants": len(result.sweep.points) + (len(result.beside.points) if result.beside else 0),
        "replications": quest.replications,
        "kpis": [each.word for each in quest.objectives],
        "subject_to": [limit.word for limit in quest.limits],
        "sampler": quest.sampler,
        "trials": len(result.trials),
        "trials_asked": quest.trials,
        "stopped": result.stopped,
        "front": int(result.fronts.on.sum()),
        "volume": float(result.volume[-1]),
        "beside_points": len(result.beside.done) if result.beside else 0,
        "beside_volume": result.beside_volume if result.beside else None,
    }
