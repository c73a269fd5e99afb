"""RayPool: the workers of a Ray cluster, a running one by its address or a local one for as long as it takes.

Ray itself does the tasks of a killed worker again, several times.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from typing import Any

import sim
from sim.loading.refusal import Refused, one_line
from sim.study.execution import STRIKES, Execution, Lost

ANSWER_S = 10.0
"""Seconds in which a cluster is to answer."""


class RayPool:
    """Workers of a Ray cluster. See `execution.Pool`."""

    def __init__(self, work: Callable[[Any], Any], most: int, execution: Execution) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a program that tells nobody what it does
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # else Ray warns of a change to come
        try:
            import ray
        except ImportError as error:
            raise Refused('execution=ray: Ray is not installed: pip install "tightrope[ray]"') from error
        self._ray: Any = ray
        self._ours = not ray.is_initialized()
        self._places: dict[Any, int] = {}
        if self._ours:
            self._connect(most, execution)
        self._work = ray.put(work)
        self._remote = ray.remote(_versioned).options(max_retries=STRIKES - 1, num_cpus=1)

    def _connect(self, most: int, execution: Execution) -> None:
        quiet = {"log_to_driver": False, "logging_level": logging.CRITICAL}
        if execution.address is None:
            from joblib import cpu_count

            workers = min(most, execution.workers or cpu_count())
            self._ray.init(address="local", num_cpus=workers, include_dashboard=False, **quiet)
            return
        _answers(execution.address)
        try:
            self._ray.init(address=execution.address, **quiet)
        except Exception as error:  # no address, nobody there, or somebody who speaks otherwise
            why = one_line(error, 150)
            raise Refused(f"execution=ray: no Ray cluster answers at cluster={execution.address}: {why}") from error

    def ahead(self) -> int:
        """One that runs and one that waits for each core that the cluster has by now."""
        return 2 * max(1, int(self._ray.cluster_resources().get("CPU", 1))) + 1

    def hand(self, place: int, task: Any) -> None:
        """Give them a task."""
        self._places[self._remote.remote(self._work, task)] = place

    def finished(self) -> list[tuple[int, Any]]:
        """Waits until something is done; places and results, each once. Raises what a task has raised."""
        done, _ = self._ray.wait(list(self._places), num_returns=1)
        return [self._taken(each) for each in done]

    def _taken(self, reference: Any) -> tuple[int, Any]:
        errors = self._ray.exceptions
        place = self._places.pop(reference)
        try:
            version, result = self._ray.get(reference)
        except errors.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, ModuleNotFoundError):
                remedy = "install tightrope there as it is here"
                raise Refused(f"execution=ray: a worker has no {cause.name}: {remedy}") from error
            raise cause from error
        except (errors.WorkerCrashedError, errors.OutOfMemoryError) as error:
            raise Lost(f"task {place + 1} has ended its worker {STRIKES} times (killed, or out of memory?)") from error
        except errors.RayError as error:
            raise Lost(f"the Ray cluster is gone, or a part of it: {one_line(error, 150)}") from error
        if version != sim.__version__:
            raise Refused(f"execution=ray: a worker has tightrope {version}, here it is {sim.__version__}")
        return place, result

    def close(self, whole: bool) -> None:
        """End; what is not done is cancelled unless the `whole` is done. A local cluster ends with it."""
        if not whole:
            for reference in self._places:
                self._ray.cancel(reference, force=True)
        self._places.clear()
        if self._ours:
            self._ray.shutdown()


def _answers(address: str) -> None:
    """Raises Refused where nobody listens at HOST:PORT or ray://HOST:PORT: Ray itself would try for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon:
        return  # "auto", or a name that Ray itself knows
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_S).close()
    except (OSError, ValueError) as error:
        raise Refused(f"execution=ray: no Ray cluster answers at cluster={address}: {one_line(error, 150)}") from error


def _versioned(work: Callable[[Any], Any], task: Any) -> tuple[str, Any]:
    return sim.__version__, work(task)
