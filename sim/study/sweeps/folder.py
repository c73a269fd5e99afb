"""A sweep's folder: what was asked, and what is there of it; read without simulating anything.

sweep.json says what was asked: the command, the factors, and the points with their values. What came of a point is
either points/NAME.npz (all points simulated in one process), or a run's own folder NAME/ (`-m`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.loading.refusal import Refused, one_line
from sim.study.kept import NAME as OBSERVED
from sim.study.kept import recall
from sim.study.sweeps.sweep import FAILED, FINISHED, STOPPED, Point, Sweep, axes_of

HEAD = "sweep.json"
POINTS = "points"
RUN = "run.json"
NOTE = "failed.txt"
WHY = "failed.json"
FORMAT = 1
NOT_YET = "not simulated yet"


class Asked(NamedTuple):
    """A point that was asked for."""

    name: str
    values: tuple[Any, ...]
    """of each factor"""
    reason: str = ""
    """why it could not even be begun"""


class Head(NamedTuple):
    """What a sweep was asked."""

    scenario: str
    command: str
    keys: tuple[str, ...]
    """of the factors"""
    points: tuple[Asked, ...]
    """none where only Hydra's sweeper knows them"""
    confidence: float = 0.95
    seed: int = 0
    title: str = ""
    plot: Mapping[str, str] = {}
    finished: bool = False
    stands: Sequence[Any] | None = None
    """what each factor is without the sweep; None = not known"""


def write_head(folder: Path, head: Head) -> None:
    """Write sweep.json, whole or not at all."""
    told = head._asdict() | {"format": FORMAT, "points": [point._asdict() for point in head.points]}
    half = folder / f".{HEAD}-{os.getpid()}.partial"
    half.write_text(json.dumps(told, indent=1, default=str) + "\n", encoding="utf-8")
    os.replace(half, folder / HEAD)


def read_head(folder: Path) -> Head:
    """What stands in sweep.json. Raises Refused."""
    file = folder / HEAD
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told.pop("format") != FORMAT:
            raise Refused(f"{file}: written by another version of the program")
        points = tuple(Asked(each["name"], tuple(each["values"]), each["reason"]) for each in told["points"])
        return Head(**(told | {"keys": tuple(told["keys"]), "points": points}))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{file}: cannot be read: {one_line(repr(error), 150)}") from error


def read_sweep(folder: Path) -> Sweep:
    """All that is there of a sweep. Raises Refused for a folder that holds none."""
    head = read_head(folder)
    asked = head.points or tuple(_found(folder, head.keys))
    points = [_point(folder, each) for each in asked]
    axes = axes_of(head.keys, [point.values for point in points])
    stands = None if head.stands is None else tuple(head.stands)
    return Sweep(head.scenario, axes, tuple(points), head.confidence, head.command, head.seed, stands)


def _found(folder: Path, keys: Sequence[str]) -> Iterator[Asked]:
    """The points that there are, where it was not known before which there would be."""
    for path in sorted(folder.iterdir()):
        facts = next((path / name for name in (RUN, WHY) if (path / name).is_file()), None)
        if facts is None or path.name.startswith("."):
            continue
        words = _json(facts).get("overrides", [])
        given = dict(str(word).lstrip("+").partition("=")[::2] for word in words)
        yield Asked(path.name, tuple(_value(given.get(key, "")) for key in keys))


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _point(folder: Path, asked: Asked) -> Point:
    own, kept = folder / asked.name, folder / POINTS / f"{asked.name}.npz"
    if kept.is_file():
        observed, about = recall(kept)
        return Point(asked.name, asked.values, observed, config=about.get("config"))
    if (own / RUN).is_file():
        there = recall(own / OBSERVED)[0] if (own / OBSERVED).is_file() else None
        facts = _json(own / RUN)
        whole = facts.get("replications", 0) >= facts.get("replications_asked", 0)
        status, reason = (FINISHED, "") if whole else (STOPPED, "stopped by hand")
        return Point(asked.name, asked.values, there, reason, status, _config(own / "config.yaml"))
    reason = asked.reason or _note(own / NOTE) or _note(own.with_name(f"{own.name}.{NOTE}"))
    if reason:
        return Point(asked.name, asked.values, None, reason, FAILED)
    return Point(asked.name, asked.values, None, NOT_YET, STOPPED)


def _note(file: Path) -> str:
    try:
        return one_line(file.read_text(encoding="utf-8").strip(), 500)
    except OSError:
        return ""


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _config(file: Path) -> dict[str, Any] | None:
    import yaml

    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return None
    return found if isinstance(found, dict) else None
