"""Search: good points of a scenario among very many, by Optuna; several KPIs at once, within limits.

Asking goes in batches of a fixed size, and everything is drawn from the scenario's seed: the same search asks for the
same points in the same order, on any number of cores. What was simulated is kept (`Points`), so that a search that was
stopped, or is asked for more trials, comes to where it was in no time and goes on.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sim.loading.refusal import Refused
from sim.study.choice.objectives import Limit, Objective
from sim.study.choice.ranges import Range
from sim.study.observed import Observed
from sim.study.sweeps.grid import Failure
from sim.study.sweeps.points import Points, Wanted, lacks

if TYPE_CHECKING:
    import optuna

Sampler = Literal["tpe", "nsga2"]
SAMPLERS: tuple[Sampler, ...] = ("tpe", "nsga2")
BATCH = 8
"""trials that are asked for at a time: more keep more cores busy, fewer know more when they are asked for"""
STARTUP = 16
"""trials at random before TPE begins"""
POPULATION = 16
"""of NSGA-II"""
WITHOUT = 'searching needs Optuna: pip install "tightrope[optimize]"'


class Quest(NamedTuple):
    """What is searched."""

    ranges: tuple[Range, ...]
    objectives: tuple[Objective, ...]
    limits: tuple[Limit, ...] = ()
    trials: int = 100
    replications: int = 10
    sampler: Sampler = "tpe"
    seed: int = 1

    @property
    def keys(self) -> tuple[str, ...]:
        """The KPIs that points are judged by."""
        return (*(each.key for each in self.objectives), *(limit.key for limit in self.limits))


class Trial(NamedTuple):
    """A point that was asked for, and what came of it."""

    number: int
    values: tuple[Any, ...]
    observed: Observed | None
    reason: str = ""
    """why it could not be simulated"""
    again: bool = False
    """whether an earlier trial was the same point"""

    def figures(self, objectives: Sequence[Objective]) -> tuple[float, ...]:
        """The KPIs of the objectives, as they are; nan for a point that failed."""
        if self.observed is None:
            return (math.nan,) * len(objectives)
        return tuple(float(self.observed.of(each.key).mean()[0]) for each in objectives)

    def beyond(self, limits: Sequence[Limit]) -> tuple[float, ...]:
        """How far each KPI is beyond its limit, at most 0 where the point keeps to it."""
        if self.observed is None:
            return (math.inf,) * len(limits)
        return tuple(limit.sign * (limit.value - float(self.observed.of(limit.key).mean()[0])) for limit in limits)

    def keeps(self, limits: Sequence[Limit]) -> bool:
        """Whether the figures keep to all limits."""
        return self.observed is not None and all(beyond <= 0.0 for beyond in self.beyond(limits))


def search(points: Points, quest: Quest) -> Iterator[Trial]:
    """Yields each trial, in order. Raises Refused without Optuna."""
    study = _study(quest)
    names = [each.key for each in quest.ranges]
    seen: set[tuple[Any, ...]] = set()
    number = 0
    while number < quest.trials:
        asked = [study.ask() for _ in range(BATCH)]
        values = [tuple(_suggest(each, one) for one in quest.ranges) for each in asked]
        wanted = [Wanted(dict(zip(names, each, strict=True)), quest.replications) for each in values]
        # Of the last batch only those that are wanted are simulated: none of the others is told.
        found = dict(points.observe(wanted[: quest.trials - number]))
        for k in sorted(found):
            trial = made(number, values[k], found[k], quest.keys, values[k] in seen)
            seen.add(values[k])
            _tell(study, asked[k], trial, quest)
            number += 1
            yield trial


def made(
    number: int, values: tuple[Any, ...], found: Observed | Failure, keys: Sequence[str], again: bool = False
) -> Trial:
    """The trial of a point that was simulated, or could not be, or has not all of these KPIs."""
    reason = found.reason if isinstance(found, Failure) else lacks(found, keys)
    if isinstance(found, Failure) or reason:
        return Trial(number, values, None, reason, again)
    return Trial(number, values, found, again=again)


def _study(quest: Quest) -> optuna.Study:
    try:
        import optuna
    except ImportError:
        raise Refused(WITHOUT) from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    seed = quest.seed % 2**32
    sampler: optuna.samplers.BaseSampler
    if quest.sampler == "nsga2":
        sampler = optuna.samplers.NSGAIISampler(population_size=POPULATION, seed=seed)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that an option may change some day
            sampler = optuna.samplers.TPESampler(
                n_startup_trials=STARTUP, multivariate=True, constant_liar=True, seed=seed
            )
    directions: list[Literal["maximize", "minimize"]] = [
        "maximize" if each.sign > 0 else "minimize" for each in quest.objectives
    ]
    return optuna.create_study(sampler=sampler, directions=directions)


def _suggest(trial: optuna.Trial, factor: Range) -> Any:
    if not factor.ordered:
        return trial.suggest_categorical(factor.key, factor.values)
    return factor.at(trial.suggest_int(factor.key, 0, factor.length - 1))


def _tell(study: optuna.Study, asked: optuna.Trial, trial: Trial, quest: Quest) -> None:
    from optuna.trial import TrialState

    figures = trial.figures(quest.objectives)
    if any(math.isnan(figure) for figure in figures) or any(math.isnan(each) for each in trial.beyond(quest.limits)):
        study.tell(asked, state=TrialState.FAIL)
        return
    for limit, beyond in zip(quest.limits, trial.beyond(quest.limits), strict=True):
        asked.set_constraint(limit.word, beyond)
    study.tell(asked, list(figures))
