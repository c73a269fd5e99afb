"""The same results twice: which tables of two folders hold the same bytes, and how far apart the others are."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.loading.places import shown
from sim.loading.refusal import one_line
from sim.study.kept import DAMAGED, read_archive
from sim.study.stopped import NAME as STOPPED

Values = NDArray[Any]

KINDS = (".csv", ".parquet", ".npz")


def command(folder: Path) -> str:
    """What to type to get the tables of a folder again, from what it holds itself."""
    return shlex.join(["python", "-m", "sim", "repeat", shown(folder)])


class Again(NamedTuple):
    """What came of comparing two folders."""

    same: list[str]
    """tables that hold the same bytes, by their path in the folder"""
    others: dict[str, str]
    """all other tables of either folder -> what is not the same"""


def tables(folder: Path) -> set[str]:
    """The tables of a folder: CSV, Parquet and NumPy files, but for what a stopped run has noted for itself."""
    found = (path for path in folder.rglob("*") if path.suffix in KINDS and path.name != STOPPED)
    inside = (path.relative_to(folder) for path in found)
    return {path.as_posix() for path in inside if not any(part.startswith(".") for part in path.parts)}


def compare(first: Path, second: Path) -> Again:
    """Each table of both folders, beside its namesake.

    NumPy archives are held to be the same when all arrays and all that is told of them are, whatever program and
    files they came from.
    """
    one, two = tables(first), tables(second)
    same: list[str] = []
    others = {name: "is there only once" for name in one ^ two}
    for name in sorted(one & two):
        a, b = first / name, second / name
        if a.read_bytes() == b.read_bytes():
            same.append(name)
            continue
        try:
            why = (_archives if name.endswith(".npz") else _frames)(a, b)
        except (*DAMAGED, pl.exceptions.PolarsError) as error:
            why = f"cannot be read: {one_line(repr(error), 150)}"
        if why:
            others[name] = why
        else:
            same.append(name)
    return Again(same, dict(sorted(others.items())))


def _archives(a: Path, b: Path) -> str:
    """What differs between two archives; "" for nothing that was counted."""
    (head, arrays), (other, others) = read_archive(a), read_archive(b)
    head.pop("about", None), other.pop("about", None)
    if head != other or arrays.keys() != others.keys():
        return "holds other figures"
    return _apart([(name, array, others[name]) for name, array in arrays.items()])


def _frames(a: Path, b: Path) -> str:
    read: Callable[[Path], pl.DataFrame] = _csv if a.suffix == ".csv" else pl.read_parquet
    one, two = read(a), read(b)
    if one.columns != two.columns:
        return "has other columns"
    if one.height != two.height:
        return f"has {two.height:,} rows instead of {one.height:,}"
    pairs = []
    for name in one.columns:
        x, y = one[name], two[name]
        if x.dtype.is_float() and y.dtype.is_float():
            pairs.append((name, x.fill_null(np.nan).to_numpy(), y.fill_null(np.nan).to_numpy()))
        elif not x.equals(y, null_equal=True):
            return f"differs in {name}"
    return _apart(pairs) or "has the same values, written otherwise"


def _csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path.read_bytes(), infer_schema_length=None)


def _apart(pairs: list[tuple[str, Values, Values]]) -> str:
    """How far apart pairs of arrays are at most, relative to the values; "" where nowhere."""
    furthest, where, cells = 0.0, "", 0
    for name, x, y in pairs:
        if x.shape != y.shape:
            return f"has another shape in {name}"
        differ = ~((x == y) | ((x != x) & (y != y)))
        if not differ.any():
            continue
        cells += int(np.count_nonzero(differ))
        p, q = x[differ].astype(np.float64), y[differ].astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            gap = np.abs(p - q) / np.maximum(np.abs(p), np.abs(q))
        most = float(np.where(np.isfinite(gap), gap, np.inf).max())
        if most >= furthest:
            furthest, where = most, name
    what = "1 value differs" if cells == 1 else f"{cells:,} values differ"
    return f"{what}, by up to {furthest:.1g} of the value, in {where}" if cells else ""
