"""A case swept over values of its keys: all points, and the pictures of how their figures trade off."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.api.case import Case, as_case
from sim.api.html import sheet
from sim.loading.refusal import Refused
from sim.loading.study_file import written

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.axes import Axes

    from sim.study.sweeps.plot import Plot
    from sim.study.sweeps.sweep import Sweep


@dataclass(frozen=True)
class Swept:
    """The points of a sweep. `study` has every replication of them."""

    case: Case
    study: Sweep

    @property
    def table(self) -> pl.DataFrame:
        """A row a point: the factors, status, reason, replications, and KPI, KPI_low, KPI_high of every KPI."""
        return self.study.table

    @property
    def replications(self) -> pl.DataFrame:
        """A row a point, replication and KPI."""
        return self.study.replications

    def plot_tradeoff(
        self, x: str | None = None, y: str | None = None, color: str | None = None, ax: Axes | None = None
    ) -> Axes:
        """One KPI against another, coloured by a third, with intervals and the Pareto front."""
        from sim.report.sweeps.tradeoff import tradeoff

        return tradeoff(self.study, self._plot(x=x, y=y, color=color), ax)

    def save(self, folder: str | Path) -> Path:
        """Write sweep.csv, replications.parquet, all pictures and report.html into a folder."""
        from sim.cli import collate
        from sim.study.sweeps.folder import Head

        place = Path(folder).expanduser()
        if place.exists() and not place.is_dir():
            raise Refused(f"{place} is a file; choose another folder")
        place.mkdir(parents=True, exist_ok=True)
        head = Head(self.study.scenario, self.study.command, tuple(a.key for a in self.study.axes), (),
                    self.study.confidence, self.study.seed)  # fmt: skip
        collate.write(place, self.study, head)
        return place

    def _plot(self, **asked: str | None) -> Plot:
        from sim.study.sweeps.plot import Plot

        return Plot.of({key: value for key, value in asked.items() if value is not None}, self.study)

    def __repr__(self) -> str:
        factors = ", ".join(f"{axis.key} ({len(axis.values)})" for axis in self.study.axes)
        return f"<Swept {self.case.name} over {factors}: {len(self.study.done)} of {len(self.study.points)} points>"

    def _repr_html_(self) -> str:
        from sim.report.sweeps.table import MOST, cells

        head, *rows = cells(self.study)
        more = len(self.study.done) - MOST
        return sheet(repr(self)[1:-1], head, rows, f"... and {more:,} more in .table" if more > 0 else "")


def sweep(
    case: Case | str, grid: Mapping[str, Sequence[Any]], *, replications: int | None = None,
    folder: str | Path | None = None,
) -> Swept:  # fmt: skip
    """A case at every combination of some values, all with the same random numbers.

    Points are kept in `folder` where one is given: then the same sweep, or a larger one, simulates only what is not
    there. A point that cannot be simulated is a row with its reason. Raises Refused where that is all of them.
    """
    asked = as_case(case)
    for key, values in grid.items():
        if isinstance(values, str | Mapping) or not hasattr(values, "__len__") or not hasattr(values, "__iter__"):
            raise Refused(f"{key}: needs a list of values, got {'a text' if isinstance(values, str) else repr(values)}")
    if not grid or not all(len(values) for values in grid.values()):
        raise Refused('sweep needs values of at least one key, such as {"staffing.scale": [0.9, 1, 1.1]}')
    if replications is not None:
        asked = asked.but({"replications": replications})
    if folder is not None:
        from sim.cli.swept import check_folder

        check_folder(Path(folder).expanduser())
        return Swept(asked, _points(asked, grid, Path(folder).expanduser()))
    with tempfile.TemporaryDirectory() as place:
        return Swept(asked, _points(asked, grid, Path(place)))


def _word(key: str, values: Sequence[Any]) -> str:
    """Values as a word of the command line; choice(), which takes the quotes off texts, only where there is one."""
    texts = ",".join(map(written, values))
    return f"{key}={texts}" if len(values) > 1 else f"{key}=choice({texts})"


def _points(case: Case, grid: Mapping[str, Sequence[Any]], folder: Path) -> Sweep:
    """The sweep, simulated and put together."""
    from sim.cli import swept
    from sim.cli.sweep import load_points, simulate_points
    from sim.study.sweeps.folder import POINTS, read_sweep, write_head

    words = [word for word in case.words if word.lstrip("+").partition("=")[0] not in grid]
    plan = swept.plan_of([*words, *(_word(key, values) for key, values in grid.items())])
    points = swept.planned(plan)
    loaded, reasons = load_points(points)
    (folder / POINTS).mkdir(parents=True, exist_ok=True)
    for name, why in simulate_points(loaded, folder, case.name, len(points)):
        reasons |= {name: why} if why else {}
    head = swept.head_of(plan, points, case.loaded, "")
    write_head(folder, swept.with_reasons(head, reasons)._replace(finished=True))
    return read_sweep(folder)
