"""Replications of a scenario under the compiled clock: seconds of drawing, moving and counting, as JSON.

    python benchmarks/scaling/inside.py REPLICATIONS WORD ...
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import TypeVar

from sim.clocks.compiled_clock import CompiledClock
from sim.loading import load
from sim.measure import Layout, Tally
from sim.measure.counts import Counting
from sim.run import Model

T = TypeVar("T")
seconds = {"drawing": 0.0, "moving": 0.0, "counting": 0.0}


def timed(what: str, things: Iterator[T]) -> Iterator[T]:
    """The same things, with the processor time that making them takes added up."""
    while True:
        started = time.process_time()
        thing = next(things, None)
        seconds[what] += time.process_time() - started
        if thing is None:
            return
        yield thing


def main() -> None:
    """Simulate and tell."""
    replications, words = int(sys.argv[1]), sys.argv[2:]
    model = Model.of(load(words).scenario)
    layout, contacts = Layout.of(model.scenario), 0
    tally = Tally(layout)
    next(CompiledClock(model.given(0)).portions())  # reads the machine code, or makes it
    for replication in range(replications):
        started, before = time.process_time(), sum(seconds.values())
        counting, end = Counting(layout, model.agents, model.schedule(replication)), 0.0
        seconds["counting"] += time.process_time() - started
        given = model.given(replication)
        clock = CompiledClock(given._replace(chunks=timed("drawing", given.chunks)))
        for told in clock.portions():
            begun = time.process_time()
            counting.add(told.left, told.was, told.queued, told.met)
            seconds["counting"] += time.process_time() - begun
            contacts, end = contacts + len(told.left), told.end
        begun = time.process_time()
        tally.add(counting.counts(end), replication)
        seconds["counting"] += time.process_time() - begun
        seconds["moving"] += time.process_time() - started - (sum(seconds.values()) - before)
    print(json.dumps({"contacts": contacts, **seconds}))


if __name__ == "__main__":
    main()
