"""What is wrong with a scenario's precision that only the figures themselves can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sim.loading.origin import Told
from sim.scenario import Scenario
from sim.scenario.suggest import suggestion
from sim.units import shown

WHOLE_UNITS = {"share": "a share: for 1 % write 0.01", "0-1": "a level from 0 to 1"}
"""Units whose figures are 1 at the most, and how to write a width."""


def faults(scenario: Scenario) -> Iterator[Told]:
    """A KPI that the summary of the center does not have, and a half-width that every interval meets."""
    precision = scenario.precision
    if precision is None:
        return
    from sim.measure.layout import People
    from sim.measure.watch import center_kpis

    known = center_kpis(People.of(scenario))
    kpi = known.get(precision.kpi)
    if kpi is None:
        yield Told(("precision", "kpi"), _unknown(precision.kpi, list(known), scenario))
    elif kpi.unit in WHOLE_UNITS and precision.half_width >= 0.5:
        said = f"{precision.half_width:g} is met by any {kpi.key}, which is {WHOLE_UNITS[kpi.unit]}"
        yield Told(("precision", "half_width"), said)


def _unknown(key: str, known: list[str], scenario: Scenario) -> str:
    needs = _needs(key, scenario)
    if needs is not None:
        return f"{key} is only there {needs}"
    near = suggestion(key, known)
    return f"no KPI of the center is called {shown(key)}" + (f", did you mean '{near}'?" if near else " (docs/kpis.md)")


def _needs(key: str, scenario: Scenario) -> str | None:
    """What a scenario would have to have for a KPI that there is elsewhere; None for one that there is nowhere."""
    from sim.measure.layout import People, Prices
    from sim.measure.watch import center_kpis

    own, free = People.of(scenario), Prices("EUR", 0.0, 0.0, 0.0)
    if own is None:
        return "with behavior.people: true" if key in center_kpis(People(prices=free, whole_weeks=True)) else None
    if key in center_kpis(replace(own, prices=free)):
        return "with prices: give costs"
    if key in center_kpis(replace(own, prices=free, whole_weeks=True)):
        return "in runs of whole weeks: days=7"
    return None
