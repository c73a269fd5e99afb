"""What a sweep found, sentence by sentence, with intervals, and what cannot be told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.report import written
from sim.report.sweeps import factors
from sim.report.sweeps.effects import Effect, amount, cost_scale, effects, sure
from sim.report.sweeps.words import sentence, upper
from sim.study.sweeps import lattice, pareto
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.sweep import FAILED, STOPPED, Sweep

MOST_COMPARED = 400
"""points up to which the front of three KPIs is told"""
MOST_VALUES = 6
"""failed points that are named one by one"""


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
        return (f"{upper(factors.noun(axis.key))} from {ends[0]} to {ends[1]}: cannot tell whether "
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
