"""The bank's scenario beside what `calibrate` makes of the same logs: figures of both, as a table.

    python -m sim calibrate LOGS/*.txt name=bank without=return_calls trust=false
    python benchmarks/anonymous_bank/against.py bank

Two programs: read.py to write.py in this folder, and sim/calibrate. Only the ratios by callers ahead are one routine's.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from sim.loading import load
from sim.record import Outcome
from sim.run import Model
from sim.scenario import Scenario
from sim.scenario.queue import ToldPlace
from sim.units import HOUR

WILLING_S = (30.0, 120.0, 300.0)
AHEAD = 3
WEEKS = 20


def figures(scenario: Scenario) -> dict[tuple[str, str], float]:
    """(queue, figure) -> value; queues that differ in priority alone are one, their figures weighted by calls."""
    calls: dict[tuple[str, str], float] = {}
    sums: dict[tuple[str, str], float] = {}
    for name, queue in scenario.queues.items():
        weight = sum(queue.expected_contacts(day) for day in range(7))
        own = {"handle time of the law, s": queue.talk.mean + queue.hold.mean + queue.wrap.mean}
        for seconds in WILLING_S:
            own[f"nobody ahead: still willing after {seconds:g} s, %"] = 100.0 * float(queue.patience.survival(seconds))
        own[f"hazard ratio with {AHEAD} ahead"] = ratio(queue.told_place)
        own["redials after hanging up, %"] = 100.0 * queue.redial.after_abandon
        for figure, value in own.items():
            place = (name.split("_")[0], figure)
            calls[place] = calls.get(place, 0.0) + weight
            sums[place] = sums.get(place, 0.0) + weight * value
    found = {(queue, "first calls a week"): weight for (queue, _), weight in calls.items()}
    return found | {place: value / calls[place] for place, value in sums.items()}


def ratio(told: ToldPlace | None) -> float:
    """The hazard ratio of who has AHEAD callers ahead; 1 where nobody is told."""
    steps = () if told is None else tuple(zip(told.ahead, told.hazard, strict=True))
    return next((hazard for ahead, hazard in reversed(steps) if ahead <= AHEAD), 1.0)


def simulated(scenario: Scenario) -> dict[str, float]:
    """Mean handle time by queue as it comes out of simulated weeks, agents' speeds and who takes the call included."""
    model, names = Model.of(scenario), np.array([name.split("_")[0] for name in scenario.queues])
    weeks = [model.simulate(number, "compiled").contacts for number in range(WEEKS)]
    rows = np.concatenate([week[week["outcome"] == int(Outcome.HANDLED)] for week in weeks])
    seconds = rows["talk"] + rows["hold"] + rows["wrap"]
    return {str(name): float(seconds[names[rows["queue"]] == name].mean()) for name in np.unique(names)}


def logged() -> dict[str, float]:
    """Mean service time by queue in the log, without wrap-up, which it does not tell."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    with (Path(__file__).parent / "actual.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row["hour"]:
                sums[row["queue"]][0] += float(row["handle_s"])
                sums[row["queue"]][1] += float(row["handle_recorded"])
    return {queue: seconds / calls for queue, (seconds, calls) in sums.items()}


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
    ours, theirs, log = simulated(own), simulated(fitted), logged()
    for queue, seconds in ours.items():
        print(f"| {queue} | handle time simulated, s (service in the log {log[queue]:.4g}) | {seconds:.4g} | "
              f"{theirs[queue]:.4g} |")
    print(f"| all | agent-hours a week | {agent_hours(own):.4g} | {agent_hours(fitted):.4g} |")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "bank")
