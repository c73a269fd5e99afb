"""What comes of it: headline figures of satisfaction, resolution and money, where a scenario has people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import written
from sim.report.causes import shows_people
from sim.report.headlines import Headline, headline
from sim.report.kpis import Kpi, kpis_of

if TYPE_CHECKING:
    from sim.measure.results import Results
    from sim.report.about import RunInfo

MANY_OWED = 0.2
"""share of repeat calls that come only after the run from which the report says so"""


def outcomes(results: Results, about: RunInfo) -> list[Headline]:
    """The headline figures of people and money, in order of weight; none without people."""
    if not shows_people(results):
        return []
    kpis, limits, days = kpis_of(results), about.goals, int(results.layout.days)
    asked = _answers(kpis.get("surveyed"), kpis.get("response_rate"))
    rows: tuple[tuple[str, str, float | None, str, float | None], ...] = (
        ("CSAT", "csat", limits.csat, answered(results), 1),
        ("CSAT as surveyed", "csat_surveyed", limits.csat, asked, 1),
        ("FCR", "fcr", limits.fcr, "of first contacts, none passed on", 1),
        ("FCR as measured", "fcr_measured", None, "no further contact in 7 days", 1),
        ("NPS", "nps", None, _surveyed(kpis.get("nps_surveyed")), None),
        ("Cost per resolved case", "cost_per_resolved", None, "wages, lines and goodwill", None),
        ("Net per week", "net_per_week", None, "costs and value of customers lost", None),
        *(() if kpis.get("net_per_week") else (
            (f"Net in {days} day{'s' if days > 1 else ''}", "net", None, "costs and value of customers lost", None),)),
    )
    return [headline(label, kpi, goal, note=note, top=top, absent="none handled")
            for label, kpi, goal, note, top in ((row[0], kpis.get(row[1]), *row[2:]) for row in rows)
            if kpi is not None]


def owed(results: Results) -> str:
    """One line where many callers will call again only after the run; "" where they are few."""
    kpis = kpis_of(results)
    back, unsolved, lost = (_count(kpis.get(key)) for key in ("repeats", "repeats_owed", "redials_owed"))
    if not unsolved + lost or unsolved <= MANY_OWED * (back + unsolved):
        return ""
    days = int(results.layout.days)
    advice = "simulate a week or more" if days < 7 else "a longer run leaves fewer of them out"
    many = f"{unsolved + lost:,.0f}" if unsolved + lost >= 9.5 else written.count(unsolved + lost)
    return (f"{many} more will call again after the run ends: their load, losses and churn "
            f"are not in these figures; {advice}.")


def _count(kpi: Kpi | None) -> float:
    return 0.0 if kpi is None or kpi.mean is None else kpi.mean


def answered(results: Results) -> str:
    """What CSAT is a share of, and how many are not in it because nobody answered them."""
    of, every = (_count(kpis_of(results).get(key)) for key in ("handled", "offered"))
    if not every or of >= every:
        return "of the handled"
    return f"of the handled; {written.percent(1 - of / every)} of offered were never answered"


def _answers(surveyed: Kpi | None, rate: Kpi | None) -> str:
    if surveyed is None or rate is None or rate.mean is None:
        return "of those who answered"
    return f"of {surveyed.text} who answered ({rate.text})"


def _surveyed(nps: Kpi | None) -> str:
    return "" if nps is None or nps.mean is None else f"surveyed: {nps.text}"
