"""The sensitivity study as a page, as pictures, and as a table in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.report import style, written
from sim.report.study_page import Sheet, picture, study_page
from sim.report.tornado import tornado

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHORT = {"service_level": "Service level", "aht_s": "AHT", "csat": "CSAT", "fcr": "FCR", "net_per_week": "Net per week",
         "net": "Net of the run"}
MEASURE = {"one_at_a_time": "span", "morris": "mu_star", "sobol": "total"}
"""The column by which a method ranks coefficients."""
FILES = "sensitivity.csv (all figures), the pictures as PNG and SVG, study.json, config.yaml (the scenario in full)"


def leading(frame: pl.DataFrame) -> str:
    """The KPI by which coefficients are ranked: the last, which is the net where there are prices."""
    return str(frame["kpi"][-1])


def ranked(frame: pl.DataFrame, method: str, kpi: str) -> pl.DataFrame:
    """The rows of a KPI, what moves it most first; coefficients that move it not at all are left out."""
    own = frame.filter(pl.col("kpi") == kpi, pl.col(MEASURE[method]).is_not_null(), pl.col(MEASURE[method]) > 0)
    return own.sort(MEASURE[method], "coefficient", descending=[True, False])


def surely(row: Mapping[str, Any]) -> bool:
    """Whether either end is surely different from the base: its paired interval leaves out 0."""
    ends = [(row[f"{end}_change_low"], row[f"{end}_change_high"]) for end in ("low", "high")]
    return any(low is not None and (low > 0 or high < 0) for low, high in ends)


def lines(frame: pl.DataFrame, method: str) -> list[str]:
    """What came out, in sentences."""
    kpi = leading(frame)
    own = ranked(frame, method, kpi)
    name = SHORT.get(kpi, str(frame["kpi_label"][-1]))
    if own.is_empty():
        return ["No coefficient that was varied moves anything here."]
    if method == "one_at_a_time":
        own = pl.DataFrame([row for row in own.iter_rows(named=True) if surely(row)], own.schema)
        if own.is_empty():
            return [f"Nothing can be told: no change of {name} is larger than chance. Take more replications."]
    weak = own.filter(pl.col("certainty") == "A")
    first = own.row(0, named=True)
    how = {"one_at_a_time": "surely move it", "morris": "move it", "sobol": "have a part in it"}[method]
    told = [f"{name} depends most on {first['coefficient']} ({first['label']}).",
            f"Of {frame['coefficient'].n_unique()} coefficients, {len(own)} {how}; {len(weak)} of these are assumed "
            "(A), of sizes that nobody has published."]
    if len(weak):
        told.append("What is concluded from this scenario rests on them, first of all on "
                    + ", ".join(weak["coefficient"].head(5)) + ".")
    return told


def summary(frame: pl.DataFrame, told: Mapping[str, Any], confidence: float, most: int) -> str:
    """The terminal's table: a row a coefficient, a column a KPI."""
    method = told["method"]
    if frame.is_empty():
        return "no coefficient was varied"
    sheet = _sheet(frame, method, most)
    cells = [list(sheet.columns), *(list(row) for row in sheet.rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    said = ["  ".join(cell.ljust(w) if k < 2 else cell.rjust(w) for k, (cell, w) in enumerate(
        zip(row, widths, strict=True))).rstrip() for row in cells]
    title = f"{told['scenario']}: {sheet.title.lower()}"
    return "\n".join([title, "", *said, "", sheet.note, "", *lines(frame, method)])


def _sheet(frame: pl.DataFrame, method: str, most: int) -> Sheet:
    """How far each coefficient moves each KPI, in the order of the leading one."""
    column, kpi = MEASURE[method], leading(frame)
    units = dict(frame.select("kpi", "unit").unique(maintain_order=True).iter_rows())
    own = ranked(frame, method, kpi)
    by = {(row["coefficient"], row["kpi"]): row for row in frame.iter_rows(named=True)}
    rows = []
    for row in own.head(most).iter_rows(named=True):
        ends = " to ".join(f"{row[end]:g}".replace("-", written.MINUS) for end in ("low_value", "high_value"))
        cells = [f"{row['coefficient']} ({row['certainty']})", ends]
        for key, unit in units.items():
            found = by[row["coefficient"], key]
            size = found[column]
            text = f"{100 * (size or 0):.0f} %" if method == "sobol" else written.difference(size, unit, points="")
            unsure = method == "one_at_a_time" and (size or 0) > 0 and not surely(found)
            cells.append(f"({text})" if unsure else text)
        rows.append(cells)
    heads = [f"{SHORT.get(key, key)}{', points' if unit == 'share' and method != 'sobol' else ''}"
             for key, unit in units.items()]
    title, note = {
        "one_at_a_time": ("How far each coefficient moves the figures over its range",
                          "In brackets: cannot be told from no effect with these replications."),
        "morris": ("Mean effect of each coefficient over its range, the others anywhere (Morris, mu*)",
                   "sensitivity.csv has their intervals, and sigma: how much an effect depends on the others."),
        "sobol": ("Share of the variance that each coefficient has a part in (Sobol, total)",
                  "sensitivity.csv has intervals and first-order shares. Shares overlap; wide interval: more samples."),
    }[method]
    more = len(own) - most
    return Sheet(title, ["Coefficient", "Range", *heads], rows,
                 note + (f" {more} more move the last column less." if more > 0 else ""))


def write_sensitivity(folder: Path, frame: pl.DataFrame, told: Mapping[str, Any], confidence: float) -> None:
    """Write tornado pictures (one for each KPI, and all together) and report.html into a folder."""
    method = told["method"]
    pictures = []
    if method == "one_at_a_time" and not frame.is_empty():
        footer = (f"{written.short(told['scenario'], 40)} · {told['replications']} replications, seed {told['seed']}; "
                  "one coefficient at a time, the others as in the scenario; red: assumed")
        for kpi in frame["kpi"].unique(maintain_order=True):
            own = frame.filter(pl.col("kpi") == kpi)
            drawn = [_signed(tornado(own, width), footer) for width in (style.WIDE, style.NARROW)]
            label = SHORT.get(str(kpi), str(kpi))
            caption = "From the figure as the scenario stands to that at either end of each coefficient's range."
            pictures.append(picture(folder, f"tornado_{kpi}", label, caption, drawn[0], drawn[1]))
    elif not frame.is_empty():
        pictures = _ranks(folder, frame, told)
    sheets = [] if frame.is_empty() else [_sheet(frame, method, 1000)]
    if method == "one_at_a_time" and not frame.is_empty():
        sheets.append(_changes(frame, confidence))
    title = "What the figures depend on"
    page = study_page(told["scenario"], title, lines(frame, method), pictures, sheets, told, FILES)
    (folder / "report.html").write_text(page, "utf-8")


def _changes(frame: pl.DataFrame, confidence: float) -> Sheet:
    """The leading KPI at either end of every range, with paired intervals."""
    kpi = leading(frame)
    own = ranked(frame, "one_at_a_time", kpi)
    unit = str(frame["unit"][-1])
    rows = []
    for row in own.iter_rows(named=True):
        cells = [f"{row['label']} ({row['certainty']})"]
        for end in ("low", "high"):
            low, high = (written.difference(row[f"{end}_change_{limit}"], unit, True, "") for limit in ("low", "high"))
            cells += [f"{row[f'{end}_value']:g}".replace("-", written.MINUS),
                      written.difference(row[f"{end}_change"], unit, True, ""), f"{low} to {high}"]
        rows.append(cells)
    return Sheet(f"{SHORT.get(kpi, kpi)}: change against the scenario as it stands",
                 ["Coefficient", "at", "change", "interval", "at", "change", "interval"], rows,
                 f"Paired {100 * confidence:g} % intervals over replications, each for itself.")


def _ranks(folder: Path, frame: pl.DataFrame, told: Mapping[str, Any]) -> list[Any]:
    """A panel a KPI: the coefficients by what a sampled method finds."""
    method = told["method"]
    footer = (f"{written.short(told['scenario'], 40)} · {told['variants']} variants, {told['replications']} "
              f"replications, seed {told['seed']}; {method}; whiskers: bootstrapped 95 % intervals; red: assumed")
    drawn = []
    for kpi in frame["kpi"].unique(maintain_order=True):
        own = ranked(frame, method, str(kpi)).head(12)
        if own.is_empty():
            continue
        wide, narrow = (_signed(_bars(own, method, width), footer) for width in (style.WIDE, style.NARROW))
        label = SHORT.get(str(kpi), str(kpi))
        drawn.append(picture(folder, f"{method}_{kpi}", label, _sheet(frame, method, 1).title + ".", wide, narrow))
    return drawn


@style.styled
def _bars(own: pl.DataFrame, method: str, width: float) -> Figure:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    column = MEASURE[method]
    figure, rows = style.frame(width, [0.3 * max(len(own), 2)], left=2.0 if width >= style.NARROW_BELOW else 1.6)
    ax = rows[0][0]
    unit = str(own["unit"][0])
    scale = 100.0 if method == "sobol" or unit == "share" else 1.0
    half = scale * own[f"{column}_half_width"].fill_null(0.0).to_numpy()
    ax.barh(range(len(own)), scale * own[column].to_numpy(), 0.6, color=style.SKY, xerr=half, ecolor=style.QUIET)
    ax.set_yticks(range(len(own)), own["coefficient"].to_list())
    for tick, sure in zip(ax.get_yticklabels(), own["certainty"], strict=True):
        tick.set_color(style.COLOURS["goal"] if sure == "A" else style.INK)
    ax.set_ylim(len(own) - 0.5, -0.5)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_locator(MaxNLocator(max(2, int(style.inches(ax) / 0.7)), steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    ax.grid(False)
    ax.grid(True, axis="x")
    ax.set_title(str(own["kpi_label"][0]))
    ax.set_xlabel("% of the variance" if method == "sobol" else "points" if unit == "share" else unit)
    return figure


def _signed(figure: Figure, footer: str) -> Figure:
    with style.look():
        style.sign(figure, footer)
    return figure
