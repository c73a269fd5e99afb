"""Thirty reference days in one process: simulated under the compiled clock, all facts recorded and counted.

    python benchmarks/thirty_days.py [--cold] [--days N] [--behavior none|evidence]

Starts a fresh Python for each measurement and times the whole process: imports, compiling or reading machine
code, drawing, simulating, counting. Not in it: result tables, plots and page, which
`python -m sim +scenario=reference_day replications=30` makes as well. --cold first moves the machine code away,
so that it is compiled.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time

WORK = """
from sim.loading import load
from sim.measure import Layout, Tally
from sim.measure.counts import Counting
from sim.run import Model

scenario = load(["reference_day", "behavior={behavior}"]).scenario
model, layout = Model.of(scenario), Layout.of(scenario)
tally = Tally(layout)
for replication in range({days}):
    counting = Counting(layout, model.agents, model.schedule(replication))
    for told in model.portions(replication, "compiled"):
        counting.add(told.left, told.was, told.queued, told.met)
    tally.add(counting.counts(told.end), replication)
level = tally.service_level(0.95)
print(f"{{tally.count}} days counted, service level {{level.mean:.1%}} +- {{level.half_width:.1%}}")
"""


def main() -> None:
    """Print the time of each process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cold", action="store_true", help="compile first")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--behavior", default="none", help="what people do (default none: the queueing model)")
    given = parser.parse_args()
    code = WORK.format(days=given.days, behavior=given.behavior)
    with tempfile.TemporaryDirectory() as folder:
        own = os.environ | ({"XDG_CACHE_HOME": folder} if given.cold else {})
        times = [timed(code, own) for _ in range(1 if given.cold else given.runs)]
    state, median = "cold" if given.cold else "warm", sorted(times)[len(times) // 2]
    print(f"{given.days} days, {state}: median {median:.2f} s of {len(times)} processes")


def timed(code: str, environment: dict[str, str]) -> float:
    """Seconds that a whole Python process takes."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
