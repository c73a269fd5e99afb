"""A composed scenario as a run keeps it, checked again as it stands: no base values and no groups are laid under it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim import scenario as model
from sim.loading import yaml_file
from sim.loading.check import Loaded, checked
from sim.loading.origin import Origin
from sim.loading.places import SUFFIXES, shown
from sim.loading.plain_files import saved_yaml
from sim.loading.refusal import Refused, one_line
from sim.loading.words import read_words
from sim.loading.yaml_file import YamlFile

MAY = ("output", "engine", "execution", "workers", "cluster", "report", "allow_python")
"""Keys that change no figure: where results go, who makes them, and whether the scenario's Python may run."""
ANEW = ("hydra", "output", "resume", "allow_python", "engine", "execution", "workers", "cluster")
"""Keys that are no part of what is simulated, nor of what is taken over when it is simulated again: where results go,
who makes them, whether code may run, and where to connect to."""


def kept(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Composed values as they are kept beside results: what config.yaml holds, and itself a scenario file."""
    return {key: value for key, value in raw.items() if key not in ANEW}


def read_config(file: Path) -> dict[str, Any]:
    """The values in a config.yaml. Raises Refused."""
    try:
        return saved_yaml(file)
    except (OSError, ValueError) as error:
        raise Refused(f"{shown(file)}: cannot be read: {one_line(error, 150)}") from error


def saved(values: Mapping[str, Any], file: Path, words: Sequence[str], command: str) -> Loaded:
    """The scenario of composed values that `file` holds, with words such as `workers=1`.

    `command` is what to type to get it again. Raises Refused, also for words that would change a figure.
    """
    read = read_words(words)
    for word in read:
        if word.key not in MAY or word.swept:
            raise Refused(f"command line: {word.typed}: what is repeated stays as it was (to be set: {', '.join(MAY)})")
    raw = copy.deepcopy(kept(values)) | {"resume": False, "allow_python": False}
    was = copy.deepcopy(raw)
    raw |= {word.key: word.value for word in read}
    lines = yaml_file.read(file).lines if file.suffix in SUFFIXES else {}
    origin = Origin(
        YamlFile(file, raw, lines), read, lambda: [(fault.path, fault.message) for fault in model.faults(was)]
    )
    loaded = checked(raw, read, origin)
    return Loaded(loaded.scenario, loaded.raw, file, file.parent.resolve(), loaded.overrides, loaded.warnings, command)
