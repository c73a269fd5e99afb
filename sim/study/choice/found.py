"""What a search has found, beside a grid of the same factors, as tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sim.study.choice.fronts import Fronts, fronts
from sim.study.choice.objectives import Objective
from sim.study.choice.search import Quest, Trial
from sim.study.choice.volume import growth, share
from sim.study.sweeps.sweep import FAILED, FINISHED, Point, Sweep, axes_of
from sim.study.variants import Floats


class Found(NamedTuple):
    """A search that is done, or stopped."""

    quest: Quest
    trials: tuple[Trial, ...]
    sweep: Sweep
    """its different points"""
    fronts: Fronts
    """of the done ones"""
    volume: Floats
    """share of the box of all figures that the front has after each trial"""
    beside: Sweep | None = None
    """a grid, or another sweep"""
    beside_fronts: Fronts | None = None
    beside_volume: float = math.nan

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before its last trial."""
        return len(self.trials) < self.quest.trials


def name_of(keys: Sequence[str], values: Sequence[Any]) -> str:
    """A point in words of the command line."""
    return ",".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))


def sweep_of(scenario: str, keys: Sequence[str], points: Sequence[Point], confidence: float, seed: int) -> Sweep:
    """Points of these factors as a sweep."""
    return Sweep(scenario, axes_of(keys, [each.values for each in points]), tuple(points), confidence, seed=seed)


def point(keys: Sequence[str], trial: Trial) -> Point:
    """A trial as a point."""
    status = FAILED if trial.observed is None else FINISHED
    return Point(name_of(keys, trial.values), trial.values, trial.observed, trial.reason, status)


def found(scenario: str, quest: Quest, trials: Sequence[Trial], beside: Sweep | None, confidence: float) -> Found:
    """What the trials come to. `beside` has the objectives' KPIs."""
    keys = [each.key for each in quest.ranges]
    sweep = sweep_of(scenario, keys, [point(keys, each) for each in trials if not each.again], confidence, quest.seed)
    own = fronts(sweep, quest.objectives, quest.limits, quest.seed)
    signed = _signed(sweep, quest.objectives)
    theirs = fronts(beside, quest.objectives, quest.limits, quest.seed) if beside is not None and beside.done else None
    others = _signed(beside, quest.objectives) if beside is not None and theirs is not None else signed[:0]
    every = np.concatenate([signed, others])
    worst, best = np.nanmin(every, axis=0), np.nanmax(every, axis=0)
    figures = np.array([_figures(each, quest.objectives) for each in trials])
    volume = growth(figures, [each.keeps(quest.limits) for each in trials], worst, best)
    rival = share(others[theirs.on], worst, best) if theirs is not None else math.nan
    return Found(quest, tuple(trials), sweep, own, volume, beside if theirs is not None else None, theirs, rival)


def _signed(sweep: Sweep, objectives: Sequence[Objective]) -> Floats:
    """The objectives at each done point, more being better, shape (points, objectives)."""
    columns = [[each.sign * float(one.mean()[0]) for one in sweep.figures(each.key)] for each in objectives]
    return np.array(columns, np.float64).reshape(len(objectives), -1).T


def _figures(trial: Trial, objectives: Sequence[Objective]) -> list[float]:
    return [each.sign * figure for each, figure in zip(objectives, trial.figures(objectives), strict=True)]


def table(result: Found) -> pl.DataFrame:
    """A row a trial: trial (from 1), the factors, status (front, inside, outside, failed), reason, again, replications;
    KPI, KPI_low and KPI_high of objectives and limits; chance of being on the front, p_within, volume."""
    quest, places = result.quest, {each.values: k for k, each in enumerate(result.sweep.done)}
    kpis = list(dict.fromkeys(quest.keys))
    estimates = {key: result.sweep.estimate(key) for key in kpis}
    rows = []
    for trial, volume in zip(result.trials, result.volume, strict=True):
        row: dict[str, Any] = {"trial": trial.number + 1}
        row |= {each.key: value for each, value in zip(quest.ranges, trial.values, strict=True)}
        place = places.get(trial.values)
        row |= {"status": _status(result, place), "reason": trial.reason, "again": trial.again}
        row["replications"] = 0 if trial.observed is None else len(trial.observed.numbers)
        for key in kpis:
            for end, name in (("mean", key), ("low", f"{key}_low"), ("high", f"{key}_high")):
                row[name] = math.nan if place is None else float(getattr(estimates[key], end)[place])
        row["chance_on_front"] = math.nan if place is None else float(result.fronts.chance[place])
        row["p_within"] = math.nan if place is None else float(result.fronts.p_within[place])
        row["volume"] = float(volume)
        rows.append(row)
    frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    return frame.with_columns(pl.selectors.float().fill_nan(None))


def _status(result: Found, place: int | None) -> str:
    if place is None:
        return FAILED
    return "front" if result.fronts.on[place] else "inside" if result.fronts.within[place] else "outside"


def front_table(frame: pl.DataFrame, quest: Quest) -> pl.DataFrame:
    """The rows of the front, each point once, by the first objective, best first."""
    own = frame.filter(pl.col("status") == "front", ~pl.col("again")).drop("again", "reason", "volume")
    return own.sort(quest.objectives[0].key, descending=quest.objectives[0].sign > 0)
