"""What it costs to have a task done elsewhere: processes, Dask and Ray on this machine.

Start-up is the time until the first task's answer; a task costs what 500 that do nothing take, each; bytes are those of
a task and of its answer as they are sent (pickled) for `peak`, the least and the most that is sent.
"""

from __future__ import annotations

import importlib.util
import pickle
import time
from itertools import islice
from typing import NamedTuple

from sim.loading import load
from sim.study.execution import Execution, Kind, perform

TASKS = 500
PACKAGES = {"dask": "distributed", "ray": "ray"}


class Cost(NamedTuple):
    """Of one way to have tasks done, with two workers."""

    kind: Kind
    start_s: float
    task_ms: float


def cost(kind: Kind, tasks: int = TASKS) -> Cost | None:
    """What it costs, or None where it is not installed."""
    if kind in PACKAGES and importlib.util.find_spec(PACKAGES[kind]) is None:
        return None
    started = time.perf_counter()
    answers = perform(abs, range(tasks), Execution(kind, 2))
    next(answers)
    first = time.perf_counter()
    some = sum(1 for _ in islice(answers, tasks - 2))  # all but the last, behind which the workers end
    task_s = (time.perf_counter() - first) / some
    return Cost(kind, first - started, task_s * 1e3) if list(answers) else None


def sizes(words: str = "peak") -> tuple[int, int]:
    """Bytes of a task of a sweep (one point, one replication) and of its answer."""
    from sim.study.observed import Task, observe

    task = Task(load([words, "engine=compiled"]).raw, (0,))
    return len(pickle.dumps(task)), len(pickle.dumps(observe(task)))
