"""Composed values made a Scenario, or the lines that say what is wrong with them and where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import scenario as model
from sim.loading import groups, interpolation, precision, recorded, roster, too_large, yaml_file
from sim.loading.composition import compose
from sim.loading.long_lists import put_back
from sim.loading.origin import Origin, Told
from sim.loading.places import find, shown
from sim.loading.refusal import Refused
from sim.loading.source import read_scenario
from sim.loading.words import GROUPS, Word, scenario_of
from sim.loading.yaml_file import Where, YamlFile


@dataclass(frozen=True)
class Loaded:
    """A checked scenario, and what it was made from."""

    scenario: model.Scenario
    raw: dict[str, Any]
    """The composed values, base values included; what `config.yaml` of a run folder holds."""
    file: Path
    """The scenario file."""
    base_folder: Path
    """Its folder, to which the files it names are relative."""
    overrides: list[str]
    """Overrides as typed, without the scenario."""
    warnings: list[str]
    """Lines such as `scenarios/peak.yaml:12: shifts.late: ends after the last queue closes`."""
    command: str = ""
    """What to type to get the same again, where that is not the scenario's name and the overrides."""


def check(raw: dict[str, Any], words: Sequence[Word]) -> Loaded:
    """The scenario of composed values. Raises Refused with one line for every fault of file and words.

    `raw` gets its name (that of the file, unless given), its interpolations resolved and the paths of the
    files it names made absolute, in place.
    """
    chosen = scenario_of(words)
    if chosen is None:
        raise Refused("no scenario is named: python -m sim +scenario=NAME (`python -m sim scenarios` lists them)")
    file = read_scenario(find(str(chosen.value)))
    if file.broken:
        raise yaml_file.refusal(file)
    _replace_kinds(raw, words)
    of_groups = [word for word in words if word.key in GROUPS]
    return checked(raw, words, Origin(file, words, lambda: _of_file(file, of_groups)))


def checked(raw: dict[str, Any], words: Sequence[Word], origin: Origin) -> Loaded:
    """The scenario of values that are put together, as `check` gives it. Raises Refused."""
    file = origin.file
    faults = [Told(wrong.where, wrong.message, wrong.line) for wrong in file.faults]
    faults += _settle(raw, file)
    if not any(word.key == "output" for word in words):
        faults += _leads_out(raw.get("output"), file)
    names = origin.unknown_names()
    said = [fault.where for fault in faults] + list(names)
    faults += [Told(*fault) for fault in model.faults(raw) if not _within(fault.path, said)]
    lines = [*origin.lines(faults), *names.values()]
    if lines:
        raise Refused(*lines)

    scenario = model.build(raw)
    if wrong := origin.lines([*precision.faults(scenario), *too_large.faults(scenario)]):
        raise Refused(*wrong)
    warnings = origin.lines(_warnings(scenario, words))
    typed = [word.typed for word in words if word.key != "scenario" and not word.for_hydra]
    return Loaded(scenario, raw, file.path, file.path.parent.resolve(), typed, warnings)


def _replace_kinds(raw: dict[str, Any], words: Sequence[Word]) -> None:
    """Let `talk={kind: constant, value_s: 60}` replace what stands there, in place.

    Hydra merges mappings, which is right for parts (`goals={within_s: 30}`), but a distribution of one kind with
    the parameters of another is none.
    """
    replaced: list[list[str]] = []
    for word in words:
        path, value = word.key.split("."), word.value
        if word.swept or word.for_hydra or word.key in GROUPS:
            continue
        if isinstance(value, dict) and "kind" in value:
            replaced.append(path)
        elif not any(path[: len(other)] == other for other in replaced):
            continue
        holder: Any = raw
        for part in path[:-1]:
            holder = holder.get(part) if isinstance(holder, dict) else None
        if isinstance(holder, dict):
            holder[path[-1]] = value


def _leads_out(output: object, file: YamlFile) -> list[Told]:
    """A file may be somebody else's: what it writes stays below the folder that the user is in."""
    if not isinstance(output, str) or not output:
        return []
    try:
        here = Path.cwd().resolve()
        inside = (here / Path(output).expanduser()).resolve().is_relative_to(here)
    except (OSError, RuntimeError, ValueError):  # RuntimeError: a home of nobody; ValueError: a null byte
        inside = False
    remedy = "a file may only name one below it, the command line any (output=FOLDER)"
    told = f"leads out of the folder you are in: {remedy}"
    return [] if inside else [Told(("output",), told, file.line_of(("output",))[0])]


def _within(where: Where, said: Iterable[Where]) -> bool:
    """Whether something was said of this key, or of one that holds it or lies in it: then once is enough."""
    return any(other and where[: len(other)] == other[: len(where)] for other in said)


def _of_file(file: YamlFile, of_groups: Sequence[Word]) -> list[tuple[Where, str]]:
    """What there is to say about the file without the command line's values."""
    raw = compose(of_groups)
    told = [(fault.where, fault.message) for fault in _settle(raw, file)]
    found = model.faults(raw)
    if told or found:
        return [*told, *((fault.path, fault.message) for fault in found)]
    return [(warning.where, warning.message) for warning in _warnings(model.build(raw), of_groups)]


def _warnings(scenario: model.Scenario, words: Sequence[Word]) -> list[Told]:
    own = [Told(*warning) for warning in model.warnings(scenario)]
    return [*own, *recorded.cautions(scenario), *groups.cautions(scenario, words)]


def _settle(raw: dict[str, Any], file: YamlFile) -> list[Told]:
    """Fill in what a scenario takes from its surroundings, in place; gives what is wrong with that."""
    put_back(raw, file)
    raw.setdefault("name", file.path.stem)
    faults = [Told(where, message) for where, message in interpolation.resolve(raw)]
    faults += _absolute_files(raw, file.path.parent.resolve())
    faults += recorded.faults(raw)
    faults += roster.put_in(raw)
    python = raw.get("python")
    if isinstance(python, dict) and raw.get("allow_python") is False:
        code = shown(Path(str(python.get("file"))))
        remedy = "if you trust it, add allow_python=true to the command line"
        faults.append(Told(("python",), f"runs code from {code}; {remedy}"))
    return faults


def _absolute_files(raw: dict[str, Any], folder: Path) -> list[Told]:
    """Make the paths of the files that a scenario names absolute, in place; faults of those that do not exist.

    A relative path is looked up beside the scenario file, then in the working folder.
    """
    faults: list[Told] = []
    for *above, key in _files(raw):
        holder, where = _at(raw, above), (*above, key)
        named = holder.get(key) if isinstance(holder, dict) else None
        if not isinstance(named, str) or not named.strip():
            continue
        places = [folder / named, Path.cwd() / named]
        found = next((place for place in places if place.exists()), None)
        if found is None:
            looked = " or ".join(dict.fromkeys(shown(place) for place in places))
            faults.append(Told(where, f"no such file, looked for {looked}"))
        elif not found.is_file():
            faults.append(Told(where, f"{shown(found)} is no file"))
        else:
            holder[key] = str(found)
    return faults


def _files(raw: dict[str, Any]) -> list[tuple[str, ...]]:
    """Keys that may name a file."""
    queues, teams = raw.get("queues"), raw.get("teams")
    found: list[tuple[str, ...]] = [("python", "file")]
    found += [("queues", name, "arrivals", "file") for name in (queues if isinstance(queues, dict) else ())]
    found += [("teams", name, "roster") for name in (teams if isinstance(teams, dict) else ())]
    return found


def _at(raw: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw
