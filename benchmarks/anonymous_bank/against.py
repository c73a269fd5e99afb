"""The bank's scenario beside what `calibrate` makes of the same logs: figures of both, as a table.

    python -m sim calibrate LOGS/*.txt name=bank without=return_calls trust=false
    python benchmarks/anonymous_bank/against.py bank

Two programs that share no fit: read.py to write.py in this folder, and sim/calibrate.
"""

from __future__ import annotations

import sys

import numpy as np

from sim.loading import load
from sim.scenario import Scenario
from sim.units import HOUR

WILLING_S = (30.0, 120.0, 300.0)


def figures(scenario: Scenario) -> dict[tuple[str, str], float]:
    """(queue, figure) -> value; queues that differ in priority alone are one, their figures weighted by calls."""
    calls: dict[tuple[str, str], float] = {}
    sums: dict[tuple[str, str], float] = {}
    for name, queue in scenario.queues.items():
        weight = sum(queue.expected_contacts(day) for day in range(7))
        own = {"handle time, s": queue.talk.mean + queue.hold.mean + queue.wrap.mean}
        for seconds in WILLING_S:
            own[f"still willing after {seconds:g} s, %"] = 100.0 * float(queue.patience.survival(seconds))
        own["redials after hanging up, %"] = 100.0 * queue.redial.after_abandon
        for figure, value in own.items():
            place = (name.split("_")[0], figure)
            calls[place] = calls.get(place, 0.0) + weight
            sums[place] = sums.get(place, 0.0) + weight * value
    found = {(queue, "first calls a week"): weight for (queue, _), weight in calls.items()}
    return found | {place: value / calls[place] for place, value in sums.items()}


def agent_hours(scenario: Scenario) -> float:
    """Heads by interval, added up over the week."""
    tables = [team.staffing for team in scenario.teams.values() if team.staffing is not None]
    spells = [table.on_duty(day) for table in tables for day in range(7)]
    return sum(float(np.diff(edges) @ heads) for edges, heads in spells) / HOUR


def main(other: str) -> None:
    own, fitted = (load([name, "behavior=none"]).scenario for name in ("anonymous_bank", other))
    left, right = figures(own), figures(fitted)
    print("| queue | figure | anonymous_bank | calibrate |\n| --- | --- | ---: | ---: |")
    for (queue, figure), value in left.items():
        if (queue, figure) in right:
            print(f"| {queue} | {figure} | {value:.4g} | {right[queue, figure]:.4g} |")
    print(f"| all | agent-hours a week | {agent_hours(own):.4g} | {agent_hours(fitted):.4g} |")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "bank")
