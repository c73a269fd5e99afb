"""Wrap-up that is not on record: how long an agent needs between two contacts when somebody is waiting."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.calibrate.fits.estimate import Flags, Floats

SHORT_S = 60.0
"""Wrap-up takes up to a minute; an agent who has taken nobody by then, although somebody waits, has gone away."""
AT_S = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0)
LEAST = 100


class Wrap(NamedTuple):
    """Wrap-up as read from the pauses."""

    asks: dict[str, Any] | None
    """as a scenario writes it"""
    mean_s: float
    se_s: float
    late: float
    """share of contacts after which the agent takes nobody for a minute, although somebody waits: absences"""
    services: int
    at: Floats
    shares: Floats
    """P(wrap-up <= at), for drawing"""
    note: str


def fit_wrap(pauses: list[tuple[Floats, Flags]]) -> Wrap:
    """Wrap-up from (seconds, taken up) of pauses that begin while callers stand in the agent's queues.

    A pause ends with the next contact (taken up), or is censored when the queue empties first: without that the short
    ones would be over-represented. Kaplan-Meier; its part up to a minute as a law of its own, what is longer is an
    absence. With fewer than 100 such pauses wrap-up counts as none, which the note says.
    """
    seconds = np.concatenate([pause for pause, _ in pauses] or [np.empty(0)])
    taken = np.concatenate([event for _, event in pauses] or [np.empty(0, dtype=bool)])
    at = np.array(AT_S)
    if taken.sum() < LEAST:
        note = f"not on record, and only {int(taken.sum())} contacts were taken up while somebody waited: none assumed"
        return Wrap(None, 0.0, 0.0, 0.0, len(seconds), at, np.ones(len(at)), note)
    order = np.argsort(seconds, kind="stable")
    seconds, taken = seconds[order], taken[order]
    risk = len(seconds) - np.searchsorted(seconds, seconds, side="left")
    still = np.cumprod(np.where(taken, 1.0 - 1.0 / np.maximum(risk, 1), 1.0))
    place = np.searchsorted(seconds, at, side="right") - 1
    gone = 1.0 - np.where(place >= 0, still[np.maximum(place, 0)], 1.0)
    gone[0] = 0.0
    shares = np.maximum.accumulate(gone / max(gone[-1], 1e-12))
    distinct = np.concatenate((np.diff(shares) > 1e-6, [True]))
    distinct[0] = True
    points, values = shares[distinct], at[distinct]
    points[-1] = 1.0
    mean = float(np.sum(np.diff(points) * (values[1:] + values[:-1]) / 2.0))
    square = float(np.sum(np.diff(points) * (values[1:] ** 2 + values[1:] * values[:-1] + values[:-1] ** 2) / 3.0))
    se = float(np.sqrt(max(square - mean**2, 0.0) / taken.sum()))
    asks = {"kind": "quantiles", "at": [round(float(p), 5) for p in points], "values_s": values.tolist()}
    note = (
        f"not on record; from {len(seconds)} contacts that ended while somebody waited: mean {mean:.1f} s (se {se:.1f})"
    )
    return Wrap(asks, mean, se, float(1.0 - gone[-1]), len(seconds), at, shares, note)
