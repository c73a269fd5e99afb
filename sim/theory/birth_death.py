"""Stationary law of a birth-and-death chain, such as the number of contacts in a room.

Source: W. Feller (1968), "An Introduction to Probability Theory and Its Applications" I, XVII.5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


def birth_death(births: ArrayLike, deaths: ArrayLike) -> Vector:
    """Probabilities of the states 0..K, shape (K + 1,).

    Formula: p(k) proportional to prod_{i<k} births[i] / deaths[i]; births[i] leads from i to i + 1 and
    deaths[i] from i + 1 back to i, both of shape (K,), deaths above 0. Taken outwards from the likeliest
    state, so that no product overflows; what underflows is 0.
    """
    up, down = np.asarray(births, dtype=float), np.asarray(deaths, dtype=float)
    with np.errstate(divide="ignore"):
        log_weight = np.concatenate([[0.0], np.cumsum(np.log(up) - np.log(down))])
    top = int(np.argmax(log_weight))
    above = np.cumprod(up[top:] / down[top:])
    below = np.cumprod(down[:top][::-1] / up[:top][::-1])[::-1]
    weight = np.concatenate([below, [1.0], above])
    return np.asarray(weight / weight.sum())
