"""What a choice has come to as a table: a row a point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sim.measure.kpis import Kpi
from sim.study.choice.choosing import Answer, Question
from sim.study.observed import Observed
from sim.study.variants import Figures


def table(
    names: Sequence[str], keys: Sequence[str], values: Sequence[Sequence[Any]], question: Question, answer: Answer,
    confidence: float,
) -> pl.DataFrame:  # fmt: skip
    """Columns point, the factors, status, reason, replications; KPI, KPI_low, KPI_high; difference, difference_low,
    difference_high (of the KPI from the best point's, over the replications of both); p_better (that it is better
    than the best by more than the indifference zone); for each limit KPI, KPI_low, KPI_high and p_KPI (that the point
    keeps to it).
    """
    rows = []
    for place, observed in enumerate(answer.observed):
        row: dict[str, Any] = {"point": names[place]}
        row |= {key: _plain(values[place][k]) for k, key in enumerate(keys)}
        row |= {"status": answer.statuses[place], "reason": answer.reasons[place]}
        row["replications"] = 0 if observed is None else len(observed.numbers)
        row |= estimate(question.objective.kpi, observed, confidence)
        row |= _difference(question, answer, observed, confidence)
        row["p_better"] = answer.p_better[place]
        for k, limit in enumerate(question.limits):
            row |= estimate(limit.kpi, observed, confidence)
            row[f"p_{limit.key}"] = answer.p_within[place][k] if observed is not None else math.nan
        rows.append(row)
    frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    return frame.with_columns(pl.selectors.float().fill_nan(None))


def estimate(kpi: Kpi, observed: Observed | None, confidence: float) -> dict[str, float]:
    """KPI, KPI_low and KPI_high of a point, nan where it has none."""
    if observed is None:
        return dict.fromkeys((kpi.key, f"{kpi.key}_low", f"{kpi.key}_high"), math.nan)
    found = observed.of(kpi.key).estimate(confidence)
    low, high = (-math.inf if kpi.signed else 0.0), (1.0 if kpi.unit in ("share", "0-1") else math.inf)
    return {
        kpi.key: float(found.mean[0]),
        f"{kpi.key}_low": float(np.maximum(found.low[0], low)),
        f"{kpi.key}_high": float(np.minimum(found.high[0], high)),
    }


def _difference(question: Question, answer: Answer, observed: Observed | None, confidence: float) -> dict[str, float]:
    names = ("difference", "difference_low", "difference_high")
    best = None if answer.best is None else answer.observed[answer.best]
    if observed is None or best is None:
        return dict.fromkeys(names, math.nan)
    n = min(len(observed.numbers), len(best.numbers))
    own, other = (of.of(question.objective.key) for of in (observed, best))
    found = Figures(own.tops[:n], own.bottoms[:n]).less(Figures(other.tops[:n], other.bottoms[:n]), confidence)
    return dict(zip(names, (float(found.mean[0]), float(found.low[0]), float(found.high[0])), strict=True))


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str) and not isinstance(value, bool) else str(value)
