"""Choosing: the best of the points of a study, among those that keep to limits, with the chance of a wrong choice.

Limits first: whether a point keeps to each is told by `selection.above`. Then `selection.select` among those that
do. Replications go to the points about which something is still to be told, and to no others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.measure.evidence import Evidence
from sim.study.choice.objectives import Limit, Objective, zone
from sim.study.choice.rounds import Rounds
from sim.study.choice.selection import above, select
from sim.study.observed import OPERATING, Observed, chosen
from sim.study.sweeps.points import Points, Values
from sim.study.variants import Figures, Floats

BEST, LEVEL, CONTENDER, BEHIND = "best", "level with the best", "may be better", "behind"
OUTSIDE, UNCLEAR, FAILED = "outside the limits", "cannot tell whether within", "failed"


class Question(NamedTuple):
    """What is asked of the points."""

    objective: Objective
    limits: tuple[Limit, ...] = ()
    probability: float = 0.95
    """of a right choice"""
    zone: float | None = None
    """difference of the KPI that is not worth telling apart; None = `objectives.zone`"""
    first: int = 10
    """replications of every point, from which the variances are known"""
    most: int = 300
    """replications of a point at most"""

    @property
    def keys(self) -> tuple[str, ...]:
        """The KPIs that points are judged by."""
        return (self.objective.key, *(limit.key for limit in self.limits))


class Answer(NamedTuple):
    """What has come of each point, in their order."""

    statuses: tuple[str, ...]
    reasons: tuple[str, ...]
    """why a point failed"""
    observed: tuple[Observed | None, ...]
    best: int | None
    decided: bool
    """whether the procedure ended by itself, so that its guarantee holds"""
    within: tuple[bool | None, ...]
    """whether each point keeps to all limits; None where that is not known, or need not be"""
    zone: float
    p_within: tuple[tuple[float, ...], ...]
    """of each point and limit: how probable it is that the point keeps to it"""
    p_better: tuple[float, ...]
    """of each point: how probable it is that it is better than the best by more than the zone; nan where not asked"""

    @property
    def p_wrong(self) -> float:
        """How probable it is at most that any point within the limits is better by more than the zone: the sum over
        all of them (Bonferroni)."""
        return min(1.0, float(np.nansum(self.p_better)))


@dataclass
class _Course(Rounds):
    """The points while they are observed, and what is asked of them."""

    question: Question


def choose(
    points: Points, values: Sequence[Values], question: Question, tell: Callable[[int], None] = lambda simulated: None
) -> Answer:
    """The best of the points at these values. `tell` is told how many replications were simulated so far.

    The chance of a wrong choice is that of the selection. Where there are limits, they take a half of it, shared by all
    points and limits (Bonferroni), and a quarter goes to points that are left behind before it is known whether they
    keep to the limits.
    """
    n = len(values)
    course = _Course(points, values, question.first, question.most, question.keys, tell, question)
    alpha = 1.0 - question.probability
    share = alpha / 4.0 if question.limits else alpha
    width = question.zone if question.zone is not None else _zone(course, question.objective)
    within, dropped = _within(course, width, alpha)
    candidates = [place for place in range(n) if within[place] is True]
    if not candidates:
        candidates = [place for place in range(n) if within[place] is None and course.observed[place] is not None]
    left, decided = _selected(course, candidates, width, share)
    candidates = course.there([*candidates, *dropped]) if left else []
    _confirm(course, candidates, left, width, share)
    return _answer(course, within, candidates, left, decided, width)


def _within(course: _Course, width: float, alpha: float) -> tuple[list[bool | None], list[int]]:
    """Of each point, whether it keeps to all limits, None where that is not known; and the points among the latter
    that need not be asked, since one that keeps to them is better."""
    told: dict[tuple[int, int], bool | None] = {}
    limits = list(enumerate(course.question.limits))
    n = len(course.values)
    dropped: list[int] = []
    while True:
        places = [place for place in course.there(range(n)) if place not in dropped]
        for place in places:
            for k, limit in limits:
                if told.get((place, k)) is None:
                    told[place, k] = _keeps(course, place, limit, alpha / 2.0 / (n * len(limits)))
        kept = [_all([told.get((place, k)) for k, _ in limits]) for place in range(n)]
        sure = [place for place in course.there(range(n)) if kept[place]]
        open_ = [place for place in places if kept[place] is None]
        behind = [place for place in open_ if _no_better(course, place, sure, width, alpha / 4.0 / (n * n))]
        dropped += behind
        if not course.further([place for place in open_ if place not in behind]):
            return [each if course.observed[place] is not None else None for place, each in enumerate(kept)], dropped


def _all(kept: Sequence[bool | None]) -> bool | None:
    return False if False in kept else None if None in kept else True


def _no_better(course: _Course, place: int, others: Sequence[int], width: float, alpha: float) -> bool:
    """Whether a point is surely not better than one of the others by more than the indifference zone."""
    if not others:
        return False
    objective = course.question.objective
    own = course.each(place, objective.key)
    for other in others:
        theirs = course.each(other, objective.key)
        n = min(len(own), len(theirs))
        ahead = objective.sign * (theirs[:n] - own[:n]) + width
        if _over(ahead, 0.0, alpha, course.looks):
            return True
    return False


def _keeps(course: _Course, place: int, limit: Limit, alpha: float) -> bool | None:
    return _over(limit.sign * course.each(place, limit.key), limit.sign * limit.value, alpha, course.looks)


def _over(own: Floats, limit: float, alpha: float, looks: Sequence[int]) -> bool | None:
    """See `selection.above`; replications that are all the same are taken as they are."""
    if float(np.ptp(own)) <= 1e-12 * max(float(np.abs(own).max()), abs(limit)):
        return bool(own[0] >= limit - 1e-12 * max(abs(limit), 1.0))
    return above(own, limit, alpha, looks)


def _selected(course: _Course, candidates: list[int], width: float, alpha: float) -> tuple[list[int], bool]:
    """The candidates that may be best, and whether that is decided."""
    question, sign = course.question, course.question.objective.sign
    while candidates := course.there(candidates):
        own = [sign * course.each(place, question.objective.key) for place in candidates]
        found = select(own, width, alpha, question.first)
        left = [candidates[k] for k in found.left]
        if found.decided or not course.further([p for p in left if course.count(p) == _fewest(course, left)]):
            return left, found.decided
    return [], False


def _confirm(course: _Course, candidates: Sequence[int], left: Sequence[int], width: float, alpha: float) -> None:
    """Observe points further that were left behind early, until all that was observed speaks against them, too.

    The selection is right as often as it says on the whole; this is so that it can also be seen in the figures.
    """
    while left:
        best = _leader(course, left)
        others = [place for place in candidates if place != best]
        wrong = {p: p_more(paired(course, p, best, course.question.objective), width) for p in others}
        if not sum(wrong.values()) > alpha:
            return
        doubtful = [place for place in others if wrong[place] > alpha / len(others)]
        fewest = [place for place in doubtful if course.count(place) < course.question.most]
        if not fewest or not course.further([*fewest, best]):
            return


def _leader(course: _Course, left: Sequence[int]) -> int:
    objective = course.question.objective
    return max(left, key=lambda place: objective.sign * _mean(course.figures(place, objective.key)))


def _fewest(course: _Course, left: Sequence[int]) -> int:
    return min(course.count(place) for place in left)


def _zone(course: _Course, objective: Objective) -> float:
    """The indifference zone from the KPI's unit; of money, from what the center costs to run."""
    first = next((found for found in course.observed if found is not None), None)
    if first is None:
        return zone(objective.kpi, 1.0)
    places = first.places()
    key = OPERATING if OPERATING in places and objective.kpi.unit == first.kpis[places[OPERATING]].unit else None
    figure = chosen(first, range(course.question.first)).of(key or objective.key).mean()[0]
    return zone(objective.kpi, float(figure) if math.isfinite(figure) else 1.0)


def _answer(
    course: _Course, within: Sequence[bool | None], candidates: Sequence[int], left: Sequence[int], decided: bool,
    width: float,
) -> Answer:  # fmt: skip
    objective, n = course.question.objective, len(course.values)
    best = _leader(course, left) if left else None
    statuses = []
    better = [math.nan] * n
    for place in range(n):
        if course.observed[place] is None:
            statuses.append(FAILED)
        elif place == best:
            statuses.append(BEST)
        elif place in candidates:
            statuses.append(BEHIND if place not in left else LEVEL if decided else CONTENDER)
            if best is not None:
                better[place] = p_more(paired(course, place, best, objective), width)
        else:
            statuses.append(OUTSIDE if within[place] is False else UNCLEAR)
    inside = [
        tuple(_p_within(course.figures(place, limit.key), limit) for limit in course.question.limits)
        if course.observed[place] is not None
        else ()
        for place in range(n)
    ]
    return Answer(tuple(statuses), tuple(course.reasons), tuple(course.observed), best, decided, tuple(within), width,
                  tuple(inside), tuple(better))  # fmt: skip


def paired(course: _Course, one: int, other: int, objective: Objective) -> Evidence:
    """How far a point is better than another, over the replications of both."""
    n = min(course.count(one), course.count(other))
    found = course.figures(one, objective.key, n).known_less(course.figures(other, objective.key, n))
    return found.times(objective.sign)


def p_more(known: Evidence, than: float) -> float:
    """How probable it is that a figure is at least that; nan where nothing is known."""
    return float(known.at_least(than)[0])


def _p_within(figures: Figures, limit: Limit) -> float:
    return p_more(figures.known().times(limit.sign), limit.sign * limit.value - 1e-12)


def _mean(figures: Figures) -> float:
    return float(figures.mean()[0])
