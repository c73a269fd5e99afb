"""Simulated moments: patience and load for which a report, replayed, has its own abandonments and waits."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from sim.calibrate.fits.estimate import Estimate, Floats, on_log
from sim.calibrate.fits.replay import Replay, Told

REPLAYED = 100_000
"""contacts of all replays together, of which there are 3 to 8"""
SHORTEST_S, LONGEST_S = 5.0, 20_000.0
MOST_LOAD = 2.0
"""handle times are tried up to this many times those of the report, and down to the inverse"""
LOAD_SD, CV_SD = 0.02, 0.2
"""by how much (one standard deviation) agents and handle times may be off where nothing in the report tells waits, and
the handle times' coefficient of variation anyway: assumptions"""
USUAL_CV = 1.2
"""coefficient of variation of handle times where only their mean is known: the usual one of calls, an assumption"""
LEAST_DAYS = 8
"""from which the days' scatter tells the uncertainty, too"""
NEAR = 0.01
"""how far, in logs, the sums of the replays may be from the report's at the end"""
WAITS = {"waited": "the waits of those handled", "late": "the service level"}


class Found(NamedTuple):
    """What the search has found."""

    patience: Estimate
    load: Estimate | None
    """None where the report tells no waits: taken as reported"""
    by: str
    """the waits that were matched, in words; empty for none"""
    lost: Floats
    """abandoned in each interval, mean of the replays"""


class Search:
    """The search for a report's patience and load, or, where patience is known, for its load alone."""

    def __init__(self, told: Told, patience: Estimate | None = None, cv: float = USUAL_CV) -> None:
        self.told, self.patience = told, patience
        self.replays = int(min(max(REPLAYED // max(int(told.offered.sum()), 1), 3), 8))
        self.replay = Replay(told, cv, self.replays)
        _, self.number = np.unique(told.day, return_inverse=True)
        self.waits = next((name for name in WAITS if known(getattr(told, name), told.offered)), None)
        self.names = [*([] if patience else ["abandoned"]), *([self.waits] if self.waits else [])]
        self.actual = np.array([self._by_day(np.nan_to_num(getattr(told, name))) for name in self.names])

    def found(self) -> Found | None:
        """The solution; None where there is none inside the limits, or nothing to search for."""
        from scipy.optimize import root

        if not self.names:
            return None
        begin = np.zeros(len(self.names))
        if self.patience is None:
            begin[0] = math.log(self._guess())
        # Powell's hybrid method: differences of 2 % (MINPACK takes the square root) once, then Broyden's updates.
        at = root(self._off, begin, method="hybr", options={"xtol": 1e-3, "eps": 4e-4, "maxfev": 30}).x
        patience_s, load = self._knobs(at)
        inside = SHORTEST_S < patience_s < LONGEST_S and 1.0 / MOST_LOAD < load < MOST_LOAD
        if not inside or np.abs(self._off(at)).max() > NEAR:
            return None
        error, n = np.sqrt(np.diag(self._covariance(at))), len(self.told.start)
        patience = self.patience if self.patience is not None else on_log(patience_s, float(error[0]), n)
        found = on_log(load, float(error[-1]), n) if self.waits else None
        lost = self.replay(patience_s, load).abandoned.mean(axis=0)
        return Found(patience, found, WAITS[self.waits] if self.waits else "", lost)

    def _knobs(self, at: Floats) -> tuple[float, float]:
        """(patience in seconds, load) of what is searched, kept inside their limits."""
        rest = list(at)
        log_s = rest.pop(0) if self.patience is None else math.log(self.patience.known)
        patience = min(max(log_s, math.log(SHORTEST_S)), math.log(LONGEST_S))
        load = min(max(rest[0] if rest else 0.0, -math.log(MOST_LOAD)), math.log(MOST_LOAD))
        return math.exp(patience), math.exp(load)

    def _guess(self) -> float:
        """As if waits were exponential: those who hang up then wait as long as the others who wait."""
        lost = float(self.actual[0].sum())
        if self.waits != "waited":
            return 200.0
        served = max(float(self.told.offered.sum()) - lost, 1.0)
        guess = float(self.actual[1].sum()) * (1.0 + lost / served) / lost
        return min(max(guess, 2.0 * SHORTEST_S), 0.5 * LONGEST_S)

    def _by_day(self, column: Floats) -> Floats:
        return np.bincount(self.number, column).astype(np.float64)

    def _sums(self, at: Floats) -> Floats:
        """Shape (moments, replays, days)."""
        sums = self.replay(*self._knobs(at))
        return np.array([[self._by_day(row) for row in getattr(sums, name)] for name in self.names])

    def _off(self, at: Floats) -> Floats:
        means = self._sums(at).sum(axis=2).mean(axis=1)
        return np.asarray(np.log((means + 0.5) / (self.actual.sum(axis=1) + 0.5)))

    def _slope(self, at: Floats) -> Floats:
        step = 0.06 * np.eye(len(at))
        return np.array([(self._off(at + one) - self._off(at - one)) / 0.12 for one in step]).T

    def _covariance(self, at: Floats) -> Floats:
        """Of what is searched: by the days' distances from their replays, or by the replays' own scatter if larger."""
        sums, total = self._sums(at), self.actual.sum(axis=1)
        days = sums.shape[2]
        apart = (sums - sums.mean(axis=1, keepdims=True)).reshape(len(total), -1) / total[:, None]
        scatter = [apart @ apart.T / (self.replays - 1) * (1.0 + 1.0 / self.replays)]
        if days >= LEAST_DAYS:
            off = (self.actual - sums.mean(axis=1)) / total[:, None]
            scatter.append(off @ off.T * days / (days - 1))
        inverse = np.linalg.inv(self._slope(at))
        found: Floats = max((inverse @ one @ inverse.T for one in scatter), key=lambda one: float(one[0, 0]))
        for assumed in self._assumptions(at, sums):
            moved = inverse @ assumed
            found = found + np.outer(moved, moved)
        return found

    def _assumptions(self, at: Floats, sums: Floats) -> list[Floats]:
        """How the logs of the sums move if what is assumed is one standard deviation off."""
        usual = sums.sum(axis=(1, 2))
        other = Search(self.told, self.patience, USUAL_CV - CV_SD)._sums(at).sum(axis=(1, 2))
        found = [np.asarray(np.log((other + 0.5) / (usual + 0.5)))]
        if self.waits is None:
            patience_s, _ = self._knobs(at)
            more, less = (self.replay(patience_s, math.exp(step)).abandoned.sum() for step in (0.05, -0.05))
            found.append(np.array([math.log(more / less) / 0.1 * LOAD_SD]))
        return found


def known(column: Floats, weight: Any) -> bool:
    """Whether a column is told, and above 0 somewhere, where nearly all of the weight is."""
    there = np.isfinite(column)
    return float(weight[there].sum()) >= 0.99 * float(weight.sum()) and float(column[there].sum()) > 0.0
