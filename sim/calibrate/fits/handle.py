"""Handle time: the law of talk, hold and wrap-up of each queue."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.agents import Speeds, factors_of
from sim.calibrate.fits.estimate import Estimate, Floats, on_log, share_of, unknown
from sim.calibrate.fits.laws import SHORT_S, Law, laws, mean_of, scaled, table

LEAST = 30
"""contacts from which a law is fitted"""
FAR = 0.04
"""a law farther than this from the sample (Kolmogorov's distance) is replaced by a table of quantiles"""
LONGEST_S = 86_400.0


class Handle(NamedTuple):
    """The law of one part of handle time in one queue."""

    queue: str
    part: str
    """talk, hold or wrap"""
    asks: dict[str, Any] | None
    """as a scenario writes it; None where nothing could be fitted"""
    chosen: str
    parameters: dict[str, Estimate]
    """of the law that was chosen"""
    zero: Estimate
    """share of contacts with exactly 0 s of it"""
    mean: Estimate
    """seconds, as measured, zeros included"""
    short: Estimate
    """share of contacts under 10 s, zeros included"""
    laws: tuple[Law, ...]
    """all that were tried, best first"""
    edges: Floats
    counts: Floats
    expected: Floats
    """of the chosen law in each bin, for drawing"""
    by_hour: Floats
    """shape (24,): mean by hour of arrival over the whole mean (nan where fewer than 30)"""
    waited: Estimate
    """mean of those who waited over that of those who did not"""
    note: str


def fit_handle(contacts: pl.DataFrame, queue: str, part: str = "talk", speeds: Speeds | None = None) -> Handle:
    """The law of a part of handle time of a queue's handled contacts.

    Exponential, gamma, lognormal, and lognormal with short contacts by maximum likelihood, the best by BIC; where
    even that is farther than 0.04 from the sample, a table of the sample's quantiles. Contacts of exactly 0 s are a
    share of their own (`zero_or`) from 1 % on; fewer count as half a second. `speeds`: agents' factors are divided
    out first, so that the law is that of a typical agent, and few agents widen the interval of its scale. A scenario
    has the law with the measured mean over that of the agents' factors: handle times that follow no law exactly would
    else be some percent too short or too long, and the load with them. How the mean moves with the hour and with
    waiting is only told.
    """
    column = f"{part}_s"
    handled = contacts.filter(
        (pl.col("queue") == queue) & (pl.col("outcome") == "handled") & pl.col(column).is_between(0.0, LONGEST_S)
    )
    n = handled.height
    if n == 0:
        return _nothing(queue, part, f"{part} time is not in the log", 0)
    values = handled[column].to_numpy().astype(np.float64)
    short = share_of(int((values < SHORT_S).sum()), n)
    if n < LEAST:
        return _nothing(queue, part, f"only {n} contacts with {part} time", n)
    mean = float(values.mean())
    if mean == 0.0:
        nothing = _nothing(queue, part, f"{part} time is 0 in all {n} contacts", n)
        return nothing._replace(asks={"kind": "constant", "value_s": 0.0}, chosen="constant")
    zero = values == 0.0
    own = float(zero.mean()) >= 0.01
    factor, mu_se = factors_of(handled, speeds).to_numpy(), 0.0 if speeds is None else speeds.mean_se
    positive = (values / factor)[~zero] if own else np.where(zero, 0.5, values / factor)
    wanted = float((values[~zero] if own else values).mean() / factor.mean())
    measured = on_log(mean, float(values.std() / math.sqrt(n) / mean), n)
    if len(positive) < LEAST or positive.std() < 1e-9 * positive.mean():
        asks: dict[str, Any] = {"kind": "constant", "value_s": wanted}
        tried: list[Law] = []
        chosen, parameters, note = "constant", {}, f"{n} contacts, all alike or too few for a law"
        expected_cdf: Any = None
    else:
        tried = laws(positive, mu_se)
        best = tried[0]
        asks, chosen, parameters, expected_cdf = best.asks, best.name, best.parameters, best.cdf
        note = f"{n} contacts; {best.name} by BIC, largest distance {best.distance:.3f}"
        if best.distance > FAR and len(positive) >= 200:
            asks, chosen, parameters, expected_cdf = table(positive), "table of quantiles", {}, None
            note = f"{n} contacts; no law is near ({best.name}: distance {best.distance:.3f}), so a table of quantiles"
    stretch = 1.0
    if tried:
        stretch = wanted / mean_of(asks)
        asks = scaled(asks, stretch)
        note += f"; times {stretch:.3f} for the measured mean"
    if mu_se:
        note += "; agents' speeds divided out"
    if own:
        share = float(zero.mean())
        asks = {"kind": "zero_or", "probability_zero": share, "then": asks}
        note += f"; {100 * share:.1f} % have none"
    edges, counts, expected = _bins(positive, expected_cdf, stretch)
    return Handle(
        queue, part, asks, chosen, parameters, share_of(int(zero.sum()), n), measured, short, tuple(tried),
        edges, counts, expected, _by_hour(handled, values), _waited(handled, values), note,
    )  # fmt: skip


def _nothing(queue: str, part: str, reason: str, n: int) -> Handle:
    none, blank = unknown(reason, n), np.empty(0)
    hours = np.full(24, np.nan)
    return Handle(queue, part, None, "", {}, none, none, none, (), blank, blank, blank, hours, none, reason)


def _bins(values: Floats, cdf: Any, stretch: float) -> tuple[Floats, Floats, Floats]:
    low, high = np.quantile(values, [0.0005, 0.9995])
    edges = np.geomspace(max(float(low), 0.5), max(float(high), 2.0 * max(float(low), 0.5)), 61)
    counts = np.histogram(values, edges)[0].astype(np.float64)
    expected = np.full(60, np.nan) if cdf is None else np.diff(cdf(edges / stretch)) * len(values)
    return edges, counts, expected


def _by_hour(handled: pl.DataFrame, values: Floats) -> Floats:
    hour = handled["arrived"].dt.hour().to_numpy().astype(np.int64)
    n = np.bincount(hour, minlength=24)
    sums = np.bincount(hour, weights=values, minlength=24)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(n >= LEAST, sums / n / values.mean(), np.nan))


def _waited(handled: pl.DataFrame, values: Floats) -> Estimate:
    waited = handled["wait_s"].fill_null(0.0).to_numpy() > 1.0
    if min(waited.sum(), (~waited).sum()) < LEAST:
        return unknown("too few who waited, or who did not", len(values))
    groups = values[waited], values[~waited]
    ratio = float(groups[0].mean() / groups[1].mean())
    relative = math.sqrt(sum(float(group.var()) / len(group) / float(group.mean()) ** 2 for group in groups))
    return on_log(ratio, relative, len(values), "only told: no key of the scenario is set by it")
