"""A run's folder: written under a hidden name beside its place, and put there when it is whole.

So whatever stands under a folder's own name is finished, and a run that was killed leaves nothing
that looks finished.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType

import polars as pl

from sim.loading.refusal import Refused
from sim.study.half_made import AWAY, clear, half_made

LONGEST = 60
"""Letters of a folder's name: a file system takes 255 bytes, and a letter may have four."""


class RunFolder:
    """The folder of a run in the making. As a context: put in place on success, removed on failure.

    Raises Refused where something stands in its place already: finished runs are never written over. Only an
    `unfinished` run is replaced, when the new one is whole.
    """

    def __init__(self, place: Path, unfinished: bool = False, meanwhile: Callable[[Path], bool] | None = None) -> None:
        """`meanwhile` tells whether what has taken the place while this was made is the same: then that is kept."""
        self._unfinished = unfinished
        self._meanwhile = meanwhile or (lambda place: False)
        taken = os.path.lexists(place) and (not place.is_dir() or place.is_symlink() or any(place.iterdir()))
        if taken and not unfinished:
            raise Refused(f"{place} exists already; choose another output=FOLDER, or remove it first")
        self.place = place
        self._new = [folder for folder in place.parents if not folder.exists()]
        self.making = half_made(place)

    def __enter__(self) -> RunFolder:
        clear(self.place.parent)
        remove(self.making)
        try:
            self.making.mkdir(parents=True)
        except OSError as error:
            error.filename = str(self.place)  # which the user has named
            raise
        return self

    def write_tables(self, tables: dict[str, pl.DataFrame], replication: int) -> None:
        """Write one replication's tables of facts, as tables/NAME/NNNN.parquet (numbered from 1)."""
        for name, table in tables.items():
            folder = self.making / "tables" / name
            folder.mkdir(parents=True, exist_ok=True)
            # Through memory, since polars does not tell a full disk from other troubles.
            written = BytesIO()
            table.write_parquet(written, compression="zstd", compression_level=1)
            (folder / f"{replication + 1:04d}.parquet").write_bytes(written.getbuffer())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            remove(self.making)
            for folder in self._new:
                with suppress(OSError):
                    folder.rmdir()  # if it is empty: nothing came of the first run
            if isinstance(error, OSError) and error.errno is not None and error.filename is None:
                error.filename = str(self.place)  # a full disk does not say which
            return
        if self._meanwhile(self.place):
            remove(self.making)
        elif self._unfinished:
            self.place = put_instead(self.making, self.place)
        else:
            self.place = put(self.making, self.place, self._meanwhile)


def remove(folder: Path) -> None:
    """Remove a folder and all in it, as far as possible, also while somebody presses Ctrl-C again and again."""
    for _ in range(10):
        try:
            shutil.rmtree(folder, ignore_errors=True)
        except (KeyboardInterrupt, SystemExit):  # once is enough to stop; a library may pass on the same one later
            continue
        return


def put(folder: Path, place: Path, meanwhile: Callable[[Path], bool] = lambda place: False) -> Path:
    """Rename a finished folder to its place; if somebody has taken that meanwhile, to the next free name.

    Where `meanwhile` says that the same stands there, the folder goes instead.
    """
    number = 1
    while True:
        target = place if number == 1 else place.with_name(f"{place.name}-{number}")
        try:
            os.rename(folder, target)  # over an empty folder, or not at all
        except OSError:
            if not os.path.lexists(target):
                raise
            if meanwhile(target):
                remove(folder)
                return target
            number += 1
        else:
            return target


def put_instead(folder: Path, place: Path) -> Path:
    """Rename a finished folder to the place of an unfinished one, which goes; else to the next free name."""
    old = half_made(place, AWAY)
    remove(old)
    try:
        os.rename(place, old)
    except OSError:
        return put(folder, place)
    try:
        found = put(folder, place)
    except BaseException:
        os.rename(old, place)
        raise
    remove(old)
    return found


def copy_tables(earlier: Path, folder: Path) -> None:
    """Take over the tables of facts that an unfinished run has; as links where the file system has them."""
    if (earlier / "tables").is_dir():
        shutil.copytree(earlier / "tables", folder / "tables", copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def free_place(outputs: Path, scenario: str, now: datetime) -> Path:
    """outputs/SCENARIO/YYYYMMDD-HHMMSS, with a number behind it if that is taken."""
    inside = re.sub(r"[^\w.+-]+", "_", scenario).strip("._")[:LONGEST] or "run"  # never leads out of the folder
    place = outputs / inside / now.strftime("%Y%m%d-%H%M%S")
    number = 1
    while os.path.lexists(taken := place if number == 1 else place.with_name(f"{place.name}-{number}")):
        number += 1
    return taken
