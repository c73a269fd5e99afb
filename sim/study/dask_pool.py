"""DaskPool: the workers of a Dask cluster, a running one by its address or a local one for as long as it takes.

Dask itself does the tasks of a killed worker again, and gives one up that has taken several workers with it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import sim
from sim.loading.refusal import Refused, one_line
from sim.study.execution import Execution, Lost

ANSWER_S = 10.0
"""Seconds in which a scheduler is to answer."""


class DaskPool:
    """Workers of a Dask cluster. See `execution.Pool`."""

    def __init__(self, work: Callable[[Any], Any], most: int, execution: Execution) -> None:
        self._work = work
        self._cluster: Any = None
        self._client = self._connected(most, execution)
        self._key = f"tightrope-{uuid4().hex}"
        self._places: dict[Any, int] = {}
        from distributed import as_completed

        self._done: Any = as_completed(loop=self._client.loop)

    def _connected(self, most: int, execution: Execution) -> Any:
        try:
            from distributed import Client, LocalCluster
        except ImportError as error:
            raise Refused('execution=dask: Dask is not installed: pip install "tightrope[dask]"') from error
        if execution.address is not None:
            return _client(Client, execution.address)
        from joblib import cpu_count

        from sim.study.process_pool import without_ctrl_c

        with without_ctrl_c():
            self._cluster = LocalCluster(
                n_workers=min(most, execution.workers or cpu_count()),
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )
            return Client(self._cluster)

    def ahead(self) -> int:
        """One that runs and one that waits for each thread of the workers there are by now."""
        threads: int = sum(self._client.nthreads().values())
        return 2 * max(1, threads) + 1

    def hand(self, place: int, task: Any) -> None:
        """Give them a task."""
        future = self._client.submit(_versioned, self._work, task, key=f"{self._key}-{place}", pure=False)
        self._places[future] = place
        self._done.add(future)

    def finished(self) -> list[tuple[int, Any]]:
        """Waits until something is done; places and results, each once. Raises what a task has raised."""
        return [self._taken(future) for future in self._done.next_batch(block=True)]

    def _taken(self, future: Any) -> tuple[int, Any]:
        from concurrent.futures import CancelledError

        from distributed.scheduler import KilledWorker

        place = self._places.pop(future)
        try:
            version, result = future.result()
        except KilledWorker as error:
            raise Lost(f"task {place + 1} has ended several workers of the Dask cluster (out of memory?)") from error
        except CancelledError as error:
            raise Lost("the Dask cluster is gone, and what its workers had in hand") from error
        except ModuleNotFoundError as error:
            remedy = "install tightrope there as it is here"
            raise Refused(f"execution=dask: a worker has no {error.name}: {remedy}") from error
        if version != sim.__version__:
            raise Refused(f"execution=dask: a worker has tightrope {version}, here it is {sim.__version__}")
        return place, result

    def close(self, whole: bool) -> None:
        """End; what is not done is cancelled unless the `whole` is done. A local cluster ends with it."""
        if not whole:
            self._client.cancel(list(self._places), force=True)
        self._places.clear()
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _client(made: Any, address: str) -> Any:
    """The client of a running scheduler, told without what Dask itself logs."""
    log = logging.getLogger("distributed")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        return made(address, timeout=ANSWER_S)
    except Exception as error:  # no address, nobody there, or somebody who speaks otherwise, which may end in anything
        why = one_line(error, 150) or type(error).__name__
        raise Refused(f"execution=dask: no Dask scheduler answers at cluster={address}: {why}") from error
    finally:
        log.setLevel(level)


def _versioned(work: Callable[[Any], Any], task: Any) -> tuple[str, Any]:
    return sim.__version__, work(task)
