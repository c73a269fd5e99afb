"""The verb `argument`: how tight the handle-time target should be at a given staff, and what the answer rests on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sim.loading.check import Loaded

HELP = """
usage: python -m sim argument +scenario=NAME [KEY=VALUE ...] [targets=S,S,...] [staffing=X,X,...] [sets=N]

Moves the center's handle-time target from loose to tight at fixed staff, at three levels of staff, and shows what it
does to waits, handle time, resolution, CSAT, repeat calls, cost and the net per week. The random numbers are the same
throughout, so targets are compared pair by pair. Then the same with other values of three assumed coefficients:
talk.listening, resolution.hurry and satisfaction.waiting at all corners of their ranges and at points inside.

  python -m sim argument tightrope                      as in docs/argument.md (some minutes)
  python -m sim argument tightrope sets=0 replications=8      the curves alone, in short
  python -m sim argument mine targets=400,350,300,250 staffing=0.9,1,1.1

targets       seconds, from loose to tight (default 420,390,...,180)
staffing      heads, times those of the scenario (default 0.92,1,1.08); the conclusion is drawn at the one nearest to 1
sets          sets of assumptions, 0 or 8 and more (default 16)
replications  of the curves (default 20); the sets take a third of them
A queue with a handle-time target of its own keeps it. Results in outputs/NAME/argument-DATE-TIME/: argument.png and
.svg (a slide), argument.csv, assumptions.csv, report.html, study.json, config.yaml
"""

OWN = ("targets", "staffing", "sets")


class Asked(NamedTuple):
    """What the words ask for."""

    settings: dict[str, str]
    targets: tuple[float, ...]
    staffing: tuple[float, ...]
    sets: int


def main(words: list[str]) -> int:
    """Run the study. Exit status 0 when all of it is done."""
    from sim.cli import studies
    from sim.loading.refusal import Refused

    settings, rest = studies.split(words, OWN, "argument")
    asked = _asked(settings)
    loaded = studies.load_people(rest, "argument")
    if loaded.scenario.costs is None:
        raise Refused("argument: without prices there is no net to compare: try costs=standard")
    _run(loaded, asked)
    return 0


def _asked(settings: dict[str, str]) -> Asked:
    """The verb's settings. Raises Refused."""
    from sim.cli.studies import numbers, whole
    from sim.loading.refusal import Refused
    from sim.study.argument import SETS, STAFFING, TARGETS

    targets: tuple[float, ...] = TARGETS
    staffing: tuple[float, ...] = STAFFING
    sets = SETS
    if "targets" in settings:
        targets = numbers(settings["targets"], "targets", 1.0, 36_000.0, 2)
    if "staffing" in settings:
        staffing = numbers(settings["staffing"], "staffing", 0.01, 100.0)
    if "sets" in settings:
        sets = whole(settings["sets"], "sets", 0, 1000)
        if 0 < sets < 8:
            raise Refused(f"command line: sets={sets}: the corners alone are 8: take sets=0 or 8 and more")
    return Asked(settings, tuple(sorted(targets, reverse=True)), tuple(sorted(staffing)), sets)


def _run(loaded: Loaded, asked: Asked) -> None:
    from datetime import datetime

    from sim.cli import studies
    from sim.cli.job import write_config
    from sim.report.argument import write_argument
    from sim.report.argument_words import Argument, summary
    from sim.report.run_folder import RunFolder
    from sim.study import argument as study
    from sim.study.variants import figures

    started, clock = datetime.now(), time.perf_counter()
    scenario, targets = loaded.scenario, asked.targets
    middle = min(range(len(asked.staffing)), key=lambda k: abs(asked.staffing[k] - 1.0))
    replications = studies.replications(loaded, study.REPLICATIONS)
    fewer = min(replications, max(2, round(replications * study.SET_REPLICATIONS / study.REPLICATIONS)))
    with RunFolder(studies.folder_for(loaded, "argument", started)) as folder:
        write_config(folder.making, loaded)
        kpis = study.argument_kpis(scenario)
        scale = scenario.staffing.scale
        variants = study.curves(targets, asked.staffing, scale)
        watched = studies.watched(
            figures(loaded.raw, variants, kpis, replications), len(variants), f"{scenario.name}: targets"
        )
        found = [study.with_net(each, kpis) for each in watched]
        shown = study.shown_kpis(kpis)
        net = len(shown) - 1
        turns = [
            study.turn(
                targets,
                [study.only(each, net) for each in found[k * len(targets) :][: len(targets)]],
                scenario.confidence,
            )
            for k in range(len(asked.staffing))
        ]
        sets = study.assumption_sets(asked.sets, scenario.seed)
        more = [each for s in sets for each in study.curves(targets, [asked.staffing[middle]], scale, s)]
        watched = studies.watched(figures(loaded.raw, more, kpis, fewer), len(more), f"{scenario.name}: assumptions")
        tried = study.trials(sets, targets, net, (study.with_net(each, kpis) for each in watched), scenario.confidence)
        told: dict[str, Any] = {
            "scenario": scenario.name,
            "command": studies.command("argument", loaded, asked.settings),
            "seed": scenario.seed,
            "replications": replications,
            "replications_of_sets": fewer if sets else 0,
            "variants": len(variants) + len(more),
            "targets_s": list(targets),
            "staffing": list(asked.staffing),
            "sets": len(sets),
            "turning_points": {f"{heads:g}": each.target for heads, each in zip(asked.staffing, turns, strict=True)},
        }
        frame = study.table(targets, asked.staffing, shown, found, scenario.confidence)
        frame.write_csv(folder.making / "argument.csv")
        if tried:
            study.sets_table(tried, targets).write_csv(folder.making / "assumptions.csv")
        studies.write_study(folder, told, started, clock)
        result = Argument(
            scenario.name,
            targets,
            asked.staffing,
            middle,
            frame,
            turns,
            tried,
            study.verdict(tried, turns[middle].target, targets) if tried else None,
            scenario.confidence,
        )
        write_argument(folder.making, result, told)
    print(summary(result))
    from sim.loading.places import shown as path

    print(f"\n{told['variants']} variants in {time.perf_counter() - clock:.0f} s: {path(folder.place)}/report.html")
