"""A run: replications of a case, their tables and plots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api.case import Case, Changes, as_case
from sim.api.html import sheet

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.axes import Axes

    from sim.measure.results import Results, Value
    from sim.report.about import RunInfo

CENTER = "center"


@dataclass(frozen=True)
class Run:
    """What the replications of a case have shown. Tables are polars; docs/kpis.md explains every column."""

    case: Case
    results: Results
    about: RunInfo

    def value(self, kpi: str, scope: str = CENTER, name: str = CENTER) -> Value:
        """A figure with its interval: mean, low, high, half_width, replications.

        Seconds where the key ends in _s, shares from 0 to 1 for rates and levels (docs/kpis.md). Limits are of the
        run's `confidence`. KeyError with the nearest name.
        """
        return self.results.value(kpi, scope, name)

    @property
    def summary(self) -> pl.DataFrame:
        """A row per scope (center, queue, team), name and KPI."""
        return self.results.summary

    @property
    def intervals(self) -> pl.DataFrame:
        """A row per center or queue, day and interval."""
        return self.results.intervals

    @property
    def teams(self) -> pl.DataFrame:
        """A row per center or team, day and interval."""
        return self.results.teams

    @property
    def days(self) -> pl.DataFrame:
        """A row per scope, name, day and KPI."""
        return self.results.days

    @property
    def agents(self) -> pl.DataFrame:
        """A row per agent."""
        return self.results.agents

    @property
    def replications(self) -> pl.DataFrame:
        """A row per replication, scope, name and KPI."""
        return self.results.replications

    @property
    def causes(self) -> pl.DataFrame | None:
        """A row per scope and cause of satisfaction and of handle time; None where behavior does not count."""
        return self.results.causes

    @cached_property
    def headline(self) -> str:
        """The answer in a sentence."""
        from sim.report.words import answer

        return answer(self.results).headline

    def plot_volume(self, ax: Axes | None = None, scope: str = CENTER, name: str = CENTER) -> Axes:
        """Offered, handled and abandoned contacts an interval over the day. KeyError for an unknown queue."""
        from sim.report import day

        return day.volume(self._with(scope, name), ax, scope, name)

    def plot_staffing(self, ax: Axes | None = None, scope: str = CENTER, name: str = CENTER) -> Axes:
        """Agents staffed and busy (a mean over each interval) over the day; scope "team" too. KeyError as above."""
        from sim.report import day

        return day.staffing(self._with(scope, name), ax, scope, name)

    def plot_service_level(self, ax: Axes | None = None, scope: str = CENTER, name: str = CENTER) -> Axes:
        """Service level (share) over the day, with its interval and goal. KeyError for an unknown queue."""
        from sim.report import day

        return day.service_level(self._with(scope, name), ax, scope, name)

    def plot_waiting(self, ax: Axes | None = None, scope: str = CENTER, name: str = CENTER) -> Axes:
        """Average speed of answer and longest wait, in seconds, over the day. KeyError for an unknown queue."""
        from sim.report import day

        return day.waiting(self._with(scope, name), ax, scope, name)

    def plot_waits(self, ax: Axes | None = None, scope: str = CENTER, name: str = CENTER) -> Axes:
        """How long callers wait, in seconds: who was answered and who gave up. KeyError for an unknown queue."""
        from sim.report import waits

        return waits.distribution(self._with(scope, name), ax, scope, name)

    def plot_people(self, ax: Axes | None = None) -> Axes:
        """The agents by empathy and speed."""
        from sim.report import people

        return people.traits(self.results, ax)

    def _with(self, scope: str, name: str) -> Results:
        """The results, if they have such a queue or team."""
        known = self.results.summary.select("scope", "name").unique(maintain_order=True).rows()
        if (scope, name) not in known:
            there = ", ".join(f"{kind} {own!r}" for kind, own in known)
            raise KeyError(f"no {scope} {name!r}; there are {there}")
        return self.results

    def save(self, folder: str | Path) -> Path:
        """Write all tables, pictures and report.html into a new folder. Raises Refused where something is there."""
        from sim.cli.job import write_config
        from sim.report import write_report
        from sim.report.run_folder import RunFolder

        with RunFolder(Path(folder).expanduser()) as made:
            write_config(made.making, self.case.loaded)
            self.results.write(made.making)
            write_report(made.making, self.results, self.about)
        return made.place

    def __repr__(self) -> str:
        return f"<Run of {self.case.name}, {self.results.count} replications: {self.headline}>"

    def _repr_html_(self) -> str:
        from sim.report.headlines import headlines
        from sim.report.outcomes import outcomes

        tiles = [*headlines(self.results, self.about), *outcomes(self.results, self.about)]
        rows = [[tile.label, tile.value, tile.interval, tile.goal or tile.note] for tile in tiles]
        level = f"{100 * self.results.confidence:g} % interval"
        note = f"{self.results.count} replications, seed {self.about.seed}"
        return sheet(self.headline, ["", "", level, ""], rows, note)


def replicate(case: Case | str, *changes: Changes, replications: int | None = None) -> Run:
    """The replications of a case; how many is the scenario's own `replications` unless given.

    With `precision.half_width=...` among the changes it goes on until that is met, as on the command line. Raises
    Refused. Facts (contact tables) are for the command line: a run in a notebook keeps its figures alone.
    """
    import time

    from sim.cli.job import run_info
    from sim.measure import Layout, Tally
    from sim.run import Model
    from sim.study.execution import Execution
    from sim.study.replications import Replications
    from sim.study.stopping import Stopping

    asked = as_case(case)
    more = [*changes, *([] if replications is None else [{"replications": replications}])]
    asked = asked.but(*more) if more else asked
    began, scenario = time.perf_counter(), asked.scenario
    model, layout = Model.of(scenario), Layout.of(scenario)
    tally = Tally(layout)
    stopping = Stopping.of(scenario, tally)

    def expected() -> int:
        return scenario.replications if stopping is None else stopping.expected()

    most = scenario.replications if stopping is None else stopping.precision.max_replications
    numbers = range(scenario.replications) if stopping is None else stopping.numbers()
    made = Replications(model, layout, Execution.of(scenario), lambda _: False, most)
    try:
        for number in numbers:
            tally.add(made.next(number, expected).counts, number)
    finally:
        made.close()
    reached = None if stopping is None else stopping.reached()
    about = run_info(asked.loaded, model, tally.count, asked.warnings, time.perf_counter() - began, reached)
    return Run(asked, tally.results(scenario.confidence), about)
