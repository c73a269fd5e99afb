"""Data beside fit: arrivals, handle times, patience, redials, agents' speeds and staffing of a log, as pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.calibrate.fits.estimate import Z95, Floats
from sim.calibrate.fits.everything import Fitted
from sim.calibrate.fits.handle import Handle
from sim.calibrate.scenario_words import shown
from sim.report import style, written
from sim.units import WEEKDAYS

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DATA, FIT, BAND = style.QUIET, style.VERMILION, "#F3C9B5"
SHADES = (style.BLUE, style.VERMILION)
"""of those with the fewest and the most callers ahead"""
MOST_QUEUES = 6
"""queues in one picture, the busiest first"""
MOST_AGENTS = 40
HEAD = 0.62
"""inches above the panels, for the heading and the legend"""


def busiest(fitted: Fitted, most: int = MOST_QUEUES) -> list[str]:
    """Queues by contacts, the busiest first."""
    return sorted(fitted.queues, key=lambda queue: -fitted.queues[queue].arrivals.contacts)[:most]


def panels(width: float, number: int, height: float, most: int = 2) -> tuple[Figure, list[Axes]]:
    """A figure with so many panels, in columns where there is room; those that are left over are taken away."""
    columns = min(most, number) if width >= style.NARROW_BELOW else 1
    rows = math.ceil(number / columns)
    top = HEAD if width >= style.NARROW_BELOW else HEAD + 0.18
    figure, axes = style.frame(width, [height] * rows, (1.0,) * columns, title=0.34, top=top, gap=0.42, between=0.62)
    flat = [ax for row in axes for ax in row]
    for ax in flat[number:]:
        ax.remove()
    return figure, flat[:number]


def head(figure: Figure, title: str, handles: dict[str, Artist]) -> None:
    """Heading and legend above the panels."""
    width, height = figure.get_size_inches()
    text = written.short(title, len(style.fit("x " * 500, float(width) - 0.2, 11.5).split("\n")[0]))
    figure.text(0.1 / width, 1.0 - 0.08 / height, text, fontsize=10.5, fontweight="bold", va="top")
    columns = len(handles) if width >= style.NARROW_BELOW else 2
    figure.legend(list(handles.values()), list(handles), loc="upper left", ncols=columns,
                  bbox_to_anchor=(0.1 / width, 1.0 - 0.32 / height))


def clock_axis(ax: Axes, first: float, last: float) -> None:
    """Hours of the day, from and to in hours."""
    room = style.inches(ax) / 0.42
    stride = next((step for step in (1, 2, 3, 4, 6) if (last - first) / step <= room), 12)
    ticks = np.arange(math.ceil(first / stride) * stride, last + 0.01, stride)
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_xlim(first, last)


# ---------------------------------------------------------------- arrivals


@style.styled
def arrivals(fitted: Fitted, queue: str, width: float = style.WIDE) -> Figure:
    """A queue's contacts an hour: each day of the log as a point, the fitted rate with its 95 % interval."""
    found = fitted.queues[queue].arrivals
    days = [day for day in range(7) if found.open[day].any()] or [0]
    figure, axes = panels(width, len(days), 1.15)
    used = np.flatnonzero(found.open.any(axis=0))
    step = found.interval_min / 60.0
    first, last = (int(used[0]), int(used[-1]) + 1) if len(used) else (0, 1)
    at = np.arange(found.open.shape[1]) * step
    most = float(np.max(found.high, initial=1.0))
    handles: dict[str, Artist] = {}
    for ax, day in zip(axes, days, strict=True):
        own = found.counts.n[found.counts.weekday == day] / step
        jitter = np.linspace(0.2, 0.8, max(len(own), 1)) * step
        for row, aside in zip(own, jitter, strict=False):
            ax.plot(at + aside, row, ".", color=DATA, markersize=2.8, alpha=0.6, markeredgewidth=0)
        (handles["a day of the log"],) = ax.plot([], [], ".", color=DATA, markersize=6.0, markeredgewidth=0)
        edges = np.append(at, 24.0)
        handles["95 % interval"] = ax.stairs(found.high[day], edges, baseline=found.low[day], fill=True, color=BAND)
        ax.stairs(found.per_hour[day], edges, color=FIT, linewidth=1.6)
        (handles["fitted rate"],) = ax.plot([], [], color=FIT)
        seen = float(np.quantile(own, 0.995)) if own.size else 0.0
        most = max(most, seen)
        ax.set_title(f"{WEEKDAYS[day].capitalize()}, {found.days[day]} days")
        clock_axis(ax, first * step, last * step)
    for ax in axes:
        style.count_axis(ax, most)
    head(figure, f"First calls an hour, {queue}", handles)
    factor = found.day_factor
    spread = f"; days differ by {100 * math.sqrt(factor.variance.known):.0f} %" if factor.variance.value else ""
    style.sign(figure, f"time of day, hours · {found.contacts:,.0f} first calls{spread}; redials taken off")
    return figure


# ---------------------------------------------------------------- handle time


@style.styled
def handle_times(fitted: Fitted, width: float = style.WIDE) -> Figure:
    """Talk times of each queue as a histogram, and the fitted law's expected counts."""
    queues = [queue for queue in busiest(fitted) if "talk" in fitted.queues[queue].handle
              and len(fitted.queues[queue].handle["talk"].edges)]  # fmt: skip
    figure, axes = panels(width, max(len(queues), 1), 1.25)
    handles: dict[str, Artist] = {}
    for ax, queue in zip(axes, queues, strict=False):
        _histogram(ax, fitted.queues[queue].handle["talk"], handles)
        ax.set_title(style.fit_title(ax, queue))
    if not queues:
        style.empty(axes[0], "no talk time in the log")
    head(figure, "Talk time: the log's contacts, and the fitted law", handles)
    style.sign(figure, "seconds, on a logarithmic scale; share of contacts in each class · agents' speeds divided out")
    return figure


def _histogram(ax: Axes, handle: Handle, handles: dict[str, Artist]) -> None:
    total = max(float(handle.counts.sum()), 1.0)
    handles["log"] = ax.stairs(100.0 * handle.counts / total, handle.edges, fill=True, color="#C9D0D6")
    if np.isfinite(handle.expected).any():
        middle = np.sqrt(handle.edges[1:] * handle.edges[:-1])
        (handles["fitted law"],) = ax.plot(middle, 100.0 * handle.expected / total, color=FIT)
    ax.set_xscale("log")
    ax.set_xlim(max(float(handle.edges[0]), 1.0), float(handle.edges[-1]))
    ticks = [tick for tick in (1, 10, 60, 300, 1800, 7200) if handle.edges[0] <= tick <= handle.edges[-1]]
    ax.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.minorticks_off()
    highest = max(float(handle.counts.max(initial=0.0)), float(np.nanmax(handle.expected, initial=0.0)))
    ax.set_ylim(0.0, 130.0 * max(highest, 1.0) / total)
    style.unit(ax, "%")
    mean = f"mean {handle.mean.known:.0f} s" if handle.mean.value is not None else ""
    ax.text(0.02, 0.96, f"{handle.chosen}\n{mean}", transform=ax.transAxes, va="top", fontsize=8.5, color=style.INK)


# ---------------------------------------------------------------- patience


@style.styled
def patience(fitted: Fitted, width: float = style.WIDE) -> Figure:
    """Share of callers still willing to wait: Kaplan-Meier with its band, and the fitted law."""
    queues = [queue for queue in busiest(fitted) if len(fitted.queues[queue].patience.low)]
    figure, axes = panels(width, max(len(queues), 1), 1.25)
    handles: dict[str, Artist] = {}
    for ax, queue in zip(axes, queues, strict=False):
        found = fitted.queues[queue].patience
        handles["95 % band"] = ax.fill_between(found.at, 100 * found.low, 100 * found.high, step="post",
                                               color="#C9D0D6", linewidth=0)  # fmt: skip
        (handles["Kaplan-Meier"],) = ax.step(found.at, 100 * found.kaplan_meier, where="post", color=style.INK,
                                             linewidth=1.2)  # fmt: skip
        (handles["fitted law"],) = ax.plot(found.at, 100 * found.fitted, color=FIT, linestyle=(0, (4, 1.5)))
        ax.set_xlim(0.0, float(found.at[-1]) if len(found.at) > 1 else 1.0)
        ax.set_ylim(0.0, 101.0)
        ax.set_yticks([0, 50, 100])
        ax.set_title(style.fit_title(ax, queue))
        ax.text(0.02, 0.06, f"{found.chosen}, {found.hang_ups:,} hang-ups", transform=ax.transAxes, fontsize=8.5)
        style.unit(ax, "%")
    if not queues:
        style.empty(axes[0], "too few hang-ups")
    head(figure, "Callers who would still wait", handles)
    style.sign(figure, "after so many seconds in the queue; who is answered is censored at the wait")
    return figure


@style.styled
def places(fitted: Fitted, width: float = style.WIDE) -> Figure:
    """Share of callers still willing to wait by how many stood ahead: Kaplan-Meier, and the fitted law."""
    queues = [queue for queue in busiest(fitted) if fitted.queues[queue].patience.by_place]
    figure, axes = panels(width, max(len(queues), 1), 1.35)
    handles: dict[str, Artist] = {}
    for ax, queue in zip(axes, queues, strict=False):
        curves = fitted.queues[queue].patience.by_place
        chosen = (curves[0], curves[-1])
        end = min(float(curve.at[-1]) for curve in chosen)
        for curve, shade, above in zip(chosen, SHADES, (True, False), strict=True):
            (line,) = ax.step(curve.at, 100 * curve.kaplan_meier, where="post", color=shade, linewidth=1.4)
            (law,) = ax.plot(curve.at, 100 * curve.fitted, color=shade, linestyle=(0, (4, 1.5)), linewidth=1.2)
            place = int(np.searchsorted(curve.at, 0.72 * end, side="right")) - 1
            edge = max if above else min
            height = 100 * edge(curve.kaplan_meier[place], curve.fitted[place])
            ax.annotate(f"{curve.said} ahead", (0.98 * end, height), fontsize=8.5, ha="right",
                        xytext=(0, 6 if above else -14), textcoords="offset points", color=shade)  # fmt: skip
            handles.setdefault("Kaplan-Meier", line)
            handles.setdefault("fitted law", law)
        ax.set_xlim(0.0, end)
        ax.set_ylim(0.0, 101.0)
        ax.set_yticks([0, 50, 100])
        ax.set_title(style.fit_title(ax, queue))
        style.unit(ax, "%")
    head(figure, "Still willing to wait, by callers ahead", handles)
    style.sign(figure, "after so many seconds in the queue; callers who are told their place hang up accordingly")
    return figure


@style.styled
def matching(fitted: Fitted, width: float = style.WIDE) -> Figure:
    """Share abandoned by load of an interval, as reported, and by the patience that was matched to it."""
    queues = [queue for queue in busiest(fitted) if _matched(fitted, queue)]
    figure, axes = panels(width, max(len(queues), 1), 1.4)
    handles: dict[str, Artist] = {}
    for ax, queue in zip(axes, queues, strict=False):
        found = fitted.queues[queue].patience
        (handles["the report"],) = ax.plot(found.at, 100 * found.kaplan_meier, "o", color=DATA, markersize=4.0,
                                           markeredgewidth=0)  # fmt: skip
        (handles["replayed with the fitted patience"],) = ax.plot(found.at, 100 * found.fitted, color=FIT,
                                                                  linestyle=(0, (4, 1.5)))  # fmt: skip
        ax.set_title(style.fit_title(ax, f"{queue}: patience {shown(found.mean, 3)} s"))
        ax.set_ylim(0.0, max(1.0, 100 * float(1.1 * np.max(found.kaplan_meier))))
        style.unit(ax, "%")
    if not queues:
        style.empty(axes[0], "too few hang-ups")
    head(figure, "Abandoned, by how loaded the interval was", handles)
    style.sign(figure, "load: contacts times handle time over agents; a point is a twentieth of the intervals")
    return figure


def _matched(fitted: Fitted, queue: str) -> bool:
    found = fitted.queues[queue].patience
    return len(found.at) > 0 and not len(found.low)


# ---------------------------------------------------------------- redials


@style.styled
def redials(fitted: Fitted, width: float = style.WIDE) -> Figure:
    """Share of those who hung up that called again, by when: the log, who calls anyway, and the fit."""
    queues = []
    for queue in busiest(fitted):
        again = fitted.queues[queue].redials
        if again is not None and len(again.edges) and again.probability.value is not None:
            queues.append(queue)
    figure, axes = panels(width, max(len(queues), 1), 1.15)
    handles: dict[str, Artist] = {}
    for ax, queue in zip(axes, queues, strict=False):
        again = fitted.queues[queue].redials
        assert again is not None
        hours = _beside(again.edges, again.came_back) / 3600.0
        seen, anyway, fit = (_last(shares, len(hours)) for shares in (again.came_back, again.anyway, again.fitted))
        (handles["called again"],) = ax.step(hours, 100 * seen, where="post", color=style.INK, linewidth=1.2)
        (handles["would have called anyway"],) = ax.plot(hours, 100 * anyway, color=DATA, linestyle=(0, (1, 1.2)))
        (handles["fit"],) = ax.plot(hours, 100 * fit, color=FIT, linestyle=(0, (4, 1.5)))
        ax.set_xscale("log")
        ticks = [tick for tick in (0.01, 0.1, 1.0, 10.0, 100.0) if hours[0] <= tick <= hours[-1]]
        ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
        ax.set_title(style.fit_title(ax, f"{queue}: {shown(again.probability, 2)}"))
        ax.set_ylim(bottom=0.0)
        style.unit(ax, "%")
    if not queues:
        style.empty(axes[0], "no redials, or callers are not known")
    head(figure, "Callers who hung up and called again", handles)
    style.sign(figure, "open hours since they hung up, on a logarithmic scale; heading: probability beyond those who "
                       "call anyway, with its 95 % interval")  # fmt: skip
    return figure


def _beside(edges: Floats, shares: Floats) -> Floats:
    """The edges at which shares are known, without 0."""
    at = edges[-len(shares):]
    return at[at > 0.0]


def _last(shares: Floats, number: int) -> Floats:
    return shares[len(shares) - number:]


# ---------------------------------------------------------------- agents


@style.styled
def speeds(fitted: Fitted, width: float = style.WIDE) -> Figure:
    """Agents' handle times against the typical one: measured with 95 % interval, and drawn in by what is chance."""
    found = fitted.speeds
    number = 0 if found is None else len(found.n)
    shown_agents = min(number, MOST_AGENTS)
    figure, (row,) = style.frame(width, [max(0.19 * shown_agents, 0.6)], title=0.12, top=HEAD, left=1.3)
    ax = row[0]
    handles: dict[str, Artist] = {}
    if found is None or not number:
        style.empty(ax, "agents are not told apart in the log")
    else:
        most = np.sort(np.argsort(-found.n, kind="stable")[:shown_agents])
        order = most[np.argsort(found.effect[most], kind="stable")]
        y = np.arange(len(order))
        effect, se = found.effect[order], found.se[order]
        for k in range(len(order)):
            ends = np.exp([effect[k] - Z95 * se[k], effect[k] + Z95 * se[k]])
            ax.plot(ends, [y[k], y[k]], color=DATA, linewidth=1.4, solid_capstyle="butt")
        (handles["measured, 95 %"],) = ax.plot(np.exp(effect), y, "o", color=style.INK, markersize=3.6)
        (handles["drawn in by chance"],) = ax.plot(np.exp(found.shrunken[order]), y, "D", color=FIT, markersize=3.4)
        ax.axvline(1.0, color=style.INK, linewidth=0.8)
        ax.set_xscale("log")
        ends = np.exp(np.concatenate([effect - Z95 * se, effect + Z95 * se]))
        low, high = max(float(ends.min()), 0.2), min(float(ends.max()), 5.0)
        ticks = [tick for tick in (0.25, 0.33, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0)
                 if low <= tick <= high]  # fmt: skip
        ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
        ax.set_xlim(low / 1.03, high * 1.03)
        ax.set_yticks(y, [written.short(found.agents[k], 15) for k in order], fontsize=8.0)
        ax.set_ylim(len(order) - 0.4, -0.6)
        ax.grid(True, axis="x")
        ax.grid(False, axis="y")
    head(figure, "Agents' handle times against the typical agent's", handles)
    few = f", the {shown_agents} with most contacts of {number}" if number > shown_agents else ""
    style.sign(figure, f"1 = typical, above 1 = slower; queues' means taken out{few}")
    return figure


@style.styled
def staffing(fitted: Fitted, width: float = style.WIDE) -> Figure:
    """Agents on duty by weekday and time of day as measured, with 95 % interval, and the scenario's heads."""
    found = fitted.staffing
    assert found is not None
    total, heads = found.on_duty, np.sum([team.heads for team in found.teams], axis=0)
    error = np.sqrt(np.sum([np.nan_to_num(team.se) ** 2 for team in found.teams], axis=0))
    days = [day for day in range(7) if total[day].any()] or [0]
    figure, axes = panels(width, len(days), 1.0)
    step = found.interval_min / 60.0
    used = np.flatnonzero((total > 0.05).any(axis=0))
    first, last = (int(used[0]), int(used[-1]) + 1) if len(used) else (0, 1)
    edges = np.arange(total.shape[1] + 1) * step
    handles: dict[str, Artist] = {}
    most = float(max((total + Z95 * error).max(), heads.max()))
    for ax, day in zip(axes, days, strict=True):
        handles["measured mean, 95 %"] = ax.stairs(
            total[day] + Z95 * error[day], edges, baseline=np.maximum(total[day] - Z95 * error[day], 0.0), fill=True,
            color="#C9D0D6",
        )  # fmt: skip
        ax.stairs(total[day], edges, color=style.INK, linewidth=1.2, baseline=None)
        ax.stairs(heads[day], edges, color=FIT, linewidth=1.4, baseline=None)
        (handles["heads in the scenario"],) = ax.plot([], [], color=FIT)
        ax.set_title(WEEKDAYS[day].capitalize())
        clock_axis(ax, first * step, last * step)
        style.count_axis(ax, most)
    head(figure, "Agents on duty", handles)
    style.sign(figure, "time of day, hours · absences taken off; heads allow for contacts that are finished after the "
                       "interval, and for the hour's pace")  # fmt: skip
    return figure
