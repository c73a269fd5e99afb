"""The verb `sweep`: a scenario at every combination of some values, in one process and its workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.cli.swept import Planned
    from sim.loading.check import Loaded

HELP = """
usage: python -m sim sweep +scenario=NAME KEY=VALUE,VALUE,... [KEY=VALUE ...] [plot.x=KPI plot.y=KPI plot.color=KPI]
       python -m sim sweep study=NAME [KEY=VALUE ...]
       python -m sim sweep FOLDER [plot.x=KPI ...]                     other pictures of a sweep that was made

Simulates every combination of the values with the same random numbers and shows how the figures trade off: service
level against CSAT, coloured by handle time, with intervals and the Pareto front, heat maps, cost per point, and a page
with sliders that can be mailed. Any key of a scenario can be swept, whole groups too (behavior=none,evidence).

  python -m sim sweep +scenario=peak staffing.scale=0.9,0.95,1,1.05,1.1 goals.aht_target=240,270,300,330,360
  python -m sim sweep +scenario=peak teams.front.agents='range(40,61,2)' replications=50
  python -m sim sweep study=staff_by_target
  python -m sim sweep outputs/peak/sweep-20250301-101500 plot.x=occupancy plot.y=fcr plot.color=cost_per_resolved

study       a name in ./configs/study or among those that come with the program, or a YAML file
plot.x, plot.y, plot.color, plot.cost    KPIs of docs/kpis.md;   plot.panel    a factor: a panel for each of its values
Results in outputs/NAME/sweep-DATE-TIME/: report.html, tradeoff.png and .svg, plots/, sweep.csv (a row a point, with
intervals), replications.parquet (a row a point, replication and KPI), points/ (each point in full). A point that
fails is a row with its reason; the others go on. A sweep that is stopped goes on with the same command.
For a complete run folder of each point, or one of Hydra's launchers: python -m sim -m ...
"""


def main(words: list[str]) -> int:
    """Sweep. Exit status 0 when all points are finished, 1 when one failed."""
    from sim.loading.refusal import Refused
    from sim.study.sweeps.folder import HEAD

    for word in words:
        if word.startswith("-"):
            raise Refused(f"command line: {word}: `sweep` takes no flags but --help (Hydra's flags: python -m sim -m)")
    folders = [word for word in words if "=" not in word and (Path(word).expanduser() / HEAD).is_file()]
    if folders:
        return _again(Path(folders[0]).expanduser(), [word for word in words if word != folders[0]])
    return _sweep(words)


def _again(folder: Path, words: Sequence[str]) -> int:
    """Other pictures of what is there."""
    from sim.cli import collate
    from sim.loading.refusal import Refused
    from sim.study.sweeps.folder import read_head, read_sweep
    from sim.study.sweeps.plot import Plot

    settings = dict(word.removeprefix("plot.").partition("=")[::2] for word in words if word.startswith("plot."))
    for word in words:
        if not word.startswith("plot."):
            raise Refused(
                f"command line: {word}: beside a folder only plot.x, plot.y, plot.color, plot.panel, plot.cost"
            )
    head = read_head(folder)
    head = head._replace(plot={**head.plot, **settings})
    Plot.of(head.plot, read_sweep(folder))  # refused before anything is written
    return collate.report(folder, head)


def _sweep(words: Sequence[str]) -> int:
    from sim.cli import collate, point_loader, swept
    from sim.loading.places import shown
    from sim.loading.refusal import Refused
    from sim.study.sweeps.folder import write_head

    plan = swept.plan_of(words)
    if not plan.keys:
        raise Refused("command line: no key has several values: write KEY=VALUE,VALUE,... (python -m sim sweep --help)")
    points = swept.planned(plan)
    first = point_loader.first_loaded(plan.words, points[0].words, points[-1].words)
    swept.check_plot(plan, first)
    command = swept.command_of(plan, "sweep")
    folder = swept.folder_of(plan, first, command)
    loaded, reasons = load_points(points)
    head = swept.head_of(plan, points, first, command)
    _ready(folder)
    write_head(folder, swept.with_reasons(head, reasons))
    done = 0
    try:
        for name, why in simulate_points(loaded, folder, head.scenario, len(points)):
            reasons |= {name: why} if why else {}
            done += not why
        return collate.report(folder, swept.with_reasons(head, reasons))
    except KeyboardInterrupt:
        if not done:
            raise
        kept = f"{done} of {len(points)} points are kept in {shown(folder)}; the same command goes on"
        if done + len(reasons) < len(points):
            with suppress(KeyboardInterrupt):  # a second one: without the report
                collate.report(folder, swept.with_reasons(head, reasons))
        raise KeyboardInterrupt(kept) from None


def load_points(points: Sequence[Planned]) -> tuple[dict[str, Loaded], dict[str, str]]:
    """The scenario of each point, or the reason why it has none. Raises Refused where none has one."""
    from sim.cli import point_loader
    from sim.cli.errors import say
    from sim.loading.refusal import Refused

    loader, loaded = point_loader.Loader(), {}
    reasons: dict[str, str] = {}
    warnings: dict[str, None] = {}
    for point in points:
        try:
            found = loader.load(point.words)
            if found.scenario.precision is not None:
                raise Refused("precision: here all points have the same number of replications: write replications=N")
        except Refused as refused:
            reasons[point.name] = "; ".join(refused.lines)
            continue
        loaded[point.name] = found
        warnings |= dict.fromkeys(found.warnings)
    if not loaded:
        raise Refused(*reasons.values())
    for name, reason in reasons.items():
        say(f"{name}: {reason}")
    for warning in warnings:
        say(f"warning: {warning}")
    return loaded, reasons


def simulate_points(loaded: Mapping[str, Loaded], folder: Path, scenario: str, total: int) -> Iterator[tuple[str, str]]:
    """Name of each point as it is done, and why it failed or nothing."""
    from sim.cli import studies
    from sim.cli.errors import say
    from sim.loading.saved import kept
    from sim.scenario import estimated_contacts
    from sim.study.execution import Execution
    from sim.study.sweeps import grid
    from sim.study.sweeps.folder import POINTS

    names, each = list(loaded), list(loaded.values())
    made = [one.scenario.sampling.whole(one.scenario.replications) for one in each]
    cells = [grid.Cell(name, one.raw, count) for name, one, count in zip(names, each, made, strict=True)]
    about = [{"config": kept(one.raw)} for one in each]
    work = sum(estimated_contacts(one.scenario) * one.scenario.replications for one in each)
    execution = Execution.of(each[0].scenario).pays_for(work)
    found = grid.simulate(cells, folder / POINTS, execution, about)
    for place, result in studies.watched(found, total, f"{scenario}: sweep"):
        why = result.reason if isinstance(result, grid.Failure) else ""
        if why:
            say(f"{names[place]}: {why}")
        yield names[place], why


def _ready(folder: Path) -> None:
    """Make the folder. Raises Refused where something else stands in its place."""
    from sim.cli import swept
    from sim.study.half_made import clear
    from sim.study.sweeps.folder import POINTS

    swept.check_folder(folder)
    (folder / POINTS).mkdir(parents=True, exist_ok=True)
    clear(folder)
    clear(folder / POINTS)
