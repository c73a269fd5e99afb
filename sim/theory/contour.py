"""Inverse Laplace transforms on a Talbot contour: how a Markov chain is carried forward in time exactly.

With resolvent R(z) = (z - A)^-1, the law at time t is the inverse transform of R(z) v and its integral over
[0, t] that of R(z) v / z, so a handful of linear solutions replaces the thousands of steps of a Kolmogorov
equation. The eigenvalues must lie on (or near) the negative real axis, as those of birth-and-death chains do.
Source: L. N. Trefethen, J. A. C. Weideman and T. Schmelzer (2006), "Talbot quadratures and rational
approximations", BIT Numerical Mathematics 46: the error falls like 3.89^-N; 28 points give 1e-14.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

Complexes = NDArray[np.complex128]


@functools.cache
def contour(points: int = 28) -> tuple[Complexes, Complexes]:
    """Nodes z and weights w, (points / 2,), so that f(t) = 2 Re sum w F(z / t) / t for real f.

    Formula: the midpoint rule on z(u) = N (0.5017 u cot(0.6407 u) - 0.6122 + 0.2645 i u), -pi < u < pi,
    of which symmetry leaves the upper half.
    """
    u = (np.arange(points // 2) + 0.5) * 2.0 * np.pi / points
    cot = 1.0 / np.tan(0.6407 * u)
    z = points * (0.5017 * u * cot - 0.6122 + 0.2645j * u)
    slope = points * (0.5017 * cot - 0.5017 * 0.6407 * u / np.sin(0.6407 * u) ** 2 + 0.2645j)
    return z, np.exp(z) * slope / (1j * points)
