"""A grid of points simulated: what is kept already is not made again, and each point is kept as soon as it is done."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.loading.refusal import Refused
from sim.scenario import build, estimated_contacts
from sim.study.execution import Execution, perform
from sim.study.kept import digest, keep, recall
from sim.study.observed import Observed, Task, chosen, joined, observe

CHUNK = 250_000
"""Contacts that one task simulates, about 1.5 s of work."""
PIECES = 8
"""Tasks that there are at least, so that all workers have something to do to the end."""


class Cell(NamedTuple):
    """A point to simulate."""

    name: str
    """its file's name"""
    raw: Mapping[str, Any]
    """the composed scenario"""
    replications: int


class Failure(NamedTuple):
    """A point that could not be simulated, and why."""

    reason: str


def simulate(
    cells: Sequence[Cell], folder: Path, execution: Execution, about: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, Observed | Failure]]:
    """Place and replications 0, 1, ... of each point, as they are done; those that are kept already come first.

    `folder` holds a file for each; `about` is what is kept with it. Replications of a point that are kept are used
    when nothing that they depend on has changed, and only those that are missing are made.
    """
    had: dict[int, Observed] = {}
    missing: dict[int, list[int]] = {}
    digests = [digest(cell.raw) for cell in cells]
    for place, cell in enumerate(cells):
        kept = _kept(folder / f"{cell.name}.npz", digests[place])
        numbers = set() if kept is None else {int(number) for number in kept.numbers}
        if kept is not None:
            had[place] = kept
        absent = [number for number in range(cell.replications) if number not in numbers]
        if absent:
            missing[place] = absent
        elif kept is not None:
            yield place, chosen(kept, range(cell.replications))
    tasks, owners = _tasks(cells, missing)
    waiting = {place: owners.count(place) for place in missing}
    parts: dict[int, list[Observed]] = {place: [had[place]] if place in had else [] for place in missing}
    failed: set[int] = set()
    for k, found in perform(attempt, tasks, execution):
        place = owners[k]
        waiting[place] -= 1
        if isinstance(found, Failure):
            if place not in failed:
                failed.add(place)
                yield place, found
            continue
        parts[place].append(found)
        if not waiting[place] and place not in failed:
            whole = joined(parts.pop(place))
            keep(whole, folder / f"{cells[place].name}.npz", {**about[place], "digest": digests[place]})
            yield place, chosen(whole, range(cells[place].replications))


def _kept(file: Path, wanted: str) -> Observed | None:
    """What a file holds, unless it is damaged or of another scenario."""
    if not file.is_file():
        return None
    try:
        observed, about = recall(file)
    except Refused:
        return None
    return observed if about.get("digest") == wanted else None


def _tasks(cells: Sequence[Cell], missing: Mapping[int, Sequence[int]]) -> tuple[list[Task], list[int]]:
    """Replications in tasks of about the same work, and the place of the point that each belongs to."""
    each = {place: _contacts(cells[place].raw) for place in missing}
    work = sum(each[place] * len(numbers) for place, numbers in missing.items())
    size = min(float(CHUNK), work / PIECES)
    tasks, owners = [], []
    for place, numbers in missing.items():
        step = max(int(size / each[place]), 1)
        for start in range(0, len(numbers), step):
            tasks.append(Task(cells[place].raw, tuple(numbers[start : start + step])))
            owners.append(place)
    return tasks, owners


def _contacts(raw: Mapping[str, Any]) -> float:
    """Those of a replication, about; of a scenario that cannot be built it is its task that tells."""
    try:
        return max(estimated_contacts(build(copy.deepcopy(dict(raw)))), 1.0)
    except ValueError:
        return 1.0


def attempt(task: Task) -> Observed | Failure:
    """The replications of a task; what is wrong with the scenario itself is told and not raised."""
    try:
        return observe(task)
    except (ValueError, ArithmeticError, MemoryError, OSError, Refused) as error:
        return Failure(" ".join(str(error).split()) or type(error).__name__)
