"""Simulated beside exact: centers whose figures queueing theory gives, simulated as scenarios.

view.py       one replication through a window of time
measures.py   figures, each as one sum over another, counted from a view
case.py       a case: a scenario, its window, what is measured, and the exact figures
one_queue.py  cases of one queue and one team
designs.py    cases of several queues, teams or speeds; redial and wrap-up
repeats.py    cases of what people do: calling again until an issue is resolved
days.py       cases whose rates or staff change in time
cases.py      all of them, by name
check.py      simulates cases and compares
table.py      the outcome as text
"""

from __future__ import annotations

from sim.study.validation.case import Case
from sim.study.validation.cases import CASES, find
from sim.study.validation.check import BOUND, Checked, Comparison, check, compare, observe

__all__ = ["BOUND", "CASES", "Case", "Checked", "Comparison", "check", "compare", "find", "observe"]
