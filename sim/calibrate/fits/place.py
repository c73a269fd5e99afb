"""How hanging up depends on the place in the queue, where callers are told it (or see it in some other way)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from sim.calibrate.fits.estimate import Estimate, Flags, Floats, Ints, on_log

STEPS = (1, 2, 3, 5, 8, 13, 21, 34, 55)
"""callers ahead from which groups begin, as far as each has enough hang-ups"""
LEAST = 30
"""hang-ups of a group: ln(hazard ratio) is known to 0.26 at least, that of who has nobody ahead set aside"""
CLEARER = 10.0
"""how much lower AIC has to be: with less the simpler law is not ruled out (Burnham and Anderson 2002, section 2.6)"""


class Place(NamedTuple):
    """Hazard of hanging up by callers ahead, over that of those with fewer ahead than the first step."""

    ahead: tuple[int, ...]
    hazard: tuple[Estimate, ...]
    """hazard ratios"""
    from_s: Floats
    per_s: Floats
    """hazard of those with fewer ahead than the first step, constant from each of these seconds on"""
    rates: tuple[Estimate, ...]
    aic: float

    def group(self, ahead: Ints) -> Ints:
        """Which group a caller belongs to, by callers ahead: 0 = fewer than the first step."""
        return np.searchsorted(np.array(self.ahead), ahead, side="right")

    @property
    def ratios(self) -> Floats:
        """By group; the first is 1."""
        return np.array([1.0, *(one.known for one in self.hazard)])


def callers_ahead(contacts: pl.DataFrame) -> Ints:
    """How many stood in the same queue when each contact of it came; rows of one queue, in any order.

    Who came in the same instant does not count, who left in it has left: exact where times are, and within whole
    seconds at most one off.
    """
    at = contacts["arrived"].dt.epoch("us").to_numpy() / 1e6
    wait = contacts["wait_s"].fill_null(0.0).to_numpy()
    waited = wait > 0.0
    came, left = np.sort(at[waited]), np.sort((at + wait)[waited])
    ahead = np.searchsorted(came, at, side="left") - np.searchsorted(left, at, side="right")
    return np.asarray(np.maximum(ahead, 0), dtype=np.int64)


def fit_place(wait: Floats, gone: Flags, ahead: Ints, edges: tuple[Floats, ...], against: float) -> Place | None:
    """Hazard ratios by callers ahead (proportional hazards); None unless AIC is lower than `against` by CLEARER.

    wait, gone, ahead: seconds waited, whether that ended in hanging up, callers ahead; of those who waited. The base
    hazard is constant between the edges; of several sets of edges the one with the lowest AIC counts.
    Maximum likelihood of such a model is that of Poisson counts of hang-ups by piece and group, with the logarithm of
    the seconds waited as offset (Holford 1980, Biometrics 36; Laird and Olivier 1981, JASA 76), by statsmodels.
    Whose patience depends on the place because who joins a long queue differs from who joins a short one is not told
    apart from whose it does because of hearing it.
    """
    steps = _steps(gone, ahead)
    if not steps:
        return None
    group = np.searchsorted(np.array(steps), ahead, side="right")
    found = [_with_edges(wait, gone, group, steps, one) for one in edges]
    best = min(found, key=lambda place: place.aic, default=None)
    return best if best is not None and best.aic < against - CLEARER else None


def _steps(gone: Flags, ahead: Ints) -> tuple[int, ...]:
    """Callers ahead from which groups begin, each with enough hang-ups; () if there are no two groups."""
    events = ahead[gone]
    kept: list[int] = []
    end = np.inf
    for step in reversed(STEPS):
        if ((events >= step) & (events < end)).sum() >= LEAST:
            kept.append(step)
            end = step
    kept.reverse()
    while kept and (events < kept[0]).sum() < LEAST:
        kept.pop(0)
    return tuple(kept)


def _with_edges(wait: Floats, gone: Flags, group: Ints, steps: tuple[int, ...], start: Floats) -> Place:
    import statsmodels.api as sm

    pieces, groups = len(start), len(steps) + 1
    ends = np.append(start[1:], np.inf)
    hung, spent = np.zeros((pieces, groups)), np.zeros((pieces, groups))
    for g in range(groups):
        own = wait[group == g]
        hung[:, g] = np.histogram(wait[gone & (group == g)], np.append(start, np.inf))[0]
        spent[:, g] = [np.clip(own - low, 0.0, high - low).sum() for low, high in zip(start, ends, strict=True)]
    piece, of = (grid.ravel() for grid in np.indices(hung.shape))
    seen = spent.ravel() > 0.0
    design = np.concatenate([piece[:, None] == np.arange(pieces), of[:, None] == np.arange(1, groups)], axis=1)
    model = sm.GLM(
        hung.ravel()[seen], design[seen].astype(np.float64), family=sm.families.Poisson(),
        offset=np.log(spent.ravel()[seen]),
    )  # fmt: skip
    fit = model.fit()
    value, se = np.exp(fit.params), fit.bse
    n = len(wait)
    many = hung.sum(axis=0)
    ratios = tuple(
        on_log(float(value[pieces + g - 1]), float(se[pieces + g - 1]), n, f"{many[g]:.0f} hang-ups")
        for g in range(1, groups)
    )
    rates = tuple(on_log(float(value[p]), float(se[p]), n, f"{hung[p].sum():.0f} hang-ups") for p in range(pieces))
    ln_hazard = fit.params[piece] + np.append(0.0, fit.params[pieces:])[of]
    log_likelihood = float(hung.ravel() @ ln_hazard - hung.sum())  # at the maximum, expected hang-ups are those seen
    aic = 2.0 * (2 * pieces - 1 + groups - 1) - 2.0 * log_likelihood  # the edges are read from the data, too
    return Place(steps, ratios, start, np.asarray(value[:pieces]), rates, aic)
