"""A bar for replications: how many are done, how long it will take, and how sure the answer is by now."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator

from sim.measure import Tally

REFRESH_S = 0.5
"""Seconds between two looks at the interval."""


def progress(
    numbers: Iterable[int], title: str, tally: Tally, look: Callable[[], tuple[int, str]]
) -> Iterator[int]:
    """The numbers of the replications, with a bar on stderr where somebody watches.

    `look` says how many there will be, as far as can be told by now, and how sure the answer is.
    """
    if sys.stderr.isatty():
        yield from _with_bar(numbers, title, tally, look)
    else:
        yield from numbers


def _with_bar(
    numbers: Iterable[int], title: str, tally: Tally, look: Callable[[], tuple[int, str]]
) -> Iterator[int]:
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
        task = bar.add_task(title, total=look()[0], completed=tally.count, level="")
        looked = time.monotonic()
        for replication in numbers:
            yield replication
            if tally.count > 1 and time.monotonic() - looked > REFRESH_S:
                total, level = look()
                bar.update(task, total=total, level=level)
                looked = time.monotonic()
            bar.advance(task)


def so_far(tally: Tally) -> str:
    """The service level by now, such as 'service level 79.8 % ± 3.1'; nothing where there are no contacts."""
    now = tally.service_level(0.95)
    share, half = float(now.mean), float(now.half_width)
    return f"service level {share:.1%} ± {100 * half:.1f}".replace("%", " %") if share == share else ""
