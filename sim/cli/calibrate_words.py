"""The command line of `calibrate`: its files and settings, checked."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

VERB = "calibrate"
OWN = ("name", "overwrite", "mapping", "timezone", "without", "keep", "trust", "holdout", "from", "replications",
       "within", "forecast", "week", "output")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")


class Tested(NamedTuple):
    """How the scenario is to be tested."""

    wanted: bool
    holdout: float
    since: dt.date | None
    replications: int
    within_s: float


class Asked(NamedTuple):
    """What the command line asks for."""

    files: list[Path]
    name: str
    scenario: Path
    overwrite: bool
    mapping: str | None
    timezone: str | None
    without: list[str]
    keep: bool
    output: str | None
    typed: list[str]
    trust: Tested
    weeks: int
    """to forecast, 0 = none"""
    week: int
    """of these, whose rates the scenario has"""


def check_installed() -> None:
    """Raises Refused where the libraries of the extra are not installed."""
    from importlib.util import find_spec

    from sim.loading.refusal import Refused

    missing = [name for name in ("lifelines", "statsmodels") if find_spec(name) is None]
    if missing:
        raise Refused(f"calibrate needs {' and '.join(missing)}: pip install 'tightrope[calibrate]'")


def asked_for(words: Sequence[str]) -> Asked:
    """The command line, checked. Raises Refused."""
    from sim.cli.studies import split
    from sim.loading.refusal import Refused

    settings, rest = split(words, OWN, VERB)
    for word in rest:
        key, equals, _ = word.partition("=")
        if equals and re.fullmatch(r"[a-z_.+]+", key) and not Path(word).exists():
            raise Refused(f"command line: {word}: `calibrate` knows {', '.join(OWN)}; all other words are files")
    if not rest:
        raise Refused("command line: calibrate needs the log's files: python -m sim calibrate calls.csv name=mine")
    name = settings.get("name") or _named_after(Path(rest[0]))
    if not NAME.fullmatch(name):
        raise Refused(f"command line: name={name}: needs letters, digits, - and _, a letter first, at most 60")
    overwrite = flag(settings, "overwrite")
    scenario = Path("scenarios") / f"{name}.yaml"
    if "name" not in settings:
        scenario = _free(scenario)
    elif _killed(scenario, settings.get("output")):
        overwrite = True
    elif os.path.lexists(scenario) and not overwrite:
        raise Refused(f"{scenario} exists already: choose another name=NAME, or write over it with overwrite=true")
    return Asked([Path(word).expanduser() for word in rest], scenario.stem, scenario, overwrite,
                 settings.get("mapping"), settings.get("timezone"),
                 [name.strip() for name in settings.get("without", "").split(",") if name.strip()],
                 flag(settings, "keep"), settings.get("output"), list(words), _tested(settings),
                 *_forecast(settings))  # fmt: skip


def _forecast(settings: dict[str, str]) -> tuple[int, int]:
    """(weeks to forecast, which of them the scenario has). Raises Refused."""
    from sim.cli.studies import whole
    from sim.loading.refusal import Refused

    if "forecast" not in settings:
        if "week" in settings:
            raise Refused("command line: week says which forecast week the scenario has: give forecast=WEEKS, too")
        return 0, 1
    weeks = whole(settings["forecast"], "forecast", 1, 12)
    return weeks, whole(settings.get("week", "1"), "week", 1, weeks)


def _killed(scenario: Path, output: str | None) -> bool:
    """Whether a scenario is that of a calibration which was killed before its folder came into place beside it."""
    from sim.study.half_made import left

    folder = Path(output).expanduser().parent if output else Path("outputs") / scenario.stem
    try:
        mine = scenario.read_bytes()
        return any((half / scenario.name).read_bytes() == mine for half in left(folder) if half.is_dir())
    except OSError:
        return False


def _tested(settings: dict[str, str]) -> Tested:
    """How the scenario is to be tested. Raises Refused."""
    from sim.calibrate.trust import REPLICATIONS, WITHIN_S
    from sim.cli.studies import numbers, whole
    from sim.loading.refusal import Refused

    if "holdout" in settings and "from" in settings:
        raise Refused("command line: holdout and from say the same thing twice: give one of them")
    since = None
    if "from" in settings:
        try:
            since = dt.date.fromisoformat(settings["from"])
        except ValueError:
            raise Refused(f"command line: from={settings['from']}: needs a date such as from=2026-03-01") from None
    (holdout,) = numbers(settings.get("holdout", "0.4"), "holdout", 0.05, 0.9)[:1]
    (within_s,) = numbers(settings.get("within", f"{WITHIN_S:g}"), "within", 0.0, 3600.0)[:1]
    replications = whole(settings.get("replications", str(REPLICATIONS)), "replications", 5, 1000)
    return Tested(flag({"trust": "true"} | settings, "trust"), holdout, since, replications, within_s)


def flag(settings: dict[str, str], key: str) -> bool:
    """A setting that is true or false. Raises Refused."""
    from sim.loading.refusal import Refused

    value = settings.get(key, "false").lower()
    if value not in ("true", "false", "yes", "no"):
        raise Refused(f"command line: {key}={value}: needs true or false")
    return value in ("true", "yes")


def _named_after(file: Path) -> str:
    """A name for the scenario, from the first file's."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", file.name.split(".")[0]).strip("_-")
    stem = re.sub(r"^[^A-Za-z]+", "", stem)[:60]
    return stem or "log"


def _free(scenario: Path) -> Path:
    """The path, or with a number behind its name if that is taken."""
    number, found = 2, scenario
    while os.path.lexists(found):
        found = scenario.with_name(f"{scenario.stem}-{number}.yaml")
        number += 1
    return found


def place_for(asked: Asked, now: dt.datetime) -> Path:
    from sim.report.run_folder import free_place

    if asked.output:
        return Path(asked.output).expanduser()
    place = free_place(Path("outputs"), asked.name, now)
    return place.with_name(f"{VERB}-{place.name}")
