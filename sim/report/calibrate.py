"""A calibration in its folder: the page, the pictures of data beside fit, the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.calibrate.fits.everything import Fitted
from sim.calibrate.log import Log
from sim.report import calibrate_fits as fits
from sim.report import calibrate_words as words
from sim.report import style
from sim.report.page import Shown
from sim.report.study_page import PAGE, Sheet, picture

WIDTHS = (style.WIDE, style.NARROW)
ARRIVALS = 3
"""queues whose arrivals have a picture, the busiest first"""
FILES = ("fits.csv (every figure with its interval and rows), left_out.csv, the scenario, the pictures as PNG and SVG, "
         "calibrate.json")


class Part(NamedTuple):
    """What a further question adds to the page: trust, forecast."""

    lines: Sequence[str]
    pictures: Sequence[Shown]
    sheets: Sequence[Sheet]
    files: str


def write_page(
    folder: Path, name: str, log: Log, fitted: Fitted, parts: Sequence[Part], told: Mapping[str, Any]
) -> None:
    """Write the pictures and report.html into a folder."""
    shown = [each for part in parts for each in part.pictures] + _pictures(folder, fitted)
    sheets = [sheet for part in parts for sheet in part.sheets] + words.sheets(log.notes, fitted)
    lines = [line for part in parts for line in part.lines] + words.fits(fitted)
    files = ", ".join([FILES, *(part.files for part in parts)])
    (folder / "report.html").write_text(page(words.headline(name, fitted), lines, shown, sheets, told, files), "utf-8")


def _pictures(folder: Path, fitted: Fitted) -> list[Shown]:
    found = []
    for number, queue in enumerate(fits.busiest(fitted, ARRIVALS), 1):
        found.append(picture(
            folder, f"arrivals-{number}", f"Arrivals: {queue}", "Each day of the log as a point, by weekday and "
            "interval; the line is the rate of the scenario, the band its 95 % interval.",
            *(fits.arrivals(fitted, queue, width) for width in WIDTHS),
        ))  # fmt: skip
    if any(fit.handle for fit in fitted.queues.values()):
        found.append(picture(folder, "talk", "Talk times", "Grey: the log. Line: the law in the scenario, chosen by an "
                             "information criterion (BIC); a table of quantiles where no law is near.",
                             *(fits.handle_times(fitted, width) for width in WIDTHS)))
    if any(len(fit.patience.at) for fit in fitted.queues.values()):
        found.append(picture(folder, "patience", "Patience", "Share of callers who would still wait after so many "
                             "seconds: Kaplan-Meier with its 95 % band, and the law in the scenario.",
                             *(fits.patience(fitted, width) for width in WIDTHS)))
    if any(fit.redials is not None and fit.redials.probability.value is not None for fit in fitted.queues.values()):
        found.append(picture(folder, "redials", "Calling again", "Share of those who hung up and called again by then, "
                             "beside those who would have called anyway.",
                             *(fits.redials(fitted, width) for width in WIDTHS)))
    if fitted.speeds is not None and len(fitted.speeds.n):
        found.append(picture(folder, "speeds", "Agents' speeds", "Each agent's handle time against the typical one's; "
                             "diamonds are drawn in towards 1 by as much as chance explains.",
                             *(fits.speeds(fitted, width) for width in WIDTHS)))
    if fitted.staffing is not None:
        found.append(picture(folder, "staffing", "Agents on duty", "Mean number on duty by weekday and interval, and "
                             "the whole heads of the scenario.", *(fits.staffing(fitted, width) for width in WIDTHS)))
    return found


def page(
    title: str, lines: Sequence[str], shown: Sequence[Shown], sheets: Sequence[Sheet], told: Mapping[str, Any],
    files: str,
) -> str:
    """The whole page; every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    from sim.report.page import style_sheet

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    facts = [("Scenario", told["scenario_file"]), ("Log", ", ".join(told["files"])), *told["facts"],
             ("Beside this page", files)]
    return environment.from_string(PAGE).render(
        over="calibrate", title=title, lines=lines, pictures=shown, sheets=sheets, facts=facts,
        command=told["command"], style=style_sheet())
