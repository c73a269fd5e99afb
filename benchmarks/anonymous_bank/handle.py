"""How long services take, as tables of quantiles that keep the measured mean."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np

AT = (0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925,
      0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 1.0)
SHORT_S = 10


class Handle(NamedTuple):
    """values_s: quantiles at AT. The rest describes the sample; the lognormal is that of the services that are
    not short."""

    values_s: list[float]
    services: int
    mean_s: float
    mean_se_s: float
    cv: float
    short: float
    log_mean: float
    log_sd: float
    distance: float
    """Largest gap between the distribution of the services that are not short and their lognormal."""
    stretch: float
    """Factor on the table's inner points that makes its mean the sample's mean."""


def fit_handle(talk_s: np.ndarray) -> Handle:
    """A queue's service times.

    Services under 10 s (agents who hang up, and callers who leave while it rings) are kept in the table: the call
    counts as answered in the log, it is over, and it took the agent's time. The others are close to lognormal
    (distance 0.02, prospective calls 0.04), but a table needs no law. Straight lines between quantiles of a convex tail
    raise the mean: all points but the ends are stretched by one factor, which is written down.
    """
    talk = np.sort(talk_s.astype(float))
    values = np.quantile(talk, AT)
    inner = values.copy()
    inner[[0, -1]] = 0
    stretch = float((talk.mean() - _mean(values - inner)) / _mean(inner))
    values[1:-1] *= stretch
    log = np.log(talk[talk >= SHORT_S])
    return Handle([round(value, 1) for value in values.tolist()], len(talk), float(talk.mean()),
                  float(talk.std() / np.sqrt(len(talk))), float(talk.std() / talk.mean()),
                  float((talk < SHORT_S).mean()), float(log.mean()), float(log.std()), _distance(log), stretch)


def _mean(values: np.ndarray) -> float:
    """Mean of the law that is linear between the quantiles."""
    return float(np.sum(np.diff(AT) * (values[1:] + values[:-1]) / 2))


def _distance(log: np.ndarray) -> float:
    from scipy.stats import kstest

    return float(kstest(log, "norm", args=(log.mean(), log.std())).statistic)
