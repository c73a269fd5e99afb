"""The verb `calibrate`: from a center's own logs to a scenario, and how far it can be trusted."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sim.calibrate.fits.everything import Fitted
    from sim.calibrate.log import ContactLog, Log
    from sim.report.calibrate import Part

HELP = """
usage: python -m sim calibrate FILE [FILE ...] [name=NAME] [KEY=VALUE ...]

Reads logs of calls or reports by interval (CSV, Excel, Parquet; columns are recognised or guessed), fits arrivals,
handle times, patience, redials, agents' speeds and staffing, and writes a scenario. Nothing is written when a file is
refused.

  python -m sim calibrate january.csv february.csv name=mine
  python -m sim calibrate calls.xlsx mapping=columns.yaml timezone=Europe/Berlin
  python -m sim +scenario=mine behavior=none

name=NAME         of the scenario (default: the first file's name); scenarios/NAME.yaml is what is written
overwrite=true    write over a scenario of that name
mapping=FILE      which column means what, where the guess is wrong (docs/calibrate.md); mapping=show prints the guess
timezone=ZONE     whose wall clock the log is to have, such as Europe/Berlin
without=QUEUE,... leave these queues' contacts out (calls that the center places itself, test queues)
keep=true         use days unlike their weekday's others (holidays, outages), which are left out else
trust=false       no trust report: it fits the first part of the log, predicts the rest, and takes a few minutes
holdout=0.4       the last part of the days, which it predicts; or from=2026-03-01: all from that day on
replications=39   of each predicted day
within=20         seconds of the service level
forecast=2        weeks (1 to 12) to forecast: back-tested methods, the best one's rates in the scenario, forecast.csv
                  (pip install "tightrope[forecast]" adds exponential smoothing to the methods)
output=FOLDER     where the report goes (default: outputs/NAME/calibrate-DATE-TIME/)

Results: scenarios/NAME.yaml, and in the folder report.html, fits.csv (every figure with its interval and the rows it
rests on), left_out.csv (what no fit uses, and why), trust.csv (errors of simulation and textbook), the scenario,
pictures as PNG and SVG, calibrate.json
"""

OWN = ("name", "overwrite", "mapping", "timezone", "without", "keep", "trust", "holdout", "from", "replications",
       "within", "forecast", "output")
VERB = "calibrate"
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


def main(words: list[str]) -> int:
    """Calibrate. Exit status 0 when the scenario is written."""
    started, clock = dt.datetime.now(), time.perf_counter()
    asked = asked_for(words)
    if asked.mapping == "show":
        from sim.calibrate.readers import guessed_mapping

        print(guessed_mapping(asked.files), end="")
        return 0
    from sim.calibrate.readers import read_log
    from sim.report.calibrate_words import fits
    from sim.report.run_folder import RunFolder

    place = _place(asked, started)
    RunFolder(place)  # refuses a folder that is taken before anything else is done
    log = _without(read_log(asked.files, asked.mapping, asked.timezone), asked.without)
    print(*log.notes.lines(), "", sep="\n", flush=True)
    fitted = _fitted(log, asked)
    print(*fits(fitted), "", sep="\n", flush=True)
    _write(asked, place, log, fitted, started, clock)
    return 0


# ---------------------------------------------------------------- the command line


def asked_for(words: Sequence[str]) -> Asked:
    """The command line, checked. Raises Refused."""
    from sim.cli.studies import split, whole
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
    elif os.path.lexists(scenario) and not overwrite:
        raise Refused(f"{scenario} exists already: choose another name=NAME, or write over it with overwrite=true")
    return Asked([Path(word).expanduser() for word in rest], scenario.stem, scenario, overwrite,
                 settings.get("mapping"), settings.get("timezone"),
                 [name.strip() for name in settings.get("without", "").split(",") if name.strip()],
                 flag(settings, "keep"), settings.get("output"), list(words), _tested(settings),
                 whole(settings["forecast"], "forecast", 1, 12) if "forecast" in settings else 0)  # fmt: skip


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


def _place(asked: Asked, now: dt.datetime) -> Path:
    from sim.report.run_folder import free_place

    if asked.output:
        return Path(asked.output).expanduser()
    place = free_place(Path("outputs"), asked.name, now)
    return place.with_name(f"{VERB}-{place.name}")


# ---------------------------------------------------------------- fits


def _without(log: Log, queues: list[str]) -> Log:
    """The log without some queues, which is noted. Raises Refused for a queue that it has not."""
    from dataclasses import replace

    import polars as pl

    from sim.calibrate.log import ContactLog, Odd
    from sim.loading.refusal import Refused

    if not queues:
        return log
    frame = log.contacts if isinstance(log, ContactLog) else log.intervals
    names = frame["queue"].unique().sort().to_list()
    for queue in queues:
        if queue not in names:
            raise Refused(f"command line: without={queue}: the log has the queues {', '.join(names)}")
    rows = frame.filter(~pl.col("queue").is_in(queues))
    if rows.is_empty():
        raise Refused("command line: without=...: no contact is left")
    odds, notes = [], log.notes
    for queue in queues:
        own = frame.filter(pl.col("queue") == queue)
        first = notes.files[own["file"][0]].name if notes.files else "log"
        odds.append(Odd(f"queue {queue}", own.height, f"{first}:{own['row'][0]}", "left out by without="))
    used = dict(rows.group_by("file").len().iter_rows())
    files = tuple(file._replace(used=used.get(place, 0)) for place, file in enumerate(notes.files))
    notes = replace(notes, files=files, left_out=(*notes.left_out, *odds))
    if isinstance(log, ContactLog):
        return ContactLog(rows, notes, log.timezone)
    return replace(log, intervals=rows, notes=notes)


def _fitted(log: Log, asked: Asked) -> Fitted:
    """All fits of the log. Raises Refused where there is nothing to fit."""
    from sim.calibrate.fits.everything import fit_contacts, fit_intervals
    from sim.calibrate.log import ContactLog
    from sim.loading.refusal import Refused

    try:
        if isinstance(log, ContactLog):
            return fit_contacts(log.contacts, keep=asked.keep)
        return fit_intervals(log.intervals, keep=asked.keep)
    except ValueError as error:
        raise Refused(f"{asked.files[0]}: nothing can be fitted: {error}") from None


# ---------------------------------------------------------------- in a folder


def _write(
    asked: Asked, place: Path, log: Log, fitted: Fitted, started: dt.datetime, clock: float
) -> None:
    """The folder and the scenario, both or neither."""
    from sim.calibrate.figures import fitted_figures, left_out
    from sim.calibrate.scenario_file import write_scenario
    from sim.loading.places import shown
    from sim.report.calibrate import write_page
    from sim.report.run_folder import RunFolder

    told = _told(asked, log, fitted)
    with RunFolder(place) as folder:
        parts, ahead = _parts(folder.making, asked, log, fitted, told)
        written = write_scenario(ahead, folder.making / f"{asked.name}.yaml", log.notes)
        fitted_figures(ahead).write_csv(folder.making / "fits.csv")
        left_out(log.notes, fitted).write_csv(folder.making / "left_out.csv")
        write_page(folder.making, asked.name, log, fitted, parts, told)
        _write_facts(folder.making, told, started, clock)
        _put(written, asked)
    said = [line for part in parts for line in part.lines]
    print(*said, *([""] if said else []), sep="\n", end="\n" if said else "")
    print(f"{asked.scenario}: python -m sim +scenario={asked.name} behavior=none")
    print(f"{fitted.rows:,} rows in {time.perf_counter() - clock:.0f} s: {shown(folder.place)}/report.html")


def _parts(
    folder: Path, asked: Asked, log: Log, fitted: Fitted, told: dict[str, Any]
) -> tuple[list[Part], Fitted]:
    """The trust report and the forecast, as far as they are asked for and can be had, and the fits to write."""
    from sim.calibrate.log import ContactLog
    from sim.report.calibrate import Part

    parts: list[Part] = []
    if asked.trust.wanted and not isinstance(log, ContactLog):
        parts.append(Part(["No trust report: it needs calls one by one, this is a report by interval."], [], [], ""))
    elif asked.trust.wanted and isinstance(log, ContactLog):
        parts.append(_trust(folder, asked.trust, log, told))
    if asked.weeks:
        part, fitted = _forecast(folder, asked.weeks, log, fitted, told)
        parts.append(part)
    return parts, fitted


def _trust(folder: Path, asked: Tested, log: ContactLog, told: dict[str, Any]) -> Part:
    from sim.calibrate.trust import trust
    from sim.loading.refusal import Refused
    from sim.report.calibrate import Part, trust_part

    try:
        found = trust(log.contacts, asked.holdout, asked.since, replications=asked.replications,
                      within_s=asked.within_s, watch=_watch)  # fmt: skip
    except (ValueError, Refused) as error:
        told["trust"] = None
        return Part([f"No trust report: {error}. The scenario fits its log; how it predicts is not known."], [], [], "")
    found.scores.write_csv(folder / "trust.csv")
    told["trust"] = {
        "fitted": [found.fitted.calendar.first.isoformat(), found.fitted.calendar.last.isoformat()],
        "predicted_days": [date.isoformat() for date in found.dates],
        "left_out": [date.isoformat() for date in found.held.odd],
        "replications": found.replications, "within_s": found.within_s, "erlang_c_never": found.never,
    }  # fmt: skip
    return trust_part(folder, found)


def _watch(done: int, total: int) -> None:
    """How far the simulation is, where somebody watches."""
    import sys

    if sys.stderr.isatty():
        print(f"\rpredicting: week {done} of {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _forecast(
    folder: Path, weeks: int, log: Log, fitted: Fitted, told: dict[str, Any]
) -> tuple[Part, Fitted]:
    from sim.calibrate.forecast import as_table, forecast, with_forecast
    from sim.calibrate.write_back import write_back
    from sim.report.calibrate import forecast_part

    found = forecast(fitted, weeks)
    write_back(as_table(found), folder / "forecast.csv", log.notes, log.timezone)
    told["forecast"] = {
        queue: {"chosen": own.chosen, "back_test": [error._asdict() for error in own.errors]}
        for queue, own in found.queues.items()
    }
    return forecast_part(folder, found), with_forecast(fitted, found)


def _told(asked: Asked, log: Log, fitted: Fitted) -> dict[str, Any]:
    """What calibrate.json holds, but for times and versions."""
    calendar, notes = fitted.calendar, log.notes
    typed = [word for word in asked.typed if not word.startswith(("output=", "overwrite="))]
    return {
        "scenario": asked.name,
        "scenario_file": str(asked.scenario),
        "command": shlex.join(["python", "-m", "sim", VERB, *typed]),
        "files": [file.name for file in notes.files],
        "kind": fitted.kind,
        "timezone": log.timezone,
        "rows_read": notes.rows_read,
        "rows_used": notes.rows_used,
        "guessed": list(notes.guessed),
        "first_day": calendar.first.isoformat(),
        "last_day": calendar.last.isoformat(),
        "days_used": len(calendar.regular),
        "days_left_out": [day.date.isoformat() for day in calendar.odd] if not calendar.kept else [],
        "interval_min": fitted.interval_min,
        "missing": list(fitted.missing),
        "facts": [("Rows", f"{notes.rows_used:,} used of {notes.rows_read:,} read")],
    }


def _write_facts(folder: Path, told: dict[str, Any], started: dt.datetime, clock: float) -> None:
    from sim.cli.job import versions

    facts = {key: value for key, value in told.items() if key != "facts"} | {
        "started": started.isoformat(timespec="seconds"), "seconds": round(time.perf_counter() - clock, 3),
        "platform": platform.platform(), "versions": versions(),
    }  # fmt: skip
    (folder / "calibrate.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _put(written: Path, asked: Asked) -> None:
    """A copy of the scenario in its place, whole or not at all. Raises Refused where it is taken by now."""
    from sim.loading.refusal import Refused

    asked.scenario.parent.mkdir(parents=True, exist_ok=True)
    part = asked.scenario.with_name(f".{asked.name}.{os.getpid()}.part")
    try:
        part.write_bytes(written.read_bytes())
        if not asked.overwrite and os.path.lexists(asked.scenario):
            raise Refused(f"{asked.scenario} exists by now: choose another name=NAME")
        os.replace(part, asked.scenario)
    finally:
        part.unlink(missing_ok=True)
