"""A comparison as pictures and as a page: a forest of differences, and the difference by interval of the day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report import style, written
from sim.report.comparison import pilot
from sim.report.comparison.words import Told, changed, headline, lines, listed, sheet
from sim.report.study_page import PAGE, picture
from sim.study.comparison.differences import BETTER, HIGHER, LOWER, UNTOLD, WORSE
from sim.study.variants import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INKS = {BETTER: style.GREEN, WORSE: style.VERMILION, HIGHER: style.BLUE, LOWER: style.BLUE, UNTOLD: style.QUIET}
MARKS = {BETTER: "o", WORSE: "s", HIGHER: "^", LOWER: "v", UNTOLD: "|"}
RUNS = (style.INK, style.ORANGE, style.BLUE, style.GREEN, style.PURPLE, style.VERMILION, "#6B7680", "#3B8FC4",
        "#7A3E74", "#D99A1C")
ROW = 0.27
HOUR, DAY = 3600.0, 86_400.0
FILES = ("comparison.csv (all figures), by_interval.csv, the pictures as PNG and SVG, study.json, configs/ (the "
         "scenario of each run in full)")


def panels(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The rows of a forest by what can share an axis: shares, seconds, points; each amount of money alone."""
    found: dict[str, tuple[str, list[Mapping[str, Any]]]] = {}
    for row in rows:
        unit = str(row["unit"])
        named = {"share": "percentage points", "s": "seconds", "points": "NPS points"}
        alone = unit not in named
        key = str(row["kpi"]) if alone else unit
        found.setdefault(key, (named.get(unit, written.short(unit, 8)), []))[1].append(row)
    return list(found.values())


@style.styled
def forest(told: Told, width: float = style.WIDE) -> Figure:
    """The difference of every figure from the first run, with its interval and verdict, in panels by unit."""
    rows = [row for row in told.result.frame.iter_rows(named=True) if row["difference"] is not None]
    order = {row["kpi"]: k for k, row in enumerate(rows[::-1])}
    rows.sort(key=lambda row: -order[row["kpi"]])
    groups = panels(rows)
    roomy = width >= style.NARROW_BELOW
    several = len(told.names) > 2
    figure, axes = style.frame(width, [max(ROW * len(own), 0.42) for _, own in groups] or [1.0], title=0.12, gap=0.42,
                               left=1.85 if roomy else 1.5, right=0.95 if roomy else 0.82, top=0.34)
    for (unit, own), (ax,) in zip(groups, axes, strict=False):
        _panel(ax, unit, own, several)
    if not groups:
        style.empty(axes[0][0], "nothing to compare")
    height = float(figure.get_size_inches()[1])
    figure.text(0.1 / width, 1.0 - 0.08 / height, heading(told, width), fontsize=10.5, fontweight="bold", va="top")
    style.sign(figure, footer(told, {reason is None for reason in told.result.why_not}) + "; verdicts hold together")
    return figure


def _panel(ax: Axes, unit: str, rows: Sequence[Mapping[str, Any]], several: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    scale = 100.0 if unit == "percentage points" else 1.0
    names = []
    for y, row in enumerate(rows):
        middle, colour = scale * row["difference"], INKS[row["verdict"]]
        low, high = (scale * row[end] if row[end] is not None else middle for end in ("low", "high"))
        ax.plot([low, high], [y, y], color=colour, linewidth=2.0, solid_capstyle="butt")
        ax.plot([middle], [y], MARKS[row["verdict"]], color=colour, markersize=6, markeredgewidth=1.6)
        ax.text(1.02, y, row["verdict"], transform=ax.get_yaxis_transform(), fontsize=9, color=colour, va="center")
        names.append(f"{row['label']}, {row['run']}" if several else str(row["label"]))
    ax.axvline(0.0, color=style.INK, linewidth=0.9)
    ax.set_yticks(range(len(rows)), [style.fit(name, 1.75, 9.0) if len(name) > 26 else name for name in names])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.margins(x=0.06)
    ax.grid(False)
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    if all(row["difference"] == 0.0 for row in rows):
        ax.set_xlim(-1.0, 1.0)
    ax.xaxis.set_major_locator(MaxNLocator(max(2, int(style.inches(ax) / 0.8)), steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", written.MINUS)))
    ax.set_xlabel(unit, labelpad=1.0)


def footer(told: Told, kinds: set[bool]) -> str:
    """What a picture rests on; `kinds`: whether its intervals are paired."""
    pairs = sorted(set(told.result.pairs))
    counts = f"{pairs[0]:,}" if len(pairs) == 1 else f"{pairs[0]:,} to {pairs[-1]:,}"
    how = listed([word for kind, word in ((True, "paired"), (False, "not paired")) if kind in kinds])
    level = f"{100 * told.result.confidence:g} %"
    return (f"{written.short(told.facts['scenario'], 24)} · {counts} replications, {how}; {level} intervals, each for "
            "itself")


def heading(told: Told, width: float) -> str:
    """What is compared, on one line."""
    text = f"{listed(told.names[1:])} less {told.names[0]}"
    if len(told.names) == 2:
        text += f": {told.what[1]}, against {told.what[0]}"
    return written.short(text, len(style.fit("x " * 500, width - 0.2, 11.5).split("\n")[0]))


# ---------------------------------------------------------------- over the day


@style.styled
def over_the_day(told: Told, width: float = style.WIDE) -> Figure:
    """The runs' service level by interval, and below it how far service level and agents are above the first's."""
    figure, rows = style.frame(width, [1.5, 1.3, 1.3], title=0.36, gap=0.4, top=0.34)
    level, gap, agents = (row[0] for row in rows)
    shown = _shown(told)
    part = slice(*shown)
    alpha = 0.2 if len(told.names) == 2 else 0.12
    handles = []
    for k, side in enumerate(told.result.sides):
        if side.days is not None:
            at = side.days.start_s
            (line,) = level.plot(*_steps(at[part], 100.0 * side.days.level[part]), color=RUNS[k])
            two = len(told.names) == 2
            handles.append((line, f"{side.name}: {written.short(told.what[k], int(5 * width))}" if two else side.name))
    level.set_ylim(0, 101)
    for k, found in enumerate(told.courses, 1):
        if found is None:
            continue
        for ax, (mean, low, high), scale in ((gap, found.level, 100.0), (agents, found.agents, 1.0)):
            x, lower = _steps(found.start_s[part], scale * low[part])
            ax.plot(x, _steps(found.start_s[part], scale * mean[part])[1], color=RUNS[k])
            ax.fill_between(x, lower, _steps(found.start_s[part], scale * high[part])[1], color=RUNS[k], alpha=alpha,
                            linewidth=0)
    for ax in (gap, agents):
        ax.axhline(0.0, color=style.INK, linewidth=0.9)
        least, most = ax.get_ylim()
        ax.set_ylim(min(least, -1.0), max(most, 1.0))
    base = told.names[0]
    for ax, title in ((level, "Service level, %"), (gap, f"Service level less that of {base}, percentage points"),
                      (agents, f"Agents on the phones less those of {base}")):
        ax.set_title(style.fit_title(ax, title))
        _clock(ax, told, shown)
    for ax in (level, gap):
        style.bare(ax)
    height = float(figure.get_size_inches()[1])
    figure.legend([line for line, _ in handles], [name for _, name in handles], loc="upper left", ncols=len(handles),
                  bbox_to_anchor=(0.1 / width, 1.0 - 0.06 / height))
    style.sign(figure, footer(told, {found.paired for found in told.courses if found is not None}))
    return figure


def _shown(told: Told) -> tuple[int, int]:
    """The first interval in which there are contacts or agents, and the one after the last."""
    import numpy as np

    days = next(side.days for side in told.result.sides if side.days is not None)
    some = np.flatnonzero(~np.isnan(days.level) | (days.agents > 0.0))
    return (int(some[0]), int(some[-1]) + 1) if len(some) else (0, len(days.start_s))


def _steps(start_s: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The corners of a line that stays level within each interval."""
    import numpy as np

    length = float(start_s[1] - start_s[0]) if len(start_s) > 1 else HOUR
    return np.column_stack([start_s, start_s + length]).ravel(), np.repeat(y, 2)


def _clock(ax: Axes, told: Told, shown: tuple[int, int]) -> None:
    """Hours of a day, or days."""
    days = next(side.days for side in told.result.sides if side.days is not None)
    at = days.start_s
    step = float(at[1] - at[0]) if len(at) > 1 else HOUR
    first, last = float(at[shown[0]]), float(at[shown[1] - 1]) + step
    unit = DAY if last - first > DAY else HOUR
    most = max(2, int(style.inches(ax) / 0.55))
    stride = unit * max(1, math.ceil((last - first) / unit / most))
    ticks = [stride * k for k in range(math.ceil(first / stride), math.floor(last / stride) + 1)]
    ax.set_xticks(ticks, [f"{tick / DAY + 1:g}" if unit == DAY else written.clock(tick) for tick in ticks])
    ax.set_xlim(first, last)
    ax.set_xlabel("day" if unit == DAY else "time of day")


# ---------------------------------------------------------------- in a folder


def write_compare(folder: Path, told: Told) -> None:
    """Write the pictures (forest, day) and report.html into a folder."""
    widths = (style.WIDE, style.NARROW)
    others = listed(told.names[1:])
    shown = [picture(folder, "forest", "What differs", f"How far each figure of {others} is above that of "
                     f"{told.names[0]}, with its interval. Green: better; red: worse; blue: higher or lower, which is "
                     "neither; grey: cannot be told.", *(forest(told, width) for width in widths))]
    if any(found is not None for found in told.courses):
        shown.append(picture(folder, "day", "Over the day", _day_words(told),
                             *(over_the_day(told, width) for width in widths)))
    if told.pilot:
        shown.append(pilot.pilot_picture(folder, told.pilot, told.names[0], told.facts["scenario"]))
    (folder / "report.html").write_text(page(told, shown), "utf-8")


def _day_words(told: Told) -> str:
    text = "By interval of arrival; bands are intervals for each interval by itself."
    if any(found is not None and not found.paired for found in told.courses):
        text += (" Not all of these runs can be paired by interval, so some bands come from the intervals of "
                 "the two runs: where they share random numbers, the truth is known better than the bands show.")
    return text


def page(told: Told, shown: Sequence[Any]) -> str:
    """The whole page; every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    from sim.report.page import style_sheet

    facts = told.facts
    seeds = listed([str(seed) for seed in facts["seed"]])
    counts = listed([f"{name} {count:,}" for name, count in zip(told.names, facts["replications"], strict=True)])
    terms = [("Scenario", facts["scenario"]), ("Runs", f"{len(told.names)}, {facts['from']}"),
             ("Replications", f"{counts}; seed {seeds}"), ("Beside this page", FILES)]
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    sheets, said = [sheet(told, name) for name in told.names[1:]], lines(told)
    if told.pilot:
        sheets += pilot.sheets(told.pilot, told.names[0])
        said += pilot.lines(told.pilot, told.names[0])
        terms[-1] = ("Beside this page", f"{FILES}, pilot.csv (power by length)")
    return environment.from_string(PAGE).render(
        over=facts["scenario"], title=headline(told), lines=said, pictures=shown, sheets=[*sheets, *changed(told)],
        facts=terms, command=facts["command"], style=style_sheet())
