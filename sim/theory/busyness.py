"""Gauss quadrature over a Gamma distributed day factor (busyness) with mean 1.

Source: G. H. Golub and J. H. Welsch (1969), "Calculation of Gauss quadrature rules", Mathematics of
Computation 23, for the generalised Laguerre weight, whose usual tables overflow at large shapes.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.theory import checks


def busyness_rule(shape: float, points: int = 32) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Day factors and their probabilities: exact for polynomials in the factor up to degree 2 points - 1.

    Formula: factors are the eigenvalues, over `shape`, of the Jacobi matrix of the Gamma(shape) law, weights
    the squared first entries of its eigenvectors; those below 1e-13 are left out. shape = inf: always 1.
    Errors: ValueError unless shape > 0.
    """
    if shape == math.inf:
        return np.ones(1), np.ones(1)
    checks.positive(shape=shape)
    from scipy.linalg import eigh_tridiagonal

    k = np.arange(float(points))
    values, vectors = eigh_tridiagonal(2.0 * k + shape, np.sqrt(k[1:] * (k[1:] + shape - 1.0)))
    weights = vectors[0] ** 2
    keep = weights > 1e-13
    return values[keep] / shape, weights[keep] / weights[keep].sum()
