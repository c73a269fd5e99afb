"""The folder of a study that can be stopped and gone on with.

points/ holds what was simulated, from the first moment on. The results are written beside it when all is done, under
another name first, so that a folder with study.json in it is whole.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import TracebackType

from sim.loading.refusal import Refused

POINTS = "points"
STUDY = "study.json"


class GoingOn:
    """A study's folder. As a context: the results in `making` come into place on success, and go on failure.

    Raises Refused where something stands in its place that is not the same kind of study.
    """

    def __init__(self, place: Path, verb: str) -> None:
        if os.path.lexists(place) and not _ours(place, verb):
            raise Refused(f"{place} exists already and is no {verb}; choose another output=FOLDER, or remove it first")
        self.place = place
        self.points = place / POINTS
        self.making = place / f".making-{os.getpid()}.partial"
        self._new = [folder for folder in (place, *place.parents) if not folder.exists()]

    def __enter__(self) -> GoingOn:
        try:
            self.points.mkdir(parents=True, exist_ok=True)
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
        if error is not None:
            for folder in (self.points, *self._new):
                try:
                    folder.rmdir()  # if it is empty
                except OSError:
                    break

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
    """Whether a folder is empty, or one of this verb that was begun or finished."""
    if not place.is_dir() or place.is_symlink():
        return False
    names = {path.name for path in place.iterdir() if not path.name.startswith(".")}
    if not names or names == {POINTS}:
        return True
    try:
        told = json.loads((place / STUDY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.get("verb") == verb
