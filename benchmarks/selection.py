"""How often the right point is chosen, where it is known which one is right, and what that costs.

    python benchmarks/selection.py [TRIALS]

Normal observations; the best system leads all others by exactly the indifference zone, which is the hardest case that
the guarantee is for. Beside: what the same number of observations, shared equally, would have told.
"""

from __future__ import annotations

import math
import sys

import numpy as np

from sim.study.choice.rounds import looks
from sim.study.choice.selection import above, select

CASES = ((5, 0.0), (5, 0.9), (15, 0.0), (15, 0.9))
"""systems, and the correlation that common random numbers bring"""
PROBABILITY, ZONE, FIRST, MOST = 0.95, 0.5, 10, 6000


def selections(systems: int, common: float, trials: int, rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Share of right selections, observations of all systems, those of the two that had most, and the share of right
    selections when as many observations are shared equally."""
    right = equal = 0
    used, leaders = [], []
    for _ in range(trials):
        best = int(rng.integers(systems))
        means = np.where(np.arange(systems) == best, ZONE, 0.0)
        own = rng.normal(size=(systems, MOST)) * math.sqrt(1.0 - common)
        told = means[:, None] + own + rng.normal(size=MOST) * math.sqrt(common)
        found = select(list(told), ZONE, 1.0 - PROBABILITY, FIRST)
        right += found.left == (best,)
        used.append(sum(found.used))
        leaders.append(sum(sorted(found.used)[-2:]))
        equal += int(np.argmax(told[:, : max(1, used[-1] // systems)].mean(axis=1))) == best
    return right / trials, float(np.mean(used)), float(np.mean(leaders)) / float(np.mean(used)), equal / trials


def main(trials: int) -> None:
    rng = np.random.default_rng(11)
    error = math.sqrt(PROBABILITY * (1.0 - PROBABILITY) / trials)
    print(f"Selection, {trials} times each; promised: {PROBABILITY:.0%}; 4 standard errors: {4 * error:.1%}\n")
    print("systems  correlation  right    observations  of these, two leaders  right if shared equally")
    for systems, common in CASES:
        right, used, leaders, equal = selections(systems, common, trials, rng)
        print(f"{systems:7d}  {common:11.1f}  {right:6.1%}  {used:13.0f}  {leaders:21.0%}  {equal:23.1%}")
        assert right >= PROBABILITY - 4.0 * error, "the promise is not kept"
    print("\nLimits, a mean exactly on it; any answer is wrong; promised: 5 % or less")
    said = [above(rng.normal(0.0, 1.0, 300), 0.0, 0.05, looks(FIRST, 300)) for _ in range(trials)]
    wrong = sum(each is not None for each in said) / trials
    print(f"wrong answers: {wrong:.1%}")
    assert wrong <= 0.05 + 4.0 * math.sqrt(0.05 * 0.95 / trials)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
