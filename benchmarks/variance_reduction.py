"""Variance reduction: how many times fewer replications strata and the control on arrivals take.

    python benchmarks/variance_reduction.py [--replications 1000] [--strata 10]

For each center the ratio of the squared half-widths of plain sampling and of each way, over as many replications
(t quantiles left out); so it is what the variance of a figure is divided by. Published for centers of this kind: 2 to
5 for a control variate on arrivals, 7 to 40 for strata at a Gamma shape of 10. With 100 batches a ratio with strata
has a standard error of about 15 %.
"""

from __future__ import annotations

import argparse

import numpy as np
from many import Floats, Many, many

from sim.measure.evidence import t_quantile

SHAPE_10 = [f"queues.{queue}.arrivals.day_factor_shape=10" for queue in ("service", "billing", "sales")]
CENTERS = {
    "peak (Gamma shape 30)": ["peak"],
    "peak with Gamma shape 10": ["peak", *SHAPE_10],
    "anonymous_bank (shapes 7 to 41)": ["anonymous_bank"],
}


def main() -> None:
    """Print a table a center."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--strata", type=int, default=10)
    given = parser.parse_args()
    n, strata = given.replications // given.strata * given.strata, given.strata
    for name, words in CENTERS.items():
        words = [*words, "sampling.control=arrivals", f"replications={max(n, 1000)}"]
        plain, drawn = many(words, range(n)), many([*words, f"sampling.strata={strata}"], range(n))
        base = error(plain, False)
        print(f"\n{name}, {n:,} replications")
        print(f"{'':22}" + "".join(f"{key:>18}" for key in plain.keys))
        for way, found, control in (
            ("control", plain, True), (f"strata {strata}", drawn, False), ("both", drawn, True)
        ):  # fmt: skip
            gains = np.square(base / error(found, control))
            print(f"{way:22}" + "".join(f"{gain:>18.1f}" for gain in gains), flush=True)


def error(found: Many, control: bool) -> Floats:
    """Standard errors of the figures."""
    estimate = found.study(slice(None), control)
    strata, lost = found.sampled.strata, 2 if control else 0
    freedom = len(found.numbers) // strata - 1 - lost
    return np.asarray(estimate.half_width / t_quantile(0.95, np.array(float(freedom))))


if __name__ == "__main__":
    main()
