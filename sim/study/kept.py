"""Kept: observed replications in a file, exact to the bit, read without running anything that stands in it.

A NumPy archive (.npz) of plain numbers and one JSON text; pickles are refused. Written under another name first, so
that a file that is there is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.loading.refusal import Refused, one_line
from sim.loading.too_large import memory
from sim.measure.kpis import Kpi
from sim.study.half_made import half_made
from sim.study.observed import Course, Observed
from sim.study.variants import Figures

NAME = "observed.npz"
FORMAT = 1
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Date of all that is in the archive: the same figures give the same bytes."""
APART = frozenset(("output", "tables", "replications", "precision", "execution", "workers", "cluster", "report",
                   "name", "description", "confidence", "resume", "hydra", "engine", "allow_python"))  # fmt: skip
"""Keys of a scenario that change no replication."""
DAMAGED = (OSError, ValueError, LookupError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error, EOFError,
           RecursionError, MemoryError, NotImplementedError)  # fmt: skip
"""What reading a file raises that is not whole."""
TOLD = ("key", "label", "unit", "signed")
"""What is kept of a KPI: its sums are there."""


def digest(raw: Mapping[str, Any]) -> str:
    """What a scenario's replications depend on, as 16 hexadecimal digits: its values, the files it names, and the
    version of the program."""
    own = {key: value for key, value in raw.items() if key not in APART}
    told = json.dumps([sim.__version__, _program(), own, _files(own)], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@cache
def _program() -> str:
    """A digest of the program itself, so that what an older one has made is not taken for its own."""
    folder, told = Path(sim.__file__).parent, hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        told.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()


def _files(value: Any) -> list[str]:
    """Digests of the files named anywhere in the values, in order."""
    if isinstance(value, Mapping):
        return [found for each in value.values() for found in _files(each)]
    if isinstance(value, list):
        return [found for each in value for found in _files(each)]
    if isinstance(value, str) and os.path.isabs(value) and os.path.isfile(value):
        with open(value, "rb") as file:
            return [hashlib.file_digest(file, "sha256").hexdigest()]
    return []


def keep(observed: Observed, file: Path, about: Mapping[str, Any]) -> None:
    """Write replications, and what is to be known of them, as one file."""
    course = observed.course.figures
    head = {
        "format": FORMAT,
        "about": dict(about),
        "kpis": [{name: getattr(kpi, name) for name in TOLD} for kpi in observed.kpis],
        "course": list(course),
        "strata": observed.strata,
    }
    arrays: dict[str, Any] = {
        "numbers": observed.numbers,
        "tops": observed.figures.tops,
        "bottoms": observed.figures.bottoms,
        "start_s": observed.course.start_s,
        "course_tops": np.array([each.tops for each in course.values()]),
        "course_bottoms": np.array([each.bottoms for each in course.values()]),
    }
    write_archive(file, head, arrays)


def write_archive(file: Path, head: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write arrays and a JSON text as one file, which is there whole or not at all."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(zipfile.ZipInfo("head.json", EPOCH), json.dumps(head))
        for name, array in arrays.items():
            one = BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, one.getvalue())
    half = half_made(file)
    try:
        half.write_bytes(written.getbuffer())
        os.replace(half, file)
    finally:
        half.unlink(missing_ok=True)


def read_archive(file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON and the arrays, by name, of such a file. Raises what `DAMAGED` lists where it is not whole."""
    with zipfile.ZipFile(file) as archive:
        unpacked, most = sum(each.file_size for each in archive.infolist()), memory()
        if most is not None and unpacked > most / 2:
            raise ValueError(f"is {unpacked / 1e9:,.1f} GB when it is unpacked, more than there is memory for here")
        names = [name for name in archive.namelist() if name.endswith(".npy")]
        return json.loads(archive.read("head.json")), {name[:-4]: _array(archive, name) for name in names}


def recall(file: Path) -> tuple[Observed, dict[str, Any]]:
    """The replications in a file, and what is known of them. Raises Refused for a file that is not whole."""
    try:
        head, arrays = read_archive(file)
        if head["format"] != FORMAT:
            raise Refused(f"{file}: written by another version of the program: simulate it again")
        kpis = _kpis(json.dumps(head["kpis"]))
        tops, bottoms = arrays["tops"], arrays["bottoms"]
        n = len(arrays["numbers"])
        if not tops.shape == bottoms.shape == (n, len(kpis)):
            raise ValueError("figures and names do not match")
        course = {
            key: Figures(arrays["course_tops"][k], arrays["course_bottoms"][k])
            for k, key in enumerate(head["course"])
        }
        about, strata = dict(head["about"]), int(head.get("strata", 1))
    except DAMAGED as error:
        raise Refused(f"{file}: cannot be read: {one_line(repr(error), 150)}") from error
    by_interval = Course(arrays["start_s"], course)
    observed = Observed(arrays["numbers"], kpis, Figures(tops, bottoms), by_interval, strata)
    return observed, about


@lru_cache(maxsize=8)
def _kpis(told: str) -> tuple[Kpi, ...]:
    """Those of a head; the points of a sweep, which may be thousands, share theirs."""
    return tuple(Kpi(top=(), **kpi) for kpi in json.loads(told))


def _array(archive: zipfile.ZipFile, name: str) -> Any:
    return np.lib.format.read_array(BytesIO(archive.read(name)), allow_pickle=False)
