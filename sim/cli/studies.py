"""What the verbs that run many variants of a scenario share: their words, their folder, their progress."""

from __future__ import annotations

import json
import platform
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sim.cli.going_on import GoingOn
    from sim.loading.check import Loaded
    from sim.report.run_folder import RunFolder

T = TypeVar("T")


def split(words: Sequence[str], own: Sequence[str], verb: str) -> tuple[dict[str, str], list[str]]:
    """The verb's own settings (`method=morris`), and all other words. Raises Refused for flags and doubles."""
    from sim.loading.refusal import Refused

    settings: dict[str, str] = {}
    rest: list[str] = []
    for word in words:
        key, _, value = word.partition("=")
        if word.startswith("-"):
            raise Refused(f"command line: {word}: `{verb}` takes no flags but --help")
        if key in own and "=" in word:
            if key in settings:
                raise Refused(f"command line: {word}: {key} is given twice")
            settings[key] = value
        else:
            rest.append(word)
    return settings, rest


def whole(text: str, key: str, least: int, most: int) -> int:
    """A whole number of a setting. Raises Refused."""
    from sim.loading.refusal import Refused

    number = int(text) if text.isdecimal() and len(text) < 10 else least - 1
    if not least <= number <= most:
        raise Refused(f"command line: {key}={text}: needs a whole number from {least} to {most:,}")
    return number


def numbers(text: str, key: str, least: float, most: float, count: int = 1) -> tuple[float, ...]:
    """Different numbers between two bounds, written `420,300,180` or `[420,300,180]`, at least so many of them."""
    from sim.loading.refusal import Refused

    try:
        found = tuple(float(part) for part in text.strip().removeprefix("[").removesuffix("]").split(","))
    except ValueError:
        raise Refused(f"command line: {key}={text}: needs numbers such as {key}=420,300,180") from None
    if len(found) < count or len(set(found)) < len(found) or not all(least <= x <= most for x in found):
        what = "a number" if count == 1 else f"{count} or more different numbers"
        raise Refused(f"command line: {key}={text}: needs {what} from {least:g} to {most:g}")
    return found


def load_people(words: Sequence[str], verb: str) -> Loaded:
    """The scenario, which must be one in which behavior counts; its warnings are said."""
    from sim.cli.errors import say
    from sim.loading import Refused, load

    loaded = load(words)
    if not loaded.scenario.behavior.people:
        remedy = "try behavior=evidence behavior.people=true"
        raise Refused(f"{verb}: behavior.people is false, so nobody's behavior counts: {remedy}")
    for warning in loaded.warnings:
        say(f"warning: {warning}")
    return loaded


def replications(loaded: Loaded, default: int, least: int = 2) -> int:
    """Those asked for on the command line, or else the verb's own default: a scenario's are for a single run."""
    from sim.loading import Refused

    if any(word.lstrip("+").startswith("precision") for word in loaded.overrides):
        raise Refused("command line: precision is for runs and sweeps: give replications=N here")
    if not any(word.lstrip("+").startswith("replications=") for word in loaded.overrides):
        return loaded.scenario.sampling.whole(default)
    if loaded.scenario.replications < least:
        raise Refused("command line: replications=1: differences need at least 2 to have an interval")
    return loaded.scenario.sampling.whole(loaded.scenario.replications)


def folder_for(loaded: Loaded, verb: str, now: datetime) -> Path:
    """`output` where given, else outputs/SCENARIO/VERB-DATE-TIME."""
    from sim.report.run_folder import free_place

    given = loaded.scenario.output
    if given:
        return Path(given).expanduser()
    place = free_place(Path("outputs"), loaded.scenario.name, now)
    return place.with_name(f"{verb}-{place.name}")


def watched(found: Iterable[T], total: int, title: str) -> Iterator[T]:
    """The same, with a bar on stderr where somebody watches."""
    if not sys.stderr.isatty():
        yield from found
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        for each in found:
            yield each
            bar.advance(task)


def command(verb: str, loaded: Loaded, settings: dict[str, str]) -> str:
    """What to type to get the same again."""
    from sim.loading.places import scenarios, shown

    named = [place.path for place in scenarios() if place.name == loaded.file.stem]
    word = loaded.file.stem if named == [loaded.file] else shown(loaded.file)
    words = [f"+scenario={word}", *loaded.overrides, *(f"{k}={v}" for k, v in settings.items())]
    return shlex.join(["python", "-m", "sim", verb, *words])


def write_study(folder: RunFolder | GoingOn, told: dict[str, Any], started: datetime, clock: float) -> None:
    """Write study.json: what was run, with what, when, and how to run it again."""
    from sim.cli.job import versions
    from sim.study import again

    facts = told | {
        "repeat": again.command(folder.place),
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - clock, 3),
        "platform": platform.platform(),
        "versions": versions(),
    }
    (folder.making / "study.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
