"""How long callers are willing to wait, from waits cut short by being answered."""
from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

GRID_S = (0, 2, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 100, 120, 150, 180, 240, 300, 400, 600, 900)
LEAST_EVENTS = 25
"""Cells are joined until each has this many hang-ups: a standard error of at most 20 % of its hazard."""


class Patience(NamedTuple):
    """A piecewise-constant hazard: per_s[k] from from_s[k] on, the last one for ever."""

    from_s: list[int]
    per_s: list[float]
    hang_ups: list[int]
    waits: int
    survival: dict[int, tuple[float, float, float]]
    """Seconds: (share still willing by Kaplan-Meier, its standard error by Greenwood, share by the hazard)."""
    mean_s: float


def fit_patience(calls: pl.DataFrame) -> Patience:
    """Patience of the callers of one queue.

    Only those who stood in the queue are counted: a caller who is put through at once has shown nothing about
    their patience (censored at 0, weight 0). Those who were answered are censored at their wait. That is valid
    as long as a caller's patience does not depend on the wait that the queue had in store for them: within a
    queue by priority that is assumed. Hang-ups in the first seconds stay in: only a caller who must wait can
    hang up then, in the log as in the model. Times are whole seconds, so half a second is added to each.
    Hazard of a cell = hang-ups / seconds waited in it (maximum likelihood).
    """
    queued = calls.filter(pl.col("queued"))
    wait = queued["wait_s"].to_numpy() + 0.5
    hung = ~queued["answered"].to_numpy()
    edges = np.array([*GRID_S, np.inf])
    events = np.histogram(wait[hung], edges)[0]
    exposed = np.array([np.clip(wait - low, 0, high - low).sum()
                        for low, high in pairwise(edges)])
    starts, joined, seconds = _join(events, exposed)
    hazards = [count / second for count, second in zip(joined, seconds, strict=True)]
    survival = {at: (*_kaplan_meier(wait, hung, at), _survivor(starts, hazards, at)) for at in (10, 60, 180, 600)}
    return Patience(starts, hazards, joined, len(wait), survival, _mean(starts, hazards))


def _join(events: np.ndarray, exposed: np.ndarray) -> tuple[list[int], list[int], list[float]]:
    """Cells joined from the left until each has LEAST_EVENTS; a poor rest joins the last cell."""
    starts: list[int] = []
    joined: list[int] = []
    seconds: list[float] = []
    fresh = True
    for start, count, second in zip(GRID_S, events.tolist(), exposed.tolist(), strict=True):
        if fresh:
            starts.append(start)
            joined.append(0)
            seconds.append(0.0)
        joined[-1] += count
        seconds[-1] += second
        fresh = joined[-1] >= LEAST_EVENTS
    if joined[-1] < LEAST_EVENTS and len(joined) > 1:
        count, second = joined.pop(), seconds.pop()
        starts.pop()
        joined[-1] += count
        seconds[-1] += second
    return starts, joined, seconds


def _kaplan_meier(wait: np.ndarray, hung: np.ndarray, at: float) -> tuple[float, float]:
    """Kaplan-Meier survivor at a time, and Greenwood's standard error."""
    times, counts = np.unique(wait[hung & (wait <= at)], return_counts=True)
    risk = np.array([(wait >= time).sum() for time in times])
    alive = float(np.prod(1 - counts / risk))
    return alive, alive * float(np.sqrt(np.sum(counts / (risk * (risk - counts)))))


def _survivor(starts: list[int], hazards: list[float], at: float) -> float:
    edges = np.array([*starts, np.inf])
    return float(np.exp(-sum(hazard * np.clip(at - low, 0, high - low)
                             for hazard, low, high in zip(hazards, edges[:-1], edges[1:], strict=True))))


def _mean(starts: list[int], hazards: list[float]) -> float:
    """Mean of the fitted law; the tail beyond the log's waits is the last hazard's."""
    mean = 0.0
    for k, (low, hazard) in enumerate(zip(starts, hazards, strict=True)):
        alive = _survivor(starts, hazards, low)
        length = starts[k + 1] - low if k + 1 < len(starts) else np.inf
        mean += alive * -float(np.expm1(-hazard * length)) / hazard
    return mean
