"""Patience: how long callers are willing to wait, from waits that most of the time are cut short by an answer."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Estimate, Floats, Ints, on_log, share_of, unknown
from sim.calibrate.fits.place import Place, callers_ahead, fit_place

if TYPE_CHECKING:
    from sim.distributions import PiecewiseHazard

LEAST = 20
"""hang-ups from which a law is fitted"""
LEAST_IN_PIECE = 25
"""hang-ups in each piece of a hazard: a standard error of 20 % at most"""
PIECES = (4, 8, 16, 24)
"""numbers of pieces tried"""
EXACT = 5_000
"""more waits than this are put together where they differ by less than 0.25 %, which changes no figure shown"""


class PatienceLaw(NamedTuple):
    """One law fitted to censored waits."""

    name: str
    asks: dict[str, Any]
    """as a scenario writes it"""
    parameters: dict[str, Estimate]
    aic: float
    survival: Any
    """its survival function, a callable of seconds"""


class Patience(NamedTuple):
    """Patience of one queue's callers."""

    queue: str
    asks: dict[str, Any] | None
    chosen: str
    parameters: dict[str, Estimate]
    mean: Estimate
    """seconds waited for each hang-up: the mean patience, were it exponential"""
    balk: Estimate
    """share of those who would have had to wait that left at once (0 s)"""
    hang_ups: int
    waits: int
    laws: tuple[PatienceLaw, ...]
    """all that were tried, best first"""
    at: Floats
    kaplan_meier: Floats
    low: Floats
    high: Floats
    """95 % band of the share still willing at these seconds"""
    fitted: Floats
    note: str
    place: Place | None = None
    """how it depends on the callers ahead; the law is then that of callers with fewer ahead than the first step"""
    by_place: tuple[Curve, ...] = ()
    """those still willing, by group of callers ahead, where it does"""

    def expected(self, wait: Floats, ahead: Ints) -> Floats:
        """Expected hang-ups of callers who waited so many seconds, behind so many: the hazard summed up."""
        assert self.asks is not None
        with np.errstate(divide="ignore"):
            summed = -np.log(self.laws[0].survival(wait))
        return np.asarray(summed if self.place is None else summed * self.place.ratios[self.place.group(ahead)])


class Curve(NamedTuple):
    """Share of some callers still willing to wait."""

    said: str
    at: Floats
    kaplan_meier: Floats
    fitted: Floats


def fit_patience(contacts: pl.DataFrame, queue: str) -> Patience:
    """The law of patience of those who waited; who was answered is censored at the wait.

    Valid as long as patience does not depend on the wait that was in store. Who is put through at once shows nothing.
    Kaplan-Meier with Greenwood's log-log bands; exponential, Weibull, lognormal by maximum likelihood (lifelines), and
    hazards constant between quantiles of the hang-ups' waits (hang-ups / seconds waited, 25 hang-ups a piece and
    more); the best by AIC (Akaike 1974). Where the number of callers ahead tells more (`fit_place`), the law is a
    piecewise hazard with ratios by that number. Hang-ups after exactly 0 s are balking where the log has fractions of
    seconds; where it has whole seconds, half a second is added to every wait.
    Sources: Mandelbaum and Zeltyn (2013), Manufacturing & Service Operations Management 15; Davidson-Pilon,
    lifelines, JOSS 4 (2019).
    """
    own = contacts.filter(
        (pl.col("queue") == queue) & pl.col("outcome").is_in(["handled", "abandoned"]) & (pl.col("wait_s") >= 0.0)
    )
    wait, gone = own["wait_s"].to_numpy(), (own["outcome"] == "abandoned").to_numpy()
    ahead = callers_ahead(own)
    whole = bool(np.all(wait == np.floor(wait))) if len(wait) else False
    if whole:
        balk = unknown("waits are in whole seconds: who left at once cannot be told from who left in the first one")
        queued = (wait > 0.0) | gone
        wait = wait + 0.5
    else:
        at_once = int((gone & (wait == 0.0)).sum())
        queued = wait > 0.0
        balk = share_of(at_once, at_once + int(queued.sum()), "left after 0 s, of all who met no free agent")
    wait, gone, ahead = wait[queued], gone[queued], ahead[queued]
    events = int(gone.sum())
    if events < LEAST:
        blank = np.empty(0)
        reason = f"{events} hang-ups among {len(wait)} waits: too few for a law of patience"
        return Patience(queue, None, "", {}, unknown(reason, len(wait)), balk, events, len(wait), (), blank, blank,
                        blank, blank, blank, reason)  # fmt: skip
    seconds, event, weight = _grouped(wait, gone)
    tried = sorted([*_parametric(seconds, event, weight), *_piecewise(wait, gone)], key=lambda law: law.aic)
    place = fit_place(wait, gone, ahead, tuple(_starts(wait[gone])), tried[0].aic)
    if place is not None:
        tried.insert(0, _told(place))
    best = tried[0]
    at, km, low, high = _kaplan_meier(seconds, event, weight)
    mean = on_log(float(wait.sum()) / events, 1.0 / math.sqrt(events), len(wait))
    note = f"{events} hang-ups among {len(wait)} waits; {best.name} by AIC"
    fitted = np.asarray(best.survival(at))
    by_place = () if place is None else _by_place(place, wait, gone, ahead, best.survival)
    if place is not None:
        share = np.bincount(place.group(ahead), minlength=len(place.ratios)) / len(ahead)
        fitted = np.asarray((fitted[:, None] ** place.ratios) @ share)
    return Patience(queue, best.asks, best.name, best.parameters, mean, balk, events, len(wait), tuple(tried), at, km,
                    low, high, fitted, note, place, by_place)  # fmt: skip


def _told(place: Place) -> PatienceLaw:
    """The law of those with few ahead, and the ratios of the others."""
    law = _piecewise_law(place.from_s, place.per_s)
    parameters = {f"per_s from {low:g} s": rate for low, rate in zip(place.from_s, place.rates, strict=True)}
    parameters |= {
        f"hazard ratio from {step} ahead": one for step, one in zip(place.ahead, place.hazard, strict=True)
    }
    name = f"piecewise hazard ({len(place.from_s)}) by callers ahead"
    return PatienceLaw(name, _asks(law), parameters, place.aic, law.survival)


def _by_place(place: Place, wait: Floats, gone: Any, ahead: Ints, survival: Any) -> tuple[Curve, ...]:
    group, found = place.group(ahead), []
    for g, ratio in enumerate(place.ratios):
        own = group == g
        at, km, _, _ = _kaplan_meier(wait[own], gone[own].astype(int), np.ones(int(own.sum())))
        low = 0 if g == 0 else place.ahead[g - 1]
        high = place.ahead[g] - 1 if g < len(place.ahead) else None
        said = f"{low} and more" if high is None else f"{low}" if low == high else f"{low} to {high}"
        found.append(Curve(said, at, km, np.asarray(survival(at)) ** ratio))
    return tuple(found)


def _grouped(wait: Floats, gone: Any) -> tuple[Floats, Any, Any]:
    """Waits, whether they ended in hanging up, and how many there are of each."""
    if len(wait) <= EXACT:
        return wait, gone.astype(int), np.ones(len(wait))
    fine = np.round(400.0 * np.log(np.maximum(wait, 1e-6))).astype(np.int64)
    key, weight = np.unique(fine * 2 + gone, return_counts=True)
    return np.exp((key // 2) / 400.0), (key % 2).astype(int), weight.astype(np.float64)


def _parametric(seconds: Floats, event: Any, weight: Any) -> list[PatienceLaw]:
    from lifelines import ExponentialFitter, LogNormalFitter, WeibullFitter

    n, found = int(weight.sum()), []
    scale = float((seconds * weight).sum() / (event * weight).sum())
    for name, fitter in (("exponential", ExponentialFitter()), ("weibull", WeibullFitter()),
                         ("lognormal", LogNormalFitter())):  # fmt: skip
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitter.fit(seconds / scale, event, weights=weight)  # near 1, where its search does well
        except Exception:  # lifelines raises its own and SciPy's where a law cannot be fitted: the others remain
            continue
        coef, se = fitter.summary["coef"].to_numpy(), fitter.summary["se(coef)"].to_numpy()
        if not np.all(np.isfinite(se)):
            continue
        found.append(_as_law(name, coef, se, scale, n, _aic(name, coef, seconds / scale, event, weight, scale)))
    return [law for law in found if law is not None]


def _as_law(name: str, coef: Floats, se: Floats, scale: float, n: int, aic: float) -> PatienceLaw | None:
    from sim.distributions import Exponential, Lognormal, Weibull

    first, second = float(coef[0]), float(coef[-1])
    if name == "exponential":
        mean = first * scale
        asks: dict[str, Any] = {"kind": "exponential", "mean_s": mean}
        parameters = {"mean_s": on_log(mean, float(se[0]) / first, n)}
        survival = Exponential(kind="exponential", mean_s=mean).survival
    elif name == "weibull":
        if not 0.05 <= second <= 100.0:
            return None
        asks = {"kind": "weibull", "scale_s": first * scale, "shape": second}
        parameters = {
            "scale_s": on_log(first * scale, float(se[0]) / first, n),
            "shape": on_log(second, float(se[1]) / second, n),
        }
        survival = Weibull(kind="weibull", scale_s=first * scale, shape=second).survival
    else:
        median = math.exp(first) * scale
        if second > 10.0 or not 0.0 < median < 1e8:
            return None
        asks = {"kind": "lognormal", "median_s": median, "sigma": second}
        parameters = {"median_s": on_log(median, float(se[0]), n), "sigma": on_log(second, float(se[1]) / second, n)}
        survival = Lognormal(kind="lognormal", median_s=median, sigma=second).survival
    return PatienceLaw(name, asks, parameters, aic, survival)


def _aic(name: str, coef: Floats, x: Floats, event: Any, weight: Any, scale: float) -> float:
    """2 k - 2 ln L, with L in units of 1 / s whatever the scale that was fitted in."""
    from scipy.special import log_ndtr

    first, second = float(coef[0]), float(coef[-1])
    if name == "exponential":
        log_h, log_s = np.full(len(x), -math.log(first)), -x / first
    elif name == "weibull":
        log_s = -((x / first) ** second)
        log_h = math.log(second / first) + (second - 1.0) * np.log(x / first)
    else:
        z = (np.log(x) - first) / second
        log_s = log_ndtr(-z)
        log_h = -np.log(x * second * math.sqrt(2 * math.pi)) - 0.5 * z**2 - log_s
    log_likelihood = float(weight @ (event * (log_h - math.log(scale)) + log_s))
    return 2.0 * len(coef) - 2.0 * log_likelihood


def _piecewise(wait: Floats, gone: Any) -> list[PatienceLaw]:
    """Piecewise constant hazards: maximum likelihood is hang-ups over seconds waited in each piece."""
    n, found = len(wait), []
    ends = wait[gone]
    for start in _starts(ends):
        edges = np.append(start, np.inf)
        hung = np.histogram(ends, edges)[0].astype(np.float64)
        upto = np.array([np.minimum(wait, edge).sum() for edge in edges])
        spent = np.diff(upto)
        hazard = hung / spent
        with np.errstate(divide="ignore", invalid="ignore"):
            log_likelihood = float(np.where(hung > 0, hung * np.log(hazard), 0.0).sum() - hung.sum())
        parameters = {
            f"per_s from {low:g} s": on_log(float(rate), 1.0 / math.sqrt(max(many, 1.0)), n, f"{many:.0f} hang-ups")
            for low, rate, many in zip(start, hazard, hung, strict=True)
        }
        law = _piecewise_law(start, hazard)
        # The places of the edges are read from the data, too: each costs a parameter.
        aic = 2.0 * (2 * len(start) - 1) - 2.0 * log_likelihood
        found.append(PatienceLaw(f"piecewise hazard ({len(start)})", _asks(law), parameters, aic, law.survival))
    return found


def _starts(ends: Floats) -> list[Floats]:
    """Where the pieces of a hazard may begin: quantiles of the waits that ended in hanging up."""
    found: dict[int, Floats] = {}
    for pieces in PIECES:
        pieces = min(pieces, len(ends) // LEAST_IN_PIECE)
        if pieces < 2:
            break
        start = np.unique(np.round(np.quantile(ends, np.arange(pieces) / pieces), 1))
        start[0] = 0.0
        if len(start) >= 2:
            found.setdefault(len(start), start)
    return list(found.values())


def _piecewise_law(start: Floats, hazard: Floats) -> PiecewiseHazard:
    from sim.distributions import PiecewiseHazard

    return PiecewiseHazard(kind="piecewise_hazard", from_s=tuple(start.tolist()), per_s=tuple(hazard.tolist()))


def _asks(law: PiecewiseHazard) -> dict[str, Any]:
    return {"kind": law.kind, "from_s": list(law.from_s), "per_s": list(law.per_s)}


def _kaplan_meier(seconds: Floats, event: Any, weight: Any) -> tuple[Floats, Floats, Floats, Floats]:
    from lifelines import KaplanMeierFitter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = KaplanMeierFitter().fit(seconds, event, weights=weight)
    # Shown at up to 300 times, as far as 20 still stood in the queue.
    left = fit.event_table["at_risk"].to_numpy()
    times = fit.event_table.index.to_numpy()
    last = float(times[left >= min(20, left.max())][-1])
    at = np.unique(np.concatenate(([0.0], np.quantile(seconds[event == 1], np.linspace(0, 1, 300)))))
    at = at[at <= last]
    band = fit.confidence_interval_
    place = np.searchsorted(band.index.to_numpy(), at, side="right") - 1
    curve = fit.survival_function_.to_numpy()[:, 0]
    return at, curve[place], band.to_numpy()[place, 0], band.to_numpy()[place, 1]
