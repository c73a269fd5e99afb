"""A calibration in its folder: the page, the pictures of data beside fit, the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.calibrate.fits.everything import Fitted
from sim.calibrate.forecast import Forecast
from sim.calibrate.log import Log
from sim.calibrate.trust import DRAWN, Trust
from sim.report import style
from sim.report.calibration import fits as fits
from sim.report.calibration import trust as calibrate_trust
from sim.report.calibration import verdict as verdict
from sim.report.calibration import words as words
from sim.report.calibration.order import order, shown_pairs
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
    lines = [line for part in parts for line in part.lines] + words.short(fitted)
    files = ", ".join([FILES, *(part.files for part in parts if part.files)])
    (folder / "report.html").write_text(page(words.headline(name, fitted), lines, shown, sheets, told, files), "utf-8")


def trust_part(folder: Path, trust: Trust) -> Part:
    """The trust report: pictures written into the folder, sentences, tables."""
    shown = [
        picture(folder, "trust", "What happened, and what was predicted", "By hour of the day, over the days that no "
                "fit has seen, with the log's own arrivals replayed and the agents who were on duty.",
                *(calibrate_trust.by_hour(trust, width) for width in WIDTHS)),
        picture(folder, "trust-drawn", "The same with arrivals drawn", "The demand, too, is what the days before lead "
                "to expect; agents are those who were on duty.",
                *(calibrate_trust.by_hour(trust, width, DRAWN) for width in WIDTHS)),
        picture(folder, "trust-days", "Single days", f"{verdict.NAMES[trust.kpis[0]]} by hour on some of the held-out "
                "days, and the band that is to hold 90 % of the hours.",
                *(calibrate_trust.days(trust, width) for width in WIDTHS)),
    ]  # fmt: skip
    return Part(verdict.lines(trust), shown, verdict.sheets(trust), "trust.csv (errors of all methods)")


def forecast_part(folder: Path, found: Forecast) -> Part:
    """The forecast: a picture, sentences, the back-test as a table."""
    shown = [picture(folder, "forecast", "Forecast", "Each queue's first calls a day: the log's last weeks, and the "
                     "next ones by the method that was best in the back-test.",
                     *(calibrate_trust.forecast(found, width) for width in WIDTHS))]  # fmt: skip
    rows, said = [], []
    for queue, own in found.queues.items():
        for error in own.errors:
            rows.append((f"{queue}, {error.method}", f"{100 * error.wape:.0f} %", f"{error.mae:.2f}",
                         f"{100 * error.wape_days:.0f} %", f"{error.origins}, {error.days} days",
                         "chosen" if error.method == own.chosen else ""))  # fmt: skip
        tested = ", ".join(f"{error.method} {100 * error.wape:.0f} %" for error in own.errors) or own.note
        said.append(f"Forecast of {queue}: {own.chosen}; {own.mean.sum():,.0f} first calls in {len(own.dates)} days; "
                    f"back-tested WAPE by interval: {tested}.")  # fmt: skip
    sheet = Sheet("Back-test of the forecast", ("Queue, method", "WAPE by interval", "MAE by interval, calls",
                  "WAPE by day", "Origins", ""), rows, f"Forecasts of past weeks from what came before; {found.note}. "
                  "The day factor's variance in the scenario is that of these errors.")  # fmt: skip
    return Part(said, shown, [sheet] if rows else [], "forecast.csv")


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
    if any(len(fit.patience.at) and not len(fit.patience.low) for fit in fitted.queues.values()):
        found.append(picture(folder, "patience", "Patience", "Reports do not show single waits. Dots: share that hung "
                             "up; line: the report's contacts and agents replayed with the patience in the scenario.",
                             *(fits.matching(fitted, width) for width in WIDTHS)))
    if any(len(fit.patience.low) for fit in fitted.queues.values()):
        found.append(picture(folder, "patience", "Patience", "Share of callers who would still wait after so many "
                             "seconds: Kaplan-Meier with its 95 % band, and the law in the scenario.",
                             *(fits.patience(fitted, width) for width in WIDTHS)))
    if any(fit.patience.by_place for fit in fitted.queues.values()):
        found.append(picture(folder, "places", "Patience by place in the queue", "The same by how many stood ahead in "
                             "the queue when the caller joined it. The scenario tells its callers their place "
                             "(told_place), and they hang up the sooner the more are ahead.",
                             *(fits.places(fitted, width) for width in WIDTHS)))
    if shown_pairs(fitted):
        found.append(picture(folder, "order", "Taken first", "An agent took a caller while another of the agent's "
                             "queues waited, too: how often it was the first queue's, by how much longer the other one "
                             "had waited. The scenario's step is at the head start; agents also choose by hand.",
                             *(order(fitted, width) for width in WIDTHS)))
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
