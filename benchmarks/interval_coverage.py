"""Coverage: how often the intervals of small studies hold the long-run value.

    python benchmarks/interval_coverage.py [WORD ...] [--studies 1000] [--replications 20] [--strata 4 2] [--drawn N]

WORDs are those of a run (default: calm). Each study is a run of that many replications, all of one seed with numbers
of its own; the long-run value comes from 5,000 further replications, controlled by arrivals. Wanted: 93 to 97 % of
the 95 % intervals. Behind each figure stands what it would be if the long-run value were off by one standard error of
its own. A share of 1,000 studies has a standard error of 0.7 points. --drawn simulates N replications only and draws
the studies from these with replacement; their own ratio of sums is then what is to be covered.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from many import Many, many

from sim.measure.evidence import Estimate
from sim.measure.sampled import Sampled

FURTHER = 5_000


def main() -> None:
    """Print a line for each way of sampling."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", default=["calm"])
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--strata", type=int, nargs="*", default=[], help="also with so many strata")
    parser.add_argument("--drawn", type=int, help="draw studies from so many replications")
    given = parser.parse_args()
    if given.drawn:
        redraw(given.words, given.drawn, given.studies, given.replications)
        return
    started, n = time.perf_counter(), given.replications
    total, words = given.studies * n, [*given.words, "sampling.control=arrivals", "replications=1000"]
    plain = many(words, range(total + FURTHER))
    truth = plain.study(slice(total, None), control=True, confidence=0.6826895)
    print(f"{' '.join(given.words)}: {given.studies:,} studies of {n} replications; covered of 95 % intervals, in %")
    print(f"{'':26}" + "".join(f"{key:>26}" for key in plain.keys))
    show("plain", plain, n, total, False, truth)
    show("control", plain, n, total, True, truth)
    for strata in given.strata:
        drawn = many([*words, f"sampling.strata={strata}"], range(total))
        show(f"strata {strata}", drawn, n, total, False, truth)
        if n >= 10 * strata:
            show(f"strata {strata}, control", drawn, n, total, True, truth)
    print(f"long-run value {np.round(truth.mean, 5)}, standard error {np.array2string(truth.half_width, precision=2)}")
    print(f"{time.perf_counter() - started:.0f} s")


def redraw(words: list[str], pool: int, studies: int, n: int) -> None:
    """Coverage of studies drawn with replacement from a pool, whose arrivals are then those that are expected."""
    found = many([*words, "sampling.control=arrivals", "replications=1000"], range(pool))
    calls, random = found.first_calls, np.random.default_rng(1)
    rows = random.integers(pool, size=studies * n)
    drawn = Many(found.keys, np.arange(len(rows)), found.tops[rows], found.bottoms[rows], calls[rows],
                 Sampled(1, (float(calls.mean()), float(calls.var()))))  # fmt: skip
    plain = Sampled().estimate(found.tops, found.bottoms, found.numbers, None, 0.95)
    truth = plain._replace(low=plain.mean, high=plain.mean)
    print(f"{' '.join(words)}: {studies:,} studies of {n} replications, drawn from {pool:,}; in %")
    print(f"{'':26}" + "".join(f"{key:>26}" for key in found.keys))
    show("plain", drawn, n, len(rows), False, truth)
    show("control", drawn, n, len(rows), True, truth)


def show(name: str, found: Many, n: int, total: int, control: bool, truth: Estimate) -> None:
    """One line: coverage of each KPI, and with the long-run value one standard error lower or higher."""
    each = [found.study(slice(start, start + n), control) for start in range(0, total, n)]
    low, high = np.array([study.low for study in each]), np.array([study.high for study in each])
    shares = [((low <= at) & (at <= high)).mean(axis=0) for at in (truth.mean, truth.low, truth.high)]
    cells = [f"{100 * a:.1f} ({100 * min(b, c):.1f}-{100 * max(b, c):.1f})" for a, b, c in zip(*shares, strict=True)]
    print(f"{name:26}" + "".join(f"{cell:>26}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
