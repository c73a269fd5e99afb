"""Redials and repeats: who calls again because of how the last call went, beyond those who call anyway."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Estimate, Floats, on_log, on_logit, share_of, unknown
from sim.calibrate.fits.following import following
from sim.units import DAY

REDIAL_WINDOW_S = 14_400.0
"""4 opening hours: long enough for nearly all who redial, short enough that few call for another reason"""
REPEAT_WINDOW_S = 7.0 * DAY
"""day and night, as repeat calls come in the model"""
LEAST = 50
"""contacts with a known caller from which a probability is fitted"""
LEAST_BACK = 10
"""of them who came back, from which a delay is fitted"""
BINS = 80
MOST_SIGMA = 4.0
WELL_KNOWN = 0.9
ANYWAY = 0.01
SEEN = 0.75
"""a delay is fitted of which this share or more ends within the window"""
ONCE = 0.005
"""where fewer than this share of callers call again, ids do not tell callers"""


class CallingAgain(NamedTuple):
    """The probability of calling again for a reason, and after how long."""

    probability: Estimate
    median_s: Estimate
    sigma: Estimate
    """of the lognormal delay"""
    after: int
    """contacts looked at"""
    identified: Estimate
    """share of such contacts whose caller is known"""
    edges: Floats
    """seconds after the contact's end"""
    came_back: Floats
    """share that had called again by each edge"""
    anyway: Floats
    """share that would have called anyway"""
    fitted: Floats
    """share by the fit"""
    because: Floats
    """by bin: the share of those who came back then that came because of it"""
    note: str

    @property
    def delay(self) -> dict[str, Any] | None:
        """As a scenario writes it."""
        if self.median_s.value is None or self.sigma.value is None:
            return None
        return {"kind": "lognormal", "median_s": self.median_s.value, "sigma": self.sigma.value}


class Resolution(NamedTuple):
    """First contact resolution, as measured."""

    no_further_contact: Estimate
    """share of handled contacts whose caller did not call again within 7 days"""
    recorded: Estimate
    """share of handled contacts that the log itself calls resolved"""


def fit_redials(contacts: pl.DataFrame, queue: str, known: pl.DataFrame | None = None,
                window_s: float = REDIAL_WINDOW_S) -> CallingAgain:  # fmt: skip
    """Redialling after abandonment, beyond the baseline: those who waited and were answered.

    With S0(t) the share of the answered who have not called again by t, those who abandoned follow
    S(t) = S0(t) (1 - p D(t)), D lognormal: a second, independent reason to call. p and D by maximum likelihood on the
    counts of a grid of times, contacts censored at the end of the log or of the window; time runs while the queue is
    open, as the model's redials do. Standard errors from the observed information, that of p with the baseline's own
    (Greenwood) added. `known`: `following(contacts, calendar)`.
    Errors are told, not raised: without callers' ids there is no figure.
    """
    known = following(contacts) if known is None else known
    every = contacts.filter((pl.col("queue") == queue) & (pl.col("outcome") == "abandoned"))
    own = known.filter(pl.col("queue") == queue)
    own = own.with_columns(gap="open_gap", seen="open_seen")
    lost = own.filter(pl.col("outcome") == "abandoned")
    if lost.height < LEAST:
        reason = (
            "no abandonments" if every.is_empty()
            else f"{lost.height} abandonments with a known caller: too few to tell who called again"
        )  # fmt: skip
        return _nothing(reason, lost.height)
    edges = _edges(window_s)
    answered = own.filter(pl.col("outcome") == "handled")
    alike = answered.filter("waited")
    base_n, base_k = _tally(alike if alike.height >= LEAST else answered, edges)
    found = _excess(lost, edges, base_n, base_k, every.height, "abandonments")
    known_share = float(1.0 - contacts["caller"].null_count() / contacts.height)
    if known_share < WELL_KNOWN:
        rough = (
            f"{found.note}; rough: callers are known of {100 * known_share:.0f} % of contacts, others come back unseen"
        )
        found = found._replace(note=rough, probability=found.probability._replace(note=rough))
    return found


def fit_repeats(contacts: pl.DataFrame, queue: str, known: pl.DataFrame | None = None,
                window_s: float = REPEAT_WINDOW_S) -> CallingAgain:  # fmt: skip
    """Calling again after a handled contact, beyond the baseline: as often as the same callers call anyway.

    The baseline is the rate at which callers who have been silent for a whole window call in the next one (that of
    the second week, where the window is a week): whole weeks, so that the rhythm of the week falls out. The rest as in
    `fit_redials`. Needs a log of more than two windows.
    """
    known = following(contacts) if known is None else known
    own = known.filter((pl.col("queue") == queue) & (pl.col("outcome") == "handled"))
    every = contacts.filter((pl.col("queue") == queue) & (pl.col("outcome") == "handled")).height
    if own.height < LEAST:
        reason = f"{own.height} handled contacts with a known caller: too few to tell who called again"
        return _nothing(reason, own.height)
    later = own.filter((pl.col("seen") > 2.0 * window_s) & (pl.col("gap").is_null() | (pl.col("gap") > window_s)))
    if later.height < LEAST:
        reason = "the log is not longer than two windows: how often callers call anyway is not known"
        return _nothing(reason, own.height)
    edges = _edges(window_s)
    second = int((later["gap"] <= 2.0 * window_s).sum())
    rate = second / (later.height * window_s)
    base_n = np.full(len(edges) - 1, float(later.height))
    base_k = base_n * -np.expm1(-rate * np.diff(edges))
    return _excess(own, edges, base_n, base_k, every, "handled contacts")


def fit_resolution(contacts: pl.DataFrame, queue: str, known: pl.DataFrame | None = None) -> Resolution:
    """First contact resolution: no further contact of the caller, in any queue, within 7 days; and as recorded.

    Only contacts that ended 7 days or more before the end of the log count. Who calls about something else counts as
    unresolved, who gives up as resolved: a measure, not the truth.
    """
    known = following(contacts) if known is None else known
    handled = (pl.col("queue") == queue) & (pl.col("outcome") == "handled")
    own = known.filter(handled & (pl.col("seen") >= REPEAT_WINDOW_S))
    back = int((own["gap"] <= REPEAT_WINDOW_S).sum())
    told = contacts.filter(handled)["resolved"].drop_nulls()
    measured = unknown("no handled contact with a known caller that ended 7 days before the end of the log")
    if own.height and back < ONCE * own.height:
        measured = unknown(
            f"{back} of {own.height} callers called again: their ids seem to be new with every call", own.height
        )
    elif own.height:
        measured = share_of(own.height - back, own.height, f"{own.height} handled contacts")
    return Resolution(
        measured,
        share_of(int(told.sum()), len(told), f"{len(told)} handled contacts" if len(told) else "not in the log"),
    )


def first_share(contacts: pl.DataFrame, redials: dict[str, CallingAgain], known: pl.DataFrame) -> pl.DataFrame:
    """The contacts with `first`: the chance that a contact is a first call, no redial.

    A contact that follows the same caller's abandonment after t came because of it with probability h / (h + h0), h
    the hazard of redialling and h0 that of calling anyway. Who calls anyway before redialling does not redial, in the
    log; the model draws both, so that where many call anyway the parts are scaled to add up to probability times
    abandonments, those of callers who are not known included (single values may then be below 0).
    """
    share = np.zeros(contacts.height)
    for queue, one in redials.items():
        if one.probability.value is None or not len(one.because):
            continue
        lost = known.filter((pl.col("queue") == queue) & (pl.col("outcome") == "abandoned"))
        back = lost.filter(pl.col("open_gap") <= one.edges[-1])
        bins = np.searchsorted(one.edges, back["open_gap"].to_numpy(), side="right") - 1
        because = one.because[np.clip(bins, 0, len(one.because) - 1)]
        every = contacts.filter((pl.col("queue") == queue) & (pl.col("outcome") == "abandoned")).height
        wanted = (
            one.probability.value
            * every
            * float(np.clip(lost["open_seen"].to_numpy() / one.edges[-1], 0.0, 1.0).mean())
        )
        scale = wanted / because.sum() if one.anyway[-1] > ANYWAY and because.sum() > 0 else 1.0
        share[back["next_place"].to_numpy()] = scale * because
    return contacts.with_columns(first=1.0 - pl.Series(share))


def _nothing(reason: str, n: int) -> CallingAgain:
    none, blank = unknown(reason, n), np.empty(0)
    return CallingAgain(none, none, none, n, none, blank, blank, blank, blank, blank, reason)


def _edges(window_s: float) -> Floats:
    """0 and BINS times up to the window, denser near 0."""
    return np.concatenate(([0.0], np.geomspace(10.0, window_s, BINS)))


def _tally(rows: pl.DataFrame, edges: Floats) -> tuple[Floats, Floats]:
    """By bin: contacts that had not called again at its beginning and are seen to its end, and who called in it."""
    gap = rows["gap"].fill_null(math.inf).to_numpy()
    seen = rows["seen"].to_numpy()
    came = gap <= seen
    back = np.histogram(gap[came], edges)[0].astype(np.float64)
    cut = np.histogram(seen[~came], edges)[0].astype(np.float64)
    at_risk = len(gap) - np.concatenate(([0.0], np.cumsum(back + cut)[:-1]))
    return np.maximum(at_risk - cut / 2.0, back), back  # who is cut off within a bin counts half (actuaries' rule)


def _excess(rows: pl.DataFrame, edges: Floats, base_n: Floats, base_k: Floats, every: int, what: str) -> CallingAgain:
    n, k = _tally(rows, edges)
    stay = np.where(base_n > 0, 1.0 - base_k / np.maximum(base_n, 1.0), 1.0)
    stay = np.clip(stay, 1e-9, 1.0)
    base = np.concatenate(([1.0], np.cumprod(stay)))
    with np.errstate(divide="ignore", invalid="ignore"):
        alive = np.concatenate(([1.0], np.cumprod(np.where(n > 0, 1.0 - k / np.maximum(n, 1e-9), 1.0))))
        greenwood = float(np.nansum(np.where(base_k > 0, base_k / (base_n * np.maximum(base_n - base_k, 1e-9)), 0.0)))
    identified = share_of(rows.height, every, f"{what} whose caller is known")
    back = float(k.sum())
    crude = 1.0 - alive[-1] / base[-1]
    blank = np.zeros(len(k))
    if back < LEAST_BACK or crude <= 0.0:
        se = math.sqrt(max(crude, 1.0 / rows.height) / rows.height + greenwood)
        value = max(0.0, float(crude))
        note = f"{rows.height} {what}, {back:.0f} came back: no more than callers who call anyway, or too few"
        return CallingAgain(
            Estimate(value, 0.0, min(1.0, value + 2.0 * se), se, rows.height, note), unknown(note), unknown(note),
            rows.height, identified, edges, 1.0 - alive, 1.0 - base, 1.0 - base, blank, note,
        )  # fmt: skip
    found, errors = _maximise(edges, n, k, stay, float(crude))
    p, mu, sigma = found
    reached = p * _lognormal_cdf(edges, mu, sigma)
    if reached[-1] < SEEN * p:
        return _within(rows.height, back, crude, greenwood, identified, edges, alive, base, what)
    expected = 1.0 - (1.0 - reached[1:]) / (1.0 - reached[:-1]) * stay
    with np.errstate(divide="ignore", invalid="ignore"):
        because = np.clip(np.where(expected > 0, 1.0 - (1.0 - stay) / expected, 0.0), 0.0, 1.0)
    spread = math.hypot(float(errors[0]), math.sqrt(greenwood) * (1.0 - p))
    note = f"{rows.height} {what}, {back:.0f} called again within {edges[-1] / 3600:.0f} h"
    return CallingAgain(
        on_logit(p, spread, rows.height, note),
        on_log(math.exp(mu), float(errors[1]), rows.height),
        on_log(sigma, float(errors[2]) / sigma, rows.height),
        rows.height, identified, edges, 1.0 - alive, 1.0 - base, 1.0 - base * (1.0 - reached), because, note,
    )  # fmt: skip


def _within(
    n: int,
    back: float,
    crude: float,
    greenwood: float,
    identified: Estimate,
    edges: Floats,
    alive: Floats,
    base: Floats,
    what: str,
) -> CallingAgain:
    """What can be said where no delay is seen that ends in the window: how many more called again within it."""
    se = math.hypot(
        math.sqrt(max(alive[-1] * (1.0 - alive[-1]), 1e-12) / n) / base[-1], (1.0 - crude) * math.sqrt(greenwood)
    )
    hours = edges[-1] / 3600.0
    note = (
        f"{n} {what}, {back:.0f} called again within {hours:.0f} h; the excess still grows then: that within the window"
    )
    reason = unknown("the delay goes on beyond the window: the default is kept", n)
    return CallingAgain(on_logit(crude, se, n, note), reason, reason, n, identified, edges, 1.0 - alive, 1.0 - base,
                        np.full(len(edges), np.nan), np.zeros(len(edges) - 1), note)  # fmt: skip


def _lognormal_cdf(t: Floats, mu: float, sigma: float) -> Floats:
    from scipy.special import ndtr

    with np.errstate(divide="ignore"):
        return np.asarray(ndtr((np.log(t) - mu) / sigma))


def _maximise(
    edges: Floats, n: Floats, k: Floats, stay: Floats, crude: float
) -> tuple[tuple[float, float, float], Floats]:
    """(p, mu, sigma) by maximum likelihood, and their standard errors from the information at the maximum."""
    from scipy.optimize import minimize

    def loss(x: Floats) -> float:
        p, sigma = 1.0 / (1.0 + math.exp(-x[0])), math.exp(x[2])
        reached = p * _lognormal_cdf(edges, float(x[1]), sigma)
        log_stay = np.log1p(-reached[1:]) - np.log1p(-reached[:-1]) + np.log(stay)
        back = np.maximum(-np.expm1(log_stay), 1e-12)
        return -float(k @ np.log(back) + (n - k) @ log_stay)

    share = np.cumsum(k) / k.sum()
    start = math.log(float(np.interp(0.5, share, edges[1:])))
    p0 = min(max(crude, 0.01), 0.99)
    bounds = [(-9.0, 9.0), (0.0, math.log(edges[-1]) + 3.0), (math.log(0.05), math.log(MOST_SIGMA))]
    tries = [
        minimize(loss, np.array([math.log(p0 / (1 - p0)), start, math.log(s)]), bounds=bounds, method="L-BFGS-B")
        for s in (0.7, 1.5)
    ]
    best = min(tries, key=lambda one: float(one.fun)).x
    information = _hessian(loss, best)
    covariance = np.linalg.pinv(information)
    se = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    p, sigma = 1.0 / (1.0 + math.exp(-best[0])), math.exp(best[2])
    return (p, float(best[1]), sigma), np.array([se[0] * p * (1.0 - p), se[1], se[2] * sigma])


def _hessian(loss: Any, at: Floats, step: float = 2e-3) -> Floats:
    size = len(at)
    out = np.empty((size, size))
    unit = np.eye(size) * step
    for i in range(size):
        for j in range(i, size):
            corners = loss(at + unit[i] + unit[j]) - loss(at + unit[i] - unit[j]) - loss(at - unit[i] + unit[j])
            out[i, j] = out[j, i] = (corners + loss(at - unit[i] - unit[j])) / (4.0 * step**2)
    return out
