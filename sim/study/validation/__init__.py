"""Simulated beside exact and beside others: centers whose figures are known, simulated as scenarios.

view.py        one replication through a window of time
measures.py    figures, each as one sum over another, counted from a view
reference.py   what a figure is held against: exact, or simulated by others, with an error of its own
case.py        a case: a scenario, its window, what is measured, and its references
one_queue.py   how cases of one queue and one team are made
classics.py    cases of one queue and one team
designs.py     cases of several queues or teams; redial and wrap-up
skills.py      the skills-flexibility study
unlike.py      agents of unlike speed
repeats.py     what people do: calling again until an issue is resolved
days.py        cases whose rates or staff change in time
originals.py   published models as their authors define them; simple_msk.py the largest of them
numbers.py     teams whose staff are a number, as there; staff_as_a_number.py the policies for it
cases.py       all of them, by name
coverage.py    what became of each case on the list of known figures
check.py       simulates cases and compares
family.py      the rule that decides over all figures together
table.py       the outcome as text
written.py     a case as a scenario file
"""

from __future__ import annotations

from sim.study.validation.case import Case
from sim.study.validation.cases import CASES, find
from sim.study.validation.check import Checked, Comparison, check, compare, observe
from sim.study.validation.family import Verdict, judge

__all__ = ["CASES", "Case", "Checked", "Comparison", "Verdict", "check", "compare", "find", "judge", "observe"]
