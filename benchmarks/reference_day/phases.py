"""Where the compiled clock's time goes: placing the marks, ticking, handing out the tables."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from day import Day, draw

from sim.clocks import compiled_clock
from sim.clocks.compiled_clock import CompiledClock

PHASES = ("set up and place marks", "tick", "hand out")


def phases(days: Sequence[Day], runs: int) -> str:
    """A table of the median milliseconds a day by phase, and of drawing the marks beforehand."""
    taken = [phases_of(day) for day in days for _ in range(runs)]
    lines = [f"{'compiled clock':28}ms a day"]
    for name, times in zip((*PHASES, "together"), zip(*taken, strict=True), strict=True):
        lines.append(f"  {name:26}{median(times) * 1e3:8.2f}")
    start = time.process_time()
    draw(len(days))
    lines.append(f"before it: draw the marks   {(time.process_time() - start) / len(days) * 1e3:8.2f}")
    return "\n".join(lines)


def phases_of(day: Day) -> tuple[float, ...]:
    """Processor seconds of each phase of one run, and of all."""
    given, compiled, ticks = day.fresh(), compiled_clock.compiled, []

    def watched(kinds: Any) -> Any:
        machine = compiled(kinds)

        def tick(*args: Any) -> Any:
            start = time.process_time()
            why = machine(*args)
            ticks.append((start, time.process_time()))
            return why

        return tick

    compiled_clock.compiled = watched
    try:
        start = time.process_time()
        told = CompiledClock(given).run()
        end = time.process_time()
    finally:
        compiled_clock.compiled = compiled
    ticking = sum(stop - begin for begin, stop in ticks)
    del told
    placing = ticks[0][0] - start
    return placing, ticking, end - start - placing - ticking, end - start
