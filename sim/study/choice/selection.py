"""Selection: which of several systems is best, with a stated chance of being right, in few observations.

The procedure is KN of Kim and Nelson (2001), as sim-tools has it. Systems are observed side by side; one that is
behind by more than chance explains is not observed any more. What counts is the variance of differences between
systems, so common random numbers make it short.

Source: Kim, Nelson 2001, A fully sequential procedure for indifference-zone selection in simulation, ACM TOMACS 11.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from sim.loading.refusal import Refused
from sim.study.variants import Floats

WITHOUT = 'choosing needs sim-tools: pip install "tightrope[optimize]"'


class Selection(NamedTuple):
    """What a selection has come to."""

    left: tuple[int, ...]
    """systems that may be best: one when it is decided, or several that are exactly level; else those that must be
    observed further"""
    used: tuple[int, ...]
    """observations of each system that the procedure has used"""
    decided: bool


def select(observations: Sequence[Floats], zone: float, alpha: float, first: int) -> Selection:
    """The best of several systems as far as these observations of each (more is better) can tell.

    Where observations are normal (systems may depend on each other) and the best is ahead of all others by at least
    `zone`, it is selected with a probability of at least 1 - alpha; where others are nearer than that, one of those
    is. `first` observations of each estimate the variances. Undecided, observe what is `left` further and ask again:
    the same observations lead to the same place. Raises Refused without sim-tools.
    """
    if len(observations) == 1:
        return Selection((0,), (0,), True)
    procedure = _kn()(_Told(observations), len(observations), zone, alpha, first, "max")
    try:
        left = procedure.solve()
        decided = True
    except _Spent:
        left, decided = procedure._contenders, False
    return Selection(tuple(int(each) for each in left), tuple(int(n) for n in procedure._allocations), decided)


def above(observations: Floats, limit: float, alpha: float, looks: Sequence[int]) -> bool | None:
    """Whether the mean of a system is above a limit, None where these observations cannot tell.

    A two-sided t test at each look, at so many observations; the k-th of them at alpha / (k (k + 1)), which all
    together is alpha. So it is right with a probability of at least 1 - alpha where observations are normal, however
    near the mean is to the limit, and however many looks there will be. Source of spending error rate over looks:
    Lan, DeMets 1983, Discrete sequential boundaries for clinical trials, Biometrika 70.
    """
    from scipy.special import stdtr

    for k, n in enumerate(looks, start=1):
        if n > len(observations):
            break
        own = observations[:n]
        mean, error = float(own.mean()) - limit, float(own.std(ddof=1)) / math.sqrt(n)
        if error <= 0.0:
            continue  # all the same so far: the next look may know more
        if 2.0 * stdtr(n - 1.0, -abs(mean) / error) < alpha / (k * (k + 1)):
            return mean > 0.0
    return None


class _Spent(Exception):
    """There are no more observations."""


class _Told:
    """What sim-tools asks of a simulation: one observation more of a system, told to who observes."""

    def __init__(self, observations: Sequence[Floats]) -> None:
        self._observations = observations
        self._told = [0] * len(observations)

    def register_observer(self, observer: Any) -> None:
        """Who is to be told."""
        self._observer = observer

    def simulate(self, system: int) -> None:
        """One observation more of a system."""
        number, own = self._told[system], self._observations[system]
        if number >= len(own):
            raise _Spent
        self._told[system] = number + 1
        self._observer.feedback(self, system, float(own[number]))


@cache
def _kn() -> Any:
    """KN of sim-tools, set right in two places."""
    try:
        from sim_tools.ovs.indifference_zone import KN
    except ImportError:
        raise Refused(WITHOUT) from None

    class OfPairs(KN):  # type: ignore[misc]
        """sim-tools 1.3 looks the variance of a pair up in a flat list, at a place that is another pair's where the
        second system is the one with the lower number; and it never ends where systems are exactly level."""

        def _calc_variance_of_differences(self) -> Floats:
            differences = self._init_obs[:, None] - self._init_obs
            variances: Floats = differences.var(axis=-1, ddof=1)
            return variances

        def _limit_to_distance_from_sample_means(self, one: int, other: int) -> float:
            variance = float(self._variance_of_diffs[one, other])
            return float(
                max(0.0, self._delta / (2 * self._r) * (self._h_squared * variance / self._delta**2 - self._r))
            )

        def _stopping(self) -> bool:
            left = self._contenders
            if len(left) == 1:
                return True
            if self._r < self._n_0:
                return False
            means = self._means[left]
            level = bool(np.ptp(means) <= 1e-12 * max(float(np.abs(means).max()), self._delta))
            variance = float(self._variance_of_diffs[np.ix_(left, left)].max())
            return level and self._h_squared * variance <= self._delta**2 * self._r

    return OfPairs
