"""Pairing: what common random numbers bring to the difference between 60 and 62 agents.

    python benchmarks/pairing.py [--replications 400]

One team at a load of 57 in its busiest hours, all else equal. Prints the variance of the difference in service level,
ASA, abandonment and CSAT between independent replications over that between pairs. Wanted for service level: 20.
The unpaired variance is measured, too: as the difference between one center's replications and other replications of
the other. Standard errors by the jackknife over 20 groups.
"""

from __future__ import annotations

import argparse

import numpy as np
from many import Floats, many
from numpy.typing import NDArray

CENTER = """\
description: One queue, one team, all day the same load of 57
queues:
  voice:
    open: "08:00-18:00"
    arrivals: {kind: rates, per_hour: 684, day_factor_shape: .inf}
    talk: {kind: lognormal, mean_s: 260, cv: 1.2}
    wrap: {kind: exponential, mean_s: 40}
    patience: {kind: exponential, mean_s: 390}
teams:
  front: {agents: 60, skills: {voice: 1}, shifts: {day: 1}}
shifts:
  day: {start: "08:00", end: "18:00"}
"""


def main() -> None:
    """Print a line a KPI."""
    import tempfile
    from pathlib import Path

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=400)
    n = parser.parse_args().replications
    for shape, behavior in (("30", "evidence"), (".inf", "none"), (".inf", "evidence")):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "sixty.yaml"
            file.write_text(CENTER.replace(".inf", shape))
            few = many([str(file), f"behavior={behavior}"], range(2 * n))
            more = many([str(file), f"behavior={behavior}", "teams.front.agents=62"], range(n))
        first = slice(0, n)
        base = few.tops.sum(axis=0) / few.bottoms.sum(axis=0)
        after = more.tops.sum(axis=0) / more.bottoms.sum(axis=0)
        own = (more.tops - after * more.bottoms) / more.bottoms.mean(axis=0)
        other = (few.tops - base * few.bottoms) / few.bottoms.mean(axis=0)
        print(f"day factor shape {shape}, behavior={behavior}: {n} replications of 60 and 62 agents")
        for k, key in enumerate(few.keys):
            if key == "offered":
                continue
            paired, apart = own[:, k] - other[first, k], own[:, k] - other[n:, k]
            gain, error = ratio(apart, paired)
            print(f"  {key:18} {base[k]:9.4f} -> {after[k]:9.4f}   variance {gain:5.1f} (± {error:.1f}) times smaller")


def ratio(apart: Floats, paired: NDArray[np.float64], groups: int = 20) -> tuple[float, float]:
    """The ratio of two variances with its standard error."""
    whole = float(apart.var() / paired.var())
    left = np.arange(len(apart)) % groups
    each = np.array([apart[left != g].var() / paired[left != g].var() for g in range(groups)])
    return whole, float(np.sqrt((groups - 1) * each.var()))


if __name__ == "__main__":
    main()
