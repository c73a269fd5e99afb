"""Factors: how busy a day, and each interval of a queue's day, turn out to be; 1 = as planned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Domain, Keys, Purpose, bits, key, split, uniform
from sim.scenario import SlotFactor

Floats = NDArray[np.float64]


def busyness(seed: int, replication: int, days: int, strata: int = 1) -> Floats:
    """How busy each day is among all days there could be: a uniform number a day, for the whole center.

    With strata, replications k strata to (k + 1) strata - 1 are a batch, and each day's numbers of a batch come one
    from each interval [i / strata, (i + 1) / strata), in an order of the batch and day: by itself each is uniform as
    before, together they are spread evenly. Source: stratified sampling, L'Ecuyer and Buist 2006, "Variance reduction
    in the simulation of call centers", Proceedings of the Winter Simulation Conference, 604-613.
    """
    u = uniform(split(key(seed, replication, Domain.DAY), np.arange(days)), Purpose.DAY_FACTOR)
    if strata == 1:
        return u
    batch, place = divmod(replication, strata)
    parents = split(key(seed, batch, Domain.STRATA), np.arange(days))
    order = bits(split(parents[:, None], np.arange(strata)), Purpose.STRATUM)  # all different: bijections of the place
    stratum = (order < order[:, place, None]).sum(axis=1)
    return np.asarray(np.minimum((stratum + u) / strata, 1.0 - 2.0**-53))  # the quotient may round to 1


def gamma_factors(shape: float, u: Floats) -> Floats:
    """Gamma(a, 1/a) variates, mean 1 and variance 1/a, at these uniform numbers; 1 if a is inf.

    Queues with one shape share the factor, and those with another are busy on the same days. Source:
    Gamma day factors, as usual for call centers (Jongbloed and Koole 2001; Avramidis, Deslauriers and
    L'Ecuyer 2004).
    """
    if shape == np.inf:
        return np.ones(u.shape)
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, u) / shape)


def slot_factors(slot: SlotFactor, count: int, parent: Keys) -> Floats:
    """Factors of `count` intervals in a row from midnight on: exp(s x - s^2 / 2), mean 1, x an AR(1) of sd 1.

    x_0 = z_0 and x_i = r x_(i-1) + sqrt(1 - r^2) z_i: stationary within the day. `parent` is the key of the
    queue's day (`Domain.SLOT`), so days and queues are independent.
    """
    from scipy.special import ndtri

    x = ndtri(uniform(split(parent, np.arange(count)), Purpose.SLOT_FACTOR))
    fresh = (1.0 - slot.lag1**2) ** 0.5
    for i in range(1, count):
        x[i] = slot.lag1 * x[i - 1] + fresh * x[i]
    return np.asarray(np.exp(slot.sd * x - 0.5 * slot.sd**2))
