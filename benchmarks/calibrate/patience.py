"""Whether patience comes out of reports by interval: the simulator writes them, so the truth is known.

    python benchmarks/calibrate/patience.py            # 20 seeds, about 12 minutes
    python benchmarks/calibrate/patience.py 5

Each seed is four weeks of one center (25,000 contacts; talk lognormal, agents of unlike speed, days that differ by
18 %) in half hours. The center is busy, or calm with two agents more at any time. What the report tells: waits of those
who hung up and of those who were handled (both), of the latter only (asa), the share handled within 20 s (level), none
of them (none). In brackets the load that was fitted: what handle times had to be multiplied with.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from sim.calibrate.fits.match import Matched, fit_patience_by_matching, told_by
from sim.calibrate.from_facts import intervals_from
from sim.run import Model
from tests.calibrate.lab import AGENTS, center

TRUTHS = (60, 200, 400)
STAFF = {"busy": AGENTS, "calm": tuple(agents + 2 for agents in AGENTS)}
HIDDEN = {
    "both": (), "asa": ("abandon_wait_s",), "level": ("abandon_wait_s", "asa_s"),
    "none": ("abandon_wait_s", "asa_s", "service_level"),
}  # fmt: skip


def main(seeds: int) -> None:
    print(f"| patience, s | center | told | inside, of {seeds} | mean estimate | sd | mean half-width | load |")
    print("| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for truth in TRUTHS:
        for name, agents in STAFF.items():
            found: dict[str, list[Matched]] = {way: [] for way in HIDDEN}
            for seed in range(1, seeds + 1):
                patience = f"{{kind: exponential, mean_s: {truth}}}"
                scenario = center(seed, days=28, patience=patience, agents=agents, at_close="serve")
                report = intervals_from(Model.of(scenario).simulate(0), scenario)
                for way, columns in HIDDEN.items():
                    blank = [pl.lit(None, dtype=pl.Float64).alias(column) for column in columns]
                    found[way].append(fit_patience_by_matching(told_by(report.with_columns(blank), "voice"), "voice"))
            for way, own in found.items():
                print(row(truth, name, way, own), flush=True)


def row(truth: float, center_name: str, way: str, own: list[Matched]) -> str:
    known = [one.patience.mean for one in own if one.patience.mean.value is not None]
    inside = sum(one.covers(truth) for one in known)
    means = np.array([one.known for one in known]) / truth
    half = np.mean([((one.high or np.nan) - (one.low or 0.0)) / 2.0 for one in known]) / truth
    load = np.mean([one.load.known for one in own])
    spread = means.std(ddof=1)
    return (f"| {truth} | {center_name} | {way} | {inside} of {len(known)} | {means.mean():.3f} | {spread:.3f} "
            f"| {half:.3f} | {load:.3f} |")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
