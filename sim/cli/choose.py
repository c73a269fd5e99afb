"""The verb `choose`: the best of a few points, with the chance that it is not."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.cli.swept import Plan, Planned
    from sim.loading.check import Loaded
    from sim.study.choosing import Answer, Question
    from sim.study.points import Values

HELP = """
usage: python -m sim choose +scenario=NAME KEY=VALUE,VALUE,... [KEY=VALUE ...] [choose.KEY=VALUE ...]

Simulates the scenario at every combination of the listed values, and finds the best: replications go to the points
that may still be it, until the choice is right with the probability asked for (KN of Kim and Nelson, from sim-tools).
All points have the same random numbers, so what is compared is the points and not their luck. Limits first: only
points that surely keep to them are chosen among.

  python -m sim choose peak staffing.scale=0.9,1,1.1 goals.aht_target=240,300,360
  python -m sim choose peak staffing.scale=0.9,1,1.1 choose.kpi=csat 'choose.subject_to=service_level>=0.8'
  python -m sim choose peak staffing.scale=0.9,1,1.1 choose.kpi=-operating_cost 'choose.subject_to=service_level>=0.8'

choose.kpi                what is to be best (default: the net, settled). -KPI: less is better, +KPI: more is
choose.subject_to         limits, such as service_level>=0.8,asa_s<=30 (in quotes: > means something to a shell)
choose.probability        of a right choice (default 0.95)
choose.delta              a difference of the KPI that is not worth telling apart, in its unit (shares: 0.005 is half a
                          point; default: half a point, a second, 0.5 % of the center's cost)
choose.first              replications of every point to begin with (default 10)
choose.max_replications   replications of a point at most (default 300)
Results in outputs/NAME/choose-DATE-TIME/: choose.csv, choice.png, report.html, study.json, config.yaml, and points/
(what was simulated). Stopped, the same command with output=FOLDER goes on. Needs: pip install "tightrope[optimize]"
"""

OWN = ("kpi", "subject_to", "probability", "delta", "first", "max_replications")
VERB = "choose"


def main(words: list[str]) -> int:
    """Choose. Exit status 1 when a point failed, or when there is nothing to choose."""
    from sim.cli import swept
    from sim.cli.errors import FAILED, say
    from sim.loading.refusal import Refused

    settings, rest = own_settings(words, VERB, OWN)
    plan = swept.plan_of(rest)
    if not plan.keys or "scenario" in plan.keys:
        raise Refused(
            "command line: choose needs one scenario, and keys with several values: write KEY=VALUE,VALUE,... "
            "(python -m sim choose --help)"
        )
    if any(word.key == "replications" or word.key.startswith("precision") for word in plan.words):
        raise Refused("command line: choose finds out how many replications it needs: give choose.max_replications=N")
    points = swept.planned(plan)
    loaded = swept.first_loaded(plan.words, points[0].words, points[-1].words) or _any(points)
    if loaded.scenario.sampling.strata > 1:
        raise Refused("command line: sampling.strata: choose needs replications that are independent of each other")
    question = asked(settings, loaded)
    for warning in loaded.warnings:
        say(f"warning: {warning}")
    command = swept.command_of(plan, VERB)
    told = [f"{VERB}.{key}={value}" for key, value in settings.items()]
    whole = _run(loaded, plan, points, question, " ".join([command, *map(shlex.quote, told)]))
    return 0 if whole else FAILED


def _any(points: Sequence[Planned]) -> Loaded:
    """The first point that can be loaded. Raises Refused where none can."""
    from sim.cli.swept import Loader
    from sim.loading.refusal import Refused

    loader = Loader()
    why: list[str] = []
    for point in points:
        try:
            return loader.load(point.words)
        except Refused as refused:
            why += refused.lines
    raise Refused(*dict.fromkeys(why))


def own_settings(words: Sequence[str], verb: str, own: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The settings `VERB.KEY=VALUE` by their keys, and all other words. Raises Refused for unknown keys."""
    from sim.cli import studies
    from sim.loading.refusal import Refused, did_you_mean

    for word in words:
        key = word.lstrip("+").partition("=")[0]
        if key.startswith(f"{verb}.") and key.removeprefix(f"{verb}.") not in own:
            near = did_you_mean(key.removeprefix(f"{verb}."), own)
            raise Refused(f"command line: {word}: unknown setting{near} ({verb} has {', '.join(own)})")
    found, rest = studies.split(words, [f"{verb}.{key}" for key in own], verb)
    return {key.removeprefix(f"{verb}."): value for key, value in found.items()}, rest


def asked(settings: Mapping[str, str], loaded: Loaded) -> Question:
    """What the settings ask for. Raises Refused."""
    from sim.cli.studies import numbers, whole
    from sim.loading.refusal import Refused
    from sim.measure import Layout
    from sim.study.choosing import Question
    from sim.study.objectives import default_kpi, limits, objectives
    from sim.study.observed import center_kpis

    kpis = center_kpis(Layout.of(loaded.scenario))
    text = settings.get("kpi", default_kpi(kpis))
    found = objectives(text, "choose.kpi", kpis)
    if len(found) > 1:
        raise Refused(f"command line: choose.kpi={text}: give one KPI here, and limits for others in choose.subject_to")
    question = Question(found[0])
    if "subject_to" in settings:
        question = question._replace(limits=limits(settings["subject_to"], "choose.subject_to", kpis))
    if "probability" in settings:
        question = question._replace(
            probability=numbers(settings["probability"], "choose.probability", 0.5, 0.9999)[0]
        )
    if "delta" in settings:
        question = question._replace(zone=numbers(settings["delta"], "choose.delta", 1e-9, 1e12)[0])
    if "first" in settings:
        question = question._replace(first=whole(settings["first"], "choose.first", 5, 100_000))
    least = question.first
    most = settings.get("max_replications", str(max(question.most, least)))
    return question._replace(most=whole(most, "choose.max_replications", least, 100_000))


def _run(loaded: Loaded, plan: Plan, points: Sequence[Planned], question: Question, command: str) -> bool:
    """Whether a point was chosen and none has failed."""
    from datetime import datetime

    from sim.cli import studies
    from sim.cli.going_on import GoingOn
    from sim.cli.job import write_config
    from sim.cli.swept import Loader
    from sim.loading.places import shown
    from sim.report.choose import summary, write_choice
    from sim.study.choice_table import table
    from sim.study.choosing import choose
    from sim.study.execution import Execution
    from sim.study.points import Points

    started, clock = datetime.now(), time.perf_counter()
    loader = Loader()
    values = [dict(zip(plan.keys, point.values, strict=True)) for point in points]
    words = {repr(each): point.words for each, point in zip(values, points, strict=True)}

    def composed(at: Values) -> Mapping[str, Any]:
        return loader.load(words[repr(dict(at))]).raw

    folder = GoingOn(studies.folder_for(loaded, VERB, started), VERB)
    try:
        with folder:
            study = Points(composed, folder.points, Execution.of(loaded.scenario))
            with _bar(f"{loaded.scenario.name}: choose") as tell:
                answer = choose(study, values, question, tell)
            confidence = loaded.scenario.confidence
            frame = table([point.name for point in points], plan.keys, [point.values for point in points], question,
                          answer, confidence)  # fmt: skip
            told = _told(loaded, points, question, command, frame["replications"].to_list(), answer)
            write_config(folder.making, loaded)
            frame.write_csv(folder.making / "choose.csv")
            write_choice(folder.making, frame, plan.keys, question, answer, told, confidence)
            studies.write_study(folder.making, told, started, clock)
    except KeyboardInterrupt:
        if folder.kept:
            raise KeyboardInterrupt(going_on(folder.place)) from None
        raise
    print(summary(frame, plan.keys, question, answer, told))
    took = f"{time.perf_counter() - clock:.0f} s"
    print(f"\n{study.simulated:,} replications simulated in {took}: {shown(folder.place)}/report.html")
    return answer.best is not None and not any(answer.reasons)


def going_on(place: Path) -> str:
    """What to say to who has stopped a study."""
    from sim.loading.places import shown

    return f"what was simulated is kept in {shown(place)}; the same command with output={shown(place)} goes on"


def _told(
    loaded: Loaded, points: Sequence[Planned], question: Question, command: str, done: Sequence[int], answer: Answer
) -> dict[str, Any]:
    """What study.json holds."""
    least, most = min((n for n in done if n), default=0), max(done)
    return {
        "verb": VERB,
        "scenario": loaded.scenario.name,
        "command": command,
        "seed": loaded.scenario.seed,
        "variants": len(points),
        "replications": least if least == most else f"{least} to {most}",
        "kpi": question.objective.word,
        "subject_to": [limit.word for limit in question.limits],
        "probability": question.probability,
        "indifference_zone": answer.zone,
        "best": None if answer.best is None else points[answer.best].name,
        "decided": answer.decided,
        "p_wrong": answer.p_wrong,
    }


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int], None]]:
    """How many replications were simulated, on stderr where somebody watches: how many it will be nobody knows."""
    if not sys.stderr.isatty():
        yield lambda simulated: None
        return
    from rich.console import Console

    with Console(stderr=True).status(title) as status:
        yield lambda simulated: status.update(f"{title}: {simulated:,} replications simulated")
