"""Tasks for processes of their own. Each worker imports this file alone: the less it needs, the sooner it begins."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import NamedTuple


def square(number: int) -> tuple[int, int]:
    """The square, and who has made it."""
    return number * number, os.getpid()


def slow_first(number: int) -> int:
    """Itself, the first one late."""
    time.sleep(0.5 if number == 0 else 0.0)
    return number


def refuse(number: int) -> int:
    """Itself, but not 3."""
    if number == 3:
        from sim.loading import Refused

        raise Refused("three is wrong", "in two lines")
    return number


class Deadly(NamedTuple):
    """A task whose worker is killed the first times that it is tried."""

    number: int
    times: int
    notes: Path


def die(task: Deadly) -> int:
    """Its number, if it lives."""
    tried = len(list(task.notes.glob(f"{task.number}-*")))
    (task.notes / f"{task.number}-{tried}").touch()
    if tried < task.times:
        os.kill(os.getpid(), signal.SIGKILL)
    return task.number


def linger(note: str) -> None:
    """Leaves its process id, and stays."""
    Path(note, str(os.getpid())).touch()
    time.sleep(60)


def linger_unless_first(task: tuple[str, int]) -> int:
    """The first is done at once."""
    if task[1]:
        linger(task[0])
    return task[1]


class Fatal(NamedTuple):
    """A task that takes a moment; the first try of one of them kills its worker."""

    number: int
    notes: Path


def kill_once(task: Fatal) -> tuple[int, int]:
    """Its square, and who has made it."""
    time.sleep(0.1)
    note = task.notes / "killed"
    if task.number == 5 and not note.exists():
        note.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(task.number)
