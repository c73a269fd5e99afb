"""Sensitivity: how far each coefficient of behavior moves each figure over the range in which it may lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from sim.measure.evidence import Estimate
from sim.measure.kpis import Kpi
from sim.people.register import REGISTER, Coefficient
from sim.study.variants import Figures, Values

KPIS = ("service_level", "aht_s", "csat", "fcr", "net_per_week")
"""What is looked at, in this order; without prices there is no net."""
REPLICATIONS = 8
ENDS = ("low", "high")


class Varied(NamedTuple):
    """A coefficient, and where the scenario has it."""

    coefficient: Coefficient
    base: float

    @property
    def key(self) -> str:
        """Its key in the scenario."""
        return f"behavior.{self.coefficient.key}"

    def at(self, end: str) -> float:
        """An end of its range: "low" or "high"."""
        return float(getattr(self.coefficient, end))


def varied(raw: Mapping[str, Any], keys: Sequence[str] = ()) -> list[Varied]:
    """The coefficients of the register (or those with these keys, or of these parts) as a scenario has them."""
    found = []
    for each in REGISTER:
        part, name = each.key.split(".", 1)
        if keys and each.key not in keys and part not in keys:
            continue
        value = (raw.get("behavior", {}).get(part) or {}).get(name)
        if isinstance(value, int | float):
            found.append(Varied(each, float(value)))
    return found


def one_at_a_time(coefficients: Iterable[Varied]) -> list[Values]:
    """The scenario as it stands, then each coefficient alone at the low and at the high end of its range."""
    ends = [{} if each.at(end) == each.base else {each.key: each.at(end)} for each in coefficients for end in ENDS]
    return [{}, *ends]


def spans(
    coefficients: Sequence[Varied], kpis: Sequence[Kpi], found: Iterator[Figures], confidence: float
) -> pl.DataFrame:
    """A row for each coefficient and KPI, from the figures of the variants of `one_at_a_time`.

    Columns coefficient, label, certainty, range_unit, low_value, base_value, high_value; kpi, kpi_label, unit, at_low,
    at_base, at_high; and for either end how far the KPI is above the base, with its paired interval: low_change,
    low_change_low, low_change_high, high_change, high_change_low, high_change_high; span, replications.
    """
    base = next(found)
    at_base = base.mean()
    rows = []
    for each in coefficients:
        ends = [next(found) for _ in ENDS]
        changes: list[Estimate] = [figures.less(base, confidence) for figures in ends]
        for k, kpi in enumerate(kpis):
            values = [float(figures.mean()[k]) for figures in (ends[0], base, ends[1])]
            row: dict[str, object] = _named(each) | {"kpi": kpi.key, "kpi_label": kpi.label, "unit": kpi.unit}
            row |= {"at_low": values[0], "at_base": float(at_base[k]), "at_high": values[2]}
            for end, change in zip(ENDS, changes, strict=True):
                row[f"{end}_change"] = float(change.mean[k])
                row[f"{end}_change_low"] = float(change.low[k])
                row[f"{end}_change_high"] = float(change.high[k])
            row |= {"span": max(values) - min(values), "replications": len(base.tops)}
            rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.selectors.float().fill_nan(None))


def _named(each: Varied) -> dict[str, object]:
    about = each.coefficient
    return {
        "coefficient": about.key,
        "label": about.label,
        "certainty": about.certainty,
        "range_unit": about.unit,
        "low_value": about.low,
        "base_value": each.base,
        "high_value": about.high,
    }
