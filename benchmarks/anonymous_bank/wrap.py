"""How long an agent needs between two services when somebody is waiting."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np

SHORT_S = 60
"""Wrap-up takes up to a minute; an agent who has taken nobody by then, although somebody waits, has gone away."""
AT_S = (0, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60)


class Wrap(NamedTuple):
    """values_s with the probabilities `at`, linear in between; mean_s of that table; late: share of services after
    which the agent takes nobody for SHORT_S although somebody waits; still: by second 0..59 after a service, the
    share of agents who still wrap up, absences apart."""

    at: list[float]
    values_s: list[int]
    mean_s: float
    late: float
    still: np.ndarray
    services: int


def fit_wrap(pauses: list[tuple[np.ndarray, np.ndarray]]) -> Wrap:
    """Wrap-up from pauses that begin while callers stand in the queue: (seconds, taken up) of each.

    A pause ends with the next service (taken up), or is censored when the queue empties first: without that the
    short ones would be over-represented. Kaplan-Meier, then the part up to SHORT_S as a law of its own: what is
    longer is an absence.
    """
    seconds = np.concatenate([pause for pause, _ in pauses])
    taken = np.concatenate([event for _, event in pauses])
    span = SHORT_S + 1
    events = np.bincount(np.minimum(seconds[taken], span), minlength=span + 1)
    ended = np.bincount(np.minimum(seconds, span), minlength=span + 1)
    risk = len(seconds) - np.concatenate([[0], np.cumsum(ended)[:-1]])
    gone = 1 - np.cumprod(1 - events / np.maximum(risk, 1))
    law = gone[:span] / gone[SHORT_S]
    at = [0.0, *(float(law[t]) for t in AT_S[1:])]
    mean = sum((b - a) * (x + y) / 2 for a, b, x, y in zip(at, at[1:], AT_S, AT_S[1:], strict=False))
    return Wrap([round(share, 4) for share in at], list(AT_S), mean, float(1 - gone[SHORT_S]), 1 - law[:SHORT_S],
                len(seconds))
