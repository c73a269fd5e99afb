"""Ten million contacts in one compiled run: how long it takes and how much memory.

    python benchmarks/long_run.py [--days 500]

The reference day again and again, day after day in one run; everything is recorded and counted, nothing written.
"""

from __future__ import annotations

import argparse
import resource
import time

from sim.loading import load
from sim.measure import Layout, Tally
from sim.measure.counts import Counting
from sim.run import Model


def main() -> None:
    """Print contacts, seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=500)
    scenario = load(["reference_day", f"days={parser.parse_args().days}"]).scenario
    started = time.perf_counter()
    model, layout = Model.of(scenario), Layout.of(scenario)
    counting, contacts = Counting(layout, model.agents, model.schedule(0)), 0
    for told in model.portions(0, "compiled"):
        counting.add(told.left, told.was, told.queued, told.met)
        contacts += len(told.left)
    tally = Tally(layout)
    tally.add(counting.counts(told.end))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{contacts:,} contacts in {seconds:.1f} s ({contacts / seconds:,.0f} a second), peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
