"""The constant of satisfaction, solved for: what a contact without any cause for complaint earns if all earn 78 %.

    python benchmarks/typical_csat.py [SCENARIO ...] [--replications 12]

Typical centers show a CSAT (4 and 5 of 5) of about 78 %. For each scenario (default peak and reference_day) prints
its CSAT under behavior=evidence and the value of behavior.satisfaction.typical with which it would be 78 %.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.loading import load
from sim.people.trait import log_odds_of
from sim.record import ComesBack, Outcome
from sim.run import Model

WANTED = 0.78


def share(log_odds: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def main() -> None:
    """Print one line a scenario."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", default=["peak", "reference_day"])
    parser.add_argument("--replications", type=int, default=12)
    given = parser.parse_args()
    for name in given.scenarios:
        model = Model.of(load([name]).scenario)
        found = []
        for replication in range(given.replications):
            facts = model.simulate(replication, "compiled")
            handled = facts.contacts[facts.contacts["outcome"] == Outcome.HANDLED]
            found.append(facts.met["satisfaction"][handled["comes_back"] != ComesBack.ONWARD])
        latent = np.concatenate(found)
        constant = log_odds_of(model.scenario.behavior.satisfaction.typical)
        shift = brentq(lambda by, latent=latent: float(share(latent + by).mean()) - WANTED, -5.0, 5.0)
        typical = share(constant + shift)
        print(f"{name}: CSAT {share(latent).mean():.3f}; {WANTED} with satisfaction.typical={typical:.3f}")


if __name__ == "__main__":
    main()
