"""Traits: the empathy and speed of a person, drawn from what is known about their population."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Trait, Traits

Floats = NDArray[np.float64]


def traits(population: Traits, for_empathy: Floats, for_speed: Floats) -> tuple[Floats, Floats]:
    """Empathy and speed in [0, 1] from two arrays of independent uniform numbers.

    Each is a normal variate truncated to [0, 1], by inversion; the two are tied by a Gaussian copula:
    the normal score of speed is r z1 + sqrt(1 - r^2) z2, with z1 the score behind empathy.
    """
    r = population.correlation
    if r != 0.0:
        from scipy.special import ndtr, ndtri

        for_speed = ndtr(r * ndtri(for_empathy) + (1.0 - r * r) ** 0.5 * ndtri(for_speed))
    return truncated_normal(population.empathy, for_empathy), truncated_normal(population.speed, for_speed)


def truncated_normal(trait: Trait, u: Floats) -> Floats:
    """Quantiles of the normal distribution (mean, sd) given that it falls within [0, 1]; sd 0: the mean."""
    if trait.sd == 0.0:
        return np.full(u.shape, trait.mean)
    from scipy.special import ndtr, ndtri

    below, above = float(ndtr(-trait.mean / trait.sd)), float(ndtr((1.0 - trait.mean) / trait.sd))
    out = u * (above - below)
    out += below
    ndtri(out, out=out)
    out *= trait.sd
    out += trait.mean
    return np.clip(out, 0.0, 1.0, out=out)
