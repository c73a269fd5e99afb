"""The argument: how tight should the handle-time target be, at a given staff, and what does the answer rest on?

Short calls leave more people free, so fewer callers wait and give up; they also solve less, so more callers come back
or leave dissatisfied. The target is moved from loose to tight at fixed staff, and what it does to the net is compared
pair by pair. Then the same under many sets of those coefficients that are assumed and that the answer turns on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sim.measure import Layout
from sim.measure.kpis import Kpi
from sim.people.register import Coefficient, coefficient
from sim.scenario import Scenario
from sim.study.variants import NET_OF_RUN, NET_PER_WEEK, Figures, Floats, Values, kpis_of

TARGETS = (420.0, 390.0, 360.0, 330.0, 300.0, 270.0, 240.0, 210.0, 180.0)
"""Handle-time targets in seconds, from loose to tight."""
STAFFING = (0.92, 1.0, 1.08)
"""Heads, times those of the scenario; the conclusions are drawn at 1."""
REPLICATIONS = 20
SETS = 16
"""Sets of assumptions: all corners of their ranges, and as many more of a Latin hypercube."""
SET_REPLICATIONS = 6
ASSUMED = ("talk.listening", "resolution.hurry", "satisfaction.waiting")
"""The assumed coefficients that the two sides of the argument differ in."""
TARGET = "goals.aht_target"
SCALE = "staffing.scale"
NET = "net_settled"
KPIS = ("service_level", "asa_s", "aht_s", "fcr", "csat", "repeat_rate", "cost_per_resolved", NET_PER_WEEK)


def argument_kpis(scenario: Scenario) -> tuple[Kpi, ...]:
    """`KPIS`, the value of customers who gave up and of all others, and what the net needs besides.

    Sums are for a week, or those of the run where it is not of whole weeks.
    """
    people = Layout.of(scenario).people
    prices = people.prices if people else None
    if people is None or prices is None:
        return kpis_of(scenario, KPIS)
    each = people.lost_unanswered * prices.customer_value_year
    per = ("weeks",) if people.whole_weeks else ()
    return (
        *kpis_of(scenario, KPIS),
        Kpi("lost_to_waiting", "Lost: never answered", prices.currency, ("unanswered",), per, each),
        Kpi("value_lost", "Value lost", prices.currency, ("value_lost",), per),
        Kpi("cases", "Cases closed", "customers", ("closed",), per),
        Kpi("owed", "Cases still open", "customers", ("owed", "redials_owed"), per),
    )


def with_net(figures: Figures, kpis: Sequence[Kpi]) -> Figures:
    """The figures with two more: `lost_to_handling` and `NET`, both with the cases settled that are still open.

    Who will call again after the run has not left yet, and the tighter the target, the more of them there are. Each
    such case is charged with the value that a closed case has lost on average in the same replication: settled net =
    net - open cases x value lost / closed cases; lost_to_handling is all value lost, settled likewise, less that of
    callers who were never answered.
    """
    place = {kpi.key: k for k, kpi in enumerate(kpis)}
    tops, weeks = figures.tops, figures.bottoms[:, place["value_lost"]]
    lost = tops[:, place["value_lost"]]
    cases = tops[:, place["cases"]]
    owed = tops[:, place["owed"]] * np.divide(lost, cases, out=np.zeros_like(lost), where=cases > 0.0)
    net = tops[:, next(place[key] for key in (NET_PER_WEEK, NET_OF_RUN) if key in place)] - owed
    handling = lost + owed - tops[:, place["lost_to_waiting"]]
    bottoms = np.column_stack([figures.bottoms, weeks, weeks])
    return figures._replace(tops=np.column_stack([tops, handling, net]), bottoms=bottoms)


def shown_kpis(kpis: Sequence[Kpi]) -> tuple[Kpi, ...]:
    """The KPIs of figures `with_net`."""
    net = next(kpi for kpi in kpis if kpi.key in (NET_PER_WEEK, NET_OF_RUN))
    return (
        *kpis,
        Kpi("lost_to_handling", "Lost: unresolved or displeased", net.unit, ()),
        Kpi(NET, f"{net.label}, open cases settled", net.unit, ()),
    )


def curves(
    targets: Sequence[float], staffing: Sequence[float], scale: float, assumptions: Values | None = None
) -> list[Values]:
    """Variants of a scenario whose own `staffing.scale` is `scale`: staffing by staffing, each with all targets."""
    fixed = dict(assumptions or {})
    return [fixed | {SCALE: scale * heads, TARGET: target} for heads in staffing for target in targets]


class Turn(NamedTuple):
    """Where the net is best."""

    target: float
    alike: tuple[float, ...]
    """targets, the best among them, whose net cannot be told from the best"""
    inside: bool
    """whether it is neither the loosest nor the tightest target"""
    loosest: tuple[float, float, float]
    """how far the best is above the loosest target: mean, low, high"""
    tightest: tuple[float, float, float]


def turn(targets: Sequence[float], nets: Sequence[Figures], confidence: float) -> Turn:
    """The turning point from figures of the net alone, one for each target, all of the same replications.

    The best target is compared with each of the others by a paired interval, all of which hold together with the
    confidence given (Bonferroni: each has level 1 - (1 - confidence) / (targets - 1)).
    Source: multiple comparisons with the best under common random numbers, Nelson and Matejcik 1995.
    """
    means = [float(each.mean()[0]) for each in nets]
    best = int(np.nanargmax(means))
    level = 1.0 - (1.0 - confidence) / max(len(targets) - 1, 1)
    above = [nets[best].less(each, level) for each in nets]
    alike = tuple(t for k, t in enumerate(targets) if k == best or not float(above[k].low[0]) > 0.0)

    def against(k: int) -> tuple[float, float, float]:
        return float(above[k].mean[0]), float(above[k].low[0]), float(above[k].high[0])

    return Turn(targets[best], alike, 0 < best < len(targets) - 1, against(0), against(-1))


def only(figures: Figures, k: int) -> Figures:
    """One of the figures."""
    return figures._replace(tops=figures.tops[:, [k]], bottoms=figures.bottoms[:, [k]])


def table(
    targets: Sequence[float],
    staffing: Sequence[float],
    kpis: Sequence[Kpi],
    found: Sequence[Figures],
    confidence: float,
) -> pl.DataFrame:
    """A row for each staffing, target and KPI, from the figures of `curves`.

    Columns staffing, target_s, kpi, label, unit, mean, low, high; change, change_low, change_high: above the loosest
    target at the same staffing, paired; replications.
    """
    rows = []
    for s, heads in enumerate(staffing):
        own = found[s * len(targets) : (s + 1) * len(targets)]
        for target, figures in zip(targets, own, strict=True):
            level, change = figures.estimate(confidence), figures.less(own[0], confidence)
            for k, kpi in enumerate(kpis):
                rows.append(
                    {"staffing": heads, "target_s": target, "kpi": kpi.key, "label": kpi.label, "unit": kpi.unit}
                    | {name: float(getattr(level, name)[k]) for name in ("mean", "low", "high")}
                    | {"change": float(change.mean[k]), "change_low": float(change.low[k])}
                    | {"change_high": float(change.high[k]), "replications": len(figures.tops)}
                )
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.selectors.float().fill_nan(None))


def assumed() -> list[Coefficient]:
    """The coefficients that are varied together."""
    return [coefficient(key) for key in ASSUMED]


def assumption_sets(sets: int, seed: int) -> list[Values]:
    """Values of the assumed coefficients: all corners of their ranges, then a Latin hypercube of points inside."""
    from scipy.stats import qmc

    varied = assumed()
    ends = [(each.low, each.high) for each in varied]
    corners: list[tuple[float, ...]] = list(itertools.product(*ends))[:sets]
    more = max(sets - len(corners), 0)
    inside: Floats = np.empty((0, len(varied)))
    if more:
        low, high = zip(*ends, strict=True)
        inside = qmc.scale(qmc.LatinHypercube(len(varied), rng=seed).random(more), low, high)
    points = [*corners, *(tuple(map(float, row)) for row in inside)]
    return [{f"behavior.{c.key}": x for c, x in zip(varied, point, strict=True)} for point in points]


class Trial(NamedTuple):
    """What one set of assumptions leads to."""

    assumptions: Values
    turn: Turn
    nets: tuple[float, ...]
    """net above that of the loosest target, by target"""
    given: bool
    """whether these are the scenario's own values"""


def trials(
    sets: Sequence[Values], targets: Sequence[float], net: int, found: Iterator[Figures], confidence: float
) -> list[Trial]:
    """What each set leads to, from the figures of its `curves` at one staffing, set by set."""
    done = []
    for each in sets:
        own = [only(next(found), net) for _ in targets]
        means = [float(figures.mean()[0]) for figures in own]
        above = tuple(mean - means[0] for mean in means)
        done.append(Trial(each, turn(targets, own, confidence), above, not each))
    return done


class Verdict(NamedTuple):
    """How far the conclusion holds under other assumptions."""

    sets: int
    inside: float
    """share of sets whose best target lies between the loosest and the tightest"""
    near: float
    """share of sets in which the best target found cannot be told from the best of that set"""
    loosest: float
    """share of sets in which the loosest target is best"""
    tightest: float
    effects: dict[str, tuple[float, float]]
    """coefficient -> mean best target over the corners with it at its lowest, and at its highest"""

    def rests_on(self, step: float) -> list[str]:
        """The coefficients that move the best target by at least one step between targets, strongest first."""
        moved = {key: abs(high - low) for key, (low, high) in self.effects.items()}
        return sorted((key for key, by in moved.items() if by >= step), key=lambda key: -moved[key])


def verdict(tried: Sequence[Trial], best: float, targets: Sequence[float]) -> Verdict:
    """What the sets say of the conclusion that `best` is the best target."""
    corners = [each for each in tried if all(_at_end(key, x) for key, x in each.assumptions.items())]
    effects = {}
    for about in assumed():
        key = f"behavior.{about.key}"
        low = [each.turn.target for each in corners if each.assumptions[key] == about.low]
        high = [each.turn.target for each in corners if each.assumptions[key] == about.high]
        if low and high:
            effects[about.key] = (float(np.mean(low)), float(np.mean(high)))

    def share(held: Sequence[bool]) -> float:
        return sum(held) / len(tried) if tried else float("nan")

    return Verdict(
        len(tried),
        share([each.turn.inside for each in tried]),
        share([best in each.turn.alike for each in tried]),
        share([each.turn.target == targets[0] for each in tried]),
        share([each.turn.target == targets[-1] for each in tried]),
        effects,
    )


def _at_end(key: str, value: float) -> bool:
    about = coefficient(key.removeprefix("behavior."))
    return value in (about.low, about.high)


def sets_table(tried: Sequence[Trial], targets: Sequence[float]) -> pl.DataFrame:
    """A row for each set and target: set, the coefficients, target_s, net_change (above the loosest), best_s."""
    rows: list[Mapping[str, Any]] = []
    for number, each in enumerate(tried, 1):
        own = {key.removeprefix("behavior."): x for key, x in each.assumptions.items()}
        for target, above in zip(targets, each.nets, strict=True):
            rows.append({"set": number, **own, "target_s": target, "net_change": above, "best_s": each.turn.target})
    return pl.DataFrame(rows, infer_schema_length=None)
