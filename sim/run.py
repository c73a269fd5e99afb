"""A scenario run: one replication's facts, under either clock.

    model = Model.of(scenario)
    facts = model.simulate(replication=0)

What is the same in every replication (who the agents are, what teams serve, opening hours, shifts,
rates) is made once, by `Model.of`. Replications differ by their number alone, so any of them can be
made anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clocks.script import Given, Told, join
from sim.plan.callers import Callers, contacts
from sim.plan.demand import day_factors, recorded_contacts
from sim.plan.roster import agents, people
from sim.plan.schedule import Schedule
from sim.plan.tables import Tables, tables
from sim.plan.timetable import Timetable
from sim.record import Facts, Outcome, Rows, arrival_order, raw
from sim.scenario import Scenario, estimated_contacts

if TYPE_CHECKING:
    from sim.clocks.simpy_clock import SimpyClock

Engine = Literal["simpy", "compiled"]

LOADING_PAYS, COMPILING_PAYS = 5_000, 100_000
"""Contacts in all replications from which compiled code pays for its start: if it is on disk, and if it is to be made
(docs/performance.md)."""


class Model(NamedTuple):
    """A scenario made ready: everything that all replications share."""

    scenario: Scenario
    tables: Tables
    agents: Rows
    people: Rows
    callers: Callers
    timetable: Timetable

    @classmethod
    def of(cls, scenario: Scenario) -> Model:
        """The model of a scenario."""
        return cls(
            scenario,
            tables(scenario),
            agents(scenario, scenario.seed),
            people(scenario, scenario.seed),
            Callers.of(scenario),
            Timetable.of(scenario),
        )

    @property
    def engine(self) -> Engine:
        """The clock that runs it: the scenario's, or by size; user code needs SimPy."""
        asked = self.scenario.engine
        if asked != "auto":
            return asked
        if self.scenario.python is not None:
            return "simpy"
        replications, precision = self.scenario.replications, self.scenario.precision
        if precision is not None:  # more than that cannot be expected before the first look
            replications = precision.first_batch(replications)
        contacts = estimated_contacts(self.scenario, recorded_contacts(self.scenario)) * replications
        if contacts < LOADING_PAYS:
            return "simpy"
        if contacts >= COMPILING_PAYS:
            return "compiled"
        from sim.clocks.compiled_clock import at_hand

        return "compiled" if at_hand() else "simpy"

    def given(self, replication: int) -> Given:
        """What one replication's clock starts from; marks are drawn as the clock asks for them."""
        seed = self.scenario.seed
        return Given(
            chunks=contacts(self.callers, seed, replication),
            agents=self.agents,
            people=self.people,
            timetable=self.timetable.draw(seed, replication),
            **self.tables._asdict(),
        )

    def schedule(self, replication: int) -> Schedule:
        """What a replication's agents are asked to do, as planned; what came of it is in the facts."""
        return self.timetable.schedule(self.scenario.seed, replication)

    def simulate(self, replication: int = 0, engine: Engine | None = None) -> Facts:
        """The facts of one replication (0, 1, ...); the same under both engines, row for row."""
        return self.facts(replication, join(self.portions(replication, engine)))

    def facts(self, replication: int, told: Told) -> Facts:
        """What a replication has written down, in its final order."""
        order = arrival_order(told.left)
        contacts = raw(told.left)[order].view(told.left.dtype)
        return Facts(
            contacts=contacts,
            states=told.was,
            queues=told.queued,
            agents=self.agents,
            end=told.end,
            day_factors=day_factors(self.callers.demand, self.scenario.seed, replication),
            met=met_in_order(told, order),
        )

    def portions(self, replication: int, engine: Engine | None = None) -> Iterator[Told]:
        """What a replication writes down, as it does: in portions of bounded size from the compiled clock."""
        if (engine or self.engine) == "compiled":
            from sim.clocks.compiled_clock import CompiledClock

            yield from CompiledClock(self.given(replication)).portions()
        elif self.scenario.python is None:
            yield self.simpy_clock(replication).run()
        else:
            from sim.clocks.user_code import told_where

            with told_where(self.scenario.python.file):
                told = self.simpy_clock(replication).run()
            yield told

    def simpy_clock(self, replication: int, trace: list[tuple[float, int, int]] | None = None) -> SimpyClock:
        """The SimPy clock of one replication, not yet run, with the scenario's own Python beside it."""
        from sim.clocks.simpy_clock import SimpyClock

        python = self.scenario.python
        if python is None:
            return SimpyClock(self.given(replication), trace=trace)
        from sim.clocks.beside import Floor, own_moves
        from sim.clocks.user_code import user_functions

        functions = user_functions(python.file, [*python.beside, python.pick_agent, python.pick_contact])
        own = own_moves(functions.get(python.pick_agent or ""), functions.get(python.pick_contact or ""))
        clock = SimpyClock(self.given(replication), own=own, trace=trace)
        floor = Floor(clock, list(self.scenario.queues), list(self.scenario.teams))
        for name in python.beside:
            floor.begin(functions[name])
        clock.stop_after(self.scenario.horizon_s)  # a process may go on for ever
        return clock


def met_in_order(told: Told, order: NDArray[np.int64]) -> Rows:
    """The `Met` rows in the order of the handled contacts when these are put in that order."""
    if not len(told.met):
        return told.met
    handled = told.left["outcome"] == Outcome.HANDLED
    place = np.cumsum(handled) - 1
    ordered: Rows = raw(told.met)[place[order[handled[order]]]].view(told.met.dtype)
    return ordered


def simulate(scenario: Scenario, replication: int = 0, engine: Engine | None = None) -> Facts:
    """The facts of one replication of a scenario; to make many, keep the `Model`."""
    return Model.of(scenario).simulate(replication, engine)


__all__ = ["Engine", "Model", "simulate"]
