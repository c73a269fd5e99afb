"""Laws of durations by maximum likelihood: exponential, lognormal, gamma, lognormal with short contacts, tables."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from sim.calibrate.fits.estimate import Estimate, Floats, on_log

SHORT_S = 10.0
"""a contact this short settled nothing"""
MOST_VALUES = 200_000
"""distances are measured on at most so many values of a sample"""
MOST_FOR_PARTS = 20_000
"""parts of a mixture are found on at most so many quantiles of the sample"""
AT = (0.0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7,
      0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)  # fmt: skip
"""probabilities of a table of quantiles"""


class Law(NamedTuple):
    """One law fitted to durations."""

    name: str
    asks: dict[str, Any]
    """as a scenario writes it"""
    parameters: dict[str, Estimate]
    free: int
    log_likelihood: float
    bic: float
    distance: float
    """largest gap between its distribution function and the sample's"""
    cdf: Any
    """its distribution function, a callable of seconds"""


def laws(values: Floats, mu_se: float = 0.0) -> list[Law]:
    """The laws that fit durations above 0 (seconds), best first by BIC = k ln n - 2 ln L (Schwarz 1978).

    `mu_se`: further standard error of the log scale, such as that of agents having been few.
    """
    fits = [exponential(values, mu_se), gamma(values, mu_se), lognormal(values, mu_se)]
    short = float((values < SHORT_S).mean())
    if 0.005 < short < 0.4 and len(values) >= 500:
        fits.append(with_short(values, mu_se))
    return sorted(fits, key=lambda law: law.bic)


def _law(name: str, asks: dict[str, Any], parameters: dict[str, Estimate], values: Floats, log_density: Floats,
         cdf: Any, free: int) -> Law:  # fmt: skip
    total, n = float(log_density.sum()) * (len(values) / len(log_density)), len(values)
    return Law(name, asks, parameters, free, total, free * math.log(n) - 2.0 * total, distance(values, cdf), cdf)


def distance(values: Floats, cdf: Any) -> float:
    """Kolmogorov's distance between a sample (in any order) and a distribution function, ties allowed."""
    ordered = np.sort(values)
    if len(ordered) > MOST_VALUES:
        ordered = ordered[:: len(ordered) // MOST_VALUES]
    last = np.concatenate((np.flatnonzero(np.diff(ordered)), [len(ordered) - 1]))
    upto = (last + 1.0) / len(ordered)
    # Whole seconds make steps: the law is compared in the middle of each.
    middle = np.concatenate(([0.0], upto[:-1])) / 2.0 + upto / 2.0
    return float(np.abs(middle - cdf(ordered[last])).max())


def exponential(values: Floats, mu_se: float = 0.0) -> Law:
    """Exponential: mean = sample mean, relative se 1 / sqrt(n)."""
    n, mean = len(values), float(values.mean())
    found = {"mean_s": on_log(mean, math.hypot(1.0 / math.sqrt(n), mu_se), n)}
    asks = {"kind": "exponential", "mean_s": mean}
    return _law("exponential", asks, found, values, -math.log(mean) - values / mean, lambda t: -np.expm1(-t / mean), 1)


def lognormal(values: Floats, mu_se: float = 0.0) -> Law:
    """Lognormal: mu and sigma of ln T; standard errors sigma / sqrt(n) and sigma / sqrt(2 n)."""
    from scipy.special import ndtr

    log = np.log(values)
    n, mu, sigma = len(values), float(log.mean()), max(float(log.std()), 1e-6)
    found = {
        "median_s": on_log(math.exp(mu), math.hypot(sigma / math.sqrt(n), mu_se), n),
        "sigma": on_log(sigma, 1.0 / math.sqrt(2.0 * n), n),
    }
    density = -log - math.log(sigma * math.sqrt(2.0 * math.pi)) - 0.5 * ((log - mu) / sigma) ** 2
    asks = {"kind": "lognormal", "median_s": math.exp(mu), "sigma": sigma}
    return _law("lognormal", asks, found, values, density, lambda t: ndtr((np.log(t) - mu) / sigma), 2)


def gamma(values: Floats, mu_se: float = 0.0) -> Law:
    """Gamma: shape a solves ln a - digamma(a) = ln(mean) - mean(ln); standard errors from Fisher's information.

    var(mean) = mean^2 / (a n), var(a) = a / (n (a trigamma(a) - 1)), cv = a^(-1/2).
    """
    from scipy.optimize import brentq
    from scipy.special import digamma, gammainc, gammaln, polygamma

    n, mean, log = len(values), float(values.mean()), np.log(values)
    gap = max(math.log(mean) - float(log.mean()), 1e-9)
    a = float(brentq(lambda x: math.log(x) - float(digamma(x)) - gap, 1e-3, 1e9))
    a = min(max(a, 1.0 / 30.0**2), 1.0 / 0.01**2)  # what a scenario's cv may be
    relative_a = math.sqrt(1.0 / (n * max(a * (a * float(polygamma(1, a)) - 1.0), 1e-12)))
    found = {
        "mean_s": on_log(mean, math.hypot(1.0 / math.sqrt(a * n), mu_se), n),
        "cv": on_log(a**-0.5, 0.5 * relative_a, n),
    }
    density = a * math.log(a / mean) - float(gammaln(a)) + (a - 1.0) * log - a / mean * values
    asks = {"kind": "gamma", "mean_s": mean, "cv": a**-0.5}
    return _law("gamma", asks, found, values, density, lambda t: gammainc(a, a / mean * np.asarray(t)), 2)


def with_short(values: Floats, mu_se: float = 0.0) -> Law:
    """A share p of short contacts, exponential with a small mean, beside a lognormal: EM (Dempster and others 1977).

    A scenario has it as a table of quantiles of the fitted law. Standard errors are those of the parts, each with
    its expected number of contacts.
    """
    from scipy.special import ndtr

    sample = _thinned(values)
    log = np.log(sample)
    p, short = float((sample < SHORT_S).mean()), SHORT_S / 3.0
    rest = log[sample >= SHORT_S]
    mu, sigma = float(rest.mean()), max(float(rest.std()), 1e-3)
    for _ in range(300):
        brief = p / short * np.exp(-sample / short)
        long = (1 - p) / (sample * sigma * math.sqrt(2 * math.pi)) * np.exp(-0.5 * ((log - mu) / sigma) ** 2)
        weight = brief / np.maximum(brief + long, 1e-300)
        before = p, short, mu, sigma
        p = float(weight.mean())
        short = min(float((weight * sample).sum() / max(weight.sum(), 1e-12)), 2.0 * SHORT_S)
        mu = float(((1 - weight) * log).sum() / (1 - weight).sum())
        sigma = math.sqrt(float(((1 - weight) * (log - mu) ** 2).sum() / (1 - weight).sum()))
        if np.allclose(before, (p, short, mu, sigma), rtol=1e-7):
            break
    brief = p / short * np.exp(-sample / short)
    long = (1 - p) / (sample * sigma * math.sqrt(2 * math.pi)) * np.exp(-0.5 * ((log - mu) / sigma) ** 2)
    n = len(values)

    def cdf(t: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(-p * np.expm1(-t / short) + (1 - p) * ndtr((np.log(t) - mu) / sigma))

    many = n * (1 - p)
    found = {
        "share_short": on_log(p, math.sqrt((1 - p) / (p * n)), n),
        "short_mean_s": on_log(short, 1.0 / math.sqrt(p * n), n),
        "median_s": on_log(math.exp(mu), math.hypot(sigma / math.sqrt(many), mu_se), n),
        "sigma": on_log(sigma, 1.0 / math.sqrt(2.0 * many), n),
    }
    top = math.exp(mu + 4.0 * sigma)
    grid = np.concatenate(([0.0], np.geomspace(0.01, top, 4000)))
    share = cdf(grid[1:])
    at = np.interp(AT, np.concatenate(([0.0], share / share[-1])), grid)
    mean = p * short + (1 - p) * math.exp(mu + 0.5 * sigma**2)
    asks = {"kind": "quantiles", "at": list(AT), "values_s": keep_mean(at, mean)}
    return _law("lognormal with short contacts", asks, found, values, np.log(brief + long), cdf, 4)


def table(values: Floats) -> dict[str, Any]:
    """The sample's quantiles as a scenario's distribution, with the sample's mean."""
    return {
        "kind": "quantiles",
        "at": list(AT),
        "values_s": keep_mean(np.quantile(values, AT), float(values.mean())),
    }


def keep_mean(values: Floats, mean: float) -> list[float]:
    """Quantiles at AT, all but the ends times one factor, so that the law linear in between has this mean.

    Straight lines between the quantiles of a convex tail would raise it.
    """
    inner = values.copy()
    inner[[0, -1]] = 0.0
    ends = values - inner
    factor = (mean - _mean(ends)) / _mean(inner) if _mean(inner) > 0 else 1.0
    stretched = ends + inner * max(factor, 0.0)
    return [round(float(one), 2) for one in np.maximum.accumulate(stretched)]


def _mean(values: Floats) -> float:
    """Of quantiles at AT, linear in between."""
    return float(np.sum(np.diff(AT) * (values[1:] + values[:-1]) / 2.0))


def mean_of(asks: dict[str, Any]) -> float:
    """Mean of one of these laws as a scenario writes it, seconds."""
    if asks["kind"] == "quantiles":
        return _mean(np.array(asks["values_s"]))
    if asks["kind"] == "lognormal":
        return float(asks["median_s"] * math.exp(0.5 * asks["sigma"] ** 2))
    return float(asks["mean_s"])


def scaled(asks: dict[str, Any], factor: float) -> dict[str, Any]:
    """One of these laws as a scenario writes it, with times that are `factor` times as long."""
    if asks["kind"] == "quantiles":
        return asks | {"values_s": [round(one * factor, 2) for one in asks["values_s"]]}
    key = "median_s" if asks["kind"] == "lognormal" else "mean_s"
    return asks | {key: asks[key] * factor}


def _thinned(values: Floats) -> Floats:
    if len(values) <= MOST_FOR_PARTS:
        return values
    return np.asarray(np.quantile(values, (np.arange(MOST_FOR_PARTS) + 0.5) / MOST_FOR_PARTS))
