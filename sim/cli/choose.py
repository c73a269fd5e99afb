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
    from sim.study.choice.choosing import Question
    from sim.study.choice.setting_apart import Asked as FrontAsked
    from sim.study.sweeps.points import Points, Values

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
choose.kpis               two to four KPIs instead: the points of which none is better in all (the front)
choose.subject_to         limits, such as service_level>=0.8,asa_s<=30 (in quotes: > means something to a shell)
choose.probability        of a right choice (default 0.95)
choose.delta              a difference of the KPI that is not worth telling apart, in its unit (shares: 0.005 is half a
                          point; default: half a point, a second, 0.5 % of the center's cost)
choose.first              replications of every point to begin with (default 10)
choose.max_replications   replications of a point at most (default 300)
Results in outputs/NAME/choose-DATE-TIME/: choose.csv, choice.png, report.html, study.json, config.yaml, and points/
(what was simulated). Stopped, the same command with output=FOLDER goes on. Needs: pip install "tightrope[optimize]"
"""

OWN = ("kpi", "kpis", "subject_to", "probability", "delta", "first", "max_replications")
VERB = "choose"


def main(words: list[str]) -> int:
    """Choose. Exit status 1 when a point failed, or when there is nothing to choose."""
    from sim.cli import point_loader, swept
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
    loaded = point_loader.first_loaded(plan.words, points[0].words, points[-1].words) or _any(points)
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
    from sim.cli.point_loader import Loader
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


def asked(settings: Mapping[str, str], loaded: Loaded) -> Question | FrontAsked:
    """What the settings ask for. Raises Refused."""
    from sim.cli.studies import whole
    from sim.loading.refusal import Refused
    from sim.measure import Layout
    from sim.study.choice.choosing import Question
    from sim.study.choice.objectives import default_kpi, limits, objectives
    from sim.study.choice.setting_apart import Asked as FrontAsked
    from sim.study.observed import center_kpis

    kpis = center_kpis(Layout.of(loaded.scenario))
    kept = limits(settings["subject_to"], "choose.subject_to", kpis) if "subject_to" in settings else ()
    probability = _number(settings.get("probability", "0.95"), "choose.probability", 0.5, 0.9999)
    first = whole(settings.get("first", "10"), "choose.first", 5, 100_000)
    most = whole(settings.get("max_replications", str(max(300, first))), "choose.max_replications", first, 100_000)
    if "kpis" in settings:
        text = settings["kpis"]
        several = objectives(text, "choose.kpis", kpis)
        if not 2 <= len(several) <= 4:
            raise Refused(f"command line: choose.kpis={text}: needs two to four KPIs; one is choose.kpi")
        for other in ("kpi", "delta"):
            if other in settings:
                raise Refused(f"command line: choose.{other}: goes with one KPI and not with choose.kpis")
        return FrontAsked(several, kept, probability, first, most)
    text = settings.get("kpi", default_kpi(kpis))
    found = objectives(text, "choose.kpi", kpis)
    if len(found) > 1:
        raise Refused(f"command line: choose.kpi={text}: give one KPI here, or choose.kpis for what none betters")
    zone = _number(settings["delta"], "choose.delta", 1e-9, 1e12) if "delta" in settings else None
    return Question(found[0], kept, probability, zone, first, most)


def _number(text: str, key: str, least: float, most: float) -> float:
    from sim.cli.studies import numbers
    from sim.loading.refusal import Refused

    if "," in text:
        raise Refused(f"command line: {key}={text}: needs one number")
    return numbers(text, key, least, most)[0]


def _run(
    loaded: Loaded, plan: Plan, points: Sequence[Planned], question: Question | FrontAsked, command: str
) -> bool:  # fmt: skip
    """Whether there is something to choose, and no point has failed."""
    from datetime import datetime

    from sim.cli import studies
    from sim.cli.going_on import GoingOn
    from sim.cli.job import write_config
    from sim.loading.places import shown
    from sim.study.choice.choosing import Question
    from sim.study.execution import Execution
    from sim.study.sweeps.points import Points

    started, clock = datetime.now(), time.perf_counter()
    folder = GoingOn(studies.folder_for(loaded, VERB, started), VERB)
    try:
        with folder:
            study = Points(_composer(plan, points), folder.points, Execution.of(loaded.scenario))
            told = {"verb": VERB, "scenario": loaded.scenario.name, "command": command, "seed": loaded.scenario.seed}
            told |= {"variants": len(points)}
            answer = _best if isinstance(question, Question) else _front
            write_config(folder.making, loaded)
            with _bar(f"{loaded.scenario.name}: choose") as tell:
                said, whole = answer(folder.making, study, loaded, plan, points, question, told, tell)
            studies.write_study(folder, told, started, clock)
    except KeyboardInterrupt:
        if folder.kept:
            raise KeyboardInterrupt(going_on(folder.place)) from None
        raise
    print(said)
    took = f"{time.perf_counter() - clock:.0f} s"
    print(f"\n{study.simulated:,} replications simulated in {took}: {shown(folder.place)}/report.html")
    return whole


def _composer(plan: Plan, points: Sequence[Planned]) -> Callable[[Values], Mapping[str, Any]]:
    from sim.cli.point_loader import Loader

    loader = Loader()
    words = {repr(dict(zip(plan.keys, point.values, strict=True))): point.words for point in points}

    def composed(at: Values) -> Mapping[str, Any]:
        return loader.load(words[repr(dict(at))]).raw

    return composed


def _best(
    folder: Path, study: Points, loaded: Loaded, plan: Plan, points: Sequence[Planned], question: Any,
    told: dict[str, Any], tell: Callable[[int], None],
) -> tuple[str, bool]:  # fmt: skip
    """The best point: what to print, and whether there is one and none has failed."""
    from sim.measure.spreadsheet import no_formulas
    from sim.report.choice.choose import summary, write_choice
    from sim.study.choice.choosing import choose
    from sim.study.choice.table import table

    values = [dict(zip(plan.keys, point.values, strict=True)) for point in points]
    answer = choose(study, values, question, tell)
    confidence, names = loaded.scenario.confidence, [point.name for point in points]
    frame = table(names, plan.keys, [point.values for point in points], question, answer, confidence)
    told |= {
        "replications": spent(frame["replications"].to_list()),
        "kpi": question.objective.word,
        "subject_to": [limit.word for limit in question.limits],
        "probability": question.probability,
        "indifference_zone": answer.zone,
        "best": None if answer.best is None else names[answer.best],
        "decided": answer.decided,
        "p_wrong": answer.p_wrong,
    }
    no_formulas(frame).write_csv(folder / "choose.csv")
    write_choice(folder, frame, plan.keys, question, answer, told, confidence)
    return summary(frame, plan.keys, question, answer, told), answer.best is not None and not any(answer.reasons)


def _front(
    folder: Path, study: Points, loaded: Loaded, plan: Plan, points: Sequence[Planned], question: Any,
    told: dict[str, Any], tell: Callable[[int], None],
) -> tuple[str, bool]:  # fmt: skip
    """The points of the front: what to print, and whether there are any and none has failed."""
    from sim.measure.spreadsheet import no_formulas
    from sim.report.choice.apart import summary, write_apart
    from sim.study.choice.setting_apart import set_apart, table

    scenario, names = loaded.scenario, [point.name for point in points]
    values = [point.values for point in points]
    placed = set_apart(
        study, plan.keys, values, names, question, scenario.name, scenario.confidence, scenario.seed, tell
    )
    frame = table(placed, question)
    own = frame.filter(frame["status"] == "front")["point"].to_list()
    told |= {
        "replications": spent(frame["replications"].to_list()),
        "kpis": [each.word for each in question.objectives],
        "subject_to": [limit.word for limit in question.limits],
        "probability": question.probability,
        "indifference_zones": list(placed.zones),
        "front": own,
        "decided": placed.decided,
        "p_any_wrong": placed.any_wrong if own else None,
    }
    no_formulas(frame).write_csv(folder / "choose.csv")
    write_apart(folder, frame, placed, question, told)
    return summary(frame, placed, question, told), bool(own) and len(placed.sweep.done) == len(points)


def spent(counts: Sequence[int]) -> int | str:
    """Replications of points in words: 10, or "10 to 59"."""
    least, most = min((n for n in counts if n), default=0), max(counts)
    return least if least == most else f"{least} to {most}"


def going_on(place: Path) -> str:
    """What to say to who has stopped a study."""
    from sim.loading.places import shown

    return f"what was simulated is kept in {shown(place)}; the same command with output={shown(place)} goes on"


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int], None]]:
    """How many replications were simulated, on stderr where somebody watches: how many it will be nobody knows."""
    if not sys.stderr.isatty():
        yield lambda simulated: None
        return
    from rich.console import Console

    with Console(stderr=True).status(title) as status:
        yield lambda simulated: status.update(f"{title}: {simulated:,} replications simulated")
