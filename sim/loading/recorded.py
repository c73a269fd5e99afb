"""Files of recorded arrivals, looked at before anything runs: what is wrong with them, and what to warn of."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.loading.origin import Told
from sim.scenario import Recorded, Scenario
from sim.units import DAY


class Log(NamedTuple):
    """A file as it was read."""

    times: npt.NDArray[np.float64]
    fault: str
    notes: tuple[str, ...]


def faults(raw: Mapping[str, Any]) -> Iterator[Told]:
    """What is wrong with the files that a scenario's composed values name; their paths are absolute by now."""
    queues = raw.get("queues")
    for name, queue in queues.items() if isinstance(queues, Mapping) else ():
        arrivals = queue.get("arrivals") if isinstance(queue, Mapping) else None
        if not isinstance(arrivals, Mapping) or arrivals.get("kind") != "recorded":
            continue
        file, column = arrivals.get("file"), arrivals.get("column", "arrived")
        if isinstance(file, str) and isinstance(column, str) and Path(file).is_file():
            fault = read(file, column).fault
            if fault:
                yield Told(("queues", name, "arrivals"), fault)


def cautions(scenario: Scenario) -> Iterator[Told]:
    """What is allowed but probably not meant: nobody in the file, or contacts that nobody will ever answer."""
    for name, queue in scenario.queues.items():
        if not isinstance(queue.arrivals, Recorded):
            continue
        where, file = ("queues", name, "arrivals"), Path(queue.arrivals.file).name
        times, _, notes = read(queue.arrivals.file, queue.arrivals.column)
        yield from (Told(where, note) for note in notes)
        total, here = len(times), times[times < scenario.horizon_s]
        windows = np.array(scenario.open_windows(name)).reshape(-1, 2)
        closed = len(here) - int((np.searchsorted(here, windows[:, 1]) - np.searchsorted(here, windows[:, 0])).sum())
        if not total:
            yield Told(where, f"{file}: holds no arrivals, so nobody calls")
        if total > len(here):
            days = int(times[-1] // DAY) + 1
            yield Told(where, f"{file}: {total - len(here):,} of {total:,} contacts come after the last simulated day "
                              f"and are left out: days={days} takes all")
        if closed:
            yield Told(where, f"{file}: {closed:,} of {total:,} contacts come while the queue is closed: they are "
                              "blocked")


def read(file: str, column: str) -> Log:
    """A file's arrivals; read again only if it changes."""
    info = Path(file).stat()
    return _read(file, column, info.st_mtime_ns, info.st_size)


@lru_cache(maxsize=64)
def _read(file: str, column: str, _changed: int, _size: int) -> Log:
    from sim.plan.recorded import RecordedError, recorded_times

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            return Log(recorded_times(file, column), "", tuple(str(each.message) for each in caught))
        except RecordedError as error:
            return Log(np.empty(0), str(error), ())
