"""Figures as functions of facts: KPIs, service levels, waits, agent time, and their intervals over replications.

    layout.py         names, calendar and goals that figures need besides the facts
    bins.py           reporting intervals, and the sharing out of stretches of time among them
    faces.py          agents' names, and their traits that are in no facts
    contacts.py       sums by queue and interval
    customers.py      the same of callers over all their attempts
    lengths.py        queue lengths by interval
    states.py         what agents were doing, by column
    agents.py         agent-seconds by state, by team and interval and by agent
    schedule.py       agent-seconds as asked for and as kept
    service_level.py  the four variants of service level
    kpis.py           every KPI, declared once as one sum over another
    people.py         what came of encounters, where behavior counts; causes.py: what made satisfaction and handle time
    money.py          hours, lines, goodwill and lost customers in money
    people_kpis.py    the KPIs of people and money
    counts.py         one replication's sums: `count`
    waits.py          the wait histogram; percentiles.py: percentiles with limits
    statistics.py     estimates over replications: ratios of sums, t and Wilson limits
    targets.py        how often goals are met
    roster.py         agents pooled over replications
    tally.py          the running account of replications: `Tally`
    results.py        the final tables: `Results`; frames/ makes them, one file for each kind of row
    tables.py         the facts themselves as tables, for Parquet
    conservation.py   what must hold in any facts: `conservation`; encounters.py: and where behavior counts
"""

from __future__ import annotations

from sim.measure.conservation import conservation
from sim.measure.counts import Counts, count
from sim.measure.layout import Goals, Layout, QueueLayout
from sim.measure.service_level import Definition
from sim.measure.tally import Tally

__all__ = ["Counts", "Definition", "Goals", "Layout", "QueueLayout", "Tally", "conservation", "count"]
