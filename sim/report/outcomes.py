"""What comes of it: headline figures of satisfaction, resolution and money, where a scenario has people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.causes import shows_people
from sim.report.headlines import Headline, headline
from sim.report.kpis import Kpi, kpis_of

if TYPE_CHECKING:
    from sim.measure.results import Results
    from sim.report.about import RunInfo


def outcomes(results: Results, about: RunInfo) -> list[Headline]:
    """The headline figures of people and money, in order of weight; none without people."""
    if not shows_people(results):
        return []
    kpis, limits = kpis_of(results), about.goals
    answered = _answers(kpis.get("surveyed"), kpis.get("response_rate"))
    rows: tuple[tuple[str, str, float | None, str, float | None], ...] = (
        ("CSAT", "csat", limits.csat, "share of 4 and 5 among the handled", 1),
        ("CSAT as surveyed", "csat_surveyed", limits.csat, answered, 1),
        ("FCR", "fcr", limits.fcr, "of first contacts, none passed on", 1),
        ("FCR as measured", "fcr_measured", None, "no further contact in 7 days", 1),
        ("NPS", "nps", None, _surveyed(kpis.get("nps_surveyed")), None),
        ("Cost per resolved case", "cost_per_resolved", None, "wages, lines and goodwill", None),
        ("Net per week", "net_per_week", None, "costs and value of customers lost", None),
    )
    return [headline(label, kpi, goal, note=note, top=top, absent="none handled")
            for label, kpi, goal, note, top in ((row[0], kpis.get(row[1]), *row[2:]) for row in rows)
            if kpi is not None]


def _answers(surveyed: Kpi | None, rate: Kpi | None) -> str:
    if surveyed is None or rate is None or rate.mean is None:
        return "of those who answered"
    return f"of {surveyed.text} who answered ({rate.text})"


def _surveyed(nps: Kpi | None) -> str:
    return "" if nps is None or nps.mean is None else f"surveyed: {nps.text}"
