"""What a sweep is asked, read from the words of the command line and from a study file; and its report."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
import shlex
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.loading.check import Loaded
from sim.loading.composition import compose
from sim.loading.places import find, shown
from sim.loading.refusal import Refused, did_you_mean
from sim.loading.study_file import PLOT, Study, written
from sim.loading.words import GROUPS, MOST_POINTS, Word, read_words, scenario_of
from sim.study.half_made import is_half_made
from sim.study.sweeps.folder import HEAD, NOTE, POINTS, RUN, Asked, Head, read_head

LONGEST_NAME = 120
APART = ("output", "workers", "execution", "cluster")
"""Keys that say nothing about what is simulated."""


class Planned(NamedTuple):
    """A point that is to be simulated."""

    name: str
    words: list[Word]
    """all of its overrides"""
    values: tuple[Any, ...]


class Plan(NamedTuple):
    """A sweep as asked for."""

    typed: list[str]
    words: list[Word]
    """with the study's; swept ones are the factors of the grid"""
    keys: tuple[str, ...]
    """of all factors"""
    study: Study | None
    plot: dict[str, str]

    def fixed(self) -> list[Word]:
        """The words that are the same at all points."""
        return [word for word in self.words if not word.swept]

    def value(self, key: str) -> Any:
        """What a key is set to at all points; None where it is not."""
        return next((word.value for word in self.words if word.key == key and not word.swept), None)


def plan_of(typed: Sequence[str]) -> Plan:
    """What the words ask for. Raises Refused."""
    settings = {key: text for key, text in map(_setting, typed) if key}
    rest = [word for word in typed if not _setting(word)[0]]
    study = None
    if "study" in settings:
        from sim.loading import study_file

        study = study_file.read(study_file.find(settings.pop("study")))
    plot = dict(study.plot) if study else {}
    for key, value in settings.items():
        name = key.removeprefix("plot.")
        if name not in PLOT:
            raise Refused(f"command line: {key}={value}: unknown key{did_you_mean(name, PLOT)} (plot has {PLOT})")
        plot[name] = value
    words = read_words([*rest, *_study_words(study, rest)])
    swept = [word.key for word in words if word.swept and not word.for_hydra]
    own = [key for point in (study.points if study else ()) for key in point]
    keys = tuple(dict.fromkeys([*swept, *own]))
    if "output" in keys:
        raise Refused("command line: output: a sweep has one folder, with all of its points in it")
    return Plan([word for word in typed if not _names_output(word)], words, keys, study, plot)


def _setting(word: str) -> tuple[str, str]:
    """Key and value of a word that is for the sweep itself and not for the scenario; empty for others."""
    key, _, value = word.lstrip("+").partition("=")
    return (key, value) if key == "study" or key.startswith("plot.") else ("", "")


def _names_output(word: str) -> bool:
    return word.lstrip("+").partition("=")[0] in APART


def _study_words(study: Study | None, typed: Sequence[str]) -> list[str]:
    """The study's overrides, but for keys that the command line sets itself."""
    if study is None:
        return []
    given = {word.lstrip("+~").partition("=")[0] for word in typed if "=" in word}
    bare = any("=" not in word for word in typed)
    found = []
    if study.scenario and "scenario" not in given and not bare:
        found.append(f"+scenario={study.scenario}")
    if study.replications is not None and "replications" not in given:
        found.append(f"replications={study.replications}")
    found += [f"{key}={written(value)}" for key, value in study.set.items() if key not in given]
    for key, values in study.grid.items():
        if key not in given:
            found.append(f"{key}={','.join(map(written, values))}" + ("," if len(values) == 1 else ""))
    return [word.rstrip(",") for word in found]


def planned(plan: Plan) -> list[Planned]:
    """All points, in the order of the words, the last of them changing fastest; then those that the study names.

    Raises Refused where only Hydra's sweeper knows the points.
    """
    each = [word.points() for word in plan.words]
    for word, points in zip(plan.words, each, strict=True):
        if not points:
            raise Refused(
                f"command line: {word.typed}: only a sweep with -m can take that; "
                f"here a factor is a list of values, {word.key}=1,2,3 or {word.key}=range(1,4)"
            )
    many = math.prod(map(len, each))
    if many > MOST_POINTS:
        raise Refused(f"command line: {many:,} points: one sweep takes up to {MOST_POINTS:,}; take fewer values, "
                      "or search with `python -m sim optimize`")  # fmt: skip
    found: list[Planned] = []
    if any(word.swept for word in plan.words):
        for combination in itertools.product(*each):
            found.append(_planned(list(combination), plan, len(found)))
    for point in plan.study.points if plan.study else ():
        words = [word for word in plan.fixed() if word.key not in point]
        own = read_words([f"{key}={written(value)}" for key, value in point.items()])
        found.append(_planned([*words, *own], plan, len(found)))
    twice = [name for name, count in Counter(point.name for point in found).items() if count > 1]
    if twice:
        raise Refused(f"command line: {twice[0]}: the same point twice")
    return found


def _planned(words: list[Word], plan: Plan, number: int) -> Planned:
    by_key = {word.key: word for word in words}
    varied = [by_key[key] for key in plan.keys if key in by_key]
    values = tuple(by_key[key].value if key in by_key else None for key in plan.keys)
    return Planned(point_name(varied, number), words, values)


def point_name(varied: Sequence[Word], number: int) -> str:
    """A name, also for a file, that says what was varied: `staffing.scale=0.9,goals.within_s=30`."""
    full = ",".join(f"{word.key}={word.hydra.partition('=')[2]}" for word in varied)
    if not full:
        return f"point-{number + 1}"
    name = re.sub(r"[^\w.,=+-]+", "_", full).strip("_.")
    if name != full or len(name) > LONGEST_NAME:
        digest = hashlib.sha256(full.encode()).hexdigest()[:8]
        name = f"{name[:LONGEST_NAME]}~{digest}"
    return name


# ---------------------------------------------------------------- its folder


def folder_of(plan: Plan, first: Loaded | None, command: str) -> Path:
    """The sweep's folder: `output` where given, else that of the same sweep if it was stopped, else a new one."""
    output = [word for word in plan.words if word.key == "output"]
    if output and output[-1].value is not None:
        return Path(str(output[-1].value)).expanduser()
    if first is not None and first.raw.get("output"):
        return Path(str(first.raw["output"])).expanduser()
    chosen = scenario_of(plan.words)
    name = first.scenario.name if first else ""
    if chosen is None or chosen.swept:
        name = ""  # several scenarios lie beside each other
    elif not first:
        name = find(str(chosen.value)).stem
    outputs = Path("outputs", name)
    return _stopped(outputs, command) or outputs / time.strftime("sweep-%Y%m%d-%H%M%S")


def check_folder(folder: Path) -> None:
    """Raises Refused where something other than a sweep stands in the folder's place."""
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is a file; choose another output=FOLDER")
    names = {path.name for path in folder.iterdir() if not is_half_made(path)} if folder.is_dir() else set()
    if names == {POINTS} and not any((folder / POINTS).iterdir()):
        return  # a sweep that was killed as it began
    ours = (HEAD, f"{POINTS}/*.npz", f"*/{RUN}", f"*/{NOTE}")  # points are taken again also where sweep.json is gone
    if names and not any(next(folder.glob(each), None) for each in ours):
        raise Refused(f"{folder} holds something else already; choose another output=FOLDER")


def _stopped(outputs: Path, command: str) -> Path | None:
    """The newest sweep here that was asked the same and was not finished."""
    for file in sorted(outputs.glob("sweep-*/sweep.json"), reverse=True):
        try:
            head = read_head(file.parent)
        except Refused:
            continue
        if head.command == command and not head.finished:
            from sim.cli.errors import say

            say(f"goes on with {shown(file.parent)}, which was stopped (output=FOLDER begins anew)")
            return file.parent
    return None


def command_of(plan: Plan, verb: str) -> str:
    """What to type to get the same again."""
    return shlex.join(["python", "-m", "sim", verb, *plan.typed])


def head_of(plan: Plan, points: Sequence[Planned] | None, first: Loaded | None, command: str) -> Head:
    """What sweep.json is to say at the start."""
    scenario = first.scenario if first else None
    chosen = scenario_of(plan.words)
    name = scenario.name if scenario else str(chosen.value) if chosen and not chosen.swept else "several scenarios"
    if chosen is not None and chosen.swept:
        name = "several scenarios"
    asked = tuple(Asked(point.name, point.values) for point in points or ())
    title = plan.study.title if plan.study else ""
    return Head(
        name,
        command,
        plan.keys,
        asked,
        scenario.confidence if scenario else 0.95,
        scenario.seed if scenario else 0,
        title,
        plan.plot,
        stands=_stands(plan),
    )


def _stands(plan: Plan) -> tuple[Any, ...] | None:
    """What each factor is in the scenario without the sweep, None for those that are no plain value there."""
    try:
        raw = compose([word for word in plan.fixed() if word.key != "output"])
    except Refused:  # without what is swept there is no such scenario
        return None
    return tuple(_plain_at(raw, key) for key in plan.keys)


def _plain_at(raw: Mapping[str, Any], key: str) -> Any:
    """The value at a dotted key where it is a number, a text or a truth value; else None."""
    value: Any = raw
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, int | float | str | bool) and "${" not in str(value) else None


def check_plot(plan: Plan, first: Loaded | None) -> None:
    """Raises Refused for what the pictures cannot show, before anything is simulated."""
    from sim.measure import Layout
    from sim.study.observed import center_kpis

    for key, value in plan.plot.items():
        given = f"plot.{key}={value}"
        if key == "panel":
            if value not in plan.keys:
                near = did_you_mean(value, plan.keys)
                raise Refused(f"command line: {given}: is not swept{near} (swept: {', '.join(plan.keys)})")
        elif first is not None and not any(word.key in GROUPS and word.swept for word in plan.words):
            known = [kpi.key for kpi in center_kpis(Layout.of(first.scenario))]
            if value not in known:
                raise Refused(f"command line: {given}: unknown KPI{did_you_mean(value, known)} (see docs/kpis.md)")


def with_reasons(head: Head, reasons: Mapping[str, str]) -> Head:
    """The same, with the reasons why some points could not be simulated."""
    return head._replace(points=tuple(point._replace(reason=reasons.get(point.name, "")) for point in head.points))
