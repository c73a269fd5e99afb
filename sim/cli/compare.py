"""The verb `compare`: what differs between runs, or between a scenario and the same with other values."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.cli import pilot_words

if TYPE_CHECKING:
    from sim.loading.check import Loaded
    from sim.study.comparison.compare import Side
    from sim.study.comparison.pilot import Asked, Pilot

HELP = (
    """
usage: python -m sim compare FOLDER FOLDER [FOLDER ...] [confidence=0.95] [output=FOLDER]
       python -m sim compare +scenario=NAME [KEY=VALUE ...] 'with=[KEY=VALUE,...]' ['with2=[...]' ...]

Compares every run with the first: service level, ASA, abandonment, occupancy, AHT, and where behavior counts CSAT,
FCR, NPS, repeats, cost per resolved contact and the net per week. For each the difference with its interval, and
whether it is better, worse or cannot be told; all verdicts hold together (Holm). Where nothing can be told yet, about
how many more replications would.

  python -m sim compare outputs/peak/20250301-101500 outputs/peak/20250301-102200
  python -m sim compare peak 'with=[goals.aht_target=240]'
  python -m sim compare peak staffing.scale=0.95 'with=[goals.aht_target=240]' 'with2=[goals.aht_target=360]'
  python -m sim compare peak 'with=[teams.front.agents=40, demand.scale=1.05]' replications=60

Saved runs are compared pair by pair of replications where seed, days and callers' side of the scenarios agree; else
as independent samples, and the report says so. Scenarios are simulated here with the same random numbers, 20
replications unless replications=N says otherwise.
Results in outputs/NAME/compare-DATE-TIME/: comparison.csv, by_interval.csv, plots as PNG and SVG, report.html,
study.json, configs/ (each scenario in full)
"""
    + pilot_words.HELP
)

LETTERS = "ABCDEFGHIJ"
REPLICATIONS = 20
FEW = 3
"""differences of scenarios up to which they name a saved run"""
ALIKE = ("seed", "replications", "precision", "sampling", "days", "first_day", "interval_min", "confidence", "output",
         "scenario")  # fmt: skip
"""Keys that belong to all of the scenarios, or to none."""
WITH = re.compile(r"(with\d*)=")


class Job(NamedTuple):
    """What is compared, and where that goes."""

    sides: list[Side]
    what: list[str]
    """each run in words"""
    why_not: list[str | None]
    confidence: float
    place: Path
    told: dict[str, Any]
    pilot: Pilot | None = None


def main(words: list[str]) -> int:
    """Compare. Exit status 0 when it is done."""
    from sim.loading.refusal import Refused

    for word in words:
        if word.startswith("-"):
            raise Refused(f"command line: {word}: `compare` takes no flags but --help")
    started, clock = datetime.now(), time.perf_counter()
    settings, words = pilot_words.split(words)
    wanted = pilot_words.asked(settings)
    if any(WITH.match(word) for word in words):
        job = _simulated(words, started, wanted, settings)
    else:
        job = _saved(words, started, wanted, settings)
    report(job, started, clock)
    return 0


def _count(number: int) -> None:
    from sim.loading.refusal import Refused

    if not 2 <= number <= len(LETTERS):
        raise Refused(
            f"command line: compare needs 2 to {len(LETTERS)} runs, got {number}: "
            "two folders, or a scenario and 'with=[KEY=VALUE]'"
        )


# ---------------------------------------------------------------- saved runs


def _saved(words: Sequence[str], started: datetime, wanted: Asked | None, asked: dict[str, str]) -> Job:
    from sim.cli import studies
    from sim.loading.places import scenarios, shown
    from sim.loading.refusal import Refused
    from sim.report.run_folder import RunFolder, free_place
    from sim.study.comparison import sides as study

    settings, folders = studies.split(words, ("confidence", "output"), "compare")
    names = [place.name for place in scenarios()]
    for word in folders:
        plain = word.lstrip("+").removeprefix("scenario=")
        if "=" in plain or ("=" in word and plain) or (word in names and not Path(word).is_dir()):
            raise Refused(
                f"command line: {word}: no run folder; to simulate a scenario and the same with other values, "
                "write compare +scenario=NAME 'with=[KEY=VALUE]'"
            )
    _count(len(folders))
    confidence = _confidence(settings)
    runs = [study.saved(Path(word).expanduser(), name) for word, name in zip(folders, LETTERS, strict=False)]
    scenario = str(runs[0].config.get("name") or "runs")
    if settings.get("output"):
        place = Path(settings["output"]).expanduser()
    else:
        place = free_place(Path("outputs"), scenario, started)
        place = place.with_name(f"compare-{place.name}")
    RunFolder(place)  # refuses a folder that is taken before anything else is done
    repeat = [f"{key}={value}" for key, value in ({**settings, **asked}).items() if key != "output"]
    told = {
        "scenario": scenario,
        "command": shlex.join(["python", "-m", "sim", "compare", *folders, *repeat]),
        "from": "saved runs",
        "seed": sorted({run.config["seed"] for run in runs}),
    }
    reasons = [study.why_not(run, runs[0]) for run in runs[1:]]
    what = [shown(Path(word).expanduser()) for word in folders]
    for k, run in enumerate(runs[1:], 1):
        differences = study.changes(run.config, runs[0].config)
        if 0 < len(differences) <= FEW:
            what[k] += f" ({', '.join(f'{key}={value}' for key, _, value in differences)})"
    pilot = pilot_words.again(runs, folders, wanted, asked, confidence) if wanted else None
    return Job(runs, what, reasons, confidence, place, told, pilot)


def _confidence(settings: dict[str, str]) -> float:
    from sim.cli.studies import numbers

    if "confidence" not in settings:
        return 0.95
    return numbers(settings["confidence"].split(",")[0], "confidence", 0.5, 0.999)[0]


# ---------------------------------------------------------------- simulated here


def _simulated(words: Sequence[str], started: datetime, wanted: Asked | None, settings: dict[str, str]) -> Job:
    from sim.cli import studies
    from sim.cli.errors import say
    from sim.loading import load
    from sim.report.run_folder import RunFolder
    from sim.study.comparison import sides as study

    asked, rest = _withs(words)
    _count(1 + len(asked))
    base = load(rest)
    variants = [_variant(base, rest, key, parts) for key, parts in asked.items()]
    for warning in dict.fromkeys(line for loaded in (base, *variants) for line in loaded.warnings):
        say(f"warning: {warning}")
    replications = studies.replications(base, pilot_words.REPLICATIONS if wanted else REPLICATIONS)
    place = studies.folder_for(base, "compare", started)
    RunFolder(place)
    names = LETTERS[: 1 + len(variants)]
    raws = [each.raw for each in (base, *variants)]
    if wanted:
        pilot_words.check(raws, names, settings)
    found = study.simulated(raws, names, replications, base.scenario.confidence)
    runs = list(studies.watched(found, len(raws), f"{base.scenario.name}: compare"))
    pilot = pilot_words.pilot(raws, names, wanted, replications, base.scenario.name) if wanted else None
    repeat = {key: f"[{','.join(parts)}]" for key, parts in asked.items()} | settings
    told = {
        "scenario": base.scenario.name,
        "command": studies.command("compare", _without_output(base), repeat),
        "from": "simulated",
        "seed": [base.scenario.seed],
    }
    own = [word for word in base.overrides if word.lstrip("+").partition("=")[0] not in ("output", "replications")]
    as_is = " ".join([base.scenario.name, *own]) if own else f"{base.scenario.name} as it stands"
    what = [as_is, *(" ".join(parts) for parts in asked.values())]
    return Job(runs, what, [None] * len(variants), base.scenario.confidence, place, told, pilot)


def _withs(words: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The overrides of each `with`, and all other words. Raises Refused."""
    from sim.loading.refusal import Refused

    asked: dict[str, list[str]] = {}
    rest: list[str] = []
    for word in words:
        found = WITH.match(word)
        if not found:
            rest.append(word)
            continue
        key, value = found.group(1), word[found.end() :]
        if key in asked:
            raise Refused(f"command line: {word}: {key} is given twice: name the second one {key}2 or the like")
        parts = overrides(value)
        if not parts or not all("=" in part or part.startswith("~") for part in parts):
            raise Refused(f"command line: {word}: needs overrides, such as '{key}=[goals.aht_target=240]'")
        for part in parts:
            name = part.lstrip("+~").partition("=")[0]
            if name.partition(".")[0] in ALIKE:
                raise Refused(f"command line: {word}: {name} is the same for all that is compared: write it outside")
        asked[key] = parts
    return asked, rest


def overrides(text: str) -> list[str]:
    """The overrides in `[a=1, b=[2,3]]` or `a=1,b=2`, split at commas outside of brackets and quotes."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    parts, depth, quote, last = [], 0, "", 0
    for k, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "[{(":
            depth += 1
        elif sign in "]})":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[last:k])
            last = k + 1
    return [part.strip() for part in [*parts, text[last:]] if part.strip()]


def _variant(base: Loaded, rest: Sequence[str], key: str, parts: Sequence[str]) -> Loaded:
    """The scenario with these overrides too. Raises Refused."""
    from sim.loading import load
    from sim.loading.refusal import Refused

    loaded = load([*rest, *parts])
    if _own(loaded) == _own(base):
        raise Refused(f"command line: {key}=[{','.join(parts)}]: changes nothing: the scenario is like this already")
    return loaded


def _without_output(loaded: Loaded) -> Loaded:
    """The same without its folder: repeated, it would find that taken."""
    from dataclasses import replace

    left = [word for word in loaded.overrides if word.lstrip("+").partition("=")[0] != "output"]
    return replace(loaded, overrides=left)


def _own(loaded: Loaded) -> dict[str, Any]:
    """The composed values without what is Hydra's."""
    return {key: value for key, value in loaded.raw.items() if key != "hydra"}


# ---------------------------------------------------------------- in a folder


def report(job: Job, started: datetime, clock: float) -> None:
    """Compare, write the folder, and print what differs."""
    import yaml

    from sim.cli import studies
    from sim.loading.places import shown
    from sim.measure.spreadsheet import no_formulas
    from sim.report.comparison.page import write_compare
    from sim.report.comparison.words import Told, summary
    from sim.report.run_folder import RunFolder
    from sim.study.comparison import sides as study
    from sim.study.comparison.compare import compare, course, course_table

    result = compare(job.sides, job.why_not, job.confidence)
    courses = [
        course(side, job.sides[0], job.confidence, reason is None)
        for side, reason in zip(job.sides[1:], job.why_not, strict=True)
    ]
    differences = [study.changes(side.config, job.sides[0].config) for side in job.sides[1:]]
    facts = job.told | {
        "runs": dict(zip((side.name for side in job.sides), job.what, strict=True)),
        "replications": [len(side.numbers) for side in job.sides],
        "pairs": list(result.pairs),
        "not_paired_because": list(job.why_not),
        "confidence": job.confidence,
    }
    facts |= pilot_words.told(job.pilot)
    told = Told(result, tuple(job.what), tuple(differences), tuple(courses), facts, job.pilot)
    with RunFolder(job.place) as folder:
        (folder.making / "configs").mkdir()
        for side in job.sides:
            values = {key: value for key, value in side.config.items() if key != "hydra"}
            text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
            (folder.making / "configs" / f"{side.name}.yaml").write_text(text, encoding="utf-8")
        no_formulas(result.frame).write_csv(folder.making / "comparison.csv")
        no_formulas(course_table(job.sides, courses)).write_csv(folder.making / "by_interval.csv")
        pilot_words.write(folder.making, job.pilot)
        studies.write_study(folder, facts, started, clock)
        write_compare(folder.making, told)
    print(summary(told))
    if job.pilot:
        print(f"\n{pilot_words.summary(job.pilot, told.names[0])}")
    print(f"\n{len(job.sides)} runs in {time.perf_counter() - clock:.0f} s: {shown(folder.place)}/report.html")
