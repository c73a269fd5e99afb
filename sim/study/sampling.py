"""Sampled sensitivity: all coefficients vary at once, by SALib's designs of Morris or of Sobol.

One coefficient at a time says what each does while all others stand where the scenario has them. Morris walks through
the whole space in steps (`mu_star`: how far a coefficient moves a figure over its range on average, `sigma`: how much
that depends on the others); Sobol divides a figure's variance over the space among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import polars as pl

from sim.measure.kpis import Kpi
from sim.study.sensitivity import Varied
from sim.study.variants import Floats, Values

Method = Literal["morris", "sobol"]
SAMPLES = {"morris": 6, "sobol": 32}
"""Default size: trajectories of Morris; base points of Sobol, a power of 2. A variant for each coefficient, and one or
two more, belongs to each."""
REPLICATIONS = {"morris": 3, "sobol": 1}


class Design(NamedTuple):
    """Which variants are to be simulated."""

    method: Method
    problem: dict[str, Any]
    """as SALib names it"""
    points: Floats
    """(variants, coefficients)"""
    variants: list[Values]
    seed: int


def design(method: Method, coefficients: Sequence[Varied], samples: int, seed: int) -> Design:
    """The variants of a method. ImportError where SALib is not installed."""
    problem = {
        "num_vars": len(coefficients),
        "names": [each.coefficient.key for each in coefficients],
        "bounds": [[each.coefficient.low, each.coefficient.high] for each in coefficients],
    }
    small = seed % 2**32
    if method == "morris":
        from SALib.sample import morris

        points = morris.sample(problem, samples, num_levels=4, seed=small)
    else:
        from SALib.sample import sobol

        points = sobol.sample(problem, samples, calc_second_order=False, seed=small)
    keys = [each.key for each in coefficients]
    variants: list[Values] = [dict(zip(keys, map(float, point), strict=True)) for point in points]
    return Design(method, problem, points, variants, small)


def analysis(design: Design, coefficients: Sequence[Varied], kpis: Sequence[Kpi], found: Floats) -> pl.DataFrame:
    """A row for each coefficient and KPI, from the KPIs found, shape (variants, kpis).

    Columns coefficient, label, certainty, low_value, high_value, kpi, kpi_label, unit; of Morris mu, mu_star,
    mu_star_half_width (in the KPI's unit, over the whole range) and sigma, of Sobol first, first_half_width, total and
    total_half_width (shares of the variance); the half-widths are SALib's, bootstrapped at 95 %.
    """
    rows = []
    for k, kpi in enumerate(kpis):
        indices = _indices(design, found[:, k])
        for place, each in enumerate(coefficients):
            about = each.coefficient
            row: dict[str, object] = {"coefficient": about.key, "label": about.label, "certainty": about.certainty}
            row |= {"low_value": about.low, "high_value": about.high}
            row |= {"kpi": kpi.key, "kpi_label": kpi.label, "unit": kpi.unit}
            rows.append(row | {name: float(values[place]) for name, values in indices.items()})
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.selectors.float().fill_nan(None))


def _indices(design: Design, values: Floats) -> dict[str, Floats]:
    if np.ptp(values) == 0.0:  # SALib divides by the variance
        names = NAMES[design.method]
        return {name: np.zeros(design.problem["num_vars"]) for name in names.values()}
    if design.method == "morris":
        from SALib.analyze import morris

        told = morris.analyze(design.problem, design.points, values, num_levels=4, seed=design.seed)
    else:
        from SALib.analyze import sobol

        told = sobol.analyze(design.problem, values, calc_second_order=False, seed=design.seed)
    return {ours: np.asarray(told[theirs], np.float64) for theirs, ours in NAMES[design.method].items()}


NAMES = {
    "morris": {"mu": "mu", "mu_star": "mu_star", "mu_star_conf": "mu_star_half_width", "sigma": "sigma"},
    "sobol": {"S1": "first", "S1_conf": "first_half_width", "ST": "total", "ST_conf": "total_half_width"},
}
"""SALib's names of what it finds, and ours."""
