"""The folder of a study that can be stopped and gone on with.

points/ holds what was simulated, from the first moment on. The results are written beside it when all is done, under
another name first, so that a folder with study.json in it is whole.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from sim.cli.errors import say
from sim.loading.places import shown
from sim.loading.plain_files import saved_json
from sim.loading.refusal import Refused
from sim.study.half_made import clear, half_made

POINTS = "points"
STUDY = "study.json"
_POINT = re.compile(r"[0-9a-f]{16}\.npz")


class GoingOn:
    """A study's folder. As a context: the results in `making` come into place on success, and go on failure.

    Raises Refused where something stands in its place that is not the same kind of study. A study that is refused
    itself leaves nothing where nothing was.
    """

    def __init__(self, place: Path, verb: str) -> None:
        if os.path.lexists(place) and not _ours(place, verb):
            raise Refused(f"{place} exists already and is no {verb}; choose another output=FOLDER, or remove it first")
        self.place = place
        self.points = place / POINTS
        self.making = half_made(place / "making")
        self._new = [folder for folder in (place, *place.parents) if not folder.exists()]

    def __enter__(self) -> GoingOn:
        try:
            self.points.mkdir(parents=True, exist_ok=True)
            clear(self.place)
            clear(self.points)
            self.making.mkdir(exist_ok=True)
        except OSError as error:
            error.filename = str(self.place)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._put()
        shutil.rmtree(self.making, ignore_errors=True)
        if isinstance(error, Refused) and self.place in self._new:
            shutil.rmtree(self.points, ignore_errors=True)
        if error is not None:
            for folder in (self.points, *self._new):
                with suppress(OSError):
                    folder.rmdir()  # if it is empty

    def _put(self) -> None:
        """Every result into its place, the facts of the study last."""
        (self.place / STUDY).unlink(missing_ok=True)
        for path in sorted(self.making.iterdir(), key=lambda each: each.name == STUDY):
            target = self.place / path.name
            if target.is_dir():
                shutil.rmtree(target)
            os.replace(path, target)

    @property
    def kept(self) -> int:
        """Points that are in the folder."""
        return sum(1 for _ in self.points.glob("*.npz"))


def _ours(place: Path, verb: str) -> bool:
    """Whether a folder is empty, or a study of this verb, begun or finished. Says so where study.json is damaged."""
    if not place.is_dir() or place.is_symlink():
        return False
    names = {path.name for path in place.iterdir() if not path.name.startswith(".")}
    if not names or names == {POINTS}:
        return True
    try:
        told = saved_json(place / STUDY)
    except FileNotFoundError:  # it was killed while its results came into place
        return _has_points(place)
    except (OSError, ValueError):
        told = None
    if isinstance(told, dict) and isinstance(told.get("verb"), str):
        return bool(told["verb"] == verb)
    if not _has_points(place):
        return False
    say(f"{shown(place / STUDY)}: cannot be read: it is written anew, and the points that are there are used")
    return True


def _has_points(place: Path) -> bool:
    """Whether a folder holds points, and nothing else where they are kept: their names are digests of what they are."""
    points = place / POINTS
    names = [path.name for path in points.iterdir() if not path.name.startswith(".")] if points.is_dir() else []
    return bool(names) and all(_POINT.fullmatch(name) for name in names)
