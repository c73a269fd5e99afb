"""A sweep (`-m`): Hydra makes the points, by any of its launchers, each point is a run in its own complete folder.

outputs/NAME/sweep-DATE-TIME/staffing.scale=0.9,goals.within_s=30/. A point that fails leaves failed.txt and
does not raise, since Hydra would give up the rest; a point that is already finished is not run again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.types import Quote, QuotedString
from omegaconf import DictConfig

from sim.cli import collate, errors, hydra_app, interrupts, point_loader, swept
from sim.cli.flags import Asked
from sim.cli.run import RUN, whole
from sim.loading.check import Loaded, check
from sim.loading.composition import plain
from sim.loading.places import shown
from sim.loading.refusal import Refused, one_line
from sim.loading.words import point_words
from sim.study.half_made import clear
from sim.study.stopped import NAME as STOPPED
from sim.study.sweeps.folder import HEAD, NOTE, WHY, write_head


def main(asked: Asked) -> int:
    """Run every point. Exit status 0 when all are finished, 1 when one failed."""
    plan = swept.plan_of(asked.overrides)
    if plan.study and plan.study.points:
        raise Refused(f"{shown(plan.study.file)}: points: only `python -m sim sweep` takes points one by one")
    points = _points_known(plan)
    first = point_loader.first_loaded(plan.words, points[0].words, points[-1].words) if points else _no_point(plan)
    swept.check_plot(plan, first)
    command = swept.command_of(plan, " ".join(asked.flags) if asked.multirun and asked.flags else "-m")
    folder = swept.folder_of(plan, first, command)
    swept.check_folder(folder)
    fixed = [word.key for word in plan.words if not word.swept]
    argv = [
        *asked.flags,
        *([] if {"-m", "--multirun"} & set(asked.flags) else ["-m"]),
        *(word.hydra for word in plan.words if word.key != "output"),
        "hydra.sweep.dir=" + QuotedString(str(folder), Quote.single).with_quotes(),
        f"hydra.job.config.override_dirname.exclude_keys=[{','.join(dict.fromkeys(fixed))}]",
    ]
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    head = swept.head_of(plan, points, first, command)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder)
        write_head(folder, head)
        hydra_app.call(point, argv, plan.words)
        _tidy(folder, new)
        return collate.report(folder, head)
    except KeyboardInterrupt:
        done = len(_points(folder, RUN))
        kept = f"{done} runs are kept in {shown(folder)}; the same command goes on"
        raise KeyboardInterrupt(kept if done else "nothing of this sweep was kept") from None
    finally:
        _tidy(folder, new)


def _points_known(plan: swept.Plan) -> list[swept.Planned]:
    """The points that Hydra will make, where that is known beforehand: its own sweeper, and lists of values."""
    own_sweeper = any(word.key.startswith("hydra/sweeper") for word in plan.words)
    if own_sweeper or not all(word.points() for word in plan.words):
        return []
    words = [word for word in plan.words if word.key != "output"]
    return swept.planned(plan) or [swept.Planned("point-1", words, ())]


def _no_point(plan: swept.Plan) -> Loaded | None:
    return point_loader.first_loaded(plan.words, None, None)


def point(config: DictConfig) -> None:
    """One point: its run, or the reason why there is none. Called by Hydra, maybe in another process."""
    hydra = HydraConfig.get()
    words = point_words(hydra.overrides.task)
    fixed = hydra.job.config.override_dirname.exclude_keys
    varied = [word for word in words if word.key not in fixed]
    folder = Path(hydra.sweep.dir) / swept.point_name(varied, hydra.job.num)
    if whole(folder):
        print(f"{folder.name}: already finished")
        return
    try:
        _make_way(folder)
        print(f"{folder.name}:", flush=True)
        raw = plain(config)
        if raw.get("report") == "auto":
            raw["report"] = "tables"
        _run(check(raw, words), folder)
    except BrokenPipeError as error:
        raise SystemExit(errors.status(error)) from error  # of an error Hydra would let its own word be heard
    except Exception as error:
        if interrupts.asked():
            raise KeyboardInterrupt from error
        lines = errors.lines(error)
        for line in lines:
            errors.say(f"{folder.name}: {line}")
        _record_failure(folder, lines, [word.typed for word in words])


def _run(loaded: Loaded, folder: Path) -> None:
    from sim.cli.job import run_scenario

    for warning in loaded.warnings:
        errors.say(f"warning: {warning}")
    run_scenario(loaded, folder, instead=True)
    if not whole(folder) or interrupts.asked():
        raise KeyboardInterrupt  # a run that is stopped keeps what it has, but the sweep is to stop as well


# ---------------------------------------------------------------- a point's folder


def _record_failure(folder: Path, lines: Sequence[str], overrides: Sequence[str]) -> None:
    """Write down why a point failed: in its folder, or beside that if something else stands there."""
    try:
        note = _note_beside(folder)
        if not os.path.lexists(folder):
            folder.mkdir(parents=True)
            note = folder / NOTE
            (folder / WHY).write_text(json.dumps({"overrides": list(overrides)}) + "\n", encoding="utf-8")
        note.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        errors.say(f"{folder.name}: {one_line(errors.lines(error)[0])}")


def _note_beside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.{NOTE}")


def _make_way(folder: Path) -> None:
    """Remove what an earlier try of this point left, and nothing else: its failure, or a part that cannot go on.

    A stopped run is gone on with, or replaced when the new one is whole.
    """
    _note_beside(folder).unlink(missing_ok=True)
    only_failed = folder.is_dir() and {path.name for path in folder.iterdir()} <= {NOTE, WHY}
    if only_failed or ((folder / RUN).is_file() and not (folder / STOPPED).is_file()):
        shutil.rmtree(folder)


# ---------------------------------------------------------------- after the last point


def _points(folder: Path, mark: str) -> list[Path]:
    """The points with such a file; a hidden folder is of a run that was killed."""
    return sorted(path.parent for path in folder.glob(f"*/{mark}") if not path.parent.name.startswith("."))


def _tidy(folder: Path, new: Sequence[Path]) -> None:
    """Take away what Hydra leaves: its own note of the sweep, and the new folders when nothing came of it."""
    with suppress(OSError):
        (folder / "multirun.yaml").unlink(missing_ok=True)
        if [path.name for path in folder.iterdir()] == [HEAD]:
            (folder / HEAD).unlink()
        for each in new:
            each.rmdir()  # if it is empty, else that is all
