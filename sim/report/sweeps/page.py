"""A sweep as a page, as pictures and as a slide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.report import written
from sim.report.page import Shown, shown, style_sheet
from sim.report.save import light, save, svg
from sim.report.study_page import PAGE, Sheet
from sim.report.sweeps import factors, sentences, words
from sim.report.sweeps.explorer import Explorer, explorer_section
from sim.report.sweeps.pictures import Drawn, pictures
from sim.report.sweeps.slide import slide
from sim.study.sweeps import lattice, pareto
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.sweep import FINISHED, Sweep

FILES = ("tradeoff.png and .svg (a slide), sweep.csv (all points with intervals), replications.parquet (by "
         "replication), plots/ (PNG and SVG)")
COLUMNS = ("service_level", "csat", "aht_s", "asa_s", "abandonment_rate", "occupancy", "fcr", "day_met",
           "operating_cost", "paid_hours")
MOST_ROWS = 500
"""points that the page lists; sweep.csv has all of them"""


def write_sweep(folder: Path, sweep: Sweep, plot: Plot, told: Mapping[str, Any]) -> None:
    """Write tradeoff.png and .svg (a slide), plots/ and report.html into a folder.

    `told` may hold `command`, `wall_s`, `files` (a line on what else lies there) and whatever else study.json has.
    """
    (folder / "plots").mkdir(exist_ok=True)
    drawn: list[Shown] = []
    if sweep.done:
        save(slide(sweep, plot), folder, "tradeoff")
        drawn = [_picture(folder / "plots", each) for each in pictures(sweep, plot)]
    text = page(sweep, plot, drawn, told, explorer_section(sweep, plot))
    (folder / "report.html").write_text(text, "utf-8")


def _picture(folder: Path, each: Drawn) -> Shown:
    wide, narrow = each.wide, each.narrow
    return shown(each.name, each.title, each.caption, light(wide, save(wide, folder, each.name)),
                 light(narrow, svg(narrow)))


def page(sweep: Sweep, plot: Plot, drawn: Sequence[Shown], told: Mapping[str, Any],
         part: Explorer | None = None) -> str:
    """The whole page; every text in it is escaped but for the explorer's."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    more = {} if part is None else {"slot": part.html, "script": part.script, "policy": part.policy}
    return environment.from_string(PAGE).render(
        over=f"{sweep.scenario}: sweep of {_swept(sweep)}", title=words.headline(sweep, plot),
        lines=sentences.lines(sweep, plot), pictures=drawn, sheets=sheets(sweep, plot),
        facts=facts(sweep, plot, told), command=told.get("command") or sweep.command,
        style=style_sheet() + ("" if part is None else f"\n{part.style}"), **more)


def _swept(sweep: Sweep) -> str:
    nouns = [factors.noun(axis.key) for axis in sweep.axes]
    return " and ".join([", ".join(nouns[:-1]), nouns[-1]]) if len(nouns) > 1 else "".join(nouns) or "nothing"


def facts(sweep: Sweep, plot: Plot, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was run, as pairs of term and value."""
    counts = sorted({len(point.observed.numbers) for point in sweep.done if point.observed is not None})
    each = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}" if counts else "0"
    found = [
        ("Scenario", sweep.scenario),
        *((axis.key, ", ".join(written.short(f"{value}", 40) for value in axis.values)) for axis in sweep.axes),
        ("Simulated", f"{len(sweep.done)} of {len(sweep.points)} points, {each} replications of each, seed "
                      f"{sweep.seed}, the same random numbers at all points"),
        ("Drawn", ", ".join(f"plot.{key}={value}" for key, value in plot._asdict().items() if value is not None)),
        ("Intervals", f"{100 * sweep.confidence:g} %, over replications; differences are paired"),
    ]
    if told.get("wall_s") is not None:
        found.append(("Computing time", f"{float(told['wall_s']):.1f}{written.GLUE}s"))
    return [*found, ("Beside this page", str(told.get("files") or FILES))]


# ---------------------------------------------------------------- the tables


def sheets(sweep: Sweep, plot: Plot) -> list[Sheet]:
    """All points with their figures and intervals, and those that failed with their reasons."""
    found = [_points(sweep, plot)] if sweep.done else []
    missing = [point for point in sweep.points if point.observed is None]
    if missing:
        rows = [[written.short(point.name, 120), point.status, point.reason or written.NONE] for point in missing]
        found.append(Sheet("Points without figures", ["Point", "status", "reason"], rows, wraps=True))
    return found


def _points(sweep: Sweep, plot: Plot) -> Sheet:
    known = {kpi.key for kpi in sweep.kpis}
    wanted = [plot.x, plot.y, *([plot.color] if plot.color else []), *COLUMNS]
    keys = [key for key in dict.fromkeys(wanted) if key in known]
    if "operating_cost" in keys and plot.cost != "paid_hours":
        keys = [key for key in keys if key != "paid_hours" or key in wanted[:3]]
    estimates = {key: sweep.estimate(key) for key in keys}
    two = all(map(pareto.direction, (plot.x, plot.y))) and len(sweep.done) > 1 and plot.panel is None
    chance = pareto.front(sweep, (plot.x, plot.y)).chance if two else None
    stands = lattice.as_it_stands(sweep)
    order = _order(sweep)[:MOST_ROWS]
    rows = []
    for k in order:
        point = sweep.done[k]
        words = factors.point_words(sweep, point, list(range(len(sweep.axes))))
        notes = [*(["as it stands"] if k == stands else []), *([point.status] if point.status != FINISHED else [])]
        row = [words + (f" ({', '.join(notes)})" if notes else "")]
        row += [_cell(estimates[key], k, sweep.kpi(key).unit) for key in keys]
        row += [written.percent(None if np.isnan(chance[k]) else float(chance[k]), 0)] if chance is not None else []
        rows.append(row)
    heads = ["Point", *(factors.kpi_names(sweep.kpi(key)).head for key in keys),
             *(["Chance of being on the front"] if two else [])]
    note = (f"Figures with {100 * sweep.confidence:g} % intervals of each point by itself; differences between points "
            "are known better, since all met the same days.")
    if len(sweep.done) > len(order):
        note += f" The first {MOST_ROWS} of {len(sweep.done):,} points; sweep.csv has all."
    return Sheet("All points", heads, rows, note)


def _order(sweep: Sweep) -> list[int]:
    places = [{str(value): n for n, value in enumerate(axis.values)} for axis in sweep.axes]
    return sorted(range(len(sweep.done)), key=lambda k: [
        place.get(str(value), len(place)) for place, value in zip(places, sweep.done[k].values, strict=True)])


def _cell(estimate: Any, k: int, unit: str) -> str:
    mean, low, high = (None if np.isnan(each[k]) else float(each[k]) for each in (estimate.mean, estimate.low,
                                                                                  estimate.high))
    between = written.bare_interval(low, high, unit)
    return written.figure(mean, unit) + (f"\n{between}" if between and mean is not None else "")
