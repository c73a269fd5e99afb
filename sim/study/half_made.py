"""Half-made: hidden names for what is being written, by which it is known who writes it; and what the dead have left.

A file or folder comes into its place by one rename, when it is whole. A process that is killed leaves its half under
such a name, where nothing takes it for a result; the next run into that folder takes it away.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

HALF, AWAY = "partial", "old"
"""Endings: of what is being written, and of what is out of the way while another takes its place."""
_NAME = re.compile(rf"\.(?P<of>.+)-(?P<machine>[0-9a-f]{{8}})-(?P<process>\d+)\.(?P<end>{HALF}|{AWAY})")


def half_made(place: Path, end: str = HALF) -> Path:
    """Where this process writes what is to come into a place: beside it, hidden."""
    return place.parent / f".{place.name}-{_machine()}-{os.getpid()}.{end}"


def is_half_made(path: Path) -> bool:
    """Whether a file or folder is half-made, by whomever."""
    return _NAME.fullmatch(path.name) is not None


def left(folder: Path) -> list[Path]:
    """What processes of this machine that are there no more have left half-made in a folder."""
    found: list[Path] = []
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            told = _NAME.fullmatch(path.name)
            if told and told["machine"] == _machine() and not _alive(int(told["process"])):
                found.append(path)
    return found


def clear(folder: Path) -> None:
    """Take that away. What was only out of the way comes back if nothing has taken its place."""
    for path in left(folder):
        _clear_one(path)


def _clear_one(path: Path) -> None:
    told = _NAME.fullmatch(path.name)
    place = path.parent / told["of"] if told and told["end"] == AWAY else path
    with suppress(OSError):
        if not os.path.lexists(place):
            os.rename(path, place)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


@cache
def _machine() -> str:
    """Eight signs for this machine: a folder may be shared, and numbers of processes are each machine's own."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _alive(process: int) -> bool:
    """Whether there is such a process; True where that cannot be asked without harm."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
