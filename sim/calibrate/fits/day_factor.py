"""Day factor: how much whole days differ beyond chance, as the Gamma factor of a scenario's arrivals."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.calibrate.fits.estimate import Estimate, Floats, Ints, unknown

MOST = 25.0
"""largest variance looked at: a standard deviation of 500 %"""
DROP = 1.920729410347062
"""how far the log-likelihood falls at the ends of a 95 % interval: half the chi-square quantile of 1 degree"""


class DayFactor(NamedTuple):
    """The factor on whole days: Gamma with mean 1 and this variance; shape = 1 / variance."""

    variance: Estimate
    shape: Estimate
    """of the scenario's `day_factor_shape`; inf where days differ no more than chance has it"""
    at: Floats
    """variances at which the likelihood was looked at, for drawing"""
    likelihood: Floats
    """relative to its maximum, 0 to 1"""
    observed: Floats
    """each day's count over its weekday's mean, in the order of the days given"""


def fit_day_factor(total: Floats, group: Ints) -> DayFactor:
    """The variance v of the day factor from the days' counts; days of one group (weekday) have one mean.

    A day's count is Poisson with mean m times Gamma(1/v, v), hence negative binomial with variance m + v m^2. v by
    maximum of the profile likelihood, less Cox and Reid's half log determinant of the means' information, sum over
    groups of log(n m / (1 + v m)) / 2: without it v comes out too small by about (n - 1) / n, n days a group. Its
    interval is where that likelihood is at most 1.92 below the maximum. Sources: Jongbloed and Koole (2001), Applied
    Stochastic Models in Business and Industry 17 (the model); Cox and Reid (1987), JRSS B 49; McCarthy, Chen and
    Smyth (2012), Nucleic Acids Research 40 (for negative binomial counts). Groups of one day tell nothing.
    """
    total = np.asarray(total, dtype=np.float64)
    mean = np.zeros(len(total))
    sizes, means = [], []
    used = np.zeros(len(total), dtype=bool)
    for one in np.unique(group):
        own = group == one
        mean[own] = total[own].mean()
        if own.sum() > 1 and mean[own][0] > 0.0:
            used |= own
            sizes.append(int(own.sum()))
            means.append(float(mean[own][0]))
    observed = np.divide(total, mean, out=np.ones_like(total), where=mean > 0.0)
    if not sizes:
        reason = "no weekday has two days: how much days differ cannot be told"
        return DayFactor(unknown(reason), unknown(reason), np.empty(0), np.empty(0), observed)
    loss = _Loss(total[used], mean[used], np.array(sizes, dtype=np.float64), np.array(means))
    value = loss.best()
    least = loss(value)
    low, high = loss.crossing(value, least + DROP)
    n = int(used.sum())
    note = f"{n} days; Gamma-Poisson by maximum likelihood, adjusted for the weekdays' means; profile interval"
    at = np.linspace(0.0, min(MOST, 1.5 * high + 1e-9), 121)
    likelihood = np.exp(least - np.array([loss(v) for v in at]))
    variance = Estimate(value, low, high, (high - low) / 3.92, n, note)
    return DayFactor(variance, shape_of(variance), at, np.minimum(likelihood, 1.0), observed)


def shape_of(variance: Estimate) -> Estimate:
    """The Gamma shape of a variance: 1 / v; its interval is that of v turned round."""
    if variance.value is None:
        return variance
    value, low, high = variance.value, variance.low or 0.0, variance.high or math.inf
    shape = 1.0 / value if value > 0.0 else math.inf
    se = (variance.se or 0.0) / value**2 if value > 0.0 else None
    return Estimate(shape, 1.0 / high if high > 0 else math.inf, 1.0 / low if low > 0 else math.inf, se, variance.n,
                    variance.note)  # fmt: skip


class _Loss(NamedTuple):
    """Minus the adjusted profile log-likelihood as a function of v."""

    total: Floats
    mean: Floats
    sizes: Floats
    means: Floats

    def __call__(self, v: float) -> float:
        from scipy.special import gammaln

        n, m = self.total, self.mean
        if v < 1e-8:
            log_likelihood = float(np.sum(n * np.log(m) - m - gammaln(n + 1.0)))
        else:
            a = 1.0 / v
            terms = gammaln(n + a) - gammaln(a) - gammaln(n + 1.0) + n * np.log(m * v) - (n + a) * np.log1p(m * v)
            log_likelihood = float(np.sum(terms))
        information = np.log(self.sizes * self.means / (1.0 + v * self.means))
        return 0.5 * float(information.sum()) - log_likelihood

    def best(self) -> float:
        from scipy.optimize import minimize_scalar

        grid = np.concatenate(([0.0], np.geomspace(1e-6, MOST, 60)))
        k = int(np.argmin([self(v) for v in grid]))
        low, high = grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)]
        found = minimize_scalar(self, bounds=(low, high), method="bounded", options={"xatol": 1e-9})
        return float(found.x) if self(float(found.x)) < self(0.0) else 0.0

    def crossing(self, best: float, level: float) -> tuple[float, float]:
        """Where the loss passes a level left and right of the best v; 0 and MOST where it does not."""
        from scipy.optimize import brentq

        def above(v: float) -> float:
            return self(v) - level

        low = 0.0 if above(0.0) <= 0.0 else float(brentq(above, 0.0, best, xtol=1e-12))
        high = MOST if above(MOST) <= 0.0 else float(brentq(above, best, MOST, xtol=1e-12))
        return low, high
