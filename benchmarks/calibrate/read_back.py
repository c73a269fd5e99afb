"""How often the 95 % intervals of the fits hold the truth: logs that the simulator writes itself, read back.

    python benchmarks/calibrate/read_back.py            # 20 seeds, about 2 minutes
    python benchmarks/calibrate/read_back.py 100

Each seed is eight weeks of one center (50,000 contacts): arrivals with day factors, talk, hold and wrap-up, patience,
redials, agents of unlike speed. Per parameter: how many of the intervals hold what was put in, the mean estimate, and
the intervals' mean half-width, both relative to the truth. Where 95 % hold it, 17 or more of 20 do so in 98 of 100 such
tables.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from sim.calibrate.fits.estimate import Estimate
from sim.calibrate.fits.everything import Fitted, fit_contacts
from tests.calibrate.lab import AGENTS, RATES, center, log_of

SLOT_CENTER = {"slot": "{sd: 0.2, lag1: 0.6}", "scale": 2.0, "agents": tuple(2 * n + 2 for n in AGENTS)}
"""a second center, with slot factors, large enough to tell them from Poisson noise"""


def figures(fitted: Fitted) -> Iterator[tuple[str, float, Estimate]]:
    """(name, truth, estimate) of the first center."""
    own = fitted.queues["voice"]
    talk, hold, wrap = (own.handle[part] for part in ("talk", "hold", "wrap"))
    assert own.redials is not None and fitted.speeds is not None
    yield "first calls a day", float(sum(RATES)), own.arrivals.a_day
    yield "day factor's variance", 1 / 30, own.arrivals.day_factor.variance
    yield "talk, median", 160.0, talk.parameters["median_s"]
    yield "talk, sigma", 0.9, talk.parameters["sigma"]
    yield "hold, share without", 0.7, hold.zero
    if hold.asks is not None and hold.asks["then"]["kind"] == "exponential":
        yield "hold, mean of the others", 40.0, hold.parameters["mean_s"]
    if wrap.chosen == "exponential":
        yield "wrap-up, mean", 30.0, wrap.parameters["mean_s"]
    exponential = next(law for law in own.patience.laws if law.name == "exponential")
    yield "patience, mean", 200.0, exponential.parameters["mean_s"]
    yield "redial, probability", 0.4, own.redials.probability
    yield "redial, median delay", 1200.0, own.redials.median_s
    yield "redial, sigma", 1.2, own.redials.sigma
    yield "agents' speeds, sd", 0.2, fitted.speeds.spread


def with_slots(fitted: Fitted) -> Iterator[tuple[str, float, Estimate]]:
    """Those of the second."""
    own = fitted.queues["voice"].arrivals
    yield "with slot factors: sd", 0.2, own.slot_factor.sd
    yield "with slot factors: lag 1", 0.6, own.slot_factor.lag1
    yield "with slot factors: day factor's variance", 1 / 30, own.day_factor.variance


def rates(fitted: Fitted) -> tuple[int, int]:
    """(how many hourly rates of the week lie inside their interval, of how many)."""
    own = fitted.queues["voice"].arrivals
    inside = (own.low[:, 8:18] <= RATES) & (own.high[:, 8:18] >= RATES)
    return int(inside.sum()), inside.size


def main(seeds: int) -> None:
    found: dict[str, list[tuple[float, Estimate]]] = {}
    hours = [0, 0]
    for seed in range(1, seeds + 1):
        first = fit_contacts(log_of(center(seed, days=56)), 60)
        second = fit_contacts(log_of(center(1000 + seed, days=84, **SLOT_CENTER)), 60)  # type: ignore[arg-type]
        for name, truth, estimate in (*figures(first), *with_slots(second)):
            found.setdefault(name, []).append((truth, estimate))
        hours = [total + more for total, more in zip(hours, rates(first), strict=True)]
        print(f"seed {seed} of {seeds}", end="\r", file=sys.stderr)
    print(f"| parameter | truth | inside, of {seeds} | mean estimate | mean half-width |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, rows in found.items():
        truth = rows[0][0]
        known = [estimate for _, estimate in rows if estimate.value is not None]
        inside = sum(estimate.covers(truth) for estimate in known)
        mean = np.mean([estimate.known for estimate in known]) / truth
        half = np.mean([((e.high or np.nan) - (e.low or 0.0)) / 2.0 for e in known]) / truth
        print(f"| {name} | {truth:.4g} | {inside} of {len(known)} | {mean:.3f} | {half:.3f} |")
    print(f"| hourly rates of the week | {min(RATES)} to {max(RATES)} | {hours[0]} of {hours[1]} | | |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
