"""A case: a center as a scenario, the window it is watched through, what is measured there, and what is exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sim.study.validation.measures import Measure
from sim.study.validation.reference import Reference
from sim.study.validation.view import Window
from sim.units import DAY, HOUR

Raw = dict[str, Any]
"""A scenario, or a part of one, as it would stand in a YAML file."""
Exact = Callable[[], Mapping[str, float]]
"""Exact figures by name, made when they are asked for."""

REPLICATIONS = 64
QUICK_REPLICATIONS, QUICK_STRATA = 40, 4
FULL = 4
"""A full run has so many times the replications: standard errors half as large."""
PUBLISHED = "published"
"""In place of a theory: the figures are those of other programs."""
RELAXATIONS = 20
"""Relaxation times that are cut off at either end of a long run: e^-20 = 2e-9 of the start is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A center whose figures are known."""

    name: str
    theory: str
    """module of `sim.theory` that gives the exact figures, or PUBLISHED"""
    what: str
    """one line about the center"""
    scenario: Raw
    """without days and seed"""
    measures: Mapping[str, Measure]
    exact: Exact = dict
    """of some measures or all"""
    elsewhere: Mapping[str, Sequence[Reference]] = field(default_factory=dict)
    """by measure: what others have simulated"""
    chief: str = ""
    """the measure that speaks for the case where each has one voice, larger in a busier center; default the first"""
    differs: str = ""
    """what the original defines in another way, and what was done about it"""
    days: int
    """length of a replication"""
    quick_days: int | None = 1
    """the same in a quick run; None: too large a center for one"""
    replications: int = REPLICATIONS
    """observations: replications, or batches of `strata` replications"""
    quick_replications: int = QUICK_REPLICATIONS
    strata: int = 1
    """replications in a batch, whose day factors are drawn from as many parts of their law (`sampling.strata`)"""
    cut_s: float = 0.0
    """seconds cut off at either end of a replication"""
    hours: tuple[float, float] | None = None
    """time of day from which to which the agents are watched; then every day is a whole of its own"""
    within_s: float = 20.0
    short_s: float = 5.0

    @property
    def window(self) -> Window:
        """What is watched of a replication."""
        if self.hours is not None:
            return Window(*self.hours, days=self.days)
        return Window(self.cut_s, self.days * DAY - self.cut_s)

    def quick(self) -> Case | None:
        """The same case in short, for a first look and for tests; None where there is none."""
        if self.quick_days is None:
            return None
        strata = min(self.strata, QUICK_STRATA)
        return replace(self, days=self.quick_days, replications=self.quick_replications, strata=strata)

    def full(self) -> Case:
        """The same case with more replications."""
        return replace(self, replications=FULL * self.replications)

    @property
    def spokesman(self) -> str:
        """The measure that speaks for the case."""
        return self.chief or next(iter(self.measures))

    @property
    def uses_python(self) -> bool:
        """Whether policies of its own route contacts: then only the SimPy clock runs it."""
        return "python" in self.scenario

    def references(self) -> list[tuple[str, Reference]]:
        """Every figure that the case is held against, in the order of its measures, exact ones first."""
        exact = self.exact()
        found = [(name, Reference(float(exact[name]))) for name in self.measures if name in exact]
        return found + [(name, each) for name in self.measures for each in self.elsewhere.get(name, ())]


def poisson(rate: float) -> Raw:
    """Arrivals at a rate per second."""
    return {"kind": "rates", "per_hour": rate * HOUR}


def exponential(mean_s: float) -> Raw:
    """An exponential time."""
    return {"kind": "exponential", "mean_s": mean_s}


def team(agents: int, skills: Mapping[str, Any], **more: Any) -> Raw:
    """A team that is on duty day and night."""
    return {"skills": dict(skills), "staffing": {"agents": agents}, **more}


def attributes(figures: Callable[[], object], names: Mapping[str, Measure]) -> Exact:
    """Exact figures that are attributes of what a function of `sim.theory` answers."""

    def exact() -> Mapping[str, float]:
        found = figures()
        return {name: float(getattr(found, name)) for name in names}

    return exact
