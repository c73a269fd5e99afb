"""A choice among points as a page, as a picture, and in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.report import style, written
from sim.report.study_page import Sheet, picture, study_page
from sim.report.sweeps import factors
from sim.study.choice.choosing import BEHIND, BEST, CONTENDER, FAILED, LEVEL, OUTSIDE, UNCLEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.choice.choosing import Answer, Question

ORDER = (BEST, LEVEL, CONTENDER, BEHIND, UNCLEAR, OUTSIDE, FAILED)
COLOURS = {BEST: style.GREEN, LEVEL: style.GREEN, CONTENDER: style.BLUE, BEHIND: style.QUIET, UNCLEAR: style.ORANGE,
           OUTSIDE: style.VERMILION, FAILED: style.QUIET}
MARKS = {BEST: "D", LEVEL: "D", CONTENDER: "o", BEHIND: "o", UNCLEAR: "s", OUTSIDE: "X", FAILED: "x"}
MOST = 24
"""points in a picture"""
ROW = 0.27
FILES = "choose.csv (all figures), choice.png and .svg, study.json, config.yaml (the first point's scenario), points/"


def ordered(frame: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The points, the best first, then by what they may be, then by the KPI."""
    rank = {status: k for k, status in enumerate(ORDER)}
    keyed = frame.with_columns(rank=pl.col("status").replace_strict(rank, return_dtype=pl.Int64),
                               by=-question.objective.sign * pl.col(question.objective.key))
    return keyed.sort("rank", "by", "point", nulls_last=True).drop("rank", "by")


def lines(frame: pl.DataFrame, question: Question, answer: Answer) -> list[str]:
    """What came out, in sentences."""
    kpi = question.objective.kpi
    failed = frame.filter(pl.col("status") == FAILED)
    told = []
    if answer.best is None:
        told.append("No point keeps to the limits." if len(failed) < len(frame) else "No point could be simulated.")
        told += _nearest(frame, question)
    else:
        best = frame.row(answer.best, named=True)
        value = written.figure(best[kpi.key], kpi.unit)
        at = written.interval(best[f"{kpi.key}_low"], best[f"{kpi.key}_high"], kpi.unit)
        told.append(f"Best: {best['point'].replace(',', ', ')}: {_name(question)} {value} ({at}).")
        told.append(_how_sure(frame, question, answer))
    for status, said in ((LEVEL, "exactly level with it"), (CONTENDER, "cannot be told from it yet")):
        others = frame.filter(pl.col("status") == status)["point"].to_list()
        if others:
            told.append(f"{_some(others)}: {said}.")
    told += _of_limits(frame, question, answer)
    if len(failed):
        told.append(f"{len(failed)} of {len(frame)} points could not be simulated: {_some(failed['point'].to_list())}; "
                    f"{failed['reason'][0]}")
    return told


def _how_sure(frame: pl.DataFrame, question: Question, answer: Answer) -> str:
    zone = written.difference(answer.zone, question.objective.kpi.unit)
    rivals = frame.filter(pl.col("p_better").is_not_null())
    if rivals.is_empty():
        return "It is the only point that can be chosen." if len(frame) > 1 else "It is the only point."
    wrong = f"at most {written.percent(answer.p_wrong)}" if answer.p_wrong >= 0.001 else f"below 0.1{written.GLUE}%"
    chance = f"Chance that another point is better by more than {zone}: {wrong}, by what was seen."
    if not answer.decided:
        return (f"Not settled with {max(frame['replications'])} replications of a point. {chance} "
                "More: choose.max_replications, or a larger choose.delta.")
    return f"{chance} The procedure is right in {written.whole_percent(question.probability)} or more of all choices " \
           f"whose best leads by {zone} of {_name(question)}."


def _of_limits(frame: pl.DataFrame, question: Question, answer: Answer) -> list[str]:
    if not question.limits:
        return []
    said = " and ".join(limit.word.replace(">=", " ≥ ").replace("<=", " ≤ ") for limit in question.limits)
    sure, out = (sum(each is kept for each in answer.within) for kept in (True, False))
    told = [f"Limits, {said}: {sure} of {len(frame)} points surely keep to them, {out} surely do not."]
    behind = len(frame) - sure - out - len(frame.filter(pl.col("status").is_in([UNCLEAR, FAILED])))
    if sure and behind:
        told[0] += f" Of {behind} it need not be known: better ones keep to them."
    unclear = frame.filter(pl.col("status") == UNCLEAR)
    if len(unclear):
        told.append(f"Too near a limit to tell, and not chosen among: {_some(unclear['point'].to_list())}.")
    if answer.best is not None and not sure:
        told.append("No point surely keeps to the limits: the best of those was taken that may.")
    return told


def _nearest(frame: pl.DataFrame, question: Question) -> list[str]:
    """Which point comes nearest to the first limit."""
    if not question.limits:
        return []
    limit = question.limits[0]
    seen = frame.filter(pl.col(limit.key).is_not_null()).sort(limit.sign * pl.col(limit.key), descending=True)
    if seen.is_empty():
        return []
    first = seen.row(0, named=True)
    value = written.figure(first[limit.key], limit.kpi.unit)
    return [f"Nearest: {first['point']} with {factors.kpi_names(limit.kpi).said} {value}."]


def _name(question: Question) -> str:
    return factors.kpi_names(question.objective.kpi).said


def _some(names: Sequence[str], most: int = 3) -> str:
    told = "; ".join(names[:most])
    return f"{told} and {len(names) - most} more" if len(names) > most else told


def sheet(frame: pl.DataFrame, keys: Sequence[str], question: Question) -> Sheet:
    """The points, best first."""
    kpi = question.objective.kpi
    columns = ["Point", "", "Replications", factors.kpi_names(kpi).head, "interval", "from the best", "interval",
               "chance to be better"]
    for limit in question.limits:
        columns += [factors.kpi_names(limit.kpi).head, "chance to keep to it"]
    rows = []
    for row in ordered(frame, question).iter_rows(named=True):
        short = ", ".join(factors.value(key, row[key]) for key in keys)
        low, high = (written.difference(row[f"difference_{end}"], kpi.unit, True) for end in ("low", "high"))
        same = row["status"] == BEST or row["difference"] is None
        cells = [short, row["status"], f"{row['replications']:,}", written.figure(row[kpi.key], kpi.unit),
                 written.interval(row[f"{kpi.key}_low"], row[f"{kpi.key}_high"], kpi.unit),
                 "" if same else written.difference(row["difference"], kpi.unit, True),
                 "" if same else f"{low} to {high}",
                 "" if row["p_better"] is None else written.percent(row["p_better"])]
        for limit in question.limits:
            cells += [written.figure(row[limit.key], limit.kpi.unit), written.percent(row[f"p_{limit.key}"])]
        rows.append([cell or "" for cell in cells])
    return Sheet("All points", columns, rows,
                 "Differences from the best are paired over the replications of both; chance to be better: by more "
                 "than the indifference zone.")


def summary(frame: pl.DataFrame, keys: Sequence[str], question: Question, answer: Answer, told: Mapping[str, Any],
            most: int = 12) -> str:
    """The terminal's table and sentences."""
    whole = sheet(frame, keys, question)
    wanted = [0, 1, 2, 3, 5, *range(8, len(whole.columns))]
    head = [whole.columns[k] for k in wanted]
    cells = [head, *([row[k] for k in wanted] for row in whole.rows[:most])]
    widths = [max(len(row[k]) for row in cells) for k in range(len(head))]
    said = ["  ".join(cell.ljust(w) if k < 2 else cell.rjust(w) for k, (cell, w) in enumerate(
        zip(row, widths, strict=True))).rstrip() for row in cells]
    more = len(whole.rows) - most
    rest = [f"and {more} points more"] if more > 0 else []
    if frame["replications"].n_unique() > 1:
        rest.append("From the best: over the replications of both. A point with few of them had other days.")
    sentences = lines(frame, question, answer)
    return "\n".join([f"{told['scenario']}: {len(frame)} points", "", *said, *rest, "", *sentences])


def write_choice(folder: Path, frame: pl.DataFrame, keys: Sequence[str], question: Question, answer: Answer,
                 told: Mapping[str, Any], confidence: float) -> None:
    """Write choice.png, choice.svg and report.html into a folder."""
    pictures = []
    if frame[question.objective.key].is_not_null().any():
        footer = (f"{written.short(told['scenario'], 40)} · {told['replications']} replications, seed {told['seed']}, "
                  f"the same random numbers at all points; whiskers: {100 * confidence:g} % intervals")
        drawn = [choice(frame, keys, question, width, footer) for width in (style.WIDE, style.NARROW)]
        caption = ("How far each point is from the best, pair by pair of replications, and how many replications it "
                   "took to know. Bars are long where the choice was close.")
        pictures.append(picture(folder, "choice", "Which point is best", caption, drawn[0], drawn[1]))
    page = study_page(told["scenario"], "Which point to choose", lines(frame, question, answer), pictures,
                      [sheet(frame, keys, question)], told, FILES)
    (folder / "report.html").write_text(page, "utf-8")


@style.styled
def choice(frame: pl.DataFrame, keys: Sequence[str], question: Question, width: float = style.WIDE,
           footer: str = "") -> Figure:
    """Differences from the best point with paired intervals, and replications spent, a row a point."""
    shown = ordered(frame.filter(pl.col(question.objective.key).is_not_null()), question).head(MOST)
    roomy = width >= style.NARROW_BELOW
    said = factors.value if roomy or len(keys) == 1 else factors.brief
    names = [", ".join(said(key, row[key]) for key in keys) for row in shown.iter_rows(named=True)]
    letters = 36 if roomy else 24
    names = [written.short(name.replace(written.GLUE, " "), letters) for name in names]
    left = 0.25 + 0.068 * style.breadth() * max(map(len, names), default=8)
    height = ROW * max(len(shown), 2)
    figure, rows = style.frame(width, [height] if roomy else [height, height], (2.4, 1.0) if roomy else (1.0,),
                               left=left, between=0.25, title=0.5, gap=0.5)
    panels = rows[0] if roomy else [rows[0][0], rows[1][0]]
    _differences(panels[0], shown, question)
    _spent(panels[1], shown)
    for k, ax in enumerate(panels):
        ax.set_ylim(len(shown) - 0.4, -0.6)
        ax.grid(False)
        ax.grid(True, axis="x")
        ax.spines["left"].set_visible(False)
        ax.set_yticks(range(len(shown)), names if k == 0 or not roomy else [""] * len(shown))
    if footer:
        style.sign(figure, footer)
    return figure


def _differences(ax: Axes, shown: pl.DataFrame, question: Question) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    kpi = question.objective.kpi
    scale = 100.0 if kpi.unit == "share" else 1.0
    against = shown["difference"].is_not_null().any()
    middle, low, high = (("difference", "difference_low", "difference_high") if against else
                         (kpi.key, f"{kpi.key}_low", f"{kpi.key}_high"))
    seen: dict[str, Any] = {}
    for y, row in enumerate(shown.iter_rows(named=True)):
        status = row["status"]
        if row[middle] is None:
            continue
        if row[low] is not None and row[high] is not None:
            ax.plot([scale * row[low], scale * row[high]], [y, y], color=COLOURS[status], linewidth=1.6)
        seen[status] = ax.plot([scale * row[middle]], [y], MARKS[status], color=COLOURS[status], markersize=5.5,
                               linestyle="none")[0]
    if against:
        ax.axvline(0.0, color=style.INK, linewidth=1.0, zorder=0)
    ax.margins(x=0.06)
    ax.xaxis.set_major_locator(MaxNLocator(max(2, int(style.inches(ax) / 0.8)), steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", written.MINUS)))
    unit = {"share": "points", "s": "seconds"}.get(kpi.unit, kpi.unit)
    name = factors.kpi_names(kpi).head
    ax.set_xlabel(f"{name}, {'from the best, ' if against else ''}{unit}")
    style.entitle(ax, "From the best" if against else name, list(seen.values()), list(seen))


def _spent(ax: Axes, shown: pl.DataFrame) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.barh(range(len(shown)), shown["replications"].to_list(), 0.62, color=style.SKY)
    ax.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    ax.set_xlim(left=0)
    ax.set_title("Replications")
