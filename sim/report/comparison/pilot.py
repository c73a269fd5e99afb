"""Pilots as a picture, a table and in words: how long a live test must run to see the difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.measure.statistics import wilson
from sim.report import style, written
from sim.report.comparison.words import amount, between, columns, listed
from sim.report.study_page import Sheet, picture
from sim.study.comparison.pilot import BEYOND, LEAST, LOUD, SHARED, SURVEYS, UNSEEN, Found, Need, Pilot

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.report.page import Shown

NAMES = {"csat_surveyed": "CSAT as surveyed", "fcr_measured": "FCR as measured", "repeat_rate": "Repeats",
         "aht_s": "Handle time", "service_level": "Service level", "asa_s": "Speed of answer",
         "abandonment_rate": "Abandonment", "csat_said": "CSAT, if all answered"}
WAYS = {"callers": "split by callers", "days": "split by days"}
DASHES = {"callers": "-", "days": (0, (4, 2))}
RUNS = (style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE, style.INK, "#6B7680", "#3B8FC4",
        "#7A3E74")
TICKS = (1, 2, 4, 7, 14, 28, 60, 90, 180, 365)


def percent(share: float) -> str:
    """A share as "80 %"."""
    return f"{100 * share:.0f}{written.GLUE}%"


def length(need: Need, pilot: Pilot) -> str:
    """A pilot's length with its limits: "14 (12 to 16)", "about 270 (120 to over 900)", "over 900"."""
    most = f"over {BEYOND * pilot.asked.max_days:,}"
    if math.isinf(need.days):
        return most
    digits = -1 if need.beyond and need.days >= 100 else 0
    low, high = (most if math.isinf(each) else f"{round(each, digits):,.0f}" for each in (need.low, need.high))
    return f"{'about ' if need.beyond else ''}{round(need.days, digits):,.0f} ({low} to {high})"


def best(pilot: Pilot, run: str) -> list[Found]:
    """One design for each KPI of a run that a center sees: by callers where that can be."""
    own = [each for each in pilot.found if each.run == run and each.kpi.key not in UNSEEN]
    return [each for k, each in enumerate(own) if each.kpi.key not in {other.kpi.key for other in own[:k]}]


def runs(pilot: Pilot) -> list[str]:
    """The runs that are compared with the first."""
    return list(dict.fromkeys(each.run for each in pilot.found))


def lines(pilot: Pilot, base: str) -> list[str]:
    """What pilots would find, in sentences."""
    said = []
    for run in runs(pilot):
        said += _of_run(pilot, run, base)
    if any(each.split == "callers" for each in pilot.found):
        said.append("A pilot split by callers is taken to serve each arm as if the whole center worked that way, with "
                    "the same agents: where arms share agents and queues they rub off on each other and differ less; "
                    "where their agents are other people, part of the difference is theirs.")
    if any(each.kpi.key in SHARED for each in pilot.found):
        said.append("Service level, speed of answer and abandonment are those of a queue that both arms wait in: only "
                    "whole days in one way or the other tell them apart.")
    if any(each.kpi.key == "fcr_measured" for each in pilot.found):
        said.append("FCR as measured is known seven days after the last day of a pilot.")
    if any(np.nanmean(each.false) > LOUD for each in pilot.found if (each.false >= 0).any()):
        said.append(f"{pilot.replications:,} replications are too few to draw days from: where false alarms are many, "
                    "lengths are too short. Take more.")
    if any((each.false >= 0).any() for each in pilot.found):
        said.append(f"Where nothing differs, these tests find something in {false_alarms(pilot.found)} of pilots; "
                    f"{percent(1 - pilot.confidence)} is what they allow.")
    return said


def _of_run(pilot: Pilot, run: str, base: str) -> list[str]:
    own, power = best(pilot, run), pilot.asked.power
    told = sorted((each for each in own if each.told), key=lambda each: each.needs[0].days)
    said = []
    if told:
        parts = [f"{NAMES[each.kpi.key]} {_days(each, pilot)}" for each in told]
        said.append(f"Days of a live pilot until {run} can be told from {base} with a chance of {percent(power)}, with "
                    f"{percent(pilot.asked.share)} of callers or days in {run}: {'; '.join(parts)}.")
    open_ones = [NAMES[each.kpi.key] for each in own if not each.told]
    if open_ones:
        said.append(f"No length is given for {listed(open_ones)}: what {pilot.replications:,} replications of {run} "
                    f"and {base} differ by cannot be told from nothing. More replications may tell.")
    if run in pilot.heads:
        said.append(f"{run} changes how many agents there are ({pilot.heads[run]}), and all callers share them: only "
                    "whole days can be compared.")
    return said


def _days(each: Found, pilot: Pilot) -> str:
    need = each.needs[0]
    text = f"{length(need, pilot)}"
    if each.split == "days":
        text += ", by days"
    elif math.isfinite(need.days):
        text += f", {volume(each.callers * need.days)} callers"
        if each.kpi.key in SURVEYS:
            text += f", {volume(each.counted * need.days)} answers"
    return text


def volume(number: float) -> str:
    """Callers or contacts, to two or three digits: more is not known."""
    if not math.isfinite(number):
        return written.NONE
    digits = max(0, math.floor(math.log10(max(number, 1.0))) - 2)
    return f"{round(number, -digits):,.0f}"


def false_alarms(found: Sequence[Found]) -> str:
    """The share of pilots of two like arms that find something, over all lengths, designs and KPIs."""
    return f"{100 * float(np.nanmean([np.nanmean(each.false) for each in found if (each.false >= 0).any()])):.1f}" \
           f"{written.GLUE}%"


def sheets(pilot: Pilot, base: str) -> list[Sheet]:
    """A table for each run: how long by each figure and design."""
    made = []
    for run in runs(pilot):
        rows = []
        for each in (one for one in pilot.found if one.run == run):
            d, unit = each.difference, each.kpi.unit
            half = (d.high - d.low) / 2.0
            known = math.isfinite(d.mean)
            needs = [length(need, pilot) for need in each.needs] or ["cannot tell"] * len(pilot.asked.powers)
            days = each.needs[0].days if each.needs else math.inf
            rows.append([
                NAMES[each.kpi.key], each.split, amount(d.mean, unit, half) if known else written.NONE,
                between(d.low, d.high, unit) if known else written.NONE, *needs, volume(each.callers * days),
                volume(each.counted * days) if each.kpi.key in SURVEYS else written.NONE,
                false_alarms([each]) if (each.false >= 0).any() else written.NONE,
            ])
        powers = [f"days, {percent(power)}" for power in pilot.asked.powers]
        heads = ["Figure", "split by", f"{run} less {base}", "interval", *powers, "callers", "answers", "false alarms"]
        made.append(Sheet(f"A live pilot of {run} against {base}: how long it must run", heads, rows, _note(pilot)))
    return made


def _note(pilot: Pilot) -> str:
    level = percent(pilot.confidence)
    together = f" Days are those of the scenario, {pilot.block} in a row." if pilot.block > 1 else ""
    unit = f"stretches of {pilot.block} days" if pilot.block > 1 else "days"
    return (f"Power by simulation: {pilot.pilots:,} pilots of each length, of days drawn from {pilot.replications:,} "
            f"replications, {percent(pilot.asked.share)} of callers or of days in the new way; two-sided test at "
            f"{percent(1 - pilot.confidence)}, of at least {LEAST} {unit} in either arm where days are split."
            f"{together} In brackets: {level} limits, as far as the simulated difference and spread are known. "
            f"\"About\": longer than the {pilot.asked.max_days} days that were simulated, by the normal approximation. "
            "Callers and answers are those of both arms over the shorter pilot. CSAT, if all answered, is what no "
            "center sees: what better surveys could give at most.")


# ---------------------------------------------------------------- picture


@style.styled
def curves(pilot: Pilot, base: str, scenario: str, width: float = style.WIDE) -> Figure:
    """Power against days: a panel for each KPI, a line for each design and run, with Wilson bands."""
    keys = list(dict.fromkeys(each.kpi.key for each in pilot.found))
    columns = (1.0, 1.0) if width >= style.NARROW_BELOW and len(keys) > 1 else (1.0,)
    rows, names = math.ceil(len(keys) / len(columns)), runs(pilot)
    entries = len({(each.run, each.split) for each in pilot.found} if len(names) > 1
                  else {each.split for each in pilot.found}) + 2
    across = 2 if width < style.NARROW_BELOW else 5 if len(names) == 1 else 4
    top = 0.36 + 0.21 * math.ceil(entries / across)
    figure, axes = style.frame(width, [1.15] * rows, columns, title=0.3, gap=0.5, top=top, left=0.5, between=0.55)
    panels = [ax for row in axes for ax in row]
    handles: dict[str, Artist] = {}
    for key, ax in zip(keys, panels, strict=False):
        own = [each for each in pilot.found if each.kpi.key == key]
        for each in own:
            several = len(names) > 1
            colour = RUNS[names.index(each.run) % len(RUNS)] if several else RUNS[each.split == "days"]
            label = f"{each.run}, {WAYS[each.split]}" if several else WAYS[each.split]
            handles.setdefault(label, _curve(ax, each, pilot, colour))
        _axis(ax, pilot, _title(own, len(names) > 1))
        if not any(each.told for each in own):
            ax.text(0.5, 0.5, "cannot be told from\nno difference", transform=ax.transAxes, ha="center", va="center",
                    color=style.QUIET)
    for ax in panels[len(keys) :]:
        ax.set_visible(False)
    _head(figure, pilot, base, width, handles, across)
    style.sign(figure, f"{written.short(scenario, 24)} · {pilot.pilots:,} pilots of each length from "
               f"{pilot.replications:,} replications; bands: {percent(pilot.confidence)} limits of the simulation")
    return figure


def _title(own: Sequence[Found], several: bool) -> str:
    d, kpi = own[0].difference, own[0].kpi
    if several or not math.isfinite(d.mean):
        return NAMES[kpi.key]
    return f"{NAMES[kpi.key]}: {amount(d.mean, kpi.unit, (d.high - d.low) / 2.0)}"


def _curve(ax: Axes, each: Found, pilot: Pilot, colour: str) -> Artist:
    at = ~np.isnan(each.power)
    days, power = each.days[at], each.power[at]
    low, high = wilson(power, np.full(len(power), float(pilot.pilots)), pilot.confidence)
    ax.fill_between(days, 100 * low, 100 * high, color=colour, alpha=0.25, linewidth=0)
    mark = "o" if len(days) == 1 else None
    (line,) = ax.plot(days, 100 * power, color=colour, linestyle=DASHES[each.split], marker=mark)
    ax.plot(each.days, 100 * each.false, color=style.QUIET, linewidth=0.7, alpha=0.7)
    return line


def _axis(ax: Axes, pilot: Pilot, title: str) -> None:
    from matplotlib.ticker import NullLocator

    most = max(each.days[-1] for each in pilot.found)
    least = min(each.days[0] for each in pilot.found)
    ax.axhline(100 * pilot.asked.power, color=style.INK, linewidth=0.9, linestyle=(0, (1, 1.5)))
    ax.set_xscale("log")
    room = style.inches(ax)
    ticks = [each for each in TICKS if least <= each <= most]
    ticks = ticks[:: max(1, math.ceil(len(ticks) * 0.34 / room))]
    ax.set_xticks(ticks, [str(each) for each in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlim(least * 0.95, max(most, least + 1) * 1.05)
    ax.set_ylim(0, 101)
    ax.set_yticks([0, 25, 50, 75, 100])
    ax.set_title(style.fit_title(ax, title))
    ax.set_xlabel("days of the pilot", labelpad=1.0)
    ax.set_ylabel("seen by, %")


def _head(figure: Figure, pilot: Pilot, base: str, width: float, handles: dict[str, Artist], across: int) -> None:
    from matplotlib.lines import Line2D

    height = float(figure.get_size_inches()[1])
    who = " or ".join(runs(pilot))
    text = written.short(f"Live pilots of 100 that see that {who} is not {base}", int(15 * width))
    figure.text(0.1 / width, 1.0 - 0.06 / height, text, fontsize=10.5, fontweight="bold", va="top")
    grey = Line2D([], [], color=style.QUIET, linewidth=0.7)
    goal = Line2D([], [], color=style.INK, linewidth=0.9, linestyle=(0, (1, 1.5)))
    entries = handles | {percent(pilot.asked.power): goal, "false alarms": grey}
    figure.legend(list(entries.values()), list(entries), loc="upper left", ncols=across,
                  bbox_to_anchor=(0.1 / width, 1.0 - 0.3 / height))


def pilot_picture(folder: Path, pilot: Pilot, base: str, scenario: str) -> Shown:
    """The picture, written to a folder as pilot.png and .svg, for the page."""
    caption = ("Power against length: the share of live pilots that see the difference, with the right sign. Grey: how "
               "often the same test sees something where nothing differs.")
    wide, narrow = (curves(pilot, base, scenario, width) for width in (style.WIDE, style.NARROW))
    return picture(folder, "pilot", "How long a live pilot must run", caption, wide, narrow)


def summary(pilot: Pilot, base: str) -> str:
    """What the terminal shows."""
    said = []
    for sheet in sheets(pilot, base):
        said += [f"{sheet.title}", "", *columns(sheet, (0, 1)), ""]
    return "\n".join([*said, *lines(pilot, base)])
