"""A run's folder: written under a hidden name beside its place, and put there when it is whole.

So whatever stands under a folder's own name is finished, and a run that was killed leaves nothing
that looks finished.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path
from types import TracebackType

import polars as pl


class OutputTaken(ValueError):
    """The folder asked for exists already; finished runs are never written over."""


class RunFolder:
    """The folder of a run in the making. As a context: put in place on success, removed on failure."""

    def __init__(self, place: Path) -> None:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise OutputTaken(f"{place} exists already; choose another output=FOLDER, or remove it first")
        self.place = place
        self.making = place.parent / f".{place.name}.partial-{os.getpid()}"

    def __enter__(self) -> RunFolder:
        shutil.rmtree(self.making, ignore_errors=True)
        self.making.mkdir(parents=True)
        return self

    def write_tables(self, tables: dict[str, pl.DataFrame], replication: int) -> None:
        """Write one replication's tables of facts, as tables/NAME/NNNN.parquet (numbered from 1)."""
        for name, table in tables.items():
            folder = self.making / "tables" / name
            folder.mkdir(parents=True, exist_ok=True)
            table.write_parquet(folder / f"{replication + 1:04d}.parquet", compression="zstd", compression_level=1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            shutil.rmtree(self.making, ignore_errors=True)
            return
        self.place = put(self.making, self.place)


def put(folder: Path, place: Path) -> Path:
    """Rename a finished folder to its place; if somebody has taken that meanwhile, to the next free name."""
    number = 1
    while True:
        target = place if number == 1 else place.with_name(f"{place.name}-{number}")
        try:
            os.rename(folder, target)  # over an empty folder, or not at all
        except OSError:
            if not target.exists():
                raise
            number += 1
        else:
            return target


def free_place(outputs: Path, scenario: str, now: datetime) -> Path:
    """outputs/SCENARIO/YYYYMMDD-HHMMSS, with a number behind it if that is taken."""
    place = outputs / scenario / now.strftime("%Y%m%d-%H%M%S")
    number = 1
    while (taken := place if number == 1 else place.with_name(f"{place.name}-{number}")).exists():
        number += 1
    return taken
