"""The argument as a slide and as a page: where a tighter handle-time target stops paying."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.report import style, written
from sim.report.argument_words import Argument, against, headline, lines, period_of, seconds, staff_words, unit_of
from sim.report.save import save
from sim.report.slide import LARGER, SIZE
from sim.report.study_page import Sheet, picture, study_page
from sim.study.argument import NET

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMALL = (("service_level", "Service level"), ("aht_s", "Handle time"), ("fcr", "First contact resolution"),
         ("csat", "CSAT"), ("repeat_rate", "Repeat calls, of offered"), ("cost_per_resolved", "Cost per resolved case"))
COLUMNS = (("service_level", "Service level"), ("asa_s", "ASA"), ("aht_s", "AHT"), ("fcr", "FCR"), ("csat", "CSAT"),
           ("repeat_rate", "Repeats"), ("cost_per_resolved", "Per resolved"), ("lost_to_waiting", "Lost: waiting"),
           ("lost_to_handling", "Lost: other"))
FORCES = (("lost_to_waiting", "lost: never answered", style.BLUE),
          ("lost_to_handling", "lost: unresolved or displeased", style.VERMILION))
COLOURS = (style.ORANGE, style.INK, style.GREEN, style.PURPLE, style.BLUE, style.VERMILION)
FILES = ("argument.csv (all figures, by staffing and target), assumptions.csv (the net of each set of assumptions), "
         "argument.png and .svg, study.json, config.yaml (the scenario in full)")


def slide(result: Argument, footer: str) -> Figure:
    """The answer on a 16:9 slide: the net by target and staff, where it comes from, and what moves with it."""
    from matplotlib.figure import Figure

    with style.look(**LARGER):
        figure = Figure(figsize=SIZE, facecolor=style.PAPER)
        figure.text(0.02, 0.965, f"{written.short(result.scenario, 60)}: how tight should the handle-time target be?",
                    fontsize=13, color=style.QUIET, va="top")
        figure.text(0.02, 0.925, style.fit(headline(result), 12.6, 21), fontsize=21, fontweight="bold", va="top")
        figure.text(0.02, 0.865, _below(result), fontsize=12.5, va="top", linespacing=1.3)
        net_panel(result, figure.add_axes((0.062, 0.45, 0.4, 0.295)))
        forces_panel(result, figure.add_axes((0.062, 0.125, 0.4, 0.225)))
        for k, (kpi, title) in enumerate(SMALL):
            column, row = k % 2, k // 2
            ax = figure.add_axes((0.535 + 0.242 * column, 0.57 - 0.2225 * row, 0.2, 0.15))
            small_panel(result, kpi, title, ax, row == len(SMALL) // 2 - 1)
        _legend(result, figure, 0.535, 0.798)
        style.sign(figure, footer)
    return figure


def _below(result: Argument) -> str:
    best = result.turn
    others = [target for target in best.alike if target != best.target]
    told = (f"Best of those tried: {seconds([best.target])}, which cannot be told from {seconds(others)}." if others
            else f"Best of those tried: {seconds([best.target])}, surely.")
    rest = [f"{staff_words(heads)}: {seconds([each.target])}" for k, (heads, each) in enumerate(
        zip(result.staffing, result.turns, strict=True)) if k != result.middle]
    told += f" With {', with '.join(rest)}." if rest else ""
    if result.verdict is not None:
        v = result.verdict
        told += (f"\nUnder {v.sets} other sets of three assumed coefficients the best target lies inside in "
                 f"{round(v.inside * v.sets)}, and is the loosest in {round(v.loosest * v.sets)}: the turning point is "
                 "an assumption, not a finding.")
    return told


@style.styled
def net_panel(result: Argument, ax: Axes | None = None) -> Axes:
    """The net above that of the loosest target, by staffing, with paired bands; in grey the range of assumptions."""
    ax = style.one(ax, 2.6)
    if result.tried:
        nets = list(zip(*(each.nets for each in result.tried), strict=True))
        ax.fill_between(result.targets, [min(x) / 1000 for x in nets], [max(x) / 1000 for x in nets],
                        color="#E9EDF0", linewidth=0, zorder=0)
        ax.text(result.targets[-1], min(nets[-1]) / 1000, "range of the assumptions, this staff ", fontsize=10,
                color=style.QUIET, ha="right", va="bottom")
    for k, heads in enumerate(result.staffing):
        own, colour = result.of(NET, heads), _colour(result, k)
        _line(ax, result, own, colour, 1000.0, "change")
        best = result.turns[k].target
        mean = own.filter(pl.col("target_s") == best)["change"][0] / 1000
        ax.plot([best], [mean], "o", color=colour, markersize=8, zorder=5)
        ax.annotate(f"{best:g}", (best, mean), (0, 8), textcoords="offset points", ha="center", fontsize=11,
                    color=colour, fontweight="bold")
    ax.axhline(0, color=style.QUIET, linewidth=0.8)
    ax.margins(y=0.14)
    ax.set_title(f"Net {period_of(result)} against the loosest target, 1,000 {unit_of(result)}")
    _targets(ax, result, words=False)
    return ax


@style.styled
def forces_panel(result: Argument, ax: Axes | None = None) -> Axes:
    """What the net is made of at the middle staffing: the value of customers lost, against the loosest target."""
    ax = style.one(ax, 2.2)
    heads = result.staffing[result.middle]
    handles = []
    for kpi, _, colour in FORCES:
        handles.append(_line(ax, result, result.of(kpi, heads), colour, 1000.0, "change"))
    ax.axhline(0, color=style.QUIET, linewidth=0.8)
    ax.set_title(f"Value of customers lost {period_of(result)}, 1,000 {unit_of(result)} (this staff)")
    ax.legend(handles, [words for _, words, _ in FORCES], loc="upper left")
    _targets(ax, result)
    return ax


@style.styled
def small_panel(result: Argument, kpi: str, title: str, ax: Axes | None = None, last: bool = True) -> Axes:
    """One KPI by target and staffing, with its own intervals."""
    ax = style.one(ax, 1.6)
    unit = "share"
    for k, heads in enumerate(result.staffing):
        own = result.of(kpi, heads)
        if own.is_empty():
            style.empty(ax, "no prices")
            return ax
        unit = str(own["unit"][0])
        _line(ax, result, own, _colour(result, k), 0.01 if unit == "share" else 1.0, "mean")
    ax.set_title(f"{title}, {'%' if unit == 'share' else unit}")
    _targets(ax, result, words=last)
    return ax


def _line(ax: Axes, result: Argument, own: pl.DataFrame, colour: str, per: float, what: str) -> Any:
    low, high = (("change_low", "change_high") if what == "change" else ("low", "high"))
    x = own["target_s"].to_numpy()
    ax.fill_between(x, own[low].to_numpy() / per, own[high].to_numpy() / per, color=colour, alpha=0.16, linewidth=0)
    return ax.plot(x, own[what].to_numpy() / per, color=colour)[0]


def _targets(ax: Axes, result: Argument, words: bool = True) -> None:
    """Loose on the left, tight on the right."""
    most = max(2, int(style.inches(ax) / 0.55))
    step = -(-len(result.targets) // most)
    ax.set_xticks(result.targets[::step], [f"{each:g}" for each in result.targets[::step]])
    ax.set_xlim(result.targets[0] + 4, result.targets[-1] - 4)
    if words:
        ax.set_xlabel("handle-time target, seconds: loose to tight")


def _colour(result: Argument, k: int) -> str:
    """Ink for the middle staffing, colours for less and more."""
    if k == result.middle:
        return style.INK
    return style.VERMILION if result.staffing[k] < result.staffing[result.middle] else style.GREEN


def _legend(result: Argument, figure: Figure, x: float, y: float) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=_colour(result, k)) for k in range(len(result.staffing))]
    figure.legend(handles, [staff_words(heads) for heads in result.staffing], loc="upper left",
                  bbox_to_anchor=(x, y), ncols=len(handles))


# ---------------------------------------------------------------- in a folder


def write_argument(folder: Path, result: Argument, told: Mapping[str, Any]) -> None:
    """Write argument.png and .svg (a slide) and report.html into a folder."""
    footer = (f"{written.short(told['scenario'], 40)} · {told['replications']} replications, seed {told['seed']}, the "
              f"same random numbers throughout; bands: {100 * result.confidence:g} % intervals, paired where they are "
              "differences; dots: best of the targets tried")
    if result.tried:
        footer += f"; grey: {len(result.tried)} sets of assumptions, {told['replications_of_sets']} replications"
    save(slide(result, footer), folder, "argument")
    widths = (style.WIDE, style.NARROW)
    shown = [
        picture(folder, "net", "The net, and what it is made of", "From the loosest target on the left to the tightest "
                "on the right. Differences are paired: the same callers, agents and chances under every target.",
                *(_two(result, width, footer) for width in widths)),
        picture(folder, "figures", "What moves with the target", "Each figure with its own interval; these overlap "
                "more than the paired differences do.", *(_six(result, width, footer) for width in widths)),
    ]
    page = study_page(told["scenario"], headline(result), lines(result), shown, sheets(result), told, FILES)
    (folder / "report.html").write_text(page, "utf-8")


@style.styled
def _two(result: Argument, width: float, footer: str) -> Figure:
    """The net, and below it the value of customers lost."""
    figure, rows = style.frame(width, [2.4, 1.9], title=0.5, top=0.3)
    net_panel(result, rows[0][0])
    forces_panel(result, rows[1][0])
    for row in rows:
        row[0].set_title(style.fit_title(row[0], row[0].get_title(loc="left")))
    _legend(result, figure, 0.1 / width, 1.0 - 0.06 / float(figure.get_size_inches()[1]))
    style.sign(figure, footer)
    return figure


@style.styled
def _six(result: Argument, width: float, footer: str) -> Figure:
    """All figures, two or one in a row."""
    columns = 2 if width >= style.NARROW_BELOW else 1
    lines_of = len(SMALL) // columns
    figure, rows = style.frame(width, [1.3] * lines_of, [1.0] * columns, title=0.4, top=0.3, gap=0.5)
    panels = [ax for row in rows for ax in row]
    for k, ((kpi, title), ax) in enumerate(zip(SMALL, panels, strict=True)):
        small_panel(result, kpi, title, ax, k >= len(SMALL) - columns)
    _legend(result, figure, 0.1 / width, 1.0 - 0.06 / float(figure.get_size_inches()[1]))
    style.sign(figure, footer)
    return figure


def sheets(result: Argument) -> list[Sheet]:
    """The figures at each staffing, and the sets of assumptions."""
    found = []
    units = dict(result.frame.select("kpi", "unit").iter_rows())
    keys = [(key, label, units[key]) for key, label in COLUMNS if key in units]
    for k, own_staff in enumerate(result.staffing):
        rows = []
        for target in result.targets:
            own = {row["kpi"]: row for row in result.frame.filter(
                pl.col("staffing") == own_staff, pl.col("target_s") == target).iter_rows(named=True)}
            change = own[NET]
            rows.append([f"{target:g} s", *(written.figure(own[key]["mean"], unit) for key, _, unit in keys),
                         against(change)])
        heads = ["Target", *(label for _, label, _ in keys), "Net against the loosest"]
        found.append(Sheet(f"With {staff_words(own_staff)}", heads, rows,
                           f"Best: {seconds([result.turns[k].target])}. The last column is a paired "
                           f"{100 * result.confidence:g} % interval."))
    if result.tried:
        names = [key.removeprefix("behavior.") for key in result.tried[0].assumptions]
        rows = [[str(n), *(f"{x:.3g}" for x in each.assumptions.values()), f"{each.turn.target:g} s",
                 seconds(each.turn.alike)] for n, each in enumerate(result.tried, 1)]
        heads = ["Set", *names, "best target", "cannot be told from it"]
        found.append(Sheet("Sets of assumptions, with this staff", heads, rows,
                           "All corners of the ranges first, then a Latin hypercube of points inside."))
    return found
