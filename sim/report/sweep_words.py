"""What a sweep found, in words: what each factor buys and costs, which points are best, and what cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.measure.kpis import Kpi
from sim.report import factors, written
from sim.study import lattice, pareto
from sim.study.plot import Plot
from sim.study.spread import Spread
from sim.study.sweep import FAILED, STOPPED, Sweep

Limits = tuple[float, float, float]
"""mean, low, high"""
MOST_COMPARED = 400
"""points up to which the front of three KPIs is told"""
MOST_VALUES = 6
"""failed points that are named one by one"""


class Effect(NamedTuple):
    """What a factor does, from its first to its last value, the others as at the base; differences are paired."""

    axis: int
    first: int
    last: int
    """done points"""
    x: Limits
    y: Limits
    cost: Limits | None
    """a day, where it is money"""

    def way(self, sweep: Sweep, plot: Plot) -> int:
        """1 where the last value is the better one for x (else for y), -1 where the first is, 0 where none can be
        told."""
        for key, change in ((plot.x, self.x), (plot.y, self.y)):
            better = pareto.direction(key) or 1
            if sure(change):
                return better if change[0] > 0.0 else -better
        return 0


def sure(limits: Limits) -> bool:
    """Whether there is a difference: its interval leaves out 0."""
    return bool(limits[1] > 0.0 or limits[2] < 0.0)


def effects(sweep: Sweep, plot: Plot) -> list[Effect]:
    """The effects of all factors that vary and have distances: those that can be chosen first, by how much they do."""
    axes = [k for k in lattice.varied(sweep) if sweep.axes[k].numeric]
    if not axes:
        return []
    keys = [plot.x, plot.y, *([plot.cost] if plot.cost else [])]
    spread, base = Spread.of(sweep, keys), lattice.base(sweep)
    per_day = cost_scale(sweep, plot.cost)
    found = []
    for axis in axes:
        row = lattice.row_through(sweep, axis, base)
        if len(row) < 2:
            continue
        gap = spread.between([row[0]], [row[-1]])
        told = [(float(gap.mean[k, 0]), float(gap.low[k, 0]), float(gap.high[k, 0])) for k in map(spread.place, keys)]
        cost = None if not plot.cost else tuple(per_day * each for each in told[2])
        found.append(Effect(axis, row[0], row[-1], told[0], told[1], cost))  # type: ignore[arg-type]
    span = [float(np.nanmax(each) - np.nanmin(each)) or 1.0 for each in spread.means[:2]]
    return sorted(found, key=lambda each: (not factors.chosen(sweep.axes[each.axis].key),
                                           -abs(each.x[0]) / span[0] - abs(each.y[0]) / span[-1]))


def cost_scale(sweep: Sweep, key: str | None) -> float:
    """By what a sum over the run is multiplied to be one of a day."""
    return 1.0 / pareto.days(sweep) if key is not None and sweep.kpi(key).unit not in ("share", "s") else 1.0


def amount(value: float, kpi: Kpi) -> str:
    """A cost to three digits: "5,500 EUR", "1.24 EUR", "32.4 hours"."""
    size = abs(value)
    digits = 0 if size == 0.0 else int(np.floor(np.log10(size)))
    text = f"{round(size, 2 - digits):,.{max(0, 2 - digits) if digits < 2 else 0}f}"
    unit = "paid hours" if kpi.unit == "h" else written.short(kpi.unit, 8)
    return f"{written.MINUS if value < 0 else ''}{text}{written.GLUE}{unit}"


# ---------------------------------------------------------------- the headline


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
        return f"{_upper(name)} is highest with {words}: {figure}"
    if not rivals:
        return f"{_upper(words)} is surely best of those tried in {name}: {figure}"
    return (f"{_upper(words)} looks best in {name} ({figure}), but cannot be told from {len(rivals)} other"
            f"{'s' if len(rivals) > 1 else ''} of {len(sweep.done)}")


def leaders(sweep: Sweep, key: str) -> tuple[int, list[int]]:
    """The best done point in a KPI by the figures found, and those that cannot be told from it (paired)."""
    spread = Spread.of(sweep, (key,))
    sign = pareto.direction(key) or 1
    best = int(np.nanargmax(sign * spread.means[0]))
    gap = spread.against(best)
    same = [k for k in range(len(sweep.done)) if k != best and not gap.sure[0, k]]
    return best, same


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


# ---------------------------------------------------------------- the sentences


def lines(sweep: Sweep, plot: Plot) -> list[str]:
    """What was found, sentence by sentence, with intervals, and what cannot be told."""
    told = [*_failed(sweep)]
    if not sweep.done:
        return told
    if len(sweep.done) > 1:
        told += [_effect(sweep, plot, each) for each in effects(sweep, plot)]
        told += front_lines(sweep, plot)
    told += prices(sweep, plot)
    told += [*goals(sweep), good_days(sweep)]
    told += _provisos(sweep, plot)
    return [text for text in told if text]


def _failed(sweep: Sweep) -> list[str]:
    failed = [point for point in sweep.points if point.observed is None and point.status == FAILED]
    none = [point for point in sweep.points if point.observed is None and point.status != FAILED]
    short = [point for point in sweep.points if point.observed is not None and point.status == STOPPED]
    told = []
    if failed:
        some = "; ".join(written.short(point.name, 60) for point in failed[:MOST_VALUES])
        more = f"; and {len(failed) - MOST_VALUES} more" if len(failed) > MOST_VALUES else ""
        told.append(f"{len(failed)} of {len(sweep.points)} points failed, with reasons below: {some}{more}.")
    if none:
        told.append(f"{len(none)} of {len(sweep.points)} points were not reached.")
    if short:
        told.append(f"{len(short)} points were stopped early and stand with the replications they have.")
    return told


def _effect(sweep: Sweep, plot: Plot, found: Effect) -> str:
    axis = sweep.axes[found.axis]
    text = sentence(sweep, plot, found, paired=True)
    open_ = [factors.kpi_names(sweep.kpi(key)).said for key, limits in ((plot.x, found.x), (plot.y, found.y))
             if not sure(limits)]
    others = [k for k in lattice.varied(sweep) if k != found.axis]
    at = f" With {factors.point_words(sweep, sweep.done[found.first], others)}." if others else ""
    if not text:
        ends = [factors.brief(axis.key, sweep.done[k].values[found.axis]) for k in (found.first, found.last)]
        return (f"{_upper(factors.noun(axis.key))} from {ends[0]} to {ends[1]}: cannot tell whether "
                f"{' or '.join(open_)} changes.{at}")
    tail = f"; cannot tell whether {' or '.join(open_)} changes" if open_ else ""
    return f"{text}{tail}.{at}"


def front_lines(sweep: Sweep, plot: Plot) -> list[str]:
    """How many points none betters in x and y, and how surely; [] where that means nothing."""
    keys = (plot.x, plot.y)
    if not all(map(pareto.direction, keys)) or plot.panel is not None:
        return []
    found = pareto.front(sweep, keys)
    x, y = (factors.kpi_names(sweep.kpi(key)).said for key in keys)
    n, surely = len(found.members), int((found.chance >= sweep.confidence).sum())
    if np.isnan(found.chance).all():
        return [f"{n} of {len(sweep.done)} points are bettered by none in both {x} and {y}; how sure that is, a single "
                "replication cannot tell."]
    beaten = int(found.surely_beaten.sum())
    open_ = len(sweep.done) - surely - beaten
    rest = [*([f"{surely} of them surely"] if surely and n > 1 else ["surely"] if surely else []),
            *([f"of {open_} it cannot be told"] if open_ else []),
            *([f"{beaten} are surely bettered"] if beaten else [])]
    text = (f"Of {len(sweep.done)} combinations {n} {'is' if n == 1 else 'are'} bettered by none in both {x} and {y}: "
            f"{', '.join(rest)}.")
    same = _all_alike(sweep, [int(k) for k in found.members])
    told = [text + (f" Those {n} have {same}." if same and n > 1 else "")]
    if plot.cost and pareto.direction(plot.cost) and len(sweep.done) <= MOST_COMPARED and plot.cost not in keys:
        three = pareto.front(sweep, (*keys, plot.cost))
        wasted = int(three.surely_beaten.sum())
        m = len(three.members)
        cost = factors.kpi_names(sweep.kpi(plot.cost)).said
        told.append(f"Counting {'the ' if cost.startswith('cost') else ''}{cost} too, "
                    f"{'all' if m == len(sweep.done) else m} are bettered by none"
                    + (f"; {wasted} are surely bettered, at no more cost." if wasted else "."))
    return told


def _all_alike(sweep: Sweep, points: Sequence[int]) -> str:
    """A value that some points share and others have not."""
    shared = [k for k in lattice.varied(sweep) if len({str(sweep.done[p].values[k]) for p in points}) == 1]
    return factors.point_words(sweep, sweep.done[points[0]], shared) if shared and points else ""


def cost_axis(sweep: Sweep, plot: Plot) -> int | None:
    """The factor that the cost follows most: along it a price of a point makes sense. None where there is none."""
    if plot.cost is None:
        return None
    found = [each for each in effects(sweep, plot) if each.cost is not None and sure(each.cost)]
    if not found:
        return None
    best = max(found, key=lambda each: abs(each.cost[0]) if each.cost else 0.0)
    mean = cost_scale(sweep, plot.cost) * float(np.nanmean(sweep.estimate(plot.cost).mean))
    return best.axis if best.cost is not None and abs(best.cost[0]) > 0.01 * abs(mean) else None


def prices(sweep: Sweep, plot: Plot) -> list[str]:
    """What the next percentage point of x and of y costs from the base on, along the factor that the cost follows."""
    axis = cost_axis(sweep, plot)
    if axis is None or plot.cost is None:
        return []
    told = []
    for key in (plot.x, plot.y):
        if not pareto.direction(key):
            continue
        path = lattice.row_through(sweep, axis, lattice.base(sweep))
        place = path.index(lattice.base(sweep))
        place = min(place, len(path) - 2)
        step = pareto.steps(sweep, path[place : place + 2], key, plot.cost)[0]
        told.append(price(sweep, plot, axis, key, step))
    return told


def price(sweep: Sweep, plot: Plot, axis: int, key: str, step: pareto.Step) -> str:
    """What one more point of a KPI costs on one step of a factor."""
    assert plot.cost is not None
    kpi, money = sweep.kpi(key), sweep.kpi(plot.cost)
    axis_key = sweep.axes[axis].key
    where = (f"{factors.value(axis_key, sweep.done[step.first].values[axis])} to "
             f"{factors.brief(axis_key, sweep.done[step.then].values[axis])}")
    name = factors.kpi_names(kpi).said
    unit = "point" if kpi.unit in ("share", "points") else {"s": "second"}.get(kpi.unit, written.short(kpi.unit, 8))
    if not step.told or step.price[1] <= 0.0:
        return f"What a {unit} of {name} costs cannot be told ({where})."
    daily = " a day" if money.unit not in ("share", "s") else ""
    low, high = (amount(each, money).partition(written.GLUE)[0] for each in step.price[1:])
    better = "more" if pareto.direction(key) > 0 else "less"
    return (f"The next {unit} of {name} {better if better == 'less' else ''}".rstrip()
            + f" costs {amount(step.price[0], money)}{daily} ({low} to {high}): {where}.")


def goals(sweep: Sweep) -> list[str]:
    """At how many points goals are surely met in the long run."""
    told = []
    for key in ("service_level", "csat"):
        if not any(kpi.key == key for kpi in sweep.kpis):
            continue
        chance = pareto.chance_in_the_long_run(sweep, key)
        known = ~np.isnan(chance)
        if not known.any():
            continue
        n, level = int(known.sum()), 0.5 + sweep.confidence / 2.0
        met, missed = int((chance[known] >= level).sum()), int((chance[known] <= 1.0 - level).sum())
        aim = pareto.common_goal(sweep, key)
        name = factors.kpi_names(sweep.kpi(key)).said
        goal = f"the {name} goal of {written.whole_percent(aim)}" if aim is not None else f"its {name} goal"
        if n == 1:
            verdict = "surely met" if met else "surely missed" if missed else "neither surely met nor surely missed"
            told.append(f"{goal} is {verdict}")
            continue
        told.append(f"{goal} is {_counts(n, met, missed)}")
    return [" ".join(["In the long run", "; ".join(told) + "."])] if told else []


def _counts(n: int, met: int, missed: int) -> str:
    """ "surely met at 11 of 35 combinations, surely missed at 10; at 14 it cannot be told" """
    for count, words in ((met, "surely met"), (missed, "surely missed")):
        if count == n:
            return f"{words} at all {n} combinations"
    if met + missed == 0:
        return f"neither surely met nor surely missed at any of {n} combinations: take more replications"
    sides = [f"{words} at {count}" for count, words in ((met, "surely met"), (missed, "surely missed")) if count]
    rest = n - met - missed
    text = ", ".join(sides) + f" of {n} combinations"
    return f"{text}; at {rest} it cannot be told" if rest else text


def good_days(sweep: Sweep, wanted: float = 0.9) -> str:
    """The share of good days at the base, and the cheapest point at which at least nine in ten are."""
    keys = {kpi.key for kpi in sweep.kpis}
    if "day_met" not in keys:
        return ""
    share = sweep.estimate("day_met").mean
    base, cost = lattice.base(sweep), pareto.cost_key(sweep)
    if np.isnan(share[base]):
        return ""
    axes = lattice.varied(sweep)
    here = ("as the scenario stands" if base == lattice.as_it_stands(sweep)
            else f"with {factors.point_words(sweep, sweep.done[base], axes)}")
    text = f"{written.percent(float(share[base]), 0)} of days meet the service level goal {here}"
    given = [k for k in axes if not factors.chosen(sweep.axes[k].key)]
    same = [k for k, point in enumerate(sweep.done)
            if all(str(point.values[j]) == str(sweep.done[base].values[j]) for j in given)]
    enough = np.array([k for k in same if share[k] >= wanted], np.intp)
    if not axes:
        return text + "."
    if not len(enough):
        return f"{text}; no combination tried reaches {written.percent(wanted, 0)}."
    if cost is None or len(enough) == len(same):
        return text + "."
    best = int(enough[np.argmin(sweep.estimate(cost).mean[enough])])
    if best == base:
        return f"{text}; of all combinations with {written.percent(wanted, 0)} or more that is the cheapest."
    money = amount(cost_scale(sweep, cost) * float(sweep.estimate(cost).mean[best]), sweep.kpi(cost))
    return (f"{text}; the cheapest combination with {written.percent(wanted, 0)} or more is "
            f"{factors.point_words(sweep, sweep.done[best], axes)} ({money} a day).")


def _provisos(sweep: Sweep, plot: Plot) -> list[str]:
    told = []
    counts = [len(point.observed.numbers) for point in sweep.done if point.observed is not None]
    if counts and min(counts) < 2:
        told.append("A single replication has no interval: differences here may be chance.")
    elif counts and min(counts) < 10:
        told.append(f"With {min(counts)} replications intervals are wide, and chances of being on the front rough; "
                    "replications=20 or more makes them sharper.")
    return told
