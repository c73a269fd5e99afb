"""A sweep (`-m`): Hydra makes the points, each point is a run in its own complete folder.

outputs/NAME/sweep-DATE-TIME/staffing.scale=0.9,goals.within_s=30/. A point that fails leaves failed.txt and
does not raise, since Hydra would give up the rest; a point that is already finished is not run again.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.types import Quote, QuotedString
from omegaconf import DictConfig

from sim.cli import errors, hydra_app, interrupts
from sim.cli.flags import Asked
from sim.cli.run import RUN, replications
from sim.loading.check import Loaded, check
from sim.loading.composition import compose, plain
from sim.loading.places import find, shown
from sim.loading.refusal import Refused, one_line
from sim.loading.words import Word, point_words, read_words, scenario_of

FAILED = "failed.txt"
_LONGEST_NAME = 120


def main(asked: Asked) -> int:
    """Run every point. Exit status 0 when all are finished, 1 when one failed."""
    words = read_words(asked.overrides)
    folder = _folder(words, _first_point(words))
    fixed = dict.fromkeys(word.key for word in words if not word.swept)
    argv = [
        *asked.flags,
        *([] if {"-m", "--multirun"} & set(asked.flags) else ["-m"]),
        *(word.hydra for word in words if word.key != "output"),
        "hydra.sweep.dir=" + QuotedString(str(folder), Quote.single).with_quotes(),
        f"hydra.job.config.override_dirname.exclude_keys=[{','.join(fixed)}]",
    ]
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        hydra_app.call(point, argv, words)
    except KeyboardInterrupt:
        done = len(_points(folder, RUN))
        kept = f"{done} runs are kept in {shown(folder)}; the same command with output={shown(folder)} goes on"
        raise KeyboardInterrupt(kept if done else "nothing of this sweep was kept") from None
    finally:
        _tidy(folder, new)
    return _report(folder)


def point(config: DictConfig) -> None:
    """One point: its run, or the reason why there is none. Called by Hydra, maybe in another process."""
    hydra = HydraConfig.get()
    words = point_words(hydra.overrides.task)
    fixed = hydra.job.config.override_dirname.exclude_keys
    folder = Path(hydra.sweep.dir) / _name([word for word in words if word.key not in fixed], hydra.job.num)
    if _finished(folder):
        print(f"{folder.name}: already finished")
        return
    try:
        _make_way(folder)
        print(f"{folder.name}:", flush=True)
        _run(check(plain(config), words), folder)
    except BrokenPipeError as error:
        raise SystemExit(errors.status(error)) from error  # of an error Hydra would let its own word be heard
    except Exception as error:
        if interrupts.asked():
            raise KeyboardInterrupt from error
        lines = errors.lines(error)
        for line in lines:
            errors.say(f"{folder.name}: {line}")
        _record_failure(folder, lines)


def _run(loaded: Loaded, folder: Path) -> None:
    from sim.cli.job import run_scenario

    for warning in loaded.warnings:
        errors.say(f"warning: {warning}")
    run_scenario(loaded, folder)
    if not _finished(folder) or interrupts.asked():
        raise KeyboardInterrupt  # a run that is stopped keeps what it has, but the sweep is to stop as well


def _finished(folder: Path) -> bool:
    done, asked_for = replications(folder)
    return done >= asked_for


# ---------------------------------------------------------------- before the first point


def _first_point(words: Sequence[Word]) -> Loaded | None:
    """The first point, checked, so that a fault of the whole sweep is told before anything is written.

    A fault belongs to the whole sweep when the last point has it too. None where the first point has faults
    of its own: they are the business of that point.
    """
    if scenario_of(words) is None:
        check({}, words)
    points = [word.points() for word in words]
    if not all(points):
        return None
    loaded, first = _faults([each[0] for each in points])
    if first:
        _, last = _faults([each[-1] for each in points])
        common = [line for key, line in first.items() if key in last]
        if common:
            raise Refused(*common)
    return loaded


def _faults(words: list[Word]) -> tuple[Loaded | None, dict[str, str]]:
    """A point's scenario, or its fault lines by what they say apart from the values given."""
    try:
        return check(compose(words), words), {}
    except Refused as refused:
        return None, {_without_values(line, words): line for line in refused.lines}


def _without_values(line: str, words: Sequence[Word]) -> str:
    for word in words:
        line = line.replace(word.typed, word.key)
    return line


def _folder(words: Sequence[Word], first: Loaded | None) -> Path:
    """The sweep's folder: `output` where given, else outputs/NAME/sweep-DATE-TIME."""
    output = [word for word in words if word.key == "output"]
    if any(word.swept for word in output):
        raise Refused(f"command line: {output[0].typed}: a sweep has one folder, a run in it for each point")
    if output and output[-1].value is not None:
        return Path(str(output[-1].value)).expanduser()
    if first is not None and first.raw.get("output"):
        return Path(str(first.raw["output"])).expanduser()
    chosen = scenario_of(words)
    name = first.scenario.name if first else ""
    if chosen is None or chosen.swept:
        name = ""  # several scenarios lie beside each other
    elif not first:
        name = find(str(chosen.value)).stem
    return Path("outputs", name, time.strftime("sweep-%Y%m%d-%H%M%S"))


# ---------------------------------------------------------------- a point's folder


def _name(varied: Sequence[Word], number: int) -> str:
    """A folder name that says what was varied: `staffing.scale=0.9,goals.within_s=30`."""
    full = ",".join(f"{word.key}={word.hydra.partition('=')[2]}" for word in varied)
    if not full:
        return f"point-{number + 1}"
    name = re.sub(r"[^\w.,=+-]+", "_", full).strip("_.")
    if name != full or len(name) > _LONGEST_NAME:
        digest = hashlib.sha256(full.encode()).hexdigest()[:8]
        name = f"{name[:_LONGEST_NAME]}~{digest}"
    return name


def _record_failure(folder: Path, lines: Sequence[str]) -> None:
    """Write down why a point failed: in its folder, or beside that if something else stands there."""
    try:
        note = _note_beside(folder)
        if not os.path.lexists(folder):
            folder.mkdir(parents=True)
            note = folder / FAILED
        note.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        errors.say(f"{folder.name}: {one_line(errors.lines(error)[0])}")


def _note_beside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.{FAILED}")


def _make_way(folder: Path) -> None:
    """Remove what an earlier try of this point left, and nothing else: its failure, or a run that was stopped."""
    _note_beside(folder).unlink(missing_ok=True)
    only_failed = folder.is_dir() and [path.name for path in folder.iterdir()] == [FAILED]
    if only_failed or (folder / RUN).is_file():
        shutil.rmtree(folder)


# ---------------------------------------------------------------- after the last point


def _points(folder: Path, mark: str) -> list[Path]:
    """The points with such a file; a hidden folder is of a run that was killed."""
    return sorted(path.parent for path in folder.glob(f"*/{mark}") if not path.parent.name.startswith("."))


def _report(folder: Path) -> int:
    finished = _points(folder, RUN)
    failed = sorted([*(path / FAILED for path in _points(folder, FAILED)), *folder.glob(f"*.{FAILED}")])
    print(f"sweep in {shown(folder)}: {len(finished)} finished, {len(failed)} failed")
    for note in failed:
        print(f"  failed: {note.relative_to(folder)} says why")
    return errors.FAILED if failed or not finished else 0


def _tidy(folder: Path, new: Sequence[Path]) -> None:
    """Take away what Hydra leaves: its own note of the sweep, and the new folders when nothing came of it."""
    with suppress(OSError):
        (folder / "multirun.yaml").unlink(missing_ok=True)
        for each in new:
            each.rmdir()  # if it is empty, else that is all
