"""Replications of one scenario counted, in their order: here, or in batches by whoever the execution names.

The counts of a replication are the same wherever it is made, and they are handed over in order of their numbers, so
what is made of them is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil
from typing import NamedTuple
from uuid import uuid4

from sim.clocks.script import Told, join
from sim.measure import Layout
from sim.measure.counts import Counting, Counts
from sim.run import Engine, Model
from sim.scenario import Scenario, estimated_contacts
from sim.study.execution import SIMPY_COSTS, Execution, closing, in_order, perform

BATCH = 60_000
"""Contacts under the compiled clock that one batch simulates: about 0.4 s."""
BATCHES = 8
"""Batches that there are at least, so that all workers have something to do to the end."""


class Made(NamedTuple):
    """One replication."""

    counts: Counts
    told: Told | None
    """what it has written down, where that is to be kept"""


def make(model: Model, layout: Layout, number: int, engine: Engine, keep: bool = False) -> Made:
    """A replication, simulated and counted."""
    counting, kept, end = Counting(layout, model.agents, model.schedule(number)), [], 0.0
    for told in model.portions(number, engine):
        counting.add(told.left, told.was, told.queued, told.met)
        end = told.end
        if keep:
            kept.append(told)
    return Made(counting.counts(end), join(kept) if keep else None)


class Batch(NamedTuple):
    """Replications that are made together."""

    key: str
    """the same for all batches of a run"""
    scenario: Scenario
    engine: Engine
    numbers: range


_ready: dict[str, tuple[Model, Layout]] = {}
"""What the batches of a run share, by their key; of the latest run only."""


def count(batch: Batch) -> list[Counts]:
    """The counts of a batch, in order."""
    if batch.key not in _ready:
        _ready.clear()
        _ready[batch.key] = Model.of(batch.scenario), Layout.of(batch.scenario)
    model, layout = _ready[batch.key]
    return [make(model, layout, number, batch.engine).counts for number in batch.numbers]


def counted(
    scenario: Scenario, engine: Engine, numbers: range, execution: Execution, size: int | None = None
) -> Iterator[Counts]:
    """The counts of these replications in their order, in batches of `size` (None = by their work)."""
    size = size or batch_size(scenario, engine, len(numbers))
    key = uuid4().hex
    batches = [
        Batch(key, scenario, engine, numbers[start : start + size]) for start in range(0, len(numbers), size)
    ]
    found = in_order(perform(count, batches, execution))
    with closing(found):
        for counts in found:
            yield from counts


def batch_size(scenario: Scenario, engine: Engine, replications: int) -> int:
    """Replications that make a batch, when so many are expected."""
    contacts = max(estimated_contacts(scenario), 1.0) * (SIMPY_COSTS if engine == "simpy" else 1)
    return max(1, min(int(BATCH / contacts), ceil(replications / BATCHES)))


class Replications:
    """Replication after replication of a run, each asked for in turn, made here or elsewhere.

    Those whose facts are kept are made here, and all of them where the rest is little work or the user's own Python is
    to run: other processes cannot tell its faults by file and line.
    """

    def __init__(
        self, model: Model, layout: Layout, execution: Execution, keeps: Callable[[int], bool], end: int
    ) -> None:
        self._model = model
        self._layout = layout
        self._engine = model.engine
        self._execution = execution
        self._keeps = keeps
        self._end = end
        self._contacts = estimated_contacts(model.scenario)
        self._elsewhere: Iterator[Counts] | None = None
        self._made = False
        """whether any was made here"""

    def next(self, number: int, expected: Callable[[], int]) -> Made:
        """The replication of this number, one more than the last; `expected` tells how many there will be in all."""
        if self._elsewhere is None and self._pays(number, expected):
            size = batch_size(self._model.scenario, self._engine, expected() - number)
            numbers = range(number, self._end)
            self._elsewhere = counted(self._model.scenario, self._engine, numbers, self._execution, size)
        if self._elsewhere is not None:
            return Made(next(self._elsewhere), None)
        self._made = True
        return make(self._model, self._layout, number, self._engine, self._keeps(number))

    def _pays(self, number: int, expected: Callable[[], int]) -> bool:
        """Whether the replications from this number on are to be made elsewhere."""
        if self._execution.kind == "serial" or self._model.scenario.python is not None:
            return False
        if self._keeps(number) or self._keeps(self._end - 1):
            return False
        work = max(expected() - number, 0) * self._contacts
        return self._execution.pays_for(work, self._engine).kind != "serial" and self._compiled()

    def _compiled(self) -> bool:
        """Whether the machine code is there, if it is needed: it is to be made once, and not by every worker."""
        if self._engine != "compiled" or self._made:
            return True
        from sim.clocks.compiled_clock import at_hand

        return at_hand()

    def close(self) -> None:
        """Cancel what was begun and is not asked for any more."""
        if self._elsewhere is not None:
            with closing(self._elsewhere):
                self._elsewhere = None
