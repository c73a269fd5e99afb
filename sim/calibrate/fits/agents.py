"""Agents: individual speeds, learning over the weeks, and who ends contacts after a few seconds."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Estimate, Floats, unknown
from sim.calibrate.fits.laws import SHORT_S

LEAST = 20
"""contacts from which an agent counts"""
WEEK_S = 604_800.0
LEAST_WITHIN = 1e-6
"""squared coefficient of variation within agents that is assumed at least: where all contacts last alike, a mean
would have no error at all, and so infinite weight"""


class Speeds(NamedTuple):
    """How agents differ in handle time. Effects are of ln(mean handle time), 0 = typical, above 0 = slower."""

    spread: Estimate
    """standard deviation between agents"""
    agents: tuple[str, ...]
    n: Floats
    """contacts of each"""
    effect: Floats
    """measured"""
    se: Floats
    shrunken: Floats
    """best linear predictors: drawn in towards 0 by as much as chance explains"""
    mean_se: float
    """standard error of the typical agent's log scale"""
    factors: dict[str, float]
    """exp of the shrunken effects, by agent; {} where nothing could be told"""
    note: str


def fit_speeds(contacts: pl.DataFrame) -> Speeds:
    """Random effects of agents on the mean of talk + hold + wrap, queues' means taken out.

    Means, not means of logarithms: an agent with many very short contacts, and else long ones, is not fast for the
    work there is. An agent's factor times a queue's mean gives the handle times of both added up (a Poisson model's
    equations); standard errors from the variation of handle times over that product, taken to be alike for all agents.
    The variance between agents is that of a random-effects model by Paule and Mandel's (1982) moment equation, as
    statsmodels has it; its 95 % interval by inverting the generalised Q statistic (Viechtbauer 2007, Statistics in
    Medicine 26).
    Predictors are shrunken by spread^2 / (spread^2 + se^2). Agents with fewer than 20 contacts are left out,
    as are those without any handle time, and queues without.
    """
    handle = pl.col("handle")
    cells = _handled(contacts).group_by("agent", "queue").agg(
        n=pl.len(), spent=handle.sum(), ss=handle.var(ddof=0) * pl.len()
    )  # fmt: skip
    enough = cells.group_by("agent").agg(pl.col("n").sum().alias("all"), pl.col("spent").sum().alias("worked")).filter(
        (pl.col("all") >= LEAST) & (pl.col("worked") > 0.0)
    )
    cells = cells.join(enough, on="agent").sort("agent", "queue").filter(pl.col("spent").sum().over("queue") > 0.0)
    names = cells["agent"].unique().sort().to_list()
    if len(names) < 2:
        reason = f"{len(names)} agent(s) with {LEAST} contacts or more: how agents differ cannot be told"
        blank = np.empty(0)
        return Speeds(unknown(reason, len(names)), tuple(names), blank, blank, blank, blank, 0.0, {}, reason)
    n, effect, se = _effects(cells, names)
    spread, mean, mean_se = _between(effect, se**2)
    effect = effect - mean
    tau2 = (spread.value or 0.0) ** 2
    shrunken = effect * tau2 / (tau2 + se**2)
    note = f"{len(names)} agents, {n.sum():.0f} contacts"
    return Speeds(spread, tuple(names), n, effect, se, shrunken, mean_se,
                  dict(zip(names, np.exp(shrunken).tolist(), strict=True)), note)  # fmt: skip


def factors_of(handled: pl.DataFrame, speeds: Speeds | None) -> pl.Series:
    """The factor of each contact's agent; 1 where it is not known."""
    if speeds is None or not speeds.factors:
        return pl.repeat(1.0, handled.height, eager=True)
    known = handled["agent"].replace_strict(speeds.factors, default=1.0, return_dtype=pl.Float64)
    return known.fill_null(1.0)


def _handled(contacts: pl.DataFrame) -> pl.DataFrame:
    """agent, queue, arrived and handle, the handle time of handled contacts."""
    handled = contacts.lazy().filter((pl.col("outcome") == "handled") & pl.col("agent").is_not_null())
    total = pl.col("talk_s") + pl.col("hold_s").fill_null(0.0) + pl.col("wrap_s").fill_null(0.0)
    return handled.select("agent", "queue", "arrived", total.alias("handle")).drop_nulls("handle").collect()


def _effects(cells: pl.DataFrame, names: list[str]) -> tuple[Floats, Floats, Floats]:
    """Contacts of each agent, the effect, and its standard error."""
    place = {name: i for i, name in enumerate(names)}
    queues = {name: i for i, name in enumerate(cells["queue"].unique().sort().to_list())}
    a = cells["agent"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    q = cells["queue"].replace_strict(queues, return_dtype=pl.Int64).to_numpy()
    n, spent = cells["n"].to_numpy().astype(np.float64), cells["spent"].to_numpy()
    of_agent, of_queue = np.ones(len(names)), np.ones(len(queues))
    for _ in range(100):  # both margins by turns
        before = of_agent
        of_queue = np.bincount(q, weights=spent) / np.bincount(q, weights=n * of_agent[a])
        of_agent = np.bincount(a, weights=spent) / np.bincount(a, weights=n * of_queue[q])
        if np.allclose(before, of_agent, rtol=1e-9):
            break
    freedom = max(float(n.sum()) - cells.height, 1.0)
    within = float((cells["ss"].to_numpy() / (of_agent[a] * of_queue[q]) ** 2).sum()) / freedom
    within = max(within, LEAST_WITHIN)
    usual = np.bincount(a, weights=n * of_queue[q])
    se = np.sqrt(within * np.bincount(a, weights=n * of_queue[q] ** 2)) / usual
    return np.bincount(a, weights=n).astype(np.float64), np.log(of_agent), se


def _between(effect: Floats, variance: Floats) -> tuple[Estimate, float, float]:
    """(spread, mean effect, its se): Paule-Mandel, interval by the Q profile."""
    from scipy.optimize import brentq
    from scipy.stats import chi2
    from statsmodels.stats.meta_analysis import combine_effects

    k = len(effect)
    with np.errstate(divide="ignore", invalid="ignore"):  # its I^2 and H^2, of agents who are all alike
        tau2 = max(0.0, float(combine_effects(effect, variance, method_re="iterated").tau2))

    def q_above(tau2: float, quantile: float) -> float:
        weight = 1.0 / (variance + tau2)
        mean = float((weight * effect).sum() / weight.sum())
        return float((weight * (effect - mean) ** 2).sum()) - quantile

    def root(share: float) -> float:
        quantile = float(chi2.ppf(share, k - 1))
        if q_above(0.0, quantile) <= 0.0:
            return 0.0
        top = 1.0
        while q_above(top, quantile) > 0.0:
            top *= 4.0
        return float(brentq(q_above, 0.0, top, args=(quantile,)))

    low, high = math.sqrt(root(0.975)), math.sqrt(root(0.025))
    weight = 1.0 / (variance + tau2)
    mean = float((weight * effect).sum() / weight.sum())
    spread = Estimate(math.sqrt(tau2), low, high, (high - low) / 3.92, k, f"{k} agents; Paule-Mandel, Q profile")
    return spread, mean, float(1.0 / math.sqrt(weight.sum()))


class Learning(NamedTuple):
    """How handle times change as agents gain experience. Only told: no key of a scenario holds it."""

    by_week: Estimate
    """change of ln(handle time) a week, of a typical agent"""
    newcomers: Estimate
    """change of ln(handle time) for each ln(contacts handled so far), of agents who begin within the log"""
    agents: tuple[str, ...]
    slope: Floats
    """by week, of each agent"""
    se: Floats
    note: str


def fit_learning(contacts: pl.DataFrame, weeks: float = 4.0, before_s: float = 2.0 * WEEK_S) -> Learning:
    """Slopes of ln(handle time), queues' means taken out, put together over agents by random effects.

    By week: least squares on time, of agents who are there for `weeks` weeks and more. Newcomers, whose first contact
    comes `before_s` or later after the log's first: on ln(contacts so far), the power law of learning. Both by
    statsmodels' random-effects mean (Paule-Mandel, Hartung-Knapp interval).
    """
    log = pl.col("handle").log()
    rows = _handled(contacts).filter(pl.col("handle") >= 1.0)
    rows = rows.with_columns(y=log - log.mean().over("queue")).sort("arrived")
    if rows.is_empty():
        reason = "no handled contacts with agent and handle time"
        return Learning(unknown(reason), unknown(reason), (), np.empty(0), np.empty(0), reason)
    first = rows["arrived"].min()
    time = (pl.col("arrived") - pl.lit(first)).dt.total_seconds()
    rows = rows.with_columns(week=time / WEEK_S, so_far=pl.int_range(1, pl.len() + 1).over("agent").log())
    by_week = _slopes(rows, "week", least=200).filter(pl.col("span") >= weeks)
    new = rows.filter(pl.col("week").min().over("agent") * WEEK_S >= before_s)
    newcomers = _slopes(new, "so_far", least=200)
    return Learning(
        _pooled(by_week, f"agents with 200 contacts over {weeks:g} weeks"),
        _pooled(newcomers, "agents who begin within the log, with 200 contacts"),
        tuple(by_week["agent"]), by_week["slope"].to_numpy(), by_week["se"].to_numpy(),
        "the scenario has no key for learning: these figures are only told",
    )  # fmt: skip


def _slopes(rows: pl.DataFrame, x: str, least: int) -> pl.DataFrame:
    """agent, slope, se, span: least squares of y on x for each agent."""
    at, y = pl.col(x), pl.col("y")
    sxx = ((at - at.mean()) ** 2).sum()
    slope = ((at - at.mean()) * y).sum() / sxx
    left = ((y - y.mean()) ** 2).sum() - slope**2 * sxx
    found = rows.group_by("agent").agg(n=pl.len(), slope=slope, se=(left / (pl.len() - 2) / sxx).sqrt(),
                                       span=at.max() - at.min())  # fmt: skip
    return found.filter((pl.col("n") >= least) & (pl.col("se") > 0)).sort("agent")


def _pooled(slopes: pl.DataFrame, who: str) -> Estimate:
    if slopes.height < 3:
        return unknown(f"{slopes.height} {who}: too few", slopes.height)
    from scipy.stats import t
    from statsmodels.stats.meta_analysis import combine_effects

    found = combine_effects(slopes["slope"].to_numpy(), slopes["se"].to_numpy() ** 2, method_re="iterated")
    mean, se = float(found.mean_effect_re), float(found.sd_eff_w_re_hksj)
    half = float(t.ppf(0.975, slopes.height - 1)) * se
    return Estimate(mean, mean - half, mean + half, se, slopes.height, f"{slopes.height} {who}")


class ShortCalls(NamedTuple):
    """Agents with far more very short contacts than their colleagues."""

    agents: tuple[str, ...]
    n: Floats
    short: Floats
    """share of contacts under 10 s of talk, of each agent"""
    p: Floats
    """of as many by chance, adjusted for the number of agents"""
    flagged: tuple[str, ...]
    typical: float
    """median share over agents"""
    note: str


def flag_short_calls(contacts: pl.DataFrame, limit_s: float = SHORT_S) -> ShortCalls:
    """Agents whose share of contacts under `limit_s` of talk is far above that of the others.

    Flagged is who has three times the median share, two points more than it, and a one-sided exact binomial test
    against the others' share that is significant at 1 % after Holm's correction for the number of agents. A short
    contact may be the caller's doing: the flag asks for a look, it is no verdict.
    """
    from scipy.stats import binom
    from statsmodels.stats.multitest import multipletests

    rows = contacts.filter(pl.col("outcome") == "handled").drop_nulls(["agent", "talk_s"])
    own = rows.group_by("agent").agg(n=pl.len(), k=(pl.col("talk_s") < limit_s).sum()).filter(pl.col("n") >= LEAST)
    own = own.sort("agent")
    if own.height < 3:
        reason = f"{own.height} agent(s) with {LEAST} contacts or more: nobody to compare with"
        return ShortCalls(tuple(own["agent"]), np.empty(0), np.empty(0), np.empty(0), (), math.nan, reason)
    n, k = own["n"].to_numpy().astype(np.float64), own["k"].to_numpy().astype(np.float64)
    share, typical = k / n, float(np.median(k / n))
    # The share of the others leaves those far above out, so that several who do it do not hide each other.
    usual = share <= max(3.0 * typical, typical + 0.02)
    others = (k[usual].sum() + 0.5) / (n[usual].sum() + 1.0)
    p = multipletests(binom.sf(k - 1, n, others), method="holm")[1]
    found = (share > 3.0 * typical) & (share > typical + 0.02) & (p < 0.01)
    names = tuple(own["agent"])
    flagged = tuple(name for name, one in zip(names, found, strict=True) if one)
    note = f"{len(flagged)} of {len(names)} agents; contacts under {limit_s:g} s, typically {100 * typical:.1f} %"
    return ShortCalls(names, n, share, p, flagged, typical, note)
