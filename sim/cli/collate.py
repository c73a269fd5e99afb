"""A sweep's folder collated: one table, one file of all replications, the trade-off pictures and the page."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import errors
from sim.loading.places import shown
from sim.loading.refusal import Refused
from sim.measure.spreadsheet import no_formulas
from sim.study.half_made import half_made
from sim.study.sweeps.folder import Head, read_sweep, write_head

if TYPE_CHECKING:
    from sim.study.sweeps.sweep import Sweep

TABLE, REPLICATIONS = "sweep.csv", "replications.parquet"


def report(folder: Path, head: Head) -> int:
    """Write and print what came of a sweep. Exit status 0 when all of its points are finished."""
    from sim.study.sweeps.sweep import FAILED, FINISHED

    write_head(folder, head)
    sweep = read_sweep(folder)
    by_status = {status: [point for point in sweep.points if point.status == status] for status in (FINISHED, FAILED)}
    finished, failed = by_status[FINISHED], by_status[FAILED]
    unlike = _unlike(sweep, head)
    for line in unlike:
        errors.say(f"{line}; drawn as usual instead")
    if sweep.points:
        write(folder, sweep, head._replace(plot={}) if unlike else head)
    missing = len(sweep.points) - len(finished) - len(failed)
    if not missing:
        write_head(folder, head._replace(finished=True))
    if sweep.done:
        from sim.report.sweeps.table import summary

        print(summary(sweep))
        print()
    print(f"sweep in {shown(folder)}: {len(finished)} finished, {len(failed)} failed"
          + (f", {missing} not done yet" if missing else ""))
    for point in failed:
        print(f"  failed: {point.name}: {point.reason}")
    if sweep.done:
        print(f"{shown(folder)}/report.html")
    return errors.FAILED if failed or missing or unlike or not finished else 0


def _unlike(sweep: Sweep, head: Head) -> Sequence[str]:
    """Why the pictures that were asked for cannot be drawn of these points; that is no reason to have none."""
    from sim.study.sweeps.plot import Plot

    try:
        Plot.of(dict(head.plot), sweep)
    except Refused as refused:
        return refused.lines
    return ()


def write(folder: Path, sweep: Sweep, head: Head) -> None:
    """Write sweep.csv, and where there are figures replications.parquet, the pictures and report.html."""
    _put(folder / TABLE, no_formulas(sweep.table).write_csv)
    if not sweep.done:
        return
    from sim.report.sweeps.page import write_sweep
    from sim.study.sweeps.plot import Plot

    _put(folder / REPLICATIONS, sweep.replications.write_parquet)
    told = {"title": head.title, "scenario": head.scenario, "command": head.command, "seed": head.seed}
    write_sweep(folder, sweep, Plot.of(dict(head.plot), sweep), told)


def _put(file: Path, write: Callable[[Path], object]) -> None:
    """Have a file written, whole or not at all."""
    half = half_made(file)
    try:
        write(half)
        os.replace(half, file)
    finally:
        half.unlink(missing_ok=True)
