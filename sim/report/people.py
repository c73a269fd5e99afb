"""The people: agents as points of their traits, and what speed does to handle time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from sim.report import style, written
from sim.report.colour_bar import colour_bar
from sim.report.remember import once
from sim.report.timeline import Numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.measure.results import Results

MOST_POINTS = 300
MOST_NAMES = 12
MARKS = "osD^vP"
"""Marker of each of the first teams; all further teams share the last."""
TRAIT_SD = 0.15
"""Standard deviation of a trait in the population: the unit in which an effect is told."""


class People(NamedTuple):
    """Agents who handled contacts: one point each."""

    empathy: Numbers
    speed: Numbers
    handled: Numbers
    aht_s: Numbers
    csat: Numbers | None
    """None where nothing is known of satisfaction"""
    team: list[str]
    name: list[str | None]
    """as the roster has it"""
    words: str
    """whom the points are: "40 agents", "400 agents of 10 replications" """

    @classmethod
    def of(cls, results: Results) -> People:
        """One point an agent if traits stay the same; else one an agent and replication, the first ones."""
        return _people(results)


@once
def _people(results: Results) -> People:
    points = results.agent_points.filter(pl.col("aht_s").is_not_null(), pl.col("handled") > 0)
    heads = int(points["agent"].n_unique())
    spread = points.group_by("agent").agg(pl.col("empathy", "speed").std().fill_null(0.0))
    most = spread.select(pl.max_horizontal(pl.max("empathy", "speed")))[0, 0] if heads else 0.0
    if most < 1e-9 and points["replication"].n_unique() > 1:
        rows = results.agents.filter(pl.col("aht_s").is_not_null(), pl.col("handled") > 0)
        words = f"{heads:,} agents"
    else:
        first = points["replication"].unique().sort()[: max(1, MOST_POINTS // max(heads, 1))]
        rows = points.filter(pl.col("replication").is_in(first.to_list()))
        words = f"{heads:,} agents" + (f", drawn anew in each of {len(first)} replications" if len(first) > 1 else "")
    empathy, speed, handled, aht_s = (
        rows[c].cast(pl.Float64).to_numpy() for c in ("empathy", "speed", "handled", "aht_s"))
    csat = rows["csat"].cast(pl.Float64).fill_null(float("nan")).to_numpy() if "csat" in rows.columns else None
    if csat is not None and np.isnan(csat).all():
        csat = None
    names = list(rows["name"]) if "name" in rows.columns else [None] * len(rows)
    return People(empathy, speed, handled, aht_s, csat, list(rows["team"]), names, words)


class Effect(NamedTuple):
    """Change of handle time with one sd of speed, as a factor, with its interval."""

    factor: float
    low: float
    high: float


@once
def speed_effect(results: Results) -> Effect | None:
    """Factor on handle time of one sd more speed, within teams; None if it cannot be told, or contacts take no time.

    Least squares of ln AHT on speed, both less their team's mean, weighted by contacts handled, since
    the noise of an agent's AHT falls with them. t interval from the weighted residuals.
    """
    from scipy.special import stdtrit

    who = People.of(results)
    if not (who.aht_s > 0).all():
        return None
    w, x, y = who.handled, who.speed.copy(), np.log(who.aht_s)
    teams = np.unique(who.team, return_inverse=True)[1]
    for k in range(teams.max() + 1 if len(teams) else 0):
        own = teams == k
        x[own] -= np.average(x[own], weights=w[own])
        y[own] -= np.average(y[own], weights=w[own])
    freedom = len(x) - 1 - len(set(who.team))
    sxx = float(np.sum(w * x * x))
    if freedom < 5 or sxx <= 0 or np.std(who.speed) < 1e-6:
        return None
    slope = float(np.sum(w * x * y)) / sxx
    se = float(np.sqrt(np.sum(w * (y - slope * x) ** 2) / freedom / sxx))
    reach = float(stdtrit(freedom, 0.5 + results.confidence / 2)) * se
    low, high = sorted((slope - reach, slope + reach))
    return Effect(*(float(np.exp(TRAIT_SD * b)) for b in (slope, low, high)))


@style.styled
def people(results: Results, width: float = style.WIDE) -> Figure:
    """Agents by empathy and speed on the left; their handle time by speed on the right."""
    roomy = width >= style.NARROW_BELOW
    if roomy:
        figure, rows = style.frame(width, [2.9], (1.12, 1), between=1.45, title=0.52)
        left, right = rows[0]
    else:
        figure, rows = style.frame(width, [2.9, 2.4], title=0.52, right=0.75, gap=0.62)
        left, right = rows[0][0], rows[1][0]
    traits(results, left)
    handle_times(results, right)
    return figure


@style.styled
def traits(results: Results, ax: Axes | None = None) -> Axes:
    """A point an agent: speed across, empathy up, area by contacts handled, colour by CSAT, else by handle time."""
    ax = style.one(ax, 3.4)
    who = People.of(results)
    if not len(who.speed):
        style.empty(ax, "nobody handled a contact")
        return ax
    points = None
    values, colours, words = (who.aht_s, "cividis_r", "AHT, s") if who.csat is None else (
        100 * who.csat, "cividis", "CSAT, %")
    low, high = np.nanpercentile(values, [2, 98])
    for mark, area, own in _groups(who):
        points = ax.scatter(who.speed[own], who.empathy[own], area, values[own], marker=mark, cmap=colours,
                            vmin=low, vmax=max(high, low + 1), edgecolor="white", linewidth=0.5)
    _label(ax, who)
    for line in (ax.axvline, ax.axhline):
        line(0.5, color=style.RULE, linewidth=0.9, zorder=0.5)
    for axis, values in (("x", who.speed), ("y", who.empathy)):
        reach = max(0.5, float(np.ptp(values)) + 0.1)
        middle = float(values.max() + values.min()) / 2
        getattr(ax, f"set_{axis}lim")(max(-0.02, middle - reach / 2), min(1.02, middle + reach / 2))
    ax.grid(False)
    ax.set_xlabel("speed (0 to 1, typical 0.5)")
    style.unit(ax, "empathy (0 to 1, typical 0.5)")
    ax.set_title(style.fit_title(ax, f"Traits of {who.words}", 0.4))
    if points is not None:
        colour_bar(ax, points, words)
    return ax


@style.styled
def handle_times(results: Results, ax: Axes | None = None) -> Axes:
    """Handle time by speed, one point an agent, with what one sd more speed does to it."""
    from matplotlib.lines import Line2D

    ax = style.one(ax, 2.9)
    who = People.of(results)
    if not len(who.speed):
        style.empty(ax, "nobody handled a contact")
        return ax
    names = list(dict.fromkeys(who.team))
    for mark, area, own in _groups(who):
        ax.plot(who.speed[own], who.aht_s[own], mark, markersize=0.8 * area**0.5, color=style.BLUE, alpha=0.45,
                markeredgewidth=0)
    effect = speed_effect(results)
    title = "Handle time by speed"
    if effect is not None:
        x = np.linspace(who.speed.min(), who.speed.max(), 60)
        middle = np.average(who.speed, weights=who.handled)
        level = np.exp(np.average(np.log(who.aht_s), weights=who.handled))
        ax.plot(x, level * effect.factor ** ((x - middle) / TRAIT_SD), color=style.INK, linewidth=1.5)
        change, *ends = (100 * (f - 1) for f in effect)
        between = f"({ends[0]:+.0f} to {ends[1]:+.0f})".replace(" ", written.GLUE)
        title = f"One sd faster ({TRAIT_SD:g}): AHT {change:+.0f}{written.GLUE}% {between}"
    # A handful of contacts can make one agent's mean very long; the axis shows the other 99 in 100.
    most = float(np.percentile(who.aht_s, 99))
    style.count_axis(ax, most * 1.1)
    ax.set_xlabel("speed (0 to 1)")
    style.unit(ax, "AHT (seconds)")
    title = title.replace("-", written.MINUS)
    ax.set_title(style.fit_title(ax, title, 0.1))
    if len(names) > 1:
        shown = names[: len(MARKS)]
        marks = [Line2D([], [], marker=m, linestyle="", color=style.BLUE) for m in MARKS[: len(shown)]]
        labels = [written.short(n, 16) for n in shown]
        if len(names) > len(MARKS):
            labels[-1] = "other teams"
        ax.legend(marks, [f" {label}" for label in labels], loc="lower left", fontsize=8.5, borderaxespad=0.4)
    return ax


def _label(ax: Axes, who: People) -> None:
    """Write the names beside their points, once each, where they are few enough to be read."""
    from matplotlib.patheffects import withStroke

    known = {name: k for k, name in reversed(list(enumerate(who.name))) if name}
    if len(known) > MOST_NAMES:
        return
    for name, k in known.items():
        ax.annotate(written.short(name, 16), (who.speed[k], who.empathy[k]), (4, 3), textcoords="offset points",
                    fontsize=7.5, color=style.INK, path_effects=[withStroke(linewidth=2, foreground=style.PAPER)])


def _groups(who: People) -> list[tuple[str, float, list[int]]]:
    """Marker, area and points of each group of agents of one team and about the same number of contacts.

    Area is in proportion to contacts handled. A few sizes suffice for the eye, and an SVG holds a shape a
    group instead of one a point. The teams beyond the last marker go together.
    """
    order = {name: min(k, len(MARKS) - 1) for k, name in enumerate(dict.fromkeys(who.team))}
    scale = 60.0 if len(who.handled) <= 120 else 34.0
    sizes = np.clip(np.round(4 * who.handled / max(float(who.handled.mean()), 1e-9)), 1, 12)
    groups: dict[tuple[int, float], list[int]] = {}
    for k, (name, size) in enumerate(zip(who.team, sizes, strict=True)):
        groups.setdefault((order[name], float(size)), []).append(k)
    return [(MARKS[k], scale * size / 4, own) for (k, size), own in sorted(groups.items(), reverse=True)]
