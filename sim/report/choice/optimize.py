"""A search for good points as a page, as pictures, and in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sim.report import style, written
from sim.report.choice.front import GRID, Beside, Tried, front
from sim.report.study_page import Sheet, picture, study_page
from sim.report.sweeps import factors
from sim.study.choice.found import front_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.study.choice.found import Found
    from sim.study.choice.objectives import Objective

FILES = ("trials.csv (all that was tried), front.csv (what nothing betters), beside.csv (the grid), front.png and "
         "progress.png with SVG, study.json, config.yaml, points/")
SAMPLERS = {"tpe": "MOTPE", "nsga2": "NSGA-II"}


def lines(result: Found, frame: pl.DataFrame) -> list[str]:
    """What came out, in sentences."""
    quest, own = result.quest, front_table(frame, result.quest)
    said = _all([("most " if each.sign > 0 else "least ") + factors.kpi_names(each.kpi).said
                 for each in quest.objectives])
    different = frame.filter(~pl.col("again"))
    failed = different.filter(pl.col("status") == "failed")
    told = []
    if result.stopped:
        told.append(f"Stopped after {len(frame)} of {quest.trials} trials.")
    if own.is_empty():
        told.append(f"None of {len(different)} points keeps to the limits.")
    else:
        told.append(f"Of {len(different)} points tried, {len(own)} are the front for {said}: no other point is at "
                    "least as good in all of these and better in one.")
        told += [_extreme(own, result, each) for each in quest.objectives]
    if quest.limits and not own.is_empty():
        out = len(different.filter(pl.col("status") == "outside"))
        limits = " and ".join(each.word.replace(">=", " ≥ ").replace("<=", " ≤ ") for each in quest.limits)
        told.append(f"Limits, {limits}: {out} points were outside.")
    if result.beside is not None:
        told.append(f"Beside: {len(result.beside.done)} points of a grid or sweep reach "
                    f"{written.percent(result.beside_volume)} of the box of all figures, the search "
                    f"{written.percent(float(result.volume[-1]))} with {len(different)}.")
    if len(failed):
        told.append(f"{len(failed)} points could not be simulated: {failed['reason'][0]}")
    return told


def _all(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _extreme(own: pl.DataFrame, result: Found, objective: Objective) -> str:
    row = own.sort(objective.key, descending=objective.sign > 0).row(0, named=True)
    at = ", ".join(factors.value(each.key, row[each.key]) for each in result.quest.ranges)
    end = "Most" if objective.sign > 0 else "Least"
    names = factors.kpi_names(objective.kpi)
    return f"{end} {names.said}, {written.figure(row[objective.key], objective.kpi.unit)}: {at}."


def sheet(result: Found, frame: pl.DataFrame) -> Sheet:
    """The front, best in the first KPI first."""
    quest = result.quest
    kpis = {kpi.key: kpi for kpi in (*(each.kpi for each in quest.objectives), *(each.kpi for each in quest.limits))}
    heads = ["Point", *(factors.kpi_names(kpi).head for kpi in kpis.values()), "Chance of being on the front"]
    rows = []
    for row in front_table(frame, quest).iter_rows(named=True):
        cells = [", ".join(factors.value(each.key, row[each.key]) for each in quest.ranges)]
        for key, kpi in kpis.items():
            cells.append(written.figure(row[key], kpi.unit))
        rows.append([*cells, written.percent(row["chance_on_front"], 0)])
    return Sheet("The front", heads, rows,
                 "The chance is low where neighbors are nearly as good: then it is shared among them, and any will do. "
                 "The best figures of many points are also the luckiest: before you decide, simulate those that you "
                 "like with more replications (python -m sim choose, or sweep).")


def summary(result: Found, frame: pl.DataFrame, told: Mapping[str, Any], most: int = 12) -> str:
    """The terminal's table of the front, and sentences."""
    whole = sheet(result, frame)
    step = max(1, -(-len(whole.rows) // most))
    cells = [list(whole.columns), *(list(row) for row in whole.rows[::step])]
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    said = ["  ".join(cell.ljust(w) if k < 1 else cell.rjust(w) for k, (cell, w) in enumerate(
        zip(row, widths, strict=True))).rstrip() for row in cells]
    title = f"{told['scenario']}: the front of {told['trials']} trials"
    title += f" ({len(cells) - 1} of its {len(whole.rows)} points; front.csv has all)" if step > 1 else ""
    return "\n".join([title, "", *said, "", *lines(result, frame)])


def write_search(folder: Path, result: Found, frame: pl.DataFrame, told: Mapping[str, Any]) -> None:
    """Write front.png, progress.png (both as SVG, too) and report.html into a folder."""
    footer = (f"{written.short(told['scenario'], 40)} · {SAMPLERS[result.quest.sampler]}, {told['trials']} trials of "
              f"{told['replications']} replications, seed {told['seed']}, the same random numbers at all points")
    pictures = []
    if len(result.quest.objectives) > 1 and not front_table(frame, result.quest).is_empty():
        others = None
        if result.beside is not None and result.beside_fronts is not None:
            others = Beside(result.beside, result.beside_fronts.on)
        tried = Tried(result.quest.objectives, result.quest.limits, result.sweep, result.fronts.on, others)
        drawn = [front(tried, width, footer) for width in (style.WIDE, style.NARROW)]
        caption = "Every point tried; those of the front are large. Crosses: the points beside, a ring on their front."
        pictures.append(picture(folder, "front", "What nothing betters", caption, drawn[0], drawn[1]))
    drawn = [progress(result, width, footer) for width in (style.WIDE, style.NARROW)]
    caption = ("Share of the box from the worst to the best of every KPI that the front has so far: where it is flat, "
               "more trials bring little.")
    pictures.append(picture(folder, "progress", "How the search went", caption, drawn[0], drawn[1]))
    page = study_page(told["scenario"], "Good points", lines(result, frame), pictures, [sheet(result, frame)], told,
                      FILES)
    (folder / "report.html").write_text(page, "utf-8")


@style.styled
def progress(result: Found, width: float = style.WIDE, footer: str = "") -> Figure:
    """The front's share of the box after each trial, and that of the points beside."""
    figure, rows = style.frame(width, [2.3])
    ax = rows[0][0]
    trials = np.arange(1, len(result.volume) + 1)
    drawn = ax.step(trials, 100 * result.volume, where="post", color=style.GREEN, linewidth=2.0)
    handles, labels = [drawn[0]], ["search"]
    if result.beside is not None:
        level = ax.axhline(100 * result.beside_volume, color=GRID, linestyle="--", linewidth=1.2)
        handles.append(level)
        labels.append(f"{len(result.beside.done)} points beside")
    ax.set_ylim(0, max(5.0, 108 * float(max(result.volume.max(), np.nan_to_num(result.beside_volume)))))
    ax.set_xlim(1, max(len(trials), 2))
    ax.set_xlabel("trials")
    ax.set_ylabel("% of the box")
    style.entitle(ax, "Share of the box that the front has", handles, labels)
    if footer:
        style.sign(figure, footer)
    return figure
