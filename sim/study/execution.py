"""Execution: independent tasks done here, by processes, or by a Dask or Ray cluster, with the same results.

    for place, result in perform(work, tasks, Execution("processes", workers=4)):
        ...
    results = in_order(perform(work, tasks, execution))

A task that is the same wherever it is done (all of the program's are: whatever is random is drawn from the seed and the
number of a replication) makes the whole the same. A killed worker loses nothing; its tasks are done again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from sim.scenario import Scenario

T = TypeVar("T")
R = TypeVar("R")
Kind = Literal["serial", "processes", "dask", "ray"]

ALONE = 1_000_000
"""Contacts under the compiled clock, some 5 s, up to which two processes are no sooner done than one; with more of them
it is that many, over the workers beside the first (docs/scale.md)."""
SIMPY_COSTS = 15
"""Times as long as under the compiled clock a contact takes under SimPy, counting included."""
STRIKES = 3
"""Workers that a task may take with it before it is given up."""


class Execution(NamedTuple):
    """Where tasks are done."""

    kind: Kind = "processes"
    workers: int | None = None
    """processes, or workers of a local cluster; None = as many as there are cores. A cluster by address has its own"""
    address: str | None = None
    """of a running Dask scheduler or Ray cluster; None = a local one, for as long as it takes"""

    @classmethod
    def of(cls, scenario: Scenario) -> Execution:
        """What a scenario asks for."""
        return cls(scenario.execution, scenario.workers, scenario.cluster)

    @classmethod
    def for_all(cls, scenarios: Sequence[Scenario], replications: int) -> Execution:
        """Whom the first of these scenarios asks for; serial if all of them together are little work, or none."""
        from sim.scenario import estimated_contacts

        if not scenarios:
            return SERIAL
        work = sum(map(estimated_contacts, scenarios)) * replications
        return cls.of(scenarios[0]).pays_for(work, scenarios[0].engine)

    def pays_for(self, contacts: float, engine: str = "compiled") -> Execution:
        """The same, or serial where the work is done before other processes have started.

        A cluster that is named is used in any case.
        """
        return self if self.address is not None or worth(contacts, engine, self.workers) else SERIAL


SERIAL = Execution("serial")


class Lost(ValueError):
    """A task cannot be done, or those who were to do it are gone; the message is one line."""


def worth(contacts: float, engine: str = "compiled", workers: int | None = None) -> bool:
    """Whether so many contacts, in all tasks together, pay for the start of so many processes (None = one a core)."""
    work = contacts * (SIMPY_COSTS if engine == "simpy" else 1)
    if work * ((workers or os.cpu_count() or 1) - 1) <= ALONE:
        return False  # whatever share of the cores is ours: Joblib, which knows, takes 0.1 s to import
    from joblib import cpu_count

    return work * ((workers or cpu_count()) - 1) > ALONE


def perform(work: Callable[[T], R], tasks: Sequence[T], execution: Execution) -> Iterator[tuple[int, R]]:
    """Yields (place of the task, its result) as they come, each exactly once.

    `work` is a function of a module and tasks can be pickled; what a task raises is raised here. No more tasks are
    handed out than keep the workers busy while results are taken. Closing the generator early cancels the rest and
    leaves no processes behind. Raises Refused for a library that is not installed and a cluster that does not answer,
    Lost for a task that has killed its worker three times and for a cluster that is gone.
    """
    pool = _pool(work, min(len(tasks), execution.workers or len(tasks)), execution) if tasks else None
    if pool is None:
        for place, task in enumerate(tasks):
            yield place, work(task)
        return
    whole, handed, done = False, 0, 0
    try:
        while done < len(tasks):
            for place in range(handed, min(len(tasks), done + pool.ahead())):
                pool.hand(place, tasks[place])
                handed = place + 1
            for place, result in pool.finished():
                done += 1
                whole = done == len(tasks)
                yield place, result
    finally:
        pool.close(whole)


def in_order(found: Iterator[tuple[int, R]]) -> Iterator[R]:
    """The results in the order of the tasks, each as soon as those before it are there."""
    early: dict[int, R] = {}
    place = 0
    with closing(found):
        for which, result in found:
            early[which] = result
            while place in early:
                yield early.pop(place)
                place += 1


@contextmanager
def closing(found: Iterator[Any]) -> Iterator[None]:
    """Close a generator at the end, come what may; another iterator has nothing to close."""
    try:
        yield
    finally:
        close = getattr(found, "close", None)
        if close is not None:
            close()


class Pool(Protocol):
    """Workers that do one `work`."""

    def ahead(self) -> int:
        """Tasks to be in their hands, so that none waits for the next."""

    def hand(self, place: int, task: Any) -> None:
        """Give them a task."""

    def finished(self) -> list[tuple[int, Any]]:
        """Waits until something is done; places and results, each once. Raises what a task has raised."""

    def close(self, whole: bool) -> None:
        """End; what is not done is cancelled unless the `whole` is done."""


def _pool(work: Callable[[Any], Any], most: int, execution: Execution) -> Pool | None:
    """The pool for at most so many tasks at a time; None = this process does them."""
    if execution.kind == "dask":
        from sim.study.dask_pool import DaskPool

        return DaskPool(work, most, execution)
    if execution.kind == "ray":
        from sim.study.ray_pool import RayPool

        return RayPool(work, most, execution)
    if execution.kind == "serial" or most == 1:
        return None
    from joblib import cpu_count

    workers = min(most, execution.workers or cpu_count())
    if workers == 1:
        return None
    from sim.study.process_pool import ProcessPool

    return ProcessPool(work, workers)
