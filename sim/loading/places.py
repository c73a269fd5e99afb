"""Where scenario files are: the user's ./scenarios first, then those that come with the program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from sim.loading.refusal import Refused, did_you_mean

_PACKAGE = Path(__file__).resolve().parent.parent
SUFFIXES = (".yaml", ".yml")


class Place(NamedTuple):
    """A scenario that can be run by its name."""

    name: str
    path: Path
    packaged: bool


def data_dir(name: str) -> Path:
    """The folder `configs` or `scenarios`: inside the package in a wheel, beside it in a checkout."""
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def scenario_folders() -> list[Path]:
    """Folders searched for scenarios, in order of precedence; those that do not exist are left out."""
    folders: list[Path] = []
    for folder in (Path.cwd() / "scenarios", data_dir("scenarios")):
        if folder.is_dir() and folder.resolve() not in folders:
            folders.append(folder.resolve())
    return folders


def scenarios() -> list[Place]:
    """Every scenario that a name finds, sorted; the user's own hides a packaged one of the same name."""
    found: dict[str, Place] = {}
    for folder in scenario_folders():
        for path in sorted(folder.iterdir()):
            if path.suffix in SUFFIXES and not path.name.startswith("."):
                packaged = folder == data_dir("scenarios").resolve()
                found.setdefault(path.stem, Place(path.stem, path, packaged))
    return sorted(found.values())


def find(word: str) -> Path:
    """The file that `+scenario=word` means: a name in the scenario folders, or a path to a YAML file.

    Raises Refused with the nearest name and the list of those that exist.
    """
    path = Path(word).expanduser()
    if path.suffix in SUFFIXES or len(path.parts) > 1:
        for candidate in (path, *(folder / path for folder in scenario_folders())):
            if os.path.lexists(candidate):
                return candidate
        if path.suffix not in SUFFIXES:
            for suffix in SUFFIXES:
                if path.with_name(path.name + suffix).is_file():
                    return path.with_name(path.name + suffix)
        raise Refused(f"{word}: no such file{_nearest(path.stem)}")
    for place in scenarios():
        if place.name == word:
            return place.path
    raise Refused(f"unknown scenario '{word}'{_nearest(word)}")


def _nearest(word: str) -> str:
    names = [place.name for place in scenarios()]
    listed = f" (scenarios here: {', '.join(names)})" if names else " (there is no scenario in ./scenarios)"
    return did_you_mean(word, names) + listed


def shown(path: Path) -> str:
    """A path as people here would type it: relative where it lies under the working folder, else whole."""
    try:
        absolute, cwd = Path(os.path.abspath(path)), Path.cwd()
    except FileNotFoundError:  # the working folder has been removed
        return str(path)
    for here in (cwd, cwd.resolve()):
        if absolute.is_relative_to(here):
            return str(absolute.relative_to(here))
    return str(absolute)
