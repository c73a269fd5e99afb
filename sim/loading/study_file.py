"""A study in a file: which values of which keys are to be simulated, and how their figures are to be shown.

title: Staffing against the handle-time target
scenario: peak                       # unless the command line names one
replications: 30
set: {goals.within_s: 30}            # what is the same at all points
grid:                                # every combination of these
  staffing.scale: [0.9, 1, 1.1]
  goals.aht_target: [240, 300, 360]
points:                              # or points one by one; what a point does not name stays as it is
  - {staffing.scale: 1.05, goals.aht_target: 270}
plot: {x: service_level, y: csat, color: aht_s}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hydra.core.override_parser.types import Quote, QuotedString

from sim.loading import yaml_file
from sim.loading.places import SUFFIXES, data_dir, shown
from sim.loading.refusal import Refused, did_you_mean

KEYS = ("title", "description", "scenario", "replications", "set", "grid", "points", "plot")
PLOT = ("x", "y", "color", "panel", "cost")
COMMAND_LINE_ONLY = ("hydra", "allow_python", "cluster", "output")
"""What lets code run or says where files go."""
_PLAIN = re.compile(r"[A-Za-z_][\w.:-]*")


class Study(NamedTuple):
    """What a study file asks for; empty where it says nothing."""

    file: Path
    title: str = ""
    scenario: str = ""
    replications: int | None = None
    set: Mapping[str, Any] = {}
    grid: Mapping[str, list[Any]] = {}
    points: tuple[Mapping[str, Any], ...] = ()
    plot: Mapping[str, str] = {}


def places() -> dict[str, Path]:
    """Name -> file of every study: the user's ./configs/study first, then those that come with the program."""
    found: dict[str, Path] = {}
    for folder in (Path.cwd() / "configs" / "study", data_dir("configs") / "study"):
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.suffix in SUFFIXES and not path.name.startswith("."):
                    found.setdefault(path.stem, path)
    return found


def find(word: str) -> Path:
    """The file that `study=word` means: a name, or a path to a YAML file. Raises Refused."""
    path = Path(word).expanduser()
    if path.suffix in SUFFIXES or len(path.parts) > 1:
        if path.is_file():
            return path
        raise Refused(f"command line: study={word}: no such file")
    known = places()
    if word not in known:
        raise Refused(
            f"command line: study={word}: unknown study{did_you_mean(word, known)} (studies here: {', '.join(known)})"
        )
    return known[word]


def read(path: Path) -> Study:
    """The study in a file. Raises Refused with a line for each fault."""
    file = yaml_file.read(path)
    if file.faults:
        raise yaml_file.refusal(file)
    faults: list[str] = []

    def fault(message: str, *where: str | int) -> None:
        line, known = file.line_of(where)
        faults.append(f"{shown(path)}:{line}: {'.'.join(map(str, where))}: {message}" if known or where else message)

    data = file.data
    for key in data:
        if key not in KEYS:
            fault(f"unknown key{did_you_mean(key, KEYS)} (a study has {', '.join(KEYS)})", key)
    title, scenario = (_text(data, key, fault) for key in ("title", "scenario"))
    replications = data.get("replications")
    if replications is not None and not (isinstance(replications, int) and 2 <= replications <= 1_000_000):
        fault("needs a whole number from 2 to 1,000,000", "replications")
    maps = {key: _mapping(data, key, fault) for key in ("set", "grid", "plot")}
    grid: dict[str, list[Any]] = {}
    for key, values in maps["grid"].items():
        if not isinstance(values, list) or not values:
            fault("needs a list of values, such as [0.9, 1, 1.1]", "grid", key)
        else:
            grid[key] = values
    for key in maps["plot"]:
        if key not in PLOT:
            fault(f"unknown key{did_you_mean(key, PLOT)} (plot has {', '.join(PLOT)})", "plot", key)
    for part in ("set", "grid"):
        for key in maps[part]:
            if why := _not_here(key):
                fault(why, part, key)
    points = data.get("points", [])
    if not isinstance(points, list) or not all(isinstance(point, dict) and point for point in points):
        fault("needs a list of points, such as - {staffing.scale: 0.9}", "points")
        points = []
    for number, point in enumerate(points):
        for key in point:
            if why := _not_here(key):
                fault(why, "points", number, key)
    if not grid and not points and not faults:
        faults.append(f"{shown(path)}:1: says nothing to vary: give it a grid or points")
    if faults:
        raise Refused(*faults)
    plot = {key: str(value) for key, value in maps["plot"].items()}
    return Study(path, title, scenario, replications, maps["set"], grid, tuple(points), plot)


def _not_here(key: str) -> str:
    """Why a study may not set a key; empty where it may. Files are passed on: none may let code run."""
    first = key.strip().lstrip("+~").strip()
    if "=" in key or not first:
        return "is no key of a scenario"
    for forbidden in COMMAND_LINE_ONLY:
        if re.match(rf"{forbidden}(\W|$)", first):
            return "may only be given on the command line"
    return ""


def _text(data: Mapping[str, Any], key: str, fault: Any) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        fault("needs a text", key)
        return ""
    return value


def _mapping(data: Mapping[str, Any], key: str, fault: Any) -> dict[str, Any]:
    value = data.get(key) or {}
    if not isinstance(value, dict):
        fault("needs keys with values", key)
        return {}
    return value


def written(value: Any) -> str:
    """A value as an override writes it: 0.9, true, null, [1,2], {a: 1}, 'a text'."""
    if type(value).__module__ == "numpy":  # of a notebook
        value = value.tolist()
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(written(each) for each in value)}]"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{written(key)}:{written(each)}" for key, each in value.items()) + "}"
    text = str(value)
    if _PLAIN.fullmatch(text):
        return text
    return str(QuotedString(text, Quote.single).with_quotes())
