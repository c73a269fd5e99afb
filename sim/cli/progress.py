"""A bar for replications: how many are done, how long it will take, and how sure the answer is by now."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from sim.measure import Tally

REFRESH_S = 0.5
"""Seconds between two looks at the interval."""


def progress(replications: int, title: str, tally: Tally) -> Iterator[int]:
    """The numbers 0, 1, ... of the replications, with a bar on stderr where somebody watches."""
    if sys.stderr.isatty():
        yield from _with_bar(replications, title, tally)
    else:
        yield from range(replications)


def _with_bar(replications: int, title: str, tally: Tally) -> Iterator[int]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[level]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=replications, level="")
        looked = time.monotonic()
        for replication in range(replications):
            yield replication
            if tally.count > 1 and time.monotonic() - looked > REFRESH_S:
                bar.update(task, level=so_far(tally))
                looked = time.monotonic()
            bar.advance(task)


def so_far(tally: Tally) -> str:
    """The service level by now, such as 'service level 79.8 % ± 3.1'; nothing where there are no contacts."""
    now = tally.service_level(0.95)
    share, half = float(now.mean), float(now.half_width)
    return f"service level {share:.1%} ± {100 * half:.1f}".replace("%", " %") if share == share else ""
