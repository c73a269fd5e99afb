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

from sim.loading.plain_files import saved_json, saved_yaml
from sim.loading.refusal import Refused, one_line
from sim.study import again
from sim.study.half_made import half_made
from sim.study.kept import NAME as OBSERVED
from sim.study.kept import recall
from sim.study.sweeps.sweep import FAILED, FINISHED, STOPPED, Point, Sweep, axes_of

HEAD = "sweep.json"
POINTS = "points"
RUN = "run.json"
NOTE = "failed.txt"
WHY = "failed.json"
REPEAT = "repeat"
"""The key that says how to get the same again; only people read it."""
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
    told[REPEAT] = again.command(folder)
    half = half_made(folder / HEAD)
    half.write_text(json.dumps(told, indent=1, default=str) + "\n", encoding="utf-8")
    os.replace(half, folder / HEAD)


def read_head(folder: Path) -> Head:
    """What stands in sweep.json. Raises Refused."""
    file = folder / HEAD
    try:
        told = saved_json(file)
        if told.pop("format") != FORMAT:
            raise Refused(f"{file}: written by another version of the program")
        told.pop(REPEAT, None)
        points = tuple(Asked(each["name"], tuple(each["values"]), each["reason"]) for each in told["points"])
        return _sound(Head(**(told | {"keys": tuple(told["keys"]), "points": points})))
    except FileNotFoundError:
        raise Refused(f"{folder}: holds no sweep (it has no {HEAD})") from None
    except OSError as error:
        raise Refused(f"{file}: cannot be read: {one_line(error.strerror or error, 150).lower()}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        why = one_line(repr(error), 150)
        remedy = f"the sweep's command with output={folder} writes it again, and keeps the points"
        raise Refused(f"{file}: cannot be read: {why}; {remedy}") from error


def _sound(head: Head) -> Head:
    """The same. Raises ValueError where a hand or a fault has put something into sweep.json that cannot be."""
    n = len(head.keys)
    texts = (head.scenario, head.command, head.title, *head.keys, *(t for p in head.points for t in (p.name, p.reason)))
    whole = (
        all(isinstance(text, str) for text in texts)
        and all(p.name == Path(p.name).name != ".." and len(p.values) == n for p in head.points)
        and isinstance(head.confidence, float) and 0.0 < head.confidence < 1.0
        and isinstance(head.plot, Mapping) and isinstance(head.seed, int) and isinstance(head.finished, bool)
        and (head.stands is None or (isinstance(head.stands, list) and len(head.stands) == n))
    )  # fmt: skip
    if not whole:
        raise ValueError("something in it cannot be")
    return head


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
        try:
            observed, about = recall(kept)
        except Refused as refused:
            return Point(asked.name, asked.values, None, _again(refused, kept), FAILED)
        return Point(asked.name, asked.values, observed, config=about.get("config"))
    if (own / RUN).is_file():
        try:
            there = recall(own / OBSERVED)[0] if (own / OBSERVED).is_file() else None
        except Refused as refused:
            return Point(asked.name, asked.values, None, _again(refused, own), FAILED)
        facts = _json(own / RUN)
        whole = facts.get("replications", 0) >= facts.get("replications_asked", 0)
        status, reason = (FINISHED, "") if whole else (STOPPED, "stopped by hand")
        return Point(asked.name, asked.values, there, reason, status, _config(own / "config.yaml"))
    reason = asked.reason or _note(own / NOTE) or _note(own.with_name(f"{own.name}.{NOTE}"))
    if reason:
        return Point(asked.name, asked.values, None, reason, FAILED)
    return Point(asked.name, asked.values, None, NOT_YET, STOPPED)


def _again(refused: Refused, place: Path) -> str:
    """Why a point that was simulated has no figures, and what brings them back."""
    return f"{refused}; remove {place}, and the same sweep into this folder simulates it again"


def _note(file: Path) -> str:
    try:
        return one_line(file.read_text(encoding="utf-8").strip(), 500)
    except OSError:
        return ""


def _json(file: Path) -> dict[str, Any]:
    try:
        found = saved_json(file)
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _config(file: Path) -> dict[str, Any] | None:
    try:
        return saved_yaml(file)
    except (OSError, ValueError):
        return None
