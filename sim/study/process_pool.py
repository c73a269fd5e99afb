"""ProcessPool: processes of this machine, made anew when one of them is killed. They are those of joblib (loky)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import FrameType
from typing import Any

from sim.study.execution import STRIKES, Lost

IDLE_S = 60
"""Seconds after which a process that has nothing to do ends."""
ENVIRONMENT = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
)
"""There are as many processes as cores. Not Numba's: kept machine code is for its settings."""
APART = 2
"""Times that a process was killed while a task was in hand, from which on it is tried with no other beside it: only
what is then killed is held against it."""

_idle: dict[int, Any] = {}
"""Number of workers -> processes that wait for the next pool of that size."""


class ProcessPool:
    """Processes that do one work. See `execution.Pool`."""

    def __init__(self, work: Callable[[Any], Any], workers: int) -> None:
        self._work = work
        self._workers = workers
        self._executor: Any = None
        self._places: dict[Any, int] = {}
        """future -> place, of what the present executor has"""
        self._tasks: dict[int, Any] = {}
        """place -> task, of all that is not done"""
        self._waiting: list[int] = []
        """places of those tasks that the executor has not, or must get once more"""
        self._seen: dict[int, int] = {}
        """place -> times that a process was killed while the task was in hand, maybe with others"""

    def ahead(self) -> int:
        """One that runs and one that waits for each, and one for the moment in which results are taken."""
        return 2 * self._workers + 1

    def hand(self, place: int, task: Any) -> None:
        """Give them a task."""
        self._tasks[place] = task
        self._waiting.append(place)

    def finished(self) -> list[tuple[int, Any]]:
        """Waits until something is done; places and results, each once. Raises what a task has raised."""
        from concurrent.futures import FIRST_COMPLETED, wait

        from joblib.externals.loky.process_executor import TerminatedWorkerError

        found: list[tuple[int, Any]] = []
        while not found:
            killed = not self._submit()
            done, _ = wait(self._places, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=self._places.__getitem__):
                try:
                    result = future.result()
                except TerminatedWorkerError:
                    killed = True
                    continue
                place = self._places.pop(future)
                del self._tasks[place]
                found.append((place, result))
            if killed:
                self._again()
        return found

    def close(self, whole: bool) -> None:
        """End; what is not done is cancelled unless the `whole` is done. Idle processes are kept for a minute."""
        executor, self._executor = self._executor, None
        self._places.clear()
        if executor is None:
            return
        if whole and self._workers not in _idle:
            _idle[self._workers] = executor
        else:
            executor.shutdown(wait=True, kill_workers=True)

    def _submit(self) -> bool:
        """Hand over what waits, in order; False if a process was killed while nobody looked.

        What may have killed processes goes alone.
        """
        from joblib.externals.loky.process_executor import BrokenProcessPool

        if self._executor is None:
            self._executor = _idle.pop(self._workers, None) or _processes(self._workers)
        self._waiting.sort()
        while self._waiting:
            place = self._waiting[0]
            if self._places and any(self._seen.get(each, 0) >= APART for each in (place, *self._places.values())):
                return True
            try:
                with without_ctrl_c():
                    future = self._executor.submit(self._work, self._tasks[place])
            except BrokenProcessPool:
                return False
            self._places[future] = place
            del self._waiting[0]
        return True

    def _again(self) -> None:
        """A process was killed, and with it the executor: all that it had in hand is to be done once more."""
        for place in self._places.values():
            self._seen[place] = self._seen.get(place, 0) + 1
            if self._seen[place] == APART + STRIKES:
                raise Lost(
                    f"task {place + 1} has ended its process {STRIKES} times (killed, or out of memory?): "
                    "try fewer with workers=1, or execution=serial"
                )
        self._waiting += self._places.values()
        self._places.clear()
        executor, self._executor = self._executor, None
        executor.shutdown(wait=True, kill_workers=True)


def _processes(workers: int) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, timeout=IDLE_S, initializer=_leave_ctrl_c, env=ENVIRONMENT)


def _leave_ctrl_c() -> None:
    """Ctrl-C in a terminal reaches every process of it; what it means is for the first one to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """A library starts its processes and threads whole or not at all: Ctrl-C is heard after that.

    The processes do not hear it, not even while they start.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[tuple[int, FrameType | None]] = []
    before = signal.getsignal(signal.SIGINT)
    masks = hasattr(signal, "pthread_sigmask")
    if masks:
        resource_tracker.ensure_running()  # which, when it is started later, takes the mask away
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if callable(before):
        signal.signal(signal.SIGINT, lambda number, frame: heard.append((number, frame)))
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if callable(before):
            signal.signal(signal.SIGINT, before)
    if heard and callable(before):
        before(*heard[0])
