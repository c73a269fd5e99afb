"""Points: observed replications of a scenario at values of its factors, each simulated once and kept.

Replications of a point are numbered from 0 and the same whenever they are made. So all points have common random
numbers, and a point that needs more replications goes on where it stands, also in a later run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.loading.refusal import Refused
from sim.scenario import build, estimated_contacts
from sim.study.execution import Execution, closing
from sim.study.kept import digest, recall
from sim.study.observed import Observed
from sim.study.sweeps.grid import Cell, Failure, simulate

Values = Mapping[str, Any]
"""Keys as on the command line (`staffing.scale`, `behavior`), and what they are set to at a point."""


class Wanted(NamedTuple):
    """A point, and how many replications of it there are to be."""

    values: Values
    replications: int


def lacks(observed: Observed, keys: Sequence[str]) -> str:
    """Why a point cannot be judged by these KPIs; empty where it can."""
    places = observed.places()
    for key in keys:
        if key not in places:
            return f"has no {key}: is there no behavior at this point, or no prices?"
        if not float(observed.of(key).bottoms.sum()) > 0.0:
            return f"{key} cannot be told: nothing has happened that it counts"
    return ""


class Points:
    """The points of a study, kept in a folder by what they depend on (see `kept.digest`)."""

    def __init__(self, composed: Callable[[Values], Mapping[str, Any]], folder: Path, execution: Execution) -> None:
        """`composed` gives the whole scenario at some values, or raises Refused."""
        self._composed = composed
        self._execution = execution
        self._configs: dict[str, Mapping[str, Any] | Failure] = {}
        self._there: dict[str, int] = {}
        self._contacts = 0.0
        """simulated so far: once other processes have paid, they are there"""
        self.folder = folder
        self.simulated = 0
        """replications simulated here; all others were in the folder"""

    def config(self, values: Values) -> Mapping[str, Any] | Failure:
        """The composed scenario at a point, or why there is none."""
        key = repr(sorted(values.items()))
        if key not in self._configs:
            try:
                self._configs[key] = self._composed(values)
            except Refused as refused:
                self._configs[key] = Failure("; ".join(refused.lines))
        return self._configs[key]

    def observe(self, wanted: Sequence[Wanted]) -> Iterator[tuple[int, Observed | Failure]]:
        """Yields (place, replications 0, 1, ... of that point) for each of the wanted, as they come.

        Only what is not in the folder is simulated, and points that are the same only once. One that cannot be
        simulated yields its reason, and the others go on.
        """
        raws: dict[str, Mapping[str, Any]] = {}
        places: dict[tuple[str, int], list[int]] = {}
        for place, each in enumerate(wanted):
            raw = self.config(each.values)
            if isinstance(raw, Failure):
                yield place, raw
                continue
            name = digest(raw)
            raws[name] = raw
            places.setdefault((name, each.replications), []).append(place)
        # A file is written by one task at a time: of the same point with several numbers, the largest goes first.
        rest = sorted(places, key=lambda key: -key[1])
        while rest:
            now = {name: (name, n) for name, n in reversed(rest)}
            rest = [key for key in rest if now[key[0]] != key]
            yield from self._simulated([Cell(name, raws[name], n) for name, n in now.values()], places)

    def _simulated(
        self, cells: Sequence[Cell], places: Mapping[tuple[str, int], Sequence[int]]
    ) -> Iterator[tuple[int, Observed | Failure]]:
        self.folder.mkdir(parents=True, exist_ok=True)
        missing = [max(cell.replications - self._kept(cell.name), 0) for cell in cells]
        execution = self._execution
        if any(missing):
            scenario = build(dict(cells[0].raw))
            self._contacts += estimated_contacts(scenario) * sum(missing)
            execution = execution.pays_for(self._contacts, scenario.engine)
        found = simulate(cells, self.folder, execution, [{}] * len(cells))
        with closing(found):
            for k, result in found:
                name, n = cells[k].name, cells[k].replications
                if isinstance(result, Observed):
                    self.simulated += missing[k]
                    self._there[name] = max(n, self._kept(name))
                yield from ((place, result) for place in places[name, n])

    def _kept(self, name: str) -> int:
        """How many replications of a point the folder has."""
        if name not in self._there:
            try:
                self._there[name] = len(recall(self.folder / f"{name}.npz")[0].numbers)
            except Refused:
                self._there[name] = 0
        return self._there[name]
