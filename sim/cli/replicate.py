"""A run's replications: made, counted, watched, and stopped when they are enough or somebody presses Ctrl-C."""

from __future__ import annotations

from typing import NamedTuple

from sim.cli import interrupts, precision
from sim.cli.progress import progress, so_far
from sim.clocks.script import Told
from sim.clocks.user_code import UserCodeError
from sim.loading import Refused
from sim.measure import Layout, Tally
from sim.report.run_folder import RunFolder, copy_tables
from sim.run import Model
from sim.scenario import Scenario
from sim.study.execution import Execution
from sim.study.observed import Observed, Observing
from sim.study.replications import Replications
from sim.study.stopped import Stopped
from sim.study.stopping import Reached, Stopping

MOST_CELLS = 500_000
"""Intervals in all replications up to which every replication keeps its own by interval."""


class Replicated(NamedTuple):
    """The replications of a run."""

    tally: Tally
    observed: Observed
    asked: int
    """replications the run was to have; with a precision and stopped by hand, as far as could be told"""
    reached: Reached | None
    """what came of the precision asked for; None where none was"""
    warnings: list[str]
    stopping: Stopping | None

    @property
    def whole(self) -> bool:
        """Whether all is done: neither stopped by hand nor by a cap."""
        return self.tally.count >= self.asked and (self.reached is None or self.reached.because == "met")


def replicate(model: Model, layout: Layout, folder: RunFolder, earlier: Stopped | None = None) -> Replicated:
    """The scenario's replications counted, their tables written as asked; those of an `earlier` run are not made again.

    KeyboardInterrupt before the first replication is done goes on to the caller.
    """
    scenario = model.scenario
    tally = Tally(layout) if earlier is None else earlier.tally
    observing = Observing(layout, layout.bins * scenario.replications <= MOST_CELLS)
    stopping = Stopping.of(scenario, tally)
    if earlier is not None:
        observing.begin(earlier.observed)
        copy_tables(earlier.folder, folder.making)
        if stopping is not None:
            stopping.looks |= earlier.looks
    planned = scenario.sampling.whole(scenario.replications)
    numbers = range(tally.count, planned) if stopping is None else stopping.numbers()

    def look() -> tuple[int, str]:
        if stopping is None:
            return planned, so_far(tally)
        return stopping.expected(), precision.so_far(stopping)

    def keeps(replication: int) -> bool:
        return scenario.tables == "all" or (scenario.tables == "first" and replication == 0)

    def expected() -> int:
        return planned if stopping is None else stopping.expected()

    most = planned if stopping is None else stopping.cap
    replications = Replications(model, layout, Execution.of(scenario), keeps, most)
    try:
        for replication in progress(numbers, f"{scenario.name} ({model.engine} clock)", tally, look):
            if interrupts.asked():  # Ctrl-C came where Python could not raise it
                raise KeyboardInterrupt
            counts, told = replications.next(replication, expected)
            with interrupts.held():
                tally.add(counts, replication)
                observing.add(counts, replication)
                if told is not None:
                    _write_tables(folder, model, replication, told)
    except UserCodeError as error:
        raise Refused(str(error)) from error
    except KeyboardInterrupt:
        if not tally.count:
            raise
        return _by_hand(tally, observing.observed(), scenario, stopping)
    finally:
        replications.close()
    observed = observing.observed()
    if stopping is None:
        return Replicated(tally, observed, planned, None, [], None)
    reached = stopping.reached()
    return Replicated(tally, observed, tally.count, reached, precision.warnings(reached), stopping)


def _write_tables(folder: RunFolder, model: Model, replication: int, told: Told) -> None:
    from sim.measure.tables import fact_tables

    scenario, facts = model.scenario, model.facts(replication, told)
    folder.write_tables(fact_tables(facts, list(scenario.queues), list(scenario.teams), replication), replication)


def _by_hand(tally: Tally, observed: Observed, scenario: Scenario, stopping: Stopping | None) -> Replicated:
    """What is done of a run that somebody has stopped, which says so."""
    told = f"stopped by hand after {tally.count} of "
    if stopping is None:
        planned = scenario.sampling.whole(scenario.replications)
        return Replicated(tally, observed, planned, None, [f"{told}{planned} replications"], None)
    asked, reached = max(stopping.expected(), tally.count + 1), stopping.reached()
    warning = f"{told}about {asked} replications: {precision.distance(reached)}"
    return Replicated(tally, observed, asked, reached, [warning], stopping)
