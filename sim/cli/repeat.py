"""The verb `repeat`: results made again from what their folder holds, and compared with it table by table."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.loading.check import Loaded

HELP = """
usage: python -m sim repeat FOLDER [output=FOLDER] [workers=1] [engine=simpy] [execution=serial]

Makes the results in a folder again, from the scenarios that it holds itself, also when their files have been edited
or lie elsewhere since, and says of each table whether it is the same, byte for byte. Exit status 0 when all are.

  python -m sim repeat outputs/peak/20250301-101500
  python -m sim repeat outputs/peak/sweep-20250301-101500 workers=1
  python -m sim repeat outputs/peak/20250301-101500 engine=simpy report=tables       without pictures, and so sooner

FOLDER is one of a run, of a sweep (both kinds), of a comparison of scenarios, or of another study. What is given beside
it says only who simulates and where results go: output, engine, execution, workers, cluster, report; and
allow_python=true, which a scenario with Python of its own needs anew. Files of recorded arrivals and of Python are read
where they were. docs/reproducibility.md says what is promised.
"""

RUN, SWEEP, STUDY = "run.json", "sweep.json", "study.json"


def main(words: list[str]) -> int:
    """Repeat. Exit status 0 when all tables are the same."""
    from sim.loading.refusal import Refused

    folders = [word for word in words if "=" not in word]
    for word in folders:
        if word.startswith("-"):
            raise Refused(f"command line: {word}: `repeat` takes no flags but --help")
    if len(folders) != 1:
        raise Refused("command line: repeat needs one folder: python -m sim repeat outputs/NAME/DATE-TIME")
    folder, rest = Path(folders[0]).expanduser(), [word for word in words if word != folders[0]]
    if not folder.is_dir():
        raise Refused(f"{folder}: {'is no folder' if folder.exists() else 'no such folder'}")
    for mark, make in ((RUN, _run), (SWEEP, _sweep), (STUDY, _study)):
        if (folder / mark).is_file():
            return _compare(folder, make(folder, rest))
    raise Refused(f"{folder}: holds no results that could be repeated (it has no {RUN}, {SWEEP} or {STUDY})")


def _compare(folder: Path, new: Path) -> int:
    """Say which tables are the same."""
    from sim.cli.errors import FAILED
    from sim.loading.places import shown
    from sim.study.again import compare

    found = compare(folder, new)
    total = len(found.same) + len(found.others)
    print(f"\nrepeated {shown(folder)} in {shown(new)}")
    if not found.others and total:
        print(f"all {total} tables are the same, byte for byte")
        return 0
    print(f"{len(found.same)} of {total} tables are the same, byte for byte; these are not:")
    for name, why in found.others.items():
        print(f"  {name}: {why}")
    return FAILED


# ---------------------------------------------------------------- a run


def _run(folder: Path, words: Sequence[str]) -> Path:
    from sim.cli.errors import say
    from sim.cli.job import run_scenario
    from sim.loading.refusal import Refused

    facts = _facts(folder / RUN)
    loaded = _loaded_run(folder, words, facts)
    for line in _since(folder, facts, loaded):
        say(f"note: {line}")
    new = run_scenario(loaded)
    done, kept = int(_facts(new / RUN)["replications"]), int(facts["replications"])
    if done < kept:
        raise Refused(f"{new}: stopped after {done} of {kept} replications: nothing to compare yet")
    return new


def _loaded_run(folder: Path, words: Sequence[str], facts: dict[str, Any]) -> Loaded:
    """The scenario in a run's folder, with as many replications as it holds. Raises Refused."""
    from sim.loading.refusal import Refused
    from sim.loading.saved import read_config, saved
    from sim.study import again

    config = folder / "config.yaml"
    values = read_config(config)
    try:
        done, asked = int(facts["replications"]), int(facts["replications_asked"])
    except (KeyError, TypeError, ValueError):
        raise Refused(f"{folder / RUN}: cannot be read: it does not say how many replications there are") from None
    if done < asked:  # stopped by hand: what is there is what is repeated
        values |= {"replications": done, "precision": None}
    return saved(values, config, words, again.command(folder))


def _since(folder: Path, facts: dict[str, Any], loaded: Loaded) -> list[str]:
    """What has changed since a run that its figures may depend on."""
    from sim.cli.job import versions
    from sim.loading.refusal import Refused
    from sim.study.kept import NAME, digest, recall

    told, now = facts.get("versions"), versions()
    then = told if isinstance(told, dict) else {}
    changed = [f"{name} {then[name]} then, {now[name]} now" for name in now if name in then and then[name] != now[name]]
    lines = [f"made with other versions: {', '.join(changed)}"] if changed else []
    try:
        about = recall(folder / NAME)[1]
    except Refused:
        return lines
    if not changed and about.get("digest") != digest(loaded.raw):
        lines.append("the program, or a file that the scenario names, has changed since")
    return lines


def _facts(file: Path) -> dict[str, Any]:
    """A JSON file's object. Raises Refused."""
    from sim.loading.plain_files import saved_json
    from sim.loading.refusal import Refused, one_line

    try:
        found = saved_json(file)
    except (OSError, ValueError) as error:
        raise Refused(f"{file}: cannot be read: {one_line(error, 150)}") from error
    if not isinstance(found, dict):
        raise Refused(f"{file}: cannot be read: it holds no object")
    return found


# ---------------------------------------------------------------- a sweep


def _sweep(folder: Path, words: Sequence[str]) -> Path:
    from sim.cli import collate
    from sim.cli.job import run_scenario
    from sim.cli.sweep import simulate_points
    from sim.loading.places import shown
    from sim.loading.refusal import Refused
    from sim.loading.saved import saved
    from sim.study import again
    from sim.study.sweeps.folder import POINTS, read_head, read_sweep, write_head

    head, sweep = read_head(folder), read_sweep(folder)
    command = again.command(folder)
    own = [point.name for point in sweep.points if (folder / point.name / RUN).is_file()]
    runs: dict[str, Loaded] = {}
    loaded: dict[str, Loaded] = {}
    for point in sweep.done:
        if point.name in own:
            facts = _facts(folder / point.name / RUN)
            runs[point.name] = _loaded_run(folder / point.name, _without_output(words), facts)
        elif point.config is not None:
            file = folder / POINTS / f"{point.name}.npz"
            loaded[point.name] = saved(point.config, file, words, command)
    if not runs and not loaded:
        raise Refused(f"{folder}: no point of this sweep is finished")
    place = _place(words, head.scenario, "sweep")
    (place if runs else place / POINTS).mkdir(parents=True)
    write_head(place, head._replace(finished=False))
    for name, one in runs.items():
        run_scenario(one, place / name)
    for _ in simulate_points(loaded, place, head.scenario, len(loaded)) if loaded else ():
        pass
    collate.report(place, head._replace(finished=False))
    print(f"(a repetition of {shown(folder)})")
    return place


def _without_output(words: Sequence[str]) -> list[str]:
    return [word for word in words if word.lstrip("+").partition("=")[0] != "output"]


def _place(words: Sequence[str], scenario: str, kind: str) -> Path:
    """Where the new results go. Raises Refused where something is."""
    from sim.report.run_folder import RunFolder, free_place

    given = [word.partition("=")[2] for word in words if word.lstrip("+").partition("=")[0] == "output"]
    place = free_place(Path("outputs"), scenario, datetime.now())
    return RunFolder(Path(given[-1]).expanduser() if given else place.with_name(f"{kind}-{place.name}")).place


# ---------------------------------------------------------------- other studies


def _study(folder: Path, words: Sequence[str]) -> Path:
    facts = _facts(folder / STUDY)
    if facts.get("from") == "simulated" and (folder / "configs").is_dir():
        return _comparison(folder, facts, words)
    return _by_its_command(folder, facts, words)


def _comparison(folder: Path, facts: dict[str, Any], words: Sequence[str]) -> Path:
    from sim.cli import compare, pilot_words, studies
    from sim.loading.refusal import Refused
    from sim.loading.saved import read_config, saved
    from sim.study import again
    from sim.study.comparison import sides as study

    started, clock = datetime.now(), time.perf_counter()
    try:
        what, names = list(facts["runs"].values()), list(facts["runs"])
        replications, confidence = int(facts["replications"][0]), float(facts["confidence"])
        settings, _ = pilot_words.split(shlex.split(facts["command"])[4:])
        scenario, seed = str(facts["scenario"]), facts["seed"]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"{folder / STUDY}: cannot be read: {error!r}") from error
    command = again.command(folder)
    if any(not isinstance(name, str) or Path(name).name != name for name in names):
        raise Refused(f"{folder / STUDY}: cannot be read: {names} are no names")
    files = [folder / "configs" / f"{name}.yaml" for name in names]
    raws = [saved(read_config(file), file, words, command).raw for file in files]
    wanted = pilot_words.asked(settings)
    place = _place(words, scenario, "compare")
    found = study.simulated(raws, names, replications, confidence)
    runs = list(studies.watched(found, len(raws), f"{scenario}: compare"))
    pilot = pilot_words.pilot(raws, names, wanted, replications, scenario) if wanted else None
    told = {"scenario": scenario, "command": command, "from": "simulated", "seed": seed}
    job = compare.Job(runs, what, [None] * (len(raws) - 1), confidence, place, told, pilot)
    compare.report(job, started, clock)
    return place


def _by_its_command(folder: Path, facts: dict[str, Any], words: Sequence[str]) -> Path:
    """Give the study's own command again, with the scenario that its folder holds instead of the scenario's file."""
    from sim.cli.verbs import VERBS
    from sim.loading.refusal import Refused
    from sim.loading.saved import MAY

    typed = shlex.split(str(facts.get("command", "")))[3:]
    if facts.get("from") == "saved runs":
        raise Refused(f"{folder}: compares saved runs: repeat those, then compare them again: {facts.get('command')}")
    config = folder / "config.yaml"
    if len(typed) < 2 or typed[0] not in VERBS or not config.is_file():
        again = f"; its command was: {facts['command']}" if facts.get("command") else ""
        raise Refused(f"{folder}: does not hold the scenario that it was made from{again}")
    for word in words:
        if word.lstrip("+").partition("=")[0] not in MAY:
            raise Refused(f"command line: {word}: what is repeated stays as it was (to be set: {', '.join(MAY)})")
    place = _place(words, str(facts.get("scenario") or "study"), typed[0])
    rest = [word for word in typed[1:] if word.startswith("~") or ("=" in word and _stays(word))]
    verb = VERBS[typed[0]].load()
    verb.main([f"+scenario={config}", *rest, *_without_output(words), f"output={place}"])
    return place


def _stays(word: str) -> bool:
    """Whether a word of the first time is said again; not the leave to run Python, nor where to connect to."""
    from sim.loading.saved import MAY

    key = word.lstrip("+").partition("=")[0]
    return key not in ("scenario", "resume", *MAY) and not key.startswith("hydra")
