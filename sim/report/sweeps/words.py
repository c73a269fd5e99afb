"""What a sweep found, in one line: what each factor buys and costs, or which point is best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.measure.kpis import Kpi
from sim.report import written
from sim.report.sweeps import factors
from sim.report.sweeps.effects import Effect, amount, cost_scale, effects, sure
from sim.study.sweeps import lattice, pareto
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.spread import Spread
from sim.study.sweeps.sweep import Sweep


def headline(sweep: Sweep, plot: Plot) -> str:
    """The finding in a sentence or two: what the two strongest factors buy, and what they cost."""
    failed = len(sweep.points) - len(sweep.done)
    if not sweep.done:
        return "No point was finished: see the reasons below" if failed else "No point was simulated"
    found = effects(sweep, plot)
    told = [text for text in (sentence(sweep, plot, each) for each in found) if text]
    if told:
        return "; ".join([told[0], *(text[0].lower() + text[1:] for text in told[1:2])])
    if len(sweep.done) == 1:
        return only_point(sweep, plot)
    if not found:
        return best_of_names(sweep, plot)
    if any(len(point.observed.numbers) < 2 for point in sweep.done if point.observed is not None):
        return "A single replication of each point shows no difference that could be told from chance"
    x, y = (factors.kpi_names(sweep.kpi(key)).said for key in (plot.x, plot.y))
    return f"No factor changes {x} or {y} by more than chance: take more replications, or a wider range"


def sentence(sweep: Sweep, plot: Plot, found: Effect, paired: bool = False) -> str:
    """What one factor does; "" where nothing can be told of it."""
    way = found.way(sweep, plot)
    if not way:
        return ""
    axis = sweep.axes[found.axis]
    ends = [found.first, found.last][::way]
    first, last = (factors.brief(axis.key, sweep.done[k].values[found.axis]) for k in ends)
    what = factors.more(axis.key, up=way > 0)
    subject = f"{what[:1].upper()}{what[1:]} ({first} to {last})"
    x, y = (tuple(way * each for each in limits) for limits in (found.x, found.y))
    parts = [_verb(sweep.kpi(plot.x), x, paired), _verb(sweep.kpi(plot.y), y, paired)]
    good = [part for part in parts if part.kind == "good"]
    bad = [part for part in parts if part.kind == "bad"]
    plain = [part for part in parts if part.kind == "plain"]
    if good and bad:
        text = f"buys {_joined(good, True)} and costs {_joined(bad, True)}"
    else:
        groups = [*good, *plain, *bad]
        text = " and ".join(part.text if part.verb != before else part.text.removeprefix(f"{part.verb} ")
                            for part, before in zip(groups, ["", *(part.verb for part in groups)], strict=False))
    money = "" if found.cost is None else _money(sweep, plot, found, way)
    if money and bad and good:
        money = money.replace(", for ", ", besides ") if money.startswith(", for ") else money
    return f"{subject} {text}{money}"


class Part(NamedTuple):
    """What happens to one KPI."""

    kind: str
    """good | bad | plain; "" where nothing can be told"""
    text: str
    """"lifts service level by 14 points" """
    amount: str
    """"14 points of service level" """
    verb: str


def _verb(kpi: Kpi, limits: Sequence[float], paired: bool) -> Part:
    name = factors.kpi_names(kpi).said
    between = ""
    if paired:
        ends = sorted(abs(factors.per(kpi) * each) for each in limits[1:])
        between = f" ({_short(ends[0])} to {_short(ends[1])})"
    if not (limits[1] > 0.0 or limits[2] < 0.0):
        return Part("", "", "", "")
    size = factors.change(limits[0], kpi)
    up = limits[0] > 0.0
    better = pareto.direction(kpi.key) * (1 if up else -1)
    kind = "good" if better > 0 else "bad" if better < 0 else "plain"
    verb = ("lifts" if better > 0 else "raises") if up else ("cuts" if better > 0 else "lowers")
    return Part(kind, f"{verb} {name} by {size}{between}", f"{size} of {name}{between}", verb)


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 99.95 else f"{value:,.0f}"


def _joined(parts: Sequence[Part], amounts: bool) -> str:
    return " and ".join(part.amount if amounts else part.text for part in parts)


def _money(sweep: Sweep, plot: Plot, found: Effect, way: int) -> str:
    """", for 5,500 EUR a day"; "" where the cost cannot be told, or hardly changes."""
    assert plot.cost is not None and found.cost is not None
    if not sure(found.cost):
        return ""
    kpi = sweep.kpi(plot.cost)
    change = way * found.cost[0]
    if abs(change) < 0.005 * abs(cost_scale(sweep, plot.cost) * float(np.nanmean(sweep.estimate(plot.cost).mean))):
        return ""
    daily = " a day" if kpi.unit not in ("share", "s") else ""
    return f", for {amount(change, kpi)}{daily}" if change > 0.0 else f", and saves {amount(-change, kpi)}{daily}"


def only_point(sweep: Sweep, plot: Plot) -> str:
    """A single point in words."""
    parts = []
    for key in (plot.x, plot.y):
        kpi, found = sweep.kpi(key), sweep.estimate(key)
        mean, low, high = (None if np.isnan(each[0]) else float(each[0])
                           for each in (found.mean, found.low, found.high))
        between = written.bare_interval(low, high, kpi.unit)
        parts.append(f"{factors.kpi_names(kpi).said} {written.figure(mean, kpi.unit)}"
                     + (f" ({between})" if between else ""))
    text = " and ".join(parts)
    return f"A single point: {text}"


def best_of_names(sweep: Sweep, plot: Plot) -> str:
    """The best of points that have no order, by x, and whether that is sure."""
    best, rivals = leaders(sweep, plot.x)
    axes = lattice.varied(sweep)
    name = factors.kpi_names(sweep.kpi(plot.x)).said
    words = factors.point_words(sweep, sweep.done[best], axes)
    figure = written.figure(float(sweep.estimate(plot.x).mean[best]), sweep.kpi(plot.x).unit)
    if pareto.direction(plot.x) == 0:
        return f"{upper(name)} is highest with {words}: {figure}"
    if not rivals:
        return f"{upper(words)} is surely best of those tried in {name}: {figure}"
    return (f"{upper(words)} looks best in {name} ({figure}), but cannot be told from {len(rivals)} other"
            f"{'s' if len(rivals) > 1 else ''} of {len(sweep.done)}")


def leaders(sweep: Sweep, key: str) -> tuple[int, list[int]]:
    """The best done point in a KPI by the figures found, and those that cannot be told from it (paired)."""
    spread = Spread.of(sweep, (key,))
    sign = pareto.direction(key) or 1
    best = int(np.nanargmax(sign * spread.means[0]))
    gap = spread.against(best)
    same = [k for k in range(len(sweep.done)) if k != best and not gap.sure[0, k]]
    return best, same


def upper(text: str) -> str:
    return text[:1].upper() + text[1:]
