"""The verb `calibrate`: from a center's own logs to a scenario, and how far it can be trusted."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.calibrate_words import VERB, Asked, Tested, asked_for, check_installed, place_for

if TYPE_CHECKING:

    from sim.calibrate.fits.everything import Fitted
    from sim.calibrate.log import Log
    from sim.report.calibration.page import Part

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
replications=99   of each predicted day
within=20         seconds of the service level
forecast=2        weeks (1 to 12) to forecast: back-tested methods, forecast.csv, and the best one's rates of the first
                  week in the scenario (week=2: of the second); all weeks' scenarios are in the folder
                  (pip install "tightrope[forecast]" adds exponential smoothing to the methods)
output=FOLDER     where the report goes (default: outputs/NAME/calibrate-DATE-TIME/)

Results: scenarios/NAME.yaml, and in the folder report.html, fits.csv (every figure with its interval and the rows it
rests on), left_out.csv (what no fit uses, and why), trust.csv (errors of simulation and textbook), the scenario,
pictures as PNG and SVG, calibrate.json
"""



def main(words: list[str]) -> int:
    """Calibrate. Exit status 0 when the scenario is written."""
    started, clock = dt.datetime.now(), time.perf_counter()
    asked = asked_for(words)
    check_installed()
    if asked.mapping == "show":
        from sim.calibrate.readers import guessed_mapping

        print(guessed_mapping(asked.files), end="")
        return 0
    from sim.calibrate.kept import without, without_floods
    from sim.calibrate.readers import read_log
    from sim.report.calibration.words import fits
    from sim.report.run_folder import RunFolder

    place = place_for(asked, started)
    RunFolder(place)  # refuses a folder that is taken before anything else is done
    log = without(read_log(asked.files, asked.mapping, asked.timezone), asked.without)
    print(*log.notes.lines(), "", sep="\n", flush=True)
    used = log if asked.keep else without_floods(log)
    fitted = _fitted(used, asked)
    floods = [f"left out: {odd}" for odd in used.notes.left_out[len(log.notes.left_out) :]]
    print(*floods, *fits(fitted), "", sep="\n", flush=True)
    _write(asked, place, log, used, fitted, started, clock)
    return 0


# ---------------------------------------------------------------- fits


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
    asked: Asked, place: Path, whole: Log, log: Log, fitted: Fitted, started: dt.datetime, clock: float
) -> None:
    """The folder and the scenario, both or neither; `log` is the part of the whole one that was fitted."""
    from sim.calibrate.figures import fitted_figures, left_out
    from sim.calibrate.scenario_file import write_scenario
    from sim.loading.places import shown
    from sim.measure.spreadsheet import no_formulas
    from sim.report.calibration.page import write_page
    from sim.report.run_folder import RunFolder

    told = _told(asked, log, fitted)
    with RunFolder(place) as folder:
        parts, ahead = _parts(folder.making, asked, whole, fitted, told)
        written = write_scenario(ahead, folder.making / f"{asked.name}.yaml", log.notes)
        no_formulas(fitted_figures(ahead)).write_csv(folder.making / "fits.csv")
        _week(folder.making, folder.making / f"{asked.name}.yaml", ahead, log)
        no_formulas(left_out(log.notes, fitted)).write_csv(folder.making / "left_out.csv")
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

    parts: list[Part] = []
    if asked.trust.wanted:
        parts.append(_trust(folder, asked.trust, log, told))
    if asked.weeks:
        part, fitted = _forecast(folder, asked, log, fitted, told)
        parts.append(part)
    return parts, fitted


def _trust(folder: Path, asked: Tested, log: Log, told: dict[str, Any]) -> Part:
    from sim.calibrate.log import ContactLog
    from sim.calibrate.trust import trust
    from sim.loading.refusal import Refused
    from sim.measure.spreadsheet import no_formulas
    from sim.report.calibration.page import Part, trust_part

    rows = log.contacts if isinstance(log, ContactLog) else log.intervals
    try:
        found = trust(rows, asked.holdout, asked.since, replications=asked.replications,
                      within_s=asked.within_s, watch=_watch)  # fmt: skip
    except (ValueError, Refused) as error:
        told["trust"] = None
        return Part([f"No trust report: {error}. The scenario fits its log; how it predicts is not known."], [], [], "")
    no_formulas(found.scores).write_csv(folder / "trust.csv")
    told["trust"] = {
        "fitted": [found.fitted.calendar.first.isoformat(), found.fitted.calendar.last.isoformat()],
        "predicted_days": [date.isoformat() for date in found.dates],
        "left_out": [date.isoformat() for date in found.held.odd],
        "replications": found.replications, "within_s": found.held.within_s,
        "notes": list(found.held.notes), "erlang_c_never": found.never,
    }  # fmt: skip
    return trust_part(folder, found)


def _watch(done: int, total: int) -> None:
    """How far the simulation is, where somebody watches."""
    import sys

    if sys.stderr.isatty():
        print(f"\rpredicting: week {done} of {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _forecast(
    folder: Path, asked: Asked, log: Log, fitted: Fitted, told: dict[str, Any]
) -> tuple[Part, Fitted]:
    """The forecast's part of the page and the fits with the week asked for; every week's scenario is written."""
    from sim.calibrate.forecast import as_table, forecast, with_forecast
    from sim.calibrate.scenario_file import write_scenario
    from sim.calibrate.write_back import write_back
    from sim.report.calibration.page import forecast_part

    found = forecast(fitted, asked.weeks)
    write_back(as_table(found), folder / "forecast.csv", log.notes, log.timezone)
    told["forecast"] = {
        queue: {"chosen": own.chosen, "back_test": [error._asdict() for error in own.errors]}
        for queue, own in found.queues.items()
    }
    for week in range(1, asked.weeks + 1) if asked.weeks > 1 else ():
        write_scenario(with_forecast(fitted, found, week), folder / f"{asked.name}-week-{week}.yaml", log.notes)
    return forecast_part(folder, found), with_forecast(fitted, found, asked.week)


def _week(folder: Path, scenario: Path, fitted: Fitted, log: Log) -> None:
    """week.csv and week.xlsx: requirements and simulated results by interval, in the words of the log's own system."""
    from importlib.util import find_spec

    from sim.calibrate.week import week
    from sim.calibrate.write_back import write_back

    table = week(scenario, fitted)
    write_back(table, folder / "week.csv", log.notes, log.timezone)
    if find_spec("xlsxwriter") is not None:
        write_back(table, folder / "week.xlsx", log.notes, log.timezone)


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
    from sim.study.half_made import clear, half_made

    asked.scenario.parent.mkdir(parents=True, exist_ok=True)
    clear(asked.scenario.parent)
    part = half_made(asked.scenario)
    try:
        part.write_bytes(written.read_bytes())
        if not asked.overwrite and os.path.lexists(asked.scenario):
            raise Refused(f"{asked.scenario} exists by now: choose another name=NAME")
        os.replace(part, asked.scenario)
    finally:
        part.unlink(missing_ok=True)
