"""The runs to compare: read from their folders, or simulated with common random numbers."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.loading.plain_files import saved_json, saved_yaml
from sim.loading.refusal import Refused, one_line
from sim.measure.sampled import whole_batches
from sim.scenario import build
from sim.study import observed
from sim.study.comparison.compare import NEEDED, Days, Side, strata_of, with_net
from sim.study.execution import Execution, in_order, perform
from sim.study.kept import NAME as KEPT
from sim.study.kept import recall
from sim.study.observed import Observed, Task
from sim.study.variants import Floats

COLUMNS = {
    "replication": pl.Int64,
    "scope": pl.String,
    "name": pl.String,
    "kpi": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
}
DEMAND = ("days", "first_day", "demand")
"""What makes the callers of a scenario, with `OF_QUEUES` of each queue."""
OF_QUEUES = ("open", "arrivals")
ELSEWHERE = ("execution", "workers", "cluster", "resume")
"""Keys that say who simulates a scenario, and are no part of what it is."""
Config = Mapping[str, Any]

# ---------------------------------------------------------------- saved


def saved(folder: Path, name: str) -> Side:
    """A finished run. Raises Refused, in one line, for a folder that holds none or only a part of one."""
    if not folder.is_dir():
        raise Refused(f"{folder}: {'is no folder' if folder.exists() else 'no such folder'}")
    if not (folder / "run.json").is_file():
        inside = sorted(path.parent.name for path in folder.glob("*/run.json"))
        hint = f"; there are runs inside, such as {folder / inside[0]}" if inside else ""
        raise Refused(f"{folder}: holds no finished run (it has no run.json){hint}")
    try:
        facts = saved_json(folder / "run.json")
        replications, version = int(facts["replications"]), str(facts.get("versions", {}).get("tightrope", ""))
        seed = int(facts["seed"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"{folder / 'run.json'}: cannot be read: {one_line(repr(error), 150)}") from error
    config = _config(folder / "config.yaml") | {"seed": seed}
    numbers, sums = _sums(folder / "replications.csv", replications)
    if len(numbers) < 2:
        raise Refused(f"{folder}: a single replication: differences need at least 2 to have an interval")
    if len(whole_batches(numbers, strata_of(config))) < 2 * strata_of(config):
        raise Refused(f"{folder}: fewer than two batches of {strata_of(config)} replications: differences need 2")
    return Side(name, config, numbers, with_net(sums), currency(config), _days(folder, config), version)


def _config(file: Path) -> dict[str, Any]:
    try:
        return saved_yaml(file)
    except (OSError, ValueError) as error:
        raise Refused(f"{file}: cannot be read: {one_line(error, 150)}") from error


def _read(file: Path, columns: Mapping[str, Any]) -> pl.DataFrame:
    """These columns of a CSV file."""
    try:
        frame = pl.read_csv(file.read_bytes(), columns=list(columns), schema_overrides=dict(columns))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise Refused(f"{file}: cannot be read: {one_line(error, 150)}") from error
    return frame


def _sums(file: Path, replications: int) -> tuple[Any, dict[str, tuple[Floats, Floats]]]:
    """The numbers of the replications, and the two sums of each KPI of the whole center that is complete."""
    frame = _read(file, COLUMNS).filter(pl.col("scope") == "center", pl.col("kpi").is_in(NEEDED))
    numbers = np.array(sorted(frame["replication"].drop_nulls().unique()), dtype=np.int64)
    if len(numbers) != replications:
        raise Refused(f"{file}: holds {len(numbers):,} replications, run.json says {replications:,}: not whole")
    sums: dict[str, tuple[Floats, Floats]] = {}
    for (key,), own in frame.sort("replication").group_by(["kpi"], maintain_order=True):
        top, bottom = own["numerator"].to_numpy(), own["denominator"].to_numpy()
        if not np.array_equal(own["replication"].to_numpy(), numbers):
            raise Refused(f"{file}: {key} is not there once for each replication: not whole")
        if not (np.isfinite(top).all() and np.isfinite(bottom).all()):
            raise Refused(f"{file}: {key}: a numerator or denominator is missing or no number")
        sums[str(key)] = (top.astype(np.float64), bottom.astype(np.float64))
    if "service_level" not in sums:
        raise Refused(f"{file}: has no service level of the center")
    return numbers, sums


def currency(config: Config) -> str | None:
    """The currency of a scenario's prices; None where it has none."""
    costs = config.get("costs")
    return str(costs["currency"]) if isinstance(costs, dict) and costs.get("currency") else None


def _days(folder: Path, config: Config) -> Days | None:
    """Service level and agents by interval; None where a run has neither kept them nor has both tables."""
    if (folder / KEPT).is_file():
        kept, _ = recall(folder / KEPT)
        if len(kept.course.start_s):
            return _days_of(kept, float(config.get("confidence", 0.95)))
    at = {"scope": pl.String, "day": pl.Int64, "interval_start": pl.Int64, "after_end": pl.Boolean}
    found: list[Floats] = []
    starts: list[Floats] = []
    for file, key in (("intervals.csv", "service_level"), ("teams.csv", "staffed")):
        if not (folder / file).is_file():
            return None
        columns = at | {name: pl.Float64 for name in (key, f"{key}_low", f"{key}_high")}
        frame = _read(folder / file, columns).filter(pl.col("scope") == "center", ~pl.col("after_end"))
        mean, low, high = (frame[name].fill_null(math.nan).to_numpy() for name in (key, f"{key}_low", f"{key}_high"))
        # Limits are cut where a figure can be no larger: the longer side is the half-width.
        found += [mean, np.fmax(mean - low, high - mean)]
        starts.append(((frame["day"] - 1) * 86_400 + frame["interval_start"]).to_numpy().astype(np.float64))
    if not np.array_equal(starts[0], starts[1]):
        return None
    level, level_half, agents, agents_half = found
    return Days(starts[0], level, level_half, agents, agents_half, None)


def why_not(side: Side, base: Side) -> str | None:
    """Why two saved runs cannot be paired, in words that follow "because"; None = they can."""
    a, b = side.config, base.config
    if a.get("seed") != b.get("seed"):
        return f"their seeds differ ({b.get('seed')} and {a.get('seed')})"
    if strata_of(a) != strata_of(b):
        return "their sampling.strata differ"
    for key in DEMAND:
        if a.get(key) != b.get(key):
            return f"their {key} differs"
    queues, others = a.get("queues"), b.get("queues")
    if not isinstance(queues, dict) or not isinstance(others, dict) or set(queues) != set(others):
        return "they have different queues"
    for name, queue in queues.items():
        if any(queue.get(key) != others[name].get(key) for key in OF_QUEUES):
            return f"the callers of queue {name} differ"
    common = np.intersect1d(side.numbers, base.numbers)
    if len(whole_batches(common, strata_of(a))) < 2 * strata_of(a):
        what = "replications" if strata_of(a) == 1 else f"batches of {strata_of(a)} replications"
        return f"they have fewer than two {what} in common"
    return None


def changes(config: Config, base: Config) -> list[tuple[str, str, str]]:
    """The keys in which two scenarios differ, with both values as texts; "" where a key is not there."""
    mine, theirs = dict(_leaves(config)), dict(_leaves(base))
    own = (
        "output",
        "tables",
        "replications",
        "precision",
        "name",
        "description",
        "engine",
        "allow_python",
        "confidence",
        *ELSEWHERE,
    )
    every = [*theirs, *(key for key in mine if key not in theirs)]
    keys = [key for key in every if key.partition(".")[0] not in own]
    return [(key, theirs.get(key, ""), mine.get(key, "")) for key in keys if theirs.get(key) != mine.get(key)]


def _leaves(values: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(values, dict) and values:
        for key, value in values.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, json.dumps(values, ensure_ascii=False, default=str).strip('"')


# ---------------------------------------------------------------- simulated


def simulated(
    raws: Sequence[Config],
    names: Sequence[str],
    replications: int,
    confidence: float,
    execution: Execution | None = None,
) -> Iterator[Side]:
    """The scenarios, simulated with the same random numbers, in their order; each as soon as it is done.

    `execution` says who shares them, None = whom the first one asks for, or this process if little is to be done. The
    answer does not depend on it.
    """
    if execution is None:
        execution = Execution.for_all([build(copy.deepcopy(dict(raw))) for raw in raws], replications)
    tasks = [(raw, name, replications, confidence) for raw, name in zip(raws, names, strict=True)]
    return in_order(perform(_observe, tasks, execution))


def _observe(task: tuple[Config, str, int, float]) -> Side:
    return observe(*task)


def observe(raw: Config, name: str, replications: int, confidence: float) -> Side:
    """One scenario, simulated."""
    replications = build(copy.deepcopy(dict(raw))).sampling.whole(replications)
    found = observed.observe(Task(raw, tuple(range(replications))))
    return Side(name, dict(raw), found.numbers, _needed(found), currency(raw), _days_of(found, confidence))


def _needed(found: Observed) -> dict[str, tuple[Floats, Floats]]:
    return with_net({key: sums for key, sums in found.sums().items() if key in NEEDED})


def _days_of(found: Observed, confidence: float) -> Days:
    """Service level and agents by interval, replication by replication."""
    level, agents = (found.by_interval(key) for key in ("service_level", "staffed"))
    a, b = level.estimate(confidence), agents.estimate(confidence)
    return Days(found.course.start_s, a.mean, a.half_width, b.mean, b.half_width, (level, agents))
