"""Points set apart by two or more KPIs, as a page, as a picture, and in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.report import style, written
from sim.report.choice.front import Tried, front
from sim.report.study_page import Sheet, picture, study_page
from sim.report.sweeps import factors

if TYPE_CHECKING:
    from sim.study.choice.setting_apart import Asked, Placed

FILES = "choose.csv (all figures), front.png and .svg, study.json, config.yaml (the first point's scenario), points/"
ORDER = ("front", "not on the front", "outside the limits", "failed")


def ordered(frame: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """The front first, each part by the first KPI."""
    rank = {status: k for k, status in enumerate(ORDER)}
    first = asked.objectives[0]
    keyed = frame.with_columns(rank=pl.col("status").replace_strict(rank, return_dtype=pl.Int64),
                               by=-first.sign * pl.col(first.key))
    return keyed.sort("rank", "by", nulls_last=True).drop("rank", "by")


def lines(frame: pl.DataFrame, placed: Placed, asked: Asked) -> list[str]:
    """What came out, in sentences."""
    own = frame.filter(pl.col("status") == "front")
    failed = frame.filter(pl.col("status") == "failed")
    if len(failed) == len(frame):
        return [f"No point could be simulated: {failed['reason'][0]}"]
    said = [("most " if each.sign > 0 else "least ") + factors.kpi_names(each.kpi).said for each in asked.objectives]
    words = " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]
    zones = ", ".join(f"{factors.change(zone, each.kpi)} of {factors.kpi_names(each.kpi).said}"
                      for zone, each in zip(placed.zones, asked.objectives, strict=True))
    told = [f"{len(own)} of {len(frame)} points are the front for {words}." if len(own) else
            f"None of {len(frame)} points keeps to the limits."]
    chance = written.percent(placed.any_wrong)
    told.append(f"Chance that any point is misplaced by more than {zones}: {chance}, by what was seen.")
    if not placed.decided:
        doubtful = frame.filter(pl.col("p_wrong") > (1.0 - asked.probability) / len(frame))["point"].to_list()
        told.append(f"Not settled with {max(frame['replications'])} replications of a point: "
                    f"{'; '.join(doubtful[:3])}{f' and {len(doubtful) - 3} more' if len(doubtful) > 3 else ''}. "
                    "More: choose.max_replications.")
    if asked.limits:
        limits = " and ".join(each.word.replace(">=", " ≥ ").replace("<=", " ≤ ") for each in asked.limits)
        told.append(f"Limits, {limits}: {len(frame.filter(pl.col('status') == ORDER[2]))} points are outside.")
    if len(failed):
        told.append(f"{len(failed)} of {len(frame)} points could not be simulated: {failed['reason'][0]}")
    return told


def sheet(frame: pl.DataFrame, placed: Placed, asked: Asked) -> Sheet:
    """All points, the front first."""
    kpis = {kpi.key: kpi for kpi in (*(each.kpi for each in asked.objectives), *(each.kpi for each in asked.limits))}
    heads = ["Point", "", "Replications", *(factors.kpi_names(kpi).head for kpi in kpis.values()),
             "Chance that this is wrong"]
    rows = []
    for row in ordered(frame, asked).iter_rows(named=True):
        cells = [", ".join(factors.value(axis.key, row[axis.key]) for axis in placed.sweep.axes), row["status"],
                 f"{row['replications']:,}", *(written.figure(row[key], kpi.unit) for key, kpi in kpis.items())]
        rows.append([*cells, "" if row["p_wrong"] is None else written.percent(row["p_wrong"])])
    return Sheet("All points", heads, rows, "Wrong: misplaced by more than the differences that are not worth telling "
                 "apart; see above.")


def summary(frame: pl.DataFrame, placed: Placed, asked: Asked, told: Mapping[str, Any], most: int = 15) -> str:
    """The terminal's table and sentences."""
    whole = sheet(frame, placed, asked)
    cells: Sequence[Sequence[str]] = [whole.columns, *whole.rows[:most]]
    widths = [max(len(row[k]) for row in cells) for k in range(len(whole.columns))]
    said = ["  ".join(cell.ljust(w) if k < 2 else cell.rjust(w) for k, (cell, w) in enumerate(
        zip(row, widths, strict=True))).rstrip() for row in cells]
    rest = [f"and {len(whole.rows) - most} points more"] if len(whole.rows) > most else []
    return "\n".join([f"{told['scenario']}: {len(frame)} points", "", *said, *rest, "", *lines(frame, placed, asked)])


def write_apart(folder: Path, frame: pl.DataFrame, placed: Placed, asked: Asked, told: Mapping[str, Any]) -> None:
    """Write front.png, front.svg and report.html into a folder."""
    pictures = []
    if placed.on.any():
        footer = (f"{written.short(told['scenario'], 40)} · {told['replications']} replications, seed {told['seed']}, "
                  "the same random numbers at all points")
        tried = Tried(asked.objectives, asked.limits, placed.sweep, placed.on)
        drawn = [front(tried, width, footer) for width in (style.WIDE, style.NARROW)]
        caption = "Every point; those of the front are large: no other is as good in all and better in one."
        pictures.append(picture(folder, "front", "What nothing betters", caption, drawn[0], drawn[1]))
    page = study_page(told["scenario"], "Which points to choose among", lines(frame, placed, asked), pictures,
                      [sheet(frame, placed, asked)], told, FILES)
    (folder / "report.html").write_text(page, "utf-8")
